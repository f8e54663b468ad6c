import { SNOMED } from "../fhir.ts";

/** An STU3 resource as a practice's system writes it. */
export type Stu3 = { resourceType: string; [field: string]: unknown };

/** Addresses of the extensions that practices' systems send. */
export const GPC = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-";
export const CARE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-";
/** System of the identifiers that stay the same in every answer. */
export const CROSS = "https://fhir.nhs.uk/Id/cross-care-setting-identifier";

/** A coded concept, or plain words where the code is not known for sure. */
export function coded(display: string, code: string | null): Record<string, unknown> {
  return code === null ? { text: display } : { coding: [{ system: SNOMED, code, display }], text: display };
}

/** `meta` with the profile that the resource claims. */
export function profile(name: string): { profile: string[] } {
  return { profile: [`https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-${name}`] };
}
