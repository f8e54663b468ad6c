import { hash } from "node:crypto";
import { uuidv7, type Sql } from "#platform";
import { searchHashes, type Resource, type SectionId } from "#standards";
import { packBodies } from "./body.ts";
import { entryOf, type EntryContext } from "./entry-of.ts";
import { feedResourceKey, resourceId } from "./resource-id.ts";
import { splitSensitive } from "./split-sensitive.ts";

/** One item of a message on its way into the store. `resource` has its final references already. */
export type ItemToStore = { sourceKey: string; resource: Resource; resourceKey?: string };

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
  items: readonly ItemToStore[];
  statements?: readonly StatementToStore[];
  /** A snapshot replaces all that this feed gave before: what is missing from it is deleted, with its history kept. */
  snapshot?: boolean;
  context: EntryContext;
};

export type StoreResult = { created: number; updated: number; unchanged: number; removed: number; ids: string[] };

type Row = {
  key: string;
  body: string;
  bodyHash: string;
  item: ItemToStore;
};

/**
 * Stores a message's items of one source patient inside the caller's
 * transaction: new ones are made, changed ones get a version and leave their
 * former row in the history, equal ones change nothing.
 * The caller holds the source patient's row lock, so that writers take turns.
 */
export async function storeItems(sql: Sql, request: StoreRequest): Promise<StoreResult> {
  const rows = new Map<string, Row>();
  for (const item of request.items) {
    const { rest, parts } = splitSensitive(item.resource);
    addRow(rows, request, { ...item, resource: rest });
    for (const part of parts) addRow(rows, request, { sourceKey: `${item.sourceKey}#${part.suffix}`, resource: part.resource });
  }
  const ids = [...rows.values()].map((row) => resourceId(request.sourcePatientId, row.key));
  const keys = [...rows.keys()];
  const [before, removedVersions] = request.isNew ? [new Map<string, string>(), new Map<string, number>()] : await Promise.all([currentHashes(sql, request, keys), lastVersions(sql, request, keys)]);
  const changed = [...rows.values()].filter((row) => before.get(row.key) !== row.bodyHash);
  const updated = changed.filter((row) => before.has(row.key));
  const waiting: Promise<unknown>[] = [];
  if (updated.length > 0) waiting.push(keepHistory(sql, request.sourcePatientId, updated.map((row) => row.key)));
  if (changed.length > 0) waiting.push(...writeRows(sql, request, changed, removedVersions));
  const removed = request.snapshot && !request.isNew ? removeMissing(sql, request, keys) : Promise.resolve(0);
  if (request.statements) waiting.push(...writeStatements(sql, request));
  await Promise.all([...waiting, removed]);
  return { created: changed.length - updated.length, updated: updated.length, unchanged: rows.size - changed.length, removed: await removed, ids };
}

function addRow(rows: Map<string, Row>, request: StoreRequest, item: ItemToStore): void {
  const key = item.resourceKey ?? feedResourceKey(request.feed, item.resource.resourceType, item.sourceKey);
  const { resourceType, id: _id, meta, ...fields } = item.resource;
  const body = JSON.stringify({ resourceType, id: resourceId(request.sourcePatientId, key), ...(meta && { meta }), ...fields });
  rows.set(key, { key, body, bodyHash: hashOf(body), item });
}

/** The first 64 bits of a digest: tells whether a body changed. */
function hashOf(body: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash("sha1", body).slice(0, 16)}`)).toString();
}

async function currentHashes(sql: Sql, request: StoreRequest, keys: string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ resource_key: string; body_hash: string }>(
    "select resource_key, body_hash::text from record.resource where source_patient_id = $1 and resource_key = any($2::uuid[])",
    [request.sourcePatientId, keys],
  );
  return new Map(rows.map((row) => [row.resource_key, row.body_hash]));
}

/** The last version in the history: what comes back after a removal goes on from it. */
async function lastVersions(sql: Sql, request: StoreRequest, keys: string[]): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, max(version) as version from record.resource_history where source_patient_id = $1 and resource_key = any($2::uuid[]) group by resource_key",
    [request.sourcePatientId, keys],
  );
  return new Map(rows.map((row) => [row.resource_key, row.version]));
}

function keepHistory(sql: Sql, sourcePatientId: string, keys: string[]): Promise<unknown> {
  return sql.query(
    `insert into record.resource_history select * from record.resource where source_patient_id = $1 and resource_key = any($2::uuid[])
     on conflict (source_patient_id, resource_key, version) do nothing`,
    [sourcePatientId, keys],
  );
}

async function removeMissing(sql: Sql, request: StoreRequest, keys: string[]): Promise<number> {
  const { rows } = await sql.query<{ resource_key: string }>(
    "select resource_key from record.resource where source_patient_id = $1 and feed = $2 and not (resource_key = any($3::uuid[])) and type <> 'Patient'",
    [request.sourcePatientId, request.feed, keys],
  );
  if (rows.length === 0) return 0;
  const gone = rows.map((row) => row.resource_key);
  const kept = keepHistory(sql, request.sourcePatientId, gone);
  await Promise.all([kept, sql.query("delete from record.resource where source_patient_id = $1 and resource_key = any($2::uuid[])", [request.sourcePatientId, gone])]);
  return gone.length;
}

/** One multi-row statement a table: chunks of bodies first, then the rows that point into them. */
function writeRows(sql: Sql, request: StoreRequest, rows: Row[], lastVersions: ReadonlyMap<string, number>): Promise<unknown>[] {
  const facts = rows.map((row) => entryOf(row.item.resource, request.context));
  // Bodies that are read together lie together: by type, then by clinical time.
  const order = rows.map((_, index) => index).sort((a, b) => compare(rows[a]!.item.resource.resourceType, rows[b]!.item.resource.resourceType) || compare(facts[a]!.when ?? "", facts[b]!.when ?? ""));
  const chunks = packBodies(order.map((index) => rows[index]!.body));
  const chunkIds = chunks.map(() => uuidv7());
  const columns: unknown[][] = Array.from({ length: 19 }, () => []);
  let at = 0;
  chunks.forEach((chunk, which) => {
    for (let inChunk = 0; inChunk < chunk.count; inChunk++, at++) {
      const row = rows[order[at]!]!;
      const fact = facts[order[at]!]!;
      const values = [
        row.key, row.item.resource.resourceType, fact.section, fact.sortTime?.toISOString() ?? null, fact.when, fact.codeSystem, fact.code, fact.display, fact.status,
        textArray(fact.labels), fact.author, fact.recorded, row.item.sourceKey, JSON.stringify(fact.line), chunkIds[which], inChunk, row.bodyHash, `{${searchHashes(row.item.resource).join(",")}}`, (lastVersions.get(row.key) ?? 0) + 1,
      ];
      for (let column = 0; column < 19; column++) columns[column]!.push(values[column]);
    }
  });
  return [
    sql.query("insert into record.body_chunk (source_patient_id, chunk_id, bytes) select $1, * from unnest($2::uuid[], $3::bytea[])", [request.sourcePatientId, chunkIds, chunks.map((chunk) => chunk.bytes)]),
    sql.query(UPSERT, [request.sourcePatientId, request.organisation, request.feed, request.messageId, request.received, ...columns]),
  ];
}

const UPSERT = `
insert into record.resource as r (source_patient_id, organisation, feed, message_id, received, version,
  resource_key, type, section, sort_time, when_text, code_system, code, display, status, labels, author, recorded_text, source_key, line, chunk_id, chunk_index, body_hash, search)
select $1, $2, $3, $4, $5, n.version, n.resource_key, n.type, n.section, n.sort_time, n.when_text, n.code_system, n.code, n.display, n.status, n.labels::text[], n.author,
  n.recorded_text, n.source_key, n.line, n.chunk_id, n.chunk_index, n.body_hash, n.search::bigint[]
from unnest($6::uuid[], $7::text[], $8::text[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
  $18::text[], $19::text[], $20::uuid[], $21::int[], $22::bigint[], $23::text[], $24::int[])
  as n(resource_key, type, section, sort_time, when_text, code_system, code, display, status, labels, author, recorded_text, source_key, line, chunk_id, chunk_index, body_hash, search, version)
on conflict (source_patient_id, resource_key) do update set
  version = r.version + 1, organisation = excluded.organisation, feed = excluded.feed, message_id = excluded.message_id, received = excluded.received, type = excluded.type,
  section = excluded.section, sort_time = excluded.sort_time, when_text = excluded.when_text, code_system = excluded.code_system, code = excluded.code, display = excluded.display,
  status = excluded.status, labels = excluded.labels, author = excluded.author, recorded_text = excluded.recorded_text, source_key = excluded.source_key, line = excluded.line,
  chunk_id = excluded.chunk_id, chunk_index = excluded.chunk_index, body_hash = excluded.body_hash, search = excluded.search`;

function writeStatements(sql: Sql, request: StoreRequest): Promise<unknown>[] {
  const statements = request.statements!;
  const cleared = sql.query("delete from record.source_statement where source_patient_id = $1", [request.sourcePatientId]);
  if (statements.length === 0) return [cleared];
  const unique = [...new Map(statements.map((each) => [`${each.section} ${each.kind}`, each])).values()];
  return [
    cleared,
    sql.query(
      "insert into record.source_statement (source_patient_id, section, kind, text, received, message_id) select $1, n.section, n.kind, n.text, $2, $3 from unnest($4::text[], $5::text[], $6::text[]) as n(section, kind, text)",
      [request.sourcePatientId, request.received, request.messageId, unique.map((each) => each.section), unique.map((each) => each.kind), unique.map((each) => each.text)],
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
