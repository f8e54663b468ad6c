/** A level of a field in the words that a reviewer reads. */
import type { Value } from "./record.ts";
import type { FieldSpec } from "./spec.ts";

/**
 * `given name: Jon is a short form of Jonathan`. The values that passed the test are
 * named where there are such, else the present ones; `level` is `null` where one side says nothing.
 */
export function levelWords(field: string, level: FieldSpec["levels"][number] | null, allMine: readonly Value[], allTheirs: readonly Value[], passedMine: Value | null, passedTheirs: Value | null): string {
  if (level === null) return `${field}: ${allMine.length === 0 ? (allTheirs.length === 0 ? "not known on either side" : "not known here") : "not known there"}`;
  const mine = (passedMine ?? allMine[0])?.raw ?? "";
  const theirs = (passedTheirs ?? allTheirs[0])?.raw ?? "";
  const words = level.words === undefined ? plain(level.verdict, mine, theirs) : level.words.replaceAll("{mine}", mine).replaceAll("{theirs}", theirs);
  const earlier = passedMine !== null && (passedMine !== allMine[0] || passedTheirs !== allTheirs[0]) && level.verdict !== "differs" && allMine.includes(passedMine) ? ", one of them an earlier one" : "";
  return `${field}: ${words}${earlier}${level.rarity === undefined ? "" : commonness(passedMine, passedTheirs)}`;
}

function plain(verdict: FieldSpec["levels"][number]["verdict"], mine: string, theirs: string): string {
  if (verdict === "differs") return `${mine} here, ${theirs} there`;
  if (mine === theirs) return `${mine} on both sides`;
  return verdict === "agrees" ? `${mine} and ${theirs} are the same` : `${mine} is like ${theirs}`;
}

/** Whether many share the value: agreement on Smith says little. */
function commonness(mine: Value | null, theirs: Value | null): string {
  const frequency = Math.max(mine?.frequency ?? Number.NaN, theirs?.frequency ?? Number.NaN);
  return frequency >= 1 / 300 ? ", a common one" : frequency <= 1 / 20_000 ? ", a rare one" : "";
}
