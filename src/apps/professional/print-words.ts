/**
 * What a cell of the record's pages says, without what only a screen can do:
 * links, icons, colour, words for screen readers alone. The cells of prints are
 * the cells of the lists, read through here, so that paper never says another
 * thing than the screen. Reads the product's own markup, which `html` escaped:
 * every `<` in it opens or closes an element.
 */
import { html, type Content, type Html } from "#platform";
import type { Headline } from "#sections";

/** Text with line ends; `strong` stands out in weight, never in colour. */
export type PrintRun = { readonly text: string; readonly strong: boolean };
export type PrintWords = readonly PrintRun[];

const PIECE = /<(\/?)([a-z0-9]+)([^<>]*)>|([^<]+)/gi;
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
/** Elements without content. */
const VOID = new Set(["br", "hr", "img", "input", "wbr", "use", "path"]);
/** Icons stand beside words, these are read out and not seen. */
const isUnseen = (name: string, attributes: string): boolean => name === "svg" || /\bclass="(?:[^"]* )?(?:vh|nhsuk-u-visually-hidden)(?: [^"]*)?"/.test(attributes);
/** A label that a screen draws in a box; on paper in square brackets, so that it is not read as the row's own words. */
const isTag = (attributes: string): boolean => /\bclass="(?:[^"]* )?tag(?: [^"]*)?"/.test(attributes);

type Open = { readonly name: string; readonly unseen: boolean; readonly strong: boolean; readonly tag: boolean };

/** The words of a cell; none where it says nothing. */
export function printWords(content: Content): PrintWords {
  const runs: { text: string; strong: boolean }[] = [];
  const open: Open[] = [];
  const add = (text: string, strong = open.some((each) => each.strong)): void => {
    const last = runs.at(-1);
    if (last !== undefined && last.strong === strong) last.text += text;
    else runs.push({ text, strong });
  };
  for (const [, closing, given, attributes, text] of html`${content}`.text.matchAll(PIECE)) {
    const unseen = open.some((each) => each.unseen);
    if (text !== undefined) {
      if (!unseen) add(text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]!).replace(/[ \t\r\n\f]+/g, " "));
      continue;
    }
    const name = given!.toLowerCase();
    if (VOID.has(name)) {
      if (name === "br" && !unseen) add("\n");
    } else if (closing === "") {
      const element: Open = { name, unseen: isUnseen(name, attributes!), strong: name === "strong" || name === "b" || isTag(attributes!), tag: isTag(attributes!) };
      open.push(element);
      if (element.tag && !unseen) add("[");
    } else {
      const at = open.findLastIndex((each) => each.name === name);
      if (at >= 0 && open[at]!.tag && !unseen) add("]");
      if (at >= 0) open.length = at;
      if (name === "p" || name === "li" || name === "div") add("\n");
    }
  }
  return tidy(runs);
}

/** One space between words, none at the ends of lines. */
function tidy(runs: readonly PrintRun[]): PrintWords {
  const tidied: PrintRun[] = [];
  let before = "\n";
  for (const { text, strong } of runs) {
    let said = text.replace(/ *\n */g, "\n").replace(/ {2,}/g, " ");
    if (before === "\n" || before === " ") said = said.replace(/^ +/, "");
    if (before === "\n") said = said.replace(/^\n+/, "");
    if (said === "") continue;
    before = said.at(-1)!;
    tidied.push({ text: said, strong });
  }
  const last = tidied.pop();
  const ended = last?.text.replace(/[ \n]+$/, "");
  if (last !== undefined && ended !== "") tidied.push({ text: ended!, strong: last.strong });
  return tidied;
}

/** Words that are said as text. */
export const plainWords = (text: string, strong = false): PrintWords => (text === "" ? [] : [{ text, strong }]);

/** The headline of a section: its statement, then every caution in bold. */
export function headlineWords({ statement, cautions }: Headline): PrintWords {
  const cautioned = cautions.map((caution) => `${caution}.`).join(" ");
  return statement === null ? plainWords(cautioned, true) : [...plainWords(cautions.length > 0 ? `${statement}. ` : statement), ...plainWords(cautioned, true)];
}

/** All of it as one text. */
export const textOf = (words: PrintWords): string => words.map(({ text }) => text).join("");

/** The words as markup for paper made by a browser. */
export function wordsHtml(words: PrintWords): Html {
  const lines = (text: string): Content => text.split("\n").map((line, index) => (index === 0 ? line : html`<br>${line}`));
  return html`${words.map(({ text, strong }) => (strong ? html`<strong>${lines(text)}</strong>` : lines(text)))}`;
}
