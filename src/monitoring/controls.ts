/** Controls that an organisation assesses itself, with evidence and dates, and concerns that people raise (AUD-05, AUD-07). */
import { uuidv7, type Refusal, type Sql } from "#platform";
import { readCase } from "./cases.ts";
import { addLine, type Officer } from "./journal.ts";
import { noSuchCase, notADay, notAnOutcome, wantsWords } from "./problems.ts";
import type { Control } from "./region-monitoring.ts";

export type ControlCheck = { readonly control: string; readonly state: "met" | "partly" | "not-met"; readonly evidence: string; readonly checkedAt: Date; readonly checkedBy: string; readonly nextDue: string };

/** The last check of each control. */
export async function readControlChecks(sql: Sql, organisation: string): Promise<ReadonlyMap<string, ControlCheck>> {
  const { rows } = await sql.query<{ control: string; state: ControlCheck["state"]; evidence: string; checked_at: Date; checked_by: string; next_due: string }>("select distinct on (control) control, state, evidence, checked_at, checked_by, next_due::text from monitoring.control_check where organisation = $1 order by control, checked_at desc", [organisation]);
  return new Map(rows.map((row) => [row.control, { control: row.control, state: row.state, evidence: row.evidence, checkedAt: row.checked_at, checkedBy: row.checked_by, nextDue: row.next_due }]));
}

export async function checkControl(sql: Sql, officer: Officer, control: Control, state: unknown, evidence: string, at: Date): Promise<Refusal | null> {
  if (state !== "met" && state !== "partly" && state !== "not-met") return notAnOutcome();
  if (evidence.trim().length < 5) return wantsWords();
  await sql.query("insert into monitoring.control_check (organisation, control, check_id, state, evidence, checked_at, checked_by, next_due) values ($1, $2, $3, $4, $5, $6, $7, $8)", [officer.organisation, control.id, uuidv7(), state, evidence.trim(), at, officer.name, new Date(at.getTime() + control.everyDays * 86_400_000).toISOString().slice(0, 10)]);
  return null;
}

export const RAISED_BY = { citizen: "A citizen", professional: "A professional", partner: "A partner organisation", other: "Somebody else" } as const;
export type Concern = { readonly concernId: string; readonly receivedOn: string; readonly raisedBy: keyof typeof RAISED_BY; readonly words: string; readonly recordedAt: Date; readonly caseId: string | null };

export async function recordConcern(sql: Sql, officer: Officer, concern: { receivedOn: string; raisedBy: unknown; words: string }, at: Date): Promise<string | Refusal> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(concern.receivedOn) || Number.isNaN(Date.parse(concern.receivedOn)) || Date.parse(concern.receivedOn) > at.getTime()) return notADay("receivedOn");
  if (typeof concern.raisedBy !== "string" || !Object.hasOwn(RAISED_BY, concern.raisedBy)) return notAnOutcome();
  if (concern.words.trim().length < 5) return wantsWords();
  const concernId = uuidv7();
  await sql.query("insert into monitoring.concern (organisation, concern_id, received_on, raised_by, words, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7)", [officer.organisation, concernId, concern.receivedOn, concern.raisedBy, concern.words.trim(), at, officer.id]);
  await addLine(sql, officer, concernId, "concern-recorded", concern.words, at);
  return concernId;
}

export async function readConcerns(sql: Sql, organisation: string): Promise<Concern[]> {
  const { rows } = await sql.query<{ concern_id: string; received_on: string; raised_by: Concern["raisedBy"]; words: string; recorded_at: Date; case_id: string | null }>("select concern_id, received_on::text, raised_by, words, recorded_at, case_id from monitoring.concern where organisation = $1 order by (case_id is not null), received_on desc, concern_id limit 100", [organisation]);
  return rows.map((row) => ({ concernId: row.concern_id, receivedOn: row.received_on, raisedBy: row.raised_by, words: row.words, recordedAt: row.recorded_at, caseId: row.case_id }));
}

/** Links a concern to the case that looks into it; each has a line in its journal. */
export async function linkConcern(sql: Sql, officer: Officer, concernId: string, caseId: string, at: Date): Promise<Refusal | null> {
  if ((await readCase(sql, officer.organisation, caseId)) === null) return noSuchCase();
  const { rowCount } = await sql.query("update monitoring.concern set case_id = $3 where organisation = $1 and concern_id = $2", [officer.organisation, concernId, caseId]);
  if (rowCount !== 1) return noSuchCase();
  await addLine(sql, officer, concernId, "concern-linked", `Case ${caseId}`, at);
  await addLine(sql, officer, caseId, "concern-linked", `Concern ${concernId}`, at);
  return null;
}
