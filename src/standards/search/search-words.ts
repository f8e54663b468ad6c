/**
 * What somebody typed to find something in a record, as words that must all be
 * there: each by its beginning, or by another name for the same thing. The
 * database counts with a query of these words, the page marks with them: both
 * see a text as its letters and digits, whatever stands between.
 */
import { SYNONYMS } from "./synonyms.ts";

/** A word of a search with what else it may be called; every word of a phrase carries the phrase's other names. */
export type SearchWord = { readonly text: string; readonly others: readonly string[] };

/** Characters of a search, and words of it; what lies beyond is not looked for. */
export const MOST_CHARACTERS = 100;
export const MOST_SEARCH_WORDS = 8;

/** Words that find everything and mean nothing by themselves; part of a name they count (`end of life`). */
const EMPTY_WORDS: ReadonlySet<string> = new Set(["a", "an", "and", "at", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"]);

/** Other names of each name, and the words of the longest; made at the first search, since most processes never see one. */
type Names = { readonly others: ReadonlyMap<string, ReadonlySet<string>>; readonly longest: number };
let known: Names | undefined;
const names = (): Names => (known ??= readNames());

function readNames(): Names {
  const named = new Map<string, Set<string>>();
  for (const { same, parts } of SYNONYMS) {
    for (const word of same) {
      const others = named.get(plain(word)) ?? new Set<string>();
      for (const other of [...same, ...parts]) if (plain(other) !== plain(word)) others.add(other);
      named.set(plain(word), others);
    }
  }
  return { others: named, longest: Math.max(...[...named.keys()].map((name) => name.split(" ").length)) };
}

/** Small letters, one space between words, no signs around them. */
function plain(text: string): string {
  return text.toLowerCase().split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")).filter((word) => word !== "").join(" ");
}

/** The words of a search; none where nothing can be looked for. */
export function readSearchWords(typed: string): readonly SearchWord[] {
  const all = plain(typed.slice(0, MOST_CHARACTERS)).split(" ").filter((word) => word !== "");
  const words: SearchWord[] = [];
  for (let at = 0; at < all.length; ) {
    const length = nameAt(all, at);
    const others = [...(names().others.get(all.slice(at, at + length).join(" ")) ?? [])];
    for (const text of all.slice(at, at + length)) if (length > 1 || !EMPTY_WORDS.has(text)) words.push({ text, others });
    at += length;
  }
  return words.slice(0, MOST_SEARCH_WORDS);
}

/** How many words from here are the longest name that is known; 1 where none is. */
function nameAt(all: readonly string[], at: number): number {
  for (let length = Math.min(names().longest, all.length - at); length > 1; length--) if (names().others.has(all.slice(at, at + length).join(" "))) return length;
  return 1;
}

/** A name as the letters and digits it is made of, the last of them whole or by its beginning. */
type Phrase = { readonly parts: readonly string[]; readonly whole: boolean };

const partsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
/** What was typed is found by its beginning, but a single letter whole; `Crohn's` finds `Crohns` too. */
const typedPhrase = (typed: string): Phrase => {
  const parts = partsOf(typed.replace(/['’]s$/u, ""));
  return { parts, whole: [...parts.at(-1)!].length === 1 };
};
/** Another name is found whole where it is short (`af`, never `after`), else by its beginning (`fracture`, `fractures`). */
const otherPhrase = (name: string): Phrase => ({ parts: partsOf(name), whole: [...partsOf(name).at(-1)!].length <= 4 });
const phrasesOf = ({ text, others }: SearchWord): readonly Phrase[] => [typedPhrase(text), ...others.map(otherPhrase)];

/** One PostgreSQL `tsquery` a word, over a vector of the configuration `simple`. Parts are letters and digits alone: nothing to escape. */
export function searchQueries(words: readonly SearchWord[]): string[] {
  return words.map((word) => `(${phrasesOf(word).map(({ parts, whole }) => parts.map((part, index) => `'${part}'${index === parts.length - 1 && !whole ? ":*" : ""}`).join(" <-> ")).map((phrase) => `(${phrase})`).join(" | ")})`);
}

export type MarkedText = readonly { readonly text: string; readonly marked: boolean }[];

/** The words of one search, made ready once and asked of many texts. */
export class SearchMatcher {
  readonly words: readonly SearchWord[];
  readonly #any: readonly RegExp[];
  readonly #typed: readonly RegExp[];

  constructor(words: readonly SearchWord[]) {
    this.words = words;
    this.#any = words.map((word) => expression(phrasesOf(word)));
    this.#typed = words.map(({ text }) => expression([typedPhrase(text)]));
  }

  /** Every word is in the text. */
  isIn(text: string): boolean {
    return this.#any.every((word) => text.search(word) >= 0);
  }

  /** How many of the words are in the text. */
  countIn(text: string): number {
    return this.#any.filter((word) => text.search(word) >= 0).length;
  }

  /** Where in the text the first word stands; -1 where none does. */
  firstIn(text: string): number {
    const places = this.#any.map((word) => text.search(word)).filter((at) => at >= 0);
    return places.length === 0 ? -1 : Math.min(...places);
  }

  /** The text in pieces, words that agree marked to their end. */
  marked(text: string): MarkedText {
    const spans = this.#any.flatMap((word) => [...text.matchAll(word)].map((found) => [found.index, found.index + found[0].length] as const)).toSorted((a, b) => a[0] - b[0] || b[1] - a[1]);
    const pieces: { text: string; marked: boolean }[] = [];
    let at = 0;
    for (const [from, to] of spans) {
      if (to <= at) continue;
      if (from > at) pieces.push({ text: text.slice(at, from), marked: false });
      pieces.push({ text: text.slice(Math.max(at, from), to), marked: true });
      at = to;
    }
    if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
    return pieces;
  }

  /** Other names by which the text agrees, where what was typed is not in it: `myocardial infarction` for `heart attack`. */
  otherNamesIn(text: string): readonly string[] {
    const names = new Set<string>();
    for (const [index, { others }] of this.words.entries()) {
      if (text.search(this.#typed[index]!) >= 0) continue;
      const found = others.find((name) => text.search(expression([otherPhrase(name)])) >= 0);
      if (found !== undefined) names.add(found);
    }
    return [...names];
  }
}

/** What a reader sees of a phrase: its parts with any signs between, a word by its beginning to the word's end. */
function expression(phrases: readonly Phrase[]): RegExp {
  const made = phrases.map(({ parts, whole }) => parts.join("[^\\p{L}\\p{N}]+") + (whole ? "(?![\\p{L}\\p{N}])" : "[\\p{L}\\p{N}]*"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${made.join("|")})`, "giu");
}
