/** What was: earlier versions, what a source took away, and what it said too late. */
import type { Sql } from "#platform";
import { INTO_HISTORY, KEPT_COLUMNS, timeOf, writeRows, type Row } from "./rows.ts";
import type { StoreRequest } from "./write.ts";

/** The present state of an item. */
export type Current = { bodyHash: string; version: number; at: Date | null };
/** An item that was removed: its last version, and when. */
export type Gone = { version: number; removed: Date | null };

/** What of these rows is here now, by home and key. */
export async function currentRows(sql: Sql, requests: readonly StoreRequest[], rows: readonly Map<string, Row>[]): Promise<Map<string, Current>> {
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
export function keepHistory(sql: Sql, homes: readonly string[], keys: readonly string[], removed: Date | null = null): Promise<unknown> {
  return sql.query(
    `insert into record.resource_history (${KEPT_COLUMNS.join(", ")}, removed) select ${KEPT_COLUMNS.map((name) => `r.${name}`).join(", ")}, $3::timestamptz from unnest($1::uuid[], $2::uuid[]) as n(source_patient_id, resource_key) join record.resource r using (source_patient_id, resource_key)
     on conflict (source_patient_id, resource_key, version) do nothing`,
    [homes, keys, removed],
  );
}

/** Last versions of items that were removed, by a snapshot or by name; what is there still is not looked at. */
export async function removedVersions(sql: Sql, requests: readonly StoreRequest[], rows: readonly Map<string, Row>[]): Promise<Map<string, Gone>> {
  const { homes, keys } = knownBefore(requests, rows);
  if (keys.length === 0) return new Map();
  const found = await sql.query<{ source_patient_id: string; resource_key: string; version: number; removed: Date | null }>(
    `select h.source_patient_id, h.resource_key, max(h.version) as version, max(h.removed) as removed from unnest($1::uuid[], $2::uuid[]) as n(source_patient_id, resource_key)
     join record.resource_history h using (source_patient_id, resource_key) group by h.source_patient_id, h.resource_key`,
    [homes, keys],
  );
  return new Map(found.rows.map((row) => [`${row.source_patient_id} ${row.resource_key}`, { version: row.version, removed: row.removed }]));
}

export type Left = { key: string; version: number };

export async function removeMissing(sql: Sql, request: StoreRequest, keys: string[]): Promise<Left[]> {
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, version from record.resource where source_patient_id = $1 and feed = $2 and not (resource_key = any($3::uuid[])) and type <> 'Patient' and ($4::text is null or not starts_with(source_key, $4))",
    [request.sourcePatientId, request.feed, keys, request.snapshotKeeps ?? null],
  );
  return remove(sql, request, rows);
}

/** All that a feed gave of a patient, but what its source has said since. */
export async function removeAll(sql: Sql, request: StoreRequest): Promise<Left[]> {
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, version from record.resource where source_patient_id = $1 and feed = $2 and (source_time is null or source_time <= $3)",
    [request.sourcePatientId, request.feed, timeOf(request, request.at ?? request.received)],
  );
  return remove(sql, request, rows);
}

/** A deletion that is older than what the source has said since removes nothing. */
export async function removeNamed(sql: Sql, request: StoreRequest, keys: string[]): Promise<Left[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql.query<{ resource_key: string; version: number }>(
    "select resource_key, version from record.resource where source_patient_id = $1 and feed = $2 and resource_key = any($3::uuid[]) and (source_time is null or source_time <= $4)",
    [request.sourcePatientId, request.feed, keys, timeOf(request, request.at ?? request.received)],
  );
  return remove(sql, request, rows);
}

export async function remove(sql: Sql, request: StoreRequest, rows: readonly { resource_key: string; version: number }[]): Promise<Left[]> {
  if (rows.length === 0) return [];
  const keys = rows.map((row) => row.resource_key);
  await Promise.all([
    keepHistory(sql, keys.map(() => request.sourcePatientId), keys, timeOf(request, request.at ?? request.received)),
    sql.query("delete from record.resource where source_patient_id = $1 and resource_key = any($2::uuid[])", [request.sourcePatientId, keys]),
  ]);
  return rows.map((row) => ({ key: row.resource_key, version: row.version }));
}

/** Where the same words come again later, their time is the later one: what was said in between is older than they. */
export function touch(sql: Sql, rows: readonly Row[]): Promise<unknown> {
  return sql.query(
    "update record.resource r set source_time = n.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as n(source_patient_id, resource_key, at) where r.source_patient_id = n.source_patient_id and r.resource_key = n.resource_key",
    [rows.map((row) => row.request.sourcePatientId), rows.map((row) => row.key), rows.map((row) => row.at)],
  );
}

/**
 * Keeps what came too late in the history, under the number that the present
 * version had, which moves up by one. Gives by how much: 0 where it was kept before.
 */
export async function keepOlder(sql: Sql, row: Row, version: number, removed: Date | null): Promise<0 | 1> {
  const home = row.request.sourcePatientId;
  const { rows: same } = await sql.query("select 1 from record.resource_history where source_patient_id = $1 and resource_key = $2 and body_hash = $3 limit 1", [home, row.key, row.bodyHash]);
  if (same.length > 0) return 0;
  row.version = removed === null ? version : version + 1;
  if (removed === null) await sql.query("update record.resource set version = version + 1 where source_patient_id = $1 and resource_key = $2", [home, row.key]);
  await Promise.all(writeRows(sql, [row], INTO_HISTORY));
  if (removed !== null) await sql.query("update record.resource_history set removed = $4 where source_patient_id = $1 and resource_key = $2 and version = $3", [home, row.key, row.version, removed]);
  return 1;
}

