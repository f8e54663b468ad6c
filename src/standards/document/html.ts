/**
 * HTML of any quality to plain structure. Reads once from left to right, in time
 * that grows with its length alone; end tags that are missing or too many, and
 * elements nested without end, change how it looks and never what it says.
 */
import { blocksOf, type Markup } from "./markup.ts";
import { Measure, type Readable } from "./blocks.ts";

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ndash: "–", mdash: "—", hellip: "…", deg: "°", micro: "µ", plusmn: "±", pound: "£", euro: "€", rsquo: "’", lsquo: "‘", ldquo: "“", rdquo: "”", bull: "•", middot: "·", frac12: "½", frac14: "¼", frac34: "¾", times: "×", divide: "÷", le: "≤", ge: "≥", ne: "≠", rarr: "→", larr: "←", uarr: "↑", darr: "↓", alpha: "α", beta: "β", gamma: "γ", mu: "μ", sup2: "²", sup3: "³", copy: "©", reg: "®", trade: "™", eacute: "é", egrave: "è", uuml: "ü", ouml: "ö", auml: "ä", szlig: "ß", ccedil: "ç", ntilde: "ñ", zwj: "", zwnj: "", shy: "" };

const VOID: ReadonlySet<string> = new Set(["br", "hr", "img", "input", "meta", "link", "base", "col", "area", "embed", "source", "track", "wbr", "frame"]);
/** Their content is no markup. */
const RAW: ReadonlySet<string> = new Set(["script", "style", "template", "textarea", "title", "noscript", "iframe", "xmp"]);
/** A new one of these ends an open one of its kind, up to the element that may hold it. */
const ENDS: Readonly<Record<string, readonly [ends: readonly string[], within: readonly string[]]>> = {
  li: [["li"], ["ul", "ol"]], item: [["item"], ["list"]], tr: [["tr"], ["table"]], td: [["td", "th"], ["tr", "table"]], th: [["td", "th"], ["tr", "table"]], tbody: [["tbody", "thead", "tr"], ["table"]], thead: [["tbody", "thead"], ["table"]], p: [["p"], ["td", "th", "li", "div", "section", "body", "table"]], dt: [["dt", "dd"], ["dl"]], dd: [["dt", "dd"], ["dl"]],
};
/** Deeper elements give their text to the one that holds them. */
const DEEPEST = 80;

/** Reads HTML; `title` words stay out of the body, as in a browser. */
export function readHtml(text: string): Readable {
  const measure = new Measure();
  return measure.done(blocksOf(htmlTree(text).children, measure));
}

/** A tree of what is there; never fails. */
export function htmlTree(text: string): Markup {
  const root: Markup = { name: "html", attributes: new Map(), children: [] };
  const open: Markup[] = [root];
  let beyond = 0;
  let at = 0;
  const addText = (piece: string): void => {
    if (piece !== "") open.at(-1)!.children.push(decoded(piece));
  };
  while (at < text.length) {
    const start = text.indexOf("<", at);
    if (start < 0) {
      addText(text.slice(at));
      break;
    }
    addText(text.slice(at, start));
    if (text.startsWith("<!--", start)) {
      const end = text.indexOf("-->", start + 4);
      at = end < 0 ? text.length : end + 3;
      continue;
    }
    const next = text[start + 1] ?? "";
    // "<5 mmol/L" is a value and no tag.
    if (!/[a-z/!?]/i.test(next)) {
      addText("<");
      at = start + 1;
      continue;
    }
    const end = endOfTag(text, start + 1);
    // A tag that never ends may be words after all ("creatinine <upper limit"): they are kept.
    if (end < 0) {
      addText(text.slice(start));
      break;
    }
    const tag = text.slice(start + 1, end);
    at = end + 1;
    if (next === "!" || next === "?") continue;
    const name = /^\/?([a-z][\w:-]*)/i.exec(tag)?.[1]?.toLowerCase().replace(/^.*:/, "");
    if (name === undefined) continue;
    if (tag.startsWith("/")) {
      if (beyond > 0) beyond--;
      else closeNamed(open, name);
      continue;
    }
    const element: Markup = { name, attributes: attributesOf(tag), children: [] };
    const ends = ENDS[name];
    if (ends !== undefined) closeImplied(open, ...ends);
    open.at(-1)!.children.push(element);
    if (RAW.has(name)) {
      const closing = new RegExp(`</${name}\\s*>`, "gi");
      closing.lastIndex = at;
      const closed = closing.exec(text);
      if (name === "noscript" || name === "xmp") element.children.push(text.slice(at, closed?.index ?? text.length).replace(/<[^>]*>/g, " "));
      at = closed === null ? text.length : closing.lastIndex;
    } else if (!VOID.has(name) && !tag.endsWith("/")) {
      if (open.length < DEEPEST) open.push(element);
      else {
        open.at(-1)!.children.pop();
        beyond++;
      }
    }
  }
  return root;
}

/** The `>` that ends a tag: one inside a quoted value does not. */
function endOfTag(text: string, from: number): number {
  let quote = "";
  // A quotation mark that is never closed must not swallow the document: tags are short.
  const most = Math.min(text.length, from + 4_000_000);
  for (let at = from; at < most; at++) {
    const character = text[at]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if ((character === '"' || character === "'") && text[at - 1] === "=") quote = character;
    else if (character === ">") return at;
  }
  return quote === "" ? -1 : text.indexOf(">", from);
}

function closeNamed(open: Markup[], name: string): void {
  for (let depth = open.length - 1; depth > 0; depth--) {
    if (open[depth]!.name === name) return void open.splice(depth);
    // A stray end tag of a text style does not end the table around it.
    if (["td", "th", "table"].includes(open[depth]!.name) && !["table", "tr", "tbody", "thead"].includes(name)) return;
  }
}

function closeImplied(open: Markup[], ends: readonly string[], within: readonly string[]): void {
  for (let depth = open.length - 1; depth > 0; depth--) {
    const { name } = open[depth]!;
    if (ends.includes(name)) return void open.splice(depth);
    if (within.includes(name)) return;
  }
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name, double, single, bare] of tag.replace(/^[a-z][\w:-]*/i, "").matchAll(/([a-z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)) {
    const value = double ?? single ?? bare ?? "";
    if (!found.has(name!.toLowerCase())) found.set(name!.toLowerCase(), value.length > 200 ? value : decoded(value));
  }
  return found;
}

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi, (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : " ";
  });
}
