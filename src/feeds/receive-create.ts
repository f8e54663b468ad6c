/**
 * A plain create at the FHIR API (`POST [base]/[type]`, FHIR R4 3.1.0.8): the
 * server gives the id, and the same body twice makes two resources. On its way it
 * is a kept message like any other, under a control id of its own.
 */
import type { Feed } from "#governance";
import { readLocalId } from "#identity";
import { refuse, uuidv7, type Refusal } from "#platform";
import { feedResourceKey, parseResourceId, resourceId } from "#record";
import { validateResource, type Resource, type ValidationIssue } from "#standards";
import type { Kept } from "./inbox.ts";
import { applyAlone } from "./journey.ts";
import { entriesOf, readFhirBody } from "./map/fhir-r4/index.ts";
import { offerPrepared } from "./map/index.ts";
import type { Waiting } from "./queue.ts";
import type { FeedRoom } from "./receive-http.ts";

export type Created = { type: string; id: string };

/** Creates one resource of the sender's organisation; refuses with the expression of each fault, and stores nothing then. */
export async function receiveCreate(room: FeedRoom, feed: Feed, type: string, bytes: Buffer): Promise<Created | { refusal: Refusal; issues: readonly ValidationIssue[] }> {
  const read = readFhirBody(bytes);
  if (!read.ok) return { refusal: refuse("invalid", "feeds.unreadable", "the body is no FHIR in JSON or XML", { status: 400 }), issues: read.issues };
  const resource = read.body as Resource;
  const issues = validateResource(resource);
  if (resource?.resourceType !== type) issues.push({ code: "value", expression: "resourceType", why: `is ${String(resource?.resourceType)}, the address says ${type}` });
  if (issues.length > 0) return { refusal: refuse("invalid", "feeds.fhir-invalid", "the resource has faults", { status: 422 }), issues };
  const owner = await ownerOf(room, feed, resource);
  if ("why" in owner) return { refusal: refuse("invalid", "feeds.no-patient", owner.why, { status: 422 }), issues: [owner] };

  const key = uuidv7();
  const kept: Kept = await room.inbox.keep({ feed: feed.id, format: "fhir-r4", controlId: `create ${key}`, hasOwnId: true, kind: `create ${type}`, laneKeys: [owner.localId ?? key], bytes, state: "kept", acknowledged: "201", ack: "", reserved: true });
  const named: Resource = { ...resource, id: key };
  if (owner.localId !== null) named[owner.element] = { ...named[owner.element], reference: `Patient/${owner.localId}` };
  const done = offerPrepared(kept.messageId, entriesOf([named]));
  try {
    const message: Waiting = { feed: feed.id, messageId: kept.messageId, received: new Date(), format: "fhir-r4", controlId: `create ${key}`, kind: `create ${type}`, lane: 0, otherLanes: [], attempts: 0, bytes };
    const applied = await applyAlone(room.intake, room.region, message);
    if (applied.state !== "applied") return { refusal: refuse("invalid", "feeds.quarantined", "the resource could not be used; it is kept in quarantine", { status: 422 }), issues: applied.marks.map((mark) => ({ code: "invalid", expression: mark.place, why: mark.why })) };
    const id = applied.stored[0]!.ids.find((each) => each.endsWith(feedResourceKey(feed.id, type, key).replaceAll("-", "")));
    return { type, id: id ?? resourceId(applied.stored[0]!.ids[0]!.slice(0, 32), key) };
  } finally {
    done();
  }
}

/** Whose the resource is: a Patient makes a new source patient, anything else names one that this feed's organisation has here. */
async function ownerOf(room: FeedRoom, feed: Feed, resource: Resource): Promise<{ localId: string | null; element: string } | ValidationIssue> {
  if (resource.resourceType === "Patient") return { localId: null, element: "" };
  const element = ["subject", "patient", "beneficiary"].find((name) => typeof resource[name]?.reference === "string");
  if (element === undefined) return { code: "required", expression: `${resource.resourceType}.subject`, why: "must name a patient of this record, Patient/[id]" };
  const key = parseResourceId(String(resource[element].reference).replace(/^Patient\//, ""));
  const localId = key && (await readLocalId(room.intake, key.sourcePatientId, feed.organisation));
  return localId ? { localId, element } : { code: "value", expression: `${resource.resourceType}.${element}.reference`, why: "is no patient that your organisation has in this record" };
}
