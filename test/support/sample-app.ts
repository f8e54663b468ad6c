/** The professional's pages over invented people, with no database: for page tests, browser tests and the gallery. */
import fastify, { type FastifyInstance } from "fastify";
import type { AuditedAnswer, FoundPerson, OpenPerson, ProfessionalDeps, RowsPage, RowsQuery, StoredDocument } from "../../src/apps/professional/index.ts";
import { FIND_BOX, professionalPages } from "../../src/apps/professional/index.ts";
import { html, loadAssets, pdfPress, refuse, serveAssets, type PdfPress, type Shell } from "#platform";
import type { Entry, Removal } from "#record";
import { detectKind, SearchMatcher, SECTIONS, type SectionId } from "#standards";
import { CDA_LETTER, PNG, RTF_LETTER } from "./sample-documents.ts";
import { actor, decisionFor, entry, NOW, rowsOf, sampleEntries, sampleSources, USUAL_VIEW } from "./sample-person.ts";

const id = (serial: number): string => `0199a000-0000-7000-8000-${String(serial).padStart(12, "0")}`;

/** Invented people by what they are for. */
export const PEOPLE = {
  heavy: id(1),
  quiet: id(2),
  limited: id(3),
  conflict: id(4),
  died: id(5),
  long: id(6),
  reason: id(7),
  refused: id(8),
  broken: id(9),
  native: id(10),
} as const;

/** The organisation that stands for the shared record itself. */
export const SHARED_RECORD = "X-SHARED";

type Sample = { readonly open: OpenPerson; readonly entries: readonly Entry[] };

const documentsOf = (count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => entry("documents", index % 2 === 0 ? "RXA01" : "G82001", `Clinic letter ${index + 1}`, { documentType: "Clinic letter", mime: "application/pdf" }, { when: new Date(Date.UTC(2026, 10, 20) - index * 86_400_000 * 3).toISOString().slice(0, 10), type: "DocumentReference", status: "current" }));

function sampleOf(personId: string): Sample | null {
  const sources = sampleSources();
  const base = { sources, doubted: [], statements: [], queried: new Map(), released: new Map(), lastOpenedByOrganisation: new Date("2026-10-12T09:00:00Z"), arrivedLately: "" };
  const entries = sampleEntries();
  switch (personId) {
    case PEOPLE.heavy:
      return { open: { ...base, decision: decisionFor({ personId }) }, entries };
    case PEOPLE.quiet:
      return { open: { ...base, lastOpenedByOrganisation: null, decision: decisionFor({ personId }), sources: sources.map((source) => ({ ...source, failed: false, heldApart: null, feeds: source.feeds.map((feed) => ({ ...feed, lastReceived: NOW })) })) }, entries: [entry("allergies", "G82001", "No known allergies", { assertedNone: true }, { when: "2026-03-12" })] };
    case PEOPLE.limited: {
      const hidden: readonly SectionId[] = ["medicines", "problems", "results", "safeguarding", "documents", "examinations"];
      return {
        open: {
          ...base,
          decision: decisionFor({
            personId,
            actor: { ...actor, name: "Sam Field", role: "social-worker", roleName: "Social worker" },
            sections: new Set(SECTIONS.map((section) => section.id).filter((section) => !hidden.includes(section))),
            mayWithhold: new Set<SectionId>(["allergies", "alerts", "end-of-life", "legal-information"]),
            policy: "social-care-sections",
            words: "Social workers may see the sections that care planning needs.",
          }),
        },
        entries: entries.filter(({ section }) => section !== "allergies"),
      };
    }
    case PEOPLE.conflict:
      return { open: { ...base, decision: decisionFor({ personId }) }, entries: [...entries, entry("end-of-life", "RXA01", "For attempted cardiopulmonary resuscitation", { decision: "for-cpr" }, { when: "2026-10-01" }), entry("allergies", "RXB02", "No known allergies", { assertedNone: true }, { when: "2026-10-01", author: "Sister T. Webb" })] };
    case PEOPLE.died:
      return { open: { ...base, decision: decisionFor({ personId }), sources: sources.map((source) => (source.organisation === "G82001" ? { ...source, sourcePatients: source.sourcePatients.map((patient) => ({ ...patient, dateOfDeath: "2026-11-19" })) } : source)) }, entries };
    case PEOPLE.native: {
      const own = { organisation: SHARED_RECORD, organisationName: "The Shared Record", type: "processor", feeds: [], known: true, sourcePatients: [], heldApart: null, lastAnswer: NOW, failed: false };
      return { open: { ...base, sources: [...sources, own], decision: decisionFor({ personId, actions: new Set(["view", "search", "print", "download"]) }) }, entries: [...entries, entry("documents", SHARED_RECORD, "Care plan written here", { documentType: "Care plan" }, { when: "2026-11-01", type: "DocumentReference", status: "current" })] };
    }
    case PEOPLE.long:
      return { open: { ...base, decision: decisionFor({ personId }) }, entries: [...entries, ...documentsOf(240)] };
    default:
      return null;
  }
}

const found = (personId: string): FoundPerson => ({ personId, family: "Smith", given: "Jane", title: "Mrs", dateOfBirth: "1945-07-14", dateOfDeath: null, sex: "Female", nhsNumber: "9991234560", postcodeArea: "ZZ99" });

/** Letters that two sources took back. */
const REMOVED: readonly Removal[] = Array.from({ length: 26 }, (_, index) => ({ id: `removed-${index}`, sourcePatientId: id(90), organisation: index === 0 ? "G82001" : "RXA01", type: "DocumentReference", section: "documents", labels: [], display: `Letter taken back ${index}`, removed: new Date(NOW.getTime() - index * 3_600_000) }));

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/** What the audit would have kept, in order: a test reads it. */
export type Kept = { readonly answers: AuditedAnswer[]; readonly bytes: Uint8Array[] };

/** The pages as an app that can be injected or listened to. */
export function sampleApp(options: { readonly auditFails?: boolean; readonly pdf?: PdfPress } = {}): { app: FastifyInstance; kept: Kept; deps: ProfessionalDeps } {
  const app = fastify({ routerOptions: { maxParamLength: 300 } });
  const assets = loadAssets();
  const kept: Kept = { answers: [], bytes: [] };
  const shell: Shell = {
    serviceName: "Shared Care Record",
    homeHref: "/",
    find: FIND_BOX,
    account: { name: actor.name, role: actor.roleName, organisation: actor.organisationName },
    signOut: { action: "/sign-out", text: "Sign out" },
    links: [],
    help: [{ href: "/help", text: "Help with this service" }, { href: "/privacy", text: "Privacy" }, { href: "/accessibility", text: "Accessibility" }],
    csrf: "form-token",
    assets,
  };
  const samples = new Map<OpenPerson, Sample>();
  const byId = new Map<string, Sample>();
  const rowsFor = (person: OpenPerson): readonly Entry[] => samples.get(person)?.entries ?? [];
  const pageOf = (person: OpenPerson, query: RowsQuery): RowsPage => {
    const own = rowsFor(person).filter((one) => one.section === query.section && (query.types === undefined || query.types.includes(one.type)) && (query.label === undefined || one.labels.includes(query.label)));
    const all = rowsOf(own, [query.section]).get(query.section)!;
    const from = query.before === undefined ? 0 : all.entries.findIndex((one) => one.id === query.before) + 1;
    const entries = all.entries.slice(from, from + query.limit);
    return { ...all, entries, next: from + query.limit < all.total ? entries.at(-1)!.id : null };
  };
  const deps: ProfessionalDeps = {
    now: () => NOW,
    shell: () => shell,
    signedIn: async () => true,
    watch: () => () => undefined,
    openStill: async (_request, personId) => deps.openPerson(_request, personId),
    arrivedSince: async () => "",
    arrivals: async () => [],
    summaryView: () => USUAL_VIEW,
    shortName: () => undefined,
    signInHref: "/sign-in",
    formFromUs: (_request, token) => token === "form-token",
    openPerson: async (_request, personId) => {
      if (personId === PEOPLE.reason) return refuse("forbidden", "access.reason-needed", "No relationship is known.", { obligation: "reason-required" });
      if (personId === PEOPLE.refused) return refuse("forbidden", "access.denied", "Your role may not open the records of people outside your team's caseload.", { policy: "caseload-only" });
      if (personId === PEOPLE.broken) throw new Error("database password is hunter2");
      const sample = byId.get(personId) ?? sampleOf(personId);
      if (sample === null) return refuse("not-found", "identity.no-such-person", "No such person.");
      byId.set(personId, sample);
      samples.set(sample.open, sample);
      return sample.open;
    },
    rows: async (_request, person, queries) => queries.map((query) => pageOf(person, query)),
    changedSince: async (_request, person, since) => rowsFor(person).filter((one) => one.sortTime !== null && one.sortTime > since && one.sortTime <= NOW).toSorted((a, b) => b.sortTime!.getTime() - a.sortTime!.getTime()),
    search: async (_request, person, { words, writer }, groups, limit) => {
      const [matcher, by] = [new SearchMatcher(words), new SearchMatcher(writer)];
      const values = (value: unknown): string[] => (typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(values) : []);
      const entries = groups.map(({ sections }) => {
        const found = words.length + writer.length === 0 ? [] : rowsFor(person).filter((one) => sections.includes(one.section) && (words.length === 0 || matcher.isIn([one.display, one.author ?? "", ...values(one.line)].join(" "))) && (writer.length === 0 || by.isIn(`${one.author ?? ""} ${one.line.professionalRole ?? ""}`)));
        return { entries: found.length, lines: found.length, hits: found.slice(0, limit).map((one) => ({ entry: one, count: 1 })), more: false };
      });
      return { entries, documents: { documents: 0, alsoByRow: 0, hits: [], unread: 3 } };
    },
    held: async (_request, person, sections) =>
      [...Map.groupBy(rowsFor(person).filter((one) => sections.includes(one.section)), (one) => `${one.section} ${one.sourcePatientId}`).values()].map((all) => {
        const times = all.flatMap((one) => one.sortTime?.getTime() ?? []);
        return { section: all[0]!.section, sourcePatientId: all[0]!.sourcePatientId, count: all.length, undated: all.length - times.length, first: times.length === 0 ? null : new Date(Math.min(...times)), last: times.length === 0 ? null : new Date(Math.max(...times)) };
      }),
    heldInDoubt: async () => [],
    period: async (_request, person, { sections, lasting, sourcePatientIds, from, until, parts }) => {
      const mine = rowsFor(person).filter((one) => sections.includes(one.section) && sourcePatientIds.includes(one.sourcePatientId) && one.sortTime !== null);
      const entries = mine.filter((one) => one.sortTime! >= from && one.sortTime! < until);
      const part = (one: Entry): number => Math.floor(((one.sortTime!.getTime() - from.getTime()) / (until.getTime() - from.getTime())) * parts);
      return {
        entries,
        earlier: mine.filter((one) => one.sortTime! < from && lasting.includes(one.section) && (["active", "current"].includes(one.status) || (one.line.end ?? "") >= from.toISOString().slice(0, 10))),
        counts: [...Map.groupBy(entries, (one) => `${one.section} ${one.sourcePatientId} ${part(one)}`).values()].map((all) => ({ section: all[0]!.section, sourcePatientId: all[0]!.sourcePatientId, part: part(all[0]!), count: all.length, first: all.at(-1)!.sortTime!, last: all[0]!.sortTime! })),
      };
    },
    removals: async (_request, person, sections) => (samples.get(person) === byId.get(PEOPLE.long) && sections.includes("documents") ? REMOVED : []),
    removedShownDays: 90,
    item: async (_request, person, itemId) => {
      const one = rowsFor(person).find((row) => row.id === itemId);
      const removed = REMOVED.find((each) => each.id === itemId);
      if (removed !== undefined) return refuse("gone", "record.item-removed", `"${removed.display}" was removed at its source.`, { section: removed.section });
      if (one === undefined) return refuse("not-found", "record.no-such-item", "No such entry.");
      return {
        entry: one,
        resource: { resourceType: one.type, id: one.id, status: one.status, code: { coding: [{ system: one.codeSystem ?? "", code: one.code ?? "", display: one.display }], text: one.display }, text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${one.display} &amp; more</p><script>alert(1)</script></div>` }, note: [{ text: "First note" }, { text: "Second note <b>not bold</b>" }], recordedDate: one.recorded },
        versions: [
          { version: one.version, received: one.received, messageId: one.messageId, status: one.status, display: one.display, when: one.when, line: one.line },
          { version: one.version - 1, received: new Date("2026-01-05T09:00:00Z"), messageId: "0199c000-0000-7000-8000-000000000000", status: "active", display: one.display, when: one.when, line: one.line },
        ],
        message: { messageId: one.messageId, feed: one.feed, feedTitle: "Structured record", organisationName: "Elm Surgery", receivedAt: one.received, format: "FHIR R4", controlId: "MSG00042" },
      };
    },
    documents: async (_request, person, itemId) => {
      const one = rowsFor(person).find((row) => row.id === itemId);
      const mime = one?.line.mime;
      if (mime === undefined) return refuse("not-found", "record.no-document", "The document's content has not been supplied.");
      const stored = (bytes: Buffer, statedType = mime, pages: readonly string[] = []): StoredDocument => ({ title: "document", statedType, kind: detectKind(bytes), size: bytes.length, text: pages.length > 0 ? { state: "read", why: null, pages } : { state: "no-text", why: "no words in it", pages }, bytes: async () => bytes });
      if (mime === "application/pdf") return [stored(PDF, mime, ["Cardiology clinic\nReviewed in clinic.", ""])];
      if (mime === "text/xml") return [stored(Buffer.from(CDA_LETTER)), stored(Buffer.from(RTF_LETTER), "application/pdf"), stored(PNG, "image/png")];
      if (mime === "text/plain") return [stored(Buffer.from("Discharge summary\n\nAdmitted 08-Nov-2026 with breathlessness. Potassium < 6.\nPlan: heart failure clinic. <b>This is text, not markup.</b>\n"))];
      return [stored(Buffer.from("<h1>Discharge summary</h1><p>Admitted 08-Nov-2026 with breathlessness.<br>Potassium &lt; 6.</p><script>alert(1)</script><p>Plan: heart failure clinic.</p>"), `${mime}; charset=utf-8`)];
    },
    earlier: async () => new Map(),
    queriesOf: async () => [],
    ask: async () => true,
    ownRecord: () => ({ answer: { shown: true, release: null }, by: null }),
    mayRelease: () => true,
    release: async () => true,
    testValues: async (_request, person, itemId) => {
      const one = rowsFor(person).find((row) => row.id === itemId);
      if (one === undefined) return refuse("not-found", "record.no-such-item", "No such entry.");
      const same = rowsFor(person).filter((row) => row.section === one.section && row.code === one.code).toSorted((a, b) => b.sortTime!.getTime() - a.sortTime!.getTime());
      return { entry: one, entries: same, total: same.length, earlier: new Map() };
    },
    find: async (_request, query, limit) => {
      if (query.by === "nhs-number") return { people: query.nhsNumber === "9990000018" ? [] : [found(PEOPLE.heavy)], limit, more: false };
      return { people: Object.values(PEOPLE).map(found), limit: 9, more: query.given === "" };
    },
    phoneOf: () => null,
    motherOf: async () => null,
    following: async () => [],
    landing: () => ["find", "recent"],
    peopleList: async () => null,
    recentPeople: async () => [{ ...found(PEOPLE.heavy), openedAt: new Date("2026-11-21T11:02:00Z") }, { ...found(PEOPLE.died), openedAt: new Date("2026-11-20T16:40:00Z") }],
    personToConfirm: async (_request, personId) => (Object.values(PEOPLE).includes(personId as never) ? found(personId) : refuse("not-found", "identity.no-such-person", "No such person.")),
    saidBefore: async () => [],
    sayNotSame: async () => refuse("invalid", "identity.only-source", "This is the only organisation that knows this person here."),
    objectionForm: { emergencyWords: "nobody sees it", fields: () => html`<p>fields</p>`, read: () => [] },
    lodgeObjection: async () => ({ reference: "OBJ-TEST-TEST" }),
    overrideObjection: async () => refuse("conflict", "objections.nothing-closed", "This record is not closed to you."),
    sharedRecord: SHARED_RECORD,
    sensitive: new Map([["restricted", "Marked restricted by its source"]]),
    pdf: options.pdf ?? pdfPress(),
    printReasons: [{ id: "handover", words: "Handover to another service" }, { id: "meeting", words: "A meeting about the person's care" }],
    howOpened: () => ({
      purpose: { name: "Direct care", words: "Care of this person.", dataProtectionBasis: "UK GDPR Article 6(1)(e); Article 9(2)(h)", confidentialityBasis: "Implied consent", consentAsked: false },
      sourceRole: "S8000:G8000:R8000 Clinical Practitioner", roleName: actor.roleName, organisationName: actor.organisationName, registration: { body: "GMC", number: "0000001" }, contractor: false, trainedUntil: "2027-03-01", confidentialUntil: null, signedIn: { words: "by NHS CIS2", assurance: 3, at: NOW },
    }),
    reasons: [{ id: "emergency", words: "I am treating this person in an emergency" }, { id: "call", words: "I am answering a call from or about this person" }],
    giveReason: async () => true,
    audited: async (_request, answer, bytes) => {
      if (options.auditFails === true) throw new Error("audit store is read-only");
      kept.answers.push(answer);
      kept.bytes.push(bytes);
    },
    defect: () => undefined,
  };
  serveAssets(app, assets);
  void app.register(async (own) => professionalPages(own, deps));
  return { app, kept, deps };
}
