import { readFileSync } from "node:fs";

/** One element of a FHIR type; `max` 0 means many. */
export type ElementDefinition = {
  min: number;
  max: 0 | 1;
  types: string[];
  /** Types that a Reference may point at; missing: any. */
  targets?: string[];
  /** Value set of a required binding. */
  binding?: string;
};

export type TypeDefinition = { kind: "resource" | "complex-type" | "backbone"; elements: Record<string, ElementDefinition> };

export type SearchParameter = { code: string; type: "token" | "reference" | "string" | "date" | "quantity" | "uri" | "number"; paths: string[] };

type Definitions = {
  source: string;
  types: Record<string, TypeDefinition>;
  bindings: Record<string, string[]>;
  search: Record<string, SearchParameter[]>;
  /** Resource types outside the Patient compartment. */
  nobody: string[];
};

/** HL7 FHIR R4 4.0.1, extracted by `scripts/extract-definitions.ts`; read from the package, not from the network. */
export const definitions = JSON.parse(readFileSync(new URL("./definitions.json", import.meta.url), "utf8")) as Definitions;

/** True for the name of a concrete R4 resource type. */
export function isResourceType(name: unknown): name is string {
  return typeof name === "string" && Object.hasOwn(definitions.types, name) && definitions.types[name]!.kind === "resource" && name !== "Resource" && name !== "DomainResource";
}

/** True for types that need not be somebody's: medicines, devices, questionnaires, outcomes, whatever lies outside the Patient compartment of R4. */
export function belongsToNobody(type: string): boolean {
  return nobody.has(type);
}
const nobody = new Set(definitions.nobody);

/** True for a type that an element of `inside` may be, at any depth, extensions and contained resources aside: which resources can hold an Attachment. */
export function mayHold(type: string, inside: string): boolean {
  const key = `${type} ${inside}`;
  let holds = holding.get(key);
  if (holds === undefined) holding.set(key, (holds = reaches(type, inside, new Set())));
  return holds;
}
const holding = new Map<string, boolean>();

function reaches(type: string, inside: string, seen: Set<string>): boolean {
  if (type === inside) return true;
  const definition = type === "Extension" || type === "Resource" || seen.has(type) ? undefined : definitions.types[type];
  seen.add(type);
  return definition !== undefined && Object.values(definition.elements).some((element) => element.types.some((each) => reaches(each, inside, seen)));
}

/** Suffix of a choice element's property: `valueQuantity` for `Quantity`, `valueString` for `string`. */
export function choiceProperty(base: string, type: string): string {
  return base + type[0]!.toUpperCase() + type.slice(1);
}
