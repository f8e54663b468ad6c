/**
 * Batches: `[FHS] { [BHS] { MSH ... } [BTS] } [FTS]`, in one MLLP frame or in a
 * file. They are cut by their bytes, so that each message is kept as it came.
 * Source: HL7 v2.5.1 chapter 2.10.3, 2.15.2 to 2.15.7.
 */
import { Hl7Segment, printable, readDelimiters, type Delimiters, type Hl7Fault } from "./message.ts";

/** One BHS to BTS. `header` is missing where messages stand in a file without one. */
export type Hl7Batch = {
  header: Hl7Segment | null;
  messages: Uint8Array[];
  /** What is wrong with the batch itself (its trailer is missing, its count is another); its messages stand by themselves. */
  faults: Hl7Fault[];
};

export type Hl7BatchFile = { header: Hl7Segment | null; batches: Hl7Batch[]; faults: Hl7Fault[] };

const MOST_MESSAGES = 20_000;
const MOST_BATCHES = 1000;

/**
 * Cuts a batch or a file of batches into its messages: parts of the given bytes,
 * nothing copied or changed. `null` where the bytes are one message or no batch
 * at all: treat them as a message. Never throws.
 */
export function splitBatch(bytes: Uint8Array): Hl7BatchFile | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const begins = /^[\s\xEF\xBB\xBF]*(FHS|BHS|MSH)/.exec(text)?.[1];
  // Two messages and no trailer are no batch: the parser names that fault.
  if (begins === undefined || (begins === "MSH" && !/[\r\n](?:BTS|FTS)/.test(text))) return null;
  const file: Hl7BatchFile = { header: null, batches: [], faults: [] };
  let open: { batch: Hl7Batch; ended: boolean; from: number } | null = null;
  const current = (): { batch: Hl7Batch; ended: boolean; from: number } => {
    if (open === null || open.ended) {
      open = { batch: { header: null, messages: [], faults: [] }, ended: false, from: -1 };
      file.batches.push(open.batch);
    }
    return open;
  };
  const endMessage = (at: number): void => {
    if (open === null || open.from < 0) return;
    open.batch.messages.push(bytes.subarray(open.from, at));
    open.from = -1;
  };
  let fileTrailer: Hl7Segment | null = null;
  let total = 0;
  const line = /[^\r\n]+/g;
  for (let found = line.exec(text); found !== null; found = line.exec(text)) {
    switch (found[0].replace(/^[\s\xEF\xBB\xBF]+/, "").slice(0, 3)) {
      case "FHS":
        file.header ??= segmentOf(found[0], null);
        break;
      case "BHS": {
        endMessage(found.index);
        endWithoutTrailer(open);
        if (file.batches.length >= MOST_BATCHES) {
          file.faults.push({ ack: "AE", code: "207", location: { segment: "BHS", sequence: MOST_BATCHES + 1 }, why: `more than ${MOST_BATCHES} batches in one file: what follows was not taken` });
          return file;
        }
        open = null;
        current().batch.header = segmentOf(found[0], null);
        break;
      }
      case "MSH":
        endMessage(found.index);
        if (++total > MOST_MESSAGES) {
          file.faults.push({ ack: "AE", code: "207", location: { segment: "MSH", sequence: total }, why: `more than ${MOST_MESSAGES} messages in one batch: what follows was not taken` });
          return file;
        }
        current().from = found.index + (found[0].length - found[0].replace(/^[\s\xEF\xBB\xBF]+/, "").length);
        break;
      case "BTS":
        endMessage(found.index);
        checkCount(current().batch.faults, segmentOf(found[0], current().batch.header ?? file.header), "BTS", current().batch.messages.length, "messages");
        current().ended = true;
        break;
      case "FTS":
        endMessage(found.index);
        fileTrailer = segmentOf(found[0], file.header);
        checkCount(file.faults, fileTrailer, "FTS", file.batches.length, "batches");
        break;
    }
  }
  endMessage(bytes.byteLength);
  endWithoutTrailer(open);
  if (file.header !== null && fileTrailer === null) file.faults.push({ ack: "AE", code: "100", location: { segment: "FTS", sequence: 1 }, why: "the file has no FTS: it may have been cut short" });
  return file;
}

function endWithoutTrailer(open: { batch: Hl7Batch; ended: boolean } | null): void {
  if (open !== null && !open.ended && open.batch.header !== null) open.batch.faults.push({ ack: "AE", code: "100", location: { segment: "BTS", sequence: 1 }, why: "the batch has no BTS: it may have been cut short" });
}

function checkCount(faults: Hl7Fault[], trailer: Hl7Segment, segment: "BTS" | "FTS", counted: number, what: string): void {
  const said = trailer.text(1).trim();
  if (said !== "" && said !== String(counted)) faults.push({ ack: "AE", code: "102", location: { segment, sequence: 1, field: 1 }, why: `${segment}-1 says ${printable(said.slice(0, 12))} ${what}, there are ${counted}` });
}

const USUAL: Delimiters = { field: "|", component: "^", repetition: "~", escape: "\\", subcomponent: "&" };

/** A header names its own delimiters, a trailer has its header's. */
function segmentOf(line: string, header: Hl7Segment | null): Hl7Segment {
  const trimmed = line.replace(/^[\s\xEF\xBB\xBF]+/, "");
  const read = readDelimiters(header === null ? trimmed : `${header.name}${header.raw(1)}${header.raw(2)}${header.raw(1)}`);
  const delimiters = "ok" in read ? USUAL : read;
  return new Hl7Segment(trimmed.slice(0, 3), 1, trimmed, delimiters);
}

/**
 * The answer to a batch: BHS, the acknowledgement of each message, BTS, with FHS
 * and FTS around them where the sender gave a file. BHS-12 repeats BHS-11 of the
 * batch; faults of the batch itself stand in BTS-2.
 */
export function batchAcknowledgement(file: Hl7BatchFile, acknowledgements: readonly (readonly string[])[], now: Date, id: string): string {
  const time = now.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const turned = (name: "FHS" | "BHS", header: Hl7Segment | null): string => `${name}|^~\\&|${[5, 6, 3, 4].map((field) => clean(header?.raw(field))).join("|")}|${time}||||${id}|${clean(header?.raw(11))}`;
  const comment = (faults: readonly Hl7Fault[]): string => clean(faults.map((fault) => fault.why).join("; "));
  const lines = file.batches.flatMap((batch, index) => {
    const answers = acknowledgements[index] ?? [];
    return [`${turned("BHS", batch.header)}\r`, ...answers, `BTS|${answers.length}|${comment(batch.faults)}\r`];
  });
  return file.header === null ? lines.join("") : [`${turned("FHS", file.header)}\r`, ...lines, `FTS|${file.batches.length}|${comment(file.faults)}\r`].join("");
}

/** Text that cannot break the answer's own structure. */
const clean = (text: string | undefined): string => (text ?? "").replace(/[|^~\\&\r\n\x00-\x1f]/g, " ").trim();
