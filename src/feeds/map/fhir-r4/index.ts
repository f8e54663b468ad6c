/**
 * A FHIR R4 Bundle (or one resource) of a feed to source patients and items. A
 * source's id is, in this order: the id or identifier in the request, the
 * resource's id, an identifier, the entry's fullUrl; so the same bundle sent
 * twice names the same items.
 */
import { uuidOf } from "#platform";
import { feedResourceKey, type DirectoryItem } from "#record";
import { belongsToNobody, type Resource } from "#standards";
import { directoryKey } from "../../final-references.ts";
import { DIRECTORY_TYPES, splitReference, type MappedEntry, type MappedPatient, type MapResult, type Mark } from "../../mapped.ts";
import { identifierOf, targetOf, type BundleEntry, type CheckedBundle } from "./bundle.ts";
import { demographicsOfPatient, keyOfUrl, localIdOf } from "./demographics.ts";
import { documentReference } from "./document.ts";

export * from "./body.ts";
export * from "./bundle.ts";

type Keyed = { entry: BundleEntry; resource: Resource; type: string; key: string; byRequest: boolean; isConditional: boolean; isDirectory?: boolean; resourceKey?: string };

/** Each entry with the key of its item; what references point at; the patients of the bundle, by local id, and the one where there is only one. */
function keyEntries(bundle: CheckedBundle, keyPrefix: string): { keyed: Keyed[]; byReference: Map<string, Keyed>; patients: Map<string, { patient: Keyed | null }>; only: string | null } {
  const keyed: Keyed[] = [];
  const byReference = new Map<string, Keyed>();
  for (const entry of bundle.entries) {
    if (entry.resource === undefined) continue;
    const resource = entry.index === 0 && bundle.document !== undefined ? documentReference(entry.resource, bundle.document) : entry.resource;
    const { key, byRequest, isConditional } = keyOf(entry);
    const type = resource.resourceType;
    const one: Keyed = { entry, resource, type, key: type === "Patient" && !byRequest ? (localIdOf(resource, entry.fullUrl) ?? key) : keyPrefix + key, byRequest, isConditional };
    keyed.push(one);
    if (entry.fullUrl) byReference.set(entry.fullUrl, one);
    if (entry.resource.id) byReference.set(`${entry.resource.resourceType}/${entry.resource.id}`, one);
    if (isConditional) byReference.set(`${type}?identifier=${one.key}`, one);
  }
  const patients = new Map<string, { patient: Keyed | null }>();
  for (const one of keyed) if (one.type === "Patient" && !patients.has(one.key)) patients.set(one.key, { patient: one });
  return { keyed, byReference, patients, only: patients.size === 1 ? [...patients.keys()][0]! : null };
}

const homeOf = (one: Keyed, byReference: ReadonlyMap<string, Keyed>, only: string | null): string | null => (DIRECTORY_TYPES.has(one.type) ? null : one.type === "Patient" ? one.key : (patientKeyOf(one.resource, byReference) ?? only));

/** The local ids of the patients whose data a bundle carries: those whose order it must keep. */
export function lanesOfBundle(bundle: CheckedBundle): string[] {
  const { keyed, byReference, only } = keyEntries(bundle, "");
  return [...new Set(keyed.map((one) => homeOf(one, byReference, only)).filter((home) => home !== null))];
}

/** Maps a checked bundle. `keyPrefix` sets apart ids that are unique within one message only. */
export function mapEntries(feed: string, bundle: CheckedBundle, received: Date, keyPrefix = ""): MapResult {
  const { keyed, byReference, patients, only } = keyEntries(bundle, keyPrefix);
  const directory: DirectoryItem[] = [];
  const marks: Mark[] = bundle.refused.flatMap(({ issues }) => issues.slice(0, 5).map((issue): Mark => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression })));
  const homeless: Mark[] = [];
  const entries: MappedEntry[] = [];
  const homes: { one: Keyed; home: string }[] = [];
  for (const one of keyed) {
    const home = homeOf(one, byReference, only);
    if (home !== null) {
      homes.push({ one, home });
      one.resourceKey = feedResourceKey(feed, one.type, one.key);
      entries.push({ index: one.entry.index, type: one.type, patient: home, resourceKey: one.resourceKey });
      if (!patients.has(home)) patients.set(home, { patient: null });
    } else if (DIRECTORY_TYPES.has(one.type) || belongsToNobody(one.type)) {
      one.isDirectory = true;
      const key = directoryKey(feed, one.type, one.key);
      directory.push({ key, sourceKey: one.key, resource: one.resource });
      entries.push({ index: one.entry.index, type: one.type, patient: null, resourceKey: key });
    } else {
      homeless.push({ code: "feeds.no-patient", why: `${one.type} ${one.key} names no patient`, place: bundle.type === "" ? one.type : `Bundle.entry[${one.entry.index}].resource` });
      entries.push({ index: one.entry.index, type: one.type, patient: null, resourceKey: null });
    }
  }
  if (homeless.length > 0 && bundle.type !== "batch") return { ok: false, marks: homeless };
  const byHome = Map.groupBy(homes, (each) => each.home);
  const at = dateOf(bundle.timestamp);
  return {
    ok: true,
    mapped: {
      patients: [...patients].map(([localId, { patient }]): MappedPatient => ({
        localId,
        demographics: patient === null ? null : demographicsOfPatient(patient.resource),
        at: dateOf(patient?.resource.meta?.lastUpdated) ?? at ?? received,
        items: (byHome.get(localId) ?? []).map(({ one }) => ({ sourceKey: one.key, resource: one.resource, resourceKey: one.resourceKey!, at: dateOf(one.entry.resource!.meta?.lastUpdated) ?? at, ...(one.entry.request?.ifNoneExist !== undefined && { inPassing: true }) })),
      })),
      directory,
      marks: [...marks, ...homeless],
      targets: byReference,
      entries,
      removed: bundle.entries.filter((entry) => entry.request?.method === "DELETE").map(({ request }) => {
        const { type, id } = targetOf(request!.url)!;
        return { type, sourceKey: id! };
      }),
    },
  };
}

function dateOf(text: unknown): Date | null {
  if (typeof text !== "string") return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

function keyOf(entry: BundleEntry): { key: string; byRequest: boolean; isConditional: boolean } {
  const target = entry.request?.method === "PUT" ? targetOf(entry.request.url) : null;
  const identified = identifierOf(target?.query ?? entry.request?.ifNoneExist);
  if (identified !== null) return { key: identified, byRequest: true, isConditional: true };
  if (target?.id !== undefined) return { key: target.id, byRequest: true, isConditional: false };
  const resource = entry.resource!;
  if (resource.id) return { key: resource.id, byRequest: false, isConditional: false };
  const identifier = Array.isArray(resource["identifier"]) ? resource["identifier"][0] : resource["identifier"];
  return { key: identifier?.value ? `${identifier.system ?? ""}|${identifier.value}` : (keyOfUrl(entry.fullUrl) ?? uuidOf(JSON.stringify(resource))), byRequest: false, isConditional: false };
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
