/**
 * Change events of the Multicast Notification Service: a signal only. It says that
 * something changed for a number, never what; the truth is asked of its service.
 * Source: NHSDigital/multicast-notification-service, signal-schemas and specification/schemas/cloudevents.
 */
import { refuse, type Refusal } from "#platform";
import { parseNhsNumber } from "#standards";

/** What to do about an event: `trace` the number anew at PDS, prove that the line is `alive`, or nothing here uses it. */
export type EventUse = "trace" | "alive" | "none";

/**
 * The test event that a subscriber gets every 15 minutes. Its name is not in the
 * published repository and could not be checked: any event that is about nobody
 * and whose name says that it is a test counts as one.
 */
export const HEARTBEAT_EVENT = "mns-test-signal-1";

/** Events of use here, by the published name without its version. */
export const EVENT_TYPES: Readonly<Record<string, { readonly what: string; readonly use: EventUse }>> = {
  "pds-record-change": { what: "the record at PDS changed", use: "trace" },
  "pds-change-of-gp": { what: "registered with another practice", use: "trace" },
  "pds-death-notification": { what: "a death was notified", use: "trace" },
  "nhs-number-change": { what: "the NHS number was replaced", use: "trace" },
  "patientflags-change": { what: "a national flag changed", use: "none" },
  "imms-vaccination-record-change": { what: "a vaccination was recorded", use: "none" },
  "imms-vaccinations": { what: "a vaccination was recorded", use: "none" },
  "pathology-laboratory-reporting-test-result-stored": { what: "a laboratory result was stored", use: "none" },
  "vrs-proxy-role-created": { what: "somebody may act for the person", use: "none" },
  "vrs-proxy-role-changed": { what: "what somebody may do for the person changed", use: "none" },
  "vrs-proxy-role-deleted": { what: "somebody may no longer act for the person", use: "none" },
  "gpreg-change-gp-req": { what: "asked to register with another practice", use: "none" },
  "nhshco-hc-complete": { what: "a health check was completed", use: "none" },
};

/** Events to subscribe to so that numbers, deaths, practices and demographics stay true. */
export const EVENTS_TO_SUBSCRIBE = ["pds-record-change-2", "pds-change-of-gp-2", "pds-death-notification-2", "nhs-number-change-2"] as const;

export type ChangeEvent = {
  /** The publisher's id: the same event may come more than once. */
  readonly id: string;
  /** As published, for example `nhs-number-change-2`. */
  readonly type: string;
  readonly use: EventUse;
  readonly what: string;
  /** When it happened at its source. */
  readonly at: Date;
  readonly source: string;
  /** Whom it is about; `null` for the test event. */
  readonly nhsNumber: string | null;
  /** Where the truth is to be asked. Never followed as it stands: the number is asked at the service that is set. */
  readonly focus: string | null;
};

/** Reads an event in either form: a FHIR Bundle (history, backport-subscription-status-r4) or a CloudEvent. Refuses `national.mns-unreadable` with the place. */
export function readChangeEvent(body: unknown): ChangeEvent | Refusal {
  const json = typeof body === "string" || Buffer.isBuffer(body) ? jsonOf(String(body)) : body;
  if (typeof json !== "object" || json === null || Array.isArray(json)) return unreadable("body", "is no JSON object");
  const said = json as Json;
  return said["resourceType"] === undefined && said["specversion"] !== undefined ? fromCloudEvent(said) : fromBundle(said);
}

type Json = Readonly<Record<string, unknown>>;
const unreadable = (path: string, why: string): Refusal => refuse("invalid", "national.mns-unreadable", `The event cannot be read: ${path} ${why}.`, { path, why });

function fromCloudEvent(said: Json): ChangeEvent | Refusal {
  if (said["specversion"] !== "1.0") return unreadable("specversion", "is not 1.0");
  return eventOf({ id: ["id", said["id"]], type: ["type", said["type"]], at: ["time", said["time"]], source: ["source", said["source"]], subject: ["subject", said["subject"]], focus: said["dataref"] });
}

function fromBundle(said: Json): ChangeEvent | Refusal {
  if (said["resourceType"] !== "Bundle" || said["type"] !== "history") return unreadable("Bundle", "is not a history");
  const resource = (said["entry"] as { resource?: Json }[] | undefined)?.[0]?.resource;
  const path = "Bundle.entry[0].resource";
  if (resource?.["resourceType"] !== "Parameters") return unreadable(path, "is not Parameters");
  if (partOf(resource["parameter"], "type")?.["valueCode"] !== "event-notification") return unreadable(`${path}.parameter:type`, "is not event-notification");
  const notification = partOf(resource["parameter"], "notification-event")?.["part"];
  const context = partOf(resource["parameter"], "additional-context")?.["part"];
  const reference = (part: Json | undefined): unknown => (part?.["valueReference"] as Json | undefined)?.["reference"];
  const subject = (partOf(context, "subject")?.["valueReference"] as { identifier?: { value?: unknown } } | undefined)?.identifier?.value;
  return eventOf({
    id: ["Bundle.id", said["id"]],
    type: [`${path}.parameter:additional-context.event-type`, partOf(context, "event-type")?.["valueString"]],
    at: [`${path}.parameter:notification-event.timestamp`, partOf(notification, "timestamp")?.["valueInstant"] ?? said["timestamp"]],
    source: [`${path}.parameter:additional-context.source`, partOf(context, "source")?.["valueUri"]],
    subject: [`${path}.parameter:additional-context.subject`, subject],
    focus: reference(partOf(notification, "focus")),
  });
}

type Placed = readonly [path: string, value: unknown];

function eventOf(said: { id: Placed; type: Placed; at: Placed; source: Placed; subject: Placed; focus: unknown }): ChangeEvent | Refusal {
  for (const [path, value] of [said.id, said.type, said.at, said.source]) if (typeof value !== "string" || value.trim() === "") return unreadable(path, "is missing");
  const type = String(said.type[1]);
  const at = new Date(String(said.at[1]));
  if (Number.isNaN(at.getTime()) || !/^\d{4}-\d\d-\d\dT/.test(String(said.at[1]))) return unreadable(said.at[0], "is no time");
  const known = EVENT_TYPES[type.replace(/-\d+$/, "")];
  const isTest = known === undefined && /(^|-)(test|heartbeat)(-|$)/.test(type);
  const [path, subject] = said.subject;
  const number = parseNhsNumber(typeof subject === "string" ? subject : null);
  if (!number.ok && subject !== undefined && !isTest) return unreadable(path, `is no NHS number: ${number.fault}`);
  // What is about a person must say whose: else a change would be passed over without a word.
  if (!number.ok && known?.use === "trace") return unreadable(path, "is missing");
  return { id: String(said.id[1]), type, use: isTest ? "alive" : (known?.use ?? "none"), what: isTest ? "the line is alive" : (known?.what ?? "an event that this product does not know"), at, source: String(said.source[1]), nhsNumber: number.ok && !isTest ? number.value : null, focus: typeof said.focus === "string" ? said.focus : null };
}

const partOf = (parts: unknown, name: string): Json | undefined => (Array.isArray(parts) ? (parts as (Json | null)[]).find((each) => each?.["name"] === name) ?? undefined : undefined);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
