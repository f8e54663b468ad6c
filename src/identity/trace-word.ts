/** What PDS says about a source patient or a number, and what follows from it. */
import type { Sql } from "#platform";
import { gatesOf, takeGates } from "./gates.ts";
import { linkAnew } from "./link-anew.ts";
import type { Matcher } from "./match/index.ts";
import { supersede } from "./number-alias.ts";
import { lockSourcePatients } from "./rows.ts";
import type { Trace } from "./trace.ts";

/** The answer to "who is this?": what of a `trace` counts for linking. */
export type TraceWord = Pick<Trace, "outcome" | "nhsNumber" | "isSensitive">;

/**
 * Keeps what PDS answered about a source patient and decides its link again. The
 * number as the source sent it stays; a trace that verified one counts beside it,
 * and a sensitive answer protects the whereabouts, which nothing lifts by itself.
 */
export async function takeTrace(sql: Sql, matcher: Matcher | null, sourcePatientId: string, word: TraceWord, at: Date): Promise<{ relinked: boolean } | null> {
  const [before] = await lockSourcePatients(sql, [sourcePatientId]);
  if (before === undefined || before.sealed) return null;
  const me = { ...before, tracedNumber: word.nhsNumber, traceOutcome: word.outcome, protectedAddress: before.protectedAddress === true || word.isSensitive, lastSeen: at };
  await takeGates(sql, gatesOf(me), at);
  await Promise.all([
    sql.query("update identity.source_patient set traced_number = $2, trace_outcome = $3, traced_at = $4, protected_address = $5 where source_patient_id = $1", [sourcePatientId, me.tracedNumber, me.traceOutcome, at, me.protectedAddress]),
    ...(before.tracedNumber !== null && before.tracedNumber !== me.tracedNumber && before.tracedNumber !== before.nhsNumber ? [sql.query("delete from identity.nhs_number_key where nhs_number = $1 and source_patient_id = $2", [before.tracedNumber, sourcePatientId])] : []),
    ...(me.tracedNumber !== null ? [sql.query("insert into identity.nhs_number_key (nhs_number, source_patient_id) values ($1, $2) on conflict do nothing", [me.tracedNumber, sourcePatientId])] : []),
  ]);
  const { personId } = await linkAnew(sql, matcher, me, false);
  return { relinked: personId !== before.personId };
}

/** A number was superseded: the old one resolves to the new one for ever, and whoever carries either is looked at again. */
export async function takeSuperseded(sql: Sql, matcher: Matcher | null, word: { old: string; current: string; saidBy: string }, at: Date): Promise<void> {
  await takeGates(sql, [word.old, word.current], at);
  await supersede(sql, word.old, word.current, word.saidBy, at);
  const { rows } = await sql.query<{ source_patient_id: string }>("select distinct source_patient_id from identity.nhs_number_key where nhs_number = any($1::text[]) order by source_patient_id", [[word.old, word.current]]);
  for (const { source_patient_id: id } of rows) {
    const [me] = await lockSourcePatients(sql, [id]);
    if (me !== undefined && !me.sealed) await linkAnew(sql, matcher, { ...me, lastSeen: at }, false);
  }
}
