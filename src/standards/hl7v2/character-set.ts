/**
 * Bytes to text by MSH-18. Source: HL7 v2.x chapter 2.15.9.18, table 0211; what
 * senders write besides the table's own words is read too.
 */
import { Hl7Message, Hl7Segment, printable, readDelimiters, type Hl7Refused } from "./message.ts";

/** Table 0211 and its misspellings, without case, spaces and signs, to the decoder's label. */
const LABELS: Readonly<Record<string, string>> = {
  UNICODEUTF8: "utf-8", UTF8: "utf-8", UNICODE: "utf-16", UNICODEUTF16: "utf-16", UTF16: "utf-16", "88591": "windows-1252", ISO88591: "windows-1252", LATIN1: "windows-1252", WINDOWS1252: "windows-1252", CP1252: "windows-1252",
  "88592": "iso-8859-2", "88593": "iso-8859-3", "88594": "iso-8859-4", "88595": "iso-8859-5", "88596": "iso-8859-6", "88597": "iso-8859-7", "88598": "iso-8859-8", "88599": "windows-1254",
  "885910": "iso-8859-10", "885911": "windows-874", "885913": "iso-8859-13", "885914": "iso-8859-14", "885915": "iso-8859-15", GB180302000: "gb18030", GB18030: "gb18030", BIG5: "big5", KSX1001: "euc-kr",
};
/** Nothing said, or ASCII, which senders say whatever they send: UTF-8 where the bytes are that, else Windows-1252. */
const UNSAID = new Set(["", "ASCII", "USASCII", "ISOIR6"]);

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
function decoder(label: string, fatal = false): InstanceType<typeof TextDecoder> {
  const key = `${label}${fatal}`;
  let found = decoders.get(key);
  if (found === undefined) decoders.set(key, (found = new TextDecoder(label, { fatal })));
  return found;
}

/**
 * The text of a message. What says UTF-8 and is not is read as Windows-1252; a
 * set that is not known here is refused with its place, never garbled. Give the
 * answer to `parseHl7`, which passes a refusal on.
 */
export function decodeHl7(bytes: Uint8Array): string | Hl7Refused {
  const wide = utf16Of(bytes);
  if (wide !== null) return decoder(wide).decode(bytes);
  const head = headOf(bytes);
  const named = characterSetOf(head);
  const label = UNSAID.has(named.key) ? "utf-8" : (LABELS[named.key] ?? LABELS[named.key.replace(/^ISO(?:IEC)?/, "")]);
  if (label === undefined) return refused(head, named.text);
  if (label !== "utf-8" && label !== "utf-16") return decoder(label).decode(bytes);
  try {
    return decoder("utf-8", true).decode(bytes);
  } catch {
    return decoder("windows-1252").decode(bytes);
  }
}

/** UTF-16 shows itself: a mark at the start, or every other byte of "MSH" is empty. */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x4d && b === 0 && c === 0x53 && d === 0)) return "utf-16le";
  return (a === 0xfe && b === 0xff) || (a === 0 && b === 0x4d && c === 0 && d === 0x53) ? "utf-16be" : null;
}

/** The header line as Latin-1: MSH-1 to MSH-18 are ASCII in every set that is told by MSH-18. */
function headOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2000)).toString("latin1").replace(/^(?:\xEF\xBB\xBF|\s)+/, "");
  return text.split(/[\r\n]/, 1)[0]!;
}

function characterSetOf(head: string): { key: string; text: string } {
  if (!head.startsWith("MSH") || head.length < 6) return { key: "", text: "" };
  // The first repetition is the message's own set; the others are for escapes inside it.
  const text = (head.split(head[3]!, 18)[17] ?? "").split(head[5]!, 1)[0]!.trim();
  return { key: text === '""' ? "" : text.toUpperCase().replace(/[^A-Z0-9]/g, ""), text };
}

function refused(head: string, name: string): Hl7Refused {
  const delimiters = readDelimiters(head);
  return {
    ok: false,
    fault: { ack: "AE", code: "103", location: { segment: "MSH", sequence: 1, field: 18 }, why: `the character set "${printable(name.slice(0, 40))}" is not known here; known are UNICODE UTF-8, UNICODE UTF-16, ASCII and 8859/1 to 8859/15` },
    ...("field" in delimiters && { head: new Hl7Message([new Hl7Segment("MSH", 1, head, delimiters)], delimiters) }),
  };
}
