/**
 * The shape of what a feed sends: one resource, or a Bundle by the rules of its
 * type (FHIR R4, 2.36 and its invariants bdl-1 to bdl-12). A transaction,
 * document, message or collection is taken whole or refused whole; of a batch
 * each entry stands for itself.
 */
import { isResourceType, validateElement, validateResource, type Resource, type ValidationIssue } from "#standards";

export type EntryRequest = { method?: string; url?: string; ifNoneExist?: string; ifMatch?: string; ifNoneMatch?: string; ifModifiedSince?: string };
export type BundleEntry = { /** Its place in the bundle. */ index: number; fullUrl?: string; resource?: Resource; request?: EntryRequest };

/** An entry of a batch that cannot be used, with the status that it gets by itself. */
export type RefusedEntry = { index: number; status: string; issues: readonly ValidationIssue[] };

export type CheckedBundle = {
  /** `Bundle.type`, or empty for one resource by itself. */
  type: string;
  entries: readonly BundleEntry[];
  refused: readonly RefusedEntry[];
  /** Faults of the whole: nothing of it is used. */
  issues: readonly ValidationIssue[];
  /** The sender's own id of the message: Bundle.identifier, or that of the MessageHeader. */
  controlId: string;
  /** Bundle.timestamp. */
  timestamp: string | null;
  /** A document as it came, as JSON. */
  document?: string;
};

const TYPES: ReadonlySet<string> = new Set(["transaction", "batch", "collection", "searchset", "message", "document"]);
const MUST_BEGIN_WITH: Readonly<Record<string, [type: string, rule: string]>> = { message: ["MessageHeader", "bdl-12"], document: ["Composition", "bdl-11"] };

/** Resources as entries, in their order, for maps that make FHIR of something else. */
export const entriesOf = (resources: readonly Resource[]): CheckedBundle => ({ type: "", entries: resources.map((resource, index) => ({ index, resource })), refused: [], issues: [], controlId: "", timestamp: null });

/** The bundle's shape and each of its resources, checked; the place of each fault is a FHIRPath expression. */
export function checkBundle(body: unknown): CheckedBundle {
  const none = { entries: [], refused: [], controlId: "", timestamp: null };
  if (typeof body !== "object" || body === null || Array.isArray(body)) return { ...none, type: "", issues: [{ code: "structure", expression: "$this", why: "the body must be a FHIR resource" }] };
  const resource = body as Resource;
  if (resource.resourceType !== "Bundle") return { ...entriesOf([resource]), issues: validateResource(resource) };
  const { entry, ...shell } = resource;
  const type = String(resource["type"]);
  const issues = validateResource(shell, "Bundle");
  if (!TYPES.has(type)) issues.push({ code: "value", expression: "Bundle.type", why: `"${type.slice(0, 40)}" is not a bundle that a feed may send` });
  if (type === "document") issues.push(...documentIssues(resource));
  if (!Array.isArray(entry) || entry.length === 0) {
    // An empty answer to a search says that there is nothing: no fault, no effect.
    if (!(type === "searchset" && entry === undefined)) issues.push({ code: entry === undefined ? "required" : "structure", expression: "Bundle.entry", why: entry === undefined ? "is required" : "must be a list with entries" });
    return { ...none, type, issues };
  }
  const entries: BundleEntry[] = [];
  const refused: RefusedEntry[] = [];
  entry.forEach((each: unknown, index: number) => {
    const { faults, status } = entryIssues(each, index, type);
    if (faults.length === 0) entries.push({ ...(each as BundleEntry), index });
    else if (type === "batch") refused.push({ index, status, issues: faults });
    // One by one: a hundred thousand as arguments overflow the stack.
    else for (const fault of faults) issues.push(fault);
  });
  if (issues.length === 0) issues.push(...togetherIssues(entries, type));
  const first = Object.hasOwn(MUST_BEGIN_WITH, type) ? MUST_BEGIN_WITH[type] : undefined;
  const begins = (entry[0] as BundleEntry | null)?.resource;
  if (first && begins?.resourceType !== first[0]) issues.push({ code: "structure", expression: "Bundle.entry[0].resource", why: `a ${type} begins with a ${first[0]} (${first[1]})` });
  const own = (resource["identifier"] as { value?: string } | undefined)?.value ?? (type === "message" ? begins?.id : undefined);
  return {
    type, entries, refused, issues, controlId: typeof own === "string" ? own : "", timestamp: typeof resource["timestamp"] === "string" ? resource["timestamp"] : null,
    ...(type === "document" && issues.length === 0 && { document: JSON.stringify(resource) }),
  };
}

function documentIssues(bundle: Resource): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const identifier = bundle["identifier"] as { system?: string; value?: string } | undefined;
  if (!identifier?.system || !identifier.value) issues.push({ code: "required", expression: "Bundle.identifier", why: "a document has an identifier with system and value (bdl-9)" });
  if (bundle["timestamp"] === undefined) issues.push({ code: "required", expression: "Bundle.timestamp", why: "a document has the time at which it was made (bdl-10)" });
  return issues;
}

/** The entry's own shape, what it asks for, and its resource. */
function entryIssues(entry: unknown, index: number, bundle: string): { faults: ValidationIssue[]; status: string } {
  const place = `Bundle.entry[${index}]`;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return { faults: [{ code: "structure", expression: place, why: "must be an object" }], status: "400" };
  const { resource, ...shell } = entry as BundleEntry & { search?: unknown; response?: unknown };
  const faults: ValidationIssue[] = [];
  for (const _ in shell) {
    faults.push(...validateElement("Bundle.entry", shell, place));
    break;
  }
  if (faults.length > 0) return { faults, status: "422" };
  const isAsked = bundle === "transaction" || bundle === "batch";
  if (isAsked !== (shell.request !== undefined)) {
    faults.push({ code: isAsked ? "required" : "structure", expression: `${place}.request`, why: isAsked ? `an entry of a ${bundle} says what to do (bdl-3)` : `an entry of a ${bundle} asks for nothing (bdl-3)` });
  }
  if (shell.search !== undefined && bundle !== "searchset") faults.push({ code: "structure", expression: `${place}.search`, why: "stands in a searchset only (bdl-2)" });
  if (shell.response !== undefined) faults.push({ code: "structure", expression: `${place}.response`, why: "stands in the answer to a request only (bdl-4)" });
  if (faults.length > 0) return { faults, status: "400" };
  if (resource !== undefined && (typeof resource !== "object" || resource === null || Array.isArray(resource))) return { faults: [{ code: "structure", expression: `${place}.resource`, why: "must be an object" }], status: "400" };
  if (shell.request !== undefined) {
    const unfit = requestIssue(shell.request, resource, place);
    if (unfit !== null) return { faults: [unfit, ...(resource === undefined ? [] : validateResource(resource, `${place}.resource`))], status: unfit.code === "not-supported" ? "405" : "400" };
  } else if (resource === undefined) return { faults: [{ code: "required", expression: `${place}.resource`, why: "is required" }], status: "400" };
  if (resource !== undefined) {
    for (const fault of validateResource(resource, `${place}.resource`)) faults.push(fault);
    if (faults.length === 0) faults.push(...urlIssues(shell.fullUrl, resource, place));
  }
  return { faults, status: "422" };
}

/** `Observation/12` and `Observation?identifier=a|b`, taken apart. */
export function targetOf(url: string | undefined): { type: string; id?: string; query?: string } | null {
  const match = /^([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64})|\?(.+))?$/.exec(url ?? "");
  if (match === null || !isResourceType(match[1])) return null;
  return { type: match[1], ...(match[2] !== undefined && { id: match[2] }), ...(match[3] !== undefined && { query: match[3] }) };
}

/** The one condition that is taken: an identifier, which is the item's key then. */
export function identifierOf(query: string | undefined): string | null {
  const value = /^identifier=([^&]+)$/.exec(query ?? "")?.[1];
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}

function requestIssue(request: EntryRequest, resource: Resource | undefined, place: string): ValidationIssue | null {
  const at = (name: string): string => `${place}.request.${name}`;
  const { method } = request;
  if (method === "PATCH" || method === "GET" || method === "HEAD") return { code: "not-supported", expression: at("method"), why: `${method} is not supported on a feed: send the whole resource with PUT${method === "PATCH" ? "" : "; a feed gives nothing out"}` };
  for (const name of ["ifMatch", "ifNoneMatch", "ifModifiedSince"] as const) if (request[name] !== undefined) return { code: "not-supported", expression: at(name), why: "is not supported on a feed" };
  const target = targetOf(request.url);
  if (target === null) return { code: "value", expression: at("url"), why: `"${String(request.url).slice(0, 80)}" is not an address of a FHIR R4 resource: Type, Type/id or Type?identifier=system|value` };
  if (method === "DELETE") {
    if (target.id === undefined) return { code: "not-supported", expression: at("url"), why: "only one resource can be deleted at a time, by Type/id" };
    if (target.type === "Patient") return { code: "not-supported", expression: at("method"), why: "a Patient is not deleted by a feed: send it with active false, or a merge" };
    return resource === undefined ? null : { code: "structure", expression: `${place}.resource`, why: "a DELETE carries no resource" };
  }
  if (resource === undefined) return { code: "required", expression: `${place}.resource`, why: "is required" };
  if (resource.resourceType !== target.type) return { code: "value", expression: at("url"), why: `is for ${target.type}, the resource is a ${String(resource.resourceType).slice(0, 64)}` };
  if (method === "POST") {
    if (target.id !== undefined || target.query !== undefined) return { code: "value", expression: at("url"), why: "a POST names the type alone" };
    if (request.ifNoneExist !== undefined && identifierOf(request.ifNoneExist) === null) return { code: "not-supported", expression: at("ifNoneExist"), why: "only identifier=system|value is supported" };
    return null;
  }
  if (request.ifNoneExist !== undefined) return { code: "structure", expression: at("ifNoneExist"), why: "goes with POST only" };
  if (target.query !== undefined) return identifierOf(target.query) === null ? { code: "not-supported", expression: at("url"), why: "only Type?identifier=system|value is supported" } : null;
  if (target.id === undefined) return { code: "value", expression: at("url"), why: "a PUT names the resource: Type/id" };
  if (resource.id !== undefined && resource.id !== target.id) return { code: "value", expression: `${place}.resource.id`, why: `is "${String(resource.id).slice(0, 64)}", the request says "${target.id}"` };
  return null;
}

/** A fullUrl is of this resource, and of no version of it (bdl-8; FHIR R4, 2.36.4). */
function urlIssues(fullUrl: string | undefined, resource: Resource, place: string): ValidationIssue[] {
  if (fullUrl === undefined) return [];
  if (fullUrl.includes("/_history/")) return [{ code: "value", expression: `${place}.fullUrl`, why: "must not name a version (bdl-8)" }];
  const id = fullUrl.startsWith("urn:") ? undefined : fullUrl.slice(fullUrl.lastIndexOf("/") + 1);
  return id !== undefined && resource.id !== undefined && id !== resource.id ? [{ code: "value", expression: `${place}.fullUrl`, why: `ends with "${id.slice(0, 64)}", the resource's id is "${resource.id}"` }] : [];
}

/** What entries must not be to each other: two of one fullUrl (bdl-7), two of one resource in a transaction (FHIR R4, 3.1.0.11.2). */
function togetherIssues(entries: readonly BundleEntry[], bundle: string): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const urls = new Map<string, number>();
  const targets = new Map<string, number>();
  for (const { index, fullUrl, resource, request } of entries) {
    const place = `Bundle.entry[${index}]`;
    const url = fullUrl === undefined ? undefined : `${fullUrl} ${resource?.meta?.versionId ?? ""}`;
    if (url !== undefined) {
      const other = urls.get(url);
      if (other !== undefined) issues.push({ code: "value", expression: `${place}.fullUrl`, why: `is that of entry ${other} (bdl-7)` });
      else urls.set(url, index);
    }
    if (bundle !== "transaction" || request === undefined || request.method === "POST") continue;
    const other = targets.get(request.url!);
    if (other !== undefined) issues.push({ code: "value", expression: `${place}.request.url`, why: `is that of entry ${other}: a transaction names a resource once` });
    else targets.set(request.url!, index);
  }
  return issues;
}
