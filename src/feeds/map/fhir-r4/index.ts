/**
 * A FHIR R4 transaction, batch or collection Bundle (or one resource) of a feed
 * to source patients and items. A source's id is, in this order: the id in the
 * request's URL, the resource's id, an identifier, the entry's fullUrl; so the
 * same bundle sent twice names the same items.
 */
import { uuidOf } from "#platform";
import type { DirectoryItem } from "#record";
import { validateResource, type Resource, type ValidationIssue } from "#standards";
import { conditionalKey, directoryKey } from "../../final-references.ts";
import { DIRECTORY_TYPES, splitReference, type MapResult, type MappedPatient, type Mark } from "../../mapped.ts";
import { demographicsOfPatient, keyOfUrl, localIdOf } from "./demographics.ts";

export type BundleEntry = { fullUrl?: string; resource?: Resource; request?: { method?: string; url?: string; ifNoneExist?: string } };
type Keyed = { entry: BundleEntry; resource: Resource; type: string; key: string };

/** The bundle's shape and each of its resources, checked; the place of each fault is a FHIRPath expression. */
export function validateBundle(body: unknown): { entries: BundleEntry[]; issues: ValidationIssue[] } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return { entries: [], issues: [{ code: "structure", expression: "$this", why: "the body must be a FHIR resource" }] };
  const resource = body as Resource;
  if (resource.resourceType !== "Bundle") return { entries: [{ resource }], issues: validateResource(resource) };
  const { entry, ...shell } = resource;
  const issues = validateResource({ ...shell, resourceType: "Bundle" }, "Bundle");
  if (!["transaction", "batch", "collection", "message", "document"].includes(String(resource["type"]))) issues.push({ code: "value", expression: "Bundle.type", why: `"${String(resource["type"]).slice(0, 40)}" is not a bundle that a feed may send` });
  if (entry === undefined) return { entries: [], issues };
  if (!Array.isArray(entry) || entry.length === 0) return { entries: [], issues: [...issues, { code: "structure", expression: "Bundle.entry", why: "must be a list with entries" }] };
  entry.forEach((each: BundleEntry | null, index: number) => {
    const place = `Bundle.entry[${index}]`;
    if (typeof each !== "object" || each === null) issues.push({ code: "structure", expression: place, why: "must be an object" });
    else if (each.resource === undefined) {
      if (each.request?.method !== "DELETE") issues.push({ code: "required", expression: `${place}.resource`, why: "is required" });
    } else issues.push(...validateResource(each.resource, `${place}.resource`));
  });
  return { entries: entry as BundleEntry[], issues };
}

/** Maps checked entries. `keyPrefix` sets apart ids that are unique within one message only. */
export function mapEntries(feed: string, entries: readonly BundleEntry[], at: Date, keyPrefix = ""): MapResult {
  const keyed: Keyed[] = [];
  const byReference = new Map<string, Keyed>();
  for (const entry of entries) {
    if (entry.resource === undefined) continue;
    const key = keyOf(entry);
    const one: Keyed = { entry, resource: entry.resource, type: entry.resource.resourceType, key: entry.resource.resourceType === "Patient" ? (localIdOf(entry.resource, entry.fullUrl) ?? key) : keyPrefix + key };
    keyed.push(one);
    if (entry.fullUrl) byReference.set(entry.fullUrl, one);
    if (entry.resource.id) byReference.set(`${one.type}/${entry.resource.id}`, one);
  }
  const patients = new Map<string, { patient: Keyed | null }>();
  for (const one of keyed) if (one.type === "Patient" && !patients.has(one.key)) patients.set(one.key, { patient: one });
  const only = patients.size === 1 ? [...patients.keys()][0]! : null;

  const directory: DirectoryItem[] = [];
  const marks: Mark[] = [];
  const homes: { one: Keyed; home: string }[] = [];
  for (const one of keyed) {
    if (DIRECTORY_TYPES.has(one.type)) {
      directory.push({ key: directoryKey(feed, one.type, conditionalKey(one.entry.request?.ifNoneExist) ?? one.key), sourceKey: one.key, resource: one.resource });
      continue;
    }
    const home = one.type === "Patient" ? one.key : (patientKeyOf(one.resource, byReference) ?? only);
    if (home === null) {
      marks.push({ code: "feeds.no-patient", why: `${one.type} ${one.key} names no patient`, place: placeOf(entries, one.entry) });
      continue;
    }
    homes.push({ one, home });
    if (!patients.has(home)) patients.set(home, { patient: null });
  }
  if (marks.length > 0) return { ok: false, marks };
  const byHome = Map.groupBy(homes, (each) => each.home);
  return {
    ok: true,
    mapped: {
      patients: [...patients].map(([localId, { patient }]): MappedPatient => ({
        localId,
        demographics: patient === null ? null : demographicsOfPatient(patient.resource),
        at,
        items: (byHome.get(localId) ?? []).map(({ one }) => ({ sourceKey: one.key, resource: one.resource })),
      })),
      directory,
      marks,
      targets: byReference,
    },
  };
}

function keyOf(entry: BundleEntry): string {
  const url = entry.request?.method === "PUT" ? entry.request.url?.split("/")[1] : undefined;
  if (url && !url.includes("?")) return url;
  const resource = entry.resource!;
  if (resource.id) return resource.id;
  const identifier = Array.isArray(resource["identifier"]) ? resource["identifier"][0] : resource["identifier"];
  if (identifier?.value) return `${identifier.system ?? ""}|${identifier.value}`;
  return keyOfUrl(entry.fullUrl) ?? uuidOf(JSON.stringify(resource));
}

/** Elements that name the person whose data a resource is (the R4 Patient compartment). */
const PATIENT_ELEMENTS = ["subject", "patient", "beneficiary", "individual", "for", "candidate"] as const;

function patientKeyOf(resource: Resource, byReference: ReadonlyMap<string, Keyed>): string | null {
  for (const element of PATIENT_ELEMENTS) {
    const key = patientKey(resource[element]?.reference, byReference);
    if (key !== null) return key;
  }
  for (const each of Array.isArray(resource["participant"]) ? resource["participant"] : []) {
    const key = patientKey(each?.actor?.reference, byReference);
    if (key !== null) return key;
  }
  for (const each of Array.isArray(resource["target"]) ? resource["target"] : []) {
    const key = patientKey(each?.reference, byReference);
    if (key !== null) return key;
  }
  return null;
}

function patientKey(reference: unknown, byReference: ReadonlyMap<string, Keyed>): string | null {
  if (typeof reference !== "string") return null;
  const found = byReference.get(reference);
  if (found) return found.type === "Patient" ? found.key : null;
  const split = splitReference(reference);
  return split?.type === "Patient" ? split.key : null;
}

function placeOf(entries: readonly BundleEntry[], entry: BundleEntry): string {
  return `Bundle.entry[${entries.indexOf(entry)}].resource`;
}
