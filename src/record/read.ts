/**
 * Reading the record. Every function takes a decision and a transaction of the
 * pages' role that has opened the decision's source patients (`openRecord`), and
 * gives out only rows of its sections whose labels are all allowed.
 */
import type { AccessDecision } from "#decision";
import { openSourcePatients, refuse, type Pool, type Refusal, type Sql } from "#platform";
import { isSectionId, type Label, type Resource, type SectionId } from "#standards";
import { unpackBody } from "./body.ts";
import type { Entry, EntryLine } from "./entry.ts";
import { parseResourceId, resourceId } from "./resource-id.ts";
import type { StatementKind } from "./write.ts";

/** Runs reads of one person in one transaction under row-level security. */
export function openRecord<T>(pages: Pool, decision: AccessDecision, work: (sql: Sql) => Promise<T>): Promise<T> {
  return pages.transaction((sql) => {
    openSourcePatients(sql, decision.sourcePatientIds).catch(() => undefined);
    return work(sql);
  });
}

export type SectionRows = { section: SectionId; total: number; entries: Entry[]; newest: Date | null };

const COLUMNS = `r.source_patient_id, r.resource_key, r.type, r.section, r.version, r.sort_time, r.when_text, r.code_system, r.code, r.display, r.status, r.labels,
  r.organisation, r.author, r.recorded_text, r.received, r.feed, r.message_id, r.line`;
type RowOf = {
  source_patient_id: string; resource_key: string; type: string; section: string; version: number; sort_time: Date | null; when_text: string | null; code_system: string | null; code: string | null;
  display: string; status: string; labels: Label[]; organisation: string; author: string | null; recorded_text: string | null; received: Date; feed: string; message_id: string; line: string;
};

function toEntry(row: RowOf): Entry {
  return {
    id: resourceId(row.source_patient_id, row.resource_key), sourcePatientId: row.source_patient_id, type: row.type, section: row.section as SectionId, version: row.version, sortTime: row.sort_time,
    when: row.when_text, codeSystem: row.code_system, code: row.code, display: row.display, status: row.status, labels: row.labels, organisation: row.organisation, author: row.author,
    recorded: row.recorded_text, received: row.received, feed: row.feed, messageId: row.message_id, line: JSON.parse(row.line) as EntryLine,
  };
}

/** Sections that the summary shows whole: nothing that protects may fall behind a limit. */
const WHOLE: ReadonlySet<SectionId> = new Set(["allergies", "alerts", "end-of-life", "legal-information", "safeguarding", "individual-requirements", "contingency-plans", "risks", "gp-practice", "person-demographics", "personal-contacts"]);
const NEWEST = 15;
const MOST = 500;
const CURRENT = "('active', 'recurrence', 'relapse', 'on-hold', 'intended', 'in-progress', 'arrived', 'triaged', 'onleave', 'planned', 'waitlist', 'booked', 'pending', 'proposed', 'draft', 'accepted')";

/**
 * The rows of the summary: for each allowed section the newest 15 and all that
 * are current (all rows of the protecting sections), with the true total.
 * A lateral limit a source patient and section: 33 to 37 ms p95 for 20,000
 * entries, against 331 with a window function (fhir-and-speed.md section 7).
 */
export async function readSummary(sql: Sql, decision: AccessDecision): Promise<SectionRows[]> {
  const sections = [...decision.sections];
  const limits = sections.map((section) => (WHOLE.has(section) ? MOST : NEWEST));
  const labels = [...decision.labels];
  const [newest, current, totals] = await Promise.all([
    sql.query<RowOf>(
      `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join unnest($2::text[], $3::int[]) s(section, most)
       cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.section = s.section and r.labels <@ $4::text[]
         order by r.sort_time desc nulls last, r.resource_key limit s.most) r`,
      [decision.sourcePatientIds, sections, limits, labels],
    ),
    sql.query<RowOf>(
      `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.section = any($2::text[])
         and r.status in ${CURRENT} and r.labels <@ $3::text[] order by r.section, r.sort_time desc nulls last limit ${MOST}) r`,
      [decision.sourcePatientIds, sections.filter((section) => !WHOLE.has(section) && CURRENT_SECTIONS.has(section)), labels],
    ),
    readTotals(sql, decision),
  ]);
  const bySection = new Map<SectionId, Map<string, Entry>>(sections.map((section) => [section, new Map()]));
  for (const row of [...newest.rows, ...current.rows]) {
    const entry = toEntry(row);
    bySection.get(entry.section)?.set(entry.id, entry);
  }
  return sections.map((section) => ({
    section,
    total: totals.get(section)?.total ?? 0,
    newest: totals.get(section)?.newest ?? null,
    entries: [...bySection.get(section)!.values()].sort(newestFirst),
  }));
}
/** Sections where "current" is a thing of its own on the summary. */
const CURRENT_SECTIONS: ReadonlySet<SectionId> = new Set(["medicines", "problems", "admissions", "services", "referrals", "appointments", "care-plan", "additional-plans", "contacts", "equipment", "pregnancy"]);

/** Newest clinical time first; undated rows last, by id so that the order never shifts. */
export function newestFirst(a: Entry, b: Entry): number {
  const difference = (b.sortTime?.getTime() ?? -Infinity) - (a.sortTime?.getTime() ?? -Infinity);
  return difference !== 0 && !Number.isNaN(difference) ? difference : a.id < b.id ? -1 : 1;
}

/** How many rows each allowed section has, and the newest clinical time: from the index alone. */
export async function readTotals(sql: Sql, decision: AccessDecision): Promise<Map<SectionId, { total: number; newest: Date | null }>> {
  const { rows } = await sql.query<{ section: string; total: number; newest: Date | null }>(
    `select section, count(*)::int as total, max(sort_time) as newest from record.resource r
     where r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[] group by section`,
    [decision.sourcePatientIds, [...decision.sections], [...decision.labels]],
  );
  return new Map(rows.filter((row) => isSectionId(row.section)).map((row) => [row.section as SectionId, { total: row.total, newest: row.newest }]));
}

/** Where a list page goes on: the sort time and id of the last row shown. */
export type Keyset = { sortTime: Date | null; id: string };

/** One page of the rows of some sections, newest first, with the true total. Sections outside the decision give nothing. */
export async function readSections(sql: Sql, decision: AccessDecision, sections: readonly SectionId[], page: { limit: number; before?: Keyset }): Promise<{ entries: Entry[]; total: number; next: Keyset | null }> {
  const allowed = sections.filter((section) => decision.sections.has(section));
  if (allowed.length === 0) return { entries: [], total: 0, next: null };
  const before = page.before ? parseResourceId(page.before.id) : null;
  const beforeTime = page.before ? (page.before.sortTime?.toISOString() ?? "-infinity") : "infinity";
  const [found, totals] = await Promise.all([
    sql.query<RowOf>(
      `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
       cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.section = s.section and r.labels <@ $3::text[]
         and (coalesce(r.sort_time, '-infinity') < $4::timestamptz or (coalesce(r.sort_time, '-infinity') = $4::timestamptz and (r.source_patient_id, r.resource_key) > ($5::uuid, $6::uuid)))
         order by r.sort_time desc nulls last, r.resource_key limit $7) r`,
      [decision.sourcePatientIds, allowed, [...decision.labels], beforeTime, before?.sourcePatientId ?? NIL, before?.resourceKey ?? NIL, page.limit + 1],
    ),
    readTotals(sql, decision),
  ]);
  const entries = found.rows.map(toEntry).sort(newestFirst);
  const shown = entries.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    entries: shown,
    total: allowed.reduce((sum, section) => sum + (totals.get(section)?.total ?? 0), 0),
    next: entries.length > page.limit && last ? { sortTime: last.sortTime, id: last.id } : null,
  };
}
const NIL = "00000000-0000-0000-0000-000000000000";

/** All values of one code in one section, oldest first: a result's trend. */
export async function readByCode(sql: Sql, decision: AccessDecision, section: SectionId, code: string, limit = 2000): Promise<Entry[]> {
  if (!decision.sections.has(section)) return [];
  const { rows } = await sql.query<RowOf>(
    `select ${COLUMNS} from record.resource r where r.source_patient_id = any($1::uuid[]) and r.section = $2 and (r.code = $3 or r.display = $3) and r.labels <@ $4::text[]
     order by r.sort_time desc nulls last limit $5`,
    [decision.sourcePatientIds, section, code, [...decision.labels], limit],
  );
  return rows.map(toEntry).reverse();
}

/** Rows that arrived after a moment, newest arrival first, with the true number. */
export async function readArrivedSince(sql: Sql, decision: AccessDecision, since: Date, limit: number): Promise<{ entries: Entry[]; total: number; bySection: Map<SectionId, number> }> {
  const parameters = [decision.sourcePatientIds, [...decision.sections], [...decision.labels], since];
  const where = "r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[] and r.received > $4";
  const [rows, counts] = await Promise.all([
    sql.query<RowOf>(`select ${COLUMNS} from record.resource r where ${where} order by r.received desc, r.resource_key limit $5`, [...parameters, limit]),
    sql.query<{ section: SectionId; total: number }>(`select r.section, count(*)::int as total from record.resource r where ${where} group by r.section`, parameters),
  ]);
  const bySection = new Map(counts.rows.map((row) => [row.section, row.total]));
  return { entries: rows.rows.map(toEntry), total: counts.rows.reduce((sum, row) => sum + row.total, 0), bySection };
}

export type SourceStatement = { sourcePatientId: string; section: SectionId; kind: StatementKind; text: string; received: Date };

/** What the sources said about whole sections, of the sections that the reader may see. */
export async function readStatements(sql: Sql, decision: AccessDecision): Promise<SourceStatement[]> {
  const { rows } = await sql.query<{ source_patient_id: string; section: SectionId; kind: StatementKind; text: string; received: Date }>(
    "select source_patient_id, section, kind, text, received from record.source_statement where source_patient_id = any($1::uuid[]) and section = any($2::text[])",
    [decision.sourcePatientIds, [...decision.sections]],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, section: row.section, kind: row.kind, text: row.text, received: row.received }));
}

export type ItemVersion = { version: number; received: Date; messageId: string; status: string; display: string; when: string | null; line: EntryLine };
export type StoredItem = { entry: Entry; resource: Resource; versions: ItemVersion[] };

/** One item with its body and its earlier versions; not-found where it does not exist or may not be seen: the two look alike. */
export async function readItem(sql: Sql, decision: AccessDecision, id: string): Promise<StoredItem | Refusal> {
  const missing = refuse("not-found", "record.no-item", "There is no such entry in the part of the record that you can see.");
  const key = parseResourceId(id);
  if (key === null || !decision.sourcePatientIds.includes(key.sourcePatientId)) return missing;
  const [found, history] = await Promise.all([
    sql.query<RowOf & { bytes: Buffer; chunk_index: number }>(
      `select ${COLUMNS}, r.chunk_index, c.bytes from record.resource r join record.body_chunk c using (source_patient_id, chunk_id)
       where r.source_patient_id = $1 and r.resource_key = $2 and r.section = any($3::text[]) and r.labels <@ $4::text[]`,
      [key.sourcePatientId, key.resourceKey, [...decision.sections], [...decision.labels]],
    ),
    sql.query<RowOf>(
      `select ${COLUMNS} from record.resource_history r where r.source_patient_id = $1 and r.resource_key = $2 and r.section = any($3::text[]) and r.labels <@ $4::text[] order by r.version desc`,
      [key.sourcePatientId, key.resourceKey, [...decision.sections], [...decision.labels]],
    ),
  ]);
  const row = found.rows[0];
  if (row === undefined) return missing;
  return {
    entry: toEntry(row),
    resource: JSON.parse(unpackBody(row.bytes, row.chunk_index)) as Resource,
    versions: history.rows.map((each) => ({ version: each.version, received: each.received, messageId: each.message_id, status: each.status, display: each.display, when: each.when_text, line: JSON.parse(each.line) as EntryLine })),
  };
}
