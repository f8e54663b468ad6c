/**
 * Candidate keys: two records that may be one person share at least one. A key is
 * a 64-bit hash of a recipe's parts; each must be so narrow that few people share it.
 */
import type { Prepared, Value } from "./record.ts";
import type { KeyPart, KeyRecipe } from "./spec.ts";

/** Most keys that one recipe gives a record: somebody of ten names at twenty addresses asks no thousand questions. */
const MOST_OF_A_RECIPE = 24;

/** Two halves of 32 bits each, so that a batch makes no bigint. */
export type KeyMaker = (p: Prepared, take: (low: number, high: number) => void) => void;

/** Numbers the parts of a specification, so that a value keeps the hashes of each part that it was asked for. */
export class PartNumbers {
  readonly #numbers = new Map<string, number>();

  of({ of, by, letters }: KeyPart): number {
    const name = `${of}/${by}/${letters ?? ""}`;
    const number = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }
}

// One record at a time is worked on: halves of the keys so far, and of those one part longer.
const lows = [new Int32Array(MOST_OF_A_RECIPE), new Int32Array(MOST_OF_A_RECIPE)] as const;
const highs = [new Int32Array(MOST_OF_A_RECIPE), new Int32Array(MOST_OF_A_RECIPE)] as const;

/** Compiles a recipe; `seed` is its name and the spec's version, so that no two recipes ever give one key. */
export function compileRecipe(recipe: KeyRecipe, seed: string, attributes: readonly string[], numbers: PartNumbers, path: string, faults: string[]): KeyMaker {
  const parts = recipe.parts.map((part, index) => {
    const place = attributes.indexOf(part.of);
    if (place === -1) faults.push(`${path}/parts/${index}/of names no attribute of this specification`);
    return { place, part, number: numbers.of(part) };
  });
  const [seedLow, seedHigh] = [hash32(seed, LOW), hash32(seed, HIGH)];
  // Mixed: given and family name may have changed places, so that the order of parts must not tell.
  const join = recipe.mixed ? (before: number, part: number): number => (before + Math.imul(part, 0x9e3779b1)) | 0 : (before: number, part: number): number => mix(before ^ part);
  return (p, take) => {
    let from: 0 | 1 = 0;
    let size = 1;
    lows[0][0] = seedLow;
    highs[0][0] = seedHigh;
    for (const { place, part, number } of parts) {
      const to: 0 | 1 = from === 0 ? 1 : 0;
      let longer = 0;
      for (const value of p.values[place]!) {
        const hashes = partHashes(value, part, number);
        for (let at = 0; at < hashes.length; at += 2) {
          for (let before = 0; before < size && longer < MOST_OF_A_RECIPE; before++) {
            lows[to][longer] = join(lows[from][before]!, hashes[at]!);
            highs[to][longer++] = join(highs[from][before]!, hashes[at + 1]!);
          }
        }
      }
      if (longer === 0) return;
      size = longer;
      from = to;
    }
    for (let at = 0; at < size; at++) take(mix(lows[from][at]!), mix(highs[from][at]!));
  };
}

/** Both halves of the hash of each text that a part of a recipe takes from a value; made once a value. */
function partHashes(value: Value, part: KeyPart, number: number): readonly number[] {
  const known = value.hashes[number];
  if (known !== undefined) return known;
  const texts = new Set<string>();
  partTexts(value, part, texts);
  // A plain array: a typed one of two numbers takes three times the room, and a batch keeps millions.
  return (value.hashes[number] = [...texts].flatMap((text) => [hash32(text, LOW), hash32(text, HIGH)]));
}

function partTexts(value: Value, part: KeyPart, into: Set<string>): void {
  const { text } = value;
  const letters = part.letters ?? 3;
  const add = (each: string): void => {
    if (each !== "" && !each.includes(".")) into.add(each);
  };
  switch (part.by) {
    case "whole": return add(text);
    case "sound": return add(value.sounds.join(""));
    case "word": return value.words.forEach((word) => word.length > 1 && add(word));
    case "word-sound": return value.sounds.forEach((sound, at) => value.words[at]!.length > 1 && add(sound));
    case "listed":
      for (const [list, groups] of value.groups) for (const group of groups.flat()) add(`${list}${group >> 1}`);
      return value.sounds.forEach((sound, at) => value.words[at]!.length > 1 && add(sound));
    case "first": return text.length >= letters ? add(text.slice(0, letters)) : undefined;
    case "last": return text.length >= letters ? add(text.slice(-letters)) : undefined;
    case "outward": return add(value.outward);
    case "initial": return add(text.slice(0, 1));
    case "year": return add(text.slice(0, 4));
    case "year-month": return add(text.slice(0, 6));
    case "day-month": return add(text.slice(4));
    // A birth date whatever the order of its day and month.
    case "parts": return add(text.slice(0, 4) + [text.slice(4, 6), text.slice(6)].sort().join(""));
  }
}

const LOW = 0x811c9dc5;
const HIGH = 0x2545f491;

/** FNV-1a over the characters, mixed at the end: 32 bits, signed. */
function hash32(text: string, basis: number): number {
  let hash = basis | 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix(hash);
}

/** MurmurHash3's last step: each bit comes to depend on every other. */
function mix(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Two halves as one signed number of 64 bits, as PostgreSQL's bigint holds it. */
export const joinHalves = (low: number, high: number): bigint => BigInt.asIntN(64, (BigInt(high | 0) << 32n) | BigInt(low >>> 0));
