/** One person: source patients, their links, the journal, find-a-person. */
export * from "./source-patient.ts";
export * from "./decide-link.ts";
export { followRelink, mergeAtSource, readHeldApart, readPerson, relink, takeSourcePatient, type Relink, type RelinkFollower, type Taken } from "./store.ts";
export * from "./find.ts";
