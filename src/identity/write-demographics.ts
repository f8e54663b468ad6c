/** The row of a source patient and the keys by which it is found: written, and kept in step. */
import { uuidv7, type Sql } from "#platform";
import { fold } from "#standards";
import { NO_KEYS, writeKeys, type CandidateKeys } from "./candidates.ts";
import { saidBefore } from "./merge-demographics.ts";
import { linkingBirthDate, numberOf, type Demographics, type SourcePatient } from "./source-patient.ts";

const COLUMNS = `nhs_number, nhs_number_text, nhs_number_status, family, given, title, preferred_name, date_of_birth, birth_text, sex, deceased, date_of_death, address, postcode, phone, email, gp_practice, language, interpreter,
  protected_address, other_names, other_postcodes, birth_order, demographics_at, last_seen`;

function valuesOf(d: Demographics, at: Date | string, received: Date): unknown[] {
  const { nhsNumber, status } = numberOf(d);
  return [
    nhsNumber, d.nhsNumberText, status, d.family, d.given, d.title, d.preferredName, linkingBirthDate(d.birthDate), d.birthDate, d.sex, d.deceased ?? false, d.dateOfDeath, [...d.address], d.postcode, d.phone, d.email, d.gpPractice, d.language,
    d.interpreter, d.protectedAddress ?? false, [...d.otherNames], [...d.otherPostcodes], d.birthOrder, at, received,
  ];
}

/** A source patient's first row, its link to a person of its own, and the journal's first line. */
export async function insertSourcePatient(sql: Sql, each: SourcePatient, at: Date | null, keys: CandidateKeys): Promise<void> {
  await Promise.all([
    sql.query(
      `insert into identity.source_patient (source_patient_id, organisation, local_id, feed, person_id, first_seen, ${COLUMNS})
       values ($1, $2, $3, $4, $5, $6, ${Array.from({ length: 25 }, (_, index) => `$${index + 7}`).join(", ")})`,
      [each.sourcePatientId, each.organisation, each.localId, each.feed, each.personId, each.firstSeen, ...valuesOf(each, at ?? "-infinity", each.lastSeen)],
    ),
    sql.query("insert into identity.link (person_id, source_patient_id, linked_at, reason, kind) values ($1, $2, $3, 'first message', 'first')", [each.personId, each.sourcePatientId, each.firstSeen]),
    journalFirst(sql, each),
    ...lookUps(sql, null, each, each.sourcePatientId),
    ...writeKeys(sql, each.sourcePatientId, NO_KEYS, keys),
  ]);
}

function journalFirst(sql: Sql, each: SourcePatient): Promise<unknown> {
  const journalId = uuidv7();
  return sql.query(
    "insert into identity.relink_journal (source_patient_id, journal_id, act_id, kind, from_person, to_person, reason, evidence, actor, at) values ($1, $2, $2, 'first', null, $3, 'first message', '[]', 'system:identity', $4)",
    [each.sourcePatientId, journalId, each.personId, each.firstSeen],
  );
}

/** Brings a source patient's row and its look-ups up to date, and keeps what it said before with the day on which it said otherwise. */
export async function writeDemographics(sql: Sql, before: SourcePatient, d: Demographics, at: Date, received: Date, keys: { before: CandidateKeys; now: CandidateKeys }): Promise<void> {
  const id = before.sourcePatientId;
  const gone = saidBefore(before, d);
  await Promise.all([
    sql.query(
      `update identity.source_patient set (${COLUMNS}) = (${Array.from({ length: 24 }, (_, index) => `$${index + 2}`).join(", ")}, greatest(last_seen, $26)) where source_patient_id = $1`,
      [id, ...valuesOf(d, at, received)],
    ),
    ...(gone.length > 0
      ? [sql.query(
          "insert into identity.said_before (source_patient_id, kind, value, until) select $1, kind, value, $4 from unnest($2::text[], $3::text[]) as n(kind, value) on conflict (source_patient_id, kind, value) do update set until = excluded.until",
          [id, gone.map((each) => each.kind), gone.map((each) => each.value), received],
        )]
      : []),
    ...lookUps(sql, before, { ...d, nhsNumber: numberOf(d).nhsNumber }, id),
    ...writeKeys(sql, id, keys.before, keys.now),
  ]);
}

type Found = Pick<SourcePatient, "nhsNumber" | "family" | "birthDate">;

function lookUps(sql: Sql, before: Found | null, now: Found, id: string): Promise<unknown>[] {
  const waiting: Promise<unknown>[] = [];
  if (before?.nhsNumber !== now.nhsNumber) {
    if (before?.nhsNumber) waiting.push(sql.query("delete from identity.nhs_number_key where nhs_number = $1 and source_patient_id = $2", [before.nhsNumber, id]));
    if (now.nhsNumber) waiting.push(sql.query("insert into identity.nhs_number_key (nhs_number, source_patient_id) values ($1, $2) on conflict do nothing", [now.nhsNumber, id]));
  }
  // A default date (an unknown man of 1 January 1900) links nobody, and is what staff look for him by.
  const [was, is] = [before ? nameKey(before.family, wholeDate(before.birthDate)) : null, nameKey(now.family, wholeDate(now.birthDate))];
  if (was !== is) {
    if (was) waiting.push(sql.query("delete from identity.name_key where name_key = $1 and source_patient_id = $2", [was, id]));
    if (is) waiting.push(sql.query("insert into identity.name_key (name_key, source_patient_id) values ($1, $2) on conflict do nothing", [is, id]));
  }
  return waiting;
}

const wholeDate = (birthDate: string | null): string | null => (birthDate !== null && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? birthDate : null);

/** The key of find-by-name: folded family name and date of birth. */
export function nameKey(family: string | null, dateOfBirth: string | null): string | null {
  return family && dateOfBirth ? `${fold(family)}|${dateOfBirth}` : null;
}
