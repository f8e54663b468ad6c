/** Every rule, by its id. */
import type { AppliedMessage } from "#feeds";
import type { Issue, Rule } from "../rule.ts";
import { ACROSS_SOURCES } from "./across-sources.ts";
import { COMPLETENESS } from "./completeness.ts";
import { CONSISTENCY } from "./consistency.ts";
import { NHS_NUMBER } from "./nhs-number.ts";
import { TIMELINESS } from "./timeliness.ts";
import { UNIQUENESS } from "./uniqueness.ts";
import { VALIDITY } from "./validity.ts";

export const RULES: readonly Rule[] = [...NHS_NUMBER, ...COMPLETENESS, ...VALIDITY, ...TIMELINESS, ...UNIQUENESS, ...CONSISTENCY];
const byId = new Map<string, Omit<Rule, "look">>([...RULES, ...ACROSS_SOURCES].map((rule) => [rule.id, rule]));

/** `undefined` for a rule that an earlier version had. */
export const ruleOf = (id: string): Omit<Rule, "look"> | undefined => byId.get(id);

/** What the rules find in a message: one issue a rule, with its first place and how many there are. */
export function issuesOf(message: AppliedMessage): Issue[] {
  const issues: Issue[] = [];
  for (const rule of RULES) {
    const places = rule.look(message);
    if (places.length > 0) issues.push({ rule, place: places[0]!, found: places.length });
  }
  return issues;
}
