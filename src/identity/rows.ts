/** The row of a source patient, and who stands in it. */
import type { Sql } from "#platform";
import type { NumberStatus, SourcePatient } from "./source-patient.ts";

export type Row = {
  source_patient_id: string; organisation: string; local_id: string; feed: string; person_id: string; nhs_number: string | null; nhs_number_text: string | null; nhs_number_status: string;
  family: string | null; given: string | null; title: string | null; preferred_name: string | null; date_of_birth: string | null; birth_text: string | null; sex: string | null; deceased: boolean;
  date_of_death: string | null; address: string[]; postcode: string | null; phone: string | null; email: string | null; gp_practice: string | null; language: string | null; interpreter: boolean | null;
  protected_address: boolean; active: boolean; replaced_by: string | null; demographics_at: Date; first_seen: Date; last_seen: Date; other_names: string[]; other_postcodes: string[];
  birth_order: number | null; traced_number: string | null; trace_outcome: string | null; sealed: boolean;
};

export function toSourcePatient(row: Row): SourcePatient {
  return {
    sourcePatientId: row.source_patient_id, personId: row.person_id, organisation: row.organisation, localId: row.local_id, feed: row.feed, nhsNumber: row.nhs_number,
    nhsNumberText: row.nhs_number_text, nhsNumberStatus: row.nhs_number_status, status: row.nhs_number_status as NumberStatus, family: row.family, given: row.given, title: row.title,
    preferredName: row.preferred_name, birthDate: row.birth_text, dateOfBirth: row.date_of_birth, sex: row.sex, deceased: row.deceased, dateOfDeath: row.date_of_death, address: row.address,
    postcode: row.postcode, phone: row.phone, email: row.email, gpPractice: row.gp_practice, language: row.language, interpreter: row.interpreter, protectedAddress: row.protected_address,
    active: row.active, replacedBy: row.replaced_by, demographicsAt: row.demographics_at, firstSeen: row.first_seen, lastSeen: row.last_seen, otherNames: row.other_names, otherPostcodes: row.other_postcodes,
    birthOrder: row.birth_order, tracedNumber: row.traced_number, traceOutcome: row.trace_outcome, sealed: row.sealed,
  };
}

/** Source patients by id, locked until the end of the transaction, in the order of their ids: nobody waits in a circle. */
export async function lockSourcePatients(sql: Sql, ids: readonly string[]): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row>("select * from identity.source_patient where source_patient_id = any($1::uuid[]) order by source_patient_id for update", [ids]);
  return rows.map(toSourcePatient);
}

/** Everybody linked to any of these persons, sealed identities too: for deciding, never to be given out. */
export async function readMembers(sql: Sql, personIds: readonly string[]): Promise<(SourcePatient & { linkKind: string })[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql.query<Row & { link_kind: string }>(
    "select s.*, l.kind as link_kind from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = any($1::uuid[]) order by s.organisation, s.local_id, s.source_patient_id",
    [[...personIds]],
  );
  return rows.map((row) => ({ ...toSourcePatient(row), linkKind: row.link_kind }));
}
