/** How an attached document may be shown: read into the page, as a file that the browser draws by itself, or not at all. */
import { isRefusal } from "#platform";
import { MEDIA_TYPE, readDocument, typeAgrees, type Cda, type DocumentKind, type Readable } from "#standards";
import type { StoredDocument } from "./deps.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.documentPages;

export type DocumentView = {
  /** What the source says of a CDA document: who wrote it about whom and when. */
  readonly cda: Cda | null;
  /** The stated type says something else than the content. */
  readonly typeLies: string | null;
  readonly show:
    | { readonly as: "readable"; readonly readable: Readable }
    /** Drawn by the browser from our own route: a PDF is opened, an image stands in the page. */
    | { readonly as: "file"; readonly kind: DocumentKind; readonly bytes: Uint8Array }
    | { readonly as: "nothing"; readonly why: string };
};

/** Kinds that the browser draws itself and that carry no script of ours. */
const DRAWN: ReadonlySet<DocumentKind> = new Set(["pdf", "png", "jpeg", "gif"]);

const KINDS: Readonly<Partial<Record<DocumentKind, string>>> = SAID.kinds;

/** Decides by the content alone: a type is only a claim. */
export async function documentView(document: StoredDocument): Promise<DocumentView> {
  const typeLies = typeAgrees(document.statedType, document.kind) ? null : document.statedType.split(";")[0]!.trim();
  const nothing = (why: string, cda: Cda | null = null): DocumentView => ({ cda, typeLies, show: { as: "nothing", why } });
  if (document.kind === "empty") return nothing(SAID.empty);
  const bytes = await document.bytes();
  if (isRefusal(bytes)) return nothing(bytes.message);
  const read = readDocument(bytes, document.statedType);
  if (read.as === "faulty") return nothing(SAID.faulty(read.why));
  const cda = read.cda ?? null;
  if (read.as === "readable") return { cda, typeLies, show: { as: "readable", readable: read.readable } };
  if (DRAWN.has(read.kind)) return { cda, typeLies, show: { as: "file", kind: read.kind, bytes: read.bytes } };
  return nothing(SAID.notDrawn(KINDS[read.kind] ?? MEDIA_TYPE[read.kind]), cda);
}
