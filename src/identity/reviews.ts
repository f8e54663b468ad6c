/** The review list: pairs that a human must look at, by when, and what became of each. */
import { isUuid, type Sql } from "#platform";
import type { Doubt, Evidence, ReviewKind } from "./evidence.ts";
import { toSourcePatient, type Row } from "./rows.ts";
import type { SourcePatient } from "./source-patient.ts";

/** How long a human may take, in hours; "this is not the same person" is due in one working day. */
const DUE_HOURS: Readonly<Record<ReviewKind, number>> = { "number-conflict": 24, "two-numbers": 120, probable: 240, ambiguous: 240, "said-not-same": 24, "source-disputes": 120 };

/** The end of the working time after so many hours: Saturdays and Sundays do not count (bank holidays do). */
export function dueAfter(raised: Date, hours: number): Date {
  const due = new Date(raised);
  for (let left = hours; left > 0; ) {
    if (due.getUTCDay() !== 0 && due.getUTCDay() !== 6) left--;
    due.setTime(due.getTime() + 3_600_000);
  }
  return due;
}

export type ReviewState = "open" | "linked" | "apart" | "lapsed";

/** Puts a doubt on the list. A pair stands on it once, whichever side came second; a decided pair is not asked again. */
export async function raiseReview(sql: Sql, sourcePatientId: string, doubt: Omit<Doubt, "personId">, at: Date, doubted: string | null = null): Promise<void> {
  const [one, other] = [sourcePatientId, doubt.sourcePatientId].sort();
  await sql.query(
    `insert into identity.review (source_patient_id, other_source_patient_id, kind, reason, evidence, weight, raised_at, due, doubted)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9 where not exists (select 1 from identity.review where source_patient_id = $2 and other_source_patient_id = $1)
     on conflict (source_patient_id, other_source_patient_id) do update set kind = excluded.kind, reason = excluded.reason, evidence = excluded.evidence, weight = excluded.weight, raised_at = excluded.raised_at, due = excluded.due, doubted = excluded.doubted,
       state = 'open', proposed = null, proposed_by = null, proposed_at = null, decided_by = null, decided_at = null, decision_reason = null, act_id = null
     where identity.review.state = 'lapsed' or (excluded.kind in ('said-not-same', 'source-disputes') and identity.review.state <> 'open')`,
    [one, other, doubt.kind, doubt.reason, JSON.stringify(orient(doubt.evidence, one === sourcePatientId)), doubt.weight, at, dueAfter(at, DUE_HOURS[doubt.kind]), doubted],
  );
}

/** Evidence as seen from the first side of the pair. */
const orient = (evidence: readonly Evidence[], isFirst: boolean): readonly Evidence[] => (isFirst ? evidence : evidence.map((each) => ({ ...each, mine: each.theirs, theirs: each.mine })));

/** With whom a source patient stands on the list, but for what a person said. */
export async function readOpenPartners(sql: Sql, sourcePatientId: string): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>(
    `select s.* from identity.source_patient s where s.source_patient_id in (
       select other_source_patient_id from identity.review where source_patient_id = $1 and state = 'open' and kind not in ('said-not-same', 'source-disputes')
       union select source_patient_id from identity.review where other_source_patient_id = $1 and state = 'open' and kind not in ('said-not-same', 'source-disputes'))`,
    [sourcePatientId],
  );
  return rows.map(toSourcePatient);
}

/** Doubts about a source patient for which there is no longer a ground: its source has said something else since. What a person said stays. */
export async function lapseReviews(sql: Sql, sourcePatientId: string, others: readonly string[], at: Date): Promise<void> {
  await sql.query(
    `update identity.review set state = 'lapsed', decided_at = $3, decision_reason = 'a source has said something else since'
     where state = 'open' and kind not in ('said-not-same', 'source-disputes') and ((source_patient_id = $1 and other_source_patient_id = any($2::uuid[])) or (other_source_patient_id = $1 and source_patient_id = any($2::uuid[])))`,
    [sourcePatientId, [...others], at],
  );
}

/** One pair on the list, with both sides as they are now. */
export type Review = {
  one: SourcePatient;
  other: SourcePatient;
  kind: ReviewKind;
  reason: string;
  /** As seen from `one`. */
  evidence: readonly Evidence[];
  weight: number | null;
  raisedAt: Date;
  due: Date;
  state: ReviewState;
  /** By the first of two people, where two are needed. */
  proposed: { what: "link" | "apart"; by: string; at: Date } | null;
  decided: { by: string; at: Date; reason: string } | null;
  actId: string | null;
  /** Of `said-not-same`: the source patient that is set apart until somebody decides. */
  doubted: string | null;
};

type ReviewRow = {
  source_patient_id: string; other_source_patient_id: string; kind: ReviewKind; reason: string; evidence: string; weight: number | null; raised_at: Date; due: Date; state: ReviewState;
  proposed: "link" | "apart" | null; proposed_by: string | null; proposed_at: Date | null; decided_by: string | null; decided_at: Date | null; decision_reason: string | null; act_id: string | null; doubted: string | null;
};

const COLUMNS = "r.source_patient_id, r.other_source_patient_id, r.kind, r.reason, r.evidence, r.weight, r.raised_at, r.due, r.state, r.proposed, r.proposed_by, r.proposed_at, r.decided_by, r.decided_at, r.decision_reason, r.act_id, r.doubted";

/**
 * Open reviews of which an organisation supplies a side (all organisations where
 * `organisation` is `null`), most urgent first. Sealed identities never stand here,
 * and a pair that came to be one person meanwhile has settled itself.
 */
export async function readOpenReviews(sql: Sql, ask: { organisation: string | null; kind?: ReviewKind; limit: number; after?: { due: Date; one: string; other: string } }): Promise<Review[]> {
  const { rows } = await sql.query<ReviewRow>(
    `select ${COLUMNS} from identity.review r join identity.source_patient a on a.source_patient_id = r.source_patient_id join identity.source_patient b on b.source_patient_id = r.other_source_patient_id
     where r.state = 'open' and not a.sealed and not b.sealed and (a.person_id <> b.person_id or r.kind = 'said-not-same') and ($1::text is null or a.organisation = $1 or b.organisation = $1) and ($2::text is null or r.kind = $2)
       and ($4::timestamptz is null or (r.due, r.source_patient_id, r.other_source_patient_id) > ($4, $5::uuid, $6::uuid))
     order by r.due, r.source_patient_id, r.other_source_patient_id limit $3`,
    [ask.organisation, ask.kind ?? null, ask.limit, ask.after?.due ?? null, ask.after?.one ?? null, ask.after?.other ?? null],
  );
  return withSides(sql, rows);
}

/** One pair, whatever its state; `null` where there is none, or where a side is sealed. */
export async function readReview(sql: Sql, one: string, other: string): Promise<Review | null> {
  if (!isUuid(one) || !isUuid(other)) return null;
  const { rows } = await sql.query<ReviewRow>(`select ${COLUMNS} from identity.review r where (r.source_patient_id = $1 and r.other_source_patient_id = $2) or (r.source_patient_id = $2 and r.other_source_patient_id = $1)`, [one, other]);
  const [review] = await withSides(sql, rows);
  return review === undefined || review.one.sealed || review.other.sealed ? null : review;
}

/** How many are open, and how many late, by kind. */
export async function countOpenReviews(sql: Sql, organisation: string | null, now: Date): Promise<{ kind: ReviewKind; open: number; late: number }[]> {
  const { rows } = await sql.query<{ kind: ReviewKind; open: number; late: number }>(
    `select r.kind, count(*)::int as open, count(*) filter (where r.due < $2)::int as late from identity.review r
     join identity.source_patient a on a.source_patient_id = r.source_patient_id join identity.source_patient b on b.source_patient_id = r.other_source_patient_id
     where r.state = 'open' and not a.sealed and not b.sealed and (a.person_id <> b.person_id or r.kind = 'said-not-same') and ($1::text is null or a.organisation = $1 or b.organisation = $1) group by r.kind order by r.kind`,
    [organisation, now],
  );
  return rows;
}

async function withSides(sql: Sql, rows: readonly ReviewRow[]): Promise<Review[]> {
  if (rows.length === 0) return [];
  const { rows: sides } = await sql.query<Row>("select * from identity.source_patient where source_patient_id = any($1::uuid[])", [[...new Set(rows.flatMap((row) => [row.source_patient_id, row.other_source_patient_id]))]]);
  const byId = new Map(sides.map((row) => [row.source_patient_id, toSourcePatient(row)]));
  return rows.map((row) => ({
    one: byId.get(row.source_patient_id)!, other: byId.get(row.other_source_patient_id)!, kind: row.kind, reason: row.reason, evidence: JSON.parse(row.evidence) as Evidence[], weight: row.weight, raisedAt: row.raised_at, due: row.due, state: row.state,
    proposed: row.proposed === null ? null : { what: row.proposed, by: row.proposed_by!, at: row.proposed_at! }, decided: row.decided_by === null ? null : { by: row.decided_by, at: row.decided_at!, reason: row.decision_reason ?? "" }, actId: row.act_id, doubted: row.doubted,
  }));
}
