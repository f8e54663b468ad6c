/**
 * Objections to sharing for direct care (UK GDPR, Article 21; OPT-04 to OPT-11). A register
 * of cases: who objects to what, how the identity was checked, what was considered and
 * which clinician decided. `#access` closes records by it. Not the national data opt-out and
 * not a Summary Care Record choice: neither is held here or made from anything here.
 */
export { isInForce, OBJECTION_STATES, type Objection, type ObjectionState } from "./objection.ts";
export { distinctScopes, isWithin, scopeKey, scopeOfKey, type ObjectionScope, type ScopeKind } from "./scope.ts";
export {
  askedOf, awaitsDecision, CASE_STEPS, CHANNELS, contactOf, decisionOf, isCarried, isEnded, isIdentified, mayFollow, nextSteps, partsOf, receivedAt, referenceOf, reviewerOf, standsAt, stateOf, takeNext,
  type CaseAct, type CaseStep, type CaseStepName, type Channel, type Contact, type ObjectionCase, type Outcome, type SafetyAssessment,
} from "./case.ts";
export { deciderOf, decidersOf, isOwnRecord, type Decider } from "./decider.ts";
export { carryObjections, lodge, readCase, readCases, readCasesOf, readHolders, readInForce, readObjections, takeStep } from "./store.ts";
export { isOverride, makeOverride, readOverride, readOverrides, recordOverride, type Override } from "./override.ts";
export { dueOf, isOverdue, reviewOf } from "./due.ts";
export { letterFaults, LETTERS, lettersFor, longDay, partsWords, writeLetter, type Letter, type LetterKind } from "./letter.ts";
export { keepLetter, readLetters, recordSent, type KeptLetter } from "./letters.ts";
export { closeRequest, hashedSender, isRequestForm, keepRequest, newReference, readOpenRequests, readRequest, readRequestOf, type ObjectionRequest, type RequestForm } from "./request.ts";
export { breachesOf, complianceLine, timesInForce, type Breach, type ComplianceReport, type InForce } from "./compliance.ts";
export { keepRun, lastRun, wasRunFor } from "./compliance-runs.ts";
export { consentOf } from "./consent.ts";
