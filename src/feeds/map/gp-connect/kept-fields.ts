import type { Json } from "./json.ts";

/** Where a value of STU3 that has no place in R4 is kept: its name and its JSON, unread. */
export const STU3_FIELD = "https://kmcr.org.uk/StructureDefinition/stu3-field";

/** Fields that STU3 and R4 give to every resource alike. */
const COMMON = [
  "resourceType",
  "id",
  "meta",
  "implicitRules",
  "language",
  "text",
  "contained",
  "extension",
  "modifierExtension",
];

/**
 * Hands out the fields of one STU3 resource and remembers which were taken, so
 * that what no converter asked for is kept in an extension instead of lost.
 */
export class Fields {
  readonly #source: Json;
  readonly #left: Set<string>;

  constructor(source: Json) {
    this.#source = source;
    this.#left = new Set(Object.keys(source));
  }

  /** The field's value, or `undefined`; taken from here on. */
  take(name: string): unknown {
    this.#left.delete(name);
    // `_name` carries the extensions of a primitive; whoever takes the value passes it on by `same`.
    return this.#source[name];
  }

  /** Takes the fields that mean the same in R4, with the extensions of their primitives. */
  same(...names: string[]): Json {
    const out: Json = {};
    for (const name of names) {
      for (const field of [name, `_${name}`]) {
        const value = this.take(field);
        if (value !== undefined) out[field] = value;
      }
    }
    return out;
  }

  /** The common fields of a resource. */
  common(): Json {
    return this.same(...COMMON);
  }

  /** What nobody took, as extensions; empty where everything had a place. */
  rest(): Json[] {
    return [...this.#left].map((name) => keep(name, this.#source[name]));
  }
}

/** One value as a `stu3-field` extension. */
export function keep(name: string, value: unknown): Json {
  return {
    url: STU3_FIELD,
    extension: [
      { url: "name", valueString: name },
      { url: "json", valueString: JSON.stringify(value) },
    ],
  };
}

/** The resource without its undefined fields and with `extensions` added to its own. */
export function withExtensions(resource: Json, extensions: Json[]): Json {
  const out: Json = {};
  for (const [name, value] of Object.entries(resource)) if (value !== undefined) out[name] = value;
  if (extensions.length > 0) out["extension"] = [...((out["extension"] as Json[] | undefined) ?? []), ...extensions];
  return out;
}
