/** Which source patients hold an allergy, and which say that there is none: for consistency across sources, never shown. */
import type { Sql } from "#platform";

export type AllergySide = { readonly sourcePatientId: string; readonly hasAllergy: boolean; readonly saysNone: boolean };

/** Struck off, resolved and refuted allergies count on neither side. Intake's role reads it, in the transaction that stored them. */
export async function readAllergySides(sql: Sql, sourcePatientIds: readonly string[]): Promise<AllergySide[]> {
  const { rows } = await sql.query<{ source_patient_id: string; has_allergy: boolean; says_none: boolean }>(
    `select source_patient_id, bool_or(not line like '%"assertedNone":true%' and not line like '%"notAsked":true%') as has_allergy, bool_or(line like '%"assertedNone":true%') as says_none
     from record.resource where source_patient_id = any($1::uuid[]) and section = 'allergies' and not status = any($2::text[]) group by source_patient_id`,
    [[...sourcePatientIds], ["inactive", "resolved", "entered-in-error", "refuted"]],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, hasAllergy: row.has_allergy, saysNone: row.says_none }));
}
