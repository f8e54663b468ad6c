/** The documents of an item from where they lie: the store of documents, or the body of their resource. */
import { DocumentStoreUnavailable, refuse, type DocumentStore, type Refusal } from "#platform";
import { dataAt, type ItemDocument } from "#record";
import { detectKind, type Resource } from "#standards";
import type { StoredDocument } from "../professional/index.ts";

/** In the order of their places; a refusal where the source sent none. */
export function storedDocuments(resource: Resource, rows: readonly (ItemDocument & { textPages: readonly string[] })[], store: DocumentStore): readonly StoredDocument[] | Refusal {
  if (rows.length > 0) {
    return rows.map((row) => ({
      title: row.title, statedType: row.statedType, kind: row.kind, size: row.size, text: { state: row.textState, why: row.textWhy, pages: row.textPages },
      bytes: () => (row.inBody ? Promise.resolve(dataAt(resource, row.place) ?? LOST) : fetched(store, row.hash)),
    }));
  }
  // Resources that were stored before documents had a store of their own.
  const within = attachmentsOf(resource);
  return within.length > 0 ? within : refuse("not-found", "record.no-document", "The source sent no document with this entry.");
}

const LOST = refuse("not-found", "record.document-lost", "This document is named by the entry but is not in the store of documents. This has been noted; ask the source for a copy.");

async function fetched(store: DocumentStore, hash: string): Promise<Uint8Array | Refusal> {
  try {
    return (await store.get(hash)) ?? LOST;
  } catch (error) {
    if (!(error instanceof DocumentStoreUnavailable)) throw error;
    return refuse("unavailable", "record.document-store", "The store of documents does not answer. The document is kept; open it again in a moment.");
  }
}

function attachmentsOf(resource: Resource): StoredDocument[] {
  const holders = [...list(resource["content"]).map((each) => each?.attachment), ...list(resource["presentedForm"]), resource["contentAttachment"]];
  return holders.filter((each) => typeof each?.data === "string").map((each): StoredDocument => {
    const bytes = Buffer.from(each.data, "base64");
    return { title: typeof each.title === "string" ? each.title : null, statedType: String(each.contentType ?? ""), kind: detectKind(bytes), size: bytes.length, text: { state: "not-read", why: "it was stored before documents were read for search", pages: [] }, bytes: async () => bytes };
  });
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);
