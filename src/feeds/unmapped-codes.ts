/** Local codes that no map of the region knows, by feed, with how often they came: what a terminologist maps next. */
import type { Sql } from "#platform";
import type { UnmappedCode } from "./mapped.ts";

export type UnmappedCodeCount = { system: string; code: string; display: string; count: number; firstSeen: Date; lastSeen: Date };

/**
 * Adds to the counts in one statement. Call it last in a transaction: feeds send
 * the same codes again and again, and their rows stay locked until its end. Rows
 * are taken in one order everywhere, so that two transactions never cross.
 */
export async function countUnmappedCodes(sql: Sql, found: readonly { feed: string; at: Date; codes: readonly UnmappedCode[] }[]): Promise<void> {
  const rows = new Map<string, { feed: string; at: Date } & UnmappedCode>();
  for (const { feed, at, codes } of found) {
    for (const each of codes) {
      const key = `${feed}\n${each.system}\n${each.code}`;
      const known = rows.get(key);
      if (known) rows.set(key, { ...known, count: known.count + each.count, at: at > known.at ? at : known.at });
      else rows.set(key, { ...each, feed, at });
    }
  }
  if (rows.size === 0) return;
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await sql.query(
    `insert into feeds.unmapped_code as known (feed, system, code, display, count, first_seen, last_seen)
     select feed, system, code, display, count, at, at from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[]) as new(feed, system, code, display, count, at)
     on conflict (feed, system, code) do update set count = known.count + excluded.count, last_seen = greatest(known.last_seen, excluded.last_seen), display = case when excluded.display = '' then known.display else excluded.display end`,
    [sorted.map((row) => row.feed), sorted.map((row) => row.system), sorted.map((row) => row.code), sorted.map((row) => row.display), sorted.map((row) => row.count), sorted.map((row) => row.at)],
  );
}

/** A feed's unmapped codes, the most frequent first. */
export async function readUnmappedCodes(sql: Sql, feed: string): Promise<UnmappedCodeCount[]> {
  const { rows } = await sql.query<{ system: string; code: string; display: string; count: string; first_seen: Date; last_seen: Date }>(
    "select system, code, display, count, first_seen, last_seen from feeds.unmapped_code where feed = $1 order by count desc, system, code",
    [feed],
  );
  return rows.map((row) => ({ system: row.system, code: row.code, display: row.display, count: Number(row.count), firstSeen: row.first_seen, lastSeen: row.last_seen }));
}
