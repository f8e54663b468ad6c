/** CE, CWE, CNE, CF, IS and ID[CodeableConcept, Coding]. */
import type { CodeableConcept, Coding, Hl7Segment } from "#standards";
import { isKnownSystem, systemOf } from "../codes/systems.ts";
import type { Hl7Reading } from "../reading.ts";

/** Code, text and system of a field's first repetition, and its alternate triplet. `undefined` where all is empty. */
export function concept(segment: Hl7Segment, field: number, repetition?: string): CodeableConcept | undefined {
  const raw = repetition ?? segment.repetitions(field)[0];
  if (raw === undefined || raw === "") return undefined;
  const part = (component: number): string => segment.part(raw, component).trim();
  const [code, display] = [part(1), part(2)];
  const coding = [coded(code, display, part(3)), coded(part(4), part(5), part(6))].filter((each) => each !== undefined);
  const text = part(9) || display || part(5) || code;
  if (coding.length === 0 && text === "") return undefined;
  return { ...(coding.length > 0 && { coding }), ...(text && { text }) };
}

/** Every repetition. */
export const concepts = (segment: Hl7Segment, field: number): CodeableConcept[] => segment.repetitions(field).map((repetition) => concept(segment, field, repetition)).filter((each) => each !== undefined);

function coded(code: string, display: string, system: string): Coding | undefined {
  if (code === "") return undefined;
  return { ...(system && { system: systemOf(system) }), code, ...(display && { display }) };
}

/**
 * A concept of clinical meaning (test, substance, diagnosis, procedure, vaccine,
 * medicine): the region's map gives the national code of a local one, which then
 * stands first, the sender's own behind it; what no map knows is counted.
 */
export function clinical(reading: Hl7Reading, segment: Hl7Segment, field: number, repetition?: string): CodeableConcept | undefined {
  const found = withMethod(concept(segment, field, repetition), segment, field);
  const codings = found?.coding;
  if (found === undefined || codings === undefined || codings.some((coding) => isKnownSystem(coding.system))) return found;
  const raw = repetition ?? segment.repetitions(field)[0]!;
  const method = segment.name === "DG1" || segment.name === "PR1" ? segment.text(2).trim() : "";
  const names = [3, 6].map((component, at) => segment.part(raw, component).trim() || (at === 0 ? method : ""));
  const codes = [1, 4].map((component) => segment.part(raw, component).trim());
  for (const at of [0, 1]) {
    if (codes[at] === "") continue;
    const national = reading.nationalCode(names[at]!, codes[at]!);
    if (national) return { ...found, coding: [national, ...codings] };
  }
  const at = codes[0] === "" ? 1 : 0;
  reading.countUnmapped(names[at]!, codes[at]!, segment.part(raw, at === 0 ? 2 : 5).trim());
  return found;
}

/** DG1-2 and PR1-2: until v2.3 the system stood in a field of its own. */
function withMethod(found: CodeableConcept | undefined, segment: Hl7Segment, field: number): CodeableConcept | undefined {
  const coding = found?.coding?.[0];
  if (coding === undefined || coding.system !== undefined || field !== 3 || (segment.name !== "DG1" && segment.name !== "PR1")) return found;
  const method = segment.text(2).trim();
  return method === "" ? found : { ...found, coding: [{ ...coding, system: systemOf(method) }, ...found!.coding!.slice(1)] };
}

/** The bare code of a field, in capitals. */
export const codeOf = (segment: Hl7Segment, field: number): string => segment.text(field).trim().toUpperCase();
