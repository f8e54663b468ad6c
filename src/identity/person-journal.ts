/** What the identity office reads of one person: links as they stand, and everything that ever moved to or from them. Sealed identities are nobody's. */
import { isUuid, type Sql } from "#platform";
import { readJournal, type JournalEntry, type Link } from "./links.ts";
import { toSourcePatient, type Row } from "./rows.ts";
import type { SourcePatient } from "./source-patient.ts";

/** How each source patient of a person came to be there, by source patient. */
export async function readLinks(sql: Sql, personId: string): Promise<Map<string, Link>> {
  if (!isUuid(personId)) return new Map();
  const { rows } = await sql.query<{ source_patient_id: string; kind: Link["kind"]; reason: string; linked_at: Date }>("select source_patient_id, kind, reason, linked_at from identity.link where person_id = $1", [personId]);
  return new Map(rows.map((row) => [row.source_patient_id, { personId, kind: row.kind, reason: row.reason, linkedAt: row.linked_at }]));
}

/** Every line of the journal that brought somebody to this person or away, oldest first. */
export async function readPersonJournal(sql: Sql, personId: string): Promise<JournalEntry[]> {
  if (!isUuid(personId)) return [];
  const { rows } = await sql.query<{ source_patient_id: string }>(
    "select distinct j.source_patient_id from identity.relink_journal j join identity.source_patient s using (source_patient_id) where (j.from_person = $1 or j.to_person = $1) and not s.sealed",
    [personId],
  );
  const journal = await readJournal(sql, rows.map((row) => row.source_patient_id));
  return journal.filter((each) => each.fromPerson === personId || each.toPerson === personId);
}

/** Source patients by their ids, in the order of organisations; a sealed one is not there. */
export async function readSourcePatients(sql: Sql, sourcePatientIds: readonly string[]): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>("select * from identity.source_patient where source_patient_id = any($1::uuid[]) and not sealed order by organisation, local_id, source_patient_id", [[...sourcePatientIds]]);
  return rows.map(toSourcePatient);
}

/** During which time a source patient stood under a person, from its journal; `until` is `null` while it does. */
export type Stay = { readonly sourcePatientId: string; readonly personId: string; readonly from: Date; readonly until: Date | null };

/** Every stay of the source patients of a journal (which must be whole for each), oldest first. */
export function staysOf(journal: readonly JournalEntry[]): Stay[] {
  return [...Map.groupBy(journal, (each) => each.sourcePatientId).values()].flatMap((lines) => lines.map((line, at) => ({ sourcePatientId: line.sourcePatientId, personId: line.toPerson, from: line.at, until: lines[at + 1]?.at ?? null })));
}
