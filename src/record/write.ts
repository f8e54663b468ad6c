import { hash } from "node:crypto";
import { uuidv7, type Sql } from "#platform";
import { searchHashes, type Resource, type SectionId } from "#standards";
import { packBodies } from "./body.ts";
import { writeDocuments, type DocumentRow } from "./documents/keep.ts";
import { entryOf } from "./entry-of.ts";
import type { EntryContext } from "./reading.ts";
import { feedResourceKey, resourceId } from "./resource-id.ts";
import { splitSensitive } from "./split-sensitive.ts";

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

/** What a source says about a whole section: "no known ...", "items withheld here", "in transit". */
export type StatementKind = "asserted-none" | "none-held" | "not-asked" | "confidential-items" | "data-in-transit" | "data-awaiting-filing" | "no-record";
export type StatementToStore = { section: SectionId; kind: StatementKind; text: string };

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
  statements?: readonly StatementToStore[];
  /** A snapshot replaces all that this feed gave before: what is missing from it is deleted, with its history kept. */
  snapshot?: boolean;
  context: EntryContext;
};

/** What became of one item: `older` went to the history, since its source has said something newer. */
export type ItemOutcome = { outcome: "created" | "updated" | "unchanged" | "older"; /** The version that is current now. */ version: number };

export type StoreResult = { created: number; updated: number; unchanged: number; removed: number; ids: string[]; /** By id. */ items: ReadonlyMap<string, ItemOutcome> };

type Row = { key: string; body: string; bodyHash: string; item: ItemToStore; request: StoreRequest; at: Date | null; /** 1, or what follows the history of an item that was removed and came back. */ version: number };
type Current = { bodyHash: string; version: number; at: Date | null };
type Gone = { version: number; removed: Date | null };

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
    for (const row of perRequest[index]!.values()) {
      const home = `${request.sourcePatientId} ${row.key}`;
      const before = current.get(home);
      const deleted = before === undefined ? gone.get(home) : undefined;
      if (before?.bodyHash === row.bodyHash || (before !== undefined && row.item.inPassing)) {
        if (before.at !== null && row.at !== null && row.at > before.at && !row.item.inPassing) {
          touched.push(row);
          before.at = row.at;
        }
        say(row, "unchanged", before.version);
        continue;
      }
      const newest = before?.at ?? deleted?.removed ?? null;
      if (newest !== null && row.at !== null && row.at < newest) {
        await flush();
        const at = before ?? deleted!;
        at.version += await keepOlder(sql, row, at.version, before === undefined ? newest : null);
        say(row, "older", at.version);
        continue;
      }
      if (wave.holds(home)) await flush();
      row.version = (deleted?.version ?? 0) + 1;
      wave.add(home, row, before !== undefined);
      const version = before === undefined ? row.version : before.version + 1;
      current.set(home, { bodyHash: row.bodyHash, version, at: row.at });
      say(row, before === undefined ? "created" : "updated", version);
    }
    const removals = request.removed ?? [];
    if ((request.snapshot && !request.isNew) || removals.length > 0) {
      await flush();
      const left = [
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

/** The source's time, no later than its arrival: a clock that runs ahead must not hold up what comes after. */
function timeOf(request: StoreRequest, at: Date | null | undefined): Date | null {
  const said = at === undefined ? request.at : at;
  return said === undefined || said === null || Number.isNaN(said.getTime()) ? null : said > request.received ? request.received : said;
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

/** The rows of a request: sensitive fields split off, the last of items with the same key. */
function rowsOf(request: StoreRequest): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const item of request.items) {
    const { rest, parts } = splitSensitive(item.resource);
    addRow(rows, request, rest === item.resource ? item : { ...item, resource: rest });
    for (const part of parts) addRow(rows, request, { sourceKey: `${item.sourceKey}#${part.suffix}`, resource: part.resource, ...(item.at !== undefined && { at: item.at }), ...(item.inPassing && { inPassing: true }) });
  }
  return rows;
}

function addRow(rows: Map<string, Row>, request: StoreRequest, item: ItemToStore): void {
  const key = item.resourceKey ?? feedResourceKey(request.feed, item.resource.resourceType, item.sourceKey);
  const { resourceType, id: _id, meta, ...fields } = item.resource;
  const body = JSON.stringify({ resourceType, id: resourceId(request.sourcePatientId, key), ...(meta && { meta }), ...fields });
  rows.set(key, { key, body, bodyHash: hashOf(body), item, request, at: timeOf(request, item.at), version: 1 });
}

/** The first 64 bits of a digest: tells whether a body changed. */
function hashOf(body: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash("sha1", body).slice(0, 16)}`)).toString();
}

async function currentRows(sql: Sql, requests: readonly StoreRequest[], rows: readonly Map<string, Row>[]): Promise<Map<string, Current>> {
  const { homes, keys } = knownBefore(requests, rows);
  if (keys.length === 0) return new Map();
  const found = await sql.query<{ source_patient_id: string; resource_key: string; body_hash: string; version: number; source_time: Date | null }>(
    `select r.source_patient_id, r.resource_key, r.body_hash::text, r.version, r.source_time from unnest($1::uuid[], $2::uuid[]) as n(source_patient_id, resource_key) join record.resource r using (source_patient_id, resource_key)`,
    [homes, keys],
  );
  return new Map(found.rows.map((row) => [`${row.source_patient_id} ${row.resource_key}`, { bodyHash: row.body_hash, version: row.version, at: row.source_time }]));
}

/** Where something may be already: not at source patients that were made in this transaction. */
function knownBefore(requests: readonly StoreRequest[], rows: readonly Map<string, Row>[]): { homes: string[]; keys: string[] } {
  const [homes, keys]: [string[], string[]] = [[], []];
  requests.forEach((request, index) => {
    if (request.isNew) return;
    for (const key of rows[index]!.keys()) {
      homes.push(request.sourcePatientId);
      keys.push(key);
    }
  });
  return { homes, keys };
}

/** The present rows, as they are, into the history; `removed` where they are the last of their items. */
function keepHistory(sql: Sql, homes: readonly string[], keys: readonly string[], removed: Date | null = null): Promise<unknown> {
  return sql.query(
    `insert into record.resource_history select r.*, $3::timestamptz from unnest($1::uuid[], $2::uuid[]) as n(source_patient_id, resource_key) join record.resource r using (source_patient_id, resource_key)
     on conflict (source_patient_id, resource_key, version) do nothing`,
    [homes, keys, removed],
  );
}

/** Last versions of items that were removed, by a snapshot or by name; what is there still is not looked at. */
async function removedVersions(sql: Sql, requests: readonly StoreRequest[], rows: readonly Map<string, Row>[]): Promise<Map<string, Gone>> {
  const { homes, keys } = knownBefore(requests, rows);
  if (keys.length === 0) return new Map();
  const found = await sql.query<{ source_patient_id: string; resource_key: string; version: number; removed: Date | null }>(
    `select h.source_patient_id, h.resource_key, max(h.version) as version, max(h.removed) as removed from unnest($1::uuid[], $2::uuid[]) as n(source_patient_id, resource_key)
     join record.resource_history h using (source_patient_id, resource_key) group by h.source_patient_id, h.resource_key`,
    [homes, keys],
  );
  return new Map(found.rows.map((row) => [`${row.source_patient_id} ${row.resource_key}`, { version: row.version, removed: row.removed }]));
}

type Left = { key: string; version: number };

async function removeMissing(sql: Sql, request: StoreRequest, keys: string[]): Promise<Left[]> {
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, version from record.resource where source_patient_id = $1 and feed = $2 and not (resource_key = any($3::uuid[])) and type <> 'Patient'",
    [request.sourcePatientId, request.feed, keys],
  );
  return remove(sql, request, rows);
}

/** A deletion that is older than what the source has said since removes nothing. */
async function removeNamed(sql: Sql, request: StoreRequest, keys: string[]): Promise<Left[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, version from record.resource where source_patient_id = $1 and feed = $2 and resource_key = any($3::uuid[]) and (source_time is null or source_time <= $4)",
    [request.sourcePatientId, request.feed, keys, timeOf(request, request.at ?? request.received)],
  );
  return remove(sql, request, rows);
}

async function remove(sql: Sql, request: StoreRequest, rows: readonly { resource_key: string; version: number }[]): Promise<Left[]> {
  if (rows.length === 0) return [];
  const keys = rows.map((row) => row.resource_key);
  await Promise.all([
    keepHistory(sql, keys.map(() => request.sourcePatientId), keys, timeOf(request, request.at ?? request.received)),
    sql.query("delete from record.resource where source_patient_id = $1 and resource_key = any($2::uuid[])", [request.sourcePatientId, keys]),
  ]);
  return rows.map((row) => ({ key: row.resource_key, version: row.version }));
}

/** Where the same words come again later, their time is the later one: what was said in between is older than they. */
function touch(sql: Sql, rows: readonly Row[]): Promise<unknown> {
  return sql.query(
    "update record.resource r set source_time = n.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n(source_patient_id, resource_key, at) where r.source_patient_id = n.source_patient_id and r.resource_key = n.resource_key",
    [rows.map((row) => row.request.sourcePatientId), rows.map((row) => row.key), rows.map((row) => row.at)],
  );
}

/**
 * Keeps what came too late in the history, under the number that the present
 * version had, which moves up by one. Gives by how much: 0 where it was kept before.
 */
async function keepOlder(sql: Sql, row: Row, version: number, removed: Date | null): Promise<0 | 1> {
  const home = row.request.sourcePatientId;
  const { rows: same } = await sql.query("select 1 from record.resource_history where source_patient_id = $1 and resource_key = $2 and body_hash = $3 limit 1", [home, row.key, row.bodyHash]);
  if (same.length > 0) return 0;
  row.version = removed === null ? version : version + 1;
  if (removed === null) await sql.query("update record.resource set version = version + 1 where source_patient_id = $1 and resource_key = $2", [home, row.key]);
  await Promise.all(writeRows(sql, [row], INTO_HISTORY));
  if (removed !== null) await sql.query("update record.resource_history set removed = $4 where source_patient_id = $1 and resource_key = $2 and version = $3", [home, row.key, row.version, removed]);
  return 1;
}

/** One multi-row statement a table: chunks of bodies first, then the rows that point into them. */
function writeRows(sql: Sql, rows: readonly Row[], statement = UPSERT): Promise<unknown>[] {
  const facts = rows.map((row) => entryOf(row.item.resource, row.request.context));
  // Bodies that are read together lie together: by home key, then type, then clinical time.
  const order = rows.map((_, index) => index).sort((a, b) => compare(rows[a]!.request.sourcePatientId, rows[b]!.request.sourcePatientId) || compare(rows[a]!.item.resource.resourceType, rows[b]!.item.resource.resourceType) || compare(facts[a]!.when ?? "", facts[b]!.when ?? ""));
  const homes: string[] = [];
  const chunkIds: string[] = [];
  const chunkBytes: Buffer[] = [];
  const columns: unknown[][] = COLUMNS.map(() => []);
  for (let from = 0; from < order.length; ) {
    let to = from;
    const home = rows[order[from]!]!.request.sourcePatientId;
    while (to < order.length && rows[order[to]!]!.request.sourcePatientId === home) to++;
    let at = from;
    for (const chunk of packBodies(order.slice(from, to).map((index) => rows[index]!.body))) {
      const chunkId = uuidv7();
      homes.push(home);
      chunkIds.push(chunkId);
      chunkBytes.push(chunk.bytes);
      for (let inChunk = 0; inChunk < chunk.count; inChunk++, at++) {
        const row = rows[order[at]!]!;
        const fact = facts[order[at]!]!;
        const { request, item } = row;
        const values = [
          home, request.organisation, request.feed, request.messageId, request.received, row.key, item.resource.resourceType, fact.section, fact.sortTime?.toISOString() ?? null, fact.when, fact.codeSystem, fact.code, fact.display,
          fact.status, textArray(fact.labels), fact.author, fact.recorded, item.sourceKey, JSON.stringify(fact.line), chunkId, inChunk, row.bodyHash, `{${searchHashes(item.resource).join(",")}}`, row.version, row.at,
        ];
        for (let column = 0; column < values.length; column++) columns[column]!.push(values[column]);
      }
    }
    from = to;
  }
  return [
    sql.query("insert into record.body_chunk (source_patient_id, chunk_id, bytes) select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])", [homes, chunkIds, chunkBytes]),
    sql.query(statement, columns.map(arrayText)),
  ];
}

/** A column as PostgreSQL reads it: the driver's own way asks every value for its type and escapes it twice. */
function arrayText(values: readonly unknown[]): string {
  let out = "{";
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) out += ",";
    if (value === null || value === undefined) out += "NULL";
    else if (typeof value === "string") out += value.includes('"') || value.includes("\\") ? `"${value.replace(/["\\]/g, "\\$&")}"` : `"${value}"`;
    else out += value instanceof Date ? `"${value.toISOString()}"` : String(value);
  }
  return `${out}}`;
}

/** Columns of `record.resource` as they are sent, each with the type of its array; arrays of arrays travel as text. */
const COLUMNS: readonly (readonly [name: string, type: string, cast?: string])[] = [
  ["source_patient_id", "uuid"], ["organisation", "text"], ["feed", "text"], ["message_id", "uuid"], ["received", "timestamptz"], ["resource_key", "uuid"], ["type", "text"], ["section", "text"], ["sort_time", "timestamptz"],
  ["when_text", "text"], ["code_system", "text"], ["code", "text"], ["display", "text"], ["status", "text"], ["labels", "text", "text[]"], ["author", "text"], ["recorded_text", "text"], ["source_key", "text"], ["line", "text"],
  ["chunk_id", "uuid"], ["chunk_index", "int"], ["body_hash", "bigint"], ["search", "text", "bigint[]"], ["version", "int"], ["source_time", "timestamptz"],
];
const names = COLUMNS.map(([name]) => name);

const insertInto = (table: string): string => `insert into ${table} as r (${names.join(", ")})
select ${COLUMNS.map(([name, , cast]) => `n.${name}${cast ? `::${cast}` : ""}`).join(", ")}
from unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ")}) as n(${names.join(", ")})`;
const INTO_HISTORY = insertInto("record.resource_history");
const UPSERT = `${insertInto("record.resource")}
on conflict (source_patient_id, resource_key) do update set version = r.version + 1, ${names.filter((name) => name !== "source_patient_id" && name !== "resource_key" && name !== "version").map((name) => `${name} = excluded.${name}`).join(", ")}`;

function writeStatements(sql: Sql, request: StoreRequest): Promise<unknown>[] {
  const statements = request.statements!;
  const cleared = sql.query("delete from record.source_statement where source_patient_id = $1 and feed = $2", [request.sourcePatientId, request.feed]);
  if (statements.length === 0) return [cleared];
  const unique = [...new Map(statements.map((each) => [`${each.section} ${each.kind}`, each])).values()];
  return [
    cleared,
    sql.query(
      "insert into record.source_statement (source_patient_id, feed, section, kind, text, received, message_id) select $1, $7, n.section, n.kind, n.text, $2, $3 from unnest($4::text[], $5::text[], $6::text[]) as n(section, kind, text)",
      [request.sourcePatientId, request.received, request.messageId, unique.map((each) => each.section), unique.map((each) => each.kind), unique.map((each) => each.text), request.feed],
    ),
  ];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Labels are words of a closed list: no quoting needed. */
const textArray = (values: readonly string[]): string => `{${values.join(",")}}`;

/** A thing that belongs to no person: organisation, practitioner, location. */
export type DirectoryItem = { key: string; sourceKey: string; resource: Resource };

/** Stores directory items; an equal one changes nothing. */
export async function storeDirectory(sql: Sql, feed: string, messageId: string, received: Date, items: readonly DirectoryItem[]): Promise<number> {
  if (items.length === 0) return 0;
  const unique = [...new Map(items.map((item) => [item.key, item])).values()];
  const { rowCount } = await sql.query(
    `insert into record.directory as d (directory_key, type, feed, source_key, body, received, message_id)
     select n.key, n.type, $1, n.source_key, n.body, $2, $3 from unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) as n(key, type, source_key, body)
     on conflict (directory_key) do update set body = excluded.body, received = excluded.received, message_id = excluded.message_id where d.body <> excluded.body`,
    [feed, received, messageId, unique.map((item) => item.key), unique.map((item) => item.resource.resourceType), unique.map((item) => item.sourceKey), unique.map((item) => JSON.stringify(item.resource))],
  );
  return rowCount ?? 0;
}
