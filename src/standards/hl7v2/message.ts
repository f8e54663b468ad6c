/**
 * HL7 v2 messages, fields counted from 1 as the standard counts them, so that
 * code reads like the guide: `pid.text(5, 1)` is PID-5.1. MSH-1 is the field
 * separator itself. Source: HL7 v2.x chapter 2 (control), 2.5 and 2.7.
 */

/** Where in a message something is wrong: ERR-2, `PID^1^3^2^1` (segment, its repeat, field, repetition, component). */
export type Hl7Location = { segment: string; sequence?: number; field?: number; repetition?: number; component?: number };

/** `AR`: not a message that we could ever take. `AE`: a message with a fault in it. */
export type Hl7Fault = { ack: "AE" | "AR"; /** HL7 table 0357 */ code: string; location: Hl7Location | null; why: string };

export type Delimiters = { field: string; component: string; repetition: string; escape: string; subcomponent: string };

export class Hl7Segment {
  readonly name: string;
  /** 1-based place among the segments of the same name. */
  readonly sequence: number;
  readonly #fields: readonly string[];
  readonly #delimiters: Delimiters;

  constructor(name: string, sequence: number, fields: readonly string[], delimiters: Delimiters) {
    this.name = name;
    this.sequence = sequence;
    this.#fields = fields;
    this.#delimiters = delimiters;
  }

  /** The field's text as sent, with its escapes; empty where it is missing. */
  raw(field: number): string {
    return this.#fields[field] ?? "";
  }

  /** The repetitions of a field as sent; none where it is empty. */
  repetitions(field: number): readonly string[] {
    const raw = this.raw(field);
    return raw === "" ? [] : raw.split(this.#delimiters.repetition);
  }

  /** A component's text without escapes, first repetition unless told: `text(3, 1)` is PID-3.1. `""` (delete) reads as empty. */
  text(field: number, component = 1, repetition = 1, subcomponent = 1): string {
    const repeat = this.repetitions(field)[repetition - 1];
    return repeat === undefined ? "" : this.part(repeat, component, subcomponent);
  }

  /** A component of one repetition, without escapes. */
  part(repetition: string, component = 1, subcomponent = 1): string {
    const { component: c, subcomponent: s } = this.#delimiters;
    const text = repetition.split(c)[component - 1]?.split(s)[subcomponent - 1] ?? "";
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
  /** MSH-9 as `ADT^A01`. */
  get kind(): string {
    return `${this.msh.text(9, 1)}^${this.msh.text(9, 2)}`;
  }
  get(name: string): Hl7Segment | undefined {
    return this.segments.find((segment) => segment.name === name);
  }
  all(name: string): Hl7Segment[] {
    return this.segments.filter((segment) => segment.name === name);
  }
}

/** Decodes by MSH-18 where it names an encoding that we know, else UTF-8 and, where that fails, Windows-1252. */
export function decodeHl7(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 600)).toString("latin1");
  const charset = head.startsWith("MSH") ? (head.split(/[\r\n]/, 1)[0]!.split(head[3] ?? "|")[17] ?? "") : "";
  if (/8859\/1$|8859\/15$|8859-1/i.test(charset)) return new TextDecoder("windows-1252").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** `head` is the header alone, where it could be read: its sender and its MSH-10 belong in the answer. */
export type Hl7Refused = { ok: false; fault: Hl7Fault; head?: Hl7Message };

/**
 * Parses one message. Segments may end with CR (the standard), LF or CRLF.
 * Unknown and Z segments are kept. A fault names its place; nothing is guessed.
 */
export function parseHl7(text: string): { ok: true; message: Hl7Message } | Hl7Refused {
  const trimmed = text.replace(/^[\s\uFEFF]+/, "");
  if (!trimmed.startsWith("MSH")) return refuse("AR", "100", { segment: "MSH" }, `a message starts with MSH, this one with "${printable(trimmed.slice(0, 12))}"`);
  const field = trimmed[3];
  const encoding = trimmed.slice(4, trimmed.indexOf(field ?? "|", 4));
  if (field === undefined || /[A-Za-z0-9\s]/.test(field)) return refuse("AR", "102", { segment: "MSH", sequence: 1, field: 1 }, "MSH-1 is not a field separator");
  if (encoding.length < 2 || encoding.length > 5 || new Set(encoding + field).size !== encoding.length + 1 || /[A-Za-z0-9\s]/.test(encoding)) {
    return refuse("AR", "102", { segment: "MSH", sequence: 1, field: 2 }, `MSH-2 "${printable(encoding.slice(0, 12))}" does not name four different delimiters`);
  }
  const delimiters: Delimiters = {
    field,
    component: encoding[0]!,
    repetition: encoding[1]!,
    escape: encoding[2] ?? "\\",
    subcomponent: encoding[3] ?? "&",
  };
  const segments: Hl7Segment[] = [];
  const refuseBody = (code: string, location: Hl7Location | null, why: string): Hl7Refused => ({ ...refuse("AE", code, location, why), ...(segments[0] && { head: new Hl7Message([segments[0]], delimiters) }) });
  const counts = new Map<string, number>();
  for (const line of trimmed.split(/\r\n|\r|\n/)) {
    if (line === "") continue;
    const name = line.slice(0, 3);
    if (!/^[A-Z][A-Z0-9]{2}$/.test(name) || (line.length > 3 && line[3] !== field)) {
      const after = segments.at(-1);
      return refuseBody("100", after ? { segment: after.name, sequence: after.sequence } : null, `after ${after?.name ?? "the start"} comes "${printable(line.slice(0, 12))}", which is no segment`);
    }
    const sequence = (counts.get(name) ?? 0) + 1;
    counts.set(name, sequence);
    const fields = line.split(field);
    if (name === "MSH") {
      if (sequence > 1) return refuseBody("100", { segment: "MSH", sequence }, "a second MSH in one frame: one message a frame");
      fields.splice(1, 0, field); // MSH-1 is the separator
    }
    segments.push(new Hl7Segment(name, sequence, fields, delimiters));
  }
  const message = new Hl7Message(segments, delimiters);
  if (message.msh.text(9, 1) === "") return refuseBody("101", { segment: "MSH", sequence: 1, field: 9 }, "MSH-9 (message type) is required");
  if (message.controlId === "") return refuseBody("101", { segment: "MSH", sequence: 1, field: 10 }, "MSH-10 (message control id) is required");
  return { ok: true, message };
}

function refuse(ack: "AE" | "AR", code: string, location: Hl7Location | null, why: string): Hl7Refused {
  return { ok: false, fault: { ack, code, location, why } };
}

/** Text for an error message: no control characters. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?");

function unescape(text: string, d: Delimiters): string {
  if (!text.includes(d.escape)) return text;
  let out = "";
  for (let at = 0; at < text.length; ) {
    if (text[at] !== d.escape) {
      out += text[at++];
      continue;
    }
    const end = text.indexOf(d.escape, at + 1);
    if (end < 0) return out + text.slice(at);
    out += unescaped(text.slice(at + 1, end), d);
    at = end + 1;
  }
  return out;
}

function unescaped(code: string, d: Delimiters): string {
  switch (code) {
    case "F":
      return d.field;
    case "S":
      return d.component;
    case "T":
      return d.subcomponent;
    case "R":
      return d.repetition;
    case "E":
      return d.escape;
    case ".br":
    case ".sp":
      return "\n";
    case "H":
    case "N":
      return "";
  }
  if (/^X([0-9A-Fa-f]{2})+$/.test(code)) return Buffer.from(code.slice(1), "hex").toString("latin1");
  return `${d.escape}${code}${d.escape}`; // an escape that we do not know stays as it was sent
}
