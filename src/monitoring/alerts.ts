/** The queue: what waits, one alert, and what an officer makes of it. */
import { isUuid, type Refusal, type Sql } from "#platform";
import { addLine, type Officer } from "./journal.ts";
import type { AlertPart } from "./job/make-alerts.ts";
import type { RuleId } from "./engine/rule-names.ts";
import { noSuchAlert, ownAccess, takenMeanwhile, wantsWords } from "./problems.ts";

export type AlertState = "new" | "asked" | "justified" | "in-case";
export type Alert = {
  readonly alertId: string; readonly organisation: string; readonly kind: "access" | "pattern"; readonly professionalId: string; readonly role: string; readonly personId: string; readonly firstAt: Date; readonly lastAt: Date;
  readonly score: number; readonly rules: readonly RuleId[]; readonly parts: readonly AlertPart[]; readonly explanation: string; readonly breakGlass: boolean; readonly raisedAt: Date; readonly dueAt: Date; readonly state: AlertState; readonly escalatedAt: Date | null; readonly caseId: string | null;
  /** Who took it; empty: nobody yet. */
  readonly ownerId: string;
};
type Row = { alert_id: string; organisation: string; kind: "access" | "pattern"; professional_id: string; role: string; person_id: string; first_at: Date; last_at: Date; score: number; rules: RuleId[]; parts: string; explanation: string; break_glass: boolean; raised_at: Date; due_at: Date; state: AlertState; escalated_at: Date | null; case_id: string | null; owner_id: string };

const COLUMNS = "alert_id, organisation, kind, professional_id, role, person_id, first_at, last_at, score, rules, parts, explanation, break_glass, raised_at, due_at, state, escalated_at, case_id, owner_id";
const alertOf = (row: Row): Alert => ({
  alertId: row.alert_id, organisation: row.organisation, kind: row.kind, professionalId: row.professional_id, role: row.role, personId: row.person_id, firstAt: row.first_at, lastAt: row.last_at, score: row.score, rules: row.rules, parts: JSON.parse(row.parts) as AlertPart[],
  explanation: row.explanation, breakGlass: row.break_glass, raisedAt: row.raised_at, dueAt: row.due_at, state: row.state, escalatedAt: row.escalated_at, caseId: row.case_id, ownerId: row.owner_id,
});

/** What narrows the queue; `waiting`: new and asked. */
export type QueueFilter = { readonly rule?: RuleId; readonly breakGlass?: boolean; readonly state: "waiting" | AlertState; readonly sinceDays: number | null; readonly professionalId?: string };

/** Escalated first, then the highest score. */
export async function readQueue(sql: Sql, organisation: string, filter: QueueFilter, now: Date, limit: number): Promise<Alert[]> {
  const { rows } = await sql.query<Row>(
    `select ${COLUMNS} from monitoring.alert where organisation = $1 and state = any($2::text[]) and ($3::text is null or $3 = any(rules)) and ($4::boolean is null or break_glass) and ($5::timestamptz is null or raised_at >= $5) and ($6::text is null or professional_id = $6)
     order by (escalated_at is not null) desc, score desc, raised_at desc, alert_id limit $7`,
    [organisation, filter.state === "waiting" ? ["new", "asked"] : [filter.state], filter.rule ?? null, filter.breakGlass ?? null, filter.sinceDays === null ? null : new Date(now.getTime() - filter.sinceDays * 86_400_000), filter.professionalId ?? null, limit],
  );
  return rows.map(alertOf);
}

export type QueueCounts = { readonly waiting: number; readonly escalated: number; readonly breakGlass: number; readonly breakGlassLate: number; readonly byRule: readonly { rule: RuleId; count: number }[] };

export async function countQueue(sql: Sql, organisation: string, now: Date): Promise<QueueCounts> {
  const [all, byRule] = await Promise.all([
    sql.query<{ waiting: number; escalated: number; glass: number; glass_late: number }>("select count(*)::int as waiting, count(escalated_at)::int as escalated, count(*) filter (where break_glass)::int as glass, count(*) filter (where break_glass and due_at < $2)::int as glass_late from monitoring.alert where organisation = $1 and state in ('new', 'asked')", [organisation, now]),
    sql.query<{ rule: RuleId; count: number }>("select rule, count(*)::int as count from monitoring.alert cross join lateral unnest(rules) as rule where organisation = $1 and state in ('new', 'asked') group by rule order by count(*) desc, rule", [organisation]),
  ]);
  const { waiting, escalated, glass, glass_late: late } = all.rows[0]!;
  return { waiting, escalated, breakGlass: glass, breakGlassLate: late, byRule: byRule.rows };
}

/** How the day before went: openings, and how many of them were explained. */
export async function readDay(sql: Sql, organisation: string, day: string): Promise<{ openings: number; explained: number }> {
  const { rows } = await sql.query<{ openings: number; explained: number }>("select coalesce(sum(openings), 0)::int as openings, coalesce(sum(explained), 0)::int as explained from monitoring.day_count where organisation = $1 and day = $2::date", [organisation, day]);
  return rows[0]!;
}

export async function readAlert(sql: Sql, organisation: string, alertId: string): Promise<Alert | null> {
  if (!isUuid(alertId)) return null;
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from monitoring.alert where organisation = $1 and alert_id = $2`, [organisation, alertId]);
  return rows[0] === undefined ? null : alertOf(rows[0]);
}

export async function readAlertEntries(sql: Sql, organisation: string, alertIds: readonly string[]): Promise<{ alertId: string; entryId: string; personId: string }[]> {
  const { rows } = await sql.query<{ alert_id: string; entry_id: string; person_id: string }>("select alert_id, entry_id, person_id from monitoring.alert_entry where organisation = $1 and alert_id = any($2::uuid[]) order by recorded, entry_id limit 2000", [organisation, [...alertIds]]);
  return rows.map((row) => ({ alertId: row.alert_id, entryId: row.entry_id, personId: row.person_id }));
}

/** A professional's usual day, for the words beside an alert. */
export async function readNorm(sql: Sql, organisation: string, professionalId: string): Promise<{ days: number; persons: number }> {
  const { rows } = await sql.query<{ days: number; persons: number }>("select count(*)::int as days, coalesce(percentile_cont(0.5) within group (order by persons), 0)::float as persons from monitoring.day_count where organisation = $1 and professional_id = $2", [organisation, professionalId]);
  return rows[0]!;
}

export type Triage = { readonly what: "taken" | "justified" | "ask-manager" | "answered"; readonly words: string; /** Whom was asked, or who answered. */ readonly whom?: string };

/**
 * What an officer makes of an alert, with a line in its journal. Nobody deals with an access of their own.
 * @returns refuses `monitoring.no-alert`, `monitoring.own-access`, `monitoring.words`, `monitoring.taken`
 */
export async function triageAlert(sql: Sql, officer: Officer, alertId: string, triage: Triage, at: Date): Promise<Refusal | null> {
  const alert = await readAlert(sql, officer.organisation, alertId);
  if (alert === null) return noSuchAlert();
  if (alert.professionalId === officer.id) return ownAccess();
  if (triage.what === "taken") {
    if (alert.state !== "new" && alert.state !== "asked") return takenMeanwhile();
    await sql.query("update monitoring.alert set owner_id = $3 where organisation = $1 and alert_id = $2", [officer.organisation, alertId, officer.id]);
    await addLine(sql, officer, alertId, "taken", "It is my task.", at);
    return null;
  }
  if (triage.words.trim().length < 5 || (triage.what !== "justified" && (triage.whom ?? "").trim() === "")) return wantsWords();
  if (alert.state !== "new" && alert.state !== "asked") return takenMeanwhile();
  const [state, useful, act] = triage.what === "justified" ? (["justified", false, "justified"] as const) : triage.what === "ask-manager" ? (["asked", null, "asked-manager"] as const) : (["asked", null, "manager-answered"] as const);
  const { rowCount } = await sql.query("update monitoring.alert set state = $3, useful = $4, owner_id = $5 where organisation = $1 and alert_id = $2 and state in ('new', 'asked')", [officer.organisation, alertId, state, useful, officer.id]);
  if (rowCount !== 1) return takenMeanwhile();
  await addLine(sql, officer, alertId, act, triage.what === "justified" ? triage.words : `${triage.what === "ask-manager" ? "To" : "From"} ${triage.whom!.trim()}: ${triage.words}`, at);
  return null;
}
