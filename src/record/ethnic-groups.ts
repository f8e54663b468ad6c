import type { Sql } from "#platform";

/**
 * How many source patients say which ethnic category, in the sources' words: counts
 * alone, for reports on unequal error. Wants the intake role, since no decision about
 * a person is behind it. Of the given source patients, or of all where `null`.
 */
export async function countByEthnicGroup(sql: Sql, sourcePatientIds: readonly string[] | null, organisation: string | null): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ value: string; n: number }>(
    `select lower(trim(r.line::jsonb ->> 'value')) as value, count(distinct r.source_patient_id)::int as n from record.resource r
     where r.type = 'Basic' and r.section = 'person-demographics' and r.labels @> '{ethnicity}' and ($1::uuid[] is null or r.source_patient_id = any($1)) and ($2::text is null or r.organisation = $2)
     group by 1 having coalesce(trim(lower(trim(r.line::jsonb ->> 'value'))), '') <> ''`,
    [sourcePatientIds, organisation],
  );
  return new Map(rows.map((row) => [row.value, row.n]));
}
