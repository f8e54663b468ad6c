/**
 * Reading the record. Every function takes a decision and a transaction of the
 * pages' role that has opened the decision's source patients (`openRecord`), and
 * gives out only rows of its sections whose labels are all allowed; of a person
 * whose whereabouts are protected, without them (`whereabouts.ts`).
 */
import type { AccessDecision } from "#decision";
import { openSourcePatients, refuse, type Pool, type Refusal, type Sql } from "#platform";
import { analyteOf, parseJson, type Label, type Resource, type SectionId } from "#standards";
import { unpackBody } from "./body.ts";
import type { Entry, EntryLine } from "./entry.ts";
import { readRemoval } from "./removals.ts";
import { entryShown, resourceShown, struck } from "./whereabouts.ts";
import { parseResourceId, resourceId } from "./resource-id.ts";
import type { StatementKind } from "./statements.ts";
import { isSectionWithheld, unlessWithheld } from "./withheld.ts";

/** Runs reads of one person in one transaction under row-level security; all are issued at once and travel in one go. */
export function openRecord<T>(pages: Pool, decision: AccessDecision, work: (sql: Sql) => Promise<T>): Promise<T> {
  return pages.snapshot(work, decision.sourcePatientIds);
}

/** The same for reads of which one needs the answer of another. */
export function openRecordStepwise<T>(pages: Pool, decision: AccessDecision, work: (sql: Sql) => Promise<T>): Promise<T> {
  return pages.transaction((sql) => {
    openSourcePatients(sql, decision.sourcePatientIds).catch(() => undefined);
    return work(sql);
  });
}

/** The columns that make an `Entry`, of a row named `r`. */
export const COLUMNS = `r.source_patient_id, r.resource_key, r.type, r.section, r.version, r.sort_time, r.when_text, r.code_system, r.code, r.display, r.status, r.labels,
  r.organisation, r.author, r.recorded_text, r.received, r.feed, r.message_id, r.line`;
export type RowOf = {
  source_patient_id: string; resource_key: string; type: string; section: string; version: number; sort_time: Date | null; when_text: string | null; code_system: string | null; code: string | null;
  display: string; status: string; labels: Label[]; organisation: string; author: string | null; recorded_text: string | null; received: Date; feed: string; message_id: string; line: string;
};

export function toEntry(row: RowOf): Entry {
  return {
    id: resourceId(row.source_patient_id, row.resource_key), sourcePatientId: row.source_patient_id, type: row.type, section: row.section as SectionId, version: row.version, sortTime: row.sort_time,
    when: row.when_text, codeSystem: row.code_system, code: row.code, display: row.display, status: row.status, labels: row.labels, organisation: row.organisation, author: row.author,
    recorded: row.recorded_text, received: row.received, feed: row.feed, messageId: row.message_id, line: JSON.parse(row.line) as EntryLine,
  };
}

/** Rows asked for of one section. */
export type RowsQuery = {
  readonly section: SectionId;
  readonly limit: number;
  /** Only rows of these FHIR types. */
  readonly types?: readonly string[];
  /** Only rows that carry this label. */
  readonly label?: Label;
  /** All that is in force now on top of the newest `limit`: an old repeat medicine must not fall behind newer issues. */
  readonly current?: boolean;
  /** Cursor as `next` gave it. */
  readonly before?: string;
};

/** Rows of one query, newest first; totals count all that it selects, whoever holds them. */
export type Rows = {
  readonly section: SectionId;
  readonly total: number;
  readonly newest: Date | null;
  readonly entries: Entry[];
  readonly heldBy: { readonly sourcePatientId: string; readonly count: number; readonly newest: Date | null }[];
  readonly next: string | null;
};

/** Statuses of what is in force now; the partial index `resource_current` holds these. */
export const CURRENT = "('active', 'recurrence', 'relapse', 'on-hold', 'intended', 'in-progress', 'arrived', 'triaged', 'onleave', 'planned', 'waitlist', 'booked', 'pending', 'proposed', 'draft', 'accepted')";
const MOST_CURRENT = 500;
const NIL = "00000000-0000-0000-0000-000000000000";

/**
 * Rows of several sections in one round trip, in the order asked; a section
 * outside the decision gives nothing. A lateral limit a source patient and
 * section: 33 to 37 ms p95 for 20,000 entries, against 331 with a window
 * function (fhir-and-speed.md section 7, point 5).
 */
export async function readRows(sql: Sql, decision: AccessDecision, queries: readonly RowsQuery[]): Promise<Rows[]> {
  const asked = queries.map((query, n) => ({ n, query, cursor: readCursor(query.before) })).filter(({ query }) => decision.sections.has(query.section));
  const labels = [...decision.labels];
  const column = <T>(pick: (each: (typeof asked)[number]) => T): T[] => asked.map(pick);
  const [kept, keptCurrent] = [unlessWithheld(decision, 11), unlessWithheld(decision, 5)];
  const newest = sql.query<RowOf & { n: number }>(
    `select q.n, ${COLUMNS} from unnest($1::uuid[]) p(id)
     cross join unnest($2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::uuid[], $9::uuid[]) q(n, section, most, types, label, before, before_home, before_key)
     cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.section = q.section and r.labels <@ $10::text[]
       and (q.types is null or r.type = any(q.types::text[])) and (q.label is null or q.label = any(r.labels))
       and (q.before is null or coalesce(r.sort_time, '-infinity') < q.before or (coalesce(r.sort_time, '-infinity') = q.before and (r.source_patient_id, r.resource_key) > (q.before_home, q.before_key)))${kept.and}
       order by r.sort_time desc nulls last, r.resource_key limit q.most + 1) r`,
    [
      decision.sourcePatientIds, column((each) => each.n), column((each) => each.query.section), column((each) => each.query.limit), column((each) => (each.query.types ? textArray(each.query.types) : null)),
      column((each) => each.query.label ?? null), column((each) => each.cursor?.time ?? null), column((each) => each.cursor?.home ?? NIL), column((each) => each.cursor?.key ?? NIL), labels, ...kept.values,
    ],
  );
  const whole = asked.filter(({ query }) => query.current && !query.before);
  const current =
    whole.length === 0
      ? Promise.resolve({ rows: [] as (RowOf & { n: number })[] })
      : sql.query<RowOf & { n: number }>(
          `select q.n, ${COLUMNS} from unnest($1::uuid[]) p(id) cross join unnest($2::int[], $3::text[]) q(n, section)
           cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.section = q.section and r.labels <@ $4::text[]
             and r.status in ${CURRENT}${keptCurrent.and} order by r.sort_time desc nulls last limit ${MOST_CURRENT}) r`,
          [decision.sourcePatientIds, whole.map((each) => each.n), whole.map((each) => each.query.section), labels, ...keptCurrent.values],
        );
  const totals = readTotals(sql, decision, asked.map((each) => each.query));
  const entries = queries.map(() => new Map<string, Entry>());
  const [newestRows, currentRows, counted] = await Promise.all([newest, current, totals]);
  for (const row of newestRows.rows) {
    const entry = entryShown(toEntry(row), decision);
    entries[row.n]!.set(entry.id, entry);
  }
  const pages = queries.map((query, n) => {
    const sorted = [...entries[n]!.values()].sort(newestFirst);
    const shown = sorted.slice(0, query.limit);
    return { shown: new Map(shown.map((entry) => [entry.id, entry])), next: sorted.length > query.limit ? writeCursor(shown.at(-1)!) : null };
  });
  for (const row of currentRows.rows) {
    const entry = entryShown(toEntry(row), decision);
    pages[row.n]!.shown.set(entry.id, entry);
  }
  return queries.map((query, n) => {
    const held = counted.get(totalsKey(query)) ?? [];
    return {
      section: query.section,
      total: held.reduce((sum, each) => sum + each.count, 0),
      newest: held.reduce<Date | null>((latest, each) => (each.newest !== null && (latest === null || each.newest > latest) ? each.newest : latest), null),
      entries: [...pages[n]!.shown.values()].sort(newestFirst),
      heldBy: held,
      next: pages[n]!.next,
    };
  });
}

const totalsKey = (query: RowsQuery): string => `${query.section} ${query.types?.join() ?? ""} ${query.label ?? ""}`;

/** Counts by source patient; from the index alone where no type or label narrows. */
async function readTotals(sql: Sql, decision: AccessDecision, queries: readonly RowsQuery[]): Promise<Map<string, Rows["heldBy"]>> {
  const totals = new Map<string, { sourcePatientId: string; count: number; newest: Date | null }[]>();
  const add = (key: string, row: CountRow): void => void totals.set(key, [...(totals.get(key) ?? []), { sourcePatientId: row.source_patient_id, count: row.n, newest: row.newest }]);
  const plain = [...new Set(queries.filter((query) => !query.types && !query.label).map((query) => query.section))];
  const narrowed = new Map(queries.filter((query) => query.types || query.label).map((query) => [totalsKey(query), query]));
  type CountRow = { source_patient_id: string; section: string; n: number; newest: Date | null };
  const waiting: Promise<void>[] = [];
  const [kept, keptNarrowed] = [unlessWithheld(decision, 4), unlessWithheld(decision, 6)];
  if (plain.length > 0) {
    waiting.push(
      sql
        .query<CountRow>(
          // Lateral, so that each pair is an index-only scan: under row-level security the planner reads all rows of a person for the plain grouping.
          `select p.id as source_patient_id, s.section, r.n, r.newest from unnest($1::uuid[]) p(id) cross join unnest($2::text[]) s(section)
           cross join lateral (select count(*)::int as n, max(r.sort_time) as newest from record.resource r where r.source_patient_id = p.id and r.section = s.section and r.labels <@ $3::text[]${kept.and}) r where r.n > 0`,
          [decision.sourcePatientIds, plain, [...decision.labels], ...kept.values],
        )
        .then(({ rows }) => rows.forEach((row) => add(totalsKey({ section: row.section as SectionId, limit: 0 }), row))),
    );
  }
  for (const [key, query] of narrowed) {
    waiting.push(
      sql
        .query<CountRow>(
          `select r.source_patient_id, r.section, count(*)::int as n, max(r.sort_time) as newest from record.resource r
           where r.source_patient_id = any($1::uuid[]) and r.section = $2 and r.labels <@ $3::text[] and ($4::text is null or r.type = any($4::text[])) and ($5::text is null or $5 = any(r.labels))${keptNarrowed.and}
           group by r.source_patient_id, r.section`,
          [decision.sourcePatientIds, query.section, [...decision.labels], query.types ? textArray(query.types) : null, query.label ?? null, ...keptNarrowed.values],
        )
        .then(({ rows }) => rows.forEach((row) => add(key, row))),
    );
  }
  await Promise.all(waiting);
  return totals;
}

/** FHIR type names are words of a closed list: no quoting needed. */
const textArray = (values: readonly string[]): string => `{${values.filter((value) => /^[A-Za-z]+$/.test(value)).join(",")}}`;

/** `<sort time>_<id>`: names no person and no fact beyond what the page shows. */
const writeCursor = (entry: Entry): string => `${entry.sortTime?.toISOString() ?? ""}_${entry.id}`;
function readCursor(cursor: string | undefined): { time: string; home: string; key: string } | null {
  const match = /^([0-9TZ:.+-]*)_([0-9a-f]{64})$/.exec(cursor ?? "");
  const id = match ? parseResourceId(match[2]!) : null;
  if (!match || id === null || (match[1] !== "" && Number.isNaN(Date.parse(match[1]!)))) return null;
  return { time: match[1] === "" ? "-infinity" : match[1]!, home: id.sourcePatientId, key: id.resourceKey };
}

/** Newest clinical time first; undated rows last, by id so that the order never shifts. */
export function newestFirst(a: Entry, b: Entry): number {
  const [left, right] = [a.sortTime?.getTime() ?? -Infinity, b.sortTime?.getTime() ?? -Infinity];
  return left !== right ? (left < right ? 1 : -1) : a.id < b.id ? -1 : 1;
}

/** All values of the test that an entry belongs to (any code of its analyte, the same system and code, or the same words where it has none), newest first, with the true number. */
export async function readSameTest(sql: Sql, decision: AccessDecision, entry: Entry, limit: number): Promise<{ entries: Entry[]; total: number }> {
  if (!decision.sections.has(entry.section)) return { entries: [], total: 0 };
  const kept = unlessWithheld(decision, 9);
  const codings = analyteOf(entry.codeSystem, entry.code)?.codings ?? (entry.code === null ? null : [{ system: entry.codeSystem, code: entry.code }]);
  const { rows } = await sql.query<RowOf & { total: number }>(
    `select ${COLUMNS}, count(*) over ()::int as total from record.resource r where r.source_patient_id = any($1::uuid[]) and r.section = $2 and r.type = $3 and r.labels <@ $4::text[]
       and (case when $5::text[] is null then r.code is null and lower(r.display) = lower($6) else exists (select 1 from unnest($7::text[], $5::text[]) c(system, code) where c.code = r.code and c.system is not distinct from r.code_system) end)${kept.and}
     order by r.sort_time desc nulls last, r.resource_key limit $8`,
    [decision.sourcePatientIds, entry.section, entry.type, [...decision.labels], codings?.map(({ code }) => code) ?? null, entry.display, codings?.map(({ system }) => system) ?? null, limit, ...kept.values],
  );
  return { entries: rows.map((row) => entryShown(toEntry(row), decision)), total: rows[0]?.total ?? 0 };
}

/** What these entries said before, by id and newest first: the versions that a correction took the place of. */
export async function readEarlier(sql: Sql, decision: AccessDecision, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Entry[]>> {
  const keys = ids.flatMap((id) => parseResourceId(id) ?? []).filter((key) => decision.sourcePatientIds.includes(key.sourcePatientId));
  if (keys.length === 0) return new Map();
  const kept = unlessWithheld(decision, 5);
  const { rows } = await sql.query<RowOf>(
    `select ${COLUMNS} from unnest($1::uuid[], $2::uuid[]) k(home, key) join record.resource_history r on r.source_patient_id = k.home and r.resource_key = k.key
     where r.section = any($3::text[]) and r.labels <@ $4::text[]${kept.and} order by r.version desc`,
    [keys.map((key) => key.sourcePatientId), keys.map((key) => key.resourceKey), [...decision.sections], [...decision.labels], ...kept.values],
  );
  return Map.groupBy(rows.map((row) => entryShown(toEntry(row), decision)), (entry) => entry.id);
}

/** Sections in which something that follows a referral may stand. */
const FOLLOWING_SECTIONS: readonly SectionId[] = ["requested-actions", "appointments", "contacts", "admissions", "discharges", "services", "documents", "results"];

/** Rows that say what they follow: what came of referrals, newest first, at most `limit`. */
export async function readFollowing(sql: Sql, decision: AccessDecision, limit: number): Promise<Entry[]> {
  const kept = unlessWithheld(decision, 5);
  const { rows } = await sql.query<RowOf>(
    `select ${COLUMNS} from record.resource r where r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[] and r.line like '%"follows":%'${kept.and}
     order by r.sort_time desc nulls last, r.resource_key limit $4`,
    [decision.sourcePatientIds, FOLLOWING_SECTIONS.filter((section) => decision.sections.has(section)), [...decision.labels], limit, ...kept.values],
  );
  return rows.map((row) => entryShown(toEntry(row), decision));
}

/** Rows that arrived after a moment, newest arrival first, at most `limit`. */
export async function readArrivedSince(sql: Sql, decision: AccessDecision, since: Date, limit: number): Promise<Entry[]> {
  const kept = unlessWithheld(decision, 6);
  const { rows } = await sql.query<RowOf>(
    `select ${COLUMNS} from unnest($1::uuid[]) p(id) cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.received > $4
       and r.section = any($2::text[]) and r.labels <@ $3::text[]${kept.and} order by r.received desc limit $5) r order by r.received desc, r.resource_key limit $5`,
    [decision.sourcePatientIds, [...decision.sections], [...decision.labels], since, limit, ...kept.values],
  );
  return rows.map((row) => entryShown(toEntry(row), decision));
}

/** One row that arrived, told by nothing but its place. */
export type Arrival = { readonly id: string; readonly version: number; readonly section: SectionId };

/** What arrived since a moment and may be shown: which rows and versions, at most `limit`, newest arrival first. */
export async function readArrivals(sql: Sql, decision: AccessDecision, since: Date, limit: number): Promise<Arrival[]> {
  const kept = unlessWithheld(decision, 6);
  const { rows } = await sql.query<{ source_patient_id: string; resource_key: string; version: number; section: SectionId }>(
    `select p.id as source_patient_id, r.resource_key, r.version, r.section from unnest($1::uuid[]) p(id) cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.received > $4
       and r.section = any($2::text[]) and r.labels <@ $3::text[]${kept.and} order by r.received desc limit $5) r order by r.received desc, r.resource_key limit $5`,
    [decision.sourcePatientIds, [...decision.sections], [...decision.labels], since, limit, ...kept.values],
  );
  return rows.map((row) => ({ id: resourceId(row.source_patient_id, row.resource_key), version: row.version, section: row.section }));
}

/** Rows of one source patient that the word is made of: after a first load of thousands the newest tell that more came. */
const MOST_IN_WORD = 100;

/** One word of what arrived since a moment and may be shown: changes when a row comes, changes or goes. */
export async function readArrivalsWord(sql: Sql, decision: AccessDecision, since: Date): Promise<string> {
  const kept = unlessWithheld(decision, 5);
  const { rows } = await sql.query<{ word: string }>(
    `select count(*) || ' ' || coalesce(sum(r.version), 0) || ' ' || coalesce(extract(epoch from max(r.received)), 0) as word from unnest($1::uuid[]) p(id)
     cross join lateral (select * from record.resource r where r.source_patient_id = p.id and r.received > $4 and r.section = any($2::text[]) and r.labels <@ $3::text[]${kept.and} order by r.received desc limit ${MOST_IN_WORD}) r`,
    [decision.sourcePatientIds, [...decision.sections], [...decision.labels], since, ...kept.values],
  );
  return rows[0]!.word;
}

export type SourceStatement = { sourcePatientId: string; section: SectionId; kind: StatementKind; text: string; received: Date };

/** What the sources said about whole sections, of the sections that the reader may see. */
export async function readStatements(sql: Sql, decision: AccessDecision): Promise<SourceStatement[]> {
  const { rows } = await sql.query<{ source_patient_id: string; section: SectionId; kind: StatementKind; text: string; received: Date }>(
    "select source_patient_id, section, kind, text, received from record.source_statement where source_patient_id = any($1::uuid[]) and section = any($2::text[])",
    [decision.sourcePatientIds, [...decision.sections]],
  );
  return rows.filter((row) => !isSectionWithheld(decision, row.source_patient_id, row.section)).map((row) => ({ sourcePatientId: row.source_patient_id, section: row.section, kind: row.kind, text: struck(row.text, decision.hiddenWhereabouts), received: row.received }));
}

export type ItemVersion = { version: number; received: Date; messageId: string; status: string; display: string; when: string | null; line: EntryLine };
export type StoredItem = { entry: Entry; resource: Resource; versions: ItemVersion[] };

/** One item with its body and its earlier versions; not-found where it does not exist or may not be seen: the two look alike; gone where its source has taken it back. */
export async function readItem(sql: Sql, decision: AccessDecision, id: string): Promise<StoredItem | Refusal> {
  const missing = refuse("not-found", "record.no-item", "There is no such entry in the part of the record that you can see.");
  const key = parseResourceId(id);
  if (key === null || !decision.sourcePatientIds.includes(key.sourcePatientId)) return missing;
  const kept = unlessWithheld(decision, 5);
  const [found, history, removal] = await Promise.all([
    sql.query<RowOf & { bytes: Buffer; chunk_index: number }>(
      `select ${COLUMNS}, r.chunk_index, c.bytes from record.resource r join record.body_chunk c using (source_patient_id, chunk_id)
       where r.source_patient_id = $1 and r.resource_key = $2 and r.section = any($3::text[]) and r.labels <@ $4::text[]${kept.and}`,
      [key.sourcePatientId, key.resourceKey, [...decision.sections], [...decision.labels], ...kept.values],
    ),
    sql.query<RowOf>(
      `select ${COLUMNS} from record.resource_history r where r.source_patient_id = $1 and r.resource_key = $2 and r.section = any($3::text[]) and r.labels <@ $4::text[]${kept.and} order by r.version desc`,
      [key.sourcePatientId, key.resourceKey, [...decision.sections], [...decision.labels], ...kept.values],
    ),
    readRemoval(sql, decision, id),
  ]);
  const row = found.rows[0];
  if (row === undefined) {
    if (removal === null) return missing;
    const { display, organisation, removed, section } = removal;
    return refuse("gone", "record.item-removed", `The source has taken this entry back: "${display}" was removed at its source on ${removed.toISOString().slice(0, 10)}, by ${organisation}. What was sent is kept.`, { display, organisation, removed: removed.toISOString(), section });
  }
  const stored = toEntry(row);
  return {
    entry: entryShown(stored, decision),
    resource: resourceShown(parseJson(unpackBody(row.bytes, row.chunk_index)) as Resource, stored, decision),
    // Names of before stand on the details page, from identity, which knows of sealed ones; earlier versions of a Patient would tell them.
    versions: (row.type === "Patient" ? [] : history.rows).map((each) => {
      const then = entryShown(toEntry(each), decision);
      return { version: then.version, received: then.received, messageId: then.messageId, status: then.status, display: then.display, when: then.when, line: then.line };
    }),
  };
}

/** How much of a feed is in the store: current resources and directory items by FHIR type, and earlier versions. Numbers alone, so no decision is asked for. */
export type FeedCounts = { resources: Record<string, number>; directory: Record<string, number>; earlierVersions: number };

export async function countFeed(sql: Sql, feed: string): Promise<FeedCounts> {
  const [resources, directory, history] = await Promise.all([
    sql.query<{ type: string; n: number }>("select type, count(*)::int as n from record.resource where feed = $1 group by type order by type", [feed]),
    sql.query<{ type: string; n: number }>("select type, count(*)::int as n from record.directory where feed = $1 group by type order by type", [feed]),
    sql.query<{ n: number }>("select count(*)::int as n from record.resource_history where feed = $1", [feed]),
  ]);
  const byType = (rows: readonly { type: string; n: number }[]): Record<string, number> => Object.fromEntries(rows.map((row) => [row.type, row.n]));
  return { resources: byType(resources.rows), directory: byType(directory.rows), earlierVersions: history.rows[0]!.n };
}

export type StoredOfMessage = { id: string; sourcePatientId: string; type: string; section: SectionId; display: string; version: number; /** A later message has said otherwise. */ isEarlier: boolean };

/** What one message became, of the source patients that it names. Intake's role alone may ask, for one who has read the message's bytes for a reason. */
export async function readStoredOfMessage(sql: Sql, sourcePatientIds: readonly string[], feed: string, messageIds: readonly string[]): Promise<StoredOfMessage[]> {
  const { rows } = await sql.query<{ source_patient_id: string; resource_key: string; type: string; section: string; display: string; version: number; earlier: boolean }>(
    `select source_patient_id, resource_key, type, section, display, version, false as earlier from record.resource where source_patient_id = any($1::uuid[]) and feed = $2 and message_id = any($3::uuid[])
     union all select source_patient_id, resource_key, type, section, display, version, true from record.resource_history where source_patient_id = any($1::uuid[]) and feed = $2 and message_id = any($3::uuid[])
     order by section, type, display, version`,
    [[...sourcePatientIds], feed, [...messageIds]],
  );
  return rows.map((row) => ({ id: resourceId(row.source_patient_id, row.resource_key), sourcePatientId: row.source_patient_id, type: row.type, section: row.section as SectionId, display: row.display, version: row.version, isEarlier: row.earlier }));
}

/** Whose data a message brought, for the audit entry of one who reads its bytes. */
export async function sourcePatientsOfMessage(sql: Sql, feed: string, messageId: string): Promise<string[]> {
  const { rows } = await sql.query<{ source_patient_id: string }>(
    "select source_patient_id from record.resource where feed = $1 and message_id = $2 union select source_patient_id from record.resource_history where feed = $1 and message_id = $2",
    [feed, messageId],
  );
  return rows.map((row) => row.source_patient_id);
}
