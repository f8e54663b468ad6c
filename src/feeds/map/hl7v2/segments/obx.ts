/** OBR[DiagnosticReport], OBX[Observation], NTE[Annotation]: results with their values, units, ranges and remarks. */
import type { ItemToStore } from "#record";
import type { Hl7Message, Hl7Segment, Resource } from "#standards";
import type { Mark } from "../../../mapped.ts";
import { concept, professional, quantity, referenceRange, time } from "../datatypes/index.ts";

/** HL7 table 0085, observation result status. */
const OBX_STATUS: Readonly<Record<string, string>> = { F: "final", C: "corrected", P: "preliminary", R: "preliminary", S: "preliminary", I: "registered", O: "registered", D: "entered-in-error", W: "entered-in-error", X: "cancelled", N: "cancelled", U: "final" };
/** HL7 table 0123, result status of a report. */
const OBR_STATUS: Readonly<Record<string, string>> = { F: "final", C: "corrected", P: "preliminary", R: "partial", S: "registered", I: "registered", O: "registered", X: "cancelled", A: "partial" };
const FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

type Group = { obr: Hl7Segment | null; orc: Hl7Segment | null; remarks: string[]; results: { obx: Hl7Segment; remarks: string[] }[] };

/** The message's order groups in their order: ORC, OBR, NTE, then OBX each with its NTE. */
function groupsOf(message: Hl7Message): Group[] {
  const groups: Group[] = [];
  let orc: Hl7Segment | null = null;
  for (const segment of message.segments) {
    const group = groups.at(-1);
    switch (segment.name) {
      case "ORC":
        orc = segment;
        break;
      case "OBR":
        groups.push({ obr: segment, orc, remarks: [], results: [] });
        orc = null;
        break;
      case "OBX":
        if (group === undefined) groups.push({ obr: null, orc, remarks: [], results: [{ obx: segment, remarks: [] }] });
        else group.results.push({ obx: segment, remarks: [] });
        break;
      case "NTE": {
        const remark = segment.whole(3).trim();
        if (remark !== "" && group !== undefined) (group.results.at(-1)?.remarks ?? group.remarks).push(remark);
      }
    }
  }
  return groups;
}

/** All results of a message; a value type that we do not know is kept as text and marked. */
export function results(message: Hl7Message, localId: string, visit: string | null, zone: string): { items: ItemToStore[]; marks: Mark[] } {
  const items: ItemToStore[] = [];
  const marks: Mark[] = [];
  for (const { obr, orc, remarks, results } of groupsOf(message)) {
    const order = obr?.text(3).trim() || orc?.text(3).trim() || obr?.text(2).trim() || `${localId}|${message.controlId}`;
    const reportKey = `report|${order}|${obr?.text(4) ?? ""}`;
    const taken = obr ? (time(obr, 7, zone) ?? time(obr, 22, zone)) : undefined;
    const issued = obr ? time(obr, 22, zone) : undefined;
    const name = (obr && concept(obr, 4)) ?? { text: "Results" };
    const author = obr ? (professional(obr, 32) ?? professional(obr, 16)) : undefined;
    const specimen = obr?.text(15).trim();
    const subject = { reference: `Patient/${localId}` };
    const encounter = visit === null ? {} : { encounter: { reference: `Encounter/${visit}` } };
    const seen = new Map<string, number>();
    const members: { reference: string }[] = [];
    const attachments: Record<string, unknown>[] = [];
    for (const { obx, remarks: mine } of results) {
      const code = concept(obx, 3) ?? { text: "Result without a name" };
      const identity = `${order}|${obx.text(3) || code.text}|${obx.text(4)}`;
      const repeat = (seen.get(identity) ?? 0) + 1;
      seen.set(identity, repeat);
      if (obx.text(2) === "ED") {
        attachments.push(attachmentOf(obx, code.text));
        continue;
      }
      const key = `result|${identity}${repeat > 1 ? `|${repeat}` : ""}`;
      const { value, mark } = valueOf(obx, zone);
      if (mark) marks.push(mark);
      const flag = obx.text(8).trim();
      const effective = time(obx, 14, zone) ?? taken;
      const range = referenceRange(obx.text(7));
      items.push({
        sourceKey: key,
        resource: {
          resourceType: "Observation",
          extension: [{ url: "https://kmcr.org.uk/StructureDefinition/group", valueString: name.text ?? "Results" }],
          status: OBX_STATUS[obx.text(11).toUpperCase()] ?? "unknown",
          category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }],
          code,
          subject,
          ...encounter,
          ...(effective && { effectiveDateTime: effective }),
          ...(issued && issued.includes("T") && { issued }),
          ...(author && { performer: [{ display: author }] }),
          ...value,
          ...(flag && { interpretation: [{ coding: [{ system: FLAGS, code: flag }] }] }),
          ...(mine.length > 0 && { note: mine.map((text) => ({ text })) }),
          ...(specimen && { specimen: { display: specimen } }),
          ...(range && { referenceRange: range }),
        },
      });
      members.push({ reference: `Observation/${key}` });
    }
    if (obr === null) continue;
    const report: Resource = {
      resourceType: "DiagnosticReport",
      identifier: [{ value: order }],
      status: OBR_STATUS[obr.text(25).toUpperCase()] ?? "unknown",
      category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: obr.text(24) || "LAB" }] }],
      code: name,
      subject,
      ...encounter,
      ...(taken && { effectiveDateTime: taken }),
      ...(issued && issued.includes("T") && { issued }),
      ...(author && { performer: [{ display: author }] }),
      ...(members.length > 0 && { result: members }),
      ...(remarks.length > 0 && { conclusion: remarks.join("\n") }),
      ...(attachments.length > 0 && { presentedForm: attachments }),
    };
    items.push({ sourceKey: reportKey, resource: report });
  }
  return { items, marks };
}

function valueOf(obx: Hl7Segment, zone: string): { value: Record<string, unknown>; mark?: Mark } {
  const type = obx.text(2).trim().toUpperCase();
  const raw = obx.whole(5).trim();
  if (raw === "") return { value: { dataAbsentReason: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/data-absent-reason", code: "unknown", display: "Unknown" }] } } };
  switch (type) {
    case "NM": {
      const found = quantity(raw, concept(obx, 6));
      if (found) return { value: { valueQuantity: found } };
      return { value: { valueString: withUnit(raw, obx) }, mark: { code: "feeds.not-a-number", why: `OBX-2 says NM but "${raw.slice(0, 40)}" is not a number; kept as text`, place: `OBX[${obx.sequence}]-5` } };
    }
    case "SN": {
      const [comparator, first, separator, second] = [1, 2, 3, 4].map((component) => obx.text(5, component).trim());
      const found = second ? null : quantity(`${comparator === "=" ? "" : comparator}${first}`, concept(obx, 6));
      return { value: found ? { valueQuantity: found } : { valueString: withUnit(`${comparator}${first}${separator}${second}`, obx) } };
    }
    case "CE":
    case "CWE":
    case "CNE":
    case "CF":
      return { value: { valueCodeableConcept: concept(obx, 5)! } };
    case "TS":
    case "DTM":
    case "DT": {
      const at = time(obx, 5, zone);
      return { value: at ? { valueDateTime: at } : { valueString: raw } };
    }
    case "":
    case "ST":
    case "TX":
    case "FT":
    case "ID":
    case "IS":
    case "TM":
    case "RP":
    case "XCN":
      return { value: { valueString: obx.repetitions(5).map((repetition) => obx.part(repetition)).join("\n").trim() || raw } };
    default:
      return { value: { valueString: raw }, mark: { code: "feeds.value-type", why: `the value type "${type}" is not known; kept as text`, place: `OBX[${obx.sequence}]-2` } };
  }
}

const withUnit = (text: string, obx: Hl7Segment): string => [text, obx.text(6)].filter(Boolean).join(" ");

/** ED[Attachment]: source application, type, subtype, encoding, data. */
export function attachmentOf(obx: Hl7Segment, title: string | undefined): Record<string, unknown> {
  const [type, subtype, encoding, data] = [2, 3, 4, 5].map((component) => obx.text(5, component).trim());
  const mime = MIME[`${subtype}`.toLowerCase()] ?? (type && subtype ? `${type}/${subtype}`.toLowerCase() : "application/octet-stream");
  const bytes = encoding!.toLowerCase() === "base64" ? data!.replace(/\s/g, "") : Buffer.from(encoding!.toLowerCase() === "hex" ? Buffer.from(data!, "hex") : Buffer.from(data!)).toString("base64");
  return { contentType: mime, ...(title && { title }), data: bytes };
}
const MIME: Readonly<Record<string, string>> = { pdf: "application/pdf", rtf: "application/rtf", html: "text/html", plain: "text/plain", jpeg: "image/jpeg", png: "image/png", tiff: "image/tiff" };
