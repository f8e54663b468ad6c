/** HL7 v2 datatypes to FHIR datatypes, named as in HL7's own guide. */
import { decimal, fhirDateTime, type CodeableConcept, type Hl7Segment } from "#standards";

/** CE/CWE[CodeableConcept]: code, text, system, and the alternate triplet. `undefined` where all is empty. */
export function concept(segment: Hl7Segment, field: number, repetition?: string): CodeableConcept | undefined {
  const raw = repetition ?? segment.repetitions(field)[0];
  if (raw === undefined) return undefined;
  const part = (component: number): string => segment.part(raw, component).trim();
  const coding = [coded(part(1), part(2), part(3)), coded(part(4), part(5), part(6))].filter((each) => each !== undefined);
  const text = part(9) || part(2) || part(5) || part(1);
  if (coding.length === 0 && text === "") return undefined;
  return { ...(coding.length > 0 && { coding }), ...(text && { text }) };
}

function coded(code: string, display: string, system: string): { system?: string; code: string; display?: string } | undefined {
  if (code === "") return undefined;
  return { ...(system && { system: SYSTEMS[system] ?? `urn:hl7v2:${system}` }), code, ...(display && { display }) };
}

/** HL7 table 0396 names to FHIR system URIs; a name that is not here keeps its own under `urn:hl7v2:`. */
const SYSTEMS: Readonly<Record<string, string>> = {
  SCT: "http://snomed.info/sct", SNOMED: "http://snomed.info/sct", SNM: "http://snomed.info/sct", "SNOMED-CT": "http://snomed.info/sct", SNM3: "http://snomed.info/sct",
  LN: "http://loinc.org", LOINC: "http://loinc.org", I10: "http://hl7.org/fhir/sid/icd-10", ICD10: "http://hl7.org/fhir/sid/icd-10", RC: "http://read.info/readv2", READ: "http://read.info/readv2", DMD: "https://dmd.nhs.uk",
};

/** XCN[Practitioner] as the words of a reference: `Dr Kathleen Woolfson`. */
export function professional(segment: Hl7Segment, field: number): string | undefined {
  const raw = segment.repetitions(field)[0];
  if (raw === undefined) return undefined;
  const [id, family, given, , , prefix] = [1, 2, 3, 4, 5, 6].map((component) => segment.part(raw, component).trim());
  return [prefix, given, family].filter(Boolean).join(" ") || id || undefined;
}

/** PL[Location] as words: ward, bay, bed, then the site. */
export function place(segment: Hl7Segment, field: number): string | undefined {
  const raw = segment.repetitions(field)[0];
  if (raw === undefined) return undefined;
  const [ward, room, bed, site] = [1, 2, 3, 4].map((component) => segment.part(raw, component).trim());
  return [[ward, room, bed].filter(Boolean).join(" "), site].filter(Boolean).join(", ") || undefined;
}

/** TS/DTM[dateTime] in the sender's zone; `undefined` where it is empty or no time. */
export function time(segment: Hl7Segment, field: number, zone: string): string | undefined {
  const text = segment.text(field);
  return text === "" ? undefined : (fhirDateTime(text, zone) ?? undefined);
}

const NUMBER = /^([<>]=?)?\s*([+-]?(?:\d+\.?\d*|\.\d+))$/;

/** NM and SN[Quantity]; `null` where the text is no number, so that the caller keeps it as text. */
export function quantity(text: string, unit: CodeableConcept | undefined): Record<string, unknown> | null {
  const match = NUMBER.exec(text.trim());
  if (match === null) return null;
  const units = unit?.text ?? unit?.coding?.[0]?.code;
  return { value: decimal(match[2]!), ...(match[1] && { comparator: match[1] }), ...(units && { unit: units }) };
}

/** OBX-7 `49 - 92`, `< 5`, `0.10-0.50` as FHIR; text that is neither stays text. */
export function referenceRange(text: string): Record<string, unknown>[] | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const both = /^(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)$/.exec(trimmed);
  if (both) return [{ low: { value: decimal(both[1]!) }, high: { value: decimal(both[2]!) }, text: trimmed }];
  const upper = /^<=?\s*(\d+(?:\.\d+)?)$/.exec(trimmed);
  if (upper) return [{ high: { value: decimal(upper[1]!) }, text: trimmed }];
  const lower = /^>=?\s*(\d+(?:\.\d+)?)$/.exec(trimmed);
  return lower ? [{ low: { value: decimal(lower[1]!) }, text: trimmed }] : [{ text: trimmed }];
}
