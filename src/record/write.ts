import type { Sql } from "#platform";
import type { Resource } from "#standards";
import { writeDocuments, type DocumentRow } from "./documents/keep.ts";
import { currentRows, keepHistory, keepOlder, removedVersions, removeAll, removeMissing, removeNamed, touch } from "./history.ts";
import { leaveFor, patched, type Move, type Patch } from "./patch.ts";
import type { EntryContext } from "./reading.ts";
import { feedResourceKey, resourceId } from "./resource-id.ts";
import { rowsOf, timeOf, writeRows, type Row } from "./rows.ts";
import { writeStatements, type StatementToStore } from "./statements.ts";

/** One item of a message on its way into the store. `resource` has its final references already. */
export type ItemToStore = {
  sourceKey: string;
  resource: Resource;
  resourceKey?: string;
  /** When the source said it (meta.lastUpdated); `null`: not known, then what comes later is newer. Missing: the request's. */
  at?: Date | null;
  /** What `keepDocuments` took out of it or found in it. */
  documents?: readonly DocumentRow[];
  /** Said in passing (the patient of a result), or asked for only where there is none (`ifNoneExist`): stored where the item is not here yet, and no word against what is. */
  inPassing?: boolean;
};

export type StoreRequest = {
  sourcePatientId: string;
  /** True where the source patient was made in this transaction: nothing can be there yet. */
  isNew: boolean;
  organisation: string;
  feed: string;
  messageId: string;
  received: Date;
  /** The source's time of the message (EVN-2, MSH-7): an item is never replaced by what its source said earlier. */
  at?: Date;
  items: readonly ItemToStore[];
  /** What the source deleted: gone from the record, its versions kept in the history. */
  removed?: readonly { type: string; sourceKey: string }[];
  /** Fields of items that are here already; everything else of them stays as it is. */
  patches?: readonly Patch[];
  /** Items that enter another patient of this source (A45), with what belongs to them. */
  moved?: readonly Move[];
  /** The source deleted all that it had given of this patient (A29). */
  withdrawn?: boolean;
  statements?: readonly StatementToStore[];
  /** A snapshot replaces all that this feed gave before: what is missing from it is deleted, with its history kept. */
  snapshot?: boolean;
  /** But for items whose source key begins so. */
  snapshotKeeps?: string;
  context: EntryContext;
};

/** What became of one item: `older` went to the history, since its source has said something newer. */
export type ItemOutcome = { outcome: "created" | "updated" | "unchanged" | "older"; /** The version that is current now. */ version: number };

export type StoreResult = { created: number; updated: number; unchanged: number; removed: number; ids: string[]; /** By id. */ items: ReadonlyMap<string, ItemOutcome> };

/** One request by itself; see `storeAll`. */
export async function storeItems(sql: Sql, request: StoreRequest): Promise<StoreResult> {
  return (await storeAll(sql, [request]))[0]!;
}

/**
 * Stores messages' items inside the caller's transaction, in the order of the
 * requests: new items are made, changed ones get a version and leave their former
 * row in the history, equal ones change nothing. The caller holds the row locks of
 * the source patients. Items of many messages travel in one statement a table,
 * cut only where the same item comes twice with different bodies.
 */
export async function storeAll(sql: Sql, requests: readonly StoreRequest[]): Promise<StoreResult[]> {
  const perRequest = requests.map((request) => rowsOf(request));
  const [current, gone] = await Promise.all([currentRows(sql, requests, perRequest), removedVersions(sql, requests, perRequest)]);
  const results = requests.map((): StoreResult & { items: Map<string, ItemOutcome> } => ({ created: 0, updated: 0, unchanged: 0, removed: 0, ids: [], items: new Map() }));
  const touched: Row[] = [];
  let wave = new Wave();
  const flush = async (): Promise<void> => {
    const full = wave;
    wave = new Wave();
    await full.write(sql);
  };
  for (const [index, request] of requests.entries()) {
    const result = results[index]!;
    const say = (row: Row, outcome: ItemOutcome["outcome"], version: number): void => {
      const id = resourceId(request.sourcePatientId, row.key);
      result.ids.push(id);
      result.items.set(id, { outcome, version });
      if (outcome === "older") result.unchanged++;
      else result[outcome]++;
    };
    const store = async (row: Row): Promise<void> => {
      const home = `${request.sourcePatientId} ${row.key}`;
      const before = current.get(home);
      const deleted = before === undefined ? gone.get(home) : undefined;
      if (before?.bodyHash === row.bodyHash || (before !== undefined && row.item.inPassing)) {
        if (before.at !== null && row.at !== null && row.at > before.at && !row.item.inPassing) {
          touched.push(row);
          before.at = row.at;
        }
        say(row, "unchanged", before.version);
        return;
      }
      const newest = before?.at ?? deleted?.removed ?? null;
      if (newest !== null && row.at !== null && row.at < newest) {
        await flush();
        const at = before ?? deleted!;
        at.version += await keepOlder(sql, row, at.version, before === undefined ? newest : null);
        say(row, "older", at.version);
        return;
      }
      if (wave.holds(home)) await flush();
      row.version = (deleted?.version ?? 0) + 1;
      wave.add(home, row, before !== undefined);
      const version = before === undefined ? row.version : before.version + 1;
      current.set(home, { bodyHash: row.bodyHash, version, at: row.at });
      say(row, before === undefined ? "created" : "updated", version);
    };
    for (const row of perRequest[index]!.values()) await store(row);
    // What is here already is read as the messages before left it.
    if (request.patches || request.moved || request.withdrawn) await flush();
    for (const patch of request.patches ?? []) {
      const row = await patched(sql, request, patch, current, gone);
      if (row !== null) await store(row);
    }
    const removals = request.removed ?? [];
    if ((request.snapshot && !request.isNew) || removals.length > 0 || request.moved || request.withdrawn) {
      await flush();
      const left = [
        ...(request.withdrawn ? await removeAll(sql, request) : []),
        ...(request.moved ? await leaveFor(sql, request, request.moved) : []),
        ...(request.snapshot && !request.isNew ? await removeMissing(sql, request, [...perRequest[index]!.keys()]) : []),
        ...(await removeNamed(sql, request, removals.map(({ type, sourceKey }) => feedResourceKey(request.feed, type, sourceKey)))),
      ];
      for (const { key, version } of left) {
        current.delete(`${request.sourcePatientId} ${key}`);
        gone.set(`${request.sourcePatientId} ${key}`, { version, removed: timeOf(request, request.at ?? request.received) });
      }
      result.removed = left.length;
    }
  }
  const waiting = requests.filter((request) => request.statements).flatMap((request) => writeStatements(sql, request));
  await Promise.all([wave.write(sql), ...waiting]);
  if (touched.length > 0) await touch(sql, touched);
  return results;
}

/** Rows that can be written together: no item twice. */
class Wave {
  readonly #homes = new Set<string>();
  readonly #rows: Row[] = [];
  readonly #updated: Row[] = [];

  holds(home: string): boolean {
    return this.#homes.has(home);
  }
  add(home: string, row: Row, isUpdate: boolean): void {
    this.#homes.add(home);
    this.#rows.push(row);
    if (isUpdate) this.#updated.push(row);
  }
  async write(sql: Sql): Promise<void> {
    if (this.#rows.length === 0) return;
    const history = this.#updated.length > 0 ? keepHistory(sql, this.#updated.map((row) => row.request.sourcePatientId), this.#updated.map((row) => row.key)) : undefined;
    await Promise.all([history, ...writeRows(sql, this.#rows), ...writeDocuments(sql, this.#rows.flatMap((row) => documentsOf(row)))]);
  }
}

const documentsOf = ({ key, item, request: { sourcePatientId, feed, messageId, received } }: Row): Parameters<typeof writeDocuments>[1][number][] =>
  (item.documents ?? []).map((document) => ({ sourcePatientId, resourceKey: key, feed, messageId, received, document }));
