/** OBX[Observation]: a result with its value, unit, range, flags, and who and what found it. */
import type { Hl7Segment } from "#standards";
import type { Mark } from "../../../mapped.ts";
import { INTERPRETATIONS, NATURE_OF_ABNORMALITY, RESULT_STATUS } from "../codes/tables.ts";
import { concept, documentInText, ei, organisation, period, practitioner, quantity, structuredNumber, time, timeOfDay } from "../datatypes/index.ts";
import type { Hl7Reading } from "../reading.ts";

/** True where OBX-5 is a document and no value. */
export function isDocument(obx: Hl7Segment): boolean {
  const type = obx.text(2).trim().toUpperCase();
  return type === "ED" || type === "RP" || ((type === "TX" || type === "FT" || type === "ST") && obx.raw(5).length > 32 && documentInText(obx.whole(5)) !== null);
}

/** OBX-11, else what the report's status says. */
export const resultStatus = (obx: Hl7Segment, ofReport: string | undefined): string => RESULT_STATUS[obx.text(11).trim().toUpperCase()] ?? ofReport ?? "unknown";

const FLAGS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
/** OBX-8, every flag; one that FHIR's own system lacks keeps table 0078 as its system. */
export function interpretations(obx: Hl7Segment): Record<string, unknown>[] {
  return obx.repetitions(8).flatMap((repetition) => {
    const code = obx.part(repetition, 1).trim();
    const text = obx.part(repetition, 2).trim();
    if (code === "" && text === "") return [];
    const display = INTERPRETATIONS[code.toUpperCase()];
    return [{ ...(code && { coding: [{ system: display ? FLAGS : "http://terminology.hl7.org/CodeSystem/v2-0078", code, ...(display && { display }) }] }), ...(text && { text }) }];
  });
}

const FURTHER = [17, 18, 19, 20, 21, 30];

/** Fields of an Observation that OBX alone gives, besides code, status, value and time. */
export function furtherFields(reading: Hl7Reading, obx: Hl7Segment): Record<string, unknown> {
  const isCancelled = obx.text(11).trim().toUpperCase() === "X";
  // Most laboratories end OBX at the time or the observer.
  if (!isCancelled && !obx.has(10) && !FURTHER.some((field) => obx.has(field))) return { extension: [] };
  const analysed = time(obx, 19, reading.zone);
  const nature = obx.text(10).trim().toUpperCase();
  const structure = obx.text(30).trim();
  const device = ei(obx, 18);
  const filler = ei(obx, 21, "FILL");
  return {
    extension: [
      ...(analysed ? [{ url: "http://hl7.org/fhir/StructureDefinition/observation-analysis-date-time", valueDateTime: analysed }] : []),
      ...(nature ? [{ url: "http://hl7.org/fhir/StructureDefinition/observation-nature-of-abnormal-test", valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0080", code: nature, ...(NATURE_OF_ABNORMALITY[nature] && { display: NATURE_OF_ABNORMALITY[nature] }) }] } }] : []),
      ...(structure ? [{ url: "http://hl7.org/fhir/StructureDefinition/observation-structure-type", valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0936", code: structure }] } }] : []),
    ],
    identifier: filler && [filler],
    ...(isCancelled && { _status: { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/alternate-codes", valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0085", code: "X", display: "Results cannot be obtained" }] } }] } }),
    bodySite: concept(obx, 20),
    method: concept(obx, 17),
    device: device && { type: "Device", identifier: device, display: device.value },
  };
}

/** Who found it: the responsible observer, the laboratory and its director; none where OBX names nobody. */
export function performers(obx: Hl7Segment): Record<string, unknown>[] {
  const producer = concept(obx, 15);
  const laboratory = organisation(obx, 23) ?? (producer?.text && { type: "Organization", display: producer.text });
  return [practitioner(obx, 16), laboratory, practitioner(obx, 25)].filter((each) => each !== undefined && each !== "") as Record<string, unknown>[];
}

const ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

/** OBX-5 by OBX-2. What does not fit its type is kept as text, and marked. */
export function valueOf(reading: Hl7Reading, obx: Hl7Segment): { value: Record<string, unknown>; mark?: Mark } {
  const type = obx.text(2).trim().toUpperCase();
  const raw = obx.whole(5).trim();
  if (raw === "" || /^[\^~&]+$/.test(raw)) return { value: { dataAbsentReason: { coding: [obx.text(11).trim().toUpperCase() === "N" ? { system: ABSENT, code: "not-asked", display: "Not Asked" } : { system: ABSENT, code: "unknown", display: "Unknown" }] } } };
  const unit = concept(obx, 6);
  const asText = (text: string): { value: Record<string, unknown> } => ({ value: { valueString: [text, unit?.text].filter(Boolean).join(" ") } });
  switch (type) {
    case "NM": {
      const found = quantity(raw, unit);
      if (found) return { value: { valueQuantity: found } };
      return { ...asText(raw), mark: { code: "feeds.not-a-number", why: `OBX-2 says NM but "${raw.slice(0, 40)}" is not a number; kept as text`, place: `OBX[${obx.sequence}]-5` } };
    }
    case "SN": {
      const found = structuredNumber(obx, 5, unit);
      return found ? { value: found } : asText([1, 2, 3, 4].map((component) => obx.text(5, component).trim()).join(""));
    }
    case "NR": {
      const [low, high] = [1, 2].map((component) => quantity(obx.text(5, component), unit) ?? undefined);
      return low || high ? { value: { valueRange: { ...(low && { low }), ...(high && { high }) } } } : asText(raw);
    }
    case "CE":
    case "CWE":
    case "CNE":
    case "CF":
    case "IS": {
      const repetitions = obx.repetitions(5);
      // One value of FHIR: several answers stand as their words.
      if (repetitions.length > 1) return { value: { valueString: repetitions.map((each) => concept(obx, 5, each)?.text).filter(Boolean).join("\n") } };
      return { value: { valueCodeableConcept: concept(obx, 5) ?? { text: raw } } };
    }
    case "TS":
    case "DTM":
    case "DT": {
      const at = time(obx, 5, reading.zone);
      return { value: at ? { valueDateTime: at } : { valueString: raw } };
    }
    case "TM": {
      const at = timeOfDay(obx.text(5));
      return { value: at ? { valueTime: at } : { valueString: raw } };
    }
    case "DR": {
      const found = period(obx, 5, reading.zone);
      return { value: found ? { valuePeriod: found } : { valueString: raw } };
    }
    case "VR":
      return asText([obx.text(5, 1), obx.text(5, 2)].filter(Boolean).join("-"));
    case "":
    case "ST":
    case "TX":
    case "FT":
    case "ID":
    case "NA":
    case "MA":
    case "XCN":
    case "XPN":
    case "XAD":
    case "XTN":
    case "XON":
    case "CX":
    case "EI":
      return { value: { valueString: obx.repetitions(5).map((repetition) => obx.part(repetition)).join("\n").trim() || raw } };
    default:
      return { value: { valueString: raw }, mark: { code: "feeds.value-type", why: `the value type "${type}" is not known; kept as text`, place: `OBX[${obx.sequence}]-2` } };
  }
}

/** Text of a value in words, for the name of what hangs under it: the organism of its sensitivities. */
export function valueWords(value: Record<string, unknown>): string | undefined {
  const coded = value["valueCodeableConcept"] as { text?: string } | undefined;
  return coded?.text ?? (value["valueString"] as string | undefined);
}

