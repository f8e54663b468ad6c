/** One person: source patients, their links, the journal, find-a-person. */
export * from "./source-patient.ts";
export * from "./decide-link.ts";
export { mergeAtSource, readHeldApart, readPerson, readPersonsOf, relink, takeSourcePatient, type Relink, type Taken } from "./store.ts";
export * from "./find.ts";
