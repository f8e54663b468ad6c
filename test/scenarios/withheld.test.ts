/**
 * What is withheld cannot be inferred (house.md, section 3, truth 6). Twins that differ in
 * nothing but one hidden entry: whoever may not see it gets the same bytes on every page,
 * whatever the entry's label, also after a later message and after the source took it back.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LABEL_SYSTEM, LABELS, SECTIONS, type Label } from "#standards";
import { storyNhsNumber } from "#synthetic";
import { CATEGORIES } from "../../src/apps/professional/index.ts";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { FeedClient, untilApplied } from "#test/feed-command.ts";
import { STAFF, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { WebReader } from "#test/web-reader.ts";

/** Labels that neither reader holds; that each role sees exactly its own labels is held by the tables of `#access`. */
const HIDDEN = (["very-restricted", "sealed", "sealed-locked", "legally-barred", "sexual-health", "criminal-offence"] as const) satisfies readonly Label[];
const READERS: readonly Staff[] = ["hospiceNurse", "communityNurse"];
const FEED = "ryy-fhir";

type Twin = { readonly token: string; readonly nhsNumber: string; readonly birthDate: string; readonly hidden: Label | null };
const twins: readonly Twin[] = [null, ...HIDDEN].map((hidden, index) => ({ token: `Twin${"abcdefghijk"[index]}${"klmnopqrstu"[index]}`, nhsNumber: storyNhsNumber(820 + index), birthDate: `1941-05-${String(11 + index).padStart(2, "0")}`, hidden }));
const plain = twins[0]!;

/** What a source sends of a twin; the hidden part stands among visible ones of every kind, and is current, recent and severe. */
function bundle(twin: Twin, { withHidden, later = false }: { withHidden: boolean; later?: boolean }): string {
  const about = (resource: Record<string, unknown>): Record<string, unknown> => ({ subject: { reference: `Patient/${twin.token}` }, ...resource });
  const secret = (resource: Record<string, unknown>): Record<string, unknown> => about({ ...resource, meta: { security: [{ system: LABEL_SYSTEM, code: twin.hidden }] } });
  const id = (name: string): string => `${twin.token}-${name}`;
  const visible = [
    about({ resourceType: "Condition", id: id("c1"), clinicalStatus: { coding: [{ code: "active" }] }, code: { text: "Osteoarthritis of knee" }, recordedDate: "2024-03-02" }),
    { resourceType: "AllergyIntolerance", id: id("a1"), patient: { reference: `Patient/${twin.token}` }, clinicalStatus: { coding: [{ code: "active" }] }, code: { text: "Penicillin" }, recordedDate: "2019-01-08" },
    about({ resourceType: "MedicationStatement", id: id("m1"), status: "active", medicationCodeableConcept: { text: "Paracetamol 500 mg tablets" }, effectivePeriod: { start: "2025-02-01" } }),
    about({ resourceType: "Observation", id: id("o1"), status: "final", category: [{ coding: [{ code: "laboratory" }] }], code: { text: "Sodium" }, valueQuantity: { value: 139, unit: "mmol/L" }, effectiveDateTime: "2026-10-01T09:00:00Z" }),
    documentResource(twin.token, id("d1"), "Clinic letter", "Seen in the knee clinic.", { date: "2026-09-09T09:00:00Z" }),
    about({ resourceType: "Encounter", id: id("e1"), status: "finished", class: { code: "AMB" }, type: [{ text: "Knee clinic" }], period: { start: "2026-09-09T08:00:00Z", end: "2026-09-09T09:00:00Z" } }),
  ];
  // Each on a day of its own: rows of one moment stand by their ids, which differ between twins.
  visible.push(
    about({ resourceType: "ServiceRequest", id: id("r1"), identifier: [{ system: "https://fhir.nhs.uk/Id/UBRN", value: "000049801111" }], status: "active", intent: "order", category: [{ coding: [{ system: "http://snomed.info/sct", code: "3457005" }] }], code: { text: "Knee clinic" }, authoredOn: "2026-08-01", requester: { display: "Dr A" } }),
    about({ resourceType: "CarePlan", id: id("p1"), status: "active", intent: "plan", title: "Knee plan", period: { start: "2026-08-02" } }),
    { resourceType: "EpisodeOfCare", id: id("s1"), status: "active", type: [{ text: "Knee service" }], patient: { reference: `Patient/${twin.token}` }, period: { start: "2026-08-03" } },
    about({ resourceType: "CareTeam", id: id("t1"), status: "active", name: "Knee team", participant: [{ role: [{ text: "Named nurse" }], member: { display: "Nurse A" } }] }),
  );
  const secretly = (resource: Record<string, unknown>): Record<string, unknown> => ({ ...resource, meta: { security: [{ system: LABEL_SYSTEM, code: twin.hidden }] } });
  const hidden = [
    secretly({ resourceType: "Task", id: id("ht"), for: { reference: `Patient/${twin.token}` }, status: "completed", intent: "order", focus: { reference: `ServiceRequest/${id("r1")}` }, code: { text: "HIDDEN task" }, lastModified: "2026-11-01T09:00:00Z" }),
    secret({ resourceType: "CarePlan", id: id("hp"), status: "active", intent: "plan", title: "HIDDEN plan", period: { start: "2026-09-01" }, replaces: [{ reference: `CarePlan/${id("p1")}` }] }),
    secretly({ resourceType: "EpisodeOfCare", id: id("hs"), status: "active", type: [{ text: "HIDDEN service" }], patient: { reference: `Patient/${twin.token}` }, period: { start: "2026-09-01" } }),
    secret({ resourceType: "CareTeam", id: id("hct"), status: "active", name: "HIDDEN team", participant: [{ role: [{ text: "Key worker" }], member: { display: "HIDDEN worker" } }] }),
    secret({ resourceType: "Condition", id: id("hc"), clinicalStatus: { coding: [{ code: "active" }] }, code: { text: "HIDDEN condition" }, recordedDate: "2026-11-01" }),
    secret({ resourceType: "MedicationStatement", id: id("hm"), status: "active", medicationCodeableConcept: { text: "HIDDEN medicine" }, effectivePeriod: { start: "2026-11-01" } }),
    secret({ resourceType: "Observation", id: id("ho"), status: "final", category: [{ coding: [{ code: "laboratory" }] }], code: { text: "Sodium" }, valueQuantity: { value: 111, unit: "mmol/L" }, effectiveDateTime: "2026-11-02T09:00:00Z" }),
    secret(documentResource(twin.token, id("hd"), "HIDDEN letter", "HIDDEN words", { date: "2026-11-03T09:00:00Z" })),
    secret({ resourceType: "Encounter", id: id("he"), status: "in-progress", class: { code: "AMB" }, type: [{ text: "HIDDEN clinic" }], period: { start: "2026-11-04T08:00:00Z" } }),
    { resourceType: "Appointment", id: id("hap"), status: "booked", description: "HIDDEN appointment", basedOn: [{ reference: `ServiceRequest/${id("r1")}` }], start: "2027-01-05T10:00:00Z", end: "2027-01-05T10:20:00Z", participant: [{ actor: { reference: `Patient/${twin.token}` }, status: "accepted" }], meta: { security: [{ system: LABEL_SYSTEM, code: twin.hidden }] } },
  ];
  const patient = { ...patientResource({ id: twin.token, nhsNumber: twin.nhsNumber, family: twin.token, given: "Una", birthDate: twin.birthDate }), ...(later && { telecom: [{ system: "phone", value: "01632 960888" }] }) };
  return bundleOf(patient, ...visible, ...(withHidden && twin.hidden !== null ? hidden : []));
}

/** A page without what tells two requests or two twins apart: ids by the order in which they come, names, numbers, times of day. */
function normal(html: string, twin: Twin): string {
  const seen = new Map<string, string>();
  const spaced = twin.nhsNumber.replace(/(\d{3})(\d{3})(\d{4})/, "$1 $2 $3");
  return html
    .replaceAll(spaced, "NUMBER").replaceAll(twin.nhsNumber, "NUMBER").replaceAll(twin.token.toUpperCase(), "TWIN").replaceAll(twin.token, "TWIN").replaceAll(twin.birthDate, "BIRTH").replace(/\b1[1-7][- ]May[- ]1941/g, "BIRTH")
    .replace(/<style>[^<]*<\/style>/, "STYLE").replace(/name="_csrf" value="[^"]+"/g, "CSRF").replace(/\/live\?at=\d+&(?:amp;)?of=[\w-]{22}/g, "/LIVE")
    .replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) => seen.get(id) ?? seen.set(id, `ID${seen.size}`).get(id)!)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, "INSTANT").replace(/\b\d\d:\d\d(:\d\d)?\b/g, "TIME").replace(/(less than a minute|\d+ (seconds?|minutes?|min|s)) ago|just now|now</g, "AGO");
}

describe("what is withheld cannot be inferred", () => {
  let product: Product;
  const readers = new Map<Staff, WebReader>();
  const ids = new Map<Twin, string>();

  const send = async (client: FeedClient, body: string): Promise<void> => {
    const answer = await client.post("/fhir", body);
    assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
  };
  /** Every page that a reader could ask for, the entries that pages lead to included, normalised. */
  const pagesOf = async (staff: Staff, twin: Twin, few: boolean): Promise<Map<string, string>> => {
    const reader = readers.get(staff)!;
    const base = `/person/${ids.get(twin)!}`;
    const first = await reader.open(ids.get(twin)!);
    const pages = new Map<string, string>([["summary", normal(first.html, twin)]]);
    const entries = new Set<string>();
    const addresses = few ? ["/sources", "/changed?since=1y", "/details", "/medicines", "/problems", "/results", "/documents", "/hospital-care", "/appointments", "/referrals", "/people", "/plans", "/timeline"] : ["/sources", "/changed?since=1y", "/details", "/results", "/results?period=90d&first=abnormal", "/observations", "/medicines/compare", "/access", "/print", "/not-same", "/search", "/timeline", "/timeline?period=all", "/timeline?period=5y&kind=results", "/timeline?from=2026-11-01&until=2026-11-30", "/documents?kind=letter&period=3m", "/documents?kind=other", ...CATEGORIES.map(({ slug }) => `/${slug}`), ...SECTIONS.map(({ id }) => `/section/${id}`)];
    for (const address of addresses) {
      const page = await reader.get(base + address);
      pages.set(address, `${page.status} ${normal(page.html, twin)}`);
      for (const [, href] of page.html.matchAll(/href="(\/person\/[^"#]+\/(?:item|test|documents|referral)\/[^"#]+)/g)) entries.add(href!);
    }
    let at = 0;
    for (const href of entries) {
      const page = await reader.get(href);
      pages.set(`entry ${at++}`, `${page.status} ${normal(page.html, twin)}`);
    }
    const printed = await reader.post(`${base}/print`, await reader.get(`${base}/print`), { as: "print", reason: "handover", words: "handed over to the next crew", ...Object.fromEntries(SECTIONS.map(({ id }) => [`section-${id}`, "yes"])) });
    pages.set("print", `${printed.status} ${normal(printed.html, twin)}`);
    for (const words of few ? ["clinic"] : ["clinic", "sodium", "hidden", "words", "letter", "parac", "nothing like this", "letter author:dr", "author:a", "words kind:document"]) {
      const hits = await reader.post(`${base}/search`, first, { words });
      pages.set(`search for ${words}`, `${hits.status} ${normal(hits.html, twin)}`);
    }
    const found = await reader.post("/find", await reader.get("/find"), { nhsNumber: twin.nhsNumber });
    pages.set("find", `${found.status} ${normal(found.html, twin)}`);
    return pages;
  };
  const difference = (one: string, other: string): string => {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at += 1;
    return `${one.slice(Math.max(0, at - 200), at + 200)}\n--- but ---\n${other.slice(Math.max(0, at - 200), at + 200)}`;
  };
  const sameForAll = async (few: boolean): Promise<void> => {
    for (const staff of READERS) {
      const expected = await pagesOf(staff, plain, few);
      assert.ok(expected.size > (few ? 12 : 60) && [...expected.values()].some((page) => page.includes("Osteoarthritis")), `${staff}: ${expected.size} pages`);
      // Every label for one role, two for the other: what a role lacks is the same sets for all (`#access`).
      for (const twin of twins.slice(1, staff === READERS[0] ? undefined : 3)) {
        const pages = await pagesOf(staff, twin, few);
        assert.deepEqual([...pages.keys()], [...expected.keys()], `${staff}, ${twin.hidden}: the same pages`);
        for (const [address, page] of pages) {
          assert.ok(!page.includes("HIDDEN"), `${staff} reads what is ${twin.hidden} on ${address}`);
          if (page !== expected.get(address)) assert.fail(`${staff}, ${twin.hidden}: ${address} differs:\n${difference(expected.get(address)!, page)}`);
        }
      }
    }
  };

  before(async () => {
    product = await startProduct();
    const client = new FeedClient(product, FEED);
    for (const twin of twins) await send(client, bundle(twin, { withHidden: true }));
    await untilApplied(product, FEED);
    for (const staff of READERS) readers.set(staff, await WebReader.signIn(product, STAFF[staff]));
    for (const twin of twins) {
      const [personId, ...more] = await readers.get("hospiceNurse")!.find({ nhsNumber: twin.nhsNumber });
      assert.ok(personId !== undefined && more.length === 0, twin.token);
      ids.set(twin, personId);
    }
  });
  after(() => product?.stop());

  it("ACC-04 a reader who may not see an entry gets byte-equal pages with and without it, whatever its label: counts, lists, order, trends, documents, print and find", () => sameForAll(false));

  it("ACC-04 what changed since, and what was taken back, is the same with and without hidden entries", async () => {
    await sleep(1100);
    const client = new FeedClient(product, FEED);
    // The first visit has been: what comes now is new to the reader.
    for (const twin of twins) await send(client, bundle(twin, { withHidden: false, later: true }));
    await untilApplied(product, FEED);
    await sameForAll(true);
  });

  it("ACC-04 no list of a team's people tells of a service whose entry the reader may not see", async () => {
    const nurse = readers.get("communityNurse")!;
    const listed = async (team: string): Promise<string> => /id="l-caseload"[\s\S]*?<\/section>/.exec((await nurse.get(`/?team=${encodeURIComponent(team)}`)).html)![0];
    assert.match(await listed("*"), /Knee service[\s\S]*TWIN/);
    assert.doesNotMatch(await listed("*"), /HIDDEN/);
    for (const team of ["HIDDEN service", "HIDDEN team"]) assert.doesNotMatch(await listed(team), /TWIN/, team);
  });

  it("what a person sealed opens to a paramedic in an emergency; what is sealed and locked, or barred by law, opens to nobody", async () => {
    const paramedic = await WebReader.signIn(product, STAFF.paramedic);
    const medicines = async (label: Label): Promise<string> => {
      const personId = ids.get(twins.find((twin) => twin.hidden === label)!)!;
      await paramedic.open(personId);
      return (await paramedic.get(`/person/${personId}/medicines`)).text;
    };
    assert.match(await medicines("sealed"), /HIDDEN medicine/);
    for (const label of ["sealed-locked", "legally-barred", "very-restricted"] as const) assert.doesNotMatch(await medicines(label), /HIDDEN/, label);
  });

  it("each label that is tried is one that a role could lack", () => assert.ok(HIDDEN.every((label) => LABELS.includes(label))));
});
