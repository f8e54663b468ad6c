/** Random samples with a published seed, the audit plan that asks for them, and its sign-off. */
import { drawEntries } from "#audit";
import { isUuid, uuidv7, type Refusal, type Sql } from "#platform";
import { addLine, type Officer } from "./journal.ts";
import { noSuchCase, notADay, notANumber, ownAccess, takenMeanwhile, wantsWords } from "./problems.ts";

export type Sample = { readonly sampleId: string; readonly planId: string | null; readonly seed: string; readonly since: Date; readonly until: Date; readonly population: number; readonly drawnAt: Date; readonly drawnBy: string; readonly size: number; readonly judged: number; readonly questioned: number };
export type SampleItem = { readonly entryId: string; readonly personId: string; readonly place: number; readonly outcome: "appropriate" | "question" | "inappropriate" | null };

const MOST = 500;

/**
 * Draws a sample of what the organisation's staff were shown: the entries with the
 * least SHA-256 of seed, line feed and entry id. Whoever has the ids can draw it again.
 */
export async function drawSample(sql: Sql, officer: Officer, wanted: { size: number; since: Date; until: Date; seed: string; planId: string | null }, at: Date): Promise<string | Refusal> {
  if (!Number.isInteger(wanted.size) || wanted.size < 1 || wanted.size > MOST) return notANumber(1, MOST);
  if (!(wanted.since < wanted.until)) return notADay("since");
  const sampleId = uuidv7();
  const { population, entries } = await drawEntries(sql, officer.organisation, wanted.since, wanted.until, wanted.seed, wanted.size);
  await sql.query("insert into monitoring.sample (organisation, sample_id, plan_id, seed, since, until, population, drawn_at, drawn_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [officer.organisation, sampleId, wanted.planId, wanted.seed, wanted.since, wanted.until, population, at, officer.id]);
  await sql.query("insert into monitoring.sample_item (organisation, sample_id, entry_id, person_id, place) select $1, $2, e, p, n from unnest($3::uuid[], $4::uuid[], $5::int[]) as x(e, p, n)", [officer.organisation, sampleId, entries.map((each) => each.entryId), entries.map((each) => each.personId), entries.map((_, place) => place + 1)]);
  await addLine(sql, officer, sampleId, "sample-drawn", `${entries.length} of ${population} with the seed ${wanted.seed}`, at);
  return sampleId;
}

const SAMPLES = "select s.sample_id, s.plan_id, s.seed, s.since, s.until, s.population, s.drawn_at, s.drawn_by, (select count(*)::int from monitoring.sample_item i where i.organisation = s.organisation and i.sample_id = s.sample_id) as size, (select count(outcome)::int from monitoring.sample_item i where i.organisation = s.organisation and i.sample_id = s.sample_id) as judged, (select count(*)::int from monitoring.sample_item i where i.organisation = s.organisation and i.sample_id = s.sample_id and outcome in ('question', 'inappropriate')) as questioned from monitoring.sample s";
type Row = { sample_id: string; plan_id: string | null; seed: string; since: Date; until: Date; population: number; drawn_at: Date; drawn_by: string; size: number; judged: number; questioned: number };
const sampleOf = (row: Row): Sample => ({ sampleId: row.sample_id, planId: row.plan_id, seed: row.seed, since: row.since, until: row.until, population: row.population, drawnAt: row.drawn_at, drawnBy: row.drawn_by, size: row.size, judged: row.judged, questioned: row.questioned });

export async function readSamples(sql: Sql, organisation: string): Promise<Sample[]> {
  const { rows } = await sql.query<Row>(`${SAMPLES} where s.organisation = $1 order by s.drawn_at desc limit 100`, [organisation]);
  return rows.map(sampleOf);
}

export async function readSample(sql: Sql, organisation: string, sampleId: string): Promise<{ sample: Sample; items: SampleItem[] } | null> {
  if (!isUuid(sampleId)) return null;
  const [samples, items] = await Promise.all([sql.query<Row>(`${SAMPLES} where s.organisation = $1 and s.sample_id = $2`, [organisation, sampleId]), sql.query<{ entry_id: string; person_id: string; place: number; outcome: SampleItem["outcome"] }>("select entry_id, person_id, place, outcome from monitoring.sample_item where organisation = $1 and sample_id = $2 order by place", [organisation, sampleId])]);
  return samples.rows[0] === undefined ? null : { sample: sampleOf(samples.rows[0]), items: items.rows.map((row) => ({ entryId: row.entry_id, personId: row.person_id, place: row.place, outcome: row.outcome })) };
}

/** Judges one item; nobody judges an access of their own. */
export async function judgeItem(sql: Sql, officer: Officer, sampleId: string, item: { entryId: string; actorId: string }, outcome: NonNullable<SampleItem["outcome"]>, at: Date): Promise<Refusal | null> {
  if (item.actorId === officer.id) return ownAccess();
  const { rowCount } = await sql.query("update monitoring.sample_item set outcome = $4 where organisation = $1 and sample_id = $2 and entry_id = $3", [officer.organisation, sampleId, item.entryId, outcome]);
  if (rowCount !== 1) return noSuchCase();
  await addLine(sql, officer, sampleId, "sample-judged", `${item.entryId}: ${outcome}`, at);
  return null;
}

/** An audit plan (AUD-04): how many, of which time, whose task, and what came of it. */
export type Plan = { readonly planId: string; readonly since: string; readonly until: string; readonly sampleSize: number; readonly owner: string; readonly madeAt: Date; readonly signedAt: Date | null; readonly signedBy: string | null; readonly result: string | null; readonly drawn: number; readonly judged: number; readonly questioned: number };

export async function makePlan(sql: Sql, officer: Officer, plan: { since: string; until: string; sampleSize: number; owner: string }, at: Date): Promise<string | Refusal> {
  const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay(plan.since) || !isDay(plan.until) || plan.since > plan.until) return notADay("since");
  if (!Number.isInteger(plan.sampleSize) || plan.sampleSize < 1 || plan.sampleSize > MOST) return notANumber(1, MOST);
  if (plan.owner.trim().length < 2) return wantsWords();
  const planId = uuidv7();
  await sql.query("insert into monitoring.plan (organisation, plan_id, since, until, sample_size, owner, made_at, made_by) values ($1, $2, $3, $4, $5, $6, $7, $8)", [officer.organisation, planId, plan.since, plan.until, plan.sampleSize, plan.owner.trim(), at, officer.id]);
  await addLine(sql, officer, planId, "plan-made", `${plan.sampleSize} accesses from ${plan.since} to ${plan.until}, owner ${plan.owner.trim()}`, at);
  return planId;
}

export async function readPlans(sql: Sql, organisation: string): Promise<Plan[]> {
  const { rows } = await sql.query<{ plan_id: string; since: string; until: string; sample_size: number; owner: string; made_at: Date; signed_at: Date | null; signed_by: string | null; result: string | null; drawn: number; judged: number; questioned: number }>(
    `select p.plan_id, p.since::text, p.until::text, p.sample_size, p.owner, p.made_at, p.signed_at, p.signed_by, p.result, count(i.entry_id)::int as drawn, count(i.outcome)::int as judged, count(*) filter (where i.outcome in ('question', 'inappropriate'))::int as questioned
     from monitoring.plan p left join monitoring.sample s on s.organisation = p.organisation and s.plan_id = p.plan_id left join monitoring.sample_item i on i.organisation = s.organisation and i.sample_id = s.sample_id where p.organisation = $1 group by p.organisation, p.plan_id order by p.since desc, p.plan_id limit 50`,
    [organisation],
  );
  return rows.map((row) => ({ planId: row.plan_id, since: row.since, until: row.until, sampleSize: row.sample_size, owner: row.owner, madeAt: row.made_at, signedAt: row.signed_at, signedBy: row.signed_by, result: row.result, drawn: row.drawn, judged: row.judged, questioned: row.questioned }));
}

/** Signs a plan off: only when as many as it wants were drawn and all of them judged. */
export async function signPlan(sql: Sql, officer: Officer, planId: string, result: string, at: Date): Promise<Refusal | null> {
  const plan = (await readPlans(sql, officer.organisation)).find((each) => each.planId === planId);
  if (plan === undefined) return noSuchCase();
  if (result.trim().length < 5) return wantsWords();
  if (plan.signedAt !== null || plan.drawn === 0 || plan.judged < plan.drawn) return takenMeanwhile();
  await sql.query("update monitoring.plan set signed_at = $3, signed_by = $4, result = $5 where organisation = $1 and plan_id = $2 and signed_at is null", [officer.organisation, planId, at, officer.name, result.trim()]);
  await addLine(sql, officer, planId, "plan-signed", result, at);
  return null;
}
