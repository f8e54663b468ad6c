/** Turns the tests of a specification into functions over two records. */
import type { Prepared, Value } from "./record.ts";
import { edits, jaroWinkler } from "./similarity.ts";
import { TESTS, type When } from "./spec.ts";

/** Whether two records pass. The values that did so lie in `passed` until the next test. */
export type LevelTest = (a: Prepared, b: Prepared) => boolean;

/** The pair of values that passed last: numbers of a million pairs a second leave no time for an object each. */
export const passed: { a: Value | null; b: Value | null } = { a: null, b: null };

type Single = Exclude<When, { all: unknown } | { any: unknown } | { not: unknown }>;
type PairTest = (a: Value, b: Value) => boolean;

/** Compiles a test; what is wrong with it goes to `faults`, under its path. */
export function compileTest(when: unknown, attributes: readonly string[], path: string, faults: string[]): LevelTest {
  const never: LevelTest = () => false;
  if (typeof when !== "object" || when === null) {
    faults.push(`${path} is no test`);
    return never;
  }
  if ("all" in when || "any" in when) {
    const every = "all" in when;
    const parts = every ? when.all : (when as { any: unknown }).any;
    if (!Array.isArray(parts) || parts.length === 0) {
      faults.push(`${path} needs a list of tests`);
      return never;
    }
    const tests = parts.map((each, index) => compileTest(each, attributes, `${path}/${every ? "all" : "any"}/${index}`, faults));
    return every ? (a, b) => tests.every((test) => test(a, b)) : (a, b) => tests.some((test) => test(a, b));
  }
  if ("not" in when) {
    const test = compileTest(when.not, attributes, `${path}/not`, faults);
    return (a, b) => !test(a, b);
  }
  const single = when as Single;
  if (!TESTS.includes(single.is)) {
    faults.push(`${path}/is ${String(single.is)} is not one of ${TESTS.join(", ")}`);
    return never;
  }
  const names = typeof single.of === "string" ? [single.of] : Array.isArray(single.of) ? (single.of as string[]) : [];
  const places = names.map((name) => attributes.indexOf(name));
  if (places.length === 0 || places.includes(-1)) {
    faults.push(`${path}/of names no attribute of this specification`);
    return never;
  }
  const test = pairTest(single, path, faults);
  const [mine, theirs = mine] = places as [number, number?];
  if (single.is === "crossed") return crossed(mine, theirs, test);
  if (mine !== theirs) return (a, b) => somePair(a.values[mine]!, b.values[theirs]!, test) || somePair(a.values[theirs]!, b.values[mine]!, test);
  if (single.now) return (a, b) => somePair(a.values[mine]!.slice(0, 1), b.values[mine]!.slice(0, 1), test);
  return (a, b) => somePair(a.values[mine]!, b.values[mine]!, test);
}

function somePair(mine: readonly Value[], theirs: readonly Value[], test: PairTest): boolean {
  for (const a of mine) {
    for (const b of theirs) {
      if (!test(a, b)) continue;
      passed.a = a;
      passed.b = b;
      return true;
    }
  }
  return false;
}

/** Each of two attributes against the other: given and family name in each other's place. */
function crossed(first: number, second: number, test: PairTest): LevelTest {
  return (a, b) => somePair(a.values[first]!, b.values[second]!, test) && somePair(a.values[second]!, b.values[first]!, test);
}

function pairTest({ is, atLeast = 1, atMost = 0, letters = 0, oneRarer, lists = [], full = false, how }: Single, path: string, faults: string[]): PairTest {
  switch (is) {
    case "same": return (a, b) => a === b || (a.text === b.text && !a.text.includes("."));
    case "same-words": return (a, b) => a.words.length > 1 && a.words.length === b.words.length && a.words.every((word) => b.words.includes(word));
    case "first-word": return (a, b) => (a.words.length > 1 || b.words.length > 1) && a.words[0]!.length >= letters && a.words[0] === b.words[0];
    case "shared-word": return (a, b) => (a.words.length > 1 || b.words.length > 1) && a.words.some((word) => word.length >= letters && b.words.includes(word));
    case "inside": return (a, b) => Math.min(a.text.length, b.text.length) >= letters && (a.text.includes(b.text) || b.text.includes(a.text));
    case "listed": return (a, b) => (a.groups.size > 0 && b.groups.size > 0) && lists.some((list) => shareGroup(a.groups.get(list), b.groups.get(list), full));
    case "sounds": return (a, b) => a.sounds.length === b.sounds.length && a.sounds.every((sound, at) => sound === b.sounds[at]);
    case "similar": return (a, b) => Math.min(a.text.length, b.text.length) >= letters && jaroWinkler(a.text, b.text) >= atLeast;
    case "edits": return (a, b) => Math.min(a.text.length, b.text.length) >= letters && edits(a.text, b.text, atMost) <= atMost && (oneRarer === undefined || !(a.frequency >= oneRarer && b.frequency >= oneRarer));
    case "initial": return (a, b) => (a.words[0]?.length === 1 || b.words[0]?.length === 1) && a.text[0] === b.text[0];
    case "prefix": return (a, b) => Math.min(a.text.length, b.text.length) >= letters && (a.text.startsWith(b.text) || b.text.startsWith(a.text));
    case "outward": return (a, b) => a.outward !== "" && a.outward === b.outward;
    // Names in each other's place, written nearly the same.
    case "crossed": return (a, b) => a.text === b.text || (a.groups.size > 0 && lists.some((list) => shareGroup(a.groups.get(list), b.groups.get(list), full))) || (a.text.length > 3 && edits(a.text, b.text, atMost) <= atMost) || a.words.some((word) => word.length > 2 && b.words.includes(word));
    case "date":
      if (how === undefined) faults.push(`${path}/how is missing`);
      return dateTest(how ?? "year");
    case "year-apart": return (a, b) => Math.abs(Number(a.text.slice(0, 4)) - Number(b.text.slice(0, 4))) <= atMost;
  }
}

function shareGroup(mine: readonly (readonly number[])[] | undefined, theirs: readonly (readonly number[])[] | undefined, full: boolean): boolean {
  return mine !== undefined && theirs !== undefined && mine.some((groups) => groups.some((group) => theirs.some((each) => each.some((other) => other >> 1 === group >> 1 && (!full || ((other | group) & 1) === 1)))));
}

function dateTest(how: NonNullable<Single["how"]>): PairTest {
  switch (how) {
    case "day-month-swapped": return ({ text: a }, { text: b }) => a.slice(0, 4) === b.slice(0, 4) && !a.includes(".") && a.slice(4, 6) === b.slice(6) && a.slice(6) === b.slice(4, 6);
    case "one-digit": return (a, b) => differingDigits(a.text, b.text) === 1;
    case "two-digits": return (a, b) => differingDigits(a.text, b.text) === 2;
    case "digits-swapped": return ({ text: a }, { text: b }) => differingDigits(a, b) === 2 && edits(a, b, 1) <= 1;
    case "year-month": return ({ text: a }, { text: b }) => !a.slice(0, 6).includes(".") && a.slice(0, 6) === b.slice(0, 6);
    case "day-month": return ({ text: a }, { text: b }) => !a.includes(".") && a.slice(4) === b.slice(4);
    case "year": return ({ text: a }, { text: b }) => a.slice(0, 4) === b.slice(0, 4);
  }
}

/** Digits of two full dates that differ; of others 9. */
function differingDigits(a: string, b: string): number {
  let count = 0;
  for (let at = 0; at < 8; at++) {
    const digit = a.charCodeAt(at);
    if (digit === 46 || b.charCodeAt(at) === 46) return 9;
    if (digit !== b.charCodeAt(at)) count++;
  }
  return count;
}
