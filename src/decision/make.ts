import type { AccessDecision } from "./index.ts";

/** Brands what `#access` decided. The floors test lets no other room import this file. */
export function makeDecision(decided: Omit<AccessDecision, symbol>): AccessDecision {
  return Object.freeze({ ...decided }) as AccessDecision;
}
