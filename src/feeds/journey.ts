/**
 * The path of a message, from its first byte to the record:
 *
 *   receive      mllp.ts, receive-http.ts, collect-mesh.ts   frame, size, who sends
 *   keep         inbox.ts               bytes and parsed envelope, one commit
 *   acknowledge  after that commit      AA, AE, AR, 200, 202, 4xx
 *   agreement    here                   no signed agreement, no effect
 *   map          map/                   to FHIR R4 in the source's own words
 *   remit        out-of-remit.ts        only the sections that the feed supplies
 *   file         file-load.ts           what a full or incremental file removes
 *   documents    documents-aside.ts     their bytes to the document store
 *   who          #identity              which source patient, which person
 *   store        #record                with provenance; #access learns who cares for whom
 *   audit        #audit                 in the same transaction
 *   followers    followers.ts           rooms above are told, in the same transaction
 *   look         applied-followers.ts   rooms above look at what it became, in the same transaction
 *
 * From the acknowledgement on nothing is lost and everything takes effect once:
 * one transaction takes the message from the inbox, applies it and marks it.
 */
import { applyRelationships, relationshipFrom, type CareFact, type RelationshipChange } from "#access";
import { addEntries } from "#audit";
import type { Actor } from "#decision";
import { agreementState, type Feed, type Region } from "#governance";
import { matcherOf, SourcePatientBook, type SourcePatient } from "#identity";
import type { Pool, Sql } from "#platform";
import { entryOf, feedResourceKey, instantOf, resourceId, storeAll, storeDirectory, type EntryFacts, type StoreRequest, type StoreResult } from "#record";
import type { Resource } from "#standards";
import { tellApplied } from "./applied-followers.ts";
import { withDocumentsAside } from "./documents-aside.ts";
import { settleFile } from "./file-load.ts";
import { tellFollowers, type StoredChange } from "./followers.ts";
import { finaliseReferences } from "./final-references.ts";
import { quarantine } from "./inbox.ts";
import { mapMessage } from "./map/index.ts";
import type { Mapped, MappedEntry, MappedPatient, Mark, Removed } from "./mapped.ts";
import { withinRemit } from "./out-of-remit.ts";
import { placeRemovals } from "./place-removals.ts";
import { claim, markDone, type Waiting } from "./queue.ts";
import { countUnmappedCodes } from "./unmapped-codes.ts";

export type Applied = { state: "applied" | "quarantined" | "gone"; persons: string[]; stored: StoreResult[]; marks: readonly Mark[]; /** What each entry of a bundle became. */ entries?: readonly MappedEntry[] };

/** A message that can be used, with what it became. */
type Ready = { message: Waiting; feed: Feed; mapped: Mapped; marks: Mark[]; taken: { patient: MappedPatient; source: SourcePatient; isNew: boolean }[] };

/**
 * Applies kept messages, in their order, in the caller's transaction. What is
 * the same for all of them (claiming, locking, storing, marking) is one statement
 * for all: a message by itself costs ten round trips, sixteen together cost
 * fifteen. A second call for the same message changes nothing.
 */
export async function applyMessages(sql: Sql, region: Region, messages: readonly Waiting[]): Promise<Applied[]> {
  const claimed = await claim(sql, messages);
  const outcomes = new Map<Waiting, Applied>();
  const ready: Ready[] = [];
  const setAside: { message: Waiting; marks: readonly Mark[] }[] = [];
  for (const message of messages) {
    if (!claimed.has(message.messageId)) {
      outcomes.set(message, { state: "gone", persons: [], stored: [], marks: [] });
      continue;
    }
    const read = await readMessage(sql, region, message);
    if ("feed" in read) ready.push(read);
    else {
      setAside.push({ message, marks: read.marks });
      outcomes.set(message, { state: "quarantined", persons: [], stored: [], marks: read.marks });
    }
  }
  const book = await SourcePatientBook.open(sql, matcherOf(region), ready.flatMap((each) => each.mapped.patients.map((patient) => ({ organisation: each.feed.organisation, localId: patient.localId, demographics: patient.demographics, received: each.message.received }))));
  for (const each of ready) await identify(book, each);
  const requests = ready.flatMap((each) => storeRequests(each));
  const stored = await storeAll(sql, requests);
  let at = 0;
  const entries: Parameters<typeof addEntries>[1][number][] = [];
  const changes: StoredChange[] = [];
  for (const each of ready) {
    const mine = stored.slice(at, (at += each.taken.length));
    outcomes.set(each.message, { state: "applied", persons: each.taken.map((taken) => taken.source.personId), stored: mine, marks: each.marks, ...(each.mapped.entries && { entries: each.mapped.entries }) });
    each.taken.forEach(({ patient, source }, index) => {
      entries.push(writeEntry(region, each.feed, each.message, source, mine[index]!));
      changes.push({ feed: each.feed, messageId: each.message.messageId, received: each.message.received, sourcePatient: source, changed: changedItems(each.feed.id, source.sourcePatientId, patient, mine[index]!) });
    });
  }
  const relationships = ready.flatMap((each) => each.taken.flatMap(({ patient, source }) => relationshipsOf(region, each.feed, patient, source, each.message.received)));
  const [sameIds] = await Promise.all([
    markDone(sql, [...ready.map((each) => ({ message: each.message, state: "applied" as const, isMarked: each.marks.length > 0 })), ...setAside.map((each) => ({ message: each.message, state: "quarantined" as const, isMarked: true }))]),
    book.close(),
    ...ready.filter((each) => each.mapped.directory.length > 0).map((each) => storeDirectory(sql, each.feed.id, each.message.messageId, each.message.received, each.mapped.directory)),
    relationships.length > 0 ? applyRelationships(sql, relationships) : undefined,
    ...[...ready, ...setAside].filter((each) => each.marks.length > 0).map((each) => quarantine(sql, each.message.feed, each.message.messageId, each.message.received, each.marks)),
    addEntries(sql, entries),
    tellFollowers(sql, region, changes),
    // Last: other messages of the feed wait for these rows until the end of this transaction.
    countUnmappedCodes(sql, ready.filter((each) => each.mapped.unmappedCodes !== undefined).map((each) => ({ feed: each.feed.id, at: each.message.received, codes: each.mapped.unmappedCodes! }))),
  ]);
  await tellApplied(sql, [...ready, ...setAside.map((each) => ({ ...each, taken: [] }))].map((each) => ({ ...each, sameIdOtherBytes: sameIds.has(each.message.messageId) })));
  return messages.map((message) => outcomes.get(message)!);
}

/** Mapped, with what only the store knows settled, and its documents kept: or why it waits in quarantine. */
async function readMessage(sql: Sql, region: Region, message: Waiting): Promise<Ready | { marks: readonly Mark[] }> {
  const read = mapIfAllowed(region, message);
  if (!("feed" in read)) return read;
  const { feed } = read;
  let { mapped } = read;
  if (mapped.file !== undefined) {
    const settled = await settleFile(sql, feed, message, { ...mapped, file: mapped.file });
    if (!settled.ok) return { marks: settled.marks };
    mapped = settled.mapped;
  }
  const remit = withinRemit(feed, mapped);
  const aside = await withDocumentsAside(await placeRemovals(sql, feed, remit.mapped));
  return { message, feed, mapped: aside.mapped, marks: [...aside.mapped.marks, ...remit.marks, ...aside.marks], taken: [] };
}

/** Registered feed, agreement in force, map: or why the message waits in quarantine. */
function mapIfAllowed(region: Region, message: Waiting): { feed: Feed; mapped: Mapped } | { marks: readonly Mark[] } {
  const feed = region.feed(message.feed);
  if (feed === undefined) return { marks: [{ code: "feeds.unknown-feed", why: `no feed "${message.feed}" is registered`, place: "message" }] };
  const refused = withoutAgreement(region, feed, message.received);
  if (refused) return { marks: [refused] };
  const result = mapMessage(region, feed, message);
  return result.ok ? { feed, mapped: result.mapped } : { marks: result.marks };
}

/** No signed agreement in force, no feed (LAW-11): the message is kept and waits. */
function withoutAgreement(region: Region, feed: Feed, at: Date): Mark | null {
  if (!feed.agreementRequired) return null;
  const organisation = region.organisation(feed.organisation);
  const state = organisation === undefined ? "none" : agreementState(organisation, "direct-care", region.dayOf(at));
  if (state === "in-force") return null;
  return { code: "feeds.no-agreement", why: `${organisation?.name ?? feed.organisation} has no data sharing agreement in force (${state})`, place: "feed" };
}

const NUMBER_PLACE = { hl7v2: "PID-3", csv: "NHS number", "fhir-r4": "Patient.identifier", "gp-connect-stu3": "Patient.identifier", unknown: "message" } as const;

async function identify(book: SourcePatientBook, { message, feed, mapped, marks, taken }: Ready): Promise<void> {
  const from = { organisation: feed.organisation, feed: feed.id, received: message.received };
  for (const patient of mapped.patients) {
    const { sourcePatient, isNew } = await book.take({ ...from, localId: patient.localId, demographics: patient.demographics, at: patient.at });
    taken.push({ patient, source: sourcePatient, isNew });
    if (patient.demographics !== null && sourcePatient.status === "invalid") {
      marks.push({ code: "feeds.nhs-number", why: "the NHS number is not valid: kept as sent, marked unverified, links nobody", place: NUMBER_PLACE[message.format] });
    }
    if (patient.sameAs !== undefined) {
      const other = taken.find((each) => each.patient.localId === patient.sameAs!.localId)!;
      await book.linkAtSource(other.source, sourcePatient, patient.sameAs.is, message.received);
    }
    if (patient.obsoleteLocalId !== undefined) {
      const obsolete = await book.take({ ...from, localId: patient.obsoleteLocalId, demographics: null, at: patient.at });
      await book.mergeAtSource(sourcePatient, obsolete.sourcePatient, message.received);
    }
  }
}

function storeRequests({ message, feed, mapped, taken }: Ready): StoreRequest[] {
  const homes = new Map(taken.map(({ patient, source }) => [patient.localId, source.sourcePatientId]));
  const context = { resolve: finaliseReferences(feed.id, mapped, homes) };
  return taken.map(({ patient, source, isNew }) => ({
    sourcePatientId: source.sourcePatientId, isNew, organisation: feed.organisation, feed: feed.id, messageId: message.messageId, received: message.received, items: isAboutThePatient(message) ? patient.items : patient.items.map((item) => (item.resource.resourceType === "Patient" ? { ...item, inPassing: true } : item)),
    ...(patient.statements && { statements: patient.statements }), ...(patient.snapshot && { snapshot: true }), ...(patient.snapshotKeeps && { snapshotKeeps: patient.snapshotKeeps }), ...(patient.patches && { patches: patient.patches }), ...leavingOf(patient, homes), ...(message.format === "hl7v2" && patient.at.getTime() > 0 && { at: patient.at }), context,
  }));
}

/** What leaves this patient: deleted by the source, or entering another of its patients (A45). */
function leavingOf({ removed = [], deletedAtSource }: MappedPatient, homes: ReadonlyMap<string, string>): Pick<StoreRequest, "removed" | "moved" | "withdrawn"> {
  const deleted = removed.filter((item) => item.movedTo === undefined);
  const moved = removed.flatMap(({ type, sourceKey, movedTo }) => (movedTo === undefined ? [] : [{ type, sourceKey, to: homes.get(movedTo)! }]));
  return { ...(deleted.length > 0 && { removed: deleted }), ...(moved.length > 0 && { moved }), ...(deletedAtSource && { withdrawn: true }) };
}

/** HL7 v2 names the patient in every message and describes them in ADT alone: a result without PD1 does not end a registration. */
const isAboutThePatient = (message: Waiting): boolean => message.format !== "hl7v2" || message.kind.startsWith("ADT");

/** The items of which this message said something new. */
function changedItems(feed: string, home: string, patient: MappedPatient, stored: StoreResult): StoredChange["changed"] {
  const said = [...patient.items.map(({ resource, sourceKey, resourceKey }) => ({ type: resource.resourceType, key: resourceKey ?? feedResourceKey(feed, resource.resourceType, sourceKey) })), ...(patient.patches ?? []).map(({ type, sourceKey }) => ({ type, key: feedResourceKey(feed, type, sourceKey) }))];
  const ids = new Map(said.map(({ type, key }) => [resourceId(home, key), type]));
  return [...ids].filter(([id]) => ["created", "updated"].includes(stored.items.get(id)?.outcome ?? "")).map(([id, type]) => ({ id, type }));
}

/** Types that say who cares for the person. */
const CARE_TYPES = new Set(["Patient", "Encounter", "Appointment", "EpisodeOfCare", "CareTeam", "ServiceRequest", "CarePlan", "QuestionnaireResponse"]);

function relationshipsOf(region: Region, feed: Feed, patient: MappedPatient, source: SourcePatient, received: Date): RelationshipChange[] {
  const organisation = region.organisation(feed.organisation);
  const changes: RelationshipChange[] = [];
  for (const item of patient.items) {
    if (!CARE_TYPES.has(item.resource.resourceType)) continue;
    const facts = entryOf(item.resource, { resolve: () => undefined });
    const referredTo = (item.resource["performer"] as { identifier?: { value?: string } }[] | undefined)?.map((each) => each.identifier?.value).find((value) => value !== undefined && region.organisation(value) !== undefined);
    const fact: CareFact = {
      sourcePatientId: source.sourcePatientId,
      resourceId: resourceId(source.sourcePatientId, feedResourceKey(feed.id, item.resource.resourceType, item.sourceKey)),
      type: item.resource.resourceType,
      status: facts.status,
      organisation: feed.organisation,
      organisationName: organisation?.name ?? feed.organisation,
      fromGpPractice: organisation?.type === "gp-practice",
      fromAmbulance: organisation?.type === "ambulance",
      encounterKind: facts.line.kind ?? null,
      referredTo: referredTo ?? null,
      service: facts.line.service ?? null,
      start: instantOf(facts.line.start ?? facts.when),
      end: instantOf(facts.line.end ?? null),
      unit: unitOf(item.resource, facts),
      professional: facts.line.professional ?? facts.author,
      labels: facts.labels,
    };
    const change = relationshipFrom(fact, received);
    if (change !== null) changes.push(change);
  }
  return changes;
}

/** Ward or team: of a stay the ward without bay and bed, of a team its name. */
function unitOf(resource: Resource, { line, display }: EntryFacts): string | null {
  if (resource.resourceType !== "Encounter") return resource.resourceType === "EpisodeOfCare" || resource.resourceType === "CareTeam" ? display : null;
  const ward = (resource["location"] as { location?: { identifier?: { value?: string } } }[] | undefined)?.[0]?.location?.identifier?.value;
  return ward ?? line.place ?? null;
}

/** How the feed's messages come in. */
const channelOf = ({ transport }: Feed): "mllp" | "mesh" | "feed" => ("mllp" in transport ? "mllp" : "mesh" in transport ? "mesh" : "feed");

function writeEntry(region: Region, feed: Feed, message: Waiting, source: SourcePatient, result: StoreResult): Parameters<typeof addEntries>[1][number] {
  const actor: Actor = {
    id: `system:${feed.id}`, name: feed.title, role: "feed", roleName: "Feed", sourceRole: "system", organisation: feed.organisation,
    organisationName: region.organisation(feed.organisation)?.name ?? feed.organisation, sessionId: message.messageId,
  };
  return {
    personId: source.personId, actor, purpose: "direct-care", action: "write", outcome: "allowed", relationship: "source of the data", reason: null, policy: "sharing agreement", route: `feed ${feed.id}`, channel: channelOf(feed),
    requestId: message.messageId, sourcePatients: [source.sourcePatientId], shown: { kind: message.kind, created: result.created, updated: result.updated, unchanged: result.unchanged, removed: result.removed },
  };
}

/** Applies one message in a transaction of its own. */
export function applyAlone(intake: Pool, region: Region, message: Waiting): Promise<Applied> {
  return intake.transaction(async (sql) => (await applyMessages(sql, region, [message]))[0]!);
}
