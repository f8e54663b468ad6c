/** One person: source patients, their links, the journal, find-a-person. */
export * from "./source-patient.ts";
export * from "./decide-link.ts";
export { followRelink, readHeldApart, readLocalId, readPerson, readPersonsOf, readRegisteredPractices, relink, SourcePatientBook, takeSourcePatient, type Relink, type RelinkFollower, type SourcePatientWord, type Taken } from "./store.ts";
export * from "./find.ts";
export * from "./match/index.ts";
export { loadMatcher } from "./load-matcher.ts";
