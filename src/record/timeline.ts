/**
 * The record along time: what lies in a period, newest first and only so many, what
 * began before and still stands in it, and how many there are in each part of it, so
 * that 20,000 readings are clusters and not 20,000 rows. Filtered before anything is counted.
 */
import type { AccessDecision } from "#decision";
import type { Sql } from "#platform";
import type { SectionId } from "#standards";
import type { Entry } from "./entry.ts";
import { COLUMNS, CURRENT, newestFirst, toEntry, type RowOf } from "./read.ts";
import { entryShown } from "./whereabouts.ts";
import { unlessWithheld } from "./withheld.ts";

/** What there is of a section at a source patient, whatever the period. */
export type Held = { readonly section: SectionId; readonly sourcePatientId: string; readonly count: number; readonly undated: number; readonly first: Date | null; readonly last: Date | null };

/** All that the reader may see of these sections, counted from the index alone. */
export async function readHeld(sql: Sql, decision: AccessDecision, sections: readonly SectionId[]): Promise<Held[]> {
  const asked = sections.filter((section) => decision.sections.has(section));
  const kept = unlessWithheld(decision, 4);
  const { rows } = await sql.query<{ section: SectionId; source_patient_id: string; n: number; undated: number; first: Date | null; last: Date | null }>(
    `select p.id as source_patient_id, s.section, r.* from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
     cross join lateral (select count(*)::int as n, (count(*) - count(r.sort_time))::int as undated, min(r.sort_time) as first, max(r.sort_time) as last from record.resource r
       where r.source_patient_id = p.id and r.section = s.section and r.labels <@ $3::text[]${kept.and}) r where r.n > 0`,
    [decision.sourcePatientIds, asked, [...decision.labels], ...kept.values],
  );
  return rows.map((row) => ({ section: row.section, sourcePatientId: row.source_patient_id, count: row.n, undated: row.undated, first: row.first, last: row.last }));
}

export type PeriodQuery = {
  readonly sections: readonly SectionId[];
  /** Sections whose entries last: one that began before the period may stand in it. */
  readonly lasting: readonly SectionId[];
  /** Of the decision's, those of the organisations that were chosen. */
  readonly sourcePatientIds: readonly string[];
  /** The first instant of the period, and the first after it. */
  readonly from: Date;
  readonly until: Date;
  /** Only what came here after this. */
  readonly receivedAfter: Date | null;
  /** Into how many parts the period is cut for counting. */
  readonly parts: number;
  /** Rows of a section at a source patient. */
  readonly limit: number;
};

/** Entries of one part of the period, counted. `part` counts from 0. */
export type Counted = { readonly section: SectionId; readonly sourcePatientId: string; readonly part: number; readonly count: number; readonly first: Date; readonly last: Date };

export type Period = {
  /** With a date in the period, the newest of each section and source patient. */
  readonly entries: readonly Entry[];
  /** Began before the period and stands still, or ended in it or after. */
  readonly earlier: readonly Entry[];
  readonly counts: readonly Counted[];
};

/** What lies in a period; all in one round trip. */
export async function readPeriod(sql: Sql, decision: AccessDecision, query: PeriodQuery): Promise<Period> {
  const homes = query.sourcePatientIds.filter((id) => decision.sourcePatientIds.includes(id));
  const sections = query.sections.filter((section) => decision.sections.has(section));
  const lasting = query.lasting.filter((section) => sections.includes(section));
  const labels = [...decision.labels];
  const [kept, keptEarlier, keptCounts] = [unlessWithheld(decision, 8), unlessWithheld(decision, 8), unlessWithheld(decision, 8)];
  const arrived = "($6::timestamptz is null or r.received > $6)";
  const of = "r.source_patient_id = p.id and r.section = s.section and r.labels <@ $3::text[]";
  const [entries, earlier, counts] = await Promise.all([
    sql.query<RowOf>(
      `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
       cross join lateral (select * from record.resource r where ${of} and r.sort_time >= $4 and r.sort_time < $5 and ${arrived}${kept.and} order by r.sort_time desc nulls last, r.resource_key limit $7) r`,
      [homes, sections, labels, query.from, query.until, query.receivedAfter, query.limit, ...kept.values],
    ),
    sql.query<RowOf>(
      `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
       cross join lateral (select * from record.resource r where ${of} and r.sort_time < $4 and (r.status in ${CURRENT} or substring(r.line from '"end":"([^"]+)"') >= $5) and ${arrived}${keptEarlier.and} order by r.sort_time desc nulls last, r.resource_key limit $7) r`,
      [homes, lasting, labels, query.from, query.from.toISOString().slice(0, 10), query.receivedAfter, query.limit, ...keptEarlier.values],
    ),
    sql.query<{ section: SectionId; source_patient_id: string; part: number; n: number; first: Date; last: Date }>(
      `select p.id as source_patient_id, s.section, r.* from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
       cross join lateral (select least(width_bucket(extract(epoch from r.sort_time), extract(epoch from $4::timestamptz), extract(epoch from $5::timestamptz), $7::int), $7::int) - 1 as part, count(*)::int as n, min(r.sort_time) as first, max(r.sort_time) as last
         from record.resource r where ${of} and r.sort_time >= $4 and r.sort_time < $5 and ${arrived}${keptCounts.and} group by 1) r`,
      [homes, sections, labels, query.from, query.until, query.receivedAfter, query.parts, ...keptCounts.values],
    ),
  ]);
  const shown = (rows: readonly RowOf[]): Entry[] => rows.map((row) => entryShown(toEntry(row), decision)).sort(newestFirst);
  return {
    entries: shown(entries.rows),
    earlier: shown(earlier.rows),
    counts: counts.rows.map((row) => ({ section: row.section, sourcePatientId: row.source_patient_id, part: row.part, count: row.n, first: row.first, last: row.last })),
  };
}
