/**
 * The path of a message, from its first byte to the record:
 *
 *   receive      mllp.ts, http.ts       frame, size, who sends
 *   keep         inbox.ts               bytes and parsed envelope, one commit
 *   acknowledge  after that commit      AA, AE, AR, 200, 202, 4xx
 *   agreement    here                   no signed agreement, no effect
 *   map          map/                   to FHIR R4 in the source's own words
 *   who          #identity              which source patient, which person
 *   store        #record                with provenance; #access learns who cares for whom
 *   audit        #audit                 in the same transaction
 *
 * From the acknowledgement on nothing is lost and everything takes effect once:
 * one transaction takes the message from the inbox, applies it and marks it.
 */
import { applyRelationships, relationshipFrom, type CareFact, type RelationshipChange } from "#access";
import { addEntries } from "#audit";
import type { Actor } from "#decision";
import { agreementState, type Feed, type Region } from "#governance";
import { mergeAtSource, takeSourcePatient, type SourcePatient } from "#identity";
import type { Pool, Sql } from "#platform";
import { entryOf, resourceId, feedResourceKey, storeDirectory, storeItems, instantOf, type StoreResult } from "#record";
import { finaliseReferences } from "./final-references.ts";
import { claim, markApplied, markQuarantined, quarantine, sentOtherBytes, type Waiting } from "./inbox.ts";
import { mapMessage } from "./map/index.ts";
import type { Mapped, MappedPatient, Mark } from "./mapped.ts";

export type Applied = { state: "applied" | "quarantined" | "gone"; persons: string[]; stored: StoreResult[]; marks: readonly Mark[] };

/** Applies one kept message in the caller's transaction. A second call for the same message changes nothing. */
export async function applyMessage(sql: Sql, region: Region, message: Waiting, options: { alreadyClaimed?: boolean } = {}): Promise<Applied> {
  if (!options.alreadyClaimed && !(await claim(sql, message.feed, message.messageId))) return { state: "gone", persons: [], stored: [], marks: [] };
  const feed = region.feed(message.feed);
  if (feed === undefined) return setAside(sql, message, [{ code: "feeds.unknown-feed", why: `no feed "${message.feed}" is registered`, place: "message" }]);
  const refused = withoutAgreement(region, feed, message.received);
  if (refused) return setAside(sql, message, [refused]);
  const mapped = mapMessage(region, feed, message);
  if (!mapped.ok) return setAside(sql, message, mapped.marks);
  return storeMapped(sql, region, feed, message, mapped.mapped);
}

/** No signed agreement in force, no feed (LAW-11): the message is kept and waits. */
function withoutAgreement(region: Region, feed: Feed, at: Date): Mark | null {
  if (!feed.agreementRequired) return null;
  const organisation = region.organisation(feed.organisation);
  const state = organisation === undefined ? "none" : agreementState(organisation, "direct-care", region.dayOf(at));
  if (state === "in-force") return null;
  return { code: "feeds.no-agreement", why: `${organisation?.name ?? feed.organisation} has no data sharing agreement in force (${state})`, place: "feed" };
}

async function setAside(sql: Sql, message: Waiting, marks: readonly Mark[]): Promise<Applied> {
  await Promise.all([quarantine(sql, message.feed, message.messageId, message.received, marks), markQuarantined(sql, message.feed, message.messageId)]);
  return { state: "quarantined", persons: [], stored: [], marks };
}

async function storeMapped(sql: Sql, region: Region, feed: Feed, message: Waiting, mapped: Mapped): Promise<Applied> {
  const marks: Mark[] = [...mapped.marks];
  const homes = new Map<string, string>();
  const taken: { patient: MappedPatient; source: SourcePatient; isNew: boolean }[] = [];
  for (const patient of mapped.patients) {
    const { sourcePatient, isNew } = await takeSourcePatient(sql, { organisation: feed.organisation, localId: patient.localId, feed: feed.id, demographics: patient.demographics, at: patient.at, received: message.received });
    homes.set(patient.localId, sourcePatient.sourcePatientId);
    taken.push({ patient, source: sourcePatient, isNew });
    if (patient.demographics !== null && sourcePatient.status === "invalid") {
      marks.push({ code: "feeds.nhs-number", why: "the NHS number is not valid: kept as sent, marked unverified, links nobody", place: message.format === "hl7v2" ? "PID-3" : message.format === "csv" ? `patient ${patient.localId}, NHS number` : "Patient.identifier" });
    }
    if (patient.obsoleteLocalId !== undefined) await mergeIn(sql, feed, message, sourcePatient, patient);
  }
  const resolve = finaliseReferences(feed.id, mapped, homes);
  const stored: Promise<StoreResult>[] = taken.map(({ patient, source, isNew }) =>
    storeItems(sql, {
      sourcePatientId: source.sourcePatientId, isNew, organisation: feed.organisation, feed: feed.id, messageId: message.messageId, received: message.received, items: patient.items,
      ...(patient.statements && { statements: patient.statements }), ...(patient.snapshot && { snapshot: true }), context: { resolve },
    }),
  );
  const relationships = taken.flatMap(({ patient, source }) => relationshipsOf(region, feed, patient, source, message.received));
  const flags = (await sentOtherBytes(sql, message)) ? ["same-id-other-bytes"] : [];
  const results = await Promise.all(stored);
  await Promise.all([
    storeDirectory(sql, feed.id, message.messageId, message.received, mapped.directory),
    relationships.length > 0 ? applyRelationships(sql as never, relationships) : undefined,
    marks.length > 0 ? quarantine(sql, message.feed, message.messageId, message.received, marks) : undefined,
    addEntries(sql, taken.map(({ source }, index) => writeEntry(region, feed, message, source, results[index]!))),
    markApplied(sql, message.feed, message.messageId, [...flags, ...(marks.length > 0 ? ["marked"] : [])]),
  ]);
  return { state: "applied", persons: taken.map((each) => each.source.personId), stored: results, marks };
}

async function mergeIn(sql: Sql, feed: Feed, message: Waiting, survivor: SourcePatient, patient: MappedPatient): Promise<void> {
  const { sourcePatient } = await takeSourcePatient(sql, { organisation: feed.organisation, localId: patient.obsoleteLocalId!, feed: feed.id, demographics: null, at: patient.at, received: message.received });
  await mergeAtSource(sql, survivor, sourcePatient, message.received);
}

/** Types that say who cares for the person. */
const CARE_TYPES = new Set(["Patient", "Encounter", "Appointment", "EpisodeOfCare", "CareTeam", "ServiceRequest"]);

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
      encounterKind: facts.line.kind ?? null,
      referredTo: referredTo ?? null,
      service: facts.line.service ?? null,
      start: instantOf(facts.line.start ?? facts.when),
      end: instantOf(facts.line.end ?? null),
    };
    const change = relationshipFrom(fact, received);
    if (change !== null) changes.push(change);
  }
  return changes;
}

function writeEntry(region: Region, feed: Feed, message: Waiting, source: SourcePatient, result: StoreResult): Parameters<typeof addEntries>[1][number] {
  const actor: Actor = {
    id: `system:${feed.id}`, name: feed.title, role: "feed", roleName: "Feed", sourceRole: "system", organisation: feed.organisation,
    organisationName: region.organisation(feed.organisation)?.name ?? feed.organisation, sessionId: message.messageId,
  };
  return {
    personId: source.personId, actor, purpose: "direct-care", action: "write", outcome: "allowed", relationship: "source of the data", reason: null, policy: "sharing agreement", route: `feed ${feed.id}`,
    requestId: message.messageId, sourcePatients: [source.sourcePatientId], shown: { kind: message.kind, created: result.created, updated: result.updated, unchanged: result.unchanged, removed: result.removed },
  };
}

/** Applies one message in a transaction of its own. */
export function applyAlone(intake: Pool, region: Region, message: Waiting): Promise<Applied> {
  return intake.transaction((sql) => applyMessage(sql, region, message));
}
