/** How an attached document may be shown: as text in the page, as a file the browser draws by itself, or not at all. */
import { plainText } from "./plain-text.ts";
import type { StoredDocument } from "./deps.ts";

/** Types that the browser draws itself and that carry no script of ours; everything else is shown as text or named only. */
const DRAWN: ReadonlySet<string> = new Set(["application/pdf", "image/png", "image/jpeg", "image/gif"]);

export type DocumentView =
  | { readonly as: "text"; readonly text: string; readonly cut: boolean }
  | { readonly as: "file"; readonly contentType: string }
  | { readonly as: "nothing"; readonly why: string };

/** Characters of a text document that the page shows. */
const LONGEST = 200_000;

const baseType = (contentType: string): string => contentType.split(";")[0]!.trim().toLowerCase();

/** Decides by the stated type and, for files, by their first bytes: a type alone is only a claim. */
export function documentView(document: StoredDocument): DocumentView {
  const type = baseType(document.contentType);
  if (document.bytes.length === 0) return { as: "nothing", why: "The source sent no content for this document." };
  if (type.startsWith("text/") || type === "application/xhtml+xml") {
    const charset = /charset=["']?([\w-]+)/i.exec(document.contentType)?.[1] ?? "utf-8";
    const raw = decode(document.bytes, charset);
    const text = type === "text/html" || type === "application/xhtml+xml" ? plainText(raw) : raw;
    return { as: "text", text: text.slice(0, LONGEST), cut: text.length > LONGEST };
  }
  if (DRAWN.has(type)) {
    if (!startsAs(type, document.bytes)) return { as: "nothing", why: `This document says it is ${type}, but its content is not. It is kept as it came; ask the source for a readable copy.` };
    return { as: "file", contentType: type };
  }
  return { as: "nothing", why: `This kind of document (${type === "" ? "type not given" : type}) cannot be shown here. It is kept as it came.` };
}

function decode(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder("utf-8").decode(bytes);
  }
}

function startsAs(type: string, bytes: Uint8Array): boolean {
  const starts = (...first: number[]): boolean => first.every((byte, index) => bytes[index] === byte);
  if (type === "application/pdf") return new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-");
  if (type === "image/png") return starts(0x89, 0x50, 0x4e, 0x47);
  if (type === "image/jpeg") return starts(0xff, 0xd8, 0xff);
  return starts(0x47, 0x49, 0x46);
}
