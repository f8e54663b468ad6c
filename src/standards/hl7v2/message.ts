/**
 * HL7 v2 messages, fields counted from 1 as the standard counts them, so that
 * code reads like the guide: `pid.text(5, 1)` is PID-5.1. MSH-1 is the field
 * separator itself. Source: HL7 v2.x chapter 2 (control), 2.5 and 2.7.
 */
import { unescape } from "./escapes.ts";

/** Where in a message something is wrong: ERR-2, `PID^1^3^2^1` (segment, its repeat, field, repetition, component). */
export type Hl7Location = { segment: string; sequence?: number; field?: number; repetition?: number; component?: number };

/** `AR`: not a message that we could ever take. `AE`: a message with a fault in it. */
export type Hl7Fault = { ack: "AE" | "AR"; /** HL7 table 0357 */ code: string; location: Hl7Location | null; why: string };

export type Delimiters = { field: string; component: string; repetition: string; escape: string; subcomponent: string };

/**
 * One segment. Fields are found when they are asked for: a map reads few of
 * them, and a line of a million separators costs nothing before somebody does.
 */
export class Hl7Segment {
  readonly name: string;
  /** 1-based place among the segments of the same name. */
  readonly sequence: number;
  readonly #line: string;
  readonly #delimiters: Delimiters;
  /** Where the fields that were looked for so far begin in the line: `#starts[0]` is the segment's name. */
  readonly #starts: number[] = [0];
  /** MSH-1 is the separator itself, so that MSH-2 is the first field of the line. */
  readonly #shift: 0 | 1;

  constructor(name: string, sequence: number, line: string, delimiters: Delimiters) {
    this.name = name;
    this.sequence = sequence;
    this.#line = line;
    this.#delimiters = delimiters;
    this.#shift = name === "MSH" || name === "FHS" || name === "BHS" ? 1 : 0;
  }

  /** The field's text as sent, with its escapes; empty where it is missing. */
  raw(field: number): string {
    if (this.#shift === 1 && field === 1) return this.#delimiters.field;
    const at = field - this.#shift;
    const starts = this.#starts;
    while (starts.length <= at) {
      const next = this.#line.indexOf(this.#delimiters.field, starts.at(-1));
      if (next < 0) return "";
      starts.push(next + 1);
    }
    const start = starts[at]!;
    const end = this.#line.indexOf(this.#delimiters.field, start);
    return end < 0 ? this.#line.slice(start) : this.#line.slice(start, end);
  }

  /** True where the field says something: neither empty nor `""` (delete). */
  has(field: number): boolean {
    const raw = this.raw(field);
    return raw !== "" && raw !== '""';
  }

  /** The repetitions of a field as sent; none where it is empty. */
  repetitions(field: number): readonly string[] {
    const raw = this.raw(field);
    return raw === "" ? [] : raw.split(this.#delimiters.repetition);
  }

  /** A component's text without escapes, first repetition unless told: `text(3, 1)` is PID-3.1. `""` (delete) reads as empty. */
  text(field: number, component = 1, repetition = 1, subcomponent = 1): string {
    const raw = this.raw(field);
    return raw === "" ? "" : this.part(piece(raw, this.#delimiters.repetition, repetition), component, subcomponent);
  }

  /** A component of one repetition, without escapes. */
  part(repetition: string, component = 1, subcomponent = 1): string {
    const text = piece(piece(repetition, this.#delimiters.component, component), this.#delimiters.subcomponent, subcomponent);
    return text === '""' ? "" : unescape(text, this.#delimiters);
  }

  /** The whole field without escapes, separators kept as they are: for free text such as NTE-3 and OBX-5 of type TX. */
  whole(field: number): string {
    const raw = this.raw(field);
    return raw === '""' ? "" : unescape(raw, this.#delimiters);
  }

  /** True when the sender asks to delete the value (`""`), which is not the same as saying nothing. */
  deletes(field: number): boolean {
    return this.raw(field) === '""';
  }
}

/** The `number`-th piece of a text between separators, counted from 1; empty where there are fewer. */
function piece(text: string, separator: string, number: number): string {
  let start = 0;
  for (let at = 1; at < number; at++) {
    const next = text.indexOf(separator, start);
    if (next < 0) return "";
    start = next + 1;
  }
  const end = text.indexOf(separator, start);
  return end < 0 ? (start === 0 ? text : text.slice(start)) : text.slice(start, end);
}

/** v2.1: a type had one event, and MSH-9 did not name it. */
const ONLY_EVENT: Readonly<Record<string, string>> = { ORU: "R01", ORM: "O01" };

export class Hl7Message {
  readonly segments: readonly Hl7Segment[];
  readonly delimiters: Delimiters;

  constructor(segments: readonly Hl7Segment[], delimiters: Delimiters) {
    this.segments = segments;
    this.delimiters = delimiters;
  }

  get msh(): Hl7Segment {
    return this.segments[0]!;
  }
  /** MSH-10 */
  get controlId(): string {
    return this.msh.text(10);
  }
  /** MSH-9.1, `ADT`. */
  get type(): string {
    return this.msh.text(9, 1);
  }
  /** MSH-9.2, `A01`; where the first versions give the type alone, EVN-1, else the event that the type then had. */
  get trigger(): string {
    return this.msh.text(9, 2) || this.get("EVN")?.text(1) || (ONLY_EVENT[this.type] ?? "");
  }
  /** Type and event, `ADT^A01`. */
  get kind(): string {
    return `${this.type}^${this.trigger}`;
  }
  get(name: string): Hl7Segment | undefined {
    return this.segments.find((segment) => segment.name === name);
  }
  all(name: string): Hl7Segment[] {
    return this.segments.filter((segment) => segment.name === name);
  }
}

/** `head` is the header alone, where it could be read: its sender and its MSH-10 belong in the answer. */
export type Hl7Refused = { ok: false; fault: Hl7Fault; head?: Hl7Message };

/** More than a hundred times what real messages hold; a message beyond it is refused before it costs time or memory. */
const MOST_SEGMENTS = 10_000;
/** Separators and escapes in one long line, likewise. A document as base64 has none. */
const MOST_PIECES = 50_000;
const LONG_LINE = 50_000;

/**
 * Parses one message. Segments may end with CR (the standard), LF or CRLF.
 * Unknown and Z segments are kept. A fault names its place; nothing is guessed.
 * What `decodeHl7` refused is refused here with the same words.
 */
export function parseHl7(text: string | Hl7Refused): { ok: true; message: Hl7Message } | Hl7Refused {
  if (typeof text !== "string") return text;
  const trimmed = text.replace(/^[\s\uFEFF]+/, "");
  if (!trimmed.startsWith("MSH")) return refuse("AR", "100", { segment: "MSH" }, `a message starts with MSH, this one with "${printable(trimmed.slice(0, 12))}"`);
  const read = readDelimiters(trimmed);
  if ("fault" in read) return read;
  const delimiters = read;
  const { field } = delimiters;
  const segments: Hl7Segment[] = [];
  const refuseBody = (code: string, location: Hl7Location | null, why: string): Hl7Refused => ({ ...refuse("AE", code, location, why), ...(segments[0] && { head: new Hl7Message([segments[0]], delimiters) }) });
  const counts = new Map<string, number>();
  for (const line of linesOf(trimmed)) {
    const name = line.slice(0, 3);
    if (!SEGMENT_NAME.test(name) || (line.length > 3 && line[3] !== field)) {
      const after = segments.at(-1);
      return refuseBody("100", after ? { segment: after.name, sequence: after.sequence } : null, `after ${after?.name ?? "the start"} comes "${printable(line.slice(0, 12))}", which is no segment`);
    }
    const sequence = (counts.get(name) ?? 0) + 1;
    counts.set(name, sequence);
    if (name === "MSH" && sequence > 1) return refuseBody("100", { segment: "MSH", sequence }, "a second MSH in one frame: one message a frame");
    if (segments.length >= MOST_SEGMENTS) return refuseBody("207", { segment: name, sequence }, `the message has more than ${MOST_SEGMENTS} segments: send it in parts`);
    // A zero byte is no character of any text, and no database keeps it as one.
    const zero = line.indexOf("\0");
    if (zero >= 0) return refuseBody("102", { segment: name, sequence, field: line.slice(0, zero).split(field).length - (name === "MSH" ? 0 : 1) }, "a zero byte stands in the text");
    if (line.length > LONG_LINE && separatorsIn(line, delimiters) > MOST_PIECES) return refuseBody("102", { segment: name, sequence }, `the segment has more than ${MOST_PIECES} separators and escapes`);
    segments.push(new Hl7Segment(name, sequence, line, delimiters));
  }
  const message = new Hl7Message(segments, delimiters);
  if (message.msh.text(9, 1) === "") return refuseBody("101", { segment: "MSH", sequence: 1, field: 9 }, "MSH-9 (message type) is required");
  if (message.controlId === "") return refuseBody("101", { segment: "MSH", sequence: 1, field: 10 }, "MSH-10 (message control id) is required");
  return { ok: true, message };
}

const SEGMENT_NAME = /^[A-Z][A-Z0-9]{2}$/;

/** The delimiters that a header (MSH, FHS, BHS) names in its first two fields. */
export function readDelimiters(header: string): Delimiters | Hl7Refused {
  const segment = header.slice(0, 3);
  const field = header[3];
  const encoding = header.slice(4, header.indexOf(field ?? "|", 4));
  if (field === undefined || /[A-Za-z0-9\s]/.test(field)) return refuse("AR", "102", { segment, sequence: 1, field: 1 }, `${segment}-1 is not a field separator`);
  if (encoding.length < 2 || encoding.length > 5 || new Set(encoding + field).size !== encoding.length + 1 || /[A-Za-z0-9\s]/.test(encoding)) {
    return refuse("AR", "102", { segment, sequence: 1, field: 2 }, `${segment}-2 "${printable(encoding.slice(0, 12))}" does not name four different delimiters`);
  }
  return { field, component: encoding[0]!, repetition: encoding[1]!, escape: encoding[2] ?? "\\", subcomponent: encoding[3] ?? "&" };
}

/** The lines that are not empty, one at a time: a text of line ends only is never held as a list. */
function* linesOf(text: string): Generator<string> {
  const line = /[^\r\n]+/g;
  for (let found = line.exec(text); found !== null; found = line.exec(text)) yield found[0];
}

function separatorsIn(line: string, { field, component, repetition, subcomponent, escape }: Delimiters): number {
  let count = 0;
  for (const separator of [field, component, repetition, subcomponent, escape]) {
    for (let at = line.indexOf(separator); at >= 0 && count <= MOST_PIECES; at = line.indexOf(separator, at + 1)) count++;
  }
  return count;
}

function refuse(ack: "AE" | "AR", code: string, location: Hl7Location | null, why: string): Hl7Refused {
  return { ok: false, fault: { ack, code, location, why } };
}

/** Text for an error message: no control characters. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?");
