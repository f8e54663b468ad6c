/**
 * The seeded, repeatable synthetic region: invented people in households, what
 * happened to them, each organisation's own partial and sometimes disagreeing
 * view, and the messages those organisations send, in time order. The same
 * people, seed and `now` give the same bytes. No data of a real person is used:
 * NHS numbers are of the test ranges, postcodes end in letters never issued.
 */

/** Story people, fixed in every region and for every seed: whom to open, why, and with which role. */
export { STORIES } from "./stories/index.ts";
/** `regionMessages({people, seed, now, region?})`: messages in time order, written as they are asked for. `planRegion`: the same, unwritten, with the truth. */
export { planRegion, regionMessages, type PlannedRegion, type RegionOptions } from "./region-messages.ts";
export type { MessageKind, Planned, RegionMessage } from "./streams/message.ts";
/** Plays a region through injected senders; see `playRegion`. */
export { faultOf, playRegion, type NotTaken, type Played, type PlayOptions, type Send } from "./play.ts";
/** Senders over real sockets: MLLP and HTTP with client credentials. */
export { MllpClient, networkSend, type Destination } from "./senders.ts";
/** Writes streams and truth as files. */
export { writeRegion, type Written } from "./write-files.ts";
export { loadRegion, type Region } from "./region.ts";
export type { SourceTruth } from "./truth.ts";
export { nhsNumbers, storyNhsNumber } from "./nhs-numbers.ts";
/** The region's people as PDS holds them, for the stand-in of PDS. */
export { pdsPeople } from "./pds-people.ts";
/** A small valid PDF, for tests and demos of documents. */
export { pdfOf } from "./streams/pdf.ts";
/** `linkageRecords({people, seed, level, now})`: demographics of invented people as organisations wrote them down, with the truth beside, for judging the matcher; see `linkage/`. */
export { LEVELS, linkagePeople, linkageRecords, type LevelName, type LinkageFields, type LinkageOptions, type LinkagePerson, type LinkageRecord, type LinkedPerson, type SourceRecord } from "./linkage/index.ts";
/** `accessQuarter({accesses, seed, from})`: a quarter of accesses with the care behind them and the truth about them, for judging the monitoring of access; see `accesses/`. */
export { accessQuarter, FAKE, isLawful, LAWFUL, USUAL_NOISE, type Misuse, type Noise, type Quarter, type QuarterOptions } from "./accesses/index.ts";
