/** ED and RP[Attachment], and documents that hide in text fields: PDF, RTF, HTML, images, as base64, hex or uuencode. */
import type { Hl7Segment } from "#standards";
import type { Hl7Reading } from "../reading.ts";

export type Attachment = { contentType?: string; title?: string; data?: string; url?: string };

const MIME: Readonly<Record<string, string>> = { pdf: "application/pdf", rtf: "application/rtf", html: "text/html", xhtml: "text/html", plain: "text/plain", text: "text/plain", txt: "text/plain", jpeg: "image/jpeg", jpg: "image/jpeg", png: "image/png", gif: "image/gif", tiff: "image/tiff", tif: "image/tiff", xml: "text/xml", "x-hl7-cda-level-one": "text/xml", msword: "application/msword", doc: "application/msword", docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", dicom: "application/dicom" };
/** How the bytes of a kind begin; what they are goes before what the sender calls them. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^\s*%PDF-/, "application/pdf"], [/^\s*\{\\rtf/, "application/rtf"], [/^\s*(?:<!doctype html|<html)/i, "text/html"], [/^\x89PNG/, "image/png"], [/^\xff\xd8\xff/, "image/jpeg"], [/^(?:II\*\0|MM\0\*)/, "image/tiff"], [/^\s*<\?xml/, "text/xml"],
];

/** The kind of a document by its first bytes. */
function kindOf(bytes: Buffer): string | undefined {
  const beginning = bytes.toString("latin1", 0, 64);
  return BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1];
}

/** ED: source application, type of data, subtype, encoding, data. What its encoding does not allow is kept as it was sent, and marked. */
export function attachmentOf(reading: Hl7Reading, obx: Hl7Segment, title: string | undefined): Attachment {
  if (obx.text(2).trim().toUpperCase() === "RP") return pointer(obx, title);
  const [type, subtype, encoding] = [2, 3, 4].map((component) => obx.text(5, component).trim());
  const data = obx.text(5, 5);
  const bytes = decoded(data, `${encoding}`.toLowerCase(), `${subtype}`.toLowerCase());
  if (bytes === null) reading.marks.push({ code: "feeds.document-encoding", why: `the document says ${encoding || "no encoding"} but its data is not that; kept as text as it was sent`, place: `OBX[${obx.sequence}]-5.5` });
  const content = bytes ?? Buffer.from(data, "utf8");
  return { contentType: kindOf(content) ?? mimeOf(`${type}`, `${subtype}`, content), ...(title && { title }), data: content.toString("base64") };
}

function mimeOf(type: string, subtype: string, content: Buffer): string {
  const known = MIME[subtype.toLowerCase()] ?? MIME[type.toLowerCase()];
  if (known) return known;
  if (/^(application|audio|image|text|video|multipart)$/i.test(type) && /^[A-Za-z0-9][\w.+-]*$/.test(subtype) && !/^(base64|octet-stream)$/i.test(subtype)) return `${type}/${subtype}`.toLowerCase();
  return /^(text|tx|ft|st)$/i.test(type) || isText(content) ? "text/plain" : "application/octet-stream";
}

const isText = (content: Buffer): boolean => content.length > 0 && !/[\x00-\x08\x0e-\x1f]/.test(content.toString("latin1", 0, 512));

/** The bytes of a document by its encoding; `null` where the text is none of it. Some senders write the encoding where the subtype belongs. */
function decoded(data: string, encoding: string, subtype: string): Buffer | null {
  const text = data.trim();
  if (UUENCODED.test(text)) return uudecoded(text);
  if (encoding === "base64" || (encoding === "" && (subtype === "base64" || looksLikeDocument(text)))) return fromBase64(text);
  if (encoding === "hex") {
    const digits = text.replace(/\s/g, "");
    return digits.length % 2 === 0 && !/[^0-9A-Fa-f]/.test(digits) ? Buffer.from(digits, "hex") : null;
  }
  if (encoding === "a" && looksLikeDocument(text)) return fromBase64(text);
  return Buffer.from(data, "utf8");
}

function fromBase64(text: string): Buffer | null {
  const digits = text.replace(/\s/g, "");
  return /[^A-Za-z0-9+/=_-]/.test(digits) ? null : Buffer.from(digits, "base64");
}

/** Base64 of `%PDF-`, `{\rtf`, PNG, JPEG: no word begins so. */
const looksLikeDocument = (text: string): boolean => /^(?:JVBERi0|e1xydG|iVBORw0KGgo|\/9j\/)[A-Za-z0-9+/\s]{16}/.test(text.slice(0, 64));

const UUENCODED = /^begin(-base64)? [0-7]{3,4} [^\n]*\n/;

/** uuencode: a length and groups of four characters a line, or base64 under `begin-base64`. `null` where a line is neither. */
function uudecoded(text: string): Buffer | null {
  const lines = text.split(/\r?\n/);
  if (lines[0]!.startsWith("begin-base64")) return fromBase64(lines.slice(1).filter((line) => line !== "====").join(""));
  const parts: Buffer[] = [];
  for (const line of lines.slice(1)) {
    if (line === "end" || line === "`" || line === "") break;
    const length = (line.charCodeAt(0) - 32) & 63;
    const bytes: number[] = [];
    for (let at = 1; bytes.length < length; at += 4) {
      if (at >= line.length) return null;
      const [a, b, c, d] = [0, 1, 2, 3].map((offset) => ((line.charCodeAt(at + offset) || 32) - 32) & 63);
      bytes.push((a! << 2) | (b! >> 4), ((b! & 15) << 4) | (c! >> 2), ((c! & 3) << 6) | d!);
    }
    parts.push(Buffer.from(bytes.slice(0, length)));
  }
  return Buffer.concat(parts);
}

/** RP: where a document lies at the sender's: pointer, application, type, subtype. It is not fetched. */
function pointer(obx: Hl7Segment, title: string | undefined): Attachment {
  const [address, application, type, subtype] = [1, 2, 3, 4].map((component) => obx.text(5, component).trim());
  const url = /^[a-z][a-z0-9+.-]*:\S+$/i.test(address!) ? address! : `urn:hl7v2:${encodeURIComponent([application, address].filter(Boolean).join(":"))}`;
  return { ...(type || subtype ? { contentType: mimeOf(type!, subtype!, Buffer.alloc(0)) } : {}), url, ...(title && { title }) };
}

/** Text that is a document of its own: PDF or RTF in base64, uuencode, RTF or HTML as they are; `null` where it is plain text. */
export function documentInText(text: string): { contentType: string; data: string } | null {
  const trimmed = text.trim();
  const bytes = UUENCODED.test(trimmed) ? uudecoded(trimmed) : looksLikeDocument(trimmed) ? fromBase64(trimmed) : /^(?:\{\\rtf|<!doctype html|<html)/i.test(trimmed) ? Buffer.from(trimmed, "utf8") : null;
  return bytes === null ? null : { contentType: kindOf(bytes) ?? "application/octet-stream", data: bytes.toString("base64") };
}
