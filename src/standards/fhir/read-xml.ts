/**
 * FHIR in XML to the same JSON that a sender of JSON would have sent (FHIR R4,
 * 2.6.1 and 2.6.2): numbers keep their text, a primitive's id and extensions go
 * to `_field`, the narrative is cut out of the text to the letter. What XML can
 * say and JSON cannot (comments, white space between elements) is not data.
 */
import { decodeXml } from "../xml/decode.ts";
import { parseXml, XML_LIMITS, type XmlElement } from "../xml/parse.ts";
import { isResourceType } from "./definitions.ts";
import { INTEGER_TYPES, isPrimitive, shapesOf } from "./elements.ts";
import { decimal } from "./json.ts";
import type { Resource } from "./resource.ts";
import { writeXhtml } from "./write-xml.ts";

export const FHIR_NAMESPACE = "http://hl7.org/fhir";
const XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml";
const MOST_FAULTS = 50;

/** A fault in FHIR XML: where in the text, and where in the resource. */
export type FhirXmlFault = { line: number; column: number; expression: string; why: string };
export type FhirXmlRead = { ok: true; resource: Resource } | { ok: false; faults: FhirXmlFault[] };

type Json = Record<string, unknown>;
type Reading = { text: string; faults: FhirXmlFault[] };

/** Reads one resource; what the XML itself cannot mean is a fault with its line. Whether the resource is valid is `validateResource`'s to say. */
export function readFhirXml(bytes: Uint8Array): FhirXmlRead {
  const decoded = decodeXml(bytes);
  if (!decoded.ok) return notXml(decoded);
  const parsed = parseXml(decoded.text, XML_LIMITS);
  if (!parsed.ok) return notXml(parsed);
  const reading: Reading = { text: decoded.text, faults: [] };
  const resource = resourceOf(reading, parsed.root, parsed.root.name);
  return resource === null || reading.faults.length > 0 ? { ok: false, faults: reading.faults } : { ok: true, resource: resource as Resource };
}

const notXml = (fault: { line: number; column: number; why: string }): FhirXmlRead => ({ ok: false, faults: [{ line: fault.line, column: fault.column, expression: "$this", why: fault.why }] });

function fault(reading: Reading, element: XmlElement, expression: string, why: string): null {
  if (reading.faults.length < MOST_FAULTS) reading.faults.push({ line: element.line, column: element.column, expression, why });
  return null;
}

function resourceOf(reading: Reading, element: XmlElement, path: string): Json | null {
  if (element.namespace !== FHIR_NAMESPACE) return fault(reading, element, path, `<${element.name}> is not in the namespace ${FHIR_NAMESPACE}`);
  if (!isResourceType(element.name)) return fault(reading, element, path, "is not a FHIR R4 resource");
  const fields = fieldsOf(reading, element, element.name, path);
  return { resourceType: element.name, ...fields };
}

/** The elements and attributes of a complex type or resource. */
function fieldsOf(reading: Reading, element: XmlElement, type: string, path: string): Json {
  const shapes = shapesOf(type);
  const isResource: boolean = isResourceType(type);
  const out: Json = {};
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute)) continue;
    // Only these two stand as attributes: FHIR R4, 2.6.1.
    if (attribute.prefix === "" && ((attribute.name === "id" && !isResource) || (attribute.name === "url" && type === "Extension"))) out[attribute.name] = attribute.value;
    else fault(reading, element, path, `the attribute "${attribute.name.slice(0, 64)}" does not belong here`);
  }
  for (const child of element.children) {
    if (typeof child === "string") {
      if (/\S/.test(child)) fault(reading, element, path, "text stands between the elements");
      continue;
    }
    const shape = shapes.get(child.name);
    const at = `${path}.${child.name}`;
    if (shape === undefined || child.namespace !== (shape.type === "xhtml" ? XHTML_NAMESPACE : FHIR_NAMESPACE)) {
      fault(reading, child, at, "is not an element of this type in FHIR R4");
    } else if (!shape.many && (out[child.name] !== undefined || out[`_${child.name}`] !== undefined)) {
      fault(reading, child, at, "may be given once only");
    } else if (isPrimitive(shape.type)) addPrimitive(reading, out, child, shape, at);
    else {
      const value = valueOf(reading, child, shape.type, shape.many ? `${at}[${((out[child.name] as unknown[] | undefined) ?? []).length}]` : at);
      if (shape.many) ((out[child.name] ??= []) as unknown[]).push(value);
      else out[child.name] = value;
    }
  }
  return out;
}

function valueOf(reading: Reading, element: XmlElement, type: string, path: string): Json | null {
  if (type !== "Resource") return fieldsOf(reading, element, type, path);
  const inside = element.children.filter((child) => typeof child !== "string");
  if (inside.length !== 1 || element.children.some((child) => typeof child === "string" && /\S/.test(child))) return fault(reading, element, path, "must hold one resource");
  return resourceOf(reading, inside[0]!, path);
}

/** A list of primitives has its places in both lists: `null` where the other one has something. */
function addPrimitive(reading: Reading, out: Json, element: XmlElement, shape: { type: string; many: boolean }, path: string): void {
  const { value, more } = shape.type === "xhtml" ? { value: narrative(reading, element), more: undefined } : primitiveOf(reading, element, shape.type, path);
  const [name, extended] = [element.name, `_${element.name}`];
  if (!shape.many) {
    if (value !== undefined) out[name] = value;
    if (more !== undefined) out[extended] = more;
    if (value === undefined && more === undefined) fault(reading, element, path, "has neither a value nor an extension");
    return;
  }
  const values = (out[name] as unknown[] | undefined) ?? [];
  const mores = (out[extended] as unknown[] | undefined) ?? [];
  const place = Math.max(values.length, mores.length);
  if (value === undefined && more === undefined) fault(reading, element, `${path}[${place}]`, "has neither a value nor an extension");
  if (value !== undefined || out[name] !== undefined) out[name] = [...values, ...nulls(place - values.length), value ?? null];
  if (more !== undefined || out[extended] !== undefined) out[extended] = [...mores, ...nulls(place - mores.length), more ?? null];
}

const nulls = (count: number): null[] => Array.from({ length: count }, () => null);

function primitiveOf(reading: Reading, element: XmlElement, type: string, path: string): { value: unknown; more: Json | undefined } {
  let value: unknown;
  const more: Json = {};
  for (const attribute of element.attributes) {
    if (isDeclaration(attribute)) continue;
    if (attribute.prefix === "" && attribute.name === "value") value = typed(attribute.value, type);
    else if (attribute.prefix === "" && attribute.name === "id") more["id"] = attribute.value;
    else fault(reading, element, path, `the attribute "${attribute.name.slice(0, 64)}" does not belong here`);
  }
  for (const child of element.children) {
    if (typeof child === "string") {
      if (/\S/.test(child)) fault(reading, element, path, 'a value stands in the attribute "value", not as text');
    } else if (child.name !== "extension" || child.namespace !== FHIR_NAMESPACE) fault(reading, child, `${path}.${child.name}`, "is not an element of this type in FHIR R4");
    else ((more["extension"] ??= []) as unknown[]).push(fieldsOf(reading, child, "Extension", `${path}.extension[${((more["extension"] as unknown[] | undefined) ?? []).length}]`));
  }
  return { value, more: Object.keys(more).length > 0 ? more : undefined };
}

/** True, false and numbers as JSON has them; a text that is none stays text, so that validation names it. */
function typed(text: string, type: string): unknown {
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (INTEGER_TYPES.has(type)) return /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (type === "decimal") return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? decimal(text) : text;
  return text;
}

/** The `div` as it was written; where it leans on a namespace that was declared further out, written anew. */
function narrative(reading: Reading, div: XmlElement): string {
  return div.attributes.some((each) => each.name === "xmlns" && each.prefix === "") && !hasPrefix(div) ? reading.text.slice(div.start, div.end) : writeXhtml(div);
}

const hasPrefix = (element: XmlElement): boolean => element.prefix !== "" || element.children.some((child) => typeof child !== "string" && hasPrefix(child));

/** `xmlns`, `xmlns:x` and `xsi:schemaLocation` are the XML's own. */
const isDeclaration = (attribute: { prefix: string; name: string }): boolean => attribute.prefix === "xmlns" || (attribute.prefix === "" && attribute.name === "xmlns") || attribute.prefix === "xsi";
