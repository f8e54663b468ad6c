/** What the database holds of what senders were told, asked as its owner: the judge of a fault run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { embeddedSocketDir, openPool, type DatabaseAddress, type Pool } from "#platform";

/** How the owner of a started product's embedded database reaches it. */
export function ownerAddress(dataDir: string): DatabaseAddress {
  return { kind: "socket", socketDir: embeddedSocketDir(dataDir), user: "kmcr_owner", password: readFileSync(join(dataDir, "postgres-owner"), "utf8").trim(), database: "postgres", roleKey: readFileSync(join(dataDir, "secret"), "utf8").trim() };
}

export type Verdict = { acknowledged: number; kept: number; applied: number; lost: string[]; twice: string[]; doubled: string[]; notApplied: string[] };

/** Waits until nothing waits, then compares. */
export async function judge(dataDir: string, acknowledged: ReadonlySet<string>, mark: string, patienceMs = 120_000): Promise<Verdict> {
  const owner = openPool(ownerAddress(dataDir), undefined, 1);
  try {
    await untilDrained(owner, patienceMs);
    const like = `${mark}-%`;
    const { rows: kept } = await owner.query<{ control_id: string; n: number; applied: number }>("select control_id, count(*)::int as n, count(*) filter (where state = 'applied')::int as applied from feeds.inbox where control_id like $1 group by control_id", [like]);
    // Each application of a message leaves one audit entry a patient in the same transaction: two entries are two applications.
    const { rows: entries } = await owner.query<{ control_id: string; n: number }>("select i.control_id, count(*)::int as n from feeds.inbox i join audit.entry e on e.request_id = i.message_id where i.control_id like $1 and e.action = 'write' group by i.control_id", [like]);
    const { rows: results } = await owner.query<{ versions: number }>("select count(*)::int as versions from record.resource_history h join feeds.inbox i on i.message_id = h.message_id where i.control_id like $1 and h.type = 'Observation'", [like]);
    const keptOnce = new Map(kept.map((row) => [row.control_id, row]));
    return {
      acknowledged: acknowledged.size,
      kept: kept.length,
      applied: kept.filter((row) => row.applied === 1).length,
      lost: [...acknowledged].filter((id) => !keptOnce.has(id)),
      twice: [...entries.filter((row) => row.n !== 1).map((row) => row.control_id), ...(results[0]!.versions > 0 ? [`${results[0]!.versions} results have a second version`] : [])],
      doubled: kept.filter((row) => row.n !== 1).map((row) => row.control_id),
      notApplied: kept.filter((row) => row.applied !== 1).map((row) => row.control_id),
    };
  } finally {
    await owner.end();
  }
}

async function untilDrained(owner: Pool, patienceMs: number): Promise<void> {
  for (const until = Date.now() + patienceMs; ; await sleep(100)) {
    const { rows } = await owner.query<{ n: number }>("select count(*)::int as n from feeds.inbox where state = 'kept'");
    if (rows[0]!.n === 0) return;
    if (Date.now() > until) throw new Error(`${rows[0]!.n} messages still wait after ${patienceMs} ms`);
  }
}
