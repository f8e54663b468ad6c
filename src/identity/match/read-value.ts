/** Reads what a source wrote into a value that can be compared, or finds that it says nothing. */
import { fold } from "#standards";
import { soundOf } from "./sound.ts";
import type { Value } from "./record.ts";
import type { AttributeSpec, MatchModel, NameLists } from "./spec.ts";

/** How many values a reader remembers before it begins anew: names come again, so that a batch makes each once. */
const MOST_REMEMBERED = 400_000;

const NONE: readonly string[] = [];
const NO_GROUPS: ReadonlyMap<string, readonly (readonly number[])[]> = new Map();

/** Where each name stands in a list's groups. */
export type ListIndex = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** By list and name, the groups that hold the name: twice the group's place, and one more for its full form. */
export function indexLists(lists: NameLists): ListIndex {
  return new Map(
    Object.entries(lists).map(([list, groups]) => {
      const byName = new Map<string, number[]>();
      groups.forEach((group, at) => {
        [...new Set(group.map(compact))].forEach((name, index) => byName.set(name, [...(byName.get(name) ?? []), at * 2 + (index === 0 ? 1 : 0)]));
      });
      return [list, byName];
    }),
  );
}

/** Letters that folding by Unicode leaves alone, as they are written in English letters. */
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

const folded = (text: string): string => {
  // Most texts are plain already; folding by Unicode costs ten times as much.
  if (/^[a-z0-9 ]*$/.test(text)) return text.trim();
  return fold(text.replace(/['’`]/g, "")).replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter]!);
};
const compact = (text: string): string => folded(text).replaceAll(" ", "");

/** The values of one attribute. */
export class ValueReader {
  readonly #spec: AttributeSpec;
  readonly #ignore: ReadonlySet<string>;
  readonly #ignoreWords: ReadonlySet<string>;
  readonly #yearAlone: ReadonlySet<string>;
  readonly #counts: ReadonlyMap<string, number> | undefined;
  readonly #total: number;
  readonly #others: number;
  readonly #rarest: number;
  readonly #lists: ListIndex;
  readonly #read = new Map<string, Value | null>();

  constructor(spec: AttributeSpec, counted: MatchModel["frequencies"][string] | undefined, rarest: number, lists: ListIndex) {
    this.#spec = spec;
    this.#ignore = new Set((spec.ignore ?? []).map((each) => compact(each)));
    this.#ignoreWords = new Set(spec.ignoreWords ?? []);
    this.#yearAlone = new Set((spec.yearAlone ?? []).map((each) => each.replace("-", "")));
    this.#counts = counted && new Map(Object.entries(counted.counts));
    this.#total = counted?.total ?? 1;
    this.#others = counted?.others ?? 1;
    this.#rarest = rarest;
    this.#lists = lists;
  }

  /** The value, or `null` where the text is empty or a default that carries no weight. */
  read(raw: string): Value | null {
    const known = this.#read.get(raw);
    if (known !== undefined) return known;
    if (this.#read.size >= MOST_REMEMBERED) this.#read.clear();
    const made = this.#make(raw);
    this.#read.set(raw, made);
    return made;
  }

  #make(raw: string): Value | null {
    const { as, length, means, outward } = this.#spec;
    let words = as === "date" || as === "digits" ? NONE : folded(raw).split(" ").filter((word) => word !== "" && !this.#ignoreWords.has(word));
    let text = as === "date" ? dateText(raw) : as === "digits" ? raw.replace(/\D/g, "") : words.join("");
    if (as === "code" && means !== undefined) text = means[text] ?? text;
    if (text === "" || this.#ignore.has(text) || (length !== undefined && text.length !== length)) return null;
    if (as === "date" && this.#yearAlone.has(text.slice(4))) text = `${text.slice(0, 4)}....`;
    if (as !== "name" && as !== "text") words = NONE;
    const count = this.#counts?.get(text);
    return {
      raw, text, words, hashes: [],
      sounds: as === "name" ? words.map(soundOf) : NONE,
      groups: as === "name" ? groupsOf(words, this.#lists) : NO_GROUPS,
      outward: as === "postcode" ? (outward === undefined ? text.slice(0, -3) : text.slice(0, outward)) : "",
      frequency: this.#counts === undefined ? Number.NaN : Math.max(this.#rarest, (count ?? this.#others) / this.#total),
    };
  }
}

/** Eight digits, `.` for what is not said: `1950-03` is `195003..`. Impossible days and months stay. */
function dateText(raw: string): string {
  const match = /^\s*(\d{4})-?(\d\d)?-?(\d\d)?/.exec(raw);
  return match === null ? "" : `${match[1]!}${match[2] ?? ".."}${match[3] ?? ".."}`;
}

function groupsOf(words: readonly string[], lists: ListIndex): Value["groups"] {
  let groups: Map<string, readonly number[][]> | undefined;
  for (const [list, byName] of lists) {
    const mine = words.map((word) => [...(byName.get(word) ?? [])]);
    // A list may hold a name of several words: Abd al Rahman.
    const whole = words.length > 1 ? byName.get(words.join("")) : undefined;
    if (whole) mine.push([...whole]);
    if (mine.some((each) => each.length > 0)) (groups ??= new Map()).set(list, mine);
  }
  return groups ?? NO_GROUPS;
}

