/**
 * FHIR R4 validation by functions compiled once from the definitions:
 * cardinality, property names, JSON types, primitive formats, choice types,
 * required bindings, reference targets, contained resources; and the
 * definitions' invariants, each a function of its own (`invariants.ts`).
 */
import { choiceProperty, definitions, isResourceType, type ElementDefinition } from "./definitions.ts";
import { isPrimitive } from "./elements.ts";
import { INVARIANTS, type Invariant } from "./invariants.ts";
import { isRawNumber } from "./json.ts";
import type { Resource } from "./resource.ts";

/** One fault, with the FHIRPath-like place that an OperationOutcome gives as `expression`. */
export type ValidationIssue = { code: "structure" | "required" | "value" | "invalid" | "code-invalid" | "invariant" | "not-supported"; expression: string; why: string };

type Check = (value: unknown, path: Path, issues: ValidationIssue[]) => void;
/** Where we are, made into text only when there is a fault. */
type Path = { parent: Path | null; step: string | number };

const expressionOf = (path: Path): string =>
  path.parent === null ? String(path.step) : typeof path.step === "number" ? `${expressionOf(path.parent)}[${path.step}]` : `${expressionOf(path.parent)}.${path.step}`;
const fault = (issues: ValidationIssue[], code: ValidationIssue["code"], path: Path, why: string): void => {
  issues.push({ code, expression: expressionOf(path), why });
};

/**
 * Validates a resource of any R4 type; no issue means valid. `root` names the
 * place in a larger body, for example `Bundle.entry[3].resource`.
 */
export function validateResource(resource: unknown, root?: string): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  checkResource(resource, { parent: null, step: root ?? typeName(resource) }, issues);
  return issues;
}

/** Validates a value of any complex type, `Bundle.entry` for example, that stands at `root`. */
export function validateElement(type: string, value: unknown, root: string): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  typeCheck(type)(value, { parent: null, step: root }, issues);
  return issues;
}

const typeName = (value: unknown): string => {
  const name = (value as Resource | null)?.resourceType;
  return typeof name === "string" ? name : "Resource";
};

function checkResource(value: unknown, path: Path, issues: ValidationIssue[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fault(issues, "structure", path, "must be a resource object");
  const type = (value as Resource).resourceType;
  if (!isResourceType(type)) return fault(issues, "structure", path, type === undefined ? "has no resourceType" : `resourceType "${String(type).slice(0, 64)}" is not a FHIR R4 resource`);
  const outer = root;
  // What is contained refers to its neighbours in the resource that holds it; anything else stands for itself.
  if (path.parent?.step !== "contained") root = value as Resource;
  typeCheck(type)(value, path, issues);
  root = outer;
}

/** The resource that `#id` is looked up in, while one is validated. */
let root: Resource = { resourceType: "" };

type Property = { check: Check; many: boolean; primitive: boolean };
type Compiled = { properties: Map<string, Property>; required: string[][]; choices: string[][]; isResource: boolean; mayBeIdAlone: boolean; invariants: readonly Invariant[] };
const compiled = new Map<string, Check>();

/** The check of a complex type, compiled at its first use (Extension and Reference refer to themselves). */
function typeCheck(type: string): Check {
  let check = compiled.get(type);
  if (check === undefined) {
    let ready: Compiled | undefined;
    check = (value, path, issues) => checkObject((ready ??= compile(type)), value, path, issues);
    compiled.set(type, check);
  }
  return check;
}

function compile(type: string): Compiled {
  const definition = definitions.types[type]!;
  const properties = new Map<string, Property>();
  const required: string[][] = [];
  const choices: string[][] = [];
  for (const [name, element] of Object.entries(definition.elements)) {
    const many = element.max === 0;
    const names: string[] = [];
    if (name.endsWith("[x]")) {
      for (const each of element.types) {
        const property = choiceProperty(name.slice(0, -3), each);
        names.push(property);
        properties.set(property, { check: valueCheck(each, element), many, primitive: isPrimitive(each) });
      }
      choices.push(names);
    } else {
      names.push(name);
      // HL7's R4 definitions call a resource's id a string; the standard's text says that it is of type id.
      const type = name === "id" && definition.kind === "resource" ? "id" : element.types[0]!;
      properties.set(name, { check: valueCheck(type, element), many, primitive: isPrimitive(type) });
    }
    if (element.min > 0) required.push(names);
  }
  const isResource = definition.kind === "resource";
  const invariants = [...(isResource && properties.has("contained") ? INVARIANTS["DomainResource"]! : []), ...(INVARIANTS[type] ?? [])];
  return { properties, required, choices, isResource, mayBeIdAlone: isResource || type === "Element", invariants };
}

function checkObject(type: Compiled, value: unknown, path: Path, issues: ValidationIssue[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fault(issues, "structure", path, "must be an object");
  const object = value as Record<string, unknown>;
  const before = issues.length;
  let count = 0;
  for (const name in object) {
    // An id by itself says nothing (ele-1), but beside a primitive's value.
    if (name !== "id" || type.mayBeIdAlone) count++;
    const property = type.properties.get(name);
    if (property !== undefined) {
      if (!property.many && property.primitive) property.check(object[name], { parent: path, step: name }, issues);
      else checkProperty(property, object[name], { parent: path, step: name }, issues);
      if (property.many && property.primitive) checkPlaces(object[name], object[`_${name}`], { parent: path, step: name }, issues);
    } else if (name.charCodeAt(0) === 95 /* _ */ && type.properties.get(name.slice(1))?.primitive) {
      checkPrimitiveExtension(object[name], { parent: path, step: name }, issues);
      checkPlaces(object[name], object[name.slice(1)], { parent: path, step: name }, issues);
    } else if (!(name === "resourceType" && type.isResource)) {
      fault(issues, "structure", { parent: path, step: name }, "is not an element of this type in FHIR R4");
    }
  }
  if (count === 0) fault(issues, "structure", path, "must not be empty");
  for (const names of type.required) {
    if (!names.some((name) => object[name] !== undefined || object[`_${name}`] !== undefined)) {
      fault(issues, "required", { parent: path, step: names.length === 1 ? names[0]! : `${commonStart(names)}[x]` }, "is required");
    }
  }
  for (const names of type.choices) {
    let found = 0;
    for (const name of names) if (object[name] !== undefined) found++;
    if (found > 1) fault(issues, "structure", { parent: path, step: `${commonStart(names)}[x]` }, "may be given once only");
  }
  if (type.invariants.length === 0 || issues.length > before) return;
  for (const { key, why, holds } of type.invariants) if (!holds(object, root)) fault(issues, "invariant", path, `${why} (${key})`);
}

function commonStart(names: string[]): string {
  let start = names[0]!;
  for (const name of names) while (!name.startsWith(start)) start = start.slice(0, -1);
  return start;
}

function checkProperty(property: Property, value: unknown, path: Path, issues: ValidationIssue[]): void {
  if (!property.many) {
    if (Array.isArray(value)) return fault(issues, "structure", path, "must be one value, not a list");
    return property.check(value, path, issues);
  }
  if (!Array.isArray(value)) return fault(issues, "structure", path, "must be a list");
  if (value.length === 0) return fault(issues, "structure", path, "must not be an empty list");
  for (let index = 0; index < value.length; index++) {
    if (value[index] === null && property.primitive) continue;
    property.check(value[index], { parent: path, step: index }, issues);
  }
}

/** In a list of primitives null keeps the place of what stands in the other list, the values' or the extensions'. */
function checkPlaces(list: unknown, other: unknown, path: Path, issues: ValidationIssue[]): void {
  if (!Array.isArray(list) || !list.includes(null)) return;
  list.forEach((each, index) => {
    if (each === null && (!Array.isArray(other) || (other[index] ?? null) === null)) fault(issues, "structure", { parent: path, step: index }, "has neither a value nor an extension");
  });
}

function checkPrimitiveExtension(value: unknown, path: Path, issues: ValidationIssue[]): void {
  const check = typeCheck("Element");
  if (Array.isArray(value)) {
    value.forEach((each, index) => each !== null && check(each, { parent: path, step: index }, issues));
  } else check(value, path, issues);
}

function valueCheck(type: string, element: ElementDefinition): Check {
  if (type === "Resource") return checkResource;
  if (isPrimitive(type)) {
    if (element.binding === "http://hl7.org/fhir/ValueSet/mimetypes") return MIME_TYPE;
    const codes = element.binding === "http://hl7.org/fhir/ValueSet/currencies" ? Intl.supportedValuesOf("currency") : element.binding === undefined ? undefined : definitions.bindings[element.binding];
    return codes === undefined ? PRIMITIVES[type]! : codeCheck(new Set(codes), element.binding!);
  }
  const check = typeCheck(type);
  const codes = element.binding === undefined ? undefined : definitions.bindings[element.binding];
  if (codes !== undefined && (type === "CodeableConcept" || type === "Coding")) return conceptCheck(check, type, new Set(codes), element.binding!);
  if (type === "Reference") return referenceCheck(check, element.targets === undefined ? null : new Set(element.targets));
  return check;
}

function codeCheck(codes: ReadonlySet<string>, valueSet: string): Check {
  return (value, path, issues) => {
    if (typeof value !== "string") fault(issues, "structure", path, "must be a string");
    else if (!codes.has(value)) fault(issues, "code-invalid", path, `"${value.slice(0, 64)}" is not in the required value set ${valueSet}`);
  };
}

/** A required binding on a concept holds if any of its codings is in the set, or if it has text only. */
function conceptCheck(check: Check, type: string, codes: ReadonlySet<string>, valueSet: string): Check {
  return (value, path, issues) => {
    const before = issues.length;
    check(value, path, issues);
    if (issues.length > before) return;
    const codings = type === "Coding" ? [value as { code?: string }] : (value as { coding?: { code?: string }[] }).coding;
    if (codings === undefined || codings.some((coding) => coding.code === undefined || codes.has(coding.code))) return;
    fault(issues, "code-invalid", path, `none of its codes is in the required value set ${valueSet}`);
  };
}

const TYPED_REFERENCE = /^(?:https?:\/\/.*\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
/** What it points at, by its address and by its `type`, is of a type that may stand here, and both say the same. */
function referenceCheck(check: Check, targets: ReadonlySet<string> | null): Check {
  return (value, path, issues) => {
    const before = issues.length;
    check(value, path, issues);
    if (issues.length > before) return;
    const { reference, type } = value as { reference?: string; type?: string };
    const named = reference === undefined || (targets === null && type === undefined) ? undefined : TYPED_REFERENCE.exec(reference)?.[1];
    const pointed = named !== undefined && isResourceType(named) ? named : undefined;
    if (pointed !== undefined && targets !== null && !targets.has(pointed)) fault(issues, "value", { parent: path, step: "reference" }, `may not point at ${pointed}; allowed: ${[...targets].join(", ")}`);
    if (type === undefined || type.includes(":")) return; // an absolute address names a logical model
    if (!isResourceType(type)) fault(issues, "value", { parent: path, step: "type" }, `"${String(type).slice(0, 64)}" is not a FHIR R4 resource type`);
    else if (pointed !== undefined && pointed !== type) fault(issues, "value", { parent: path, step: "type" }, `is ${type}, the reference points at ${pointed}`);
    else if (targets !== null && !targets.has(type)) fault(issues, "value", { parent: path, step: "type" }, `may not point at ${type}; allowed: ${[...targets].join(", ")}`);
  };
}

const matching = (pattern: RegExp, what: string): Check => (value, path, issues) => {
  if (typeof value !== "string") fault(issues, "structure", path, `must be ${what} as a string`);
  else if (!pattern.test(value)) fault(issues, "value", path, `"${value.slice(0, 64)}" is not ${what}`);
};
const anyText: Check = (value, path, issues) => {
  if (typeof value !== "string") fault(issues, "structure", path, "must be a string");
  else if (value.trim() === "") fault(issues, "value", path, "must not be empty");
};
const wholeNumber = (least: number): Check => (value, path, issues) => {
  if (typeof value !== "number" || !Number.isInteger(value)) fault(issues, "structure", path, "must be a whole number");
  else if (value < least || value > 2147483647) fault(issues, "value", path, "is out of range");
};
const MIME_TYPE = matching(/^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?$/, "a media type (type/subtype)");
const uri = matching(/^\S+$/, "a URI");

/** Formats of FHIR R4 datatypes, section 2.24.0.1; dates are checked for real days. */
const PRIMITIVES: Readonly<Record<string, Check>> = {
  string: anyText,
  markdown: anyText,
  xhtml: anyText,
  code: matching(/^[^\s]+(\s[^\s]+)*$/, "a code"),
  id: matching(/^[A-Za-z0-9\-.]{1,64}$/, "an id (letters, digits, - and ., at most 64)"),
  uri,
  url: uri,
  canonical: uri,
  oid: matching(/^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/, "an OID"),
  uuid: matching(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a UUID"),
  base64Binary: (value, path, issues) => {
    if (typeof value !== "string") fault(issues, "structure", path, "must be base64 text");
    else if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) fault(issues, "value", path, "is not base64");
  },
  boolean: (value, path, issues) => {
    if (typeof value !== "boolean") fault(issues, "structure", path, "must be true or false");
  },
  integer: wholeNumber(-2147483648),
  unsignedInt: wholeNumber(0),
  positiveInt: wholeNumber(1),
  decimal: (value, path, issues) => {
    if (typeof value !== "number" && !isRawNumber(value)) fault(issues, "structure", path, "must be a number");
  },
  date: (value, path, issues) => dateCheck(DATE, "a date (YYYY, YYYY-MM or YYYY-MM-DD)", value, path, issues),
  dateTime: (value, path, issues) => dateCheck(DATE_TIME, "a dateTime (a time needs a zone)", value, path, issues),
  instant: (value, path, issues) => dateCheck(INSTANT, "an instant", value, path, issues),
  time: matching(/^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/, "a time"),
};
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const DATE_TIME = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;
const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/;

function dateCheck(pattern: RegExp, what: string, value: unknown, path: Path, issues: ValidationIssue[]): void {
  if (typeof value !== "string") return fault(issues, "structure", path, `must be ${what} as a string`);
  if (!pattern.test(value) || !isRealDay(value)) fault(issues, "value", path, `"${value.slice(0, 40)}" is not ${what}`);
}

function isRealDay(text: string): boolean {
  if (text.length < 10) return true;
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}
