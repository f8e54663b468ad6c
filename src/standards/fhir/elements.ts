import { choiceProperty, definitions } from "./definitions.ts";

/** What one property of a FHIR type is: how it stands in XML and JSON. */
export type ElementShape = { property: string; type: string; many: boolean };

const shapes = new Map<string, ReadonlyMap<string, ElementShape>>();

/** The properties of a type by name, a choice's one by one, in the order in which XML has them. */
export function shapesOf(type: string): ReadonlyMap<string, ElementShape> {
  let list = shapes.get(type);
  if (list === undefined) {
    const definition = definitions.types[type]!;
    const all: ElementShape[] = [];
    for (const [name, element] of Object.entries(definition.elements)) {
      const many = element.max === 0;
      if (name.endsWith("[x]")) for (const each of element.types) all.push({ property: choiceProperty(name.slice(0, -3), each), type: each, many });
      // HL7's R4 definitions call a resource's id a string; the standard's text says that it is of type id.
      else all.push({ property: name, type: name === "id" && definition.kind === "resource" ? "id" : element.types[0]!, many });
    }
    shapes.set(type, (list = new Map(all.map((each) => [each.property, each]))));
  }
  return list;
}

const PRIMITIVE = new Set(["string", "markdown", "xhtml", "code", "id", "uri", "url", "canonical", "oid", "uuid", "base64Binary", "boolean", "integer", "unsignedInt", "positiveInt", "decimal", "date", "dateTime", "instant", "time"]);

/** True for types that have a value of their own rather than elements. */
export function isPrimitive(type: string): boolean {
  return PRIMITIVE.has(type);
}

/** Whole numbers. */
export const INTEGER_TYPES: ReadonlySet<string> = new Set(["integer", "unsignedInt", "positiveInt"]);
