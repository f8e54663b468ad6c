/** One person: source patients, their links, the journal, find-a-person, and who may be whom. */
export * from "./source-patient.ts";
export { decideLink, type LinkDecision, type LinkMatter } from "./decide-link.ts";
export type { Doubt, Evidence, ReviewKind } from "./evidence.ts";
export { SourcePatientBook, takeSourcePatient, type SourcePatientWord, type Taken } from "./store.ts";
export { followRelink, readAct, readJournal, relink, type ActKind, type JournalEntry, type Link, type LinkKind, type Relink, type RelinkFollower } from "./links.ts";
export { decideReview, mergePersons, riskOf, sayNotSame, sealFormerIdentity, splitPerson, undoAct, type By, type Decided } from "./acts.ts";
export { countOpenReviews, readOpenReviews, readReview, type Review, type ReviewState } from "./reviews.ts";
export { readDoubted, readHeldApart, readLocalId, readPerson, readPersonsOf, readRegisteredPractices, readSaidBefore, readSuccessors, type SaidBefore } from "./read-person.ts";
export { takeSuperseded, takeTrace, type TraceWord } from "./trace-word.ts";
export { useApartKey } from "./keep-apart.ts";
export { readMatcher, type Matcher, type MatchRecord } from "./match/index.ts";
export { matchPeople, type MatchAnswer } from "./match-people.ts";
export { linkageFaults, matcherOf } from "./region-matcher.ts";
export * from "./find.ts";
export * from "./match/index.ts";
export { loadMatcher } from "./load-matcher.ts";
export { trace, TRACE_EDGE, type Trace, type TraceEvidence, type TraceOutcome, type TraceRung } from "./trace.ts";
export type { TraceField } from "./trace-comparison.ts";
