/** One person: source patients, their links, the journal, find-a-person. */
export * from "./source-patient.ts";
export * from "./decide-link.ts";
export { readHeldApart, readPerson, readPersonsOf, relink, SourcePatientBook, takeSourcePatient, type Relink, type SourcePatientWord, type Taken } from "./store.ts";
export * from "./find.ts";
