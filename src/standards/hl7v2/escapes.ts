/** Escape sequences of HL7 v2 text. Source: HL7 v2.x chapter 2.7. */
import type { Delimiters } from "./message.ts";

/** The text with its escape sequences replaced; one that is unknown or unfinished stays as it was sent. */
export function unescape(text: string, d: Delimiters): string {
  let at = text.indexOf(d.escape);
  if (at < 0) return text;
  let out = "";
  let from = 0;
  while (at >= 0) {
    const end = text.indexOf(d.escape, at + 1);
    if (end < 0) break;
    const becomes = end - at - 1 > LONGEST ? undefined : unescaped(text.slice(at + 1, end), d);
    out += text.slice(from, at);
    out += becomes ?? text.slice(at, end + 1);
    from = end + 1;
    at = text.indexOf(d.escape, from);
  }
  return out + text.slice(from);
}

/** Hex data may be long; a document of megabytes between two escape characters is none. */
const LONGEST = 100_000;

function unescaped(code: string, d: Delimiters): string | undefined {
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
    case "P":
      return "#"; // the truncation character of v2.7
    case "H": // highlighting begins and ends
    case "N":
    case "C2842": // back to ASCII, and to Latin-1: the bytes are decoded already
    case "C2D41":
      return "";
  }
  if (code[0] === "X") return /^X(?:(?!00)[0-9A-Fa-f]{2})+$/.test(code) ? textOfBytes(Buffer.from(code.slice(1), "hex")) : undefined;
  return code[0] === "." ? formatted(code) : undefined;
}

/** Bytes given in hex: UTF-8 where they are that, else Latin-1. */
function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") ? bytes.toString("latin1") : text;
}

/** Formatting commands of FT: line ends and spaces are kept, indents and fills are the printer's. */
function formatted(code: string): string | undefined {
  const match = /^\.(br|sp|ce|sk|in|ti|fi|nf)\s*([+-]?\d{1,2})?$/.exec(code);
  switch (match?.[1]) {
    case "br":
    case "ce":
      return "\n";
    case "sp":
      return "\n".repeat(Math.max(1, Number(match[2] ?? 1)));
    case "sk":
      return " ".repeat(Math.max(1, Number(match[2] ?? 1)));
    case "in":
    case "ti":
    case "fi":
    case "nf":
      return "";
    default:
      return undefined;
  }
}
