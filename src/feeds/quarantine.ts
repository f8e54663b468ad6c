/** What waits in quarantine, and how each finding was dealt with. */
import type { Sql } from "#platform";

export type QuarantineItem = { feed: string; format: string; messageId: string; item: number; code: string; why: string; place: string; received: Date; kind: string; controlId: string; acknowledged: string; state: string };

const NO_MESSAGE = "00000000-0000-0000-0000-000000000000";

/** The last finding of a page: the next page begins behind it. A message's findings share one time, so that the time alone tells no place. */
export type QuarantineCursor = { received: Date; messageId: string; item: number };

/** What waits in quarantine, newest message first, its findings in order. Reasons and places only: the bytes are read elsewhere, for a reason. */
export async function readQuarantine(sql: Sql, options: { feeds?: readonly string[]; code?: string; limit: number; after?: QuarantineCursor }): Promise<{ items: QuarantineItem[]; total: number }> {
  const feeds = options.feeds === undefined ? null : [...options.feeds];
  const parameters = [feeds, options.after?.received ?? new Date("9999-01-01"), options.limit, options.after?.messageId ?? NO_MESSAGE, options.after?.item ?? 0, options.code ?? null];
  const [items, total] = await Promise.all([
    sql.query<{ feed: string; message_id: string; item: number; code: string; why: string; place: string; received: Date; format: string; kind: string; control_id: string; acknowledged: string; state: string }>(
      `select q.feed, q.message_id, q.item, q.code, q.why, q.place, q.received, i.format, i.kind, i.control_id, i.acknowledged, i.state from feeds.quarantine q join feeds.inbox i using (feed, message_id)
       where q.state = 'open' and ($1::text[] is null or q.feed = any($1)) and ($6::text is null or q.code = $6) and (q.received < $2 or (q.received = $2 and (q.message_id, q.item) > ($4, $5))) order by q.received desc, q.message_id, q.item limit $3`,
      parameters,
    ),
    sql.query<{ n: number }>("select count(*)::int as n from feeds.quarantine where state = 'open' and ($1::text[] is null or feed = any($1)) and ($2::text is null or code = $2)", [feeds, options.code ?? null]),
  ]);
  return {
    items: items.rows.map((row) => ({ feed: row.feed, messageId: row.message_id, item: row.item, code: row.code, why: row.why, place: row.place, received: row.received, format: row.format, kind: row.kind, controlId: row.control_id, acknowledged: row.acknowledged, state: row.state })),
    total: total.rows[0]!.n,
  };
}

export type Finding = { item: number; code: string; why: string; place: string; state: string; closedBy: string | null; closedWhy: string | null; closedAt: Date | null };

/** All findings of one message, open or dealt with. */
export async function readFindings(sql: Sql, feed: string, messageId: string): Promise<Finding[]> {
  const { rows } = await sql.query<{ item: number; code: string; why: string; place: string; state: string; closed_by: string | null; closed_why: string | null; closed_at: Date | null }>(
    "select item, code, why, place, state, closed_by, closed_why, closed_at from feeds.quarantine where feed = $1 and message_id = $2 order by item",
    [feed, messageId],
  );
  return rows.map((row) => ({ item: row.item, code: row.code, why: row.why, place: row.place, state: row.state, closedBy: row.closed_by, closedWhy: row.closed_why, closedAt: row.closed_at }));
}

/** How many open findings there are of each code, most first. */
export async function readFindingCodes(sql: Sql, feeds: readonly string[] | undefined): Promise<{ code: string; count: number }[]> {
  const { rows } = await sql.query<{ code: string; count: number }>("select code, count(*)::int as count from feeds.quarantine where state = 'open' and ($1::text[] is null or feed = any($1)) group by code order by count desc, code", [feeds === undefined ? null : [...feeds]]);
  return rows;
}
