/**
 * Finding words in a record: rows by what they say, documents by what is written
 * in them. Filtered by the decision before anything is counted. Where whereabouts
 * are protected, each row is asked once more as this reader sees it, so that a
 * search for a street finds nothing; documents, of which nobody can vouch for the
 * words, are then not searched at all.
 *
 * Matched in PostgreSQL against the words beside each row (migration 0420): 20,000 rows take 15 ms there;
 * as regular expressions over the rows' texts they took 130 to 560 ms, and 250 ms when all were read and matched here.
 */
import type { AccessDecision } from "#decision";
import type { Sql } from "#platform";
import { SearchMatcher, searchQueries, type SearchWord, type SectionId } from "#standards";
import type { Entry } from "./entry.ts";
import { COLUMNS, newestFirst, toEntry, type RowOf } from "./read.ts";
import { entryShown } from "./whereabouts.ts";
import { unlessWithheld } from "./withheld.ts";

/** Sections whose hits are told together, newest first. */
export type SearchGroup = {
  readonly sections: readonly SectionId[];
  /** Values of one test are one hit with their number: a trend is what somebody looks for, not 4,000 lines. */
  readonly byTest: boolean;
};

/** The newest of `count` entries that are told as one. */
export type EntryHit = { readonly entry: Entry; readonly count: number };

/** Hits of one group: `entries` agree, told in `lines`, of which the newest are in `hits`. `more`: there may be more than were looked through. */
export type EntryHits = { readonly entries: number; readonly lines: number; readonly hits: readonly EntryHit[]; readonly more: boolean };

/** Rows of a group that are asked once more, where whereabouts are protected. */
export const MOST_CHECKED = 2000;

type HitRow = RowOf & { g: number; n: number; lines: number; entries: number };

/** Who wrote an entry, as its source names them, and in which role. */
const WRITER = `to_tsvector('simple', translate(coalesce(r.author, '') || ' ' || coalesce(substring(r.line from '"professionalRole":"([^"]*)"'), ''), '/,.', '   '))`;
const writerOf = ({ author, line }: Entry): string => `${author ?? ""} ${line.professionalRole ?? ""}`;

/** What is asked for: entries in which all of `words` are, written by whom `writer` fits; one of them may be empty. */
export type SearchAsked = { readonly words: readonly SearchWord[]; readonly writer: readonly SearchWord[] };

/** The condition on a row `r`, with its values from a placeholder on; everything in it is letters and digits (`searchQueries`). */
function asksOf({ words, writer }: SearchAsked, from: number): { readonly and: string; readonly values: readonly string[] } {
  const parts = [...(words.length === 0 ? [] : [{ column: "r.words", query: searchQueries(words) }]), ...(writer.length === 0 ? [] : [{ column: WRITER, query: searchQueries(writer) }])];
  return { and: parts.map(({ column }, index) => ` and ${column} @@ $${from + index}::tsquery`).join(""), values: parts.map(({ query }) => query.join(" & ")) };
}

/** Entries that agree, by group in the order asked; a section outside the decision gives nothing. */
export async function searchEntries(sql: Sql, decision: AccessDecision, search: SearchAsked, groups: readonly SearchGroup[], limit: number): Promise<EntryHits[]> {
  const nothing: EntryHits = { entries: 0, lines: 0, hits: [], more: false };
  if (search.words.length === 0 && search.writer.length === 0) return groups.map(() => nothing);
  const asks = asksOf(search, 7);
  const checked = decision.hiddenWhereabouts !== null;
  const asked = groups.flatMap((group, g) => group.sections.filter((section) => decision.sections.has(section)).map((section) => ({ g, section, byTest: group.byTest && !checked })));
  const kept = unlessWithheld(decision, 7 + asks.values.length);
  const { rows } = await sql.query<HitRow>(
    `with hit as materialized (
       select r.source_patient_id, r.resource_key, r.sort_time, s.g, case when s.by_test and r.type = 'Observation' then r.section || ' ' || coalesce(r.code_system || '|' || r.code, lower(r.display)) else r.resource_key::text end as one
       from unnest($2::text[], $3::int[], $4::bool[]) s(section, g, by_test) join record.resource r on r.section = s.section
       where r.source_patient_id = any($1::uuid[]) and r.labels <@ $5::text[]${asks.and}${kept.and}
     ), line as (
       select distinct on (g, one) g, source_patient_id, resource_key, sort_time, count(*) over (partition by g, one)::int as n from hit order by g, one, sort_time desc nulls last, resource_key
     ), ranked as (
       select *, row_number() over (partition by g order by sort_time desc nulls last, resource_key) as place, count(*) over (partition by g)::int as lines, sum(n) over (partition by g)::int as entries from line
     )
     select k.g, k.n, k.lines, k.entries, ${COLUMNS} from ranked k cross join lateral (select * from record.resource r where r.source_patient_id = k.source_patient_id and r.resource_key = k.resource_key) r
     where k.place <= $6`,
    [decision.sourcePatientIds, asked.map((each) => each.section), asked.map((each) => each.g), asked.map((each) => each.byTest), [...decision.labels], checked ? MOST_CHECKED : limit, ...asks.values, ...kept.values],
  );
  const byGroup = Map.groupBy(rows, (row) => row.g);
  return groups.map((group, g) => {
    const mine = byGroup.get(g) ?? [];
    if (mine.length === 0) return nothing;
    if (checked) return checkedHits(mine, decision, search, group, limit);
    const hits = mine.map((row) => ({ entry: toEntry(row), count: row.n })).sort((a, b) => newestFirst(a.entry, b.entry));
    return { entries: mine[0]!.entries, lines: mine[0]!.lines, hits, more: false };
  });
}

/** Only rows that still agree as this reader sees them; the count is made of these. */
function checkedHits(rows: readonly HitRow[], decision: AccessDecision, { words, writer }: SearchAsked, group: SearchGroup, limit: number): EntryHits {
  const [said, by] = [words, writer].map((each) => (each.length === 0 ? null : new SearchMatcher(each)));
  const entries = rows.map((row) => entryShown(toEntry(row), decision)).filter((entry) => (said?.isIn(textOf(entry)) ?? true) && (by?.isIn(writerOf(entry)) ?? true)).sort(newestFirst);
  const lines = [...Map.groupBy(entries, (entry) => (group.byTest && entry.type === "Observation" ? `${entry.section} ${entry.code === null ? entry.display.toLowerCase() : `${entry.codeSystem ?? ""}|${entry.code}`}` : entry.id)).values()];
  return { entries: entries.length, lines: lines.length, hits: lines.slice(0, limit).map((all) => ({ entry: all[0]!, count: all.length })), more: rows.length === MOST_CHECKED };
}

/** The words of a row as the column `words` has them. */
function textOf({ display, author, code, when, line }: Entry): string {
  return [display, author, code, when?.slice(0, 10), ...valuesOf(line)].filter((part) => part !== null && part !== undefined).join(" ");
}

const valuesOf = (value: unknown): string[] => (typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesOf) : []);

/** A page of a document that agrees with most of the words. */
export type DocumentHit = { readonly entry: Entry; /** Place of the document among those of its entry. */ readonly part: number; readonly page: number; readonly pages: number; /** All of the page's words. */ readonly text: string };

/** Entries with a document that agrees: `documents` of them, the newest in `hits`; `alsoByRow` are documents that their own line finds too; `unread` could not be searched by their words: silence is not "none". */
export type DocumentHits = { readonly documents: number; readonly alsoByRow: number; readonly hits: readonly DocumentHit[]; readonly unread: number };

/**
 * Documents in which all of the words are, on whichever page, or in what their entry says, and at least one on a page; newest first.
 * Of each the page with most of the words.
 */
export async function searchDocuments(sql: Sql, decision: AccessDecision, { words, writer }: SearchAsked, limit: number): Promise<DocumentHits> {
  if (words.length === 0) return { documents: 0, alsoByRow: 0, hits: [], unread: 0 };
  const by = asksOf({ words: [], writer }, 7);
  const [kept, keptUnread] = [unlessWithheld(decision, 7 + by.values.length), unlessWithheld(decision, 5)];
  const hidden = decision.hiddenWhereabouts !== null;
  const from = "record.resource r join record.document d using (source_patient_id, resource_key, message_id)";
  const allowed = "r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[]";
  const [found, unread] = await Promise.all([
    sql.query<RowOf & { documents: number; also: number; part: number; page: number; pages: number; text: string }>(
      `with hit as materialized (
         select distinct on (r.source_patient_id, r.resource_key) r.source_patient_id, r.resource_key, r.sort_time, d.place, d.hash, r.section = 'documents' and not exists (select 1 from unnest($4::tsquery[]) w(one) where not r.words @@ w.one) as by_row from ${from}
         where ${allowed} and d.text_state = 'read' and not $6${by.and}${kept.and}
           and not exists (select 1 from unnest($4::tsquery[]) w(one) where not r.words @@ w.one and not exists (select 1 from record.document_text t where t.source_patient_id = r.source_patient_id and t.hash = d.hash and t.words @@ w.one))
           and exists (select 1 from record.document_text t, unnest($4::tsquery[]) w(one) where t.source_patient_id = r.source_patient_id and t.hash = d.hash and t.words @@ w.one)
         order by r.source_patient_id, r.resource_key, length(d.place), d.place
       ), newest as (
         select *, count(*) over ()::int as documents, count(*) filter (where by_row) over ()::int as also from hit order by sort_time desc nulls last, resource_key limit $5
       )
       select n.documents, n.also, t.page, t.pages, t.text, (select count(*)::int from record.document o where o.source_patient_id = r.source_patient_id and o.resource_key = r.resource_key and o.message_id = r.message_id and (length(o.place), o.place) < (length(n.place), n.place)) as part, ${COLUMNS}
       from newest n
       cross join lateral (select * from record.resource r where r.source_patient_id = n.source_patient_id and r.resource_key = n.resource_key) r
       cross join lateral (select t.page, t.text, count(*) over ()::int as pages from record.document_text t where t.source_patient_id = n.source_patient_id and t.hash = n.hash
         order by (select count(*) from unnest($4::tsquery[]) w(one) where t.words @@ w.one) desc, t.page limit 1) t`,
      [decision.sourcePatientIds, [...decision.sections], [...decision.labels], searchQueries(words), limit, hidden, ...by.values, ...kept.values],
    ),
    sql.query<{ n: number }>(`select count(*)::int as n from ${from} where ${allowed} and (d.text_state <> 'read' or $4)${keptUnread.and}`, [decision.sourcePatientIds, [...decision.sections], [...decision.labels], hidden, ...keptUnread.values]),
  ]);
  const hits = found.rows.map((row) => ({ entry: toEntry(row), part: row.part, page: row.page, pages: row.pages, text: row.text })).sort((a, b) => newestFirst(a.entry, b.entry));
  return { documents: found.rows[0]?.documents ?? 0, alsoByRow: found.rows[0]?.also ?? 0, hits, unread: unread.rows[0]!.n };
}
