/** What of persons is compared with the staff register: every value that any source gives, and who carries an NHS number. */
import type { Sql } from "#platform";

/** Never given out: it is compared, and only that it agrees is said. */
export type Comparable = { readonly personId: string; readonly sourcePatientIds: readonly string[]; readonly families: readonly string[]; readonly postcodes: readonly string[]; readonly addresses: readonly string[]; readonly phones: readonly string[]; readonly birthDate: string | null; /** Day of death, empty where only that the person died is known; `null`: alive. */ readonly died: string | null };

export async function readComparable(sql: Sql, personIds: readonly string[]): Promise<Comparable[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql.query<{ person_id: string; source_patient_id: string; family: string | null; postcode: string | null; address: string[]; phone: string | null; date_of_birth: string | null; deceased: boolean; date_of_death: string | null }>(
    "select l.person_id, l.source_patient_id, s.family, s.postcode, s.address, s.phone, s.date_of_birth, s.deceased, s.date_of_death from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = any($1::uuid[]) and not s.sealed",
    [[...personIds]],
  );
  const given = (values: readonly (string | null)[]): string[] => [...new Set(values.filter((each) => each !== null && each !== ""))] as string[];
  return [...Map.groupBy(rows, (row) => row.person_id)].map(([personId, each]) => ({
    personId, sourcePatientIds: each.map((row) => row.source_patient_id), families: given(each.map((row) => row.family)), postcodes: given(each.map((row) => row.postcode)), phones: given(each.map((row) => row.phone)),
    addresses: given(each.map((row) => (row.address.length === 0 || row.postcode === null ? null : `${row.address[0]} ${row.postcode}`))), birthDate: each.find((row) => row.date_of_birth !== null)?.date_of_birth ?? null,
    died: each.some((row) => row.deceased) ? (each.find((row) => row.date_of_death !== null)?.date_of_death ?? "") : null,
  }));
}

/** The person of each of these NHS numbers, where there is one. */
export async function readPersonsByNumber(sql: Sql, nhsNumbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (nhsNumbers.length === 0) return new Map();
  const { rows } = await sql.query<{ nhs_number: string; person_id: string }>("select k.nhs_number, s.person_id from identity.nhs_number_key k join identity.source_patient s using (source_patient_id) where k.nhs_number = any($1::text[]) and not s.sealed", [[...nhsNumbers]]);
  return new Map(rows.map((row) => [row.nhs_number, row.person_id]));
}
