import type { Sql } from "#platform";

/** Whether a source patient asserts that there are no allergies, and whether it holds one that is not withdrawn. */
export type AllergyStand = { readonly sourcePatientId: string; readonly assertsNone: boolean; readonly holdsOne: boolean };

const WITHDRAWN = "('entered-in-error', 'refuted', 'inactive', 'resolved')";

/** How source patients stand on allergies, for comparing sources with each other; who says nothing is left out. Wants the intake role. */
export async function readAllergyStands(sql: Sql, sourcePatientIds: readonly string[]): Promise<AllergyStand[]> {
  const { rows } = await sql.query<{ source_patient_id: string; asserts_none: boolean; holds_one: boolean }>(
    `select source_patient_id, bool_or(none) as asserts_none, bool_or(not none and not not_asked) as holds_one from (
       select r.source_patient_id, r.line::jsonb ? 'assertedNone' as none, r.line::jsonb ? 'notAsked' as not_asked from record.resource r where r.source_patient_id = any($1::uuid[]) and r.section = 'allergies' and r.type = 'AllergyIntolerance' and not r.status in ${WITHDRAWN}
       union all select s.source_patient_id, true, false from record.source_statement s where s.source_patient_id = any($1::uuid[]) and s.section = 'allergies' and s.kind = 'asserted-none') each
     group by source_patient_id`,
    [[...new Set(sourcePatientIds)]],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, assertsNone: row.asserts_none, holdsOne: row.holds_one }));
}
