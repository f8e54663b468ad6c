/**
 * Who is told, in the message's own transaction, what it changed in the record:
 * rooms above register here (`apps/wiring.ts`), since feeds import nothing from them.
 */
import type { Feed, Region } from "#governance";
import type { SourcePatient } from "#identity";
import type { Sql } from "#platform";

/** What one message changed of one source patient. */
export type StoredChange = {
  readonly feed: Feed;
  readonly messageId: string;
  readonly received: Date;
  readonly sourcePatient: SourcePatient;
  /** Items that are new or say something new, by their id and FHIR type. */
  readonly changed: readonly { readonly id: string; readonly type: string }[];
};

/** It commits with the messages, and a failure takes them back: what follows is neither lost nor done without them. */
export type StoredFollower = (sql: Sql, region: Region, changes: readonly StoredChange[]) => Promise<unknown>;
const followers = new Set<StoredFollower>();

/** Registers a follower for the life of the process; `apps/wiring.ts` alone calls this. */
export function followStored(follower: StoredFollower): void {
  followers.add(follower);
}

/** Tells all of them. */
export async function tellFollowers(sql: Sql, region: Region, changes: readonly StoredChange[]): Promise<void> {
  const some = changes.filter((each) => each.changed.length > 0);
  if (some.length === 0) return;
  for (const follower of followers) await follower(sql, region, some);
}
