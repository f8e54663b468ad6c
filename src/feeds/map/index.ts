/** Which map reads which format. */
import { NO_DEMOGRAPHICS } from "#identity";
import type { Feed, Region } from "#governance";
import { SECTIONS, decodeHl7, parseHl7, parseJson, validateResource, type Resource } from "#standards";
import type { Waiting } from "../queue.ts";
import type { MapResult, MappedPatient, Mark, Patch } from "../mapped.ts";
import { itemKey, type Load } from "../file-load.ts";
import { faultOfJson, withoutNul } from "./bounded-json.ts";
import { readDelimited, type MappedRow } from "./csv/index.ts";
import { checkBundle, entriesOf, mapEntries, readFhirBody, type CheckedBundle } from "./fhir-r4/index.ts";
import { demographicsOfPatient } from "./fhir-r4/demographics.ts";
import { convertDocuments, convertGpConnect, DOCUMENT_KEY, isDocuments, joined } from "./gp-connect/index.ts";
import { mapHl7 } from "./hl7v2/index.ts";

/** Maps a kept message by its format; a fault names what and where. */
export function mapMessage(region: Region, feed: Feed, message: Waiting): MapResult {
  switch (message.format) {
    case "hl7v2": {
      const parsed = parseHl7(decodeHl7(message.bytes));
      return parsed.ok ? mapHl7(parsed.message, region.timeZone, region.localCodes(feed.id)) : oneFault("feeds.unparsable", parsed.fault.why, "message");
    }
    case "fhir-r4":
      return mapFhir(feed, message);
    case "gp-connect-stu3":
      return mapGpConnect(feed, message);
    case "csv":
      return mapFile(region, feed, message);
    case "unknown":
      return oneFault("feeds.unknown-format", "the format of the message is not known", "message");
  }
}

const oneFault = (code: string, why: string, place: string): MapResult => ({ ok: false, marks: [{ code, why, place }] });

function readJson(bytes: Buffer): { ok: true; body: unknown } | { ok: false; why: string; place: string } {
  try {
    const body = parseJson(bytes.toString("utf8"));
    const fault = faultOfJson(body);
    return fault === null ? { ok: true, body } : { ok: false, why: fault.why, place: fault.expression };
  } catch (error) {
    return { ok: false, why: withoutNul((error as Error).message), place: "message" };
  }
}

/**
 * Bundles that the web process has parsed and validated a moment ago, so that they
 * are not read twice. Each serves one try: applying gives references their final
 * form in place, and a second try (two transactions crossed) reads the bytes again.
 */
const prepared = new Map<string, CheckedBundle>();
export function offerPrepared(messageId: string, bundle: CheckedBundle): () => void {
  prepared.set(messageId, bundle);
  return () => prepared.delete(messageId);
}

function mapFhir(feed: Feed, message: Waiting): MapResult {
  const ready = prepared.get(message.messageId);
  prepared.delete(message.messageId);
  if (ready !== undefined) return mapEntries(feed.id, ready, message.received);
  const read = readFhirBody(message.bytes);
  const checked = read.ok ? checkBundle(read.body) : null;
  const issues = read.ok ? checked!.issues : read.issues;
  if (issues.length > 0) return { ok: false, marks: issues.slice(0, 50).map((issue) => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression || "$this" })) };
  return mapEntries(feed.id, checked!, message.received);
}

/** The control id of a GP Connect answer names whom was asked for: `nhsNumber|birthDate`, since an answer without a record names nobody. */
export const askedFor = (nhsNumber: string, birthDate: string): string => `${nhsNumber}|${birthDate}`;

/** What an envelope says that a GP practice answered with. */
export const gpConnectKind = (body: unknown): string => (isDocuments(body) ? "documents" : "structured record");

function mapGpConnect(feed: Feed, message: Waiting): MapResult {
  const json = readJson(message.bytes);
  if (!json.ok) return oneFault("feeds.json", json.why, json.place);
  if (isDocuments(json.body)) return mapGpDocuments(feed, message, json.body);
  const converted = convertGpConnect(json.body);
  if (!converted.ok) return { ok: false, marks: converted.faults.map((each) => ({ code: "feeds.gp-connect", why: each.why, place: each.expression })) };
  if (converted.patient === null) {
    const [nhsNumber, birthDate] = message.controlId.split("|");
    if (!nhsNumber) return oneFault("feeds.gp-connect-nobody", "the practice answered that it has no record, but not for whom: give patientNHSNumber with the answer", "patientNHSNumber");
    const statements = SECTIONS.map((section) => ({ section: section.id, kind: "no-record" as const, text: converted.statements[0]?.text ?? "No record found" }));
    const nobody: MappedPatient = { localId: nhsNumber, demographics: { ...NO_DEMOGRAPHICS, nhsNumberText: nhsNumber, nhsNumberStatus: birthDate ? "01" : null, birthDate: birthDate || null }, at: message.received, items: [], statements, snapshot: true };
    return { ok: true, mapped: { patients: [nobody], directory: [], marks: [] } };
  }
  const invalid = invalidOf(converted.resources as unknown as Resource[]);
  if (invalid.length > 0) return { ok: false, marks: invalid };
  const patient = converted.patient as unknown as Resource;
  const demographics = demographicsOfPatient(patient);
  const localId = demographics.nhsNumberText ?? String(patient.id);
  const entries = entriesOf(converted.resources as unknown as Resource[]);
  // Ids are unique within one record only, so those of different people are set apart by the patient.
  const result = mapEntries(feed.id, entries, message.received, `${localId}|`);
  if (!result.ok) return result;
  const marks: Mark[] = [];
  if (converted.organisation !== null && converted.organisation !== feed.organisation) {
    marks.push({ code: "feeds.other-practice", why: `the record says that it is of practice ${converted.organisation}, the feed is of ${feed.organisation}`, place: "Patient.managingOrganization" });
  }
  const mine = result.mapped.patients.find((each) => each.demographics !== null) ?? result.mapped.patients[0]!;
  const practice = demographics.gpPractice ?? converted.organisation ?? feed.organisation;
  const others = result.mapped.patients.filter((each) => each !== mine);
  const whole: MappedPatient = { ...mine, localId, demographics: { ...demographics, gpPractice: practice }, statements: converted.statements, snapshot: true, snapshotKeeps: DOCUMENT_KEY, items: [...mine.items, ...others.flatMap((each) => each.items)] };
  const targets = new Map(result.mapped.targets);
  for (const [reference, target] of targets) if (target.type === "Patient") targets.set(reference, { ...target, key: localId });
  return { ok: true, mapped: { patients: [whole], directory: result.mapped.directory, marks, targets } };
}

/** What has another shape than FHIR's, found on what it became: nothing of the record is used, since what reads it relies on shapes. Odd values (a time without its zone) stay as they were sent. */
function invalidOf(resources: readonly Resource[]): Mark[] {
  return resources.flatMap((resource) => validateResource(resource, `${resource.resourceType}/${resource.id ?? ""}`)).filter((issue) => issue.code === "structure").slice(0, 50).map((issue) => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression || "$this" }));
}

/** Documents of a GP practice: each an item of the patient who was asked for, its description and its bytes joined in the store. */
function mapGpDocuments(feed: Feed, message: Waiting, body: unknown): MapResult {
  const converted = convertDocuments(body);
  if (!converted.ok) return { ok: false, marks: converted.faults.map((each) => ({ code: "feeds.gp-connect", why: each.why, place: each.expression })) };
  const invalid = invalidOf([...converted.documents.map((each) => each.resource), ...converted.others, ...(converted.patient === null ? [] : [converted.patient])] as unknown as Resource[]);
  if (invalid.length > 0) return { ok: false, marks: invalid };
  const [asked = "", birthDate = ""] = message.controlId.split("|");
  const demographics = converted.patient === null ? { ...NO_DEMOGRAPHICS, nhsNumberText: asked || null, nhsNumberStatus: birthDate ? "01" : null, birthDate: birthDate || null } : demographicsOfPatient(converted.patient as unknown as Resource);
  const localId = demographics.nhsNumberText?.replace(/\s/g, "");
  if (!localId) return oneFault("feeds.gp-connect-nobody", "the documents do not say whose they are: give patientNHSNumber with them", "patientNHSNumber");
  // One whose check digit is wrong is kept unverified, as with structured records, whose patients these are.
  if (!/^\d{10}$/.test(localId)) return oneFault("feeds.gp-connect-nobody", "whose documents they are is said by no NHS number of ten digits", converted.patient === null ? "patientNHSNumber" : "Patient.identifier");
  if (asked !== "" && asked !== localId) return oneFault("feeds.gp-connect-other", "the documents are of another patient than the one asked for", "Patient.identifier");
  const others = mapEntries(feed.id, entriesOf(converted.others as unknown as Resource[]), message.received, `${localId}|`);
  if (!others.ok) return others;
  const patches = converted.documents.map(({ binaryId, resource, bytesAlone }): Patch => ({
    type: "DocumentReference", sourceKey: `${DOCUMENT_KEY}${localId}|${binaryId}`, otherwise: { ...resource, subject: { reference: `Patient/${localId}` } } as unknown as Resource, set: (present, given) => joined(present, given, bytesAlone),
  }));
  return { ok: true, mapped: { ...others.mapped, patients: [{ localId, demographics, at: message.received, items: [], patches }] } };
}

/** What a file's envelope says it is: its layout, and whether it is the whole. */
export const fileKind = (layout: string, load: Load): string => (load === "full" ? `${layout}, full` : layout);

function mapFile(region: Region, feed: Feed, message: Waiting): MapResult {
  const id = feed.options?.["layout"] ?? "";
  const layout = region.layout(id);
  if (layout === undefined) return oneFault("feeds.csv-layout", `no layout "${id}"`, "feed");
  const file = readDelimited(message.bytes, layout);
  const patients = [...Map.groupBy(file.rows, (row) => row.sourcePatient.localId)].map(([localId, mine]) => patientOfRows(localId, mine, message.received));
  return { ok: true, mapped: { patients, directory: [], marks: [], file: { load: message.kind.endsWith(", full") ? "full" : "incremental", layout, file } } };
}

function patientOfRows(localId: string, rows: readonly MappedRow[], at: Date): MappedPatient {
  const items = new Map<string, MappedPatient["items"][number]>();
  for (const row of rows) {
    row.resources.forEach((resource, index) => {
      const sourceKey = itemKey(resource.resourceType, localId, row.sourceKey, index);
      items.set(`${resource.resourceType} ${sourceKey}`, { sourceKey, resource: resource as Resource });
    });
  }
  const client = rows.find((row) => row.resources.some((resource) => resource.resourceType === "Patient"));
  const patient = client?.resources.find((resource) => resource.resourceType === "Patient") as Resource | undefined;
  const who = rows[0]!.sourcePatient;
  const demographics = patient
    ? { ...demographicsOfPatient(patient), nhsNumberStatus: who.nhsNumberStatus }
    : { ...NO_DEMOGRAPHICS, nhsNumberText: who.nhsNumberText, nhsNumberStatus: who.nhsNumberStatus, family: who.family, given: who.given.join(" ") || null, birthDate: who.birthDate, sex: who.gender, postcode: who.postcode };
  return { localId, demographics, at, items: [...items.values()] };
}
