/** Who was shown a source patient's data, whichever person it stood under at the time: for telling people that they saw a wrong record. */
import type { Sql } from "#platform";

/** A stay of a source patient under a person; entries of before and after it are not asked for. */
export type ViewedStay = { readonly sourcePatientId: string; readonly personId: string; readonly from: Date; readonly until: Date | null };

export type Viewer = { readonly actorId: string; readonly actorName: string; readonly roleName: string; readonly organisation: string; readonly organisationName: string; readonly times: number; readonly first: Date; readonly last: Date };

/** Acts that put data of a record in front of somebody. */
export const SHOWING = ["open", "digest", "section", "item", "document", "search", "print", "download", "export", "inbox", "acknowledge", "deliver"];

/**
 * Everyone to whom data of these source patients was shown during these stays, the
 * last first. Audit entries name the source patients shown, so that a merge or split
 * since then changes nothing about the answer.
 */
export async function listViewers(sql: Sql, stays: readonly ViewedStay[]): Promise<Viewer[]> {
  if (stays.length === 0) return [];
  const { rows } = await sql.query<{ actor_id: string; actor_name: string; role_name: string; organisation: string; organisation_name: string; times: number; first: Date; last: Date }>(
    `select e.actor_id, max(e.actor_name) as actor_name, max(e.role_name) as role_name, e.organisation, max(e.organisation_name) as organisation_name, count(distinct e.entry_id)::int as times, min(e.recorded) as first, max(e.recorded) as last
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) as n(source_patient_id, person_id, since, until)
     join audit.entry e on e.person_id = n.person_id and e.recorded >= n.since and e.recorded < coalesce(n.until, 'infinity') and n.source_patient_id = any(e.source_patients)
     where e.outcome = 'allowed' and e.action = any($5::text[]) group by e.actor_id, e.organisation order by max(e.recorded) desc, e.actor_id limit 500`,
    [stays.map((each) => each.sourcePatientId), stays.map((each) => each.personId), stays.map((each) => each.from), stays.map((each) => each.until), SHOWING],
  );
  return rows.map((row) => ({ actorId: row.actor_id, actorName: row.actor_name, roleName: row.role_name, organisation: row.organisation, organisationName: row.organisation_name, times: row.times, first: row.first, last: row.last }));
}
