/** Reading persons: what a decision is made about, and what rooms above ask of identity. Sealed identities are nobody's. */
import { isUuid, type Sql } from "#platform";
import { toSourcePatient, type Row } from "./rows.ts";
import type { SourcePatient } from "./source-patient.ts";

/** The human whose source patients are linked, or `null`. What a decision is made about; not itself given out. */
export async function readPerson(sql: Sql, personId: string): Promise<{ personId: string; sourcePatients: SourcePatient[]; linksRevision: string } | null> {
  if (!isUuid(personId)) return null;
  const sourcePatients = await readPersonRows(sql, personId);
  if (sourcePatients.length === 0) return null;
  return { personId, sourcePatients, linksRevision: sourcePatients.map((each) => each.sourcePatientId).join(",") };
}

/**
 * One word a person that changes when anything comes for one of its source patients, or one joins or leaves:
 * for knowing that something did, never for telling a reader.
 */
export async function readLastHeard(sql: Sql, personIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ person_id: string; word: string }>("select person_id, count(*) || ' ' || sum(extract(epoch from last_seen)) as word from identity.source_patient where person_id = any($1::uuid[]) group by person_id", [personIds]);
  return new Map(rows.map((row) => [row.person_id, row.word]));
}

/** The organisation's own id of one of its source patients, or `null` where it has none of that id: another's look the same. */
export async function readLocalId(sql: Sql, sourcePatientId: string, organisation: string): Promise<string | null> {
  const { rows } = await sql.query<{ local_id: string }>("select local_id from identity.source_patient where source_patient_id = $1 and organisation = $2", [sourcePatientId, organisation]);
  return rows[0]?.local_id ?? null;
}

/** Source patients that may be this person but are held apart until a human has looked, with the reason; each side of a doubt sees the other. */
export async function readHeldApart(sql: Sql, personId: string): Promise<{ sourcePatientId: string; organisation: string; reason: string; protectedAddress: boolean }[]> {
  const { rows } = await sql.query<{ source_patient_id: string; organisation: string; reason: string; protected_address: boolean }>(
    `select distinct on (s.source_patient_id) s.source_patient_id, s.organisation, d.reason, s.protected_address
     from (select r.other_source_patient_id as id, r.reason from identity.link l join identity.review r using (source_patient_id) where l.person_id = $1 and r.state = 'open'
           union all
           select r.source_patient_id, r.reason from identity.link l join identity.review r on r.other_source_patient_id = l.source_patient_id where l.person_id = $1 and r.state = 'open') d
     join identity.source_patient s on s.source_patient_id = d.id where s.person_id <> $1 and not s.sealed order by s.source_patient_id, d.reason`,
    [personId],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, organisation: row.organisation, reason: row.reason, protectedAddress: row.protected_address }));
}

/**
 * Source patients of a person that a reader has said are somebody else, until that
 * is decided: of them only what protects (allergies, alerts, escalation decisions)
 * is shown, marked doubtful.
 */
export async function readDoubted(sql: Sql, personId: string): Promise<{ sourcePatientId: string; reason: string; due: Date }[]> {
  const { rows } = await sql.query<{ doubted: string; reason: string; due: Date }>(
    `select distinct on (r.doubted) r.doubted, r.reason, r.due from identity.link l join identity.review r on r.source_patient_id = l.source_patient_id or r.other_source_patient_id = l.source_patient_id
     join identity.source_patient d on d.source_patient_id = r.doubted where l.person_id = $1 and r.kind = 'said-not-same' and r.state = 'open' and d.person_id = $1 order by r.doubted, r.due`,
    [personId],
  );
  return rows.map((row) => ({ sourcePatientId: row.doubted, reason: row.reason, due: row.due }));
}

/** What a source said before it said otherwise: `kind` is name, address, dateOfBirth, sex, nhsNumber, phone or gpPractice. */
export type SaidBefore = { sourcePatientId: string; kind: string; value: string; until: Date };

/** What sources said before, newest first; nothing of where a protected person lives or lived. */
export async function readSaidBefore(sql: Sql, sourcePatientIds: readonly string[], isProtected: boolean): Promise<SaidBefore[]> {
  const { rows } = await sql.query<{ source_patient_id: string; kind: string; value: string; until: Date }>(
    "select source_patient_id, kind, value, until from identity.said_before where source_patient_id = any($1::uuid[]) and not kind = any($2::text[]) order by until desc, kind, value",
    [[...sourcePatientIds], isProtected ? ["address", "phone", "gpPractice"] : []],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, kind: row.kind, value: row.value, until: row.until }));
}

/** Where the source patients of a person that is no more (joined with another) are today: bookmarks and audit entries still lead to them. */
export async function readSuccessors(sql: Sql, personId: string): Promise<string[]> {
  if (!isUuid(personId)) return [];
  const { rows } = await sql.query<{ person_id: string }>(
    `select distinct s.person_id from identity.relink_journal j join identity.source_patient s using (source_patient_id)
     where j.from_person = $1 and s.person_id <> $1 and not s.sealed and not exists (select 1 from identity.link where person_id = $1) order by s.person_id`,
    [personId],
  );
  return rows.map((row) => row.person_id);
}

/** The persons that source patients belong to now, by source patient. */
export async function readPersonsOf(sql: Sql, sourcePatientIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ source_patient_id: string; person_id: string }>("select source_patient_id, person_id from identity.source_patient where source_patient_id = any($1::uuid[])", [[...sourcePatientIds]]);
  return new Map(rows.map((row) => [row.source_patient_id, row.person_id]));
}

/**
 * The practice at which the person of each source patient is registered, by source
 * patient: what a practice says of its own patients comes before what others wrote
 * down, then the newest word. Missing where nobody named one.
 */
export async function readRegisteredPractices(sql: Sql, sourcePatientIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql.query<{ source_patient_id: string; gp_practice: string }>(
    `select distinct on (me.source_patient_id) me.source_patient_id, s.gp_practice from unnest($1::uuid[]) as n(source_patient_id) join identity.source_patient me using (source_patient_id)
     join identity.link l on l.person_id = me.person_id join identity.source_patient s on s.source_patient_id = l.source_patient_id
     where s.active and s.gp_practice is not null order by me.source_patient_id, (s.gp_practice = s.organisation) desc, s.demographics_at desc`,
    [[...sourcePatientIds]],
  );
  return new Map(rows.map((row) => [row.source_patient_id, row.gp_practice]));
}

async function readPersonRows(sql: Sql, personId: string): Promise<SourcePatient[]> {
  const { rows } = await sql.query<Row & { superseded_by: string | null }>(
    "select s.*, a.current_number as superseded_by from identity.link l join identity.source_patient s using (source_patient_id) left join identity.number_alias a on a.nhs_number = s.nhs_number where l.person_id = $1 and not s.sealed order by s.organisation, s.local_id",
    [personId],
  );
  return rows.map((row) => ({ ...toSourcePatient(row), ...(row.superseded_by !== null && row.superseded_by !== row.nhs_number && { supersededBy: row.superseded_by }) }));
}
