/** Who may be meant: candidate search by keys, the same for a registration and for a question (`$match`). No table is ever read whole. */
import type { Sql } from "#platform";
import type { Matcher } from "./match/index.ts";
import type { LinkKind } from "./links.ts";
import { matchRecordOf } from "./match-record.ts";
import { toSourcePatient, type Row } from "./rows.ts";
import { numberOf, type Demographics, type SourcePatient } from "./source-patient.ts";

/** The keys under which a source patient is looked for, and the version of the specification that made them. */
export type CandidateKeys = { readonly version: number; readonly keys: readonly bigint[] };
export const NO_KEYS: CandidateKeys = { version: 0, keys: [] };

/** The keys of a source patient; none of a sealed identity, and none without a specification. */
export function keysOf(matcher: Matcher | null, each: SourcePatient): CandidateKeys {
  return matcher === null || each.sealed ? NO_KEYS : { version: matcher.spec.keys.version, keys: matcher.keys(matcher.prepare(matchRecordOf(each))) };
}

/** The keys of someone of these demographics, for who loads many at once. */
export function keysOfRecord(matcher: Matcher, d: Demographics): bigint[] {
  return matcher.keys(matcher.prepare(matchRecordOf({ ...d, ...numberOf(d), tracedNumber: null, traceOutcome: null })));
}

/** Brings the keys of a source patient up to date. */
export function writeKeys(sql: Sql, sourcePatientId: string, before: CandidateKeys, now: CandidateKeys): Promise<unknown>[] {
  const [had, has] = [new Set(before.keys), new Set(now.keys)];
  const [gone, come] = [[...had].filter((key) => !has.has(key)), [...has].filter((key) => !had.has(key))];
  return [
    ...(gone.length > 0 ? [sql.query("delete from identity.candidate_key where candidate_key = any($1::bigint[]) and source_patient_id = $2", [gone.map(String), sourcePatientId])] : []),
    ...(come.length > 0 ? [sql.query("insert into identity.candidate_key (candidate_key, source_patient_id, keys_version) select key, $2, $3 from unnest($1::bigint[]) as n(key) on conflict do nothing", [come.map(String), sourcePatientId, now.version])] : []),
  ];
}

/** By what somebody is looked for: keys, numbers, and the person that a source patient belongs to already; `but` is left out. */
export type Sought = { readonly keys: readonly bigint[]; readonly numbers?: readonly string[]; readonly own?: string | null; readonly but?: string };

/**
 * Everybody who may be meant, each person whole, in one statement: who shares a
 * narrow key, who carries one of the numbers or a number that means the same, and
 * the own person. A key that more than the specification's cap share (a hostel's
 * postcode, a very common name) says nothing and is passed over: the keys beside it
 * are narrower. Sealed identities are nobody's.
 */
export async function readAlike(sql: Sql, matcher: Matcher | null, { keys, numbers = [], own = null, but }: Sought): Promise<(SourcePatient & { linkKind: LinkKind })[]> {
  if (keys.length === 0 && numbers.length === 0 && own === null) return [];
  const { rows } = await sql.query<Row & { link_kind: LinkKind }>(
    `with found as materialized (
       select f.candidate_key, f.source_patient_id from unnest($1::bigint[]) as n(key)
       cross join lateral (select k.candidate_key, k.source_patient_id from identity.candidate_key k where k.candidate_key = n.key limit $2) f),
     alike as materialized (
       select source_patient_id from found where candidate_key in (select candidate_key from found group by candidate_key having count(*) < $2)
       union select k.source_patient_id from identity.nhs_number_key k where k.nhs_number = any(array(
         select unnest($3::text[]) union select a.current_number from identity.number_alias a where a.nhs_number = any($3) union select a.nhs_number from identity.number_alias a where a.current_number = any($3)
         union select b.nhs_number from identity.number_alias a join identity.number_alias b on b.current_number = a.current_number where a.nhs_number = any($3)))),
     person as materialized (
       select s.person_id from identity.source_patient s where s.source_patient_id = any(array(select source_patient_id from alike)) and not s.sealed union select $4::uuid where $4::uuid is not null)
     select s.*, l.kind as link_kind from identity.link l join identity.source_patient s on s.source_patient_id = l.source_patient_id
     where l.person_id = any(array(select person_id from person)) and not s.sealed and ($5::uuid is null or s.source_patient_id <> $5) order by s.organisation, s.local_id, s.source_patient_id`,
    [keys.map(String), (matcher?.spec.keys.cap ?? 0) + 1, [...numbers], own, but ?? null],
  );
  return rows.map((row) => ({ ...toSourcePatient(row), linkKind: row.link_kind }));
}
