/**
 * Who looks at what a message became, in its own transaction: rooms above register
 * here (`apps/wiring.ts`), since feeds import nothing from them.
 */
import type { Feed } from "#governance";
import type { SourcePatient } from "#identity";
import type { Sql } from "#platform";
import type { Mapped, MappedPatient, Mark } from "./mapped.ts";
import type { Waiting } from "./queue.ts";

/** One message of a batch with what it became; `mapped` and `feed` are missing where it could not be used and waits in quarantine. */
export type AppliedMessage = {
  readonly message: Omit<Waiting, "bytes">;
  readonly feed?: Feed;
  readonly mapped?: Mapped;
  readonly marks: readonly Mark[];
  /** Each patient that the message is about, with the source patient that it is now. */
  readonly taken: readonly { readonly patient: MappedPatient; readonly source: SourcePatient }[];
  /** Its feed sent other bytes under the same id before. */
  readonly sameIdOtherBytes: boolean;
};

/** It commits with the messages, and a failure takes them back: a follower must not throw over what a message says. */
export type AppliedFollower = (sql: Sql, messages: readonly AppliedMessage[]) => Promise<unknown>;
const followers = new Set<AppliedFollower>();

/** Registers a follower for the life of the process; `apps/wiring.ts` alone calls this. */
export function followApplied(follower: AppliedFollower): void {
  followers.add(follower);
}

/** Tells all of them, once a batch. */
export async function tellApplied(sql: Sql, messages: readonly AppliedMessage[]): Promise<void> {
  if (messages.length > 0) for (const follower of followers) await follower(sql, messages);
}

/** How many messages of each feed were kept since each of two moments; whole hours, the hour of the moment included. */
export async function readReceived(sql: Sql, feeds: readonly string[], since: Date, longer: Date): Promise<Map<string, { since: number; longer: number }>> {
  const { rows } = await sql.query<{ feed: string; since: number; longer: number }>(
    "select feed, coalesce(sum(received - rejected) filter (where hour >= $2), 0)::int as since, sum(received - rejected)::int as longer from feeds.tally where feed = any($1::text[]) and hour >= $3 group by feed",
    [feeds, since, longer],
  );
  return new Map(rows.map((row) => [row.feed, { since: row.since, longer: row.longer }]));
}
