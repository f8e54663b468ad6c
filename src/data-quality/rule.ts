/** What a rule of data quality is: pure, about one message, and silent about the values that it looked at. */
import type { AppliedMessage } from "#feeds";

/** DQU-04, in the order of the scorecard. */
export const DIMENSIONS = ["nhs-number", "completeness", "validity", "timeliness", "uniqueness", "consistency"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export const DIMENSION_TITLES: Readonly<Record<Dimension, string>> = { "nhs-number": "NHS number", completeness: "Completeness", validity: "Validity", timeliness: "Timeliness", uniqueness: "Uniqueness", consistency: "Consistency" };

/** `error`: wrong in itself; `warning`: to be looked at; `information`: worth knowing in numbers. */
export type Severity = "error" | "warning" | "information";

export type Rule = {
  /** Stable: issues are counted by it for years. */
  readonly id: string;
  readonly dimension: Dimension;
  readonly severity: Severity;
  /** What is wrong, in a sentence that names no value. */
  readonly words: string;
  /** The places of the message where it is so; empty where all is well. Never throws, whatever a source sent. */
  readonly look: (message: AppliedMessage) => readonly string[];
};

/** What one rule found in one message. */
export type Issue = { readonly rule: Omit<Rule, "look">; readonly place: string; readonly found: number };
