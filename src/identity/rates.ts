/**
 * How well linking works, measured by what people decided: which links they had to
 * make, which they had to take back, how many doubts they were asked about. Counts
 * of source patients by group, so that errors that fall on some groups more than on
 * others can be seen. Sealed identities count nowhere; who lives under protection
 * counts in no place.
 */
import type { Sql } from "#platform";

export type LinkOutcome = "reviewed" | "missed" | "wrong";

/** `number`, `match`, `source`, `person`: links to somebody else by their kind; `open`: doubts that wait. */
export type LinkTotals = { readonly records: number; readonly number: number; readonly match: number; readonly source: number; readonly person: number };

/**
 * The source patients on whom people had to work. `reviewed`: a doubt was raised
 * about them; `missed`: a named person linked what the product had not; `wrong`: a
 * named person took them out of, or took back, what the product had linked. What was
 * itself taken back later counts as neither.
 * @param organisation only its own source patients; `null`: everybody's
 */
export async function readOutcomes(sql: Sql, organisation: string | null): Promise<Record<LinkOutcome, string[]>> {
  const { rows } = await sql.query<{ outcome: LinkOutcome; ids: string[] }>(
    `with acted as (
       select j.* from identity.relink_journal j where j.actor not like 'system:%' and j.kind in ('merge', 'person', 'split', 'undo')
         and not exists (select 1 from identity.relink_journal u where u.source_patient_id = j.source_patient_id and u.undoes = j.journal_id)),
     found as (
       select 'missed' as outcome, source_patient_id from acted where kind in ('merge', 'person')
       union select 'wrong', a.source_patient_id from acted a where a.kind = 'split' and exists (select 1 from identity.relink_journal k where k.to_person = a.from_person and k.kind in ('number', 'match') and k.journal_id < a.journal_id)
       union select 'wrong', a.source_patient_id from acted a join identity.relink_journal k on k.source_patient_id = a.source_patient_id and k.journal_id = a.undoes where a.kind = 'undo' and k.kind in ('number', 'match')
       union select 'reviewed', source_patient_id from identity.review where state <> 'lapsed'
       union select 'reviewed', other_source_patient_id from identity.review where state <> 'lapsed')
     select f.outcome, array_agg(distinct f.source_patient_id::text) as ids from found f join identity.source_patient s using (source_patient_id)
     where not s.sealed and ($1::text is null or s.organisation = $1) group by f.outcome`,
    [organisation],
  );
  const of = (outcome: LinkOutcome): string[] => rows.find((row) => row.outcome === outcome)?.ids ?? [];
  return { reviewed: of("reviewed"), missed: of("missed"), wrong: of("wrong") };
}

export type GroupCount = { readonly dimension: "organisation" | "age" | "district"; readonly value: string } & LinkTotals;

/** Counts by organisation, age band and postcode district; of the given source patients, or of all where `null`. Scans them: a report, not a page of care. */
export async function countByGroup(sql: Sql, ids: readonly string[] | null, organisation: string | null, now: Date): Promise<GroupCount[]> {
  const { rows } = await sql.query<{ organisation: string | null; age: string | null; district: string | null; which: number; records: number; number: number; match: number; source: number; person: number }>(
    `select organisation, age, district, grouping(organisation, age, district) as which, count(*)::int as records, count(*) filter (where kind = 'number')::int as number, count(*) filter (where kind = 'match')::int as match,
       count(*) filter (where kind = 'source')::int as source, count(*) filter (where kind = 'person')::int as person
     from (select s.organisation, l.kind,
         case when exists (select 1 from identity.link m join identity.source_patient p on p.source_patient_id = m.source_patient_id where m.person_id = s.person_id and p.protected_address) then null else nullif(upper(split_part(trim(s.postcode), ' ', 1)), '') end as district,
         case when s.date_of_birth is null then 'not known' else (case when years < 1 then '0' when years < 5 then '1 to 4' when years < 16 then '5 to 15' when years < 25 then '16 to 24' when years < 45 then '25 to 44' when years < 65 then '45 to 64' when years < 80 then '65 to 79' else '80 and over' end) end as age
       from identity.source_patient s join identity.link l on l.person_id = s.person_id and l.source_patient_id = s.source_patient_id
       cross join lateral (select extract(year from age($3::timestamptz, s.date_of_birth::timestamptz)) as years) y
       where s.active and not s.sealed and ($1::uuid[] is null or s.source_patient_id = any($1)) and ($2::text is null or s.organisation = $2)) each
     group by grouping sets ((organisation), (age), (district))`,
    [ids, organisation, now],
  );
  // grouping() sets a bit for each column that a set leaves out.
  return rows.flatMap(({ which, organisation: odsCode, age, district, ...totals }) => {
    const [dimension, value] = which === 3 ? (["organisation", odsCode] as const) : which === 5 ? (["age", age] as const) : (["district", district] as const);
    return value === null ? [] : [{ dimension, value, ...totals }];
  });
}
