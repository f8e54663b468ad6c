/** The inbox: bytes and envelope in one commit; its table is the queue. All SQL of keeping and taking. */
import { createHash } from "node:crypto";
import { GroupCommit, uuidv7, type Pool, type Sql } from "#platform";
import { compress, decompress } from "#record";
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
  /** Messages of one lane take effect in the order in which they were kept. */
  laneKey: string;
  bytes: Buffer;
  /** `kept`: will be applied. `rejected`: the sender was told that it cannot be used. */
  state: "kept" | "rejected";
  /** The acknowledgement that is sent once this is committed, and sent again for the same bytes. */
  acknowledged: string;
  ack: string;
  marks?: readonly Mark[];
  /** True where the receiver applies it at once: the workers leave it alone for a minute. */
  reserved?: boolean;
};

export type Kept = { messageId: string; duplicate: boolean; ack: string; state: string };
/** Longer than the largest bundle takes; a process that died in between leaves its message to the workers after this. */
const RESERVED_MS = 60_000;

type Stamped = Envelope & { messageId: string; received: Date; sha256: Buffer };

/** 31 bits of the key: which messages must take turns. */
export function laneOf(feed: string, key: string): number {
  return createHash("sha256").update(`${feed}\n${key}`).digest().readInt32BE(0) & 0x7fffffff;
}

/** Keeps messages by group commit: a promise resolves after the commit that holds its message, never before. */
export class Inbox {
  readonly #commits: GroupCommit<Stamped, Kept>;

  constructor(pool: Pool) {
    this.#commits = new GroupCommit((batch) => pool.transaction((sql) => keepBatch(sql, batch)), 200);
  }

  keep(envelope: Envelope): Promise<Kept> {
    return this.#commits.add({ ...envelope, messageId: uuidv7(), received: new Date(), sha256: createHash("sha256").update(envelope.bytes).digest() });
  }
}

const reservedUntil = (message: Stamped): string => (message.reserved ? new Date(message.received.getTime() + RESERVED_MS).toISOString() : "-infinity");

async function keepBatch(sql: Sql, batch: readonly Stamped[]): Promise<Kept[]> {
  const column = <T>(pick: (each: Stamped) => T): T[] => batch.map(pick);
  const inserted = sql.query<{ message_id: string }>(
    `insert into feeds.inbox (feed, message_id, received, format, control_id, kind, sha256, size, bytes, lane, state, acknowledged, ack, reserved)
     select * from unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::int[], $9::bytea[], $10::int[], $11::text[], $12::text[], $13::text[], $14::timestamptz[])
     on conflict (feed, control_id, sha256, repeat) do nothing returning message_id`,
    [
      column((each) => each.feed), column((each) => each.messageId), column((each) => each.received), column((each) => each.format), column((each) => each.controlId), column((each) => each.kind),
      column((each) => each.sha256), column((each) => each.bytes.length), column((each) => compress(each.bytes)), column((each) => laneOf(each.feed, each.laneKey)), column((each) => each.state),
      column((each) => each.acknowledged), column((each) => each.ack), column(reservedUntil),
    ],
  );
  const fresh = new Set((await inserted).rows.map((row) => row.message_id));
  const marked = batch.filter((each) => fresh.has(each.messageId) && each.marks && each.marks.length > 0);
  if (marked.length > 0) await Promise.all(marked.map((each) => quarantine(sql, each.feed, each.messageId, each.received, each.marks!)));
  return Promise.all(batch.map((each) => (fresh.has(each.messageId) ? { messageId: each.messageId, duplicate: false, ack: each.ack, state: each.state } : storedAnswer(sql, each))));
}

/** The same bytes under the same id: the stored acknowledgement again. Without an id of its own the message is said anew where something else came between. */
async function storedAnswer(sql: Sql, message: Stamped): Promise<Kept> {
  const { rows } = await sql.query<{ message_id: string; ack: string; state: string; repeat: number }>(
    "select message_id, ack, state, repeat from feeds.inbox where feed = $1 and control_id = $2 and sha256 = $3 order by repeat desc limit 1",
    [message.feed, message.controlId, message.sha256],
  );
  const last = rows[0]!;
  if (!message.hasOwnId && message.state === "kept" && (await saidOtherwiseSince(sql, message, last.message_id)) && (await keepAgain(sql, message, last.repeat + 1))) {
    return { messageId: message.messageId, duplicate: false, ack: message.ack, state: message.state };
  }
  return { messageId: last.message_id, duplicate: true, ack: last.ack, state: last.state };
}

async function saidOtherwiseSince(sql: Sql, message: Stamped, since: string): Promise<boolean> {
  const { rows } = await sql.query("select 1 from feeds.inbox where feed = $1 and lane = $2 and message_id > $3 and sha256 <> $4 and state <> 'rejected' limit 1", [message.feed, laneOf(message.feed, message.laneKey), since, message.sha256]);
  return rows.length > 0;
}

async function keepAgain(sql: Sql, message: Stamped, repeat: number): Promise<boolean> {
  const { rows } = await sql.query(
    `insert into feeds.inbox (feed, message_id, received, format, control_id, kind, sha256, size, bytes, lane, state, acknowledged, ack, reserved, repeat)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (feed, control_id, sha256, repeat) do nothing returning 1`,
    [message.feed, message.messageId, message.received, message.format, message.controlId, message.kind, message.sha256, message.bytes.length, compress(message.bytes), laneOf(message.feed, message.laneKey), message.state, message.acknowledged, message.ack, reservedUntil(message), repeat],
  );
  return rows.length > 0;
}

/** What could not be understood or used, with its reason and place. */
export async function quarantine(sql: Sql, feed: string, messageId: string, received: Date, marks: readonly Mark[]): Promise<void> {
  await sql.query(
    `insert into feeds.quarantine (feed, message_id, item, code, why, place, received) select $1, $2, n.item, n.code, n.why, n.place, $3
     from unnest($4::int[], $5::text[], $6::text[], $7::text[]) as n(item, code, why, place) on conflict do nothing`,
    [feed, messageId, received, marks.map((_, index) => index), marks.map((mark) => mark.code), marks.map((mark) => mark.why.slice(0, 1000)), marks.map((mark) => mark.place.slice(0, 300))],
  );
}

/** A kept message on its way into the record. */
export type Waiting = { feed: string; messageId: string; received: Date; format: Format; controlId: string; kind: string; lane: number; attempts: number; bytes: Buffer };

/** The oldest waiting messages of this worker's lanes, in the order in which they were kept. */
export async function takeWaiting(sql: Sql, share: { index: number; of: number }, limit: number): Promise<Waiting[]> {
  const { rows } = await sql.query<{ feed: string; message_id: string; received: Date; format: Format; control_id: string; kind: string; lane: number; attempts: number; bytes: Buffer }>(
    `select feed, message_id, received, format, control_id, kind, lane, attempts, bytes from feeds.inbox
     where state = 'kept' and reserved < $4 and lane % $1::int = $2::int order by message_id limit $3`,
    [share.of, share.index, limit, new Date()],
  );
  return rows.map((row) => ({ feed: row.feed, messageId: row.message_id, received: row.received, format: row.format, controlId: row.control_id, kind: row.kind, lane: row.lane, attempts: row.attempts, bytes: decompress(row.bytes) }));
}

/** Takes kept messages for this transaction alone; those are missing that another has taken or applied. */
export async function claim(sql: Sql, messages: readonly Waiting[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ message_id: string }>(
    `select i.message_id from unnest($1::text[], $2::uuid[]) as n(feed, message_id) join feeds.inbox i using (feed, message_id) where i.state = 'kept' order by i.message_id for update of i`,
    [messages.map((message) => message.feed), messages.map((message) => message.messageId)],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Marks messages as done; one whose feed sent other bytes under the same id before is flagged: accepted, but somebody should know. */
export function markDone(sql: Sql, done: readonly { message: Waiting; state: "applied" | "quarantined"; isMarked: boolean }[]): Promise<unknown> {
  return sql.query(
    `update feeds.inbox i set state = n.state, applied = now(), flags = array_remove(array[case when n.marked then 'marked' end,
       case when i.control_id <> '' and exists (select 1 from feeds.inbox b where b.feed = i.feed and b.control_id = i.control_id and b.message_id < i.message_id) then 'same-id-other-bytes' end], null)
     from unnest($1::text[], $2::uuid[], $3::text[], $4::boolean[]) as n(feed, message_id, state, marked) where i.feed = n.feed and i.message_id = n.message_id`,
    [done.map((each) => each.message.feed), done.map((each) => each.message.messageId), done.map((each) => each.state), done.map((each) => each.isMarked)],
  );
}

export function countAttempt(sql: Sql, feed: string, messageId: string): Promise<unknown> {
  return sql.query("update feeds.inbox set attempts = attempts + 1 where feed = $1 and message_id = $2", [feed, messageId]);
}
