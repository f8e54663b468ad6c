import type { Sql } from "#platform";

/** What a source patient says that every source of one person should agree about. */
export type CompanyMember = { readonly sourcePatientId: string; readonly personId: string; readonly sex: string | null; readonly dateOfBirth: string | null; readonly deceased: boolean; readonly dateOfDeath: string | null };

/** Everyone linked to any of these persons, for comparing sources with each other; sealed identities are nobody's. */
export async function readCompany(sql: Sql, personIds: readonly string[]): Promise<CompanyMember[]> {
  const { rows } = await sql.query<{ source_patient_id: string; person_id: string; sex: string | null; date_of_birth: string | null; deceased: boolean; date_of_death: string | null }>(
    "select s.source_patient_id, l.person_id, s.sex, s.date_of_birth, s.deceased, s.date_of_death from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = any($1::uuid[]) and s.active and not s.sealed",
    [[...new Set(personIds)]],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, personId: row.person_id, sex: row.sex, dateOfBirth: row.date_of_birth, deceased: row.deceased, dateOfDeath: row.date_of_death }));
}
