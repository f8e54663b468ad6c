/**
 * Candidate keys: two records that may be one person share at least one. A key is
 * a 64-bit hash of a recipe's parts; each must be so narrow that few people share it.
 */
import type { Prepared, Value } from "./record.ts";
import type { KeyPart, KeyRecipe } from "./spec.ts";

/** Most keys that one recipe gives a record: somebody of ten names at twenty addresses asks no thousand questions. */
const MOST_OF_A_RECIPE = 24;

export type KeyMaker = (p: Prepared, take: (low: number, high: number) => void) => void;

/** Compiles a recipe; `seed` is its place and the spec's version, so that no two recipes ever give one key. */
export function compileRecipe(recipe: KeyRecipe, seed: string, attributes: readonly string[], path: string, faults: string[]): KeyMaker {
  const parts = recipe.parts.map((part, index) => {
    const place = attributes.indexOf(part.of);
    if (place === -1) faults.push(`${path}/parts/${index}/of names no attribute of this specification`);
    return { place, part };
  });
  return (p, take) => {
    let texts: string[] = [""];
    for (const { place, part } of parts) {
      const mine = new Set<string>();
      for (const value of p.values[place]!) partTexts(value, part, mine);
      if (mine.size === 0) return;
      const longer: string[] = [];
      // Mixed: the parts in the alphabet's order, so that given and family name may have changed places.
      for (const before of texts) for (const text of mine) longer.push(recipe.mixed && before !== "" && text < before.slice(1) ? `|${text}${before}` : `${before}|${text}`);
      texts = longer.slice(0, MOST_OF_A_RECIPE);
    }
    for (const text of texts) take(hash32(text, seed, 0x811c9dc5), hash32(text, seed, 0x2545f491));
  };
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
      for (const [list, groups] of value.groups) for (const group of groups.flat()) add(`${list}${group}`);
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

/** FNV-1a over the characters, mixed at the end as MurmurHash3 does: 32 bits, signed. */
function hash32(text: string, seed: string, basis: number): number {
  let hash = basis | 0;
  for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Two halves as one signed number of 64 bits, as PostgreSQL's bigint holds it. */
export const joinHalves = (low: number, high: number): bigint => BigInt.asIntN(64, (BigInt(high | 0) << 32n) | BigInt(low >>> 0));
