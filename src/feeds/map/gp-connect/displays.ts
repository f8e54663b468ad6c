import { isObject, objects, text, type Json, type R4 } from "./json.ts";

/**
 * Writes the name of what a reference leads to beside it, where the sender gave
 * none: a medicine's row then names its medicine, and every row its author,
 * without a second look-up. Changes the resources in place.
 */
export function nameReferences(resources: readonly R4[]): void {
  const names = new Map<string, string>();
  for (const one of resources) {
    const name = nameOf(one);
    if (name !== undefined) names.set(`${one.resourceType}/${one.id!}`, name);
  }
  for (const role of resources) {
    const practitioner = isObject(role["practitioner"]) ? text(role["practitioner"]["reference"]) : undefined;
    const name = practitioner === undefined ? undefined : names.get(practitioner);
    if (role.resourceType === "PractitionerRole" && name !== undefined) names.set(`PractitionerRole/${role.id!}`, name);
  }
  for (const one of resources) write(one, names);
}

function nameOf(resource: R4): string | undefined {
  switch (resource.resourceType) {
    case "Medication": {
      const code = resource["code"];
      return isObject(code) ? (text(code["text"]) ?? text(objects(code["coding"])[0]?.["display"])) : undefined;
    }
    case "Organization":
    case "Location":
      return text(resource["name"]);
    case "Practitioner": {
      const name = objects(resource["name"])[0];
      if (name === undefined) return undefined;
      const parts = [name["prefix"], name["given"], name["family"]].flat().filter((part) => typeof part === "string");
      return text(name["text"]) ?? (parts.length > 0 ? parts.join(" ") : undefined);
    }
    default:
      return undefined;
  }
}

function write(value: unknown, names: ReadonlyMap<string, string>): void {
  if (Array.isArray(value)) for (const item of value) write(item, names);
  if (!isObject(value)) return;
  const reference = text(value["reference"]);
  if (reference !== undefined && value["display"] === undefined) addName(value, names.get(reference));
  for (const inner of Object.values(value)) if (typeof inner === "object") write(inner, names);
}

function addName(reference: Json, name: string | undefined): void {
  if (name !== undefined) reference["display"] = name;
}
