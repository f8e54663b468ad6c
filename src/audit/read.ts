/** Reads entries. Whoever asks has checked that its reader may see them. */
import type { Actor } from "#decision";
import { isUuid, type Sql } from "#platform";
import type { AuditAction, AuditEntry, Channel } from "./entry.ts";

const COLUMNS = "person_id, entry_id, recorded, actor_id, actor_name, role, role_name, source_role, organisation, organisation_name, session_id, purpose, action, outcome, relationship, reason, policy, route, request_id, source_patients, shown, channel, decision_id";

type Row = { person_id: string; entry_id: string; recorded: Date; actor_id: string; actor_name: string; role: string; role_name: string; source_role: string; organisation: string; organisation_name: string; session_id: string; purpose: string; action: AuditAction; outcome: "allowed" | "refused"; relationship: string; reason: string | null; policy: string; route: string; request_id: string; source_patients: string[]; shown: string; channel: Channel | ""; decision_id: string | null };

function toEntry(row: Row): AuditEntry {
  const actor: Actor = { id: row.actor_id, name: row.actor_name, role: row.role, roleName: row.role_name, sourceRole: row.source_role, organisation: row.organisation, organisationName: row.organisation_name, sessionId: row.session_id };
  return {
    personId: row.person_id, entryId: row.entry_id, recorded: row.recorded, actor, actorId: actor.id, actorName: actor.name, role: actor.role, roleName: actor.roleName, organisation: actor.organisation, organisationName: actor.organisationName,
    purpose: row.purpose, action: row.action, outcome: row.outcome, relationship: row.relationship, relationshipWords: row.relationship, reason: row.reason, policy: row.policy, route: row.route, requestId: row.request_id,
    channel: row.channel, decisionId: row.decision_id, sourcePatients: row.source_patients, shown: JSON.parse(row.shown) as Record<string, unknown>,
  };
}

export type AuditPage = { limit: number; before?: Date };
const page = (options: AuditPage): [Date, number] => [options.before ?? new Date("9999-01-01"), Math.min(options.limit, 500)];

/** Accesses to one person, newest first. The caller has checked that its reader may see them (privacy officer, own organisation). */
export async function listByPerson(sql: Sql, personId: string, options: AuditPage): Promise<AuditEntry[]> {
  if (!isUuid(personId)) return [];
  const [before, limit] = page(options);
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry where person_id = $1 and recorded < $2 order by recorded desc, entry_id desc limit $3`, [personId, before, limit]);
  return rows.map(toEntry);
}

/** What one actor did, newest first. */
export async function listByActor(sql: Sql, actorId: string, options: AuditPage): Promise<AuditEntry[]> {
  const [before, limit] = page(options);
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry where actor_id = $1 and recorded < $2 order by recorded desc, entry_id desc limit $3`, [actorId, before, limit]);
  return rows.map(toEntry);
}

/** What an organisation's people did, newest first. */
export async function listRecent(sql: Sql, organisation: string, options: AuditPage): Promise<AuditEntry[]> {
  const [before, limit] = page(options);
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry where organisation = $1 and recorded < $2 order by recorded desc, entry_id desc limit $3`, [organisation, before, limit]);
  return rows.map(toEntry);
}

/** What is asked of an organisation's entries; `after`: the last entry of the page before. */
export type AuditSearch = { readonly organisation: string; readonly personId?: string; readonly actorId?: string; readonly from?: Date; readonly until?: Date; readonly outcome?: "allowed" | "refused"; readonly limit: number; readonly after?: { readonly recorded: Date; readonly entryId: string } };

/** Entries of what an organisation's people did, newest first, narrowed by what is given. The end of the time is not included. */
export async function searchEntries(sql: Sql, asked: AuditSearch): Promise<AuditEntry[]> {
  const where = ["organisation = $1"];
  const values: unknown[] = [asked.organisation];
  const narrow = (condition: (value: string) => string, value: unknown): void => void where.push(condition(`$${values.push(value)}`));
  if (asked.personId !== undefined) narrow((value) => `person_id = ${value}::uuid`, asked.personId);
  if (asked.actorId !== undefined) narrow((value) => `actor_id = ${value}`, asked.actorId);
  if (asked.from !== undefined) narrow((value) => `recorded >= ${value}`, asked.from);
  if (asked.until !== undefined) narrow((value) => `recorded < ${value}`, asked.until);
  if (asked.outcome !== undefined) narrow((value) => `outcome = ${value}`, asked.outcome);
  if (asked.after !== undefined) where.push(`(recorded, entry_id) < ($${values.push(asked.after.recorded)}, $${values.push(asked.after.entryId)}::uuid)`);
  values.push(Math.min(asked.limit, 500));
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry where ${where.join(" and ")} order by recorded desc, entry_id desc limit $${values.length}`, values);
  return rows.map(toEntry);
}

/** Openings of the present visit that are looked at: of a record that stays open on a screen for hours there are thousands. */
const MOST_OF_VISIT = 50;

/**
 * When the organisation's people last opened this person before a reader's present
 * visit, or `null`. The reader's own openings since `visit.since` are that visit:
 * coming back to the summary must not empty what changed since the one before.
 * A colleague's opening behind many of the reader's own is passed over, so that
 * too much is told as changed, never too little.
 */
export async function lastOpenedBy(sql: Sql, personId: string, organisation: string, visit: { readonly actorId: string; readonly since: Date; readonly now: Date }): Promise<Date | null> {
  const { rows } = await sql.query<{ last: Date | null }>(
    `select greatest(
       (select max(v.recorded) from (select recorded, actor_id from audit.entry where person_id = $1 and organisation = $2 and action = 'open' and outcome = 'allowed' and recorded < $3 and recorded >= $5 order by recorded desc limit ${MOST_OF_VISIT}) v where v.actor_id <> $4),
       (select recorded from audit.entry where person_id = $1 and organisation = $2 and action = 'open' and outcome = 'allowed' and recorded < least($3, $5) order by recorded desc limit 1)) as last`,
    [personId, organisation, visit.now, visit.actorId, visit.since],
  );
  return rows[0]?.last ?? null;
}

/** What an organisation's people printed and downloaded, newest first (ACC-13, AUD-08). */
export async function listPrints(sql: Sql, organisation: string, options: AuditPage): Promise<AuditEntry[]> {
  const [before, limit] = page(options);
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry where organisation = $1 and action in ('print', 'download') and recorded < $2 order by recorded desc, entry_id desc limit $3`, [organisation, before, limit]);
  return rows.map(toEntry);
}

/** How much records were used: counts by month and organisation, no person and no professional (ORG-03). */
export type Usage = { readonly month: string; readonly organisation: string; readonly opened: number; readonly people: number; readonly professionals: number };

/** Openings for direct care since a moment, by calendar month in a zone; newest month first. */
export async function countUsage(sql: Sql, since: Date, timeZone: string): Promise<Usage[]> {
  const { rows } = await sql.query<Usage>(
    `select to_char(recorded at time zone $2, 'YYYY-MM') as month, organisation, count(*)::int as opened, count(distinct person_id)::int as people, count(distinct actor_id)::int as professionals
       from audit.entry where recorded >= $1 and action = 'open' and outcome = 'allowed' and purpose = 'direct-care' group by 1, 2 order by 1 desc, 2`,
    [since, timeZone],
  );
  return rows;
}
