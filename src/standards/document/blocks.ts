/**
 * A document as plain structure: headings, paragraphs, lists, tables, images.
 * CDA narrative, HTML, FHIR narrative and RTF are all read into this, and pages
 * and search are made from this alone, so that no markup of a source ever
 * reaches a page.
 */

/** Text of one style; a line break inside a paragraph is `\n`. */
export type Run = { readonly text: string; readonly bold?: true; readonly italic?: true; readonly underline?: true; readonly struck?: true; readonly raised?: "super" | "sub" };
export type Style = Omit<Run, "text">;

export type Cell = { readonly header: boolean; readonly columns: number; readonly rows: number; readonly blocks: readonly Block[] };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: "paragraph"; readonly runs: readonly Run[] }
  | { readonly kind: "preformatted"; readonly text: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: "table"; readonly caption: string; readonly rows: readonly (readonly Cell[])[] }
  /** `image` counts from 0 in the document's own images. */
  | { readonly kind: "image"; readonly image: number; readonly words: string }
  | { readonly kind: "rule" };

export type Image = { readonly type: "image/png" | "image/jpeg" | "image/gif"; readonly bytes: Buffer };

/** A document that was read; `leftOut` names what is in it and is not shown, so that nobody takes the rest for the whole. */
export type Readable = { readonly blocks: readonly Block[]; readonly images: readonly Image[]; readonly leftOut: readonly string[]; readonly cut: boolean };

/** What one document may grow to, whatever is in it. */
export const MOST_BLOCKS = 20_000;
export const MOST_CHARACTERS = 2_000_000;

/** Counts what is made, so that reading ends in time; what comes after the end is cut and said to be. */
export class Measure {
  readonly images: Image[] = [];
  readonly leftOut = new Set<string>();
  cut = false;
  #blocks = 0;
  #characters = 0;

  /** True while there is room for one more. */
  block(): boolean {
    if (++this.#blocks > MOST_BLOCKS) this.cut = true;
    return !this.cut;
  }
  /** As much of the text as there is room for. */
  text(text: string): string {
    const room = MOST_CHARACTERS - this.#characters;
    this.#characters += text.length;
    if (text.length <= room) return text;
    this.cut = true;
    return text.slice(0, Math.max(0, room));
  }
  done(blocks: readonly Block[]): Readable {
    return { blocks, images: this.images, leftOut: [...this.leftOut], cut: this.cut };
  }
}

/** White space as HTML means it: runs of it are one space, none at the ends; `\n` that is meant stays. */
export function tidied(runs: readonly Run[]): Run[] {
  const kept: Run[] = [];
  let before = "\n";
  for (const run of runs) {
    let text = run.text === "\n" ? "\n" : run.text.replace(/[ \t\r\n\f]+/g, " ");
    if (/\s$/.test(before)) text = text.replace(/^ +/, "");
    if (text === "") continue;
    if (text === "\n" && kept.length > 0) kept[kept.length - 1] = { ...kept.at(-1)!, text: kept.at(-1)!.text.replace(/ +$/, "") };
    kept.push({ ...run, text });
    before = text;
  }
  while (kept.length > 0 && kept.at(-1)!.text.trim() === "") kept.pop();
  while (kept.length > 0 && kept[0]!.text.trim() === "") kept.shift();
  if (kept.length > 0) kept[kept.length - 1] = { ...kept.at(-1)!, text: kept.at(-1)!.text.trimEnd() };
  return kept;
}

const words = (runs: readonly Run[]): string => runs.map((run) => run.text).join("");

/** The text of blocks for search and for reading: a line a paragraph, cells apart by tabs. */
export function blocksText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case "heading":
        case "paragraph":
          return words(block.runs);
        case "preformatted":
          return block.text;
        case "list":
          return block.items.map((item) => blocksText(item)).join("\n");
        case "table":
          return [block.caption, ...block.rows.map((row) => row.map((cell) => blocksText(cell.blocks).replace(/\n/g, " ")).join("\t"))].filter((line) => line !== "").join("\n");
        case "image":
          return block.words;
        case "rule":
          return "";
      }
    })
    .filter((text) => text !== "")
    .join("\n");
}
