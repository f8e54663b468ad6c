/** Accesses as monitoring reads them: who, whom, when and what, without what was shown. */
import type { Sql } from "#platform";
import type { AuditAction } from "./entry.ts";

export type AccessLine = { readonly entryId: string; readonly personId: string; readonly recorded: Date; readonly actorId: string; readonly role: string; readonly organisation: string; readonly purpose: string; readonly action: AuditAction; readonly outcome: "allowed" | "refused"; readonly sections: readonly string[]; /** As the professional stated it. */ readonly reason: string | null };

const COLUMNS = "e.entry_id, e.person_id, e.recorded, e.actor_id, e.role, e.organisation, e.purpose, e.action, e.outcome, e.reason, e.shown";
type Row = { entry_id: string; person_id: string; recorded: Date; actor_id: string; role: string; organisation: string; purpose: string; action: AuditAction; outcome: "allowed" | "refused"; reason: string | null; shown: string };

function lineOf(row: Row): AccessLine {
  const { sections } = JSON.parse(row.shown) as { sections?: unknown };
  return { entryId: row.entry_id, personId: row.person_id, recorded: row.recorded, actorId: row.actor_id, role: row.role, organisation: row.organisation, purpose: row.purpose, action: row.action, outcome: row.outcome, reason: row.reason, sections: Array.isArray(sections) ? sections.map(String) : [] };
}

/** Accesses by staff of these organisations from a moment on, oldest first, up to `limit`. */
export async function listAccesses(sql: Sql, organisations: readonly string[], from: Date, until: Date, limit: number): Promise<AccessLine[]> {
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry e where e.organisation = any($1::text[]) and e.recorded >= $2 and e.recorded < $3 order by e.recorded, e.entry_id limit $4`, [organisations, from, until, limit]);
  return rows.map(lineOf);
}

/** Accesses to these persons in a span of time. */
export async function listAccessesToPersons(sql: Sql, personIds: readonly string[], from: Date, until: Date): Promise<AccessLine[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry e where e.person_id = any($1::uuid[]) and e.recorded >= $2 and e.recorded < $3 order by e.recorded, e.entry_id`, [personIds, from, until]);
  return rows.map(lineOf);
}

/** What these actors did in a span of time. */
export async function listAccessesByActors(sql: Sql, actorIds: readonly string[], from: Date, until: Date): Promise<AccessLine[]> {
  if (actorIds.length === 0) return [];
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from audit.entry e where e.actor_id = any($1::text[]) and e.recorded >= $2 and e.recorded < $3 order by e.recorded, e.entry_id`, [actorIds, from, until]);
  return rows.map(lineOf);
}

/** The last thing that each of these actors did before a moment. */
export async function listLastAccesses(sql: Sql, actorIds: readonly string[], before: Date): Promise<AccessLine[]> {
  if (actorIds.length === 0) return [];
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from unnest($1::text[]) as n(actor_id) cross join lateral (select * from audit.entry l where l.actor_id = n.actor_id and l.recorded < $2 order by l.recorded desc limit 1) e`, [actorIds, before]);
  return rows.map(lineOf);
}

/** Entries by person and id: both, since both are the key. */
export async function listAccessesById(sql: Sql, entries: readonly { readonly personId: string; readonly entryId: string }[]): Promise<AccessLine[]> {
  if (entries.length === 0) return [];
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from unnest($1::uuid[], $2::uuid[]) as n(person_id, entry_id) join audit.entry e using (person_id, entry_id) order by e.recorded, e.entry_id`, [entries.map((each) => each.personId), entries.map((each) => each.entryId)]);
  return rows.map(lineOf);
}

/** Acts that put a record in front of somebody: what a sample is drawn from. */
const SHOWING = ["open", "section", "item", "document", "print", "download", "export"];

/** The entries of an organisation's staff in a span of time, but for what its officers do to police them, with the least SHA-256 of seed, line feed and entry id, and how many there were. */
export async function drawEntries(sql: Sql, organisation: string, from: Date, until: Date, seed: string, size: number): Promise<{ population: number; entries: { entryId: string; personId: string }[] }> {
  const where = "organisation = $1 and recorded >= $2 and recorded < $3 and outcome = 'allowed' and purpose <> 'audit' and action = any($4::text[])";
  const [{ rows: counted }, { rows }] = await Promise.all([
    sql.query<{ count: number }>(`select count(*)::int as count from audit.entry where ${where}`, [organisation, from, until, SHOWING]),
    sql.query<{ entry_id: string; person_id: string }>(`select entry_id, person_id from audit.entry where ${where} order by sha256(convert_to($5 || chr(10) || entry_id::text, 'UTF8')) limit $6`, [organisation, from, until, SHOWING, seed, size]),
  ]);
  return { population: counted[0]!.count, entries: rows.map((row) => ({ entryId: row.entry_id, personId: row.person_id })) };
}

/** How often an organisation's staff acted for each purpose of use. */
export async function countPurposes(sql: Sql, organisation: string, from: Date, until: Date): Promise<{ purpose: string; count: number }[]> {
  const { rows } = await sql.query<{ purpose: string; count: number }>("select purpose, count(*)::int as count from audit.entry where organisation = $1 and recorded >= $2 and recorded < $3 group by purpose order by count(*) desc, purpose", [organisation, from, until]);
  return rows;
}
