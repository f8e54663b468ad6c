/**
 * Text from anywhere, made so that a page can carry it. A PDF for assistive
 * technology (PDF/UA-1, 7.21.7) may hold no character without a glyph, and one
 * that the font lacks would be an empty box on paper. Such a character is
 * written as its code, `[U+4E2D]`: seen, named, and never silently left out.
 */
import { fontCharacters, type Ranges } from "./font-characters.ts";

/** Longer words than this get places to break: a cell is narrower than they are, and what stands out of the page is lost. */
const LONGEST_WORD = 24;
const WORD_TOO_LONG = new RegExp(`\\S{${LONGEST_WORD + 1},}`, "gu");
/** A space without width: a place to break that nobody sees. */
const BREAK = "\u200b";

/** They join or vary what stands beside them and have no shape of their own. */
const WITHOUT_SHAPE: ReadonlySet<number> = new Set([0x00ad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, ...Array.from({ length: 16 }, (_, index) => 0xfe00 + index)]);

/** They turn the order of what follows, so that a line could be read as another: written as codes although fonts know them. */
const turnsOrder = (code: number): boolean => code === 0x061c || (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

export class Drawing {
  readonly #covered: readonly Ranges[];

  /** @param fonts all weights that the document is set in: a character counts as drawn where each of them has it */
  constructor(fonts: readonly Uint8Array[]) {
    this.#covered = fonts.map(fontCharacters);
  }

  draws(code: number): boolean {
    return this.#covered.every((ranges) => within(ranges, code));
  }

  /** The text as the page carries it; line ends stay, other white space becomes a space. */
  text(given: string): string {
    let drawn = "";
    for (const character of given.toWellFormed().replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")) {
      const code = character.codePointAt(0)!;
      if (WITHOUT_SHAPE.has(code)) continue;
      if (character === "\n" || (code >= 0x20 && code < 0x7f)) drawn += character;
      else if (code === 0x09 || code === 0x0b || code === 0x0c) drawn += " ";
      else drawn += this.draws(code) && !turnsOrder(code) ? character : `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
    }
    return drawn.length > LONGEST_WORD ? drawn.replace(WORD_TOO_LONG, broken) : drawn;
  }

  /** The same of all text in a structure, its keys apart. */
  all<T>(given: T): T {
    if (typeof given === "string") return this.text(given) as T;
    if (Array.isArray(given)) return given.map((each) => this.all(each)) as T;
    if (typeof given === "object" && given !== null) return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, this.all(value)])) as T;
    return given;
  }
}

/** Codes stay whole. */
const broken = (word: string): string => word.match(/\[U\+[0-9A-F]{4,6}\]|[^[]{1,12}|\[/gu)!.join(BREAK);

function within(ranges: Ranges, code: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle]!;
    if (code < first) high = middle - 1;
    else if (code > last) low = middle + 1;
    else return true;
  }
  return false;
}
