/** The documents of an item and their words, for a reader with a decision. */
import type { AccessDecision } from "#decision";
import { refuse, type Refusal, type Sql } from "#platform";
import type { DocumentKind } from "#standards";
import { parseResourceId, resourceId } from "../resource-id.ts";
import { NOT_SHOWN } from "../whereabouts.ts";
import { unlessWithheld } from "../withheld.ts";

export type TextState = "waiting" | "read" | "no-text" | "not-read";

/** A document of a resource's current version. */
export type ItemDocument = { readonly place: string; readonly hash: string; readonly size: number; readonly statedType: string; readonly kind: DocumentKind; readonly title: string | null; readonly inBody: boolean; readonly textState: TextState; readonly textWhy: string | null; readonly pages: number | null };

type Row = { place: string; hash: string; size: number; stated_type: string; kind: DocumentKind; title: string | null; in_body: boolean; text_state: TextState; text_why: string | null; pages: number | null };

/**
 * In the order of their places; none where the reader may not see the item. Refuses with
 * `record.whereabouts` where the reader may not know where the person is, whether or not
 * there are documents: letter heads and texts say it, and nobody can vouch for one that it does not.
 */
export async function readItemDocuments(sql: Sql, decision: AccessDecision, id: string): Promise<ItemDocument[] | Refusal> {
  if (decision.hiddenWhereabouts !== null) return refuse("forbidden", "record.whereabouts", NOT_SHOWN);
  const key = parseResourceId(id);
  if (key === null || !decision.sourcePatientIds.includes(key.sourcePatientId)) return [];
  const kept = unlessWithheld(decision, 5);
  const { rows } = await sql.query<Row>(
    `select d.place, encode(d.hash, 'hex') as hash, d.size, d.stated_type, d.kind, d.title, d.in_body, d.text_state, d.text_why, d.pages from record.resource r join record.document d using (source_patient_id, resource_key, message_id)
     where r.source_patient_id = $1 and r.resource_key = $2 and r.section = any($3::text[]) and r.labels <@ $4::text[]${kept.and} order by length(d.place), d.place`,
    [key.sourcePatientId, key.resourceKey, [...decision.sections], [...decision.labels], ...kept.values],
  );
  return rows.map((row) => ({ place: row.place, hash: row.hash, size: row.size, statedType: row.stated_type, kind: row.kind, title: row.title, inBody: row.in_body, textState: row.text_state, textWhy: row.text_why, pages: row.pages }));
}

/** The words of a document, a text a page; empty where it has not been read. */
export async function readDocumentText(sql: Sql, decision: AccessDecision, id: string, hash: string): Promise<string[]> {
  const key = parseResourceId(id);
  if (decision.hiddenWhereabouts !== null || key === null || !decision.sourcePatientIds.includes(key.sourcePatientId) || !/^[0-9a-f]{64}$/.test(hash)) return [];
  if (decision.withheld?.items.includes(key.resourceKey) === true) return [];
  const { rows } = await sql.query<{ text: string }>("select text from record.document_text where source_patient_id = $1 and hash = decode($2, 'hex') order by page", [key.sourcePatientId, hash]);
  return rows.map((row) => row.text);
}

export type DocumentHit = { readonly id: string; readonly place: string; readonly page: number; /** Some words around the first place that agrees. */ readonly excerpt: string };

/**
 * Documents of the opened record that hold all of the words, in any order and
 * any case; newest first. Within one person's documents a plain search is fast
 * enough, and it finds parts of words and odd spellings of doses.
 * `unread` counts the documents that could not be searched: silence is not "none". Of a
 * person whose whereabouts this reader may not know none is searched: a hit would tell.
 */
export async function findInDocuments(sql: Sql, decision: AccessDecision, words: readonly string[], limit: number): Promise<{ hits: DocumentHit[]; unread: number }> {
  const wanted = words.map((word) => word.trim()).filter((word) => word !== "").slice(0, 10);
  if (wanted.length === 0) return { hits: [], unread: 0 };
  const patterns = wanted.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
  const [kept, keptUnread] = [unlessWithheld(decision, 7), unlessWithheld(decision, 5)];
  const [found, unread] = await Promise.all([
    sql.query<{ source_patient_id: string; resource_key: string; place: string; page: number; text: string }>(
      `select r.source_patient_id, r.resource_key, d.place, t.page, t.text from record.resource r join record.document d using (source_patient_id, resource_key, message_id) join record.document_text t using (source_patient_id, hash)
       where r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[] and t.text ilike all($4::text[]) and not $6${kept.and} order by r.sort_time desc nulls last, r.resource_key, t.page limit $5`,
      [decision.sourcePatientIds, [...decision.sections], [...decision.labels], patterns, limit, decision.hiddenWhereabouts !== null, ...kept.values],
    ),
    sql.query<{ n: number }>(
      `select count(*)::int as n from record.resource r join record.document d using (source_patient_id, resource_key, message_id)
       where r.source_patient_id = any($1::uuid[]) and r.section = any($2::text[]) and r.labels <@ $3::text[] and (d.text_state <> 'read' or $4)${keptUnread.and}`,
      [decision.sourcePatientIds, [...decision.sections], [...decision.labels], decision.hiddenWhereabouts !== null, ...keptUnread.values],
    ),
  ]);
  return { hits: found.rows.map((row) => ({ id: resourceId(row.source_patient_id, row.resource_key), place: row.place, page: row.page, excerpt: excerptOf(row.text, wanted[0]!) })), unread: unread.rows[0]!.n };
}

function excerptOf(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word.toLowerCase()));
  const [from, to] = [Math.max(0, at - 80), Math.min(text.length, at + word.length + 120)];
  return `${from > 0 ? "…" : ""}${text.slice(from, to).replace(/\s+/g, " ").trim()}${to < text.length ? "…" : ""}`;
}
