/**
 * The rules of the IHE Basic Audit Log Patterns (ITI BALP 1.1.4) for the kinds of event that this
 * product has, as data, and what checks an AuditEvent against them. Read from the guide's own
 * definitions; written independently of `src/apps/fhir-api/audit-event.ts`.
 */
import type { Resource } from "#standards";

const DCM = "http://dicom.nema.org/resources/ontology/DCM|";
const REST = "http://hl7.org/fhir/restful-interaction|";
const ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type|";
const OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role|";
const PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType|";
const BASIC_AUDIT = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType|";

/** One slice of `agent` or `entity`: whose type it has, how often, what it must and must not hold. */
type Slice = { name: string; types: readonly string[]; least: number; most: number; must: readonly string[]; mustNot: readonly string[]; role?: readonly string[]; requestor?: boolean; isObserver?: true; patient?: true };
type Profile = { type: string; subtypes: readonly string[]; everySubtype?: true; action: string; outcomes: readonly string[]; agents: readonly Slice[]; leastAgents: number; entities: readonly Slice[]; leastEntities: number; closedEntities?: true };

const rest = { type: "http://terminology.hl7.org/CodeSystem/audit-event-type|rest", outcomes: ["0"], leastAgents: 2 } as const;
const machine = (name: string, type: string): Slice => ({ name, types: [type], least: 1, most: 1, must: ["who", "network"], mustNot: ["media"] });
const user = (types: readonly string[]): Slice => ({ name: "user", types, least: 0, most: 1, must: ["who"], mustNot: ["media", "network"], requestor: true });
const RECIPIENT = [`${PARTICIPATION}IRCP`];
const AUTHORS = ["AUT", "INF", "CST"].map((code) => `${PARTICIPATION}${code}`);
const fromServer = [machine("client", `${DCM}110152`), machine("server", `${DCM}110153`)];
const toServer = [machine("client", `${DCM}110153`), machine("server", `${DCM}110152`)];
const transaction: Slice = { name: "transaction", types: [`${BASIC_AUDIT}XrequestId`], least: 0, most: 1, must: ["what.identifier.value"], mustNot: [] };
const data: Slice = { name: "data", types: [`${ENTITY}2`], least: 1, most: 1, must: ["what"], mustNot: [], role: ["3", "4", "20"].map((code) => `${OBJECT_ROLE}${code}`) };
const query: Slice = { name: "query", types: [`${ENTITY}2`], least: 1, most: 1, must: ["query"], mustNot: ["what", "lifecycle", "detail"], role: [`${OBJECT_ROLE}24`] };
const patient: Slice = { name: "patient", types: [`${ENTITY}1`], least: 1, most: 1, must: ["what"], mustNot: [], role: [`${OBJECT_ROLE}1`], patient: true };

const READ: Profile = { ...rest, subtypes: [`${REST}read`, `${REST}vread`], action: "R", agents: [...fromServer, user(RECIPIENT)], entities: [transaction, data], leastEntities: 1 };
const QUERY: Profile = { ...rest, subtypes: [`${REST}search`, `${REST}search-type`, `${REST}search-system`], action: "E", agents: [...toServer, user(RECIPIENT)], entities: [transaction, query], leastEntities: 1 };
const CREATE: Profile = { ...rest, subtypes: [`${REST}create`], action: "C", agents: [...toServer, user(AUTHORS)], entities: [transaction, data], leastEntities: 1 };
const UPDATE: Profile = { ...rest, subtypes: [`${REST}update`, `${REST}patch`], action: "U", agents: [...toServer, user(AUTHORS)], entities: [transaction, data], leastEntities: 1 };
const withPatient = (profile: Profile): Profile => ({ ...profile, entities: [...profile.entities, patient], leastEntities: 2 });

const bare = ["role", "altId", "name", "location", "media"];
const AUTHORISATION: Profile = {
  type: `${DCM}110113`, subtypes: ["https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType|AuthZ-Consent", "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType|AuthZ-Role"], everySubtype: true, action: "E", outcomes: ["0", "4", "8", "12"], leastAgents: 2,
  agents: [
    { name: "client", types: [`${DCM}110150`], least: 1, most: 1, must: ["who", "network"], mustNot: [...bare, "purposeOfUse"] },
    { name: "user", types: RECIPIENT, least: 1, most: 1, must: ["who"], mustNot: ["altId", "location", "media", "network"], requestor: true },
    { name: "userorg", types: ["http://terminology.hl7.org/CodeSystem/v3-RoleClass|PROV"], least: 1, most: 1, must: ["who"], mustNot: [...bare, "policy", "network"], requestor: false },
    { name: "authorizer", types: ["http://terminology.hl7.org/CodeSystem/extra-security-role-type|authserver"], least: 1, most: 1, must: ["who"], mustNot: [...bare, "policy", "network", "purposeOfUse"], requestor: false, isObserver: true },
  ],
  entities: [patient, { name: "consent", types: ["http://hl7.org/fhir/resource-types|Consent"], least: 1, most: Number.POSITIVE_INFINITY, must: ["what"], mustNot: [] }, { name: "token", types: ["https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes|UserOauthAgent"], least: 0, most: 1, must: ["what.identifier.value"], mustNot: [] }],
  leastEntities: 2, closedEntities: true,
};
const DISCLOSURE: Profile = {
  type: `${DCM}110106`, subtypes: ["http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle|disclose"], action: "R", outcomes: ["0", "4", "8", "12"], leastAgents: 2,
  agents: [{ name: "source", types: [`${DCM}110153`], least: 1, most: 1, must: ["who", "network"], mustNot: [], isObserver: true }, { name: "recipient", types: [`${DCM}110152`], least: 1, most: 1, must: ["who", "network"], mustNot: [] }],
  entities: [patient], leastEntities: 2,
};

const PROFILES: Readonly<Record<string, Profile>> = Object.fromEntries(
  Object.entries({ Read: READ, PatientRead: withPatient(READ), Query: QUERY, PatientQuery: withPatient(QUERY), Create: CREATE, PatientCreate: withPatient(CREATE), Update: UPDATE, PatientUpdate: withPatient(UPDATE), AuthZconsent: AUTHORISATION, "PrivacyDisclosure.Source": DISCLOSURE })
    .map(([name, profile]) => [`https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`, profile]),
);
export const BALP_PROFILES: readonly string[] = Object.keys(PROFILES);

type Part = Readonly<Record<string, any>>;
const code = (coding: Part | undefined): string => `${coding?.["system"]}|${coding?.["code"]}`;
const at = (part: Part, path: string): unknown => path.split(".").reduce<any>((value, name) => value?.[name], part);

/** Everything in which an event breaks the profile that it names; one that names none, or one that is not here, breaks that. */
export function balpFaults(event: Resource): string[] {
  const name = event.meta?.profile?.[0] ?? "none";
  const profile = PROFILES[name];
  if (profile === undefined) return [`no rules for the profile ${name}`];
  const faults: string[] = [];
  const want = (holds: boolean, what: string): void => void (holds || faults.push(what));
  want(event["modifierExtension"] === undefined, "modifierExtension");
  want(code(event["type"]) === profile.type, `type ${code(event["type"])}`);
  const subtypes = (event["subtype"] as Part[] | undefined ?? []).map(code);
  want(profile.everySubtype ? subtypes.length > 0 && subtypes.every((each) => profile.subtypes.includes(each)) : subtypes.some((each) => profile.subtypes.includes(each)), `subtype ${subtypes.join()}`);
  want(event["action"] === profile.action, `action ${event["action"]}`);
  want(!Number.isNaN(Date.parse(event["recorded"])), "recorded");
  want(profile.outcomes.includes(event["outcome"]), `outcome ${event["outcome"]}`);
  const agents = event["agent"] as Part[];
  want(agents.length >= profile.leastAgents, "too few agents");
  slices(agents, profile.agents, (each) => (each["type"]?.["coding"] as Part[] ?? []).map(code), event, "agent", faults);
  const entities = (event["entity"] ?? []) as Part[];
  want(entities.length >= profile.leastEntities, "too few entities");
  const sliced = slices(entities, profile.entities, (each) => [code(each["type"])], event, "entity", faults);
  if (profile.closedEntities) want(sliced === entities.length, "an entity that the profile has no place for");
  return faults;
}

/** Checks each slice; returns how many parts fell into one. */
function slices(parts: readonly Part[], all: readonly Slice[], typesOf: (part: Part) => string[], event: Resource, what: string, faults: string[]): number {
  let sliced = 0;
  for (const slice of all) {
    const mine = parts.filter((each) => typesOf(each).some((type) => slice.types.includes(type)));
    sliced += mine.length;
    if (mine.length < slice.least || mine.length > slice.most) faults.push(`${what}[${slice.name}] stands ${mine.length} times`);
    for (const each of mine) {
      for (const path of slice.must) if (at(each, path) === undefined) faults.push(`${what}[${slice.name}].${path} is missing`);
      for (const path of slice.mustNot) if (at(each, path) !== undefined) faults.push(`${what}[${slice.name}].${path} must not be there`);
      if (slice.role !== undefined && !slice.role.includes(code(each["role"] as Part))) faults.push(`${what}[${slice.name}].role ${code(each["role"] as Part)}`);
      if (slice.requestor !== undefined && each["requestor"] !== slice.requestor) faults.push(`${what}[${slice.name}].requestor`);
      if (slice.isObserver && JSON.stringify(each["who"]) !== JSON.stringify(event["source"]?.["observer"])) faults.push(`${what}[${slice.name}].who is not the observer`);
      if (slice.patient && !/^Patient\/[0-9a-f-]{36}$/.test(String(at(each, "what.reference")))) faults.push(`${what}[${slice.name}].what is no patient`);
    }
  }
  return sliced;
}
