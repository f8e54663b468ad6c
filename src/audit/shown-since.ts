/** What of one person was put in front of somebody since a moment: for checking that what a person forbade was not shown. */
import type { Sql } from "#platform";
import type { AuditAction } from "./index.ts";
import { SHOWING } from "./viewers.ts";

export type ShownEntry = { readonly entryId: string; readonly recorded: Date; readonly actorName: string; readonly organisation: string; readonly organisationName: string; readonly purpose: string; readonly action: AuditAction; readonly policy: string; readonly route: string; readonly sourcePatients: readonly string[]; readonly sections: readonly string[] };

const MOST = 10_000;

/** The entries of the person, the first first; `isCut` where there are more than are given. */
export async function listShownSince(sql: Sql, personId: string, since: Date): Promise<{ readonly entries: readonly ShownEntry[]; readonly isCut: boolean }> {
  const { rows } = await sql.query<{ entry_id: string; recorded: Date; actor_name: string; organisation: string; organisation_name: string; purpose: string; action: AuditAction; policy: string; route: string; source_patients: string[]; shown: string }>(
    `select entry_id, recorded, actor_name, organisation, organisation_name, purpose, action, policy, route, source_patients, shown from audit.entry
     where person_id = $1 and recorded >= $2 and outcome = 'allowed' and action = any($3::text[]) order by recorded, entry_id limit ${MOST + 1}`,
    [personId, since, SHOWING],
  );
  const entries = rows.slice(0, MOST).map((row) => {
    const { sections } = JSON.parse(row.shown) as { sections?: unknown };
    return { entryId: row.entry_id, recorded: row.recorded, actorName: row.actor_name, organisation: row.organisation, organisationName: row.organisation_name, purpose: row.purpose, action: row.action, policy: row.policy, route: row.route, sourcePatients: row.source_patients, sections: Array.isArray(sections) ? sections.map(String) : [] };
  });
  return { entries, isCut: rows.length > MOST };
}
