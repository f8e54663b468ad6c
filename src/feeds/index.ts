/**
 * Feeds: receive -> keep -> acknowledge -> map -> link -> store (`journey.ts`).
 * The promise: AA, 200 or 201 is given only after a full-sync commit; from then
 * on nothing is lost and everything takes effect once, in order per source patient.
 */
export { Inbox, laneOf, type Envelope, type Kept } from "./inbox.ts";
export { applyAlone, applyMessages, type Applied } from "./journey.ts";
export { mllpServer, UNKNOWN_FEED, type MllpStatistics } from "./mllp.ts";
export { MllpFrames, type MllpPiece } from "./mllp-frames.ts";
export * from "./monitor.ts";
export { receiveCreate, type Created } from "./receive-create.ts";
export { receiveCsv, receiveFhir, receiveGpConnect, type FeedRoom, type Receipt } from "./receive-http.ts";
export { runWorker, type WorkerStatistics } from "./worker.ts";
