/** Plain structure of a document as markup of ours: every element here is written here, every word is escaped. */
import { html, type Content, type Html } from "#platform";
import type { Block, Cell, Readable, Run } from "#standards";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.documentPages;

/** Where an image of the document is fetched from; each fetch is a decision and an audit entry of its own. */
export type ImageAddress = (image: number) => string;

/** What a text of the document becomes: itself, or with words marked. */
export type Marker = (text: string) => Content;

/** The blocks of a document, `name` on its page. Headings begin at the third level and never leave one out, whatever the source did. */
export function readableHtml(readable: Readable, name: string, imageAt: ImageAddress, mark: Marker = (text) => text): Html {
  const outline = new Outline(name, mark);
  return html`<div class="doc">${readable.blocks.map((block) => blockHtml(block, imageAt, outline))}</div>`;
}

/** What is in the document and not on the page, in words; nothing where all of it is. */
export function missingWords({ leftOut, cut }: Readable): readonly string[] {
  return [
    ...(leftOut.length > 0 ? [SAID.leftOut(leftOut.join(", "))] : []),
    ...(cut ? [SAID.cut] : []),
  ];
}

/** Heading outline, names of regions, which are unlike on a page, and how texts are marked. */
class Outline {
  readonly #name: string;
  #level = 2;
  #regions = 0;
  readonly mark: Marker;
  constructor(name: string, mark: Marker) {
    this.#name = name;
    this.mark = mark;
  }
  level(level: number): number {
    this.#level = Math.min(6, this.#level + 1, 2 + level);
    return this.#level;
  }
  region(what: string): string {
    return `${this.#name}, ${what} ${++this.#regions}`;
  }
}

function blockHtml(block: Block, imageAt: ImageAddress, outline: Outline): Html {
  switch (block.kind) {
    case "heading":
      return headingHtml(outline.level(block.level), runsHtml(block.runs, outline));
    case "paragraph":
      return html`<p>${runsHtml(block.runs, outline)}</p>`;
    case "preformatted":
      return html`<div class="text" tabindex="0" role="region" aria-label="${outline.region("text")}">${outline.mark(block.text)}</div>`;
    case "list": {
      const items = block.items.map((item) => html`<li>${cellHtml(item, imageAt, outline)}</li>`);
      return block.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    case "table":
      return html`<div class="scroll" tabindex="0" role="region" aria-label="${outline.region("table")}"><table class="t">${block.caption !== "" && html`<caption>${block.caption}</caption>`}<tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => tableCell(cell, row, imageAt, outline))}</tr>`)}</tbody></table></div>`;
    case "image":
      return html`<p><img class="doc__image" src="${imageAt(block.image)}" alt="${block.words === "" ? SAID.imageWithoutWords : block.words}"></p>`;
    case "rule":
      return html`<hr>`;
  }
}

function headingHtml(level: number, content: Content): Html {
  if (level <= 3) return html`<h3>${content}</h3>`;
  if (level === 4) return html`<h4>${content}</h4>`;
  return level === 5 ? html`<h5>${content}</h5>` : html`<h6>${content}</h6>`;
}

function tableCell(cell: Cell, row: readonly Cell[], imageAt: ImageAddress, outline: Outline): Html {
  const content = cellHtml(cell.blocks, imageAt, outline);
  const columns = cell.columns > 1 ? html` colspan="${cell.columns}"` : null;
  const rows = cell.rows > 1 ? html` rowspan="${cell.rows}"` : null;
  // An empty heading names nothing.
  if (!cell.header || cell.blocks.length === 0) return html`<td${columns}${rows}>${content}</td>`;
  return html`<th scope="${row.every((each) => each.header) ? "col" : "row"}"${columns}${rows}>${content}</th>`;
}

/** One paragraph alone stands without its frame; a heading inside a cell or item is strong text, since it heads nothing else. */
function cellHtml(blocks: readonly Block[], imageAt: ImageAddress, outline: Outline): Content {
  if (blocks.length === 1 && blocks[0]!.kind === "paragraph") return runsHtml(blocks[0]!.runs, outline);
  return blocks.map((block) => (block.kind === "heading" ? html`<p><strong>${runsHtml(block.runs, outline)}</strong></p>` : blockHtml(block, imageAt, outline)));
}

function runsHtml(runs: readonly Run[], outline: Outline): Content {
  return runs.map((run) => {
    let content: Content = run.text.split("\n").flatMap((line, index): Content[] => (index === 0 ? [outline.mark(line)] : [html`<br>`, outline.mark(line)]));
    if (run.raised === "super") content = html`<sup>${content}</sup>`;
    if (run.raised === "sub") content = html`<sub>${content}</sub>`;
    if (run.underline) content = html`<u>${content}</u>`;
    if (run.italic) content = html`<em>${content}</em>`;
    if (run.bold) content = html`<strong>${content}</strong>`;
    return run.struck ? html`<del>${content}</del>` : content;
  });
}
