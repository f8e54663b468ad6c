/** Reading a FHIR resource of any shape: what is not there is `undefined`, never an error. */
import { isRawNumber, type CodeableConcept, type Coding, type Reference, type Resource } from "#standards";

/** What the row of a resource is made from besides itself: the other resources of its message. */
export type EntryContext = { resolve(reference: string): Resource | undefined };

export const EXTENSION = "https://kmcr.org.uk/StructureDefinition/";

export const text = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : isRawNumber(value) ? value.rawJSON : undefined);

export const list = (value: unknown): any[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

export const ownExtension = (resource: Resource, name: string): Record<string, unknown> | undefined =>
  list(resource["extension"]).find((each) => each?.url === EXTENSION + name);

/** The words of a concept: its text, else the display of its best coding, else the bare code. */
export function words(concept: CodeableConcept | undefined): string | undefined {
  if (concept === undefined || concept === null) return undefined;
  const coding = bestCoding(concept);
  return text(concept.text) ?? text(coding?.display) ?? text(coding?.code);
}

export function bestCoding(concept: CodeableConcept | undefined): Coding | undefined {
  const codings = list(concept?.coding) as Coding[];
  return codings.find((each) => each?.system === "http://snomed.info/sct") ?? codings.find((each) => each?.code !== undefined) ?? codings[0];
}

export const contained = (resource: Resource, reference: string | undefined): Resource | undefined =>
  reference?.startsWith("#") ? resource.contained?.find((each) => each?.id === reference.slice(1)) : undefined;

/** `Family, Given (Title)` is the banner's business; a row shows the name as one text. */
export function nameText(name: any): string | undefined {
  if (name === undefined || name === null) return undefined;
  return text(name.text) ?? text([...list(name.prefix), ...list(name.given), name.family].filter(Boolean).join(" "));
}

/** The name behind a reference: its display, else the resource of the same message. */
export function referenceName(reference: Reference | undefined, context: EntryContext): string | undefined {
  if (reference === undefined || reference === null) return undefined;
  const shown = text(reference.display);
  if (shown) return shown;
  const target = reference.reference ? context.resolve(reference.reference) : undefined;
  if (target === undefined || target.resourceType === "Patient") return undefined;
  if (target.resourceType === "PractitionerRole") return referenceName(target["practitioner"], context) ?? referenceName(target["organization"], context);
  return Array.isArray(target["name"]) ? nameText(target["name"][0]) : text(target["name"]);
}

export const telecomOf = (resource: Resource, system: string): string | undefined => text(list(resource["telecom"]).find((each) => each?.system === system)?.value);

export function addressText(address: any): string | undefined {
  if (!address) return undefined;
  return text(address.text) ?? text([...list(address.line), address.city, address.district, address.postalCode].filter(Boolean).join(", "));
}
