/** Explained and unexplained accesses, alerts, cases, evidence. */
export { ACT, ACTS, CARE, CARE_KIND, FLAG, isSeen, NEVER, type Accesses, type Act, type Care, type CareKind, type Context, type Persons, type Staff } from "./engine/columns.ts";
export { assess, type Assessed, type AssessOptions } from "./engine/assess.ts";
export { CONSULTATION, explain, NOT_EXPLAINED, REPEAT, shiftAt, type Explained, type Places } from "./engine/explain.ts";
export { bitOf, isRuleId, RULES, rulesIn, type RuleId } from "./engine/rule-names.ts";
export { partsOf, scoreOf, standingOf, weightsOf, type Part } from "./engine/score.ts";
export { readSettings, type Settings } from "./engine/settings.ts";
export type { Pattern } from "./engine/patterns.ts";
export type { RoleSets } from "./engine/rules.ts";

export { monitoringFaults, monitoringOf, type Control, type PolicyDocument, type RegionMonitoring } from "./region-monitoring.ts";
export { runMonitoring, takeRound, type Round } from "./job/run.ts";
export type { AlertPart } from "./job/make-alerts.ts";
export { countQueue, readAlert, readAlertEntries, readDay, readNorm, readQueue, triageAlert, type Alert, type AlertState, type QueueCounts, type QueueFilter, type Triage } from "./alerts.ts";
export { CaseConflict, closeCase, declineClose, isOutcome, markBreach, needsSecond, noteCase, openCase, OUTCOMES, readAlertIdsOf, readCase, readCases, type CaseFile, type Outcome } from "./cases.ts";
export { addLine, hasRevealed, readJournalOf, type JournalAct, type JournalLine, type Officer } from "./journal.ts";
export { drawSample, judgeItem, makePlan, readPlans, readSample, readSamples, signPlan, type Plan, type Sample, type SampleItem } from "./samples.ts";
export { checkControl, linkConcern, RAISED_BY, readConcerns, readControlChecks, recordConcern, type Concern, type ControlCheck } from "./controls.ts";
export { readQuarter, readRuleOutcomes, type QuarterReport, type RuleOutcome } from "./reports.ts";
export { wantsWords } from "./problems.ts";
