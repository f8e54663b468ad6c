/**
 * What kind of document bytes are, told by the bytes alone: a stated media type
 * is only a claim. What is shown, and how, follows from this.
 */

/** Kinds that this product can tell apart. `zip` and `ole` are containers of office documents that it does not open; `unknown` is everything else that is no text. */
export type DocumentKind = "empty" | "pdf" | "rtf" | "cda" | "xml" | "html" | "text" | "png" | "jpeg" | "gif" | "tiff" | "docx" | "zip" | "ole" | "unknown";

/** How a kind is called in an answer's header; only `pdf` and the three images are ever sent as what they are. */
export const MEDIA_TYPE: Readonly<Record<DocumentKind, string>> = {
  empty: "application/octet-stream", pdf: "application/pdf", rtf: "application/rtf", cda: "application/hl7-cda+xml", xml: "application/xml", html: "text/html", text: "text/plain", png: "image/png", jpeg: "image/jpeg", gif: "image/gif", tiff: "image/tiff",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", zip: "application/zip", ole: "application/x-ole-storage", unknown: "application/octet-stream",
};

/** Stated types that a kind may truthfully carry; the part before any parameter, in lower case. */
const MAY_SAY: Readonly<Record<DocumentKind, RegExp>> = {
  empty: /./,
  pdf: /^application\/(x-)?pdf$/,
  rtf: /^(application|text)\/(x-)?(rtf|richtext)$|^application\/msword$/,
  cda: /^(text|application)\/([\w.-]+\+)?xml$|cda/,
  xml: /^(text|application)\/([\w.-]+\+)?xml$|^image\/svg\+xml$/,
  html: /^text\/html$|^application\/xhtml\+xml$/,
  text: /^text\/|^application\/(json|[\w.+-]*\+json|csv)$|^application\/hl7-v2/,
  png: /^image\/(x-)?png$/,
  jpeg: /^image\/(p)?jpe?g$/,
  gif: /^image\/gif$/,
  tiff: /^image\/tiff?$/,
  docx: /wordprocessingml|^application\/(x-)?zip/,
  zip: /zip|openxmlformats|opendocument/,
  ole: /^application\/(msword|vnd\.ms-[\w.-]+|x-ole-storage)$/,
  unknown: /./,
};

/** Types that claim nothing: whatever the bytes are, they do not lie. */
const CLAIMS_NOTHING = /^$|^application\/octet-stream$|^binary\/octet-stream$/;

/** False where the stated media type says something else than the bytes. Bytes of an unknown kind agree only with a type that is not one of those that are known here. */
export function typeAgrees(stated: string, kind: DocumentKind): boolean {
  const type = stated.split(";")[0]!.trim().toLowerCase();
  if (CLAIMS_NOTHING.test(type) || kind === "empty") return true;
  if (kind === "unknown") return !Object.entries(MAY_SAY).some(([known, says]) => known !== "unknown" && known !== "empty" && says.test(type));
  return MAY_SAY[kind].test(type);
}

/** The kind of a document. Looks at its beginning, and for a ZIP file at the names inside. */
export function detectKind(bytes: Uint8Array): DocumentKind {
  if (bytes.length === 0) return "empty";
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (...first: number[]): boolean => first.every((byte, index) => view[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (/^GIF8[79]a/.test(view.toString("latin1", 0, 6))) return "gif";
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a) || starts(0x49, 0x49, 0x2b, 0) || starts(0x4d, 0x4d, 0, 0x2b)) return "tiff";
  if (starts(0x50, 0x4b, 3, 4)) return view.includes("[Content_Types].xml") && view.includes("word/document.xml") ? "docx" : "zip";
  if (starts(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return "ole";
  const text = beginning(view);
  if (text !== null && text.startsWith("<")) return markupKind(text);
  if (text?.startsWith("{\\rtf")) return "rtf";
  // A PDF's header may stand behind other bytes (ISO 32000-1, annex H.3.4.1); readers look at the first 1024.
  if (view.subarray(0, 1024).includes("%PDF-")) return "pdf";
  return text !== null && isText(view) ? "text" : "unknown";
}

/** The first characters without byte order mark and white space; `null` where these bytes are no text at all. */
function beginning(view: Buffer): string | null {
  const head = view.subarray(0, 16_384);
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = utf16 ? new TextDecoder(head[0] === 0xff ? "utf-16le" : "utf-16be").decode(head) : head.toString("latin1").replace(/^\u00ef\u00bb\u00bf/, "");
  if (!utf16 && head.subarray(0, 512).includes(0)) return null;
  return text.replace(/^\s+/, "");
}

/** Words with which HTML begins, fragments included. */
const HTML_START = /^<(?:html|head|body|title|meta|link|style|script|div|span|p|br|h[1-6]|table|tr|td|ul|ol|li|dl|b|i|u|em|strong|font|center|pre|hr|a|img|iframe|form|section|article|header|main|blockquote|base|object|embed|svg)[\s/>]/i;

function markupKind(start: string): DocumentKind {
  let text = start;
  // Comments, processing instructions and the declaration stand before what the document is.
  for (;;) {
    const before = /^(?:<\?[\s\S]*?\?>|<!--[\s\S]*?-->)\s*/.exec(text);
    if (before === null) break;
    text = text.slice(before[0].length);
  }
  if (/^<!doctype\s+html/i.test(text) || HTML_START.test(text)) return "html";
  const root = /^<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)([^>]*)/.exec(text);
  if (root !== null && root[2] === "ClinicalDocument" && root[3]!.includes("urn:hl7-org:v3")) return "cda";
  if (root !== null && (start.startsWith("<?xml") || /\sxmlns(:\w+)?=/.test(root[3]!)) || /^<!doctype/i.test(text)) return "xml";
  return "text";
}

/** No byte that no text has: controls other than tab, line ends, form feed and escape. */
function isText(view: Buffer): boolean {
  if ((view[0] === 0xff && view[1] === 0xfe) || (view[0] === 0xfe && view[1] === 0xff)) return view.length % 2 === 0;
  for (const byte of view) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) return false;
  return true;
}
