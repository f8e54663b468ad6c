/**
 * Narrative markup to plain structure: HTML, the XHTML of FHIR narrative, and
 * CDA's narrative block (CDA R2, section 4.3.5), whose words differ and never
 * contradict each other. An allow-list: an element that is not named here gives
 * its text and nothing else; what runs, loads or asks is left out and said.
 */
import { Buffer } from "node:buffer";
import type { XmlElement } from "../xml/parse.ts";
import { tidied, type Block, type Cell, type Image, type Measure, type Run, type Style } from "./blocks.ts";
import { detectKind } from "./detect-kind.ts";

/** One element of any of the three; names in lower case. */
export type Markup = { readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly children: (Markup | string)[] };

/** The same of a parsed XML element; its depth has been limited by the parser. */
export function markupOf(element: XmlElement): Markup {
  return { name: element.name.toLowerCase(), attributes: new Map(element.attributes.map((each) => [each.name.toLowerCase(), each.value])), children: element.children.map((child) => (typeof child === "string" ? child : markupOf(child))) };
}

/** Gone with everything inside; the words, where there are any, tell the reader what is missing. */
const LEFT_OUT: Readonly<Record<string, string | null>> = {
  script: null, style: null, template: null, head: null, title: null, meta: null, link: null, base: null, colgroup: null, col: null,
  iframe: "an embedded page", frame: "an embedded page", object: "an embedded object", embed: "an embedded object", applet: "an embedded object", svg: "a drawing", canvas: "a drawing", math: "a formula", audio: "a recording", video: "a film",
  input: "a form field", select: "a form field", textarea: "a form field", button: "a form field",
};
const STYLED: Readonly<Record<string, Style>> = { b: { bold: true }, strong: { bold: true }, i: { italic: true }, em: { italic: true }, cite: { italic: true }, u: { underline: true }, ins: { underline: true }, s: { struck: true }, strike: { struck: true }, del: { struck: true }, sub: { raised: "sub" }, sup: { raised: "super" } };
const BLOCKS: ReadonlySet<string> = new Set(["p", "paragraph", "div", "section", "article", "header", "footer", "main", "nav", "aside", "address", "blockquote", "center", "figure", "figcaption", "fieldset", "form", "dl", "dt", "dd", "text", "html", "body", "details", "summary", "legend"]);

/** Pictures that an element can name: CDA's `observationMedia` by their ID. */
export type NamedImages = ReadonlyMap<string, Image>;

/** Blocks of the children of an element. */
export function blocksOf(children: readonly (Markup | string)[], measure: Measure, named: NamedImages = new Map(), style: Style = {}): Block[] {
  const out: Block[] = [];
  let runs: Run[] = [];
  const add = (block: Block): void => {
    if (measure.block()) out.push(block);
  };
  const flush = (): void => {
    const tidy = tidied(runs);
    runs = [];
    if (tidy.length > 0) add({ kind: "paragraph", runs: tidy });
  };
  const picture = (image: Image, words: string): void => {
    flush();
    add({ kind: "image", image: measure.images.push(image) - 1, words });
  };
  const walk = (child: Markup | string, now: Style): void => {
    if (measure.cut) return;
    if (typeof child === "string") return void runs.push({ ...now, text: measure.text(child) });
    const { name } = child;
    if (name in LEFT_OUT) {
      const words = LEFT_OUT[name];
      if (typeof words === "string" && child.attributes.get("type") !== "hidden") measure.leftOut.add(words);
    } else if (name === "br") runs.push({ ...now, text: "\n" });
    else if (/^h[1-6]$/.test(name)) {
      flush();
      const own = tidied(runsOf(child, measure, now));
      if (own.length > 0) add({ kind: "heading", level: Number(name[1]), runs: own });
    } else if (name === "ul" || name === "ol" || name === "list") {
      flush();
      addList(child, now);
    } else if (name === "table") {
      flush();
      const table = tableOf(child, measure, named, now);
      if (table.rows.length > 0 || table.caption !== "") add(table);
    } else if (name === "pre") {
      flush();
      const text = measure.text(textOf(child));
      if (text.trim() !== "") add({ kind: "preformatted", text });
    } else if (name === "hr") {
      flush();
      add({ kind: "rule" });
    } else if (name === "img") {
      const image = imageOfAddress(child.attributes.get("src") ?? "");
      const words = child.attributes.get("alt") ?? "";
      if (image !== null) picture(image, words);
      else {
        measure.leftOut.add("an image that lies elsewhere");
        runs.push({ ...now, text: measure.text(` [image not loaded${words === "" ? "" : `: ${words}`}] `) });
      }
    } else if (name === "rendermultimedia") {
      for (const id of (child.attributes.get("referencedobject") ?? "").split(/\s+/).filter(Boolean)) {
        const image = named.get(id);
        if (image !== undefined) picture(image, captionOf(child));
        else measure.leftOut.add("an attached object that is no safe image");
      }
      flush();
    } else if (name === "caption" || name === "footnote") {
      flush();
      for (const each of child.children) walk(each, name === "caption" ? { ...now, bold: true } : now);
      flush();
    } else if (name === "a" || name === "linkhtml") {
      for (const each of child.children) walk(each, now);
      const address = child.attributes.get("href") ?? "";
      // Addresses are read, never followed: where it leads stands beside it.
      if (/^(https?|mailto|tel):/i.test(address) && !textOf(child).includes(address.replace(/^\w+:(\/\/)?/, ""))) runs.push({ ...now, text: measure.text(` (${address.slice(0, 300)})`) });
    } else if (BLOCKS.has(name)) {
      flush();
      for (const each of child.children) walk(each, now);
      flush();
    } else {
      const next = name === "content" ? { ...now, ...styleOfCode(child) } : STYLED[name] === undefined ? now : { ...now, ...STYLED[name] };
      for (const each of child.children) walk(each, next);
    }
  };
  const addList = (list: Markup, now: Style): void => {
    const caption = list.children.find((each): each is Markup => typeof each !== "string" && each.name === "caption");
    if (caption !== undefined) walk(caption, now);
    const items = list.children.filter((each): each is Markup => typeof each !== "string" && each.name !== "caption").map((item) => blocksOf(item.name === "li" || item.name === "item" ? item.children : [item], measure, named, now));
    const kept = items.filter((item) => item.length > 0);
    if (kept.length > 0) add({ kind: "list", ordered: list.name === "ol" || list.attributes.get("listtype")?.toLowerCase() === "ordered", items: kept });
  };
  for (const child of children) walk(child, style);
  flush();
  return out;
}

/** CDA's styles: `Bold`, `Italics`, `Underline`, `Emphasis`; words that were taken out are struck through. */
function styleOfCode(content: Markup): Style {
  const codes = (content.attributes.get("stylecode") ?? "").toLowerCase();
  return {
    ...(/\bbold\b|\bemphasis\b/.test(codes) && { bold: true as const }), ...(/\bitalics?\b/.test(codes) && { italic: true as const }), ...(/\bunderline\b/.test(codes) && { underline: true as const }),
    ...(content.attributes.get("revised") === "delete" && { struck: true as const }),
  };
}

/** Inline text of an element as runs, whatever blocks are inside. */
function runsOf(element: Markup, measure: Measure, style: Style): Run[] {
  return element.children.flatMap((child): Run[] => (typeof child === "string" ? [{ ...style, text: measure.text(child) }] : child.name === "br" ? [{ ...style, text: "\n" }] : child.name in LEFT_OUT ? [] : runsOf(child, measure, { ...style, ...STYLED[child.name] })));
}

const textOf = (element: Markup): string => element.children.map((child) => (typeof child === "string" ? child : child.name in LEFT_OUT ? "" : child.name === "br" ? "\n" : textOf(child))).join("");

const captionOf = (element: Markup): string => element.children.filter((each): each is Markup => typeof each !== "string" && each.name === "caption").map((each) => textOf(each).trim()).join(" ");

/** Spans are believed up to this: a table of one cell that claims thousands would be drawn by every browser. */
const MOST_SPAN = 50;
const spanOf = (cell: Markup, name: string): number => Math.min(MOST_SPAN, Math.max(1, Number.parseInt(cell.attributes.get(name) ?? "1", 10) || 1));

function tableOf(table: Markup, measure: Measure, named: NamedImages, style: Style): Extract<Block, { kind: "table" }> {
  const rows: Cell[][] = [];
  const visit = (element: Markup, header: boolean): void => {
    for (const child of element.children) {
      if (typeof child === "string" || measure.cut) continue;
      if (child.name === "thead" || child.name === "tbody" || child.name === "tfoot") visit(child, child.name === "thead");
      else if (child.name === "tr") {
        const cells = child.children.filter((each): each is Markup => typeof each !== "string" && (each.name === "td" || each.name === "th"));
        if (cells.length > 0 && measure.block()) rows.push(cells.map((cell) => ({ header: header || cell.name === "th", columns: spanOf(cell, "colspan"), rows: spanOf(cell, "rowspan"), blocks: measure.block() ? blocksOf(cell.children, measure, named, style) : [] })));
      }
    }
  };
  visit(table, false);
  return { kind: "table", caption: measure.text(captionOf(table).replace(/\s+/g, " ")), rows };
}

/** A picture inside a `data:` address, if its bytes are what it says; nothing is ever fetched. */
export function imageOfAddress(address: string): Image | null {
  const found = /^data:image\/[\w+.-]+;base64,([A-Za-z0-9+/=\s]+)$/i.exec(address.trim());
  return found === null ? null : imageOf(Buffer.from(found[1]!, "base64"));
}

/** Bytes of one of the three kinds of image that browsers draw and that carry no script; `null` for anything else. */
export function imageOf(bytes: Buffer): Image | null {
  const kind = detectKind(bytes);
  return kind === "png" || kind === "jpeg" || kind === "gif" ? { type: `image/${kind}`, bytes } : null;
}
