/** Checkpoints, keys and the state of the log, as they are stored. */
import type { Sql } from "#platform";

/** A signed checkpoint with the cosignatures that agree with it. */
export type StoredCheckpoint = { readonly size: number; readonly root: Buffer; readonly signed: Date; readonly note: string };

const CHECKPOINT = `select c.size, c.root, c.signed, c.note || coalesce((select string_agg(w.line, '' order by w.organisation) from audit.cosignature w where w.size = c.size and w.root = c.root and w.agrees), '') as note from audit.checkpoint c`;

/** The latest checkpoint, or `null` before the first. */
export async function readLatestCheckpoint(sql: Sql): Promise<StoredCheckpoint | null> {
  return (await sql.query<StoredCheckpoint>(`${CHECKPOINT} order by c.size desc limit 1`)).rows[0] ?? null;
}

/** The checkpoint of one size, or `null`: not every size was signed. */
export async function readCheckpointAt(sql: Sql, size: number): Promise<StoredCheckpoint | null> {
  return (await sql.query<StoredCheckpoint>(`${CHECKPOINT} where c.size = $1`, [size])).rows[0] ?? null;
}

export type SigningKey = { readonly verifierKey: string; readonly since: Date; readonly fromSize: number };

/** The keys that have signed this log, the first one first. */
export async function readKeys(sql: Sql): Promise<SigningKey[]> {
  return (await sql.query<SigningKey>(`select verifier_key as "verifierKey", since, from_size as "fromSize" from audit.signing_key order by since, from_size`)).rows;
}

/** What waits to be put into the log: how many entries, and since when the oldest does. */
export async function readWaiting(sql: Sql): Promise<{ waiting: number; oldest: Date | null }> {
  return (await sql.query<{ waiting: number; oldest: Date | null }>("select count(*)::int as waiting, min(recorded) as oldest from audit.unsequenced")).rows[0]!;
}
