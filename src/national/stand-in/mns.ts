/**
 * A stand-in for the Multicast Notification Service, in memory: subscriptions,
 * events to each of them, and the test event by which a subscriber knows that it
 * is alive. `stand-in/apis.ts` serves it.
 */
import { randomUUID } from "node:crypto";
import { HEARTBEAT_EVENT } from "../mns/event.ts";

export type StandInDelivery = { readonly mailbox: string; readonly workflowId: string; readonly bytes: Buffer };
type Subscription = { readonly id: string; readonly eventType: string; readonly mailbox: string; readonly workflowId: string; readonly payload: string; readonly endpoint: string };
type Said = { readonly status: number; readonly body?: unknown };

const ENDPOINT = /^mesh:\/\/(\w+)\?workflow_id=([\w.-]+)$/;

export class MemoryMns {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #deliver: (delivery: StandInDelivery) => void;
  readonly #pdsUrl: string;

  /** `deliver` lays an event into a mailbox at MESH; `pdsUrl` is where events point to. */
  constructor(deliver: (delivery: StandInDelivery) => void, pdsUrl: string) {
    this.#deliver = deliver;
    this.#pdsUrl = pdsUrl;
  }

  answer(method: string, id: string | undefined, body: unknown): Said {
    if (method === "POST" && id === undefined) return this.#subscribe(body);
    if (method === "GET" && id === undefined) return { status: 200, body: { resourceType: "Bundle", type: "searchset", total: this.#subscriptions.size, entry: [...this.#subscriptions.values()].map(resourceOf) } };
    const found = id === undefined ? undefined : this.#subscriptions.get(id);
    if (found === undefined) return { status: 404, body: { errors: "Not found" } };
    if (method === "GET") return { status: 200, body: resourceOf(found) };
    if (method !== "DELETE") return { status: 405, body: { errors: "Method not allowed" } };
    this.#subscriptions.delete(found.id);
    return { status: 204 };
  }

  /** Tells every subscriber of this type of event. */
  publish(eventType: string, nhsNumber: string, at: Date): void {
    for (const each of this.#subscriptions.values()) if (each.eventType === eventType) this.#send(each, eventType, nhsNumber, at);
  }

  /** The event that comes every 15 minutes and is about nobody. */
  heartbeat(at: Date): void {
    const told = new Set<string>();
    for (const each of this.#subscriptions.values()) {
      if (told.has(each.endpoint)) continue;
      told.add(each.endpoint);
      this.#send(each, HEARTBEAT_EVENT, null, at);
    }
  }

  #subscribe(body: unknown): Said {
    const asked = body as { resourceType?: unknown; status?: unknown; criteria?: unknown; channel?: { type?: unknown; endpoint?: unknown; payload?: unknown } } | null;
    const wrong = (field: string, why: string): Said => ({ status: 400, body: { validationErrors: { [field]: why } } });
    if (asked?.resourceType !== "Subscription") return wrong("resourceType", "Please provide the correct resource type for this endpoint");
    if (asked.status !== "requested") return wrong("status", "must be requested");
    const eventType = /^eventType=([\w-]+)$/.exec(String(asked.criteria))?.[1];
    if (eventType === undefined) return wrong("criteria", "must name an eventType");
    if (asked.channel?.type !== "message") return wrong("channel.type", "must be message");
    const endpoint = String(asked.channel.endpoint);
    const [, mailbox, workflowId] = ENDPOINT.exec(endpoint) ?? [];
    if (mailbox === undefined || workflowId === undefined) return wrong("channel.endpoint", "must be a MESH mailbox: this stand-in has no queues");
    if (!["application/json", "application/fhir+json"].includes(String(asked.channel.payload))) return wrong("channel.payload", "is not supported");
    const same = [...this.#subscriptions.values()].find((each) => each.endpoint === endpoint && each.eventType === eventType);
    if (same) return { status: 409, body: { errors: `A matching MESH subscription already exists with id: ${same.id}` } };
    const id = randomUUID();
    this.#subscriptions.set(id, { id, eventType, endpoint, mailbox, workflowId, payload: String(asked.channel.payload) });
    return { status: 201, body: { id } };
  }

  #send(to: Subscription, eventType: string, nhsNumber: string | null, at: Date): void {
    const id = randomUUID();
    const focus = `${this.#pdsUrl}/Patient${nhsNumber === null ? "" : `/${nhsNumber}`}`;
    const cloudEvent = { specversion: "1.0", id, source: "https://fhir.nhs.uk/Id/nhsSpineASID/000000000000", type: eventType, time: at.toISOString(), dataref: focus, ...(nhsNumber !== null && { subject: nhsNumber }) };
    this.#deliver({ mailbox: to.mailbox, workflowId: to.workflowId, bytes: Buffer.from(JSON.stringify(to.payload === "application/json" ? cloudEvent : fhirEvent(cloudEvent))) });
  }
}

function resourceOf(each: Subscription): object {
  return { id: each.id, resourceType: "Subscription", status: "active", reason: "", criteria: `eventType=${each.eventType}`, channel: { type: "message", endpoint: each.endpoint, payload: each.payload } };
}

function fhirEvent(event: { id: string; type: string; source: string; time: string; dataref: string; subject?: string }): object {
  const subscriptions = "https://api.service.nhs.uk/multicast-notification-service/subscriptions";
  const parameter = [
    { name: "subscription", valueReference: { reference: subscriptions } },
    { name: "status", valueCode: "active" },
    { name: "type", valueCode: "event-notification" },
    { name: "notification-event", part: [{ name: "event-number", valueString: "1" }, { name: "timestamp", valueInstant: event.time }, { name: "focus", valueReference: { reference: event.dataref } }] },
    { name: "additional-context", part: [{ name: "event-type", valueString: event.type }, { name: "source", valueUri: event.source }, ...(event.subject === undefined ? [] : [{ name: "subject", valueReference: { identifier: { value: event.subject } } }])] },
  ];
  const resource = { resourceType: "Parameters", meta: { profile: ["http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4"] }, id: event.id, parameter };
  return { resourceType: "Bundle", id: event.id, type: "history", timestamp: event.time, entry: [{ fullUrl: `urn:uuid:${event.id}`, resource, request: { method: "GET", url: subscriptions }, response: { status: "200" } }] };
}
