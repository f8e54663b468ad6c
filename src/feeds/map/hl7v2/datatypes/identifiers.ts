/** CX, EI, EIP and HD[Identifier]. */
import type { Hl7Segment, Identifier } from "#standards";

const TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203";
const TYPE_NAMES: Readonly<Record<string, string>> = { PLAC: "Placer Identifier", FILL: "Filler Identifier", PGN: "Placer Group Number", FGN: "Filler Group Number", VN: "Visit number", ACSN: "Accession ID", DL: "Driver's license number", AN: "Account number" };
const SYSTEMS: Readonly<Record<string, string>> = { GMC: "https://fhir.hl7.org.uk/Id/gmc-number", NMC: "https://fhir.hl7.org.uk/Id/nmc-number", GDC: "https://fhir.hl7.org.uk/Id/gdc-number", GPHC: "https://fhir.hl7.org.uk/Id/gphc-number", NHS: "https://fhir.nhs.uk/Id/nhs-number", ODS: "https://fhir.nhs.uk/Id/ods-organization-code" };

/** HD as the address of a namespace: a known register, an OID, a UUID, an address, else its own name. */
export function namespaceOf(segment: Hl7Segment, repetition: string, component: number): string | undefined {
  const [name, universal, kind] = [1, 2, 3].map((subcomponent) => segment.part(repetition, component, subcomponent).trim());
  return namespace(name!, universal!, kind!);
}

export function namespace(name: string, universal: string, kind: string): string | undefined {
  if (SYSTEMS[name.toUpperCase()]) return SYSTEMS[name.toUpperCase()];
  if (universal !== "") {
    if (kind === "ISO") return `urn:oid:${universal}`;
    if (kind === "UUID" || kind === "GUID") return `urn:uuid:${universal.toLowerCase()}`;
    return /^[a-z]+:\S+$/i.test(universal) ? universal : `urn:hl7v2:${universal.replace(/\s+/g, "-")}`;
  }
  return name === "" ? undefined : `urn:hl7v2:${name.replace(/\s+/g, "-")}`;
}

export function typed(code: string): { coding: { system: string; code: string; display?: string }[] } {
  return { coding: [{ system: TYPES, code, ...(TYPE_NAMES[code] && { display: TYPE_NAMES[code] }) }] };
}

/** CX: id, authority in 4, type in 5. */
export function cx(segment: Hl7Segment, field: number, type?: string, repetition = segment.repetitions(field)[0]): Identifier | undefined {
  const value = repetition === undefined ? "" : segment.part(repetition, 1).trim();
  if (value === "") return undefined;
  const system = namespaceOf(segment, repetition!, 4);
  const code = type ?? segment.part(repetition!, 5).trim();
  return { ...(code && { type: typed(code) }), ...(system && { system }), value };
}

/** EI: id, namespace in 2, universal id in 3, its kind in 4. */
export function ei(segment: Hl7Segment, field: number, type?: string, repetition = segment.repetitions(field)[0]): Identifier | undefined {
  const value = repetition === undefined ? "" : segment.part(repetition, 1).trim();
  if (value === "") return undefined;
  const system = namespace(segment.part(repetition!, 2).trim(), segment.part(repetition!, 3).trim(), segment.part(repetition!, 4).trim());
  return { ...(type && { type: typed(type) }), ...(system && { system }), value };
}

/** EIP: the placer's EI in component 1, the filler's in 2, their parts as subcomponents. */
export function eip(segment: Hl7Segment, field: number, component: 1 | 2, type?: string, repetition = segment.repetitions(field)[0]): Identifier | undefined {
  if (repetition === undefined) return undefined;
  const [value, name, universal, kind] = [1, 2, 3, 4].map((subcomponent) => segment.part(repetition, component, subcomponent).trim());
  if (value === "") return undefined;
  const system = namespace(name!, universal!, kind!);
  return { type: typed(type ?? (component === 1 ? "PLAC" : "FILL")), ...(system && { system }), value: value! };
}
