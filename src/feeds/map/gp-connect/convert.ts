import { nameReferences } from "./displays.ts";
import { keep } from "./kept-fields.ts";
import { codesOf, isObject, objects, text, type Json, type R4 } from "./json.ts";
import { References, typeInR4 } from "./references.ts";
import { converterOf } from "./resources/index.ts";
import { sectionOfList, tagSections } from "./section-of.ts";
import { noRecord, statementsOf, type Statement } from "./statements.ts";
import { inR4Terms } from "./systems.ts";

/** Where in the sender's JSON something is wrong, as a FHIRPath expression, and why. */
export type GpConnectFault = { expression: string; why: string };

export type GpConnectRecord = {
  ok: true;
  /** Every resource in R4, the patient first; ids are the source's, made valid and unique within the record. */
  resources: R4[];
  statements: Statement[];
  /** `null` only where the practice answered that it has no record. */
  patient: R4 | null;
  /** ODS code of the practice that holds the record. */
  organisation: string | null;
};

export type GpConnectResult = GpConnectRecord | { ok: false; faults: GpConnectFault[] };

/** Answers that say "this practice has no such record" rather than "something went wrong". */
const NO_RECORD = new Set(["NO_RECORD_FOUND", "PATIENT_NOT_FOUND"]);

/** See the door, `index.ts`. */
export function convertGpConnect(bundle: unknown): GpConnectResult {
  if (!isObject(bundle)) return fault("$this", "no JSON object");
  if (bundle["resourceType"] === "OperationOutcome") return answered(bundle);
  if (bundle["resourceType"] !== "Bundle") {
    return fault("resourceType", `expected Bundle, found ${JSON.stringify(bundle["resourceType"])}`);
  }
  const faults = faultsOf(bundle);
  if (faults.length > 0) return { ok: false, faults };

  const sources = distinct(inR4Terms(bundle));
  const patientSource = sources.find((one) => one["resourceType"] === "Patient")!;
  const references = new References(text(patientSource["id"])!);
  const resources = registerAll(sources, references).map(({ source, id, lifted }) => {
    const type = text(source["resourceType"])!;
    const { contained: _inside, ...alone } = source;
    const converter = converterOf(type);
    const fields = converter === undefined ? asBasic(alone, text(patientSource["id"])!) : converter(alone);
    const resource = references.rewrite(fields, lifted) as Json;
    return withoutStu3Profile({ ...resource, resourceType: converter === undefined ? "Basic" : typeInR4(type), id });
  });
  tagSections(resources);
  nameReferences(resources);
  const patient = resources.find((one) => one.resourceType === "Patient")!;
  return {
    ok: true,
    resources: [patient, ...resources.filter((one) => one !== patient)],
    statements: statementsOf(sources),
    patient,
    organisation: practiceOf(patient, resources),
  };
}

/**
 * Counts the distinct resources of a bundle by their R4 type, contained ones
 * included: what `convertGpConnect` must give back.
 */
export function countGpConnect(bundle: unknown): Record<string, number> {
  const counts: Record<string, number> = {};
  if (!isObject(bundle)) return counts;
  for (const resource of distinct(bundle)) {
    const type = text(resource["resourceType"]) ?? "?";
    const name = converterOf(type) === undefined ? "Basic" : typeInR4(type);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Top-level and contained resources; an exact repetition (same id, same content) counts once. */
function distinct(bundle: Json): Json[] {
  const seen = new Set<string>();
  const out: Json[] = [];
  const visit = (resource: Json, within: string): void => {
    if (typeof resource["id"] === "string") {
      const key = within + JSON.stringify(resource);
      if (seen.has(key)) return;
      seen.add(key);
    }
    out.push(resource);
    for (const inside of objects(resource["contained"])) visit(inside, `${out.length} `);
  };
  for (const entry of objects(bundle["entry"])) if (isObject(entry["resource"])) visit(entry["resource"], "");
  return out;
}

type Registered = { source: Json; id: string; lifted: ReadonlyMap<string, string> };

/** Gives every resource its id; contained resources (ended allergies) become resources of their own, rows of the record. */
function registerAll(sources: readonly Json[], references: References): Registered[] {
  const inside = new Map<Json, Registered>();
  const out: Registered[] = [];
  for (const source of sources) {
    const known = inside.get(source);
    if (known !== undefined) {
      out.push(known);
      continue;
    }
    const lifted = new Map<string, string>();
    for (const contained of objects(source["contained"])) {
      const id = references.register(contained, "contained");
      if (id === null) continue;
      const type = text(contained["resourceType"]) ?? "Basic";
      lifted.set(`#${text(contained["id"]) ?? ""}`, `${typeInR4(type)}/${id}`);
      inside.set(contained, { source: contained, id, lifted });
    }
    const id = references.register(source, idWithout(source));
    if (id !== null) out.push({ source, id, lifted });
  }
  return out;
}

/** Lists come without ids: what they list is their name, so that a later snapshot replaces them. */
function idWithout(resource: Json): string {
  const code = codesOf(resource["code"])[0] ?? "unnamed";
  const title = sectionOfList(resource) === null ? (text(resource["title"]) ?? "") : "";
  return `${String(resource["resourceType"]).toLowerCase()}-${code}${title === "" ? "" : `-${title}`}`;
}

/** A type that GP Connect does not name: kept whole, reachable under "Other entries". */
function asBasic(source: Json, patientId: string): Json {
  const type = text(source["resourceType"])!;
  const identifier = source["identifier"];
  return {
    resourceType: "Basic",
    ...(identifier === undefined ? {} : { identifier }),
    extension: [keep(type, source)],
    code: { text: type },
    subject: { reference: `Patient/${patientId}` },
  };
}

/** An R4 resource must not claim an STU3 profile; where it came from stays readable. */
function withoutStu3Profile(resource: R4): R4 {
  const meta = resource["meta"];
  if (!isObject(meta)) return resource;
  const { profile, versionId, lastUpdated, ...rest } = meta;
  const kept = [
    ...(Array.isArray(profile)
      ? profile.map((one) => ({ url: "https://kmcr.org.uk/StructureDefinition/stu3-profile", valueUri: one }))
      : []),
    ...(versionId === undefined ? [] : [keep("meta.versionId", versionId)]),
    ...(lastUpdated === undefined
      ? []
      : [{ url: "https://kmcr.org.uk/StructureDefinition/source-last-updated", valueInstant: lastUpdated }]),
  ];
  const extension = [...objects(rest["extension"]), ...kept];
  return { ...resource, meta: { ...rest, ...(extension.length > 0 ? { extension } : {}) } };
}

function practiceOf(patient: R4, resources: readonly R4[]): string | null {
  const managing = isObject(patient["managingOrganization"])
    ? text(patient["managingOrganization"]["reference"])
    : undefined;
  const organisations = resources.filter((one) => one.resourceType === "Organization");
  const first = organisations.find((one) => `Organization/${one.id!}` === managing) ?? organisations[0];
  const ods = objects(first?.["identifier"]).find((one) => String(one["system"]).endsWith("ods-organization-code"));
  return text(ods?.["value"]) ?? null;
}

function answered(outcome: Json): GpConnectResult {
  const issues = objects(outcome["issue"]);
  const codes = issues.flatMap((issue) => codesOf(issue["details"]));
  if (codes.some((code) => NO_RECORD.has(code))) {
    const words = text(issues[0]?.["diagnostics"]) ?? "No record found";
    return { ok: true, resources: [], statements: noRecord(words), patient: null, organisation: null };
  }
  const faults = issues.map((issue, index) => ({
    expression: `OperationOutcome.issue[${index}]`,
    why: `the source answered ${codesOf(issue["details"])[0] ?? String(issue["code"])}: ${text(issue["diagnostics"]) ?? "no words"}`,
  }));
  return faults.length > 0 ? { ok: false, faults } : fault("OperationOutcome.issue", "no issue");
}

function faultsOf(bundle: Json): GpConnectFault[] {
  const faults: GpConnectFault[] = [];
  if (bundle["type"] !== "collection" && bundle["type"] !== "searchset") {
    faults.push({ expression: "Bundle.type", why: `expected collection, found ${JSON.stringify(bundle["type"])}` });
  }
  const entries = bundle["entry"];
  if (!Array.isArray(entries)) return [...faults, { expression: "Bundle.entry", why: "no list of entries" }];
  const patients: number[] = [];
  entries.forEach((entry: unknown, index) => {
    const at = `Bundle.entry[${index}]`;
    const resource = isObject(entry) ? entry["resource"] : undefined;
    if (!isObject(resource)) return faults.push({ expression: `${at}.resource`, why: "missing" });
    const type = resource["resourceType"];
    if (typeof type !== "string" || !/^[A-Z][A-Za-z]+$/.test(type)) {
      return faults.push({ expression: `${at}.resource.resourceType`, why: `no type: ${JSON.stringify(type)}` });
    }
    if (resource["id"] !== undefined && (typeof resource["id"] !== "string" || resource["id"] === "")) {
      return faults.push({ expression: `${at}.resource.id`, why: "no text" });
    }
    if (type === "Patient") {
      patients.push(index);
      if (resource["id"] === undefined) faults.push({ expression: `${at}.resource.id`, why: "a patient needs an id" });
    }
    return 0;
  });
  if (patients.length === 0) faults.push({ expression: "Bundle.entry", why: "no Patient" });
  for (const index of patients.slice(1)) {
    faults.push({
      expression: `Bundle.entry[${index}].resource`,
      why: "a structured record is one patient's; this is a second Patient",
    });
  }
  return faults;
}

function fault(expression: string, why: string): GpConnectResult {
  return { ok: false, faults: [{ expression, why }] };
}
