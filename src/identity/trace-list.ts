/** Whom to ask PDS about, and what it answered: the list, and the run that works it off within what PDS allows. */
import type { PdsClient } from "#national";
import { isPassingFault, log, type Pool, type Sql } from "#platform";
import type { Matcher } from "./match/index.ts";
import { readSameNumbers } from "./number-alias.ts";
import { toSourcePatient, type Row } from "./rows.ts";
import { verifiedNumber, type SourcePatient } from "./source-patient.ts";
import { trace, type Trace, type TraceEvidence } from "./trace.ts";
import { takeSuperseded, takeTrace } from "./trace-word.ts";

/** PDS said that something changed; nobody has verified a number; it is known by a number and PDS may know what protects it. */
const PRIORITY = { changed: 0, unverified: 1, verified: 2 } as const;
/** An unavailable service is asked again after so long, longer each time. */
const AGAIN_AFTER_MS = [60_000, 300_000, 1_800_000, 7_200_000];
/** Who was not found may be tomorrow: a baby's number comes with the birth notification. */
const POSTPONED_MS = 86_400_000;

/** Puts a source patient on the list: PDS is to be asked who this is. */
export async function wantTrace(sql: Sql, me: SourcePatient, at: Date): Promise<void> {
  const priority = verifiedNumber(me) === null ? PRIORITY.unverified : PRIORITY.verified;
  await sql.query(
    "insert into identity.trace (source_patient_id, priority, next_at) values ($1, $2, $3) on conflict (source_patient_id) do update set priority = least(identity.trace.priority, excluded.priority), next_at = excluded.next_at, tries = 0",
    [me.sourcePatientId, priority, at],
  );
}

/** PDS said that something changed for a number: everyone who carries it, or one that it superseded, is asked about first. */
export async function wantTraceOfNumber(sql: Sql, nhsNumber: string, at: Date): Promise<number> {
  const { all } = await readSameNumbers(sql, nhsNumber);
  const { rowCount } = await sql.query(
    `insert into identity.trace (source_patient_id, priority, next_at) select distinct k.source_patient_id, $2::smallint, $3::timestamptz from identity.nhs_number_key k where k.nhs_number = any($1::text[])
     on conflict (source_patient_id) do update set priority = excluded.priority, next_at = excluded.next_at, tries = 0`,
    [all, PRIORITY.changed, at],
  );
  return rowCount ?? 0;
}

/** What PDS answered last about a source patient. */
export type LastTrace = { sourcePatientId: string; askedAt: Date | null; outcome: string | null; status: string | null; nhsNumber: string | null; confidence: number | null; evidence: readonly TraceEvidence[]; isSensitive: boolean; death: { status: string | null; date: string | null } | null; isWaiting: boolean };

export async function readTraces(sql: Sql, sourcePatientIds: readonly string[]): Promise<LastTrace[]> {
  const { rows } = await sql.query<{ source_patient_id: string; asked_at: Date | null; outcome: string | null; status: string | null; nhs_number: string | null; confidence: number | null; evidence: string | null; is_sensitive: boolean; death_status: string | null; date_of_death: string | null; next_at: Date | null }>(
    "select * from identity.trace where source_patient_id = any($1::uuid[]) order by source_patient_id", [[...sourcePatientIds]],
  );
  return rows.map((row) => ({
    sourcePatientId: row.source_patient_id, askedAt: row.asked_at, outcome: row.outcome, status: row.status, nhsNumber: row.nhs_number, confidence: row.confidence, evidence: JSON.parse(row.evidence ?? "[]") as TraceEvidence[], isSensitive: row.is_sensitive,
    death: row.death_status === null && row.date_of_death === null ? null : { status: row.death_status, date: row.date_of_death }, isWaiting: row.next_at !== null,
  }));
}

export type TraceRun = { asked: number; relinked: number };

/**
 * Asks PDS about the next of the list. PDS is asked outside any transaction; what
 * it said is kept, and the link decided again, in one. Nothing is asked of a sealed
 * identity: the question itself would tell.
 * @returns how many were asked; 0: nothing is due
 */
export async function runTraces(intake: Pool, matcher: Matcher | null, pds: Pick<PdsClient, "read" | "search">, now: () => Date, most: number): Promise<TraceRun> {
  const run: TraceRun = { asked: 0, relinked: 0 };
  const { rows } = await intake.query<Row & { tries: number; next_at: Date }>(
    `select s.*, t.tries, t.next_at from (select source_patient_id, tries, priority, next_at from identity.trace where next_at <= $1 order by priority, next_at limit $2) t
     join identity.source_patient s using (source_patient_id) where not s.sealed order by t.priority, t.next_at`,
    [now(), most],
  );
  for (const row of rows) {
    const me = toSourcePatient(row);
    const answer = await trace(me, pds, now());
    const at = now();
    const relinked = await intake.transaction((sql) => keep(sql, matcher, me, row, answer, at));
    run.asked++;
    if (relinked) run.relinked++;
    // The service is away: what waits behind would only meet the same.
    if (answer.outcome === "unavailable") break;
  }
  return run;
}

/**
 * Keeps an answer, unless the source patient was put on the list again while PDS
 * was asked: then it answers what the source no longer says, and is asked anew.
 */
async function keep(sql: Sql, matcher: Matcher | null, me: SourcePatient, { tries, next_at: due }: { tries: number; next_at: Date }, answer: Trace, at: Date): Promise<boolean> {
  const isAway = answer.outcome === "unavailable";
  const next = isAway ? new Date(at.getTime() + AGAIN_AFTER_MS[Math.min(tries, AGAIN_AFTER_MS.length - 1)]!) : answer.status === "08" ? new Date(at.getTime() + POSTPONED_MS) : null;
  const death = answer.patient?.death ?? null;
  const { rowCount } = await sql.query(
    `update identity.trace set next_at = $2, tries = $3, asked_at = $4${isAway ? "" : ", outcome = $6, status = $7, nhs_number = $8, confidence = $9, evidence = $10, is_sensitive = $11, death_status = $12, date_of_death = $13"} where source_patient_id = $1 and next_at = $5`,
    [me.sourcePatientId, next, isAway ? tries + 1 : 0, at, due, ...(isAway ? [] : [answer.outcome, answer.status, answer.nhsNumber, answer.confidence, JSON.stringify(answer.evidence), answer.isSensitive, death?.status ?? null, death?.date ?? null])],
  );
  if (isAway || rowCount === 0) return false;
  // First that both numbers mean the same: else this source patient would leave those who still carry the old one, and the person would become another.
  if (answer.replaces !== null && answer.nhsNumber !== null) await takeSuperseded(sql, matcher, { old: answer.replaces, current: answer.nhsNumber, saidBy: "pds" }, at);
  const taken = await takeTrace(sql, matcher, me.sourcePatientId, answer, at);
  return taken?.relinked ?? false;
}

/** Works the list off until `stop.stopped`. One process of the installation does it, so that PDS's limit holds. */
export async function keepTracing(intake: Pool, matcher: Matcher | null, pds: Pick<PdsClient, "read" | "search">, now: () => Date, stop: { stopped: boolean }, idleMs = 2000): Promise<void> {
  while (!stop.stopped) {
    let asked = 0;
    try {
      ({ asked } = await runTraces(intake, matcher, pds, now, 20));
    } catch (error) {
      log(isPassingFault(error) ? "warn" : "error", "identity.trace", { error: (error as Error).message });
    }
    if (asked === 0) await new Promise((resolve) => setTimeout(resolve, idleMs).unref());
  }
}
