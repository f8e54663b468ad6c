/** What the operations pages, the command line and the source states ask of the inbox. */
import type { Sql } from "#platform";

export type FeedStatus = { feed: string; messages: number; waiting: number; quarantined: number; rejected: number; lastReceived: Date | null };

/** Counts by feed; feeds that never sent are missing. */
export async function readFeedStatus(sql: Sql): Promise<FeedStatus[]> {
  const { rows } = await sql.query<{ feed: string; messages: number; waiting: number; quarantined: number; rejected: number; last_received: Date | null }>(
    `select t.feed, t.messages, t.rejected, coalesce(w.n, 0) as waiting, coalesce(q.n, 0) as quarantined, (select received from feeds.inbox i where i.feed = t.feed order by message_id desc limit 1) as last_received
     from (select feed, sum(received)::int as messages, sum(rejected)::int as rejected from feeds.tally group by feed) t
     left join (select feed, count(*)::int as n from feeds.inbox where state = 'kept' group by feed) w using (feed)
     left join (select feed, count(*)::int as n from feeds.inbox where state = 'quarantined' group by feed) q using (feed) order by t.feed`,
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
