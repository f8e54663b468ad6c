/** What an organisation reports about the use of its access, each quarter: counts, never a person. */
import type { Sql } from "#platform";
import type { RuleId } from "./engine/rule-names.ts";

export type RuleOutcome = { readonly rule: RuleId; readonly raised: number; readonly decided: number; readonly useful: number; /** Too rarely useful over long enough: its weight wants a look. */ readonly isDoubtful: boolean };
export type QuarterReport = { readonly openings: number; readonly explained: number; readonly alerts: number; readonly waiting: number; readonly justified: number; readonly breakGlass: number; readonly breakGlassReviewed: number; readonly escalated: number; readonly cases: number; readonly outcomes: ReadonlyMap<string, number>; readonly sampled: number; readonly sampleQuestions: number; readonly medianDays: number | null };

export async function readQuarter(sql: Sql, organisation: string, since: Date, until: Date): Promise<QuarterReport> {
  const span = [organisation, since, until];
  const [days, alerts, cases, samples] = await Promise.all([
    sql.query<{ openings: number; explained: number }>("select coalesce(sum(openings), 0)::int as openings, coalesce(sum(explained), 0)::int as explained from monitoring.day_count where organisation = $1 and day >= $2::date and day < $3::date", [organisation, since.toISOString().slice(0, 10), until.toISOString().slice(0, 10)]),
    sql.query<{ alerts: number; waiting: number; justified: number; glass: number; glass_done: number; escalated: number }>("select count(*)::int as alerts, count(*) filter (where state in ('new', 'asked'))::int as waiting, count(*) filter (where state = 'justified')::int as justified, count(*) filter (where break_glass)::int as glass, count(*) filter (where break_glass and state in ('justified', 'in-case'))::int as glass_done, count(escalated_at)::int as escalated from monitoring.alert where organisation = $1 and raised_at >= $2 and raised_at < $3", span),
    sql.query<{ outcome: string; count: number; median: number | null }>("select coalesce(outcome, 'open') as outcome, count(*)::int as count, percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at) / 86400)::float as median from monitoring.case_file where organisation = $1 and opened_at >= $2 and opened_at < $3 group by 1", span),
    sql.query<{ sampled: number; questions: number }>("select count(i.outcome)::int as sampled, count(*) filter (where i.outcome in ('question', 'inappropriate'))::int as questions from monitoring.sample s join monitoring.sample_item i on i.organisation = s.organisation and i.sample_id = s.sample_id where s.organisation = $1 and s.drawn_at >= $2 and s.drawn_at < $3", span),
  ]);
  const [day, alert, sample] = [days.rows[0]!, alerts.rows[0]!, samples.rows[0]!];
  const medians = cases.rows.map((row) => row.median).filter((each) => each !== null);
  return {
    openings: day.openings, explained: day.explained, alerts: alert.alerts, waiting: alert.waiting, justified: alert.justified, breakGlass: alert.glass, breakGlassReviewed: alert.glass_done, escalated: alert.escalated,
    cases: cases.rows.reduce((sum, row) => sum + row.count, 0), outcomes: new Map(cases.rows.map((row) => [row.outcome, row.count])), sampled: sample.sampled, sampleQuestions: sample.questions, medianDays: medians.length === 0 ? null : Math.max(...medians),
  };
}

/** How often each rule led to something, by the officers' own outcomes: of so few nothing is said. */
const FEWEST = 5;

export async function readRuleOutcomes(sql: Sql, organisation: string, since: Date, uselessShare: number): Promise<RuleOutcome[]> {
  const { rows } = await sql.query<{ rule: RuleId; raised: number; decided: number; useful: number }>(
    "select rule, count(*)::int as raised, count(useful)::int as decided, count(*) filter (where useful)::int as useful from monitoring.alert cross join lateral unnest(rules) as rule where organisation = $1 and raised_at >= $2 group by rule order by count(*) desc, rule",
    [organisation, since],
  );
  return rows.map((row) => ({ ...row, isDoubtful: row.decided >= FEWEST && row.useful < uselessShare * row.decided }));
}
