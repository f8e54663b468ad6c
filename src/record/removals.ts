/**
 * What sources took back (RET-01): enough to say that something was removed,
 * when and by whom, to a reader who might have seen the thing itself.
 */
import type { AccessDecision } from "#decision";
import type { Sql } from "#platform";
import type { Label, SectionId } from "#standards";
import { parseResourceId, resourceId } from "./resource-id.ts";
import { unlessWithheld } from "./withheld.ts";
import { organisationShown, struck } from "./whereabouts.ts";

/** An item that is here no more. `removed` is the source's own time, or that of the message where it gave none. */
export type Removal = { readonly id: string; readonly sourcePatientId: string; readonly organisation: string; readonly type: string; readonly section: SectionId; readonly labels: readonly Label[]; readonly display: string; readonly removed: Date };

type RowOf = { source_patient_id: string; resource_key: string; organisation: string; type: string; section: string; labels: Label[]; display: string; removed: Date };

/** Removals given out at most; a file that takes back more is told of by its newest. */
export const MOST_REMOVALS = 1000;

/**
 * The last versions of items that are gone and have not come back. The reader must
 * be allowed every version that the removal left: an item whose label was set by
 * its last version must not show itself by an earlier one, nor be counted.
 */
const GONE = `select distinct on (h.source_patient_id, h.resource_key) h.source_patient_id, h.resource_key, h.organisation, h.type, h.section, h.labels, h.display, h.removed
  from record.resource_history h where h.removed is not null
  and not exists (select 1 from record.resource r where r.source_patient_id = h.source_patient_id and r.resource_key = h.resource_key)
  and not exists (select 1 from record.resource_history x where x.source_patient_id = h.source_patient_id and x.resource_key = h.resource_key and x.removed is not null
    and not (x.labels <@ $2::text[] and x.section = any($3::text[])))`;

/** What was removed since a moment, newest first. */
export async function readRemovals(sql: Sql, decision: AccessDecision, sections: readonly SectionId[], since: Date): Promise<Removal[]> {
  const asked = sections.filter((section) => decision.sections.has(section));
  if (asked.length === 0) return [];
  const kept = unlessWithheld(decision, 7, "h");
  const { rows } = await sql.query<RowOf>(
    `select * from (${GONE}${kept.and} and h.source_patient_id = any($1::uuid[]) and h.removed >= $4 order by h.source_patient_id, h.resource_key, h.version desc) g where g.section = any($5::text[]) order by g.removed desc, g.resource_key limit $6`,
    [decision.sourcePatientIds, [...decision.labels], [...decision.sections], since, asked, MOST_REMOVALS, ...kept.values],
  );
  return rows.map((row) => toRemoval(row, decision));
}

/** The removal of one item; `null` where it is here, never was, or may not be known of. */
export async function readRemoval(sql: Sql, decision: AccessDecision, id: string): Promise<Removal | null> {
  const key = parseResourceId(id);
  if (key === null || !decision.sourcePatientIds.includes(key.sourcePatientId)) return null;
  const kept = unlessWithheld(decision, 5, "h");
  const { rows } = await sql.query<RowOf>(`${GONE}${kept.and} and h.source_patient_id = $1 and h.resource_key = $4 order by h.source_patient_id, h.resource_key, h.version desc`, [key.sourcePatientId, [...decision.labels], [...decision.sections], key.resourceKey, ...kept.values]);
  return rows[0] === undefined ? null : toRemoval(rows[0], decision);
}

function toRemoval(row: RowOf, { hiddenWhereabouts: hidden }: AccessDecision): Removal {
  return { id: resourceId(row.source_patient_id, row.resource_key), sourcePatientId: row.source_patient_id, organisation: organisationShown(row.organisation, hidden), type: row.type, section: row.section as SectionId, labels: row.labels, display: struck(row.display, hidden), removed: row.removed };
}
