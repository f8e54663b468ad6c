/**
 * An audit entry as a FHIR AuditEvent of the IHE Basic Audit Log Patterns (BALP 1.1.4): which of its
 * profiles an act is of, and the event itself. Pure. An act that none of the profiles is for (signing
 * in, a refusal that concerns nobody, the log's own acts) is an AuditEvent of FHIR R4 without one.
 */
import { NOBODY, type AuditAction, type AuditEntry } from "#audit";
import type { Purpose } from "#decision";
import type { CodeableConcept, Coding, Resource } from "#standards";

const BALP = "https://profiles.ihe.net/ITI/BALP";
const DCM = "http://dicom.nema.org/resources/ontology/DCM";
const REST = "http://hl7.org/fhir/restful-interaction";
const PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
const OWN = "https://kmcr.org.uk/audit";

/** Where this system is reached, and its name. */
export type AuditSource = { readonly base: string; readonly name: string };

type Shape = "Read" | "Query" | "Create" | "Update" | "Disclosure" | "Decision" | "Login" | "Logout" | "Application";

/** What kind of event an allowed act is. A refusal is a decision, whatever was asked for. */
const SHAPES: Readonly<Record<AuditAction, Shape>> = {
  open: "Read", digest: "Read", section: "Read", item: "Read", document: "Read", inbox: "Read", "audit-read": "Read", "quarantine-read": "Read", "message-read": "Read", "query-read": "Read", "identity-read": "Read", "log-check": "Read", "role-preview": "Read", "access-explained": "Read", "objection-read": "Read",
  search: "Query", found: "Query",
  write: "Update", "message-replayed": "Update", "findings-closed": "Update", "fact-queried": "Update", "own-record-act": "Update", "query-answered": "Update", "identity-act": "Update", "monitoring-act": "Update", acknowledge: "Update", "objection-act": "Update", "confidentiality-accepted": "Update", "passkey-invited": "Update", "passkey-withdrawn": "Update", "passkey-made": "Update", "passkey-revoked": "Update", "passkey-locked": "Update",
  print: "Disclosure", download: "Disclosure", export: "Disclosure", deliver: "Disclosure", "log-export": "Disclosure",
  refused: "Decision", "reason-given": "Decision", "objection-override": "Decision", launch: "Login", "sign-in": "Login", "sign-out": "Logout",
  "log-heartbeat": "Application", "log-key": "Application", "log-destroy": "Application",
};

/** Purposes of use as v3-ActReason has them. */
const PURPOSE: Readonly<Record<Purpose, string>> = { "direct-care": "TREAT", administration: "HOPERAT", audit: "HCOMPL", "secondary-use": "HRESCH", "legal-disclosure": "HLEGAL", "own-record": "PATRQT" };

function shapeOf({ action, outcome, personId, shown }: AuditEntry): Shape {
  if (outcome === "refused") return "Decision";
  const shape = SHAPES[action];
  if (action === "write" && shown["created"] !== undefined && shown["created"] !== 0 && shown["updated"] === 0) return "Create";
  return shape === "Disclosure" && personId === NOBODY ? "Read" : shape;
}

/** The profile that the event keeps to, or `null` where BALP has none for it. */
export function profileOf(entry: AuditEntry): string | null {
  const shape = shapeOf(entry);
  const aboutPerson = entry.personId !== NOBODY;
  if (shape === "Disclosure") return `${BALP}/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source`;
  if (shape === "Decision") return aboutPerson ? `${BALP}/StructureDefinition/IHE.BasicAudit.AuthZconsent` : null;
  return shape === "Read" || shape === "Query" || shape === "Create" || shape === "Update" ? `${BALP}/StructureDefinition/IHE.BasicAudit.${aboutPerson ? "Patient" : ""}${shape}` : null;
}

/** The event, complete: everything that the entry says is in it. */
export function toAuditEvent(entry: AuditEntry, source: AuditSource): Resource {
  const shape = shapeOf(entry);
  const profile = profileOf(entry);
  const observer = { identifier: { system: `${OWN}/system`, value: source.base }, display: source.name };
  const { type, subtype, action } = EVENTS[shape];
  return {
    resourceType: "AuditEvent",
    id: entry.entryId,
    ...(profile !== null && { meta: { profile: [profile] } }),
    type,
    subtype: typeof subtype === "function" ? subtype(entry) : subtype,
    action,
    recorded: entry.recorded.toISOString(),
    outcome: entry.outcome === "allowed" ? "0" : "8",
    ...(entry.outcome === "refused" && { outcomeDesc: `Refused: ${entry.policy}` }),
    purposeOfEvent: [purposeOf(entry)],
    agent: AGENTS[shape](entry, observer, source),
    source: { site: source.name, observer, type: [{ system: "http://terminology.hl7.org/CodeSystem/security-source-type", code: shape === "Decision" ? "6" : "4" }] },
    ...(shape !== "Login" && shape !== "Logout" && { entity: entitiesOf(entry, shape) }),
  };
}

const coding = (system: string, code: string, display?: string): Coding => ({ system, code, ...(display !== undefined && { display }) });
const REST_TYPE = coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation");

/** A patient's decision where somebody is concerned; where nobody is, the role alone decided. */
const decisionBy = ({ personId }: AuditEntry): Coding[] => [coding(`${BALP}/CodeSystem/AuthZsubType`, personId === NOBODY ? "AuthZ-Role" : "AuthZ-Consent")];

const EVENTS: Readonly<Record<Shape, { type: Coding; subtype: Coding[] | ((entry: AuditEntry) => Coding[]); action: string }>> = {
  Read: { type: REST_TYPE, subtype: [coding(REST, "read", "read")], action: "R" },
  Query: { type: REST_TYPE, subtype: [coding(REST, "search", "search")], action: "E" },
  Create: { type: REST_TYPE, subtype: [coding(REST, "create", "create")], action: "C" },
  Update: { type: REST_TYPE, subtype: [coding(REST, "update", "update")], action: "U" },
  Disclosure: { type: coding(DCM, "110106", "Export"), subtype: [coding("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose", "Disclose Record Lifecycle Event")], action: "R" },
  Decision: { type: coding(DCM, "110113", "Security Alert"), subtype: decisionBy, action: "E" },
  Login: { type: coding(DCM, "110114", "User Authentication"), subtype: [coding(DCM, "110122", "Login")], action: "E" },
  Logout: { type: coding(DCM, "110114", "User Authentication"), subtype: [coding(DCM, "110123", "Logout")], action: "E" },
  Application: { type: coding(DCM, "110100", "Application Activity"), subtype: ({ action }) => [coding(`${OWN}/act`, action)], action: "E" },
};

type Observer = { identifier: { system: string; value: string }; display: string };
type Agent = Readonly<Record<string, unknown>>;

const concept = (system: string, code: string, display?: string): CodeableConcept => ({ coding: [coding(system, code, display)] });

function purposeOf({ purpose }: AuditEntry): CodeableConcept {
  const code = PURPOSE[purpose as Purpose];
  return { ...(code !== undefined && { coding: [coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code)] }), text: purpose };
}

/** The way by which the act came in. The address of the reader's machine is not kept. */
const client = (entry: AuditEntry, type: CodeableConcept): Agent => ({
  type, who: { identifier: { system: `${OWN}/channel`, value: entry.channel || "unknown" } }, requestor: false, network: { address: `urn:kmcr:channel:${entry.channel || "unknown"}`, type: "5" },
});
const server = (observer: Observer, { base }: AuditSource, type: CodeableConcept): Agent => ({ type, who: observer, requestor: false, network: { address: base, type: "5" } });

function user(entry: AuditEntry, type: CodeableConcept, withPolicy = true): Agent {
  const { actor } = entry;
  const roles = [{ coding: [coding(`${OWN}/role`, actor.role, actor.roleName)] }, ...(actor.sourceRole === "" ? [] : [{ text: actor.sourceRole }])];
  return {
    type, who: { identifier: { system: `${OWN}/actor`, value: actor.id }, display: actor.name }, name: actor.name, requestor: true, role: roles,
    ...(withPolicy && { policy: [`urn:kmcr:policy:${encodeURIComponent(entry.policy)}`] }), purposeOfUse: [purposeOf(entry)],
  };
}

/** The organisation where the professional works. */
const organisation = ({ actor }: AuditEntry): Agent => ({ type: concept("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV", "healthcare provider"), who: { identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: actor.organisation || "none" }, ...(actor.organisationName !== "" && { display: actor.organisationName }) }, requestor: false });

const RECIPIENT = concept(PARTICIPATION, "IRCP", "information recipient");
const AUTHOR = concept(PARTICIPATION, "AUT", "author");
const DESTINATION = concept(DCM, "110152", "Destination Role ID");
const SOURCE = concept(DCM, "110153", "Source Role ID");
type Agents = (entry: AuditEntry, observer: Observer, source: AuditSource) => Agent[];

/** What is read flows from the server; what is asked or written flows to it (the guide's own directions). */
const reading: Agents = (entry, observer, source) => [client(entry, DESTINATION), server(observer, source, SOURCE), user(entry, RECIPIENT), organisation(entry)];
const asking: Agents = (entry, observer, source) => [client(entry, SOURCE), server(observer, source, DESTINATION), user(entry, RECIPIENT), organisation(entry)];
const writing: Agents = (entry, observer, source) => [client(entry, SOURCE), server(observer, source, DESTINATION), user(entry, AUTHOR), organisation(entry)];

/** To whom it went: where a delivery names a receiver, that one; else the organisation of whoever took it. */
const disclosing: Agents = (entry, observer, source) => {
  const to = typeof entry.shown["to"] === "string" ? entry.shown["to"] : entry.actor.organisation || "none";
  const recipient = { type: DESTINATION, who: { identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: to } }, requestor: false, network: { address: `urn:kmcr:channel:${entry.channel || "unknown"}`, type: "5" } };
  return [server(observer, source, SOURCE), recipient, user(entry, RECIPIENT), organisation(entry)];
};

const deciding: Agents = (entry, observer) => [
  client(entry, concept(DCM, "110150", "Application")), user(entry, RECIPIENT), organisation(entry),
  { type: concept("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver", "authorization server"), who: observer, requestor: false },
];

const AGENTS: Readonly<Record<Shape, Agents>> = { Read: reading, Query: asking, Create: writing, Update: writing, Disclosure: disclosing, Decision: deciding, Login: asking, Logout: asking, Application: reading };

const SYSTEM_OBJECT = coding(ENTITY_TYPE, "2", "System Object");

function entitiesOf(entry: AuditEntry, shape: Shape): Record<string, unknown>[] {
  const patient = { type: coding(ENTITY_TYPE, "1", "Person"), role: coding(OBJECT_ROLE, "1", "Patient"), what: { reference: `Patient/${entry.personId}` } };
  const persons = entry.personId === NOBODY ? [] : [patient];
  if (shape === "Decision") return [...persons, { type: coding("http://hl7.org/fhir/resource-types", "Consent", "Consent"), what: { identifier: { system: `${OWN}/policy`, value: entry.policy } }, detail: details(entry) }];
  const transaction = { type: coding(`${BALP}/CodeSystem/BasicAuditEntityType`, "XrequestId"), what: { identifier: { value: entry.requestId } } };
  // What was asked is kept without its words, which would be a person's: the way it was asked, and how much was found.
  if (shape === "Query") return [...persons, { type: SYSTEM_OBJECT, role: coding(OBJECT_ROLE, "24", "Query"), query: Buffer.from(`${entry.route} ${JSON.stringify(entry.shown)}`).toString("base64") }, transaction];
  const what = String(entry.shown["digest"] ?? entry.shown["page"] ?? entry.action);
  return [...persons, { type: SYSTEM_OBJECT, role: coding(OBJECT_ROLE, shape === "Disclosure" ? "3" : "4"), what: { identifier: { system: `${OWN}/shown`, value: what } }, detail: details(entry) }, transaction];
}

/** What the entry says beyond what AuditEvent has a place for. */
function details(entry: AuditEntry): { type: string; valueString: string }[] {
  const said: [string, string | null][] = [
    ["action", entry.action], ["relationship", entry.relationship], ["reason", entry.reason], ["decision", entry.decisionId], ["policy", entry.policy], ["channel", entry.channel], ["route", entry.route], ["session", entry.actor.sessionId], ["request", entry.requestId],
    ["source-patients", entry.sourcePatients.join(" ")], ["shown", JSON.stringify(entry.shown)],
  ];
  return said.flatMap(([type, value]) => (value === null || value === "" ? [] : [{ type, valueString: value }]));
}
