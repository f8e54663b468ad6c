/** What the operations pages and the source states ask of the inbox. */
import type { Sql } from "#platform";

export type FeedStatus = { feed: string; messages: number; waiting: number; quarantined: number; rejected: number; lastReceived: Date | null };

/** Counts by feed; feeds that never sent are missing. */
export async function readFeedStatus(sql: Sql): Promise<FeedStatus[]> {
  const { rows } = await sql.query<{ feed: string; messages: number; waiting: number; quarantined: number; rejected: number; last_received: Date | null }>(
    `select feed, count(*)::int as messages, count(*) filter (where state = 'kept')::int as waiting, count(*) filter (where state = 'quarantined')::int as quarantined,
       count(*) filter (where state = 'rejected')::int as rejected, max(received) as last_received from feeds.inbox group by feed order by feed`,
  );
  return rows.map((row) => ({ feed: row.feed, messages: row.messages, waiting: row.waiting, quarantined: row.quarantined, rejected: row.rejected, lastReceived: row.last_received }));
}

/** When each feed last gave a message: what "updated 3 days ago" is counted from. */
export async function readLastReceived(sql: Sql, feeds: readonly string[]): Promise<Map<string, Date>> {
  const { rows } = await sql.query<{ feed: string; received: Date }>(
    `select f.feed, m.received from unnest($1::text[]) f(feed) cross join lateral (select received from feeds.inbox i where i.feed = f.feed order by message_id desc limit 1) m`,
    [feeds],
  );
  return new Map(rows.map((row) => [row.feed, row.received]));
}

export async function countWaiting(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>("select count(*)::int as n from feeds.inbox where state = 'kept'");
  return rows[0]!.n;
}

export type QuarantineItem = { feed: string; messageId: string; item: number; code: string; why: string; place: string; received: Date; kind: string; controlId: string; acknowledged: string; state: string };

/** What waits in quarantine, newest first. Reasons and places only: the bytes are read elsewhere, for a reason. */
export async function readQuarantine(sql: Sql, options: { feed?: string; limit: number; before?: Date }): Promise<{ items: QuarantineItem[]; total: number }> {
  const parameters = [options.feed ?? null, options.before ?? new Date("9999-01-01"), options.limit];
  const [items, total] = await Promise.all([
    sql.query<{ feed: string; message_id: string; item: number; code: string; why: string; place: string; received: Date; kind: string; control_id: string; acknowledged: string; state: string }>(
      `select q.feed, q.message_id, q.item, q.code, q.why, q.place, q.received, i.kind, i.control_id, i.acknowledged, i.state from feeds.quarantine q join feeds.inbox i using (feed, message_id)
       where q.state = 'open' and ($1::text is null or q.feed = $1) and q.received < $2 order by q.received desc, q.message_id, q.item limit $3`,
      parameters,
    ),
    sql.query<{ n: number }>("select count(*)::int as n from feeds.quarantine where state = 'open' and ($1::text is null or feed = $1)", [options.feed ?? null]),
  ]);
  return {
    items: items.rows.map((row) => ({ feed: row.feed, messageId: row.message_id, item: row.item, code: row.code, why: row.why, place: row.place, received: row.received, kind: row.kind, controlId: row.control_id, acknowledged: row.acknowledged, state: row.state })),
    total: total.rows[0]!.n,
  };
}

/** The envelope of a message, for provenance on an item's page. */
export async function readEnvelope(sql: Sql, feed: string, messageId: string): Promise<{ messageId: string; feed: string; receivedAt: Date; format: string; controlId: string; kind: string } | null> {
  const { rows } = await sql.query<{ received: Date; format: string; control_id: string; kind: string }>("select received, format, control_id, kind from feeds.inbox where feed = $1 and message_id = $2", [feed, messageId]);
  const row = rows[0];
  return row ? { messageId, feed, receivedAt: row.received, format: row.format, controlId: row.control_id, kind: row.kind } : null;
}
