/** Explanations first, then rules, then patterns, then a score: the same for a batch of a minute and for a quarter of a year. */
import type { Accesses, Context } from "./columns.ts";
import { explain, type Explained, type Places } from "./explain.ts";
import { findPatterns, type Customs, type Pattern } from "./patterns.ts";
import { bitOf } from "./rule-names.ts";
import { fireOnAccesses, type RoleSets } from "./rules.ts";
import { scoreOf, standingOf, weightsOf } from "./score.ts";
import type { Settings } from "./settings.ts";

export type Assessed = {
  readonly explained: Explained;
  /** Bits of the rules that fired on each access, patterns that it belongs to included. */
  readonly fired: Int32Array;
  /** 0 to 100 for each access. */
  readonly score: Float32Array;
  readonly patterns: readonly Pattern[];
  readonly customs: Customs;
};

export type AssessOptions = { readonly now: number; readonly dayStart: number; readonly customs: Customs | null };

/** Assesses accesses that are in order of time. */
export function assess(accesses: Accesses, context: Context, places: Places, roles: RoleSets, settings: Settings, options: AssessOptions): Assessed {
  for (let row = 1; row < accesses.size; row++) if (accesses.at[row]! < accesses.at[row - 1]!) throw new Error(`accesses are not in order of time at row ${row}`);
  const explained = explain(accesses, context, places, settings);
  const fired = fireOnAccesses(accesses, context, explained, roles, settings, options.now);
  const { patterns, customs } = findPatterns(accesses, context, explained, fired, settings, options.dayStart, options.customs);
  for (const pattern of patterns) for (const row of pattern.rows) fired[row]! |= bitOf(pattern.rule);
  const weights = weightsOf(settings);
  const score = new Float32Array(accesses.size);
  for (let row = 0; row < accesses.size; row++) if (fired[row] !== 0) score[row] = scoreOf(fired[row]!, weights[standingOf(explained, row)]!);
  return { explained, fired, score, patterns, customs };
}
