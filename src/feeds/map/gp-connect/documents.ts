/**
 * GP Connect Access Document (STU3): what a search for DocumentReference or a read
 * of a Binary answers. Each becomes a document of the patient who was asked for,
 * keyed by its Binary, so that a description and its bytes meet in one item
 * whichever comes first. It is no snapshot: what it does not hold stays.
 */
import { hash } from "node:crypto";
import type { Resource } from "#standards";
import { convertGpConnect, type GpConnectFault } from "./convert.ts";
import { isObject, objects, text, type Json, type R4 } from "./json.ts";

/** Source keys of documents begin so: the next structured record of the patient does not remove them. */
export const DOCUMENT_KEY = "document|";

/** One document: `resource` is a DocumentReference in R4; `bytesAlone`: of a Binary whose description may be here already. */
export type GpDocument = { readonly binaryId: string; readonly resource: R4; readonly bytesAlone: boolean };
export type GpDocuments = { readonly ok: true; readonly documents: readonly GpDocument[]; /** The Patient that came with them; `null` where none did. */ readonly patient: R4 | null; /** Who and where: Organization, Practitioner. */ readonly others: readonly R4[] };
export type GpDocumentsResult = GpDocuments | { readonly ok: false; readonly faults: readonly GpConnectFault[] };

const BESIDE = new Set(["Patient", "DocumentReference", "Binary", "Organization", "Practitioner", "PractitionerRole", "OperationOutcome"]);

/** True for an answer of Access Document; a structured record holds lists and clinical entries. */
export function isDocuments(body: unknown): boolean {
  if (!isObject(body)) return false;
  if (body["resourceType"] === "Binary" || body["resourceType"] === "DocumentReference") return true;
  if (body["resourceType"] !== "Bundle" || !Array.isArray(body["entry"])) return false;
  const types = body["entry"].map((entry: unknown) => (isObject(entry) && isObject(entry["resource"]) ? String(entry["resource"]["resourceType"]) : ""));
  return types.every((type) => BESIDE.has(type)) && types.some((type) => type === "DocumentReference" || type === "Binary");
}

/** Converts an answer that `isDocuments`. A fault has its place in the sender's JSON. */
export function convertDocuments(body: unknown): GpDocumentsResult {
  const bundle = body as Json;
  const alone = bundle["resourceType"] !== "Bundle";
  const resources = alone ? [bundle] : objects(bundle["entry"]).map((entry) => entry["resource"] as Json);
  const place = (index: number): string => (alone ? String(bundle["resourceType"]) : `Bundle.entry[${index}].resource`);
  const faults: GpConnectFault[] = [];
  const binaries = new Map<string, { contentType: string; data: string; used: boolean }>();
  const described = new Set<Json>();
  const idOf = new Map<Json, string>();
  resources.forEach((resource, index) => {
    if (resource["resourceType"] === "Binary") {
      const read = binaryOf(resource, place(index));
      if ("expression" in read) faults.push(read);
      else binaries.set(idOfBinary(resource, read.data), { ...read, used: false });
    } else if (resource["resourceType"] === "DocumentReference") {
      const contents = objects(resource["content"]);
      if (contents.length === 0 || contents.some((each) => !isObject(each["attachment"]))) faults.push({ expression: `${place(index)}.content`, why: "a document needs an attachment" });
      else if (text(resource["id"]) === undefined && binaryIn(contents) === null) faults.push({ expression: `${place(index)}.id`, why: "a document needs an id, or the address of its Binary" });
      else {
        described.add(resource);
        idOf.set(resource, binaryIn(contents) ?? text(resource["id"])!);
      }
    }
  });
  if (faults.length > 0) return { ok: false, faults };

  // The converter of records wants a Patient; whose documents these are is said beside them.
  const patients = resources.filter((each) => each["resourceType"] === "Patient");
  const entry = [...(patients.length > 0 ? patients : [{ resourceType: "Patient", id: "asked-for" }]), ...resources.filter((each) => each["resourceType"] !== "Binary" && each["resourceType"] !== "OperationOutcome" && each["resourceType"] !== "Patient").map((each) => (described.has(each) ? { ...each, id: idOf.get(each) } : each))];
  const converted = convertGpConnect({ resourceType: "Bundle", type: "collection", entry: entry.map((resource) => ({ resource })) });
  if (!converted.ok) return converted;
  const documents = converted.resources.filter((each) => each.resourceType === "DocumentReference").map((resource): GpDocument => {
    const content = objects(resource["content"]).map((each) => {
      const binary = binaries.get(binaryIn([each]) ?? "");
      if (binary === undefined || !isObject(each["attachment"])) return each;
      binary.used = true;
      return { ...each, attachment: { ...each["attachment"], contentType: binary.contentType, data: binary.data } };
    });
    return { binaryId: binaryIn(content) ?? resource.id!, resource: { ...resource, content }, bytesAlone: false };
  });
  const left = [...binaries].filter(([, binary]) => !binary.used).map(([binaryId, { contentType, data }]): GpDocument => ({
    binaryId, bytesAlone: true, resource: { resourceType: "DocumentReference", status: "current", subject: { reference: "Patient/asked-for" }, description: "Document", content: [{ attachment: { contentType, data } }] },
  }));
  return { ok: true, documents: [...documents, ...left], patient: patients.length > 0 ? converted.patient : null, others: converted.resources.filter((each) => each.resourceType !== "DocumentReference" && each.resourceType !== "Patient") };
}

/** STU3 has `content` where R4 has `data`. */
function binaryOf(binary: Json, place: string): { contentType: string; data: string } | GpConnectFault {
  const contentType = text(binary["contentType"]) ?? "";
  if (contentType === "") return { expression: `${place}.contentType`, why: "missing" };
  const data = text(binary["content"])?.replace(/\s+/g, "") ?? "";
  if (data === "") return { expression: `${place}.content`, why: "no text in base64" };
  return Buffer.from(data, "base64").toString("base64") === data ? { contentType, data } : { expression: `${place}.content`, why: "is not base64" };
}

/** Of a Binary without a usable id, its bytes are the id. */
function idOfBinary(binary: Json, data: string): string {
  const id = text(binary["id"]) ?? "";
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? id : hash("sha256", data);
}

/** The Binary that the first attachment is read from. */
function binaryIn(contents: readonly Json[]): string | null {
  const attachment = contents[0]?.["attachment"];
  const url = isObject(attachment) ? text(attachment["url"]) : undefined;
  return /(?:^|\/)Binary\/([A-Za-z0-9.-]{1,64})$/.exec(url ?? "")?.[1] ?? null;
}

type Attachment = Readonly<Record<string, unknown>>;
const attachmentsOf = (resource: Resource): readonly { attachment?: Attachment }[] => (Array.isArray(resource["content"]) ? resource["content"] : []);

/** What a document is once both have been said: the description of the one, the bytes of whichever has them. */
export function joined(present: Resource, given: Resource, bytesAlone: boolean): Resource {
  const [before, now] = [attachmentsOf(present), attachmentsOf(given)];
  if (bytesAlone) {
    const { contentType, data, _data } = now[0]!.attachment!;
    const { data: _old, _data: _oldToo, ...first } = before[0]?.attachment ?? {};
    return { ...present, content: [{ ...before[0], attachment: { ...first, contentType, ...(data !== undefined && { data }), ...(_data !== undefined && { _data }) } }, ...before.slice(1)] };
  }
  const content = now.map((each, index) => {
    const had = before[index]?.attachment;
    if (each.attachment?.["data"] !== undefined || each.attachment?.["_data"] !== undefined || had === undefined || binaryOfAttachment(had, each.attachment) === false) return each;
    return { ...each, attachment: { ...each.attachment, ...(had["data"] !== undefined && { data: had["data"] }), ...(had["_data"] !== undefined && { _data: had["_data"] }) } };
  });
  return { ...given, content };
}

/** False where the two are read from different places: then the bytes of one are not those of the other. */
const binaryOfAttachment = (had: Attachment, now: Attachment | undefined): boolean => had["url"] === undefined || now?.["url"] === undefined || had["url"] === now["url"];
