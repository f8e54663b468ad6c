/** Rows of `record.resource` and its history as they are written: one multi-row statement a table. */
import { hash } from "node:crypto";
import { uuidv7, type Sql } from "#platform";
import { searchHashes } from "#standards";
import { packBodies } from "./body.ts";
import { entryOf } from "./entry-of.ts";
import { feedResourceKey, resourceId } from "./resource-id.ts";
import { splitSensitive } from "./split-sensitive.ts";
import type { ItemToStore, StoreRequest } from "./write.ts";

export type Row = { key: string; body: string; bodyHash: string; item: ItemToStore; request: StoreRequest; at: Date | null; /** 1, or what follows the history of an item that was removed and came back. */ version: number };

/** The rows of a request: sensitive fields split off, the last of items with the same key. */
export function rowsOf(request: StoreRequest): Map<string, Row> {
  const rows = new Map<string, Row>();
  const add = (row: Row): unknown => rows.set(row.key, row);
  for (const item of request.items) {
    const { rest, parts } = splitSensitive(item.resource);
    add(newRow(request, rest === item.resource ? item : { ...item, resource: rest }));
    for (const part of parts) add(newRow(request, { sourceKey: `${item.sourceKey}#${part.suffix}`, resource: part.resource, ...(item.at !== undefined && { at: item.at }), ...(item.inPassing && { inPassing: true }) }));
  }
  return rows;
}

/** An item as its row. */
export function newRow(request: StoreRequest, item: ItemToStore): Row {
  const key = item.resourceKey ?? feedResourceKey(request.feed, item.resource.resourceType, item.sourceKey);
  const { resourceType, id: _id, meta, ...fields } = item.resource;
  const body = JSON.stringify({ resourceType, id: resourceId(request.sourcePatientId, key), ...(meta && { meta }), ...fields });
  return { key, body, bodyHash: hashOf(body), item, request, at: timeOf(request, item.at), version: 1 };
}

/** The source's time, no later than its arrival: a clock that runs ahead must not hold up what comes after. */
export function timeOf(request: StoreRequest, at: Date | null | undefined): Date | null {
  const said = at === undefined ? request.at : at;
  return said === undefined || said === null || Number.isNaN(said.getTime()) ? null : said > request.received ? request.received : said;
}

/** The first 64 bits of a digest: tells whether a body changed. */
function hashOf(body: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash("sha1", body).slice(0, 16)}`)).toString();
}

/** One multi-row statement a table: chunks of bodies first, then the rows that point into them. */
export function writeRows(sql: Sql, rows: readonly Row[], statement = UPSERT): Promise<unknown>[] {
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
/** What of a row goes into the history: everything but the words, which are found in what stands now. */
export const KEPT_COLUMNS: readonly string[] = names;

const insertInto = (table: string): string => `insert into ${table} as r (${names.join(", ")})
select ${COLUMNS.map(([name, , cast]) => `n.${name}${cast ? `::${cast}` : ""}`).join(", ")}
from unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ")}) as n(${names.join(", ")})`;
export const INTO_HISTORY = insertInto("record.resource_history");
const UPSERT = `${insertInto("record.resource")}
on conflict (source_patient_id, resource_key) do update set version = r.version + 1, ${names.filter((name) => name !== "source_patient_id" && name !== "resource_key" && name !== "version").map((name) => `${name} = excluded.${name}`).join(", ")}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Labels are words of a closed list: no quoting needed. */
const textArray = (values: readonly string[]): string => `{${values.join(",")}}`;
