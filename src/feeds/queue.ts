/**
 * What waits in the inbox, and in which order it may be taken. Several workers
 * share the lanes; a message that concerns several identities (a merge, a move)
 * waits for all that came before in each of its lanes, and what came after in each
 * waits for it, whichever worker has it. All SQL of taking.
 */
import type { Sql } from "#platform";
import { decompress } from "#record";
import type { Format } from "./inbox.ts";

/** A kept message on its way into the record. `received`: of a replay, when the replayed message came, since it says what was so then. */
export type Waiting = { feed: string; messageId: string; received: Date; format: Format; controlId: string; kind: string; lane: number; otherLanes: readonly number[]; attempts: number; bytes: Buffer };

/** One of several workers: lanes whose number leaves `index` when divided by `of`. */
export type Share = { index: number; of: number };

/**
 * The oldest messages of a worker's lanes that may be applied now, in the order in
 * which they were kept. Held back are those behind a message of their lane that
 * somebody else has, that failed and is tried again later, or that concerns several
 * lanes; and such a one itself while anything waits before it in any of its lanes.
 */
export async function takeWaiting(sql: Sql, share: Share, limit: number): Promise<Waiting[]> {
  const { rows } = await sql.query<{ feed: string; message_id: string; received: Date; format: Format; control_id: string; kind: string; lane: number; other_lanes: number[] | null; attempts: number; bytes: Buffer }>(
    `select feed, message_id, case when replays is null then received else (select o.received from feeds.inbox o where o.feed = i.feed and o.message_id = i.replays) end as received,
       format, control_id, kind, lane, other_lanes, attempts, bytes from feeds.inbox i
     where state = 'kept' and reserved <= $4 and lane % $1::int = $2::int
       and not exists (select 1 from feeds.inbox h where h.state = 'kept' and (h.other_lanes is not null or h.reserved > '-infinity') and h.message_id < i.message_id
         and (h.other_lanes is not null or h.reserved > $4) and h.feed = i.feed and (h.lane = i.lane or i.lane = any(h.other_lanes)))
       and (i.other_lanes is null or not exists (select 1 from feeds.inbox b where b.state = 'kept' and b.feed = i.feed and b.lane = any(i.lane || i.other_lanes) and b.message_id < i.message_id))
     order by message_id limit $3`,
    [share.of, share.index, limit, new Date()],
  );
  return rows.map((row) => ({
    feed: row.feed, messageId: row.message_id, received: row.received, format: row.format, controlId: row.control_id, kind: row.kind, lane: row.lane, otherLanes: row.other_lanes ?? [], attempts: row.attempts, bytes: decompress(row.bytes),
  }));
}

/** Takes kept messages for this transaction alone; those are missing that another has taken or applied. */
export async function claim(sql: Sql, messages: readonly Pick<Waiting, "feed" | "messageId">[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ message_id: string }>(
    `select i.message_id from unnest($1::text[], $2::uuid[]) as n(feed, message_id) join feeds.inbox i using (feed, message_id) where i.state = 'kept' order by i.message_id for update of i`,
    [messages.map((message) => message.feed), messages.map((message) => message.messageId)],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** True where nothing of the message's lanes waits before it: a receiver that applies at once must not overtake. */
export async function isNext(sql: Sql, feed: string, messageId: string): Promise<boolean> {
  const { rows } = await sql.query(
    `select 1 from feeds.inbox i join feeds.inbox b on b.feed = i.feed and b.state = 'kept' and b.message_id < i.message_id and (b.lane = any(i.lane || i.other_lanes) or (b.other_lanes is not null and b.other_lanes && (i.lane || i.other_lanes)))
     where i.feed = $1 and i.message_id = $2 limit 1`,
    [feed, messageId],
  );
  return rows.length === 0;
}

/**
 * Marks messages as done; one whose feed sent other bytes under the same id before
 * is flagged: accepted, but somebody should know. Gives the ids of those.
 */
export async function markDone(sql: Sql, done: readonly { message: Pick<Waiting, "feed" | "messageId">; state: "applied" | "quarantined"; isMarked: boolean }[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ message_id: string; flags: string[] }>(
    `update feeds.inbox i set state = n.state, applied = $5, flags = array_remove(array[case when n.marked then 'marked' end,
       case when i.control_id <> '' and i.replays is null and exists (select 1 from feeds.inbox b where b.feed = i.feed and b.control_id = i.control_id and b.message_id < i.message_id and b.replays is null) then 'same-id-other-bytes' end], null)
     from unnest($1::text[], $2::uuid[], $3::text[], $4::boolean[]) as n(feed, message_id, state, marked) where i.feed = n.feed and i.message_id = n.message_id returning i.message_id, i.flags`,
    [done.map((each) => each.message.feed), done.map((each) => each.message.messageId), done.map((each) => each.state), done.map((each) => each.isMarked), new Date()],
  );
  return new Set(rows.filter((row) => row.flags.includes("same-id-other-bytes")).map((row) => row.message_id));
}

/** A try that failed: the message and its lanes wait until `again`; everything else goes on. A try counts where the message may be at fault. */
export function tryLater(sql: Sql, message: Pick<Waiting, "feed" | "messageId">, again: Date, whose: "its fault" | "not its fault" = "its fault"): Promise<unknown> {
  return sql.query("update feeds.inbox set attempts = attempts + $4, reserved = $3 where feed = $1 and message_id = $2 and state = 'kept'", [message.feed, message.messageId, again, whose === "its fault" ? 1 : 0]);
}

/** Gives back what a receiver had reserved for itself: the workers may take it now. */
export function release(sql: Sql, feed: string, messageId: string): Promise<unknown> {
  return sql.query("update feeds.inbox set reserved = '-infinity' where feed = $1 and message_id = $2 and state = 'kept'", [feed, messageId]);
}
