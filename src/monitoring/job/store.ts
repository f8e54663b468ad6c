/** What the job writes and reads of its own tables. */
import { uuidv7, type Sql } from "#platform";
import type { Settings } from "../engine/settings.ts";
import { usualOf, type Usual } from "../engine/peers.ts";
import type { NewAlert } from "./make-alerts.ts";

const DAY = 86_400_000;

/** How far accesses have been judged; `null` before the first round. */
export async function readProgress(sql: Sql): Promise<Date | null> {
  const { rows } = await sql.query<{ until: Date }>("select until from monitoring.progress where name = 'accesses'");
  return rows[0]?.until ?? null;
}

export async function keepProgress(sql: Sql, until: Date): Promise<void> {
  await sql.query("insert into monitoring.progress (name, until) values ('accesses', $1) on conflict (name) do update set until = excluded.until", [until]);
}

/**
 * Writes alerts with their entries. One that is known grows while it is new: more
 * entries, a higher score. What an officer has taken up is not changed under their hands
 * beyond further entries.
 */
export async function keepAlerts(sql: Sql, alerts: readonly NewAlert[], settings: Settings, now: Date): Promise<void> {
  if (alerts.length === 0) return;
  const column = <T>(pick: (each: NewAlert) => T): T[] => alerts.map(pick);
  const due = (each: NewAlert): Date => new Date(now.getTime() + (each.breakGlass ? settings.review.breakGlassDays : settings.review.alertDays) * DAY);
  const again = (each: NewAlert): Date | null => (each.breakGlass && !each.parts.some(({ rule }) => rule === "no-later-contact") && each.lastAt.getTime() + settings.thresholds.contactWithinDays * DAY > now.getTime() ? new Date(each.lastAt.getTime() + settings.thresholds.contactWithinDays * DAY) : null);
  await sql.query(
    `insert into monitoring.alert (organisation, alert_id, kind, professional_id, role, person_id, first_at, last_at, score, rules, parts, explanation, break_glass, raised_at, due_at, look_again_at)
     select organisation, alert_id, kind, professional_id, role, person_id, first_at, last_at, score, string_to_array(rules, ' '), parts, explanation, break_glass, $15, due_at, look_again_at
     from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::int[], $10::text[], $11::text[], $12::text[], $13::boolean[], $14::timestamptz[], $16::timestamptz[])
       as n(organisation, alert_id, kind, professional_id, role, person_id, first_at, last_at, score, rules, parts, explanation, break_glass, due_at, look_again_at)
     on conflict (organisation, alert_id) do update set last_at = greatest(alert.last_at, excluded.last_at), first_at = least(alert.first_at, excluded.first_at), look_again_at = excluded.look_again_at,
       score = excluded.score, rules = excluded.rules, parts = excluded.parts, explanation = excluded.explanation, break_glass = alert.break_glass or excluded.break_glass, due_at = least(alert.due_at, excluded.due_at)
     where alert.state = 'new'`,
    [column((each) => each.organisation), column((each) => each.alertId), column((each) => each.kind), column((each) => each.professionalId), column((each) => each.role), column((each) => each.personId), column((each) => each.firstAt), column((each) => each.lastAt), column((each) => each.score), column((each) => each.parts.map(({ rule }) => rule).join(" ")), column((each) => JSON.stringify(each.parts)), column((each) => each.explanation), column((each) => each.breakGlass), column(due), now, column(again)],
  );
  const entries = alerts.flatMap((each) => each.entries.map((entry) => ({ ...entry, organisation: each.organisation, alertId: each.alertId })));
  await sql.query(
    "insert into monitoring.alert_entry (organisation, alert_id, entry_id, person_id, recorded) select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[]) on conflict do nothing",
    [entries.map((each) => each.organisation), entries.map((each) => each.alertId), entries.map((each) => each.entryId), entries.map((each) => each.personId), entries.map((each) => each.recorded)],
  );
}

export type BareAccess = { readonly organisation: string; readonly professionalId: string; readonly entryId: string; readonly personId: string; readonly recorded: Date };

/** Keeps accesses without any tie, and forgets those that a late record explains after all. */
export async function keepBareAccesses(sql: Sql, bare: readonly BareAccess[], explained: readonly BareAccess[]): Promise<void> {
  const columns = (list: readonly BareAccess[]): unknown[][] => [list.map((each) => each.organisation), list.map((each) => each.professionalId), list.map((each) => each.entryId)];
  if (bare.length > 0) await sql.query("insert into monitoring.bare_access (organisation, professional_id, entry_id, person_id, recorded) select * from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[]) on conflict do nothing", [...columns(bare), bare.map((each) => each.personId), bare.map((each) => each.recorded)]);
  if (explained.length > 0) await sql.query("delete from monitoring.bare_access b using unnest($1::text[], $2::text[], $3::uuid[]) as n(organisation, professional_id, entry_id) where b.organisation = n.organisation and b.professional_id = n.professional_id and b.entry_id = n.entry_id", columns(explained));
}

/** Earlier accesses without tie of these professionals. */
export async function readBareAccesses(sql: Sql, professionalIds: readonly string[], since: Date): Promise<{ entryId: string; personId: string }[]> {
  const { rows } = await sql.query<{ entry_id: string; person_id: string }>("select entry_id, person_id from monitoring.bare_access where professional_id = any($1::text[]) and recorded >= $2", [professionalIds, since]);
  return rows.map((row) => ({ entryId: row.entry_id, personId: row.person_id }));
}

export type DayCount = { readonly organisation: string; readonly professionalId: string; readonly role: string; readonly day: string; readonly openings: number; readonly explained: number; readonly persons: number; readonly prints: number; readonly browsed: number; readonly strangers: number };

/** Counts of whole days: set, never added to, so that doing it twice changes nothing. */
export async function keepDayCounts(sql: Sql, counts: readonly DayCount[]): Promise<void> {
  if (counts.length === 0) return;
  const column = <K extends keyof DayCount>(name: K): DayCount[K][] => counts.map((each) => each[name]);
  await sql.query(
    `insert into monitoring.day_count (organisation, professional_id, role, day, openings, explained, persons, prints, browsed, strangers)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[])
     on conflict (organisation, professional_id, role, day) do update set openings = excluded.openings, explained = excluded.explained, persons = excluded.persons, prints = excluded.prints, browsed = excluded.browsed, strangers = excluded.strangers`,
    [column("organisation"), column("professionalId"), column("role"), column("day"), column("openings"), column("explained"), column("persons"), column("prints"), column("browsed"), column("strangers")],
  );
}

/** What is usual in each of these roles: days of the last weeks, and persons without tie of each professional over the whole look-back. */
export async function readCustoms(sql: Sql, roles: readonly string[], today: string, lookBackDays: number): Promise<ReadonlyMap<string, { volume: Usual; prints: Usual; browsed: Usual; serial: Usual }>> {
  const [days, serial] = await Promise.all([
    sql.query<{ role: string; persons: number; prints: number; browsed: number }>("select role, persons, prints, browsed from monitoring.day_count where role = any($1::text[]) and day < $2::date and day >= $2::date - 30", [roles, today]),
    sql.query<{ role: string; strangers: number }>("select role, sum(strangers)::int as strangers from monitoring.day_count where role = any($1::text[]) and day < $2::date and day >= $2::date - $3::int group by role, organisation, professional_id", [roles, today, lookBackDays]),
  ]);
  return new Map(roles.map((role) => {
    const mine = days.rows.filter((row) => row.role === role);
    return [role, { volume: usualOf(mine.map((row) => row.persons)), prints: usualOf(mine.map((row) => row.prints)), browsed: usualOf(mine.map((row) => row.browsed)), serial: usualOf(serial.rows.filter((row) => row.role === role).map((row) => row.strangers)) }];
  }));
}

/** Alerts whose later contact can be known by now, with their entries. */
export async function readLookAgain(sql: Sql, now: Date, limit: number): Promise<{ organisation: string; alertId: string; entries: { entryId: string; personId: string }[] }[]> {
  const { rows } = await sql.query<{ organisation: string; alert_id: string; entry_id: string; person_id: string }>(
    "select e.organisation, e.alert_id, e.entry_id, e.person_id from (select organisation, alert_id from monitoring.alert where look_again_at <= $1 order by look_again_at limit $2) a join monitoring.alert_entry e using (organisation, alert_id)",
    [now, limit],
  );
  return [...Map.groupBy(rows, (row) => row.alert_id)].map(([alertId, each]) => ({ organisation: each[0]!.organisation, alertId, entries: each.map((row) => ({ entryId: row.entry_id, personId: row.person_id })) }));
}

export async function lookedAgain(sql: Sql, alerts: readonly { organisation: string; alertId: string }[]): Promise<void> {
  if (alerts.length > 0) await sql.query("update monitoring.alert a set look_again_at = null from unnest($1::text[], $2::uuid[]) as n(organisation, alert_id) where a.organisation = n.organisation and a.alert_id = n.alert_id", [alerts.map((each) => each.organisation), alerts.map((each) => each.alertId)]);
}

/** What stands unreviewed past its time is escalated, once, with a line in its journal. */
export async function escalateOverdue(sql: Sql, now: Date): Promise<number> {
  const { rows } = await sql.query<{ organisation: string; alert_id: string }>("update monitoring.alert set escalated_at = $1 where state = 'new' and due_at < $1 and escalated_at is null returning organisation, alert_id", [now]);
  if (rows.length > 0) await sql.query("insert into monitoring.journal (organisation, subject_id, line_id, at, actor_id, actor_name, act, words) select o, s, l, $4, 'system:monitoring', 'Monitoring', 'escalated', 'Nobody looked at it within its time.' from unnest($1::text[], $2::uuid[], $3::uuid[]) as n(o, s, l)", [rows.map((row) => row.organisation), rows.map((row) => row.alert_id), rows.map(() => uuidv7()), now]);
  return rows.length;
}
