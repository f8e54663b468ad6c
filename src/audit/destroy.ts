/**
 * The end of retention: entries and their salts are deleted, their lines in the log stay, and an
 * entry of the log says who did it, why, and which lines. Without the salt nobody can try out what a
 * line was; every proof of every other line goes on to hold.
 */
import { createHash } from "node:crypto";
import { refuse, type Pool, type Refusal, type Sql } from "#platform";
import type { AuditInput } from "./entry.ts";
import { addEntries } from "./writer.ts";

/** Lines of the log from the first to the last, both included. */
export type Range = readonly [number, number];

/** Lines that one entry of the log can name. */
const MOST_RANGES = 2000;

/** Acts of the log on itself are kept: by them it is known what was destroyed and what signed. */
const KEPT = "('log-destroy', 'log-key')";

/** What would be destroyed, and the word that confirms it: it changes with what it stands for. */
export type DestructionPlan = { readonly before: Date; readonly entries: number; readonly ranges: readonly Range[]; readonly confirm: string };

/** What was destroyed, as the log itself says. */
export type Destruction = { readonly at: Date; readonly by: string; readonly reason: string; readonly entries: number; readonly ranges: readonly Range[] };

/**
 * What has come to the end of its retention: entries in the log that were recorded before an instant.
 * Refuses with `audit.still-kept` where that is later than the region's retention allows.
 * @param keptYears how long entries are kept (region.json, `auditKeptYears`)
 */
export async function planDestruction(sql: Sql, before: Date, keptYears: number, now: Date): Promise<DestructionPlan | Refusal> {
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() - keptYears);
  if (before > latest) return refuse("conflict", "audit.still-kept", `Entries are kept for ${keptYears} years: nothing from ${latest.toISOString().slice(0, 10)} on may be destroyed.`);
  const { rows } = await sql.query<{ from: number; to: number }>(
    `select min(leaf_index) as from, max(leaf_index) as to from (
       select s.leaf_index, s.leaf_index - row_number() over (order by s.leaf_index) as stretch from audit.sequenced s join audit.entry e using (person_id, entry_id) where e.recorded < $1 and e.action not in ${KEPT}
     ) n group by stretch order by 1`,
    [before],
  );
  const ranges = rows.map((row): Range => [row.from, row.to]);
  const entries = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return { before, entries, ranges, confirm: createHash("sha256").update(JSON.stringify([before.toISOString(), ranges])).digest("hex").slice(0, 8) };
}

/**
 * Destroys what was planned, in one transaction with the entry that says so. Refuses with
 * `audit.plan-changed` where the word is not that of what would be destroyed now.
 * @param pool under the role `kmcr_destroy`, the only one that may
 * @param act who and why; action, outcome and what is shown are written here
 */
export async function destroyEntries(pool: Pool, plan: DestructionPlan, confirm: string, act: Omit<AuditInput, "action" | "outcome" | "shown" | "sourcePatients">): Promise<{ entries: number } | Refusal> {
  if (confirm !== plan.confirm) return refuse("conflict", "audit.plan-changed", "What would be destroyed is not what was confirmed. Look at it again.");
  if (plan.entries === 0) return { entries: 0 };
  return pool.transaction(async (sql) => {
    const parts = Array.from({ length: Math.ceil(plan.ranges.length / MOST_RANGES) }, (_, index) => plan.ranges.slice(index * MOST_RANGES, (index + 1) * MOST_RANGES));
    await addEntries(sql, parts.map((ranges) => ({ ...act, action: "log-destroy", outcome: "allowed", sourcePatients: [], shown: { before: plan.before.toISOString(), entries: ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0), ranges } })));
    const [from, to] = [plan.ranges.map((range) => range[0]), plan.ranges.map((range) => range[1])];
    const lines = "audit.sequenced s join unnest($1::bigint[], $2::bigint[]) n(first, last) on s.leaf_index between n.first and n.last";
    await sql.query(`delete from audit.committed_later l using ${lines} where l.person_id = s.person_id and l.entry_id = s.entry_id`, [from, to]);
    const { rowCount } = await sql.query(`delete from audit.entry e using ${lines} where e.person_id = s.person_id and e.entry_id = s.entry_id and e.recorded < $3 and e.action not in ${KEPT}`, [from, to, plan.before]);
    await sql.query("delete from audit.sequenced s using unnest($1::bigint[], $2::bigint[]) n(first, last) where s.leaf_index between n.first and n.last", [from, to]);
    if (rowCount !== plan.entries) throw new Error("what was destroyed is not what was planned; nothing was");
    return { entries: plan.entries };
  });
}

/** Every act of destruction that the trail holds, the oldest first. */
export async function readDestructions(sql: Sql): Promise<Destruction[]> {
  const { rows } = await sql.query<{ recorded: Date; actor_name: string; reason: string | null; shown: string }>("select recorded, actor_name, reason, shown from audit.entry where action = 'log-destroy' order by recorded, entry_id");
  return rows.map((row) => {
    const { entries, ranges } = JSON.parse(row.shown) as { entries: number; ranges: Range[] };
    return { at: row.recorded, by: row.actor_name, reason: row.reason ?? "", entries, ranges };
  });
}
