/**
 * Feeds: receive -> keep -> acknowledge -> map -> link -> store (`journey.ts`).
 * The promise: AA, 200 or 201 is given only after a full-sync commit; from then
 * on nothing is lost and everything takes effect once, in order per source patient.
 */
export { followApplied, readReceived, type AppliedFollower, type AppliedMessage } from "./applied-followers.ts";
export { ApplicationAcks } from "./application-acks.ts";
export { collectMesh, envelopesOfMesh, feedOfMesh, type Collected, type MeshRoom } from "./collect-mesh.ts";
export { Connections, readConnections, type ConnectionState } from "./connections.ts";
export { followStored, type StoredChange, type StoredFollower } from "./followers.ts";
export { UNKNOWN_FEED } from "./envelope-of-hl7.ts";
export { Inbox, laneOf, type Envelope, type Kept } from "./inbox.ts";
export { IntakeRoom } from "./intake-room.ts";
export { readFileReport, reportCsv, type FileReport, type Load } from "./file-load.ts";
export { applyAlone, applyMessages, type Applied } from "./journey.ts";
export { mllpServer, type MllpRoom, type MllpStatistics } from "./mllp.ts";
export { demographicsOfPatient } from "./map/fhir-r4/demographics.ts";
export { certificateNames, type Peer } from "./peer.ts";
export { MllpFrames, type MllpPiece } from "./mllp-frames.ts";
export * from "./kept-message.ts";
export { MASK, masked, maskedControlId } from "./masked.ts";
export * from "./monitor.ts";
export { OUT_OF_REMIT } from "./out-of-remit.ts";
export * from "./quarantine.ts";
export * from "./tally.ts";
export { tryMessage, type Tried, type TriedItem } from "./try-message.ts";
export { MOST_REJECTED, SILENT_AFTER, watch, watchedFrom, type Alarm, type Punctuality, type Watched } from "./watch.ts";
export { namedIn, type Named } from "./whose.ts";
export { receiveCreate, type Created } from "./receive-create.ts";
export { receiveFhir, receiveFile, receiveGpConnect, type EntryReceipt, type FeedRoom, type FileReceipt, type Receipt } from "./receive-http.ts";
export { closeFindings, dryRun, fixAndReplay, MOST_DRY, replayMessages, type ReplayAsker, type ReplayChoice, type Replayed } from "./replay.ts";
export { runWorker, type WorkerStatistics } from "./worker.ts";
export { readUnmappedCodes, type UnmappedCodeCount } from "./unmapped-codes.ts";
