/**
 * A batch linked by itself: a whole region anew, or a file of many. The same
 * preparing, keys and comparing as for one registration, in several threads.
 */
import { Worker } from "node:worker_threads";
import { CandidateIndex, type PassedOver } from "./candidates.ts";
import { clusterPairs } from "./cluster.ts";
import type { Matcher } from "./matcher.ts";
import { scorePairs, type Columns } from "./pairs.ts";
import { readMatcher } from "./read-matcher.ts";
import type { MatchRecord } from "./record.ts";
import type { MatchModel, MatchSpec, NameLists } from "./spec.ts";

/** Pairs this far below the floor of clusters still count against a cluster without being compared again. */
const KEPT_BELOW_FLOOR = 6;

export type BatchRecord = { readonly id: string; readonly record: MatchRecord };
export type Batch = { spec: MatchSpec; model: MatchModel; lists: NameLists; records: readonly BatchRecord[]; /** Threads, this one among them. */ threads: number };
export type BatchLinked = { /** The id of the first of each record's cluster, by record id in rising order. */ clusterOf: ReadonlyMap<string, string>; compared: number; passedOver: readonly PassedOver[] };

/** What a thread needs: the records as one text that all threads read, and its share. */
export type BatchShare = { spec: MatchSpec; model: MatchModel; lists: NameLists; text: SharedArrayBuffer; ends: SharedArrayBuffer; floor: number; part: number; of: number };

/**
 * Which records are one person. Records are numbered by their ids before anything else,
 * so that the order in which they came changes nothing. Rejects where a thread fails;
 * throws where the specification or the model has faults.
 */
export async function linkBatch({ spec, model, lists, records, threads }: Batch): Promise<BatchLinked> {
  const sorted = records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const floor = spec.cluster.floor - KEPT_BELOW_FLOOR;
  const shared = threads > 1 ? pack(sorted) : null;
  const others = shared === null ? [] : Array.from({ length: threads - 1 }, (_, index) => inThread({ spec, model, lists, ...shared, floor, part: index + 1, of: threads }));
  // A failure while this thread still works is kept for below, not lost.
  for (const other of others) other.catch(() => undefined);
  const read = readMatcher(spec, model, lists);
  if (!read.ok) throw new Error(read.faults.join("\n"));
  const prepared = sorted.map(({ record }) => read.matcher.prepare(record));
  const index = new CandidateIndex(read.matcher, prepared);
  const pairs = scorePairs(read.matcher, prepared, index, floor, 0, threads);
  for (const columns of await Promise.all(others)) pairs.append(columns);
  const clusters = clusterPairs(read.matcher, prepared, pairs);
  return { clusterOf: new Map(sorted.map(({ id }, at) => [id, sorted[clusters[at]!]!.id])), compared: pairs.compared, passedOver: index.passedOver };
}

/** The share of one thread; `batch-thread.ts` runs it. */
export function scoreShare({ spec, model, lists, text, ends, floor, part, of }: BatchShare): Columns {
  const read = readMatcher(spec, model, lists);
  if (!read.ok) throw new Error(read.faults.join("\n"));
  const { matcher } = read;
  const prepared = unpack(text, ends, matcher);
  return scorePairs(matcher, prepared, new CandidateIndex(matcher, prepared), floor, part, of).columns();
}

function inThread(share: BatchShare): Promise<Columns> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./batch-thread.ts", import.meta.url), { workerData: share, resourceLimits: { maxOldGenerationSizeMb: 3000 } });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a thread of the batch ended with ${code}`)));
  });
}

function pack(records: readonly BatchRecord[]): { text: SharedArrayBuffer; ends: SharedArrayBuffer } {
  const ends = new Float64Array(new SharedArrayBuffer(records.length * 8));
  const parts: Buffer[] = [];
  let size = 0;
  records.forEach(({ record }, at) => {
    const part = Buffer.from(JSON.stringify(record));
    parts.push(part);
    ends[at] = size += part.length;
  });
  const text = new Uint8Array(new SharedArrayBuffer(size));
  let from = 0;
  for (const part of parts) {
    text.set(part, from);
    from += part.length;
  }
  return { text: text.buffer, ends: ends.buffer };
}

function unpack(text: SharedArrayBuffer, ends: SharedArrayBuffer, matcher: Matcher): ReturnType<Matcher["prepare"]>[] {
  const bytes = Buffer.from(text);
  let from = 0;
  return Array.from(new Float64Array(ends), (end) => {
    const record = JSON.parse(bytes.toString("utf8", from, end)) as MatchRecord;
    from = end;
    return matcher.prepare(record);
  });
}
