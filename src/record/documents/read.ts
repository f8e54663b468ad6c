/** The documents of an item and their words, for a reader with a decision. */
import type { AccessDecision } from "#decision";
import { refuse, type Refusal, type Sql } from "#platform";
import type { DocumentKind } from "#standards";
import { parseResourceId } from "../resource-id.ts";
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
