/** Cases: alerts of one professional under one heading, what was asked, decided and proved, with a second officer where the first is too near. */
import type { Region } from "#governance";
import { isRefusal, isUuid, uuidv7, type Refusal, type Sql } from "#platform";
import { readAlert, type Alert } from "./alerts.ts";
import { addLine, type Officer } from "./journal.ts";
import { isClosed, noSuchAlert, noSuchCase, notAnOutcome, ownAccess, takenMeanwhile, wantsSecond, wantsWords } from "./problems.ts";

export const OUTCOMES = ["appropriate", "inappropriate", "training", "disciplinary", "breach"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const isOutcome = (text: unknown): text is Outcome => OUTCOMES.includes(text as Outcome);

export type CaseFile = { readonly caseId: string; readonly organisation: string; readonly professionalId: string; readonly openedAt: Date; readonly openedBy: string; readonly state: "open" | "closing" | "closed"; readonly outcome: Outcome | null; readonly proposedBy: string | null; readonly awareAt: Date | null; readonly reportDueAt: Date | null; readonly closedAt: Date | null };
type Row = { case_id: string; organisation: string; professional_id: string; opened_at: Date; opened_by: string; state: CaseFile["state"]; outcome: Outcome | null; proposed_by: string | null; aware_at: Date | null; report_due_at: Date | null; closed_at: Date | null };
const COLUMNS = "case_id, organisation, professional_id, opened_at, opened_by, state, outcome, proposed_by, aware_at, report_due_at, closed_at";
const caseOf = (row: Row): CaseFile => ({ caseId: row.case_id, organisation: row.organisation, professionalId: row.professional_id, openedAt: row.opened_at, openedBy: row.opened_by, state: row.state, outcome: row.outcome, proposedBy: row.proposed_by, awareAt: row.aware_at, reportDueAt: row.report_due_at, closedAt: row.closed_at });

/** The office's cases, open ones first. */
export async function readCases(sql: Sql, organisation: string): Promise<(CaseFile & { alerts: number })[]> {
  const { rows } = await sql.query<Row & { alerts: number }>(`select ${COLUMNS}, (select count(*)::int from monitoring.alert a where a.organisation = c.organisation and a.case_id = c.case_id) as alerts from monitoring.case_file c where organisation = $1 order by (state = 'closed'), opened_at desc limit 200`, [organisation]);
  return rows.map((row) => ({ ...caseOf(row), alerts: row.alerts }));
}

export async function readCase(sql: Sql, organisation: string, caseId: string): Promise<CaseFile | null> {
  if (!isUuid(caseId)) return null;
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from monitoring.case_file where organisation = $1 and case_id = $2`, [organisation, caseId]);
  return rows[0] === undefined ? null : caseOf(rows[0]);
}

export async function readAlertIdsOf(sql: Sql, organisation: string, caseId: string): Promise<string[]> {
  const { rows } = await sql.query<{ alert_id: string }>("select alert_id from monitoring.alert where organisation = $1 and case_id = $2 order by first_at", [organisation, caseId]);
  return rows.map((row) => row.alert_id);
}

/**
 * Opens a case over alerts, all of the same professional: a serial look is one case and not ten.
 * @returns its id; refuses `monitoring.no-alert`, `monitoring.own-access`, `monitoring.words`, `monitoring.taken`
 */
export async function openCase(sql: Sql, officer: Officer, alertIds: readonly string[], words: string, at: Date): Promise<string | Refusal> {
  const alerts: Alert[] = [];
  for (const each of alertIds) {
    const alert = await readAlert(sql, officer.organisation, each);
    if (alert === null) return noSuchAlert();
    alerts.push(alert);
  }
  const first = alerts[0];
  if (first === undefined || alerts.some((each) => each.professionalId !== first.professionalId)) return noSuchAlert();
  if (first.professionalId === officer.id) return ownAccess();
  if (words.trim().length < 5) return wantsWords();
  const caseId = uuidv7();
  await sql.query("insert into monitoring.case_file (organisation, case_id, professional_id, opened_at, opened_by, state) values ($1, $2, $3, $4, $5, 'open')", [officer.organisation, caseId, first.professionalId, at, officer.id]);
  const { rowCount } = await sql.query("update monitoring.alert set state = 'in-case', case_id = $3 where organisation = $1 and alert_id = any($2::uuid[]) and state in ('new', 'asked')", [officer.organisation, [...alertIds], caseId]);
  // Thrown, so that the transaction takes the case back with it.
  if (rowCount !== alerts.length) throw new CaseConflict();
  await addLine(sql, officer, caseId, "case-opened", words, at);
  for (const each of alerts) await addLine(sql, officer, each.alertId, "case-opened", words, at);
  return caseId;
}

/** Somebody took one of the alerts in the same moment. */
export class CaseConflict extends Error {
  readonly refusal = takenMeanwhile();
}

/** Whether closing wants a second officer: the first works in the professional's unit, or the case is about an officer of the same office. */
export function needsSecond(region: Region, officer: Officer, professionalId: string): boolean {
  const at = (uid: string) => region.professional(uid)?.profiles.filter((each) => each.organisation === officer.organisation) ?? [];
  const [mine, theirs] = [at(officer.id), at(professionalId)];
  return theirs.some((each) => mine.some((own) => own.role === each.role || (own.unit !== undefined && own.unit === each.unit)));
}

export type Closing = { readonly outcome: unknown; readonly words: string };

/**
 * Closes a case, or proposes to where a second officer must agree; the second closes it with the outcome that was proposed, or says no.
 * A breach starts the hours to the regulator with the moment of awareness.
 */
export async function closeCase(sql: Sql, region: Region, officer: Officer, caseId: string, closing: Closing, breachHours: number, at: Date): Promise<"closed" | "proposed" | Refusal> {
  const file = await openFor(sql, officer, caseId);
  if (isRefusal(file)) return file;
  if (closing.words.trim().length < 5) return wantsWords();
  if (file.state === "closing") {
    if (file.proposedBy === officer.id) return wantsSecond();
    return close(sql, officer, file, file.outcome!, closing.words, breachHours, at);
  }
  if (!isOutcome(closing.outcome)) return notAnOutcome();
  if (!needsSecond(region, officer, file.professionalId)) return close(sql, officer, file, closing.outcome, closing.words, breachHours, at);
  const { rowCount } = await sql.query("update monitoring.case_file set state = 'closing', outcome = $3, proposed_by = $4 where organisation = $1 and case_id = $2 and state = 'open'", [officer.organisation, caseId, closing.outcome, officer.id]);
  if (rowCount !== 1) return takenMeanwhile();
  await addLine(sql, officer, caseId, "close-proposed", `${closing.outcome}: ${closing.words}`, at);
  return "proposed";
}

async function close(sql: Sql, officer: Officer, file: CaseFile, outcome: Outcome, words: string, breachHours: number, at: Date): Promise<"closed" | Refusal> {
  const isBreach = outcome === "breach";
  const aware = file.awareAt ?? at;
  const { rowCount } = await sql.query("update monitoring.case_file set state = 'closed', outcome = $3, closed_at = $4, aware_at = $5, report_due_at = $6 where organisation = $1 and case_id = $2 and state <> 'closed'", [officer.organisation, file.caseId, outcome, at, isBreach ? aware : file.awareAt, isBreach ? new Date(aware.getTime() + breachHours * 3_600_000) : file.reportDueAt]);
  if (rowCount !== 1) return takenMeanwhile();
  await sql.query("update monitoring.alert set useful = $3 where organisation = $1 and case_id = $2", [officer.organisation, file.caseId, outcome !== "appropriate"]);
  await addLine(sql, officer, file.caseId, "closed", `${outcome}: ${words}`, at);
  return "closed";
}

/** The second officer does not agree: the case is open again. */
export async function declineClose(sql: Sql, officer: Officer, caseId: string, words: string, at: Date): Promise<Refusal | null> {
  const file = await openFor(sql, officer, caseId);
  if (isRefusal(file)) return file;
  if (words.trim().length < 5) return wantsWords();
  const { rowCount } = await sql.query("update monitoring.case_file set state = 'open', outcome = null, proposed_by = null where organisation = $1 and case_id = $2 and state = 'closing'", [officer.organisation, caseId]);
  if (rowCount !== 1) return takenMeanwhile();
  await addLine(sql, officer, caseId, "close-declined", words, at);
  return null;
}

/** A breach is known of before the case is closed: from this moment its hours run. */
export async function markBreach(sql: Sql, officer: Officer, caseId: string, words: string, breachHours: number, at: Date): Promise<Refusal | null> {
  const file = await openFor(sql, officer, caseId);
  if (isRefusal(file)) return file;
  if (words.trim().length < 5) return wantsWords();
  const { rowCount } = await sql.query("update monitoring.case_file set aware_at = $3, report_due_at = $4 where organisation = $1 and case_id = $2 and aware_at is null", [officer.organisation, caseId, at, new Date(at.getTime() + breachHours * 3_600_000)]);
  if (rowCount !== 1) return takenMeanwhile();
  await addLine(sql, officer, caseId, "breach-reported", words, at);
  return null;
}

/** A line in the journal: a note, a question to the manager, an answer, a referral to the employer. */
export async function noteCase(sql: Sql, officer: Officer, caseId: string, act: "noted" | "asked-manager" | "manager-answered" | "referred", words: string, at: Date): Promise<Refusal | null> {
  const file = await readCase(sql, officer.organisation, caseId);
  if (file === null) return noSuchCase();
  if (file.professionalId === officer.id) return ownAccess();
  if (words.trim().length < 5) return wantsWords();
  await addLine(sql, officer, caseId, act, words, at);
  return null;
}

async function openFor(sql: Sql, officer: Officer, caseId: string): Promise<CaseFile | Refusal> {
  const file = await readCase(sql, officer.organisation, caseId);
  if (file === null) return noSuchCase();
  if (file.professionalId === officer.id) return ownAccess();
  return file.state === "closed" ? isClosed() : file;
}
