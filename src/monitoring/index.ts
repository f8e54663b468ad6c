/** Explained and unexplained accesses, alerts, cases, evidence. */
export { ACT, ACTS, CARE, CARE_KIND, FLAG, isSeen, NEVER, type Accesses, type Act, type Care, type CareKind, type Context, type Persons, type Staff } from "./engine/columns.ts";
export { assess, type Assessed, type AssessOptions } from "./engine/assess.ts";
export { CONSULTATION, explain, NOT_EXPLAINED, REPEAT, shiftAt, type Explained, type Places } from "./engine/explain.ts";
export { bitOf, isRuleId, RULES, rulesIn, type RuleId } from "./engine/rule-names.ts";
export { partsOf, scoreOf, standingOf, weightsOf, type Part } from "./engine/score.ts";
export { readSettings, type Settings } from "./engine/settings.ts";
export type { Pattern } from "./engine/patterns.ts";
export type { RoleSets } from "./engine/rules.ts";
