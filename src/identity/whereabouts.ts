/**
 * People whose whereabouts are protected (S-flag, safe house): who they are, and
 * what sources gave of where they live, so that it can be struck out. One source
 * that protects a person protects all of them, and so does a record that may be
 * theirs, as long as nobody has decided.
 */
import type { Sql } from "#platform";

/** Which of these persons are protected: by a source patient of theirs, or by one that is held apart and may be theirs. */
export async function readProtectedPersons(sql: Sql, personIds: readonly string[]): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const { rows } = await sql.query<{ person_id: string }>(
    `select l.person_id from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = any($1::uuid[]) and s.protected_address
     union select l.person_id from identity.link l join identity.review r on r.source_patient_id = l.source_patient_id and r.state = 'open' join identity.source_patient s on s.source_patient_id = r.other_source_patient_id where l.person_id = any($1::uuid[]) and s.protected_address
     union select l.person_id from identity.link l join identity.review r on r.other_source_patient_id = l.source_patient_id and r.state = 'open' join identity.source_patient s on s.source_patient_id = r.source_patient_id where l.person_id = any($1::uuid[]) and s.protected_address`,
    [[...personIds]],
  );
  return new Set(rows.map((row) => row.person_id));
}

/** What sources gave of where a person is, now and before: words to strike out of texts, and practices by ODS code. */
export type Whereabouts = { words: string[]; practices: string[] };

/** Of the source patients of a protected person, with those that may be theirs. Never given out: it is what must not be. */
export async function readWhereabouts(sql: Sql, sourcePatientIds: readonly string[]): Promise<Whereabouts> {
  const [now, before] = await Promise.all([
    sql.query<{ organisation: string; address: string[]; postcode: string | null; other_postcodes: string[]; phone: string | null; email: string | null; gp_practice: string | null }>(
      "select organisation, address, postcode, other_postcodes, phone, email, gp_practice from identity.source_patient where source_patient_id = any($1::uuid[])",
      [[...sourcePatientIds]],
    ),
    sql.query<{ kind: string; value: string }>("select kind, value from identity.said_before where source_patient_id = any($1::uuid[]) and kind in ('address', 'phone', 'gpPractice')", [[...sourcePatientIds]]),
  ]);
  const places = [...now.rows.flatMap((row) => [...row.address, row.postcode, ...row.other_postcodes, row.phone, row.email]), ...before.rows.filter((row) => row.kind !== "gpPractice").map((row) => row.value)];
  return {
    words: [...new Set(places.flatMap((each) => (each === null ? [] : placeWords(each))))],
    practices: [...new Set([...now.rows.flatMap((row) => [row.organisation, row.gp_practice ?? []].flat()), ...before.rows.flatMap((row) => (row.kind === "gpPractice" ? row.value : []))])],
  };
}

/** Too short a word would strike out what is no place: `1`, `Ash`. */
const SHORTEST = 4;

/** The parts of an address by which it is known: each line, with and without its house number. */
export function placeWords(text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  return [...new Set(parts.flatMap((part) => [part, part.replace(/^(?:flat\s+)?\d+\w?\s+(?=[a-z])/i, "")]))].filter((part) => part.length >= SHORTEST && (/[a-z]{3}/i.test(part) || /\d.*[a-z]|(?:\d\D*){6}/i.test(part)));
}
