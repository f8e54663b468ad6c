import { Hl7Message, type Hl7Fault, type Hl7Location } from "./message.ts";

/** What an acknowledgement answers; `message` is missing where nothing could be parsed. */
export type AckInput = { code: "AA" | "AE" | "AR" | "CA" | "CE" | "CR"; message?: Hl7Message; fault?: Hl7Fault; now: Date; id: string };

/**
 * One acknowledgement in original mode (AA, AE, AR) or the accept acknowledgement of enhanced mode (CA, CE, CR), segments ended by CR: MSA-2 repeats
 * MSH-10 of the message, ERR-2 names the place and ERR-3 the code of a fault.
 * Source: HL7 v2.5.1 chapter 2.9, 2.15.
 */
export function acknowledgement({ code, message, fault, now, id }: AckInput): string {
  const msh = message?.msh;
  const time = now.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const trigger = msh?.text(9, 2);
  const lines = [
    `MSH|^~\\&|${clean(msh?.raw(5))}|${clean(msh?.raw(6))}|${clean(msh?.raw(3))}|${clean(msh?.raw(4))}|${time}||ACK${trigger ? `^${clean(trigger)}^ACK` : ""}|${id}|${clean(msh?.text(11)) || "P"}|${clean(msh?.text(12)) || "2.4"}`,
    `MSA|${code}|${clean(message?.controlId)}${fault ? `|${clean(fault.why)}` : ""}`,
  ];
  if (fault) lines.push(`ERR||${locationText(fault.location)}|${fault.code}^${clean(TABLE_0357[fault.code] ?? "")}^HL70357|E||||${clean(fault.why)}`);
  return `${lines.join("\r")}\r`;
}

/** `PID^1^3^1^2` as ERR-2 wants it. */
export function locationText(location: Hl7Location | null): string {
  if (location === null) return "";
  return [location.segment, location.sequence ?? 1, location.field, location.field === undefined ? undefined : (location.repetition ?? 1), location.component].filter((each) => each !== undefined).join("^");
}

/** `PID-3.1` for a page. */
export function locationWords(location: Hl7Location | null): string {
  if (location === null) return "message";
  const repeat = (location.sequence ?? 1) > 1 ? `[${location.sequence}]` : "";
  return `${location.segment}${repeat}${location.field === undefined ? "" : `-${location.field}`}${location.component === undefined ? "" : `.${location.component}`}`;
}

/** HL7 table 0357, message error condition codes. */
const TABLE_0357: Readonly<Record<string, string>> = {
  "100": "Segment sequence error",
  "101": "Required field missing",
  "102": "Data type error",
  "103": "Table value not found",
  "200": "Unsupported message type",
  "201": "Unsupported event code",
  "202": "Unsupported processing id",
  "203": "Unsupported version id",
  "204": "Unknown key identifier",
  "207": "Application internal error",
};

/** Field text that cannot break the acknowledgement's own structure. */
const clean = (text: string | undefined): string => (text ?? "").replace(/[|^~\\&\r\n\x00-\x1f]/g, " ").trim();
