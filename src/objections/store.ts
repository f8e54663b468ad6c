/** All SQL of cases: one row a step, never changed. */
import { isRefusal, isUuid, uuidv7, type Refusal, type Sql } from "#platform";
import { takeNext, type CaseAct, type CaseStep, type ObjectionCase } from "./case.ts";
import type { Objection, ObjectionState } from "./objection.ts";
import { changedMeanwhile, noCase } from "./problems.ts";
import type { ObjectionScope } from "./scope.ts";

/** How every objection of a person stands now, one line a part: what access decides by. Each decision reads it anew, so that a step takes effect at the next request of every reader. */
export async function readObjections(sql: Sql, personId: string): Promise<Objection[]> {
  const { rows } = await sql.query<{ objection_id: string; revision: number; state: ObjectionState; parts: string; recorded_at: Date }>(
    "select distinct on (objection_id) objection_id, revision, state, parts, recorded_at from objections.objection where person_id = $1 order by objection_id, revision desc",
    [personId],
  );
  return rows.flatMap((row) => (JSON.parse(row.parts) as ObjectionScope[]).map((scope) => ({ personId, objectionId: row.objection_id, revision: row.revision, state: row.state, scope, recordedAt: row.recorded_at })));
}

/** Which of these persons have an objection in force that is about everything, and how it stands: for lists of people, where no record is opened. */
export async function readInForce(sql: Sql, personIds: readonly string[]): Promise<Map<string, Objection[]>> {
  const ids = personIds.filter(isUuid);
  if (ids.length === 0) return new Map();
  const { rows } = await sql.query<{ person_id: string; objection_id: string; revision: number; state: ObjectionState; parts: string; recorded_at: Date }>(
    `select person_id, objection_id, revision, state, parts, recorded_at from (select distinct on (person_id, objection_id) person_id, objection_id, revision, state, parts, recorded_at
       from objections.objection where person_id = any($1::uuid[]) order by person_id, objection_id, revision desc) o where state in ('interim', 'upheld')`,
    [ids],
  );
  return Map.groupBy(rows.flatMap((row) => (JSON.parse(row.parts) as ObjectionScope[]).map((scope) => ({ personId: row.person_id, objectionId: row.objection_id, revision: row.revision, state: row.state, scope, recordedAt: row.recorded_at }))), (each) => each.personId);
}

type Row = { person_id: string; objection_id: string; revision: number; step: CaseStep["step"]; state: ObjectionState; parts: string; decided_by: string; actor_name: string; words: string; details: string; recorded_at: Date; carried_from: string | null; carried_at: Date | null };
const COLUMNS = "person_id, objection_id, revision, step, state, parts, decided_by, actor_name, words, details, recorded_at, carried_from, carried_at";

function casesOf(rows: readonly Row[]): ObjectionCase[] {
  return [...Map.groupBy(rows, (row) => `${row.person_id} ${row.objection_id}`).values()].map((mine) => ({
    personId: mine[0]!.person_id,
    objectionId: mine[0]!.objection_id,
    steps: mine.map((row) => ({
      revision: row.revision, step: row.step, state: row.state, parts: JSON.parse(row.parts) as ObjectionScope[], by: { id: row.decided_by, name: row.actor_name }, words: row.words, details: JSON.parse(row.details) as Record<string, unknown>, at: row.recorded_at, carriedFrom: row.carried_from, carriedAt: row.carried_at,
    })),
  }));
}

/** One case with all of its steps, or `null`. */
export async function readCase(sql: Sql, personId: string, objectionId: string): Promise<ObjectionCase | null> {
  if (!isUuid(personId) || !isUuid(objectionId)) return null;
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from objections.objection where person_id = $1 and objection_id = $2 order by revision`, [personId, objectionId]);
  return casesOf(rows)[0] ?? null;
}

/** The cases of one person, the oldest first. */
export async function readCasesOf(sql: Sql, personId: string): Promise<ObjectionCase[]> {
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from objections.objection where person_id = $1 order by objection_id, revision`, [personId]);
  return casesOf(rows);
}

/** Every case of the region, the oldest first. Objections are few; the office and the compliance report look at all of them. */
export async function readCases(sql: Sql): Promise<ObjectionCase[]> {
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from objections.objection order by objection_id, person_id, revision`);
  return casesOf(rows);
}

/** The persons that hold a case of this id: more than one where a link carried it. */
export async function readHolders(sql: Sql, objectionId: string): Promise<string[]> {
  const { rows } = await sql.query<{ person_id: string }>("select distinct person_id from objections.objection where objection_id = $1 order by person_id", [objectionId]);
  return rows.map((row) => row.person_id);
}

/** Lodges an objection of a person. Nothing is restricted by it. */
export async function lodge(sql: Sql, personId: string, act: Extract<CaseAct, { step: "lodged" }>, by: { readonly id: string; readonly name: string }, at: Date): Promise<ObjectionCase | Refusal> {
  return keep(sql, personId, uuidv7(), null, act, by, at);
}

/**
 * Takes the next step of a case.
 * @returns the case with it; refuses as `takeNext`, `objections.no-case`, `objections.changed-meanwhile`
 */
export async function takeStep(sql: Sql, personId: string, objectionId: string, act: Exclude<CaseAct, { step: "lodged" }>, by: { readonly id: string; readonly name: string }, at: Date): Promise<ObjectionCase | Refusal> {
  const objection = await readCase(sql, personId, objectionId);
  return objection === null ? noCase() : keep(sql, personId, objectionId, objection, act, by, at);
}

async function keep(sql: Sql, personId: string, objectionId: string, objection: ObjectionCase | null, act: CaseAct, by: { readonly id: string; readonly name: string }, at: Date): Promise<ObjectionCase | Refusal> {
  const step = takeNext(objection, act, by, at);
  if (isRefusal(step)) return step;
  const { rowCount } = await sql.query(`insert into objections.objection (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, null) on conflict do nothing`, [
    personId, objectionId, step.revision, step.step, step.state, JSON.stringify(step.parts), step.by.id, step.by.name, step.words, JSON.stringify(step.details), step.at,
  ]);
  return rowCount === 1 ? { personId, objectionId, steps: [...(objection?.steps ?? []), step] } : changedMeanwhile();
}

/**
 * After a source patient is linked to another person, both hold the objections
 * of either: the stricter stays on both sides until a named person reviews it.
 * What was ended for one person as not theirs is not carried on; a person who holds
 * the case already gets the other's standing where that restricts more.
 */
export async function carryObjections(sql: Sql, relinked: { from: string; to: string; at: Date }): Promise<void> {
  await sql.query(
    `with mine as (select distinct on (objection_id) * from objections.objection where person_id = $1 and step not in ('notified', 'carry-kept') order by objection_id, revision desc),
          theirs as (select distinct on (objection_id) objection_id, revision, state from objections.objection where person_id = $2 order by objection_id, revision desc)
     insert into objections.objection (${COLUMNS})
     select $2, o.objection_id, o.revision, o.step, o.state, o.parts, o.decided_by, o.actor_name, o.words, o.details, o.recorded_at, $1::uuid, $3::timestamptz
       from mine m join objections.objection o on o.person_id = $1 and o.objection_id = m.objection_id
       where m.step <> 'carry-ended' and not exists (select 1 from theirs t where t.objection_id = m.objection_id)
     union all
     select $2, m.objection_id, t.revision + 1, m.step, m.state, m.parts, m.decided_by, m.actor_name, m.words, m.details, m.recorded_at, $1::uuid, $3::timestamptz
       from mine m join theirs t using (objection_id)
       where (case m.state when 'upheld' then 2 when 'interim' then 1 else 0 end) > (case t.state when 'upheld' then 2 when 'interim' then 1 else 0 end)
     on conflict do nothing`,
    [relinked.from, relinked.to, relinked.at],
  );
}
