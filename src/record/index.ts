/**
 * The store: versioned FHIR resources of source patients, with provenance,
 * labels and search values. Reading asks for an `AccessDecision`; writing is for
 * feeds alone.
 */
export * from "./documents/index.ts";
export * from "./entry.ts";
export { entryOf, instantOf, type EntryFacts } from "./entry-of.ts";
export { addressText, nameText, words, type EntryContext } from "./reading.ts";
export { compress, compressAside, decompress } from "./body.ts";
export { homesOf } from "./homes.ts";
export { type Arrival, countFeed, newestFirst, openRecord, openRecordStepwise, readArrivals, readArrivalsWord, readArrivedSince, readEarlier, readFollowing, readItem, readRows, readSameTest, readStatements, readStoredOfMessage, sourcePatientsOfMessage, type FeedCounts, type ItemVersion, type Rows, type RowsQuery, type SourceStatement, type StoredItem, type StoredOfMessage } from "./read.ts";
export { MOST_CHECKED, searchDocuments, searchEntries, type DocumentHit, type DocumentHits, type EntryHit, type EntryHits, type SearchAsked, type SearchGroup } from "./search.ts";
export { MOST_REMOVALS, readRemovals, type Removal } from "./removals.ts";
export { feedResourceKey, parseResourceId, resourceId } from "./resource-id.ts";
export { organisationShown, struck } from "./whereabouts.ts";
export { sectionOf } from "./section-of.ts";
export * from "./directory.ts";
export type { Move, Patch } from "./patch.ts";
export type { StatementKind, StatementToStore } from "./statements.ts";
export { readHeld, readPeriod, type Counted, type Held, type Period, type PeriodQuery } from "./timeline.ts";
export * from "./write.ts";
export { countByEthnicGroup } from "./ethnic-groups.ts";
export { readAllergyStands, type AllergyStand } from "./allergy-stand.ts";
