/** What the professional's pages ask for, from the rooms: the wiring of `apps/professional`. */
import { hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { isReason, makeReason, maySeeSource, reachedBy, recordReason, type Access } from "#access";
import { lastOpenedBy, listByActor, NOBODY, type AuditAction, type AuditWriter } from "#audit";
import type { AccessDecision, Actor } from "#decision";
import { readEnvelope, readLastReceived } from "#feeds";
import { arrivalOf, confidentialityInDate, daysSinceAccepted, type Organisation, type Region } from "#governance";
import { describePeople, findPerson, readSaidBefore, sayNotSame, type SourcePatient as Stored } from "#identity";
import { isOverride, lodge, makeOverride, newReference, readInForce, recordOverride, takeStep } from "#objections";
import { dateText, isCsrfToken, isRefusal, log, refuse, uuidv7, type Assets, type Clock, type DocumentStore, type Pool, type Refusal, type Session, type Sessions, type Shell, type Sql } from "#platform";
import { openRecord, openRecordStepwise, readArrivedSince, readDocumentText, readItem, readItemDocuments, readRemovals, readRows, readSameTest, readStatements, organisationShown, parseResourceId, type Entry, type Rows } from "#record";
import { demographicsOf, type SourceAtPerson, type SourcePatient } from "#sections";
import { LABELS } from "#standards";
import { hasInbox } from "../mailbox/inbox.ts";
import type { PolicyOfficeDeps } from "../office/policy/index.ts";
import { FIND_BOX, rolePreview } from "../professional/index.ts";
import type { AuditedAnswer, FindQuery, FoundPerson, OpenPerson, ProfessionalDeps, RowsPage, RowsQuery } from "../professional/index.ts";
import { acceptHref, actorOf, mustAccept, purposeOf, sessionCookie, emergencyStepUp } from "../sign-in/index.ts";
import { readScopes, scopeFields } from "../objections/scope-fields.ts";
import { storedDocuments } from "./attachment.ts";
import { decideForPerson, factsFor, isClosedByObjection, noSuchPerson, openedUnder, type DoubtedRecord, type PersonAccess } from "./person-access.ts";

export type Rooms = { region: Region; access: Access; audit: AuditWriter; sessions: Sessions; pages: Pool; search: Pool; /** Takes what a reader says about who is who. */ intake: Pool; /** Whether anybody could sign in now. */ providerAnswers: () => Promise<boolean>; assets: Assets; clock: Clock; secure: boolean; documents: DocumentStore };

/** What this request has found out so far. */
type Known = { session: Session; actor: Actor };
const known = new WeakMap<FastifyRequest, Known>();

/** Which organisation types supply a shared care record; commissioners and the like never count as silent sources. */
const isSource = (organisation: Organisation, region: Region): boolean => region.feedsOf(organisation.odsCode).length > 0;

export function professionalDeps(rooms: Rooms): ProfessionalDeps {
  const { region, access, audit, sessions, pages, search, clock } = rooms;
  const lastReceived = new Cached(() => readLastReceived(pages, region.feeds.map((feed) => feed.id)), 2000);
  const reachedOf = new Map(region.organisations.map((each) => [each.odsCode, reachedBy(region, each.odsCode)]));
  const reached = (actor: Actor): readonly string[] => reachedOf.get(actor.organisation) ?? [];
  /** Those of these people whose record an objection closes to this reader: decided as if it were opened. */
  const closedTo = async (session: Session, actor: Actor, personIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const objecting = [...(await readInForce(pages, personIds)).keys()];
    const decided = await Promise.all(objecting.map((personId) => decideForPerson(pages, access, reached(actor), session, actor, personId, clock.now())));
    return new Set(objecting.filter((_, index) => isClosedByObjection(decided[index]!)));
  };
  const me = (request: FastifyRequest): Known => known.get(request) ?? fail("a page was asked for before its reader was known");

  return {
    now: () => clock.now(),
    shell: (request) => shellOf(rooms, known.get(request)?.session ?? null),
    signInHref: "/sign-in",
    async signedIn(request) {
      const session = await sessions.read(sessionCookie(request, rooms.secure), true);
      if (session === null) return refuse("forbidden", "access.sign-in", "Sign in to go on.");
      const actor = actorOf(session);
      if (actor === null) return refuse("forbidden", "access.choose-role", "Choose a role to go on.");
      // Led to the page of the duty instead of to a refusal: a minute, and the record is open (ACC-11).
      if (mustAccept(region, session, clock.now())) return refuse("forbidden", "access.confidentiality-not-accepted", "Accept the duty of confidentiality to go on.", { href: acceptHref(request) });
      known.set(request, { session, actor });
      return true;
    },
    formFromUs: (request, token) => isCsrfToken(me(request).session, token),

    async openPerson(request, personId) {
      const { session, actor } = me(request);
      const now = clock.now();
      const found = await decideForPerson(pages, access, reached(actor), session, actor, personId, now);
      if ("refusal" in found) {
        await audit.write({ ...actOf(request, actor, personId), action: "refused", outcome: "refused", relationship: "none found", reason: null, policy: String(found.refusal.details?.["policy"] ?? found.refusal.code), sourcePatients: found.sourcePatientIds, shown: { code: found.refusal.code } });
        return found.refusal;
      }
      return openedPerson(rooms, found, await lastReceived.value(), now);
    },
    async rows(_request, person, queries) {
      const [certain, doubtful] = await Promise.all([
        together(pages, person, async (sql) => (await readRows(sql, person.decision, queries)).map((rows) => withOrganisations(rows, person))),
        rowsInDoubt(pages, person, queries),
      ]);
      return certain.map((page, index) => joined(page, doubtful[index]));
    },
    changedSince: (_request, person, since, limit) => together(pages, person, (sql) => readArrivedSince(sql, person.decision, since, limit)),
    removals: (_request, person, sections, since) => together(pages, person, (sql) => readRemovals(sql, person.decision, sections, since)),
    removedShownDays: region.rules.removedShownDays,
    sensitive: new Map(LABELS.filter((label) => region.matrix.labels[label].confirm === true).map((label) => [label, region.matrix.labels[label].words])),
    printReasons: region.rules.printReasons,
    howOpened(request, { decision }) {
      const { session, actor } = me(request);
      const purpose = region.purpose(decision.purpose)!;
      const professional = region.professional(actor.id);
      const profile = professional?.profiles.find((each) => each.organisation === actor.organisation && each.sourceRole === actor.sourceRole);
      const accepted = daysSinceAccepted(professional, session.confidentialityAcceptedAt, region.dayOf(clock.now()));
      const dayIn = (days: number): string => region.dayOf(new Date(clock.now().getTime() + days * 86_400_000));
      return {
        purpose, roleName: actor.roleName, organisationName: actor.organisationName, sourceRole: [session.profile?.sourceRoleName ?? profile?.sourceRoleName ?? "", actor.sourceRole].filter((part) => part !== "").join(", "),
        registration: professional?.registration ?? null, contractor: professional?.contractor ?? false,
        trainedUntil: professional === undefined || professional.trainedDaysAgo === null ? null : dayIn(region.rules.trainingValidDays - professional.trainedDaysAgo),
        confidentialUntil: accepted === null ? null : dayIn(region.rules.confidentialityValidDays - accepted),
      };
    },

    async item(_request, person, itemId) {
      const decision = decisionFor(person, itemId);
      const found = await openRecord(pages, decision, (sql) => readItem(sql, decision, itemId));
      if (isRefusal(found)) return removedBy(region, found);
      const { entry } = found;
      const envelope = await readEnvelope(pages, entry.feed, entry.messageId);
      // The feed and the sender's own ids name a practice as well as its name does.
      const isNamed = region.feed(entry.feed) === undefined || organisationShown(region.feed(entry.feed)!.organisation, decision.hiddenWhereabouts) === region.feed(entry.feed)!.organisation;
      return {
        entry,
        resource: found.resource,
        versions: [{ version: entry.version, received: entry.received, messageId: entry.messageId, status: entry.status, display: entry.display, when: entry.when, line: entry.line }, ...found.versions],
        message: {
          messageId: entry.messageId, feed: entry.feed, feedTitle: isNamed ? (region.feed(entry.feed)?.title ?? entry.feed) : entry.organisation, organisationName: isNamed ? (region.organisation(entry.organisation)?.name ?? entry.organisation) : entry.organisation,
          receivedAt: envelope?.receivedAt ?? entry.received, format: envelope?.format ?? "unknown", controlId: isNamed ? envelope?.controlId || null : null,
        },
      };
    },
    async documents(_request, person, itemId) {
      const decision = decisionFor(person, itemId);
      const [found, rows] = await openRecord(pages, decision, (sql) => Promise.all([readItem(sql, decision, itemId), readItemDocuments(sql, decision, itemId)]));
      if (isRefusal(found)) return found;
      if (isRefusal(rows)) return rows;
      const texts = await openRecord(pages, decision, (sql) => Promise.all(rows.map((row) => (row.textState === "read" ? readDocumentText(sql, decision, itemId, row.hash) : Promise.resolve([])))));
      return storedDocuments(found.resource, rows.map((row, index) => ({ ...row, textPages: texts[index]! })), rooms.documents);
    },
    async testValues(_request, person, itemId, limit) {
      const found = await openRecordStepwise(pages, person.decision, async (sql) => {
        const item = await readItem(sql, person.decision, itemId);
        return isRefusal(item) ? item : { entry: item.entry, ...(await readSameTest(sql, person.decision, item.entry, limit)) };
      });
      return isRefusal(found) ? removedBy(region, found) : found;
    },

    async find(request, query, limit) {
      const { session, actor } = me(request);
      const permission = access.mayOpenSearch({ actor, purpose: purposeOf(session), assurance: session.assurance }, clock.now());
      if (isRefusal(permission)) {
        await audit.write({ ...actOf(request, actor, NOBODY), action: "refused", outcome: "refused", relationship: "none", reason: null, policy: permission.code, sourcePatients: [], shown: { page: "find" } });
        return permission;
      }
      const found = await findPerson(search, query.by === "nhs-number" ? { nhsNumber: query.nhsNumber } : { family: query.family, given: query.given, dateOfBirth: query.dateOfBirth, postcode: query.postcode });
      if (isRefusal(found)) return found;
      if (found.people.length === 0) {
        await audit.write({ ...actOf(request, actor, NOBODY), action: "search", outcome: "allowed", relationship: "none", reason: null, policy: permission.policy, sourcePatients: [], shown: { by: query.by, found: 0 } });
      }
      const closed = await closedTo(session, actor, found.people.slice(0, limit).map((each) => each.personId));
      const people = found.people.slice(0, limit).map((each) => (closed.has(each.personId) ? askedFor(each.personId, query) : each));
      return { people, limit, more: found.more || found.total > Math.min(limit, found.people.length) };
    },
    async recentPeople(request) {
      const { session, actor } = me(request);
      const entries = await listByActor(pages, actor.id, { limit: 200 });
      const opened = new Map<string, Date>();
      for (const entry of entries) if (entry.action === "open" && entry.outcome === "allowed" && entry.organisation === actor.organisation && !opened.has(entry.personId)) opened.set(entry.personId, entry.recorded);
      const latest = [...opened.keys()].slice(0, 10);
      const closed = await closedTo(session, actor, latest);
      const ids = latest.filter((id) => !closed.has(id));
      const people = new Map((await describePeople(search, ids)).map((person) => [person.personId, person]));
      return ids.flatMap((id) => (people.has(id) ? [{ ...people.get(id)!, openedAt: opened.get(id)! }] : []));
    },
    async personToConfirm(request, personId) {
      const { session, actor } = me(request);
      const permission = access.mayOpenSearch({ actor, purpose: purposeOf(session), assurance: session.assurance }, clock.now());
      // Nobody is looked for: the address names the person.
      if (isRefusal(permission) && permission.code !== "access.may-not-find") return permission;
      const found = await decideForPerson(pages, access, reached(actor), session, actor, personId, clock.now());
      // Only where stating a reason would open the record is a reason asked for.
      if ("refusal" in found && found.refusal.details?.["obligation"] !== "reason-required") return found.refusal;
      const [person] = await describePeople(search, [personId]);
      return person ?? refuse("not-found", "identity.no-person", "There is no such person in this record.");
    },
    saidBefore: (_request, person) => readSaidBefore(pages, person.sources.flatMap((source) => source.sourcePatients.map((each) => each.sourcePatientId)), person.decision.hiddenWhereabouts !== null),
    async sayNotSame(request, person, sourcePatientId, words) {
      const { actor } = me(request);
      const { decision } = person;
      if (!decision.sourcePatientIds.includes(sourcePatientId)) return refuse("not-found", "pages.no-such-source", "");
      const reason = `${actor.roleName}, ${actor.organisationName}, says that this is not the same person${words === "" ? "" : `: ${words}`}`;
      const said = await rooms.intake.transaction((sql) => sayNotSame(sql, { personId: decision.personId, sourcePatientId, actor: actor.id, reason, at: clock.now() }));
      if (isRefusal(said)) return said;
      await audit.write({ ...actOf(request, actor, decision.personId), action: "identity-act", outcome: "allowed", relationship: decision.relationship.words, reason: words === "" ? null : words, policy: decision.policy, decisionId: decision.id, sourcePatients: [sourcePatientId], shown: { page: "not the same person", due: said.due.toISOString() } });
      return said;
    },
    objectionForm: { emergencyWords: region.rules.objections.emergencyWords, fields: (chosen, itemId) => scopeFields(region, chosen, itemId), read: readScopes },
    async lodgeObjection(request, person, objection) {
      const { actor } = me(request);
      const { decision } = person;
      const by = { id: actor.id, name: `${actor.name}, ${actor.roleName}, ${actor.organisationName}` };
      const now = clock.now();
      const lead = demographicsOf(person.sources).facts;
      const contact = { name: [lead.given.lead?.value, lead.family.lead?.value].filter(Boolean).join(" ") || "the person", where: objection.contact, doNotWrite: objection.doNotWrite };
      const reference = newReference();
      const channel = region.organisation(actor.organisation)?.type === "gp-practice" ? "gp-practice" : "provider";
      // In one transaction, so that nobody sees it lodged and not yet held back.
      const done = await pages.transaction(async (sql) => {
        let lodged = await lodge(sql, decision.personId, { step: "lodged", channel, reference, asked: objection.asked, words: objection.words, contact }, by, now);
        if (objection.identity === null || isRefusal(lodged)) return lodged;
        for (const act of [{ step: "identity-confirmed", ...objection.identity }, { step: "interim", words: "Held back while it is considered." }] as const) if (!isRefusal(lodged)) lodged = await takeStep(sql, decision.personId, lodged.objectionId, act, by, now);
        return lodged;
      });
      if (isRefusal(done)) return done;
      await audit.write({ ...actOf(request, actor, decision.personId), action: "objection-act", outcome: "allowed", relationship: decision.relationship.words, reason: null, policy: decision.policy, sourcePatients: decision.sourcePatientIds, shown: { page: "objection", objection: done.objectionId, step: done.steps.at(-1)!.step } });
      return { reference };
    },
    async overrideObjection(request, personId, given) {
      const { session, actor } = me(request);
      const now = clock.now();
      const found = await decideForPerson(pages, access, reached(actor), session, actor, personId, now);
      if (!("refusal" in found)) return refuse("conflict", "objections.nothing-closed", "This record is not closed to you.");
      if (found.refusal.details?.["obligation"] !== "vital-interests" || region.role(actor.role)?.mayGiveReason !== true) return found.refusal;
      if (given === null) return true;
      const override = makeOverride({ personId, overrideId: uuidv7(), professionalId: actor.id, professionalName: `${actor.name}, ${actor.roleName}`, organisation: actor.organisation }, given.words, given.isLifeAtRisk, now);
      if (!isOverride(override)) return override;
      await recordOverride(pages, override);
      log("warn", "objections.override", { override: override.overrideId });
      await audit.write({ ...actOf(request, actor, personId), action: "objection-override", outcome: "allowed", relationship: "to protect life, against an objection", reason: override.words, policy: "vital interests", sourcePatients: found.sourcePatientIds, shown: { until: override.until.toISOString() } });
      return true;
    },
    sharedRecord: region.rules.sharedRecord ?? null,
    reasons: region.rules.reasons,
    async giveReason(request, personId, given) {
      const { actor, session } = me(request);
      const reason = makeReason(region, actor, personId, uuidv7(), { reason: given.kind, words: given.words }, clock.now());
      if (!isReason(reason)) return reason;
      const stepUp = reason.kind === "break-glass" ? await emergencyStepUp(session, region.rules.stepUp.emergencyMinutes, clock.now(), rooms.providerAnswers) : "fresh";
      if (stepUp === "sign-in-again") return refuse("forbidden", "access.sign-in-again", "Sign in again to open a record in an emergency: you signed in some hours ago.");
      await recordReason(pages as never, reason);
      await audit.write({ ...actOf(request, actor, personId), action: "reason-given", outcome: "allowed", relationship: reason.kind, reason: reason.words, policy: "reason stated", sourcePatients: [], shown: { until: reason.until.toISOString(), ...(stepUp === "provider-away" && { signedInAgain: "not possible: the identity provider does not answer" }) } });
      return true;
    },
    audited: (request, answer, bytes) => recordAnswer(audit, request, me(request).actor, answer, bytes),
    defect: (request, error) => log("error", "page.defect", { request: request.id, route: request.routeOptions.url ?? "", error: (error as Error).message, at: (error as Error).stack?.split("\n")[1]?.trim() ?? "" }),
  };
}

/** What a list says of somebody whose record is not shared: what the reader asked with, and nothing that is on record. */
function askedFor(personId: string, query: FindQuery): FoundPerson {
  const nothing = { personId, family: "", given: "", title: "", dateOfBirth: "", dateOfDeath: null, sex: "", nhsNumber: null, postcodeArea: "", notShared: true };
  return query.by === "nhs-number" ? { ...nothing, nhsNumber: query.nhsNumber } : { ...nothing, family: query.family, dateOfBirth: query.dateOfBirth };
}

/** One person as pages start from them, under a decision. */
export async function openedPerson({ region, pages }: Pick<Rooms, "region" | "pages">, { decision, doubtful, sourcePatients, doubted, heldApart }: PersonAccess, received: ReadonlyMap<string, Date>, now: Date): Promise<OpenPerson> {
  const [statements, last] = await openRecord(pages, decision, (sql) => Promise.all([readStatements(sql, decision), lastOpenedBy(sql, decision.personId, decision.actor.organisation, now)]));
  const organisationOf = new Map(sourcePatients.map((each) => [each.sourcePatientId, each.organisation]));
  const opened: OpenPerson = {
    decision,
    doubted: doubted.filter(({ sourcePatient }) => doubtful.sourcePatientIds.includes(sourcePatient.sourcePatientId)).map(({ sourcePatient: { sourcePatientId, organisation, localId }, reason, due }) => ({ sourcePatientId, organisation: organisationShown(organisation, decision.hiddenWhereabouts), organisationName: nameShown(region, organisation, decision), localId, why: reason, due })),
    sources: sourcesOf(region, sourcePatients, [...heldApart, ...doubted.map(doubtLine)], received, decision),
    statements: statements.map((each) => ({ ...each, organisation: organisationShown(organisationOf.get(each.sourcePatientId) ?? "", decision.hiddenWhereabouts) })),
    lastOpenedByOrganisation: last,
  };
  if (doubtful.sourcePatientIds.length > 0) doubtfulOf.set(opened, doubtful);
  return opened;
}

/** A person's summary as a role would see it, for the policy office: the same decision, rows and pages as for a professional. */
export function rolePreviewer(rooms: Rooms): PolicyOfficeDeps["previewRole"] {
  const { region, access, pages, clock } = rooms;
  const deps = professionalDeps(rooms);
  return async (request, shell, officer, personId, as) => {
    const now = clock.now();
    const known = await factsFor(pages, access, reachedBy(region, as.organisation), officer, personId, now);
    if (known === null) return noSuchPerson();
    const decision = access.decidePreview(as, officer, known.facts);
    if (isRefusal(decision)) return decision;
    const person = await openedPerson(rooms, openedUnder(decision, known), await readLastReceived(pages, region.feeds.map((feed) => feed.id)), now);
    const preview: Shell = { ...shell, find: null, links: [{ href: "/office/policy/roles", text: "Preview: choose another role" }], account: { name: "Preview", role: decision.actor.roleName, organisation: decision.actor.organisationName }, signOut: null };
    const { html, shown } = await rolePreview(deps, request, preview, person);
    return { html, shown, sourcePatientIds: decision.sourcePatientIds };
  };
}

function fail(why: string): never {
  throw new Error(why);
}

/** One id a request, however many persons it shows. */
const requestIds = new WeakMap<FastifyRequest, string>();
function requestIdOf(request: FastifyRequest): string {
  const known = requestIds.get(request) ?? uuidv7();
  requestIds.set(request, known);
  return known;
}

/** The parts of an audit entry that follow from the request. */
export function actOf(request: FastifyRequest, actor: Actor, personId: string): { personId: string; actor: Actor; purpose: string; route: string; requestId: string } {
  return { personId, actor, purpose: known.has(request) ? purposeOf(known.get(request)!.session) : "direct-care", route: `${request.method} ${request.routeOptions.url ?? "unknown"}`, requestId: requestIdOf(request) };
}

/** One entry a person shown; resolves when all are durable. */
async function recordAnswer(audit: AuditWriter, request: FastifyRequest, actor: Actor, answer: AuditedAnswer, bytes: Uint8Array): Promise<void> {
  const { decision } = answer;
  const action: AuditAction = decision === null ? (answer.action === "search" ? "found" : "search") : answer.action === "print" || answer.action === "download" ? answer.action : answer.page === "summary" ? "open" : answer.page === "item" ? "item" : answer.page === "document" ? "document" : "section";
  const shown = { page: answer.page, sections: answer.sections, items: answer.entryIds.length, digest: digestOf(answer.entryIds), states: compactStates(answer), bytes: bytes.length };
  await Promise.all(
    answer.personIds.map((personId) =>
      audit.write({
        ...actOf(request, actor, personId), action, outcome: "allowed", relationship: decision?.relationship.words ?? "none yet", reason: answer.reason ?? decision?.reason ?? null, policy: decision?.policy ?? "find a person", decisionId: decision?.id ?? null,
        sourcePatients: [...(decision?.sourcePatientIds ?? []), ...(answer.doubted ?? []).map((each) => each.sourcePatientId)], shown,
      }),
    ),
  );
}

/** States by their name, with the organisations that were in each: what was and was not on screen. */
function compactStates(answer: AuditedAnswer): Record<string, string[]> {
  const states: Record<string, Set<string>> = {};
  for (const each of answer.states) if (each.organisation !== "") (states[each.state] ??= new Set()).add(each.organisation);
  return Object.fromEntries(Object.entries(states).map(([state, organisations]) => [state, [...organisations]]));
}

const digestOf = (ids: readonly string[]): string => hash("sha256", [...ids].sort().join("\n")).slice(0, 32);

type Work = { run(sql: Sql): Promise<void>; fail(error: unknown): void };
const waiting = new WeakMap<OpenPerson, Work[]>();

/** The refusal of a removed item with its organisation's name and the day as pages write it. */
function removedBy(region: Region, refusal: Refusal): Refusal {
  if (refusal.code !== "record.item-removed") return refusal;
  const { display, organisation, removed } = refusal.details as { display: string; organisation: string; removed: string };
  return { ...refusal, message: `The source has taken this entry back: "${display}" was removed at its source on ${dateText(removed)}, by ${region.organisation(organisation)?.name ?? organisation}. What was sent is kept.` };
}

/** Reads that a page asks for in the same moment share one transaction of the person. */
function together<T>(pages: Pool, person: OpenPerson, read: (sql: Sql) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const work: Work = { run: (sql) => read(sql).then(resolve, reject), fail: reject };
    const before = waiting.get(person);
    if (before !== undefined) return void before.push(work);
    const all = [work];
    waiting.set(person, all);
    queueMicrotask(() => {
      waiting.delete(person);
      openRecord(pages, person.decision, (sql) => Promise.all(all.map((each) => each.run(sql)))).catch((error: unknown) => all.forEach((each) => each.fail(error)));
    });
  });
}

/** The decision over records in doubt, for what protects the person; missing where none is in doubt. */
const doubtfulOf = new WeakMap<OpenPerson, AccessDecision>();

/** What every section says of it; who said so and in which words stands on the details page. */
const doubtLine = ({ sourcePatient }: DoubtedRecord): { organisation: string; reason: string } => ({ organisation: sourcePatient.organisation, reason: "said to be somebody else's record" });

/** Which decision opens an item: that over records in doubt for one of theirs, which allows no more than what protects. */
function decisionFor(person: OpenPerson, itemId: string): AccessDecision {
  const doubtful = doubtfulOf.get(person);
  const home = parseResourceId(itemId)?.sourcePatientId;
  return doubtful !== undefined && home !== undefined && doubtful.sourcePatientIds.includes(home) ? doubtful : person.decision;
}

/** First pages of what protects, from records in doubt; nothing where none is. */
async function rowsInDoubt(pages: Pool, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly (RowsPage | undefined)[]> {
  const doubtful = doubtfulOf.get(person);
  if (doubtful === undefined || !queries.some((query) => query.before === undefined && doubtful.sections.has(query.section))) return [];
  const read = await openRecord(pages, doubtful, (sql) => readRows(sql, doubtful, queries));
  return read.map((rows, index) => (queries[index]!.before === undefined ? withOrganisations(rows, person) : undefined));
}

/** A page of rows with those in doubt among them, newest first as before. */
function joined(page: RowsPage, doubtful: RowsPage | undefined): RowsPage {
  if (doubtful === undefined || doubtful.entries.length === 0) return page;
  const time = (entry: Entry): number => entry.sortTime?.getTime() ?? -Infinity;
  const newest = page.newest !== null && (doubtful.newest === null || page.newest > doubtful.newest) ? page.newest : doubtful.newest;
  // An organisation may have one record in doubt beside one that is not.
  const heldBy = [...Map.groupBy([...page.heldBy, ...doubtful.heldBy], (each) => each.organisation).values()].map((both) => ({ organisation: both[0]!.organisation, count: both.reduce((sum, each) => sum + each.count, 0), newest: both.reduce<Date | null>((latest, each) => (latest === null || (each.newest !== null && each.newest > latest) ? each.newest : latest), null) }));
  return { ...page, total: page.total + doubtful.total, newest, heldBy, entries: [...page.entries, ...doubtful.entries].sort((a, b) => time(b) - time(a)) };
}

function withOrganisations(rows: Rows, person: OpenPerson): RowsPage {
  const organisationOf = new Map(person.sources.flatMap((source) => source.sourcePatients.map((each) => [each.sourcePatientId, source.organisation] as const)));
  for (const each of person.doubted) organisationOf.set(each.sourcePatientId, each.organisation);
  const held = new Map<string, { organisation: string; count: number; newest: Date | null }>();
  for (const each of rows.heldBy) {
    const organisation = organisationOf.get(each.sourcePatientId) ?? "";
    const before = held.get(organisation);
    held.set(organisation, { organisation, count: (before?.count ?? 0) + each.count, newest: [before?.newest ?? null, each.newest].reduce((a, b) => (a === null ? b : b === null ? a : a > b ? a : b)) });
  }
  return { ...rows, heldBy: [...held.values()] };
}

/** Every organisation that could hold something of the person, known or not: silence has a name. */
function sourcesOf(region: Region, stored: readonly Stored[], heldApart: readonly { organisation: string; reason: string }[], received: ReadonlyMap<string, Date>, decision: AccessDecision): SourceAtPerson[] {
  const byOrganisation = Map.groupBy(stored, (each) => each.organisation);
  const apart = new Map(heldApart.map((each) => [each.organisation, each.reason]));
  const hidden = decision.hiddenWhereabouts;
  return region.organisations
    .filter((organisation) => maySeeSource(region, decision, organisation.odsCode) && isExpected(region, organisation, byOrganisation, apart))
    .map((organisation) => {
      const mine = byOrganisation.get(organisation.odsCode) ?? [];
      return {
        organisation: organisationShown(organisation.odsCode, hidden),
        organisationName: nameShown(region, organisation.odsCode, decision),
        type: organisation.type,
        feeds: region.feedsOf(organisation.odsCode).map((feed, index) => ({ id: hidden?.organisations.has(organisation.odsCode) ? `${organisationShown(organisation.odsCode, hidden)}-${index}` : feed.id, supplies: feed.supplies, arrives: arrivalOf(feed), expectedEveryMinutes: feed.expectedEveryMinutes, lastReceived: received.get(feed.id) ?? null })),
        known: mine.length > 0,
        sourcePatients: mine.map((each) => sourcePatientOf(region, each, hidden !== null)),
        heldApart: apart.has(organisation.odsCode) ? { why: apart.get(organisation.odsCode)! } : null,
        // When the source last said who the person is: that it sent anything at all would tell of items that this reader may not see.
        lastAnswer: mine.reduce<Date | null>((latest, each) => (each.demographicsAt.getTime() < 0 || (latest !== null && each.demographicsAt <= latest) ? latest : each.demographicsAt), null),
        failed: false,
      };
    });
}

/** The organisation's name, or the word that stands for one whose name would tell where a protected person lives. */
function nameShown(region: Region, odsCode: string, decision: AccessDecision): string {
  return decision.hiddenWhereabouts?.organisations.get(odsCode)?.replace("-", " ") ?? region.organisation(odsCode)?.name ?? odsCode;
}

/** Organisations with feeds; of the many practices only the person's own. */
function isExpected(region: Region, organisation: Organisation, known: ReadonlyMap<string, readonly Stored[]>, apart: ReadonlyMap<string, string>): boolean {
  if (known.has(organisation.odsCode) || apart.has(organisation.odsCode)) return true;
  if (!isSource(organisation, region)) return false;
  return organisation.type === "gp-practice" ? [...known.values()].flat().some((each) => each.gpPractice === organisation.odsCode) : true;
}

function sourcePatientOf(region: Region, each: Stored, hideLocation: boolean): SourcePatient {
  return {
    sourcePatientId: each.sourcePatientId, localId: each.localId, nhsNumber: each.nhsNumber, ...(each.supersededBy !== undefined && { nhsNumberNow: each.supersededBy }), nhsNumberStatus: each.status, ...(each.status === "invalid" && each.nhsNumberText !== null && { nhsNumberNotValid: each.nhsNumberText }), family: each.family ?? "", given: each.given ?? "", title: each.title ?? "",
    dateOfBirth: each.birthDate ?? "", dateOfDeath: each.dateOfDeath ?? (each.deceased ? "" : null), sex: each.sex ?? "", addressLines: hideLocation ? [] : each.address, postcode: hideLocation ? "" : (each.postcode ?? ""),
    phone: hideLocation ? "" : (each.phone ?? ""), preferredName: each.preferredName ?? "", gpPractice: hideLocation || each.gpPractice === null ? "" : (region.organisation(each.gpPractice)?.name ?? each.gpPractice), lastReceived: each.lastSeen,
  };
}

const POLICY = { href: "/office/policy", text: "Access policy" };
const AUDIT_LOG = { href: "/office/audit-log", text: "Audit log" };
const ONBOARDING = { href: "/office/onboarding", text: "Onboarding" };
const FEED_OFFICE = [{ href: "/office/feeds", text: "Feeds" }, { href: "/office/quarantine", text: "Quarantine" }, { href: "/office/connections", text: "Connections" }, { href: "/office/playground", text: "Playground" }];

/** The frame of every page for this reader. */
export function shellOf(rooms: Pick<Rooms, "region" | "assets">, session: Session | null): Shell {
  const profile = session?.profile ?? null;
  const office = profile?.role === "privacy-officer" ? [{ href: "/office/privacy", text: "Privacy" }, { href: "/office/prints", text: "Prints" }, { href: "/office/staff", text: "Staff" }, ONBOARDING, AUDIT_LOG, POLICY, ...FEED_OFFICE] : profile?.role === "data-quality-officer" || profile?.role === "system-administrator" ? [...FEED_OFFICE, { href: "/office/data-quality", text: "Data quality" }, { href: "/office/deliveries", text: "Deliveries" }] : [];
  if (profile?.role === "system-administrator") office.push(AUDIT_LOG, POLICY, ONBOARDING);
  if (profile?.role === "commissioner" || profile?.role === "system-administrator") office.push({ href: "/office/programme", text: "Programme report" });
  if (rooms.region.rules.identityOffice.some((each) => each.role === profile?.role)) office.push({ href: "/office/identity", text: "Who is who" });
  if (profile?.role === rooms.region.rules.objections.office) office.push({ href: "/office/objections", text: "Objections" });
  const mine = [...(hasInbox(rooms.region, profile) ? [{ href: "/inbox", text: "Inbox" }] : []), ...(profile !== null && rooms.region.rules.objections.deciders.includes(profile.role) ? [{ href: "/office/objections", text: "Objections" }] : [])];
  return {
    serviceName: rooms.region.title,
    homeHref: "/",
    find: profile === null || office.length > 0 ? null : FIND_BOX,
    account: session === null || profile === null ? null : { name: session.name, role: profile.roleName, organisation: profile.organisationName },
    signOut: session === null ? null : { action: "/sign-out", text: "Sign out" },
    links: mine.length > 0 ? mine : office,
    help: [{ href: "/help", text: "Help and who to ask" }, { href: "/objection", text: "Object to sharing" }],
    csrf: session?.csrf ?? "",
    assets: rooms.assets,
  };
}

/** A value that may be a little old, asked for once at a time. */
class Cached<T> {
  readonly #read: () => Promise<T>;
  readonly #lasts: number;
  #value: Promise<T> | undefined;
  #until = 0;
  constructor(read: () => Promise<T>, lasts: number) {
    this.#read = read;
    this.#lasts = lasts;
  }
  value(): Promise<T> {
    if (this.#value === undefined || Date.now() > this.#until) {
      this.#until = Date.now() + this.#lasts;
      this.#value = this.#read();
      this.#value.catch(() => (this.#value = undefined));
    }
    return this.#value;
  }
}
