/** FHIR JSON to XML: elements in the order of the definitions, narrative to the letter (FHIR R4, 2.6.1). */
import { parseXml, type XmlElement } from "../xml/parse.ts";
import { isPrimitive, shapesOf } from "./elements.ts";
import { isRawNumber } from "./json.ts";
import type { Resource } from "./resource.ts";

type Json = Record<string, unknown>;

/** The XML of a valid resource; throws where a narrative is no XML, since it would be written into the text as it stands. */
export function writeFhirXml(resource: Resource): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${resourceXml(resource as Json, ' xmlns="http://hl7.org/fhir"')}`;
}

function resourceXml(resource: Json, attributes = ""): string {
  const type = String(resource["resourceType"]);
  return tag(type, attributes, fieldsXml(resource, type));
}

function fieldsXml(object: Json, type: string): string {
  let out = "";
  const isResource = typeof object["resourceType"] === "string";
  for (const shape of shapesOf(type).values()) {
    if (!isResource && (shape.property === "id" || (type === "Extension" && shape.property === "url"))) continue; // attributes
    const value = object[shape.property];
    const more = object[`_${shape.property}`];
    if (value === undefined && more === undefined) continue;
    const values = shape.many ? ((value as unknown[] | undefined) ?? []) : [value];
    const mores = shape.many ? ((more as unknown[] | undefined) ?? []) : [more];
    for (let index = 0; index < Math.max(values.length, mores.length); index++) out += elementXml(shape.property, shape.type, values[index] ?? undefined, (mores[index] ?? undefined) as Json | undefined);
  }
  return out;
}

function elementXml(name: string, type: string, value: unknown, more: Json | undefined): string {
  if (type === "xhtml") return checkedXhtml(String(value));
  if (type === "Resource") return tag(name, "", resourceXml(value as Json));
  if (isPrimitive(type)) return tag(name, idOf(more) + (value === undefined ? "" : ` value="${escaped(textOf(value))}"`), more === undefined ? "" : fieldsXml(more, "Element"));
  const object = value as Json;
  return tag(name, idOf(object) + (type === "Extension" ? ` url="${escaped(String(object["url"]))}"` : ""), fieldsXml(object, type));
}

const textOf = (value: unknown): string => (isRawNumber(value) ? value.rawJSON : String(value));
const idOf = (object: Json | undefined): string => (typeof object?.["id"] === "string" ? ` id="${escaped(object["id"])}"` : "");
const tag = (name: string, attributes: string, inside: string): string => (inside === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`);

function checkedXhtml(div: string): string {
  const parsed = parseXml(div);
  if (!parsed.ok) throw new Error(`the narrative is no XML: line ${parsed.line}, column ${parsed.column}: ${parsed.why}`);
  return div;
}

/** A narrative's elements written anew, in the XHTML namespace without prefixes. */
export function writeXhtml(div: XmlElement): string {
  return xhtml(div, ' xmlns="http://www.w3.org/1999/xhtml"');
}

function xhtml(element: XmlElement, declaration: string): string {
  const own = element.attributes.filter((each) => each.name !== "xmlns" && each.prefix !== "xmlns");
  const attributes = own.map((each) => ` ${each.prefix === "xml" ? "xml:" : ""}${each.name}="${escaped(each.value)}"`).join("");
  const inside = element.children.map((child) => (typeof child === "string" ? escapedText(child) : xhtml(child, ""))).join("");
  return tag(element.name, declaration + attributes, inside);
}

/** White space other than a blank would come back as a blank from an attribute (XML 1.0, section 3.3.3). */
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" };
const escaped = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (each) => ESCAPES[each]!);
const escapedText = (text: string): string => text.replace(/[&<>\r]/g, (each) => ESCAPES[each]!);

