/**
 * A person who comes to be protected (S-flag): years of rows that say where she is
 * were stored before, by sources that never heard of it. Every page is walked
 * before and after, so that what the test looks for was there to be seen.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { admission, sendAll } from "#test/admission.ts";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { FeedClient, kmcr, listed, untilApplied } from "#test/feed-command.ts";
import { People, storyOf, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, type Page, type WebReader } from "#test/web-reader.ts";

let product: Product;
let people: People;
before(async () => {
  product = await startProduct({ people: 60 });
  people = new People(product);
});
after(() => product?.stop());

const KEY = "interpreter";
const { nhsNumber, name, dateOfBirth: birthDate } = storyOf(KEY);
const [given, family] = name.split(" ") as [string, string];
const STREET = "Sheltered Mews";
/** Everything of where she is that this test put on the record, one word for each place. */
const PLANTED = [STREET, "CT99 7QD", "07700 900471", "07700900471", "Harbour Walk-in Centre", "Lantern House", "Hilltop Infants", "Ward Nightjar", "mews@example.org", "Aunt Lane"];

/** Every page of the record that a link leads to, by its address. */
async function walk(reader: WebReader, personId: string, most = 400): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>();
  const waiting = [`/person/${personId}`];
  for (let address = waiting.shift(); address !== undefined && pages.size < most; address = waiting.shift()) {
    if (pages.has(address)) continue;
    const page = pages.size === 0 ? await reader.open(personId) : await reader.get(address);
    pages.set(address, page);
    for (const [, href] of page.html.matchAll(/href="(\/person\/[^"#]+)/g)) if (href!.startsWith(`/person/${personId}`) && !pages.has(href!.replaceAll("&amp;", "&"))) waiting.push(href!.replaceAll("&amp;", "&"));
  }
  return pages;
}
/** A list of every organisation of the region to choose from names hers as it names all others. */
const REGISTER = /<select class="nhsuk-select" id="(organisation|viewer)\d"[\s\S]*?<\/select>/g;
const saying = (pages: Map<string, Page>, words: readonly string[]): string[] => [...pages].flatMap(([address, page]) => words.filter((word) => page.html.replace(REGISTER, "").toLowerCase().includes(word.toLowerCase())).map((word) => `${word} on ${address}`));

describe("a person whose whereabouts come to be protected", () => {
  let personId: string;
  let places: string[];
  const unentitled: readonly Staff[] = ["hospitalDoctor", "paramedic"];
  const earlier = new Map<Staff, Map<string, Page>>();

  before(async () => {
    personId = await people.id(KEY);
    const client = new FeedClient(product, "ryy-fhir");
    const about = (resource: Record<string, unknown>): Record<string, unknown> => ({ subject: { reference: "Patient/nv" }, ...resource });
    const answer = await client.post("/fhir", bundleOf(
      { ...patientResource({ id: "nv", nhsNumber: nhsNumber!, family, given, birthDate }), address: [{ line: [`7 ${STREET}`, "Deal"], postalCode: "CT99 7QD" }], telecom: [{ system: "phone", value: "07700 900471" }, { system: "email", value: "mews@example.org" }], contact: [{ name: { text: "Vera Aunt" }, address: { text: "3 Aunt Lane" } }] },
      about({ resourceType: "Encounter", id: "enc", status: "finished", class: { code: "AMB" }, type: [{ text: "Wound review" }], period: { start: "2026-10-02T10:00:00Z" }, location: [{ location: { display: "Harbour Walk-in Centre" } }], serviceProvider: { display: "Harbour Walk-in Centre" } }),
      { resourceType: "Appointment", id: "app", status: "booked", description: "Wound review", start: "2027-01-05T10:00:00Z", end: "2027-01-05T10:20:00Z", participant: [{ actor: { reference: "Patient/nv" }, status: "accepted" }, { actor: { reference: "Location/x", display: "Harbour Walk-in Centre" }, status: "accepted" }] },
      about({ resourceType: "Observation", id: "res", status: "final", category: [{ coding: [{ code: "social-history" }] }], code: { text: "Place of residence" }, valueString: "Lantern House" }),
      about({ resourceType: "Observation", id: "sch", status: "final", category: [{ coding: [{ code: "social-history" }] }], code: { text: "School attended" }, valueString: "Hilltop Infants" }),
      about({ resourceType: "Condition", id: "con", code: { text: "Leg ulcer" }, clinicalStatus: { coding: [{ code: "active" }] }, note: [{ text: `Nurse to visit at 7 ${STREET}, ring 07700 900471 first. Dressing B12 5mg twice.` }] }),
      { resourceType: "RelatedPerson", id: "rel", patient: { reference: "Patient/nv" }, relationship: [{ text: "Aunt" }], name: [{ text: "Vera Aunt" }], telecom: [{ system: "phone", value: "07700 900471" }], address: [{ text: "3 Aunt Lane" }] },
      documentResource("nv", "doc", "Letter after wound review", `To 7 ${STREET}, CT99 7QD. The wound heals.`),
      about({ resourceType: "QuestionnaireResponse", id: "qr", status: "completed", item: [{ linkId: "1", text: "Current address", answer: [{ valueString: "Lantern House" }] }, { linkId: "2", text: "Mood", answer: [{ valueString: "brighter" }] }] }),
    ));
    assert.equal(answer.status, 200, answer.text);
    await sendAll(product.mllpPort, admission("RN7", "NV-1", { nhsNumber: nhsNumber!, name: `${family}^${given}`, birth: birthDate.replaceAll("-", ""), street: `7 ${STREET}`, postcode: "CT99 7QD", phone: "07700900471", traced: true }).replace("WARD1^^^RN7", "Ward Nightjar^^^RN7"));
    await untilApplied(product, "ryy-fhir");
    await sleep(500);
    const now = await people.page("gp", KEY, "/details");
    // The practice, as its name stands in the records, is a place too.
    const practice = /<th scope="col" class="wrap">([^<]*(?:Practice|Surgery|Medical|Health Centre)[^<]*)<\/th>/.exec(now.html)?.[1];
    assert.ok(practice !== undefined, now.text.slice(0, 2000));
    const streets = rowsOf(now.html).find((row) => row[0]!.startsWith("Address"))!.slice(1).map((cell) => cell.split(",")[0]!).filter((street) => /\d/.test(street));
    assert.ok(streets.length > 1, streets.join());
    places = [...new Set([...PLANTED, practice, ...streets])];
    for (const staff of unentitled) earlier.set(staff, await walk(await people.as(staff), personId));
  });

  it("had whereabouts on many pages before: what the test looks for can be seen", () => {
    for (const [staff, pages] of earlier) for (const place of places.filter((each) => each !== "07700900471" && each !== "mews@example.org")) assert.ok(saying(pages, [place]).length > 0, `${staff} never saw ${place}`);
  });

  describe("once one source protects her", () => {
    before(async () => {
      // Another organisation, which knows no address at all, is the one that protects.
      const answer = await new FeedClient(product, "rxy-fhir").post("/fhir", bundleOf({ ...patientResource({ id: "nv-x", nhsNumber: nhsNumber!, family, given, birthDate }), meta: { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }] } }));
      assert.equal(answer.status, 200, answer.text);
      await untilApplied(product, "rxy-fhir");
    });

    it("no page of her record says where she is to roles without the right, not even in what was stored before", async () => {
      for (const staff of unentitled) {
        const reader = await people.as(staff);
        const pages = await walk(reader, personId);
        assert.ok(pages.size > 20, String(pages.size));
        assert.deepEqual(saying(pages, places), [], staff);
        // What was bookmarked before says no more.
        const old = new Map<string, Page>();
        for (const address of earlier.get(staff)!.keys()) if (!pages.has(address)) old.set(address, await reader.get(address));
        assert.deepEqual(saying(old, places), [], `${staff}, bookmarks`);
        const all = [...pages.values()].map((page) => page.text).join("\n");
        assert.match(all, /Leg ulcer/);
        assert.match(all, /B12 5mg/, "a dose is no postcode");
        assert.match(all, /brighter/, "other answers stay");
        assert.match(all, /Not shown: whereabouts are protected/);
      }
    });

    it("a later message that knows of no protection does not end it", async () => {
      await new FeedClient(product, "rxy-fhir").post("/fhir", bundleOf({ ...patientResource({ id: "nv-x", nhsNumber: nhsNumber!, family, given, birthDate }), maritalStatus: { text: "Single" } }));
      await untilApplied(product, "rxy-fhir");
      assert.deepEqual(saying(new Map([["details", await people.page("hospitalDoctor", KEY, "/details")]]), places), []);
    });

    it("a role with the right by policy still sees them", async () => {
      assert.ok(saying(new Map([["details", await people.page("edDoctor", KEY, "/details")]]), [STREET]).length > 0);
    });

    it("find-a-person says no part of it, though the sources that it finds protect nobody, and trying postcodes finds nobody", async () => {
      const reader = await people.as("hospitalDoctor");
      const [year, month, day] = birthDate.split("-") as [string, string, string];
      const asked = async (postcode: string): Promise<Page> => reader.post("/find", await reader.get("/find"), { nhsNumber: "", family, day, month, year, postcode });
      const found = await asked("");
      assert.ok(found.html.includes(personId));
      assert.doesNotMatch(found.text, /CT99/);
      assert.ok(!(await asked("CT99 7QD")).html.includes(personId));
    });

    it("a message of hers is closed to the feed office and to the command line, and that somebody asked is in the audit", async () => {
      const administrator = await people.as("administrator");
      const message = (await listed(product, "rn7-adt")).find((each) => each.controlId.startsWith("NV-1"))!;
      const address = `/office/messages/rn7-adt/${message.messageId}`;
      const opened = await administrator.post(address, await administrator.get(address), { reason: "looking why it waits" });
      assert.equal(opened.status, 200);
      assert.match(opened.text, /holds what your role may not see/);
      assert.deepEqual(saying(new Map([[address, opened]]), places), []);
      const put = await administrator.post(`${address}/fix`, opened, { reason: "looking why it waits", step: "look", text: "" });
      assert.deepEqual(saying(new Map([[address, put]]), places), []);
      const shown = await kmcr(product, "feeds", "show", "rn7-adt", message.messageId, "--reason", "looking why it waits");
      assert.equal(shown.code, 1);
      assert.ok(!String(shown.stdout).includes(STREET) && !shown.stderr.includes(STREET));
      const trusted = await kmcr(product, "feeds", "show", "rn7-adt", message.messageId, "--reason", "asked by her own trust", "--protected");
      assert.ok(String(trusted.stdout).includes(STREET), trusted.stderr);
    });

    it("the identity office and the privacy office say nothing of it", async () => {
      const officer = await people.as("identityOfficer");
      const pages = new Map<string, Page>();
      for (const address of ["/office/identity", `/office/identity/person/${personId}`]) pages.set(address, await officer.get(address));
      for (const [, act] of pages.get(`/office/identity/person/${personId}`)!.html.matchAll(/href="(\/office\/identity\/act\/[0-9a-f-]+)"/g)) pages.set(act!, await officer.get(act!));
      for (const staff of ["hospitalPrivacyOfficer"] as const) pages.set(staff, await (await people.as(staff)).get(`/office/privacy/person?person=${personId}`));
      // The list to choose a worklist from names every practice of the region, whoever is asked about.
      const [queue, ...others] = [...pages];
      assert.deepEqual(saying(new Map([queue!]), PLANTED), []);
      assert.deepEqual(saying(new Map(others), places), []);
      assert.equal(others[0]![1].status, 200);
    });
  });
});
