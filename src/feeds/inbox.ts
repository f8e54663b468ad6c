/** The inbox: bytes and envelope in one commit. All SQL of keeping; `queue.ts` holds that of taking. */
import { createHash, webcrypto } from "node:crypto";
import { GroupCommit, uuidv7, type Pool, type Sql } from "#platform";
import { compress, compressAside } from "#record";
import type { Mark } from "./mapped.ts";

export type Format = "hl7v2" | "fhir-r4" | "gp-connect-stu3" | "csv" | "unknown";

/** What is known of a message when it is kept. */
export type Envelope = {
  feed: string;
  format: Format;
  /** MSH-10, Bundle.identifier or file name; empty where there is none. */
  controlId: string;
  /** True where the sender gives each message an id of its own: the same bytes under it are the same message, whenever they come. */
  hasOwnId: boolean;
  kind: string;
  /** Messages of one lane take effect in the order in which they were kept. One that concerns several identities stands in all of their lanes; the first is its own. */
  laneKeys: readonly string[];
  bytes: Buffer;
  /** `kept`: will be applied. `rejected`: the sender was told that it cannot be used. */
  state: "kept" | "rejected";
  /** The acknowledgement that is sent once this is committed, and sent again for the same bytes. */
  acknowledged: string;
  ack: string;
  marks?: readonly Mark[];
  /** True where the receiver applies it at once: the workers leave it alone for a minute. */
  reserved?: boolean;
  /** The same bytes again, taken up on purpose: never a duplicate. */
  replay?: Replay;
};

/** A message taken up again: which one, by whom and why. */
export type Replay = { of: string; by: string; reason: string };

export type Kept = { messageId: string; duplicate: boolean; ack: string; state: string };

/** Longer than the largest bundle takes; a process that died in between leaves its message to the workers after this. */
const RESERVED_MS = 60_000;
/** From here on a message is hashed, compressed and committed beside the others: 30 MB would hold them up for half a second. */
const LARGE_BYTES = 512 * 1024;

type Stamped = Envelope & { messageId: string; received: Date; sha256: Buffer; stored: Buffer };

/** 31 bits of the key: which messages must take turns. */
export function laneOf(feed: string, key: string): number {
  return createHash("sha256").update(`${feed}\n${key}`).digest().readInt32BE(0) & 0x7fffffff;
}

/** Keeps messages by group commit: a promise resolves after the commit that holds its message, never before. */
export class Inbox {
  readonly #commits: GroupCommit<Stamped, Kept>;
  readonly #large: GroupCommit<Stamped, Kept>;

  constructor(pool: Pool) {
    const commit = (batch: readonly Stamped[]): Promise<Kept[]> => pool.transaction((sql) => keepBatch(sql, batch));
    this.#commits = new GroupCommit(commit, 200);
    this.#large = new GroupCommit(commit, 1);
  }

  async keep(envelope: Envelope): Promise<Kept> {
    const { bytes } = envelope;
    if (bytes.length < LARGE_BYTES) return this.#commits.add(stamped(envelope, createHash("sha256").update(bytes).digest(), compress(bytes)));
    const [digest, stored] = await Promise.all([webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>), compressAside(bytes)]);
    return this.#large.add(stamped(envelope, Buffer.from(digest), stored));
  }
}

/** True for a message that travels beside the others; what its sender says next waits for it. */
export const isLarge = (bytes: Buffer): boolean => bytes.length >= LARGE_BYTES;

function stamped(envelope: Envelope, sha256: Buffer, stored: Buffer): Stamped {
  return { ...envelope, messageId: uuidv7(), received: new Date(), sha256, stored };
}

const COLUMNS: readonly (readonly [name: string, type: string, value: (message: Stamped) => unknown])[] = [
  ["feed", "text", (each) => each.feed],
  ["message_id", "uuid", (each) => each.messageId],
  ["received", "timestamptz", (each) => each.received],
  ["format", "text", (each) => each.format],
  ["control_id", "text", (each) => each.controlId],
  ["kind", "text", (each) => each.kind],
  ["sha256", "bytea", (each) => each.sha256],
  ["size", "int", (each) => each.bytes.length],
  ["bytes", "bytea", (each) => each.stored],
  ["lane", "int", (each) => laneOf(each.feed, each.laneKeys[0] ?? "")],
  ["state", "text", (each) => each.state],
  ["acknowledged", "text", (each) => each.acknowledged],
  ["ack", "text", (each) => each.ack],
  ["reserved", "timestamptz", (each) => (each.reserved ? new Date(each.received.getTime() + RESERVED_MS).toISOString() : "-infinity")],
  ["other_lanes", "text", (each) => (each.laneKeys.length > 1 ? `{${each.laneKeys.slice(1).map((key) => laneOf(each.feed, key)).join(",")}}` : null)],
  ["replays", "uuid", (each) => each.replay?.of ?? null],
  ["replayed_by", "text", (each) => each.replay?.by ?? null],
  ["replay_reason", "text", (each) => each.replay?.reason ?? null],
];

const INSERT = `insert into feeds.inbox (${COLUMNS.map(([name]) => name).join(", ")}, repeat)
select ${COLUMNS.map(([name]) => (name === "other_lanes" ? "n.other_lanes::int[]" : `n.${name}`)).join(", ")}, n.repeat
from unnest(${[...COLUMNS.map(([, type]) => type), "int"].map((type, index) => `$${index + 1}::${type}[]`).join(", ")}) as n(${COLUMNS.map(([name]) => name).join(", ")}, repeat)
on conflict (feed, control_id, sha256, repeat) do nothing returning message_id`;

/** Keeps messages in the caller's transaction (replays): nothing is acknowledged by it. */
export function keepAll(sql: Sql, envelopes: readonly Envelope[]): Promise<Kept[]> {
  return envelopes.length === 0 ? Promise.resolve([]) : keepBatch(sql, envelopes.map((each) => stamped(each, createHash("sha256").update(each.bytes).digest(), compress(each.bytes))));
}

async function insert(sql: Sql, batch: readonly Stamped[], repeat: number): Promise<Set<string>> {
  const { rows } = await sql.query<{ message_id: string }>(INSERT, [...COLUMNS.map(([, , value]) => batch.map(value)), batch.map(() => repeat)]);
  return new Set(rows.map((row) => row.message_id));
}

async function keepBatch(sql: Sql, batch: readonly Stamped[]): Promise<Kept[]> {
  const fresh = await insert(sql, batch, 0);
  const kept = await Promise.all(batch.map((each): Kept | Promise<Kept> => (fresh.has(each.messageId) ? { messageId: each.messageId, duplicate: false, ack: each.ack, state: each.state } : knownBytes(sql, each))));
  const marked = batch.filter((each, index) => !kept[index]!.duplicate && each.marks && each.marks.length > 0);
  await Promise.all([...marked.map((each) => quarantine(sql, each.feed, each.messageId, each.received, each.marks!)), tally(sql, batch, kept)]);
  return kept;
}

/**
 * The same bytes under the same id: the stored acknowledgement again. They are
 * taken anew where somebody asked for that, where they were refused before and can
 * be used now, and where a source without ids of its own goes back to what it said
 * before something else.
 */
async function knownBytes(sql: Sql, message: Stamped): Promise<Kept> {
  const { rows } = await sql.query<{ message_id: string; ack: string; state: string; repeat: number }>(
    "select message_id, ack, state, repeat from feeds.inbox where feed = $1 and control_id = $2 and sha256 = $3 order by repeat desc limit 1",
    [message.feed, message.controlId, message.sha256],
  );
  const last = rows[0]!;
  const isAnew = message.replay !== undefined || (message.state === "kept" && (last.state === "rejected" || (!message.hasOwnId && (await saidOtherwiseSince(sql, message, last.message_id)))));
  if (isAnew && (await insert(sql, [message], last.repeat + 1)).size > 0) return { messageId: message.messageId, duplicate: false, ack: message.ack, state: message.state };
  return { messageId: last.message_id, duplicate: true, ack: last.ack, state: last.state };
}

async function saidOtherwiseSince(sql: Sql, message: Stamped, since: string): Promise<boolean> {
  const { rows } = await sql.query("select 1 from feeds.inbox where feed = $1 and lane = $2 and message_id > $3 and sha256 <> $4 and state <> 'rejected' limit 1", [message.feed, laneOf(message.feed, message.laneKeys[0] ?? ""), since, message.sha256]);
  return rows.length > 0;
}

/** Counts what came, by feed and hour, in the order of the feeds (no two batches cross). */
function tally(sql: Sql, batch: readonly Stamped[], kept: readonly Kept[]): Promise<unknown> {
  const counts = new Map<string, { received: number; repeated: number; rejected: number; bytes: number; hour: Date }>();
  batch.forEach((each, index) => {
    if (each.replay !== undefined) return;
    const hour = new Date(Math.floor(each.received.getTime() / 3_600_000) * 3_600_000);
    const key = `${each.feed} ${hour.toISOString()}`;
    const count = counts.get(key) ?? { received: 0, repeated: 0, rejected: 0, bytes: 0, hour };
    count[kept[index]!.duplicate ? "repeated" : "received"]++;
    if (!kept[index]!.duplicate && each.state === "rejected") count.rejected++;
    count.bytes += each.bytes.length;
    counts.set(key, count);
  });
  if (counts.size === 0) return Promise.resolve();
  const entries = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sql.query(
    `insert into feeds.tally as t (feed, hour, received, repeated, rejected, bytes) select * from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
     on conflict (feed, hour) do update set received = t.received + excluded.received, repeated = t.repeated + excluded.repeated, rejected = t.rejected + excluded.rejected, bytes = t.bytes + excluded.bytes`,
    [entries.map(([key]) => key.slice(0, key.indexOf(" "))), entries.map(([, each]) => each.hour), entries.map(([, each]) => each.received), entries.map(([, each]) => each.repeated), entries.map(([, each]) => each.rejected), entries.map(([, each]) => each.bytes)],
  );
}

/** What could not be understood or used, with its reason and place. */
export async function quarantine(sql: Sql, feed: string, messageId: string, received: Date, marks: readonly Mark[]): Promise<void> {
  await sql.query(
    `insert into feeds.quarantine (feed, message_id, item, code, why, place, received) select $1, $2, n.item, n.code, n.why, n.place, $3
     from unnest($4::int[], $5::text[], $6::text[], $7::text[]) as n(item, code, why, place) on conflict do nothing`,
    [feed, messageId, received, marks.map((_, index) => index), marks.map((mark) => mark.code), marks.map((mark) => mark.why.slice(0, 1000)), marks.map((mark) => mark.place.slice(0, 300))],
  );
}
