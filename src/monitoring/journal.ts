/** What was done with an alert, a case, a sample, a plan: lines in order, never changed. */
import { uuidv7, type Sql } from "#platform";

export type JournalAct = "escalated" | "taken" | "revealed" | "justified" | "asked-manager" | "manager-answered" | "case-opened" | "alert-added" | "noted" | "close-proposed" | "close-declined" | "closed" | "breach-reported" | "referred" | "evidence-made" | "sample-drawn" | "sample-judged" | "plan-made" | "plan-signed" | "concern-recorded" | "concern-linked";
export type Officer = { readonly id: string; readonly name: string; readonly organisation: string };
export type JournalLine = { readonly lineId: string; readonly at: Date; readonly actorId: string; readonly actorName: string; readonly act: JournalAct; readonly words: string };

export async function addLine(sql: Sql, officer: Officer, subjectId: string, act: JournalAct, words: string, at: Date): Promise<void> {
  await sql.query("insert into monitoring.journal (organisation, subject_id, line_id, at, actor_id, actor_name, act, words) values ($1, $2, $3, $4, $5, $6, $7, $8)", [officer.organisation, subjectId, uuidv7(), at, officer.id, officer.name, act, words]);
}

/** Oldest first. */
export async function readJournalOf(sql: Sql, organisation: string, subjectIds: readonly string[]): Promise<(JournalLine & { subjectId: string })[]> {
  const { rows } = await sql.query<{ subject_id: string; line_id: string; at: Date; actor_id: string; actor_name: string; act: JournalAct; words: string }>("select subject_id, line_id, at, actor_id, actor_name, act, words from monitoring.journal where organisation = $1 and subject_id = any($2::uuid[]) order by at, line_id", [organisation, [...subjectIds]]);
  return rows.map((row) => ({ subjectId: row.subject_id, lineId: row.line_id, at: row.at, actorId: row.actor_id, actorName: row.actor_name, act: row.act, words: row.words }));
}

/** Whether this officer has revealed who the persons of an alert or case are. */
export const hasRevealed = (journal: readonly JournalLine[], officerId: string): boolean => journal.some((line) => line.act === "revealed" && line.actorId === officerId);
