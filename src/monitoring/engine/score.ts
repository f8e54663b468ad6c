/** How much an access stands out: weights of the rules that fired, each of which can be told in words. */
import { NOT_EXPLAINED, type Explained } from "./explain.ts";
import { RULES, type RuleId } from "./rule-names.ts";
import type { Settings } from "./settings.ts";

/** One rule's share of a score. */
export type Part = { readonly rule: RuleId; readonly weight: number };

/** 0: unexplained, 1: weakly explained, 2: explained. */
export const standingOf = (explained: Explained, row: number): 0 | 1 | 2 => (explained.by[row] === NOT_EXPLAINED ? 0 : explained.weak[row] === 1 ? 1 : 2);

/** What each rule weighs by how the access is explained; `[standing][rule]`. */
export function weightsOf(settings: Settings): readonly (readonly number[])[] {
  return [RULES.map((rule) => settings.rules[rule].weight), RULES.map((rule) => settings.rules[rule].weakly), RULES.map((rule) => settings.rules[rule].explained)];
}

/**
 * 0 to 100: each rule takes its share of what the others left, so that two
 * moderate reasons count for more than one and no sum passes the whole.
 */
export function scoreOf(bits: number, weights: readonly number[]): number {
  let left = 1;
  for (let rule = 0; bits !== 0; rule++, bits >>>= 1) if ((bits & 1) !== 0) left *= 1 - weights[rule]!;
  return 100 * (1 - left);
}

/** The parts of a score, the heaviest first; what an explanation excuses is left out. */
export function partsOf(bits: number, weights: readonly number[]): Part[] {
  return RULES.flatMap((rule, index) => ((bits & (1 << index)) !== 0 && weights[index]! > 0 ? [{ rule, weight: weights[index]! }] : [])).sort((a, b) => b.weight - a.weight);
}
