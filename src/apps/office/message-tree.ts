/** A message's bytes as a reader follows them: HL7 v2 by segment and field, JSON by key, a file by row and column. */
import { html, type Html } from "#platform";
import { decodeHl7, parseHl7 } from "#standards";
import { table } from "./words.ts";

/** Shown of a long message; the rest is read at the command line. */
export const MOST_SHOWN = 200_000;
const MOST_ROWS = 500;

/** Names of the fields that are looked for most. Source: HL7 v2.5.1 chapters 2, 3, 4 and 7. */
const FIELDS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  MSH: { 3: "Sending application", 4: "Sending facility", 5: "Receiving application", 6: "Receiving facility", 7: "Time of message", 9: "Type", 10: "Control id", 11: "Processing id", 12: "Version", 15: "Accept acknowledgement", 16: "Application acknowledgement", 18: "Character set" },
  EVN: { 1: "Event", 2: "Recorded", 5: "Operator", 6: "Occurred" },
  PID: { 2: "Patient id (external)", 3: "Patient identifiers", 5: "Name", 7: "Date of birth", 8: "Sex", 11: "Address", 13: "Phone, home", 14: "Phone, work", 18: "Account number", 19: "NHS number (old)", 29: "Died", 30: "Death indicator" },
  PD1: { 3: "GP practice", 4: "GP" },
  MRG: { 1: "Former patient identifiers" },
  PV1: { 2: "Class", 3: "Location", 7: "Attending", 8: "Referring", 10: "Service", 19: "Visit number", 36: "Discharge disposition", 44: "Admitted", 45: "Discharged" },
  NK1: { 2: "Name", 3: "Relationship", 5: "Phone" },
  AL1: { 2: "Kind", 3: "Allergen", 4: "Severity", 5: "Reaction" },
  DG1: { 3: "Diagnosis", 4: "Words", 5: "When", 6: "Kind" },
  ORC: { 1: "Order control", 2: "Placer order", 3: "Filler order", 5: "Status", 12: "Ordering provider" },
  OBR: { 2: "Placer order", 3: "Filler order", 4: "Service", 7: "Observed", 14: "Specimen received", 22: "Reported", 24: "Section", 25: "Status" },
  OBX: { 2: "Value type", 3: "Observation", 4: "Sub-id", 5: "Value", 6: "Units", 7: "Range", 8: "Flags", 11: "Status", 14: "Observed" },
  NTE: { 3: "Comment" },
  TXA: { 2: "Document type", 4: "Activity", 12: "Document number", 17: "Completion" },
  SCH: { 1: "Placer appointment", 2: "Filler appointment", 7: "Reason", 11: "Timing", 25: "Status" },
};

/** The bytes as text: by MSH-18 for HL7 v2, as UTF-8 otherwise; `null` where they are no text. */
export function textOf(format: string, bytes: Buffer): string | null {
  if (format === "hl7v2") {
    const decoded = decodeHl7(bytes);
    return typeof decoded === "string" ? decoded.replace(/\r\n?/g, "\n") : bytes.toString("latin1").replace(/\r\n?/g, "\n");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return format === "unknown" || format === "csv" ? bytes.toString("latin1").replace(/\r\n?/g, "\n") : null;
  }
}

/** The parsed tree, or why there is none. */
export function treeOf(format: string, bytes: Buffer): Html {
  if (format === "hl7v2") return hl7Tree(bytes);
  const text = textOf(format, bytes) ?? "";
  if (format === "csv") return rowsTree(text);
  try {
    return html`<pre class="pre office-source" tabindex="0">${JSON.stringify(JSON.parse(text), null, 2).slice(0, MOST_SHOWN)}</pre>`;
  } catch (error) {
    return html`<p>Cannot be parsed: ${(error as Error).message}</p>`;
  }
}

function hl7Tree(bytes: Buffer): Html {
  const parsed = parseHl7(decodeHl7(bytes));
  if (!parsed.ok) return html`<p>Cannot be parsed: ${parsed.fault.why}</p>`;
  const rows = parsed.message.segments.slice(0, MOST_ROWS).flatMap((segment) => {
    const fields: Html[] = [];
    for (let field = 1; field <= 60; field++) {
      if (!segment.has(field)) continue;
      fields.push(html`<tr><td><code>${segment.name}${segment.sequence > 1 && `[${segment.sequence}]`}-${field}</code></td><td>${FIELDS[segment.name]?.[field] ?? ""}</td><td class="pre">${segment.name === "MSH" && field <= 2 ? segment.raw(field) : segment.raw(field).slice(0, 2000)}</td></tr>`);
    }
    return fields;
  });
  return table("Segments and fields", ["Field", "Name", "Value as sent"], rows);
}

function rowsTree(text: string): Html {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== "");
  const separator = [",", ";", "\t", "|"].toSorted((a, b) => (lines[0]?.split(b).length ?? 0) - (lines[0]?.split(a).length ?? 0))[0]!;
  const cells = lines.slice(0, MOST_ROWS + 1).map((line) => line.split(separator));
  return html`${table("Rows", ["Row", ...(cells[0] ?? [])], cells.slice(1).map((row, index) => html`<tr><th scope="row">${index + 2}</th>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`))}${lines.length > MOST_ROWS + 1 && html`<p>The first ${MOST_ROWS} of ${lines.length - 1} rows.</p>`}`;
}
