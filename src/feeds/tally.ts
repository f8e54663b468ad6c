/** How much each feed sends: by hour for the rate now against the usual one, by day for growth. */
import type { Sql } from "#platform";

export const HOUR_MS = 3_600_000;

export type Tally = { feed: string; hour: Date; received: number; repeated: number; rejected: number; bytes: number };

/** The counts of whole hours from a moment on, of one feed or of all. */
export async function readTally(sql: Sql, from: Date, feed?: string): Promise<Tally[]> {
  const { rows } = await sql.query<{ feed: string; hour: Date; received: string; repeated: string; rejected: string; bytes: string }>("select feed, hour, received, repeated, rejected, bytes from feeds.tally where hour >= $1 and ($2::text is null or feed = $2) order by feed, hour", [from, feed ?? null]);
  return rows.map((row) => ({ feed: row.feed, hour: row.hour, received: Number(row.received), repeated: Number(row.repeated), rejected: Number(row.rejected), bytes: Number(row.bytes) }));
}

/** When each feed first sent anything: a usual rate needs days to be usual on. */
export async function readFirstHours(sql: Sql): Promise<Map<string, Date>> {
  const { rows } = await sql.query<{ feed: string; first: Date }>("select feed, min(hour) as first from feeds.tally where received > 0 group by feed");
  return new Map(rows.map((row) => [row.feed, row.first]));
}

export type DayCount = { day: string; received: number; repeated: number; rejected: number; bytes: number };

/** Counts by calendar day of the region, oldest first. */
export function byDay(tallies: readonly Tally[], dayOf: (instant: Date) => string): DayCount[] {
  const days = new Map<string, DayCount>();
  for (const each of tallies) {
    const day = dayOf(each.hour);
    const before = days.get(day) ?? { day, received: 0, repeated: 0, rejected: 0, bytes: 0 };
    days.set(day, { day, received: before.received + each.received, repeated: before.repeated + each.repeated, rejected: before.rejected + each.rejected, bytes: before.bytes + each.bytes });
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

export type Backlog = { feed: string; waiting: number; oldest: Date };

/** What waits to be applied, by feed. */
export async function readBacklog(sql: Sql): Promise<Map<string, Backlog>> {
  const { rows } = await sql.query<{ feed: string; n: number; oldest: Date }>("select feed, count(*)::int as n, min(received) as oldest from feeds.inbox where state = 'kept' group by feed");
  return new Map(rows.map((row) => [row.feed, { feed: row.feed, waiting: row.n, oldest: row.oldest }]));
}

/** Open findings by feed, and of how many messages. */
export async function readOpenFindings(sql: Sql): Promise<Map<string, { findings: number; messages: number }>> {
  const { rows } = await sql.query<{ feed: string; findings: number; messages: number }>("select feed, count(*)::int as findings, count(distinct message_id)::int as messages from feeds.quarantine where state = 'open' group by feed");
  return new Map(rows.map((row) => [row.feed, { findings: row.findings, messages: row.messages }]));
}
