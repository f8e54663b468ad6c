/**
 * Documents inside FHIR resources (`Attachment.data`, `Binary.data`): found
 * wherever they are, and taken out where they are large, so that bodies stay
 * small. In their place stands the extension of the missing primitive (FHIR R4
 * 2.1.0.4), which names the document; everything else stays as it was sent, in
 * its order, and `restored` gives the resource back to the letter. Pure.
 */
import { hash as digest } from "node:crypto";
import { mayHold, type Resource } from "#standards";
import { EXTENSION } from "../reading.ts";

/** One document of a resource. */
export type FoundDocument = { readonly place: string; readonly bytes: Buffer; readonly hash: string; readonly statedType: string; readonly title: string | null; /** Stays in the body. */ readonly inBody: boolean };

/** Data that is no base64: it stays where it is. */
export type UnreadableDocument = { readonly place: string; readonly why: string };

const STORED = `${EXTENSION}stored-document`;
const LINKED = `${EXTENSION}linked-document`;
/** Documents up to this stay in the body: a few lines of text cost more as a file of their own. */
export const MOST_IN_BODY = 4096;
/** Deeper than any resource: FHIR allows contained resources once. */
const DEEPEST = 40;

type Found = { documents: FoundDocument[]; unreadable: UnreadableDocument[]; changed: boolean };

/**
 * The resource with its large documents taken out, and all of its documents.
 * `binary` gives the Binary of the same message behind an `Attachment.url`, so
 * that a letter that is sent beside its description is found from it too.
 */
export function setAside(resource: Resource, binary: (url: string) => Resource | undefined): { resource: Resource; documents: readonly FoundDocument[]; unreadable: readonly UnreadableDocument[] } {
  if (!holdsDocuments(resource)) return { resource, documents: [], unreadable: [] };
  const found: Found = { documents: [], unreadable: [], changed: false };
  const rest = walk(resource, "", 0, found, binary) as Resource;
  return { resource: found.changed ? rest : resource, documents: found.documents, unreadable: found.unreadable };
}

/**
 * A look without building anything. Types that hold no Attachment of their own (half
 * of what comes are Observations) are looked into only where they have extensions or
 * contained resources: the look at everything was a tenth of a bundle's cost.
 */
export function holdsDocuments(resource: Resource): boolean {
  if (resource.resourceType === "Binary" || mayHold(resource.resourceType, "Attachment")) return couldHold(resource, 0);
  const { contained, extension } = resource as { contained?: object; extension?: object };
  return (contained !== undefined && couldHold(contained, 0)) || (extension !== undefined && couldHold(extension, 0));
}

function couldHold(value: object, depth: number): boolean {
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name];
    if (typeof field === "string") {
      if ((name === "data" || name === "url") && typeof (value as { contentType?: unknown }).contentType === "string") return true;
    } else if (typeof field === "object" && field !== null && depth < DEEPEST && couldHold(field, depth + 1)) return true;
  }
  return false;
}

function walk(value: unknown, place: string, depth: number, found: Found, binary: (url: string) => Resource | undefined): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each, index) => walk(each, `${place}[${index}]`, depth + 1, found, binary));
  // A raw number is an object too, and must stay the very same.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = value as Record<string, unknown>;
  const holds = typeof fields["contentType"] === "string" && fields["_data"] === undefined;
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (holds && name === "data" && typeof field === "string") {
      const document = documentOf(fields, field, place, found);
      if (document === null || document.inBody) kept[name] = field;
      else {
        found.changed = true;
        kept["_data"] = named(STORED, document.hash);
      }
      continue;
    }
    kept[name] = walk(field, place === "" ? name : `${place}.${name}`, depth + 1, found, binary);
    if (holds && name === "url" && typeof field === "string" && fields["data"] === undefined) {
      const beside = binary(field);
      const document = beside?.resourceType === "Binary" && typeof beside["data"] === "string" ? documentOf({ ...fields, contentType: beside["contentType"] ?? fields["contentType"] }, beside["data"], place, found, true) : null;
      if (document !== null) {
        found.changed = true;
        kept["_data"] = named(LINKED, document.hash);
      }
    }
  }
  return kept;
}

function documentOf(attachment: Record<string, unknown>, data: string, place: string, found: Found, beside = false): FoundDocument | null {
  const written = data.replace(/\s+/g, "");
  const bytes = Buffer.from(written, "base64");
  if (bytes.toString("base64") !== written) {
    found.unreadable.push({ place, why: "its data is not base64" });
    return null;
  }
  const { title, contentType } = attachment;
  // Data with line ends in it stays: given back, it is to the letter what was sent.
  const inBody = !beside && (bytes.length <= MOST_IN_BODY || written.length !== data.length);
  const document: FoundDocument = { place, bytes, hash: digest("sha256", bytes), statedType: typeof contentType === "string" ? contentType : "", title: typeof title === "string" ? title : null, inBody };
  found.documents.push(document);
  return document;
}

const named = (url: string, hash: string): unknown => ({ extension: [{ url, valueUri: `Document/${hash}` }] });

/** The hash that stands in the place of data that was taken out; `null` where none was. */
function storedHash(value: unknown, url: string): string | null {
  const extension = (value as { extension?: { url?: unknown; valueUri?: unknown }[] } | undefined)?.extension?.[0];
  const hash = extension?.url === url && typeof extension.valueUri === "string" ? /^Document\/([0-9a-f]{64})$/.exec(extension.valueUri)?.[1] : undefined;
  return hash ?? null;
}

/** The resource as it was sent: `get` gives the bytes of a hash. Throws where the store has lost them. */
export async function restored(resource: Resource, get: (hash: string) => Promise<Buffer | null>): Promise<Resource> {
  return (await restore(resource, get)) as Resource;
}

async function restore(value: unknown, get: (hash: string) => Promise<Buffer | null>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => restore(each, get)));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (name === "_data" && storedHash(field, LINKED) !== null) continue;
    const hash = name === "_data" ? storedHash(field, STORED) : null;
    if (hash === null) kept[name] = await restore(field, get);
    else {
      const bytes = await get(hash);
      if (bytes === null) throw new Error(`document ${hash} is not in the store`);
      kept["data"] = bytes.toString("base64");
    }
  }
  return kept;
}

/** The data that stayed in the body at a place; `null` where none is there. */
export function dataAt(resource: Resource, place: string): Buffer | null {
  let at: unknown = resource;
  for (const part of place === "" ? [] : place.split(/\.|\[(\d+)\]/).filter((each) => each !== undefined && each !== "")) at = (at as Record<string, unknown> | undefined)?.[part];
  const data = (at as { data?: unknown } | undefined)?.data;
  return typeof data === "string" ? Buffer.from(data, "base64") : null;
}
