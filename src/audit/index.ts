/**
 * Who did what to whose record. Person data leaves the server only after its
 * entry is durable: `AuditWriter.write` resolves after the commit, never before.
 * Entries are then put into one order, hashed into a tree and signed over, so
 * that nobody can change one without it being found: `docs/decisions/0009-audit-log-is-a-merkle-log.md`.
 */
export { AUDIT_ACTIONS, NOBODY, channelOf, type AuditAction, type AuditEntry, type AuditInput, type Channel } from "./entry.ts";
export { AuditWriter, addEntries } from "./writer.ts";
export { lastOpenedBy, listByActor, listByPerson, listPrints, listRecent, countUsage, searchEntries, type AuditPage, type AuditSearch, type Usage } from "./read.ts";
export { listShownSince, type ShownEntry } from "./shown-since.ts";
export { listViewers, type Viewer, type ViewedStay } from "./viewers.ts";
export { Sequencer, runSequencer, type LogSettings } from "./sequencer.ts";
export { derivedKey } from "./note.ts";
export { makeEvidence, type Evidence, type EvidenceEntry } from "./evidence.ts";
export { exportLog, type Exported } from "./export.ts";
export { readCheckpointAt, readKeys, readLatestCheckpoint, readWaiting, type SigningKey, type StoredCheckpoint } from "./checkpoint.ts";
export { parseTilePath, readTile, type TileName } from "./tiles.ts";
export { WITNESS_OVERDUE_MS, isWitnessKey, readWitnesses, takeCosignature, type Cosigned, type Witness, type WitnessState } from "./witness.ts";
export { askForCheck, checkLog, readChecks, runChecks, type CheckFault, type CheckReport, type CheckRun } from "./check.ts";
export { destroyEntries, planDestruction, readDestructions, type Destruction, type DestructionPlan } from "./destroy.ts";
export { countPurposes, drawEntries, listAccesses, listAccessesByActors, listAccessesById, listAccessesToPersons, listLastAccesses, type AccessLine } from "./accesses.ts";
