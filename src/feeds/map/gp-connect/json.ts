import { isRawNumber } from "#standards";

/** A JSON object as it came or as it goes out; field access stays explicit and checked at the point of use. */
export type Json = { [field: string]: unknown };

/** A FHIR R4 resource as plain JSON. */
export type R4 = Json & { resourceType: string; id?: string };

/** True for a JSON object that is no array, and no number that keeps its own text (`10.0`): a copy of that would be no number. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** The value as a list of objects: one object, several, or none where it is missing or of another shape. */
export function objects(value: unknown): Json[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** The value where it is a text, else `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Codes of a CodeableConcept or of a list of them, in order. */
export function codesOf(concepts: unknown): string[] {
  return objects(concepts).flatMap((concept) => objects(concept["coding"]).map((coding) => text(coding["code"]) ?? ""));
}
