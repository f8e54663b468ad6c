/** Documents at the store's door: bytes first, rows after, so that no row names what is not there. */
import type { DocumentStore, Sql } from "#platform";
import { detectKind, readDocument, blocksText, typeAgrees, type DocumentKind, type Resource } from "#standards";
import { setAside, type FoundDocument } from "./set-aside.ts";

/** What stands in `record.document` of one document; its words where they could be read at once. */
export type DocumentRow = Omit<FoundDocument, "bytes"> & { readonly kind: DocumentKind; readonly size: number; readonly text: { readonly state: "waiting" | "read" | "no-text" | "not-read"; readonly why: string | null; readonly words: string | null } };

/** What somebody should know of a document: its type lies, or it cannot be read. */
export type DocumentFinding = { readonly code: "feeds.document-type" | "feeds.document-data"; readonly why: string; readonly place: string };

let store: DocumentStore | null = null;

/** Where this process keeps documents; until it is called they stay in the bodies of their resources, and no row names them. */
export function keepDocumentsIn(where: DocumentStore | null): void {
  store = where;
}

/**
 * Takes the documents out of a resource and keeps them. Resolves when all are
 * durable; throws `DocumentStoreUnavailable` where the store is away, before
 * anything of the message was written. What was kept for a message that then
 * failed is nobody's, and goes with the next sweep.
 */
export async function keepDocuments(resource: Resource, binary: (url: string) => Resource | undefined): Promise<{ resource: Resource; documents: readonly DocumentRow[]; findings: readonly DocumentFinding[] }> {
  if (store === null) return { resource, documents: [], findings: [] };
  const aside = setAside(resource, binary);
  if (aside.documents.length === 0 && aside.unreadable.length === 0) return { resource, documents: [], findings: [] };
  const findings: DocumentFinding[] = aside.unreadable.map((each) => ({ code: "feeds.document-data", why: each.why, place: placeOf(resource, each.place) }));
  const documents: DocumentRow[] = [];
  for (const { bytes, ...found } of aside.documents) {
    const kind = detectKind(bytes);
    if (!typeAgrees(found.statedType, kind)) findings.push({ code: "feeds.document-type", why: `the document is said to be ${found.statedType.slice(0, 80) || "of no type"}, its content is ${kind === "unknown" ? "something else" : kind}: shown by its content`, place: placeOf(resource, found.place) });
    if (!found.inBody) await store.put(bytes);
    documents.push({ ...found, kind, size: bytes.length, text: textAtOnce(kind, found, bytes) });
  }
  return { resource: aside.resource, documents, findings };
}

const placeOf = (resource: Resource, place: string): string => `${resource.resourceType}${place === "" ? "" : `.${place}`}`;

/** What needs no time is settled at once: small texts are read, images hold no words. The worker reads the rest. */
function textAtOnce(kind: DocumentKind, found: Omit<FoundDocument, "bytes">, bytes: Buffer): DocumentRow["text"] {
  if (kind === "png" || kind === "jpeg" || kind === "gif" || kind === "tiff") return { state: "no-text", why: "a picture", words: null };
  if (kind === "empty") return { state: "no-text", why: "the document is empty", words: null };
  if (kind === "docx" || kind === "zip" || kind === "ole" || kind === "unknown") return { state: "not-read", why: "this kind of document is not read", words: null };
  if (!found.inBody || kind === "pdf" || kind === "cda") return { state: "waiting", why: null, words: null };
  const read = readDocument(bytes, found.statedType);
  const words = read.as === "readable" ? blocksText(read.readable.blocks) : "";
  return words === "" ? { state: "no-text", why: "no words in it", words: null } : { state: "read", why: null, words };
}

/** Whose documents they are: written with the rows of their resources, in the same transaction. */
export type DocumentHome = { sourcePatientId: string; resourceKey: string; feed: string; messageId: string; received: Date; document: DocumentRow };

export function writeDocuments(sql: Sql, homes: readonly DocumentHome[]): Promise<unknown>[] {
  if (homes.length === 0) return [];
  const unique = [...new Map(homes.map((each) => [`${each.sourcePatientId} ${each.resourceKey} ${each.document.place} ${each.document.hash}`, each])).values()];
  const column = <T>(pick: (each: DocumentHome) => T): T[] => unique.map(pick);
  const words = [...new Map(unique.filter((each) => each.document.text.words !== null).map((each) => [`${each.sourcePatientId} ${each.document.hash}`, each])).values()];
  return [
    sql.query(
      `insert into record.document (source_patient_id, resource_key, place, hash, size, stated_type, kind, title, in_body, feed, message_id, received, text_state, text_why, text_again)
       select n.home, n.key, n.place, decode(n.hash, 'hex'), n.size, n.stated, n.kind, n.title, n.in_body, n.feed, n.message, n.received, n.state, n.why, n.received
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::text[], $11::uuid[], $12::timestamptz[], $13::text[], $14::text[])
         as n(home, key, place, hash, size, stated, kind, title, in_body, feed, message, received, state, why)
       on conflict (source_patient_id, resource_key, place, hash) do update set message_id = excluded.message_id, received = excluded.received, stated_type = excluded.stated_type, title = excluded.title, in_body = excluded.in_body`,
      [
        column((each) => each.sourcePatientId), column((each) => each.resourceKey), column((each) => each.document.place), column((each) => each.document.hash), column((each) => each.document.size), column((each) => each.document.statedType.slice(0, 200)),
        column((each) => each.document.kind), column((each) => each.document.title), column((each) => each.document.inBody), column((each) => each.feed), column((each) => each.messageId), column((each) => each.received), column((each) => each.document.text.state), column((each) => each.document.text.why),
      ],
    ),
    ...(words.length === 0
      ? []
      : [
          sql.query(
            `insert into record.document_text (source_patient_id, hash, page, text) select n.home, decode(n.hash, 'hex'), 1, n.words from unnest($1::uuid[], $2::text[], $3::text[]) as n(home, hash, words) on conflict do nothing`,
            [words.map((each) => each.sourcePatientId), words.map((each) => each.document.hash), words.map((each) => each.document.text.words!.replaceAll("\0", ""))],
          ),
        ]),
  ];
}
