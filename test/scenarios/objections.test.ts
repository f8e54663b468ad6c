/** Objections from the outside: lodged, restricted, decided by a clinician, told; and what every door shows in each of these states. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { anybody, ASSESSMENT, caseOf, lodgeAtRecord, referenceIn, type CaseOutside } from "#test/objections-outside.ts";
import { People, STAFF, storyOf } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, type Page, type WebReader } from "#test/web-reader.ts";

let product: Product;
let people: People;
let officer: WebReader;
let clinician: WebReader;
let gp: WebReader;
let paramedic: WebReader;
const REVIEWER = STAFF.rochesterGp;

before(async () => {
  product = await startProduct({ people: 60 });
  people = new People(product);
  [officer, clinician, gp, paramedic] = await Promise.all([people.as("objectionsOfficer"), people.as("rochesterGp"), people.as("gp"), people.as("paramedic")]);
});
after(() => product?.stop());

const filled = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({ read: "yes", name: "Someone Unknown", day: "3", month: "4", year: "1951", nhsNumber: "", contact: "07700 900 123, evenings", whole: "yes", what: "", why: "my brother works there", ...more });
const born = (key: string): Record<string, string> => {
  const [year, month, day] = storyOf(key).dateOfBirth.split("-") as [string, string, string];
  return { year, month, day };
};
/** What each door tells a reader of a person. */
async function doors(reader: WebReader, key: string, personId: string): Promise<Record<string, Page>> {
  const { nhsNumber } = storyOf(key);
  const paths = ["", "/medicines", "/results", "/details", "/sources", "/not-same", "/section/allergies", "/access", "/print", "/objection"];
  const pages = Object.fromEntries(await Promise.all(paths.map(async (path) => [`record${path}`, await reader.get(`/person/${personId}${path}`)] as const)));
  return { ...pages, find: await reader.post("/find", await reader.get("/find"), { nhsNumber: nhsNumber! }), recent: await reader.get("/") };
}
async function match(reader: WebReader, key: string): Promise<{ resourceType: string; total: number; entry: { resource: Record<string, any>; search: Record<string, unknown> }[] }> {
  const answer = await fetch(`${product.base}/fhir/R4/Patient/$match`, { method: "POST", headers: { "content-type": "application/fhir+json", origin: product.base, cookie: reader.cookies }, body: JSON.stringify({ resourceType: "Parameters", parameter: [{ name: "resource", resource: { resourceType: "Patient", identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: storyOf(key).nhsNumber }], name: [{ family: storyOf(key).name.split(" ").at(-1), given: [storyOf(key).name.split(" ").at(-2)] }], birthDate: storyOf(key).dateOfBirth } }] }) });
  assert.equal(answer.status, 200);
  return (await answer.json()) as never;
}

describe("the public page", () => {
  it("OPT-11 guidance stands before the form, and a form that skipped it is not taken", async () => {
    const guidance = await anybody(product, "/objection");
    assert.match(guidance.html, /Think about this first/);
    assert.match(guidance.html, /Talk to somebody who looks after you/);
    assert.equal((await anybody(product, "/objection/form")).status, 400);
    assert.equal((await anybody(product, "/objection/form?read=yes")).status, 200);
    const skipped = await anybody(product, "/objection", filled({ read: "" }));
    assert.equal(skipped.status, 400);
    assert.doesNotMatch(skipped.html, /OBJ-/);
  });

  it("OPT-06 the words keep it apart from the national data opt-out and from the Summary Care Record", async () => {
    const { html } = await anybody(product, "/objection");
    assert.match(html, /This is not the same as/);
    assert.match(html, /national data opt-out/);
    assert.match(html, /Summary Care Record/);
    assert.match(html, /it does not count here/);
  });

  it("OPT-04 the answer is a reference and says nothing of who is known here; nothing is held back by it; faults are told", async () => {
    const { nhsNumber } = storyOf("deaf");
    const before = await gp.open(await people.id("deaf"));
    const known = await anybody(product, "/objection", filled({ name: "Anybody", nhsNumber: nhsNumber!, ...born("deaf") }));
    const unknown = await anybody(product, "/objection", filled());
    assert.deepEqual([known.status, unknown.status], [200, 200]);
    assert.equal(known.html.replace(referenceIn(known), "REF"), unknown.html.replace(referenceIn(unknown), "REF"));
    assert.equal((await gp.open(await people.id("deaf"))).status, before.status);
    const faulty = await anybody(product, "/objection", { read: "yes", day: "31", month: "2", year: "1950", nhsNumber: "123" });
    assert.equal(faulty.status, 400);
    for (const field of ["name", "day", "nhsNumber", "contact", "whole-yes", "why"]) assert.match(faulty.html, new RegExp(`href="#${field}"`), field);
    const script = await anybody(product, "/objection", filled({ name: "<script>alert(1)</script>" }));
    assert.equal(script.status, 200);
    assert.doesNotMatch((await officer.get(`/office/objections/form/${referenceIn(script)}`)).html, /<script>alert/);
  });

  it("a sixth form in an hour from one address is not taken", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count++) statuses.push((await anybody(product, "/objection", filled())).status);
    assert.equal(statuses.at(-1), 429, statuses.join());
  });
});

describe("an objection to everything", () => {
  let objection: CaseOutside;
  let personId: string;
  before(async () => {
    personId = await people.id("heavy");
    // The reader has opened the record before: it stands in the list of recent people.
    assert.equal((await gp.open(personId)).status, 200);
    assert.equal((await paramedic.open(personId)).status, 200);
  });

  it("OPT-08 OPT-04 lodged with a GP practice, it waits for the identity, and holds nothing back", async () => {
    const lodged = await lodgeAtRecord(gp, personId, { everything: "yes" });
    assert.match(lodged.text, /Nothing is held back yet/);
    objection = await caseOf(officer, referenceIn(lodged));
    const page = await officer.get(objection.href);
    assert.match(page.text, /Lodged/);
    assert.match(page.text, /with a GP practice/);
    assert.equal((await gp.get(`/person/${personId}`)).status, 200);
    for (const step of ["interim", "review-asked", "safety-assessed", "upheld"]) assert.ok([400, 403, 409].includes((await objection.post(officer, step, { words: "at once, please", reviewer: REVIEWER, reviewOn: "2027-01-01" })).status), step);
    assert.equal((await objection.post(officer, "identity-confirmed", { how: "", words: "they say so" })).status, 400);
    assert.equal((await gp.get(`/person/${personId}`)).status, 200);
  });

  it("OPT-09 once the identity is checked it is held back within 60 s from everybody who did not write it, and find-a-person says only that it is not shared", async () => {
    const at = Date.now();
    await objection.done(officer, "identity-confirmed", { how: "A document with a photograph was seen", words: "passport seen", restrict: "yes" });
    const closed = await doors(paramedic, "heavy", personId);
    assert.ok(Date.now() - at < 60_000);
    for (const [door, page] of Object.entries(closed)) {
      assert.doesNotMatch(page.text, /WHIBLEY|Whibley|Margaret W/i, door);
      if (door.startsWith("record")) assert.equal(page.status, 403, door);
    }
    assert.match(closed["find"]!.text, /Not shared, at the person's request/);
    assert.doesNotMatch(closed["find"]!.text, /No match/);
    assert.match(closed["record"]!.text, /objection to sharing is in force/);
    assert.match(closed["record"]!.text, /This does not mean that there is no record/);
  });

  it("OPT-07 OPT-08 only the clinician who was asked assesses and decides, and not without the assessment", async () => {
    await objection.done(officer, "review-asked", { reviewer: REVIEWER, words: "please see her this week" });
    assert.equal((await objection.post(clinician, "upheld", { words: "reasons that the person can read", reviewOn: "2027-11-01" })).status, 409);
    for (const field of ["allergies", "anticoagulants", "emergencies", "others", "safeCare"]) assert.equal((await objection.post(clinician, "safety-assessed", { ...ASSESSMENT, [field]: "" })).status, 400, field);
    for (const step of ["safety-assessed", "upheld", "not-upheld"]) assert.equal((await objection.post(officer, step, { ...ASSESSMENT, words: "reasons that the person can read", reviewOn: "2027-11-01" })).status, 403, `${step} by the office`);
    for (const staff of ["hospitalDoctor", "gp"] as const) assert.equal((await objection.post(await people.as(staff, staff === "hospitalDoctor" ? "Hospital doctor" : undefined), "safety-assessed", ASSESSMENT)).status, 404, `${staff} was not asked`);
    for (const staff of ["practiceNurse", "privacyOfficer", "administrator", "identityOfficer"] as const) assert.equal((await (await people.as(staff)).get(objection.href)).status, 403, staff);
    await objection.done(clinician, "safety-assessed", ASSESSMENT);
    assert.equal((await objection.post(clinician, "upheld", { words: "yes", reviewOn: "2027-11-01" })).status, 400, "reasons are wanted");
  });

  it("OPT-09 upheld: every screen, search, API and list closes within 60 s, for authors and emergencies too; find-a-person says only that it is not shared", async () => {
    const at = Date.now();
    await objection.done(clinician, "upheld", { words: "She understands what it means and carries a card.", reviewOn: "2027-11-01" });
    for (const [staff, role] of [["gp", undefined], ["paramedic", undefined], ["edDoctor", "Emergency department doctor"], ["practiceNurse", undefined], ["pharmacist", "Pharmacist"], ["hospiceNurse", undefined]] as const) {
      const reader = await people.as(staff, role);
      for (const [door, page] of Object.entries(await doors(reader, "heavy", personId))) {
        assert.doesNotMatch(page.text, /WHIBLEY|Whibley|penicillin/i, `${staff} ${door}`);
        if (door.startsWith("record")) assert.equal(page.status, 403, `${staff} ${door}`);
      }
    }
    assert.ok(Date.now() - at < 60_000);
    // Break-glass opens nothing: no reason is even asked for.
    const asked = await paramedic.get(`/person/${personId}/reason`);
    assert.equal(asked.status, 403);
    await paramedic.post(`/person/${personId}/reason`, await paramedic.get("/find"), { kind: "emergency", words: "unconscious after a fall" });
    assert.equal((await paramedic.get(`/person/${personId}`)).status, 403);
    assert.equal((await paramedic.get(`/person/${personId}/objection/override`)).status, 403, "the region does not offer it");
  });

  it("OPT-09 Patient/$match says that somebody is not shared, and gives neither details nor a score", async () => {
    const bundle = await match(paramedic, "heavy");
    assert.equal(bundle.total, 1);
    const [found, outcome] = bundle.entry;
    assert.deepEqual(Object.keys(found!.resource).sort(), ["id", "meta", "resourceType"]);
    assert.equal(found!.resource["meta"].security[0].code, "NODSCLCDS");
    assert.deepEqual(found!.search, { mode: "match" });
    assert.deepEqual([outcome!.resource["resourceType"], outcome!.resource["issue"][0].code, outcome!.search], ["OperationOutcome", "suppressed", { mode: "outcome" }]);
    assert.doesNotMatch(JSON.stringify(bundle), /whibley|1938|female/i);
  });

  it("OPT-04 the letter says what was decided, by whom, what it means in emergencies and where to complain; it is kept as made and its sending by name", async () => {
    const letter = await objection.done(officer, "letter", { kind: "upheld" });
    for (const words of [/Ruth Palmer/, /emergency/, /She understands what it means and carries a card/, /ico\.org\.uk/, /court/, /data protection officer/, /30 days/, /Send only to: by telephone, in the morning/, /1 November 2027/]) assert.match(letter.text, words);
    const address = new URL(letter.url).pathname;
    assert.equal((await officer.post(`${address}/sent`, letter, { reason: "" })).status, 400);
    const sent = await officer.post(`${address}/sent`, letter, { reason: "read out by telephone" });
    assert.match(sent.text, /Letter sent/);
    assert.equal((await officer.post(`${address}/sent`, letter, { reason: "a second time" })).status, 409);
    assert.equal((await clinician.get(address)).status, 403, "letters are the office's");
    assert.doesNotMatch(letter.text, new RegExp(storyOf("heavy").nhsNumber!), "no number on a letter that others may open");
  });

  it("taken back by the person, once that is checked, the record opens again at once", async () => {
    assert.equal((await objection.post(officer, "withdrawn", { how: "", words: "somebody rang" })).status, 400);
    assert.equal((await gp.get(`/person/${personId}`)).status, 403);
    await objection.done(officer, "withdrawn", { how: "Known to the practice, confirmed in person", words: "changed her mind" });
    assert.equal((await gp.open(personId)).status, 200);
    assert.match((await gp.open(personId, "/medicines")).text, /WHIBLEY/);
  });
});

describe("a part of the record", () => {
  const org = (page: Page, name: string): boolean => rowsOf(page.html).some((cells) => cells.some((cell) => cell.includes(name)));

  it("OPT-05 whose data: one organisation's entries and details leave every page, and nothing says which; partly upheld", async () => {
    const personId = await people.id("allergy-conflict");
    const before = await gp.open(personId, "/allergies");
    assert.match(before.text, /East Kent Hospitals/);
    const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, { organisation0: "RVV", section0: "results" })));
    await objection.toReview(officer, REVIEWER);
    await objection.decide(clinician, "partly-upheld", { organisation0: "RVV" });
    const page = await paramedic.open(personId, "/allergies");
    assert.equal(page.status, 200, page.text.slice(0, 300));
    assert.equal(org(page, "East Kent Hospitals"), false, page.text);
    assert.match(page.text, /The person has asked that some of this record is not shared/);
    for (const path of ["", "/allergies", "/results", "/details", "/sources", "/medicines"]) {
      const each = await paramedic.open(personId, path);
      assert.doesNotMatch(each.text, /Not known to [^.]*East Kent/, path);
      // The sources page names every source of the region, in the same words for each that shows nothing.
      if (path === "/sources") {
        const words = (name: string): string => rowsOf(each.html).find((cells) => cells[0]!.includes(name))![1]!;
        assert.match(words("East Kent Hospitals"), /it may not know this person, or the person has asked/);
        assert.equal(words("East Kent Hospitals"), words("Dartford and Gravesham"));
      } else assert.equal(org(each, "East Kent Hospitals"), false, path);
    }
    const form = await gp.get(`/person/${personId}/print`);
    const reason = /name="reason" value="([^"]+)"/.exec(form.html)![1]!;
    const paper = await gp.post(`/person/${personId}/print`, form, { "section-allergies": "yes", "section-problems": "yes", reason, words: "for the ambulance crew", as: "print" });
    assert.equal(paper.status, 200, paper.text.slice(0, 300));
    assert.match(paper.text, /The person has asked that some of this record is not shared/);
    assert.doesNotMatch(rowsOf(paper.html).flat().join(" "), /East Kent Hospitals/, "nor on paper");
    assert.equal((await paramedic.open(personId, "/results")).status, 200, "the rest of what was asked is shared");
    // Nothing of another organisation can be told from what this one shows now: the same words stand at each that shows nothing.
    const silent = /Show nothing here; they may have nothing, or the person has asked that it is not shared: ([^.]*)/.exec((await paramedic.open(personId, "/allergies")).text);
    assert.ok(silent !== null && silent[1]!.includes("East Kent Hospitals") && silent[1]!.split(" · ").length > 2, silent?.[0]);
    assert.equal((await objection.post(clinician, "partly-upheld", { organisation1: "RWF", words: "more than was asked for", reviewOn: "2027-11-01" })).status, 409);
  });

  it("OPT-05 which reader: one organisation may not look, everybody else may", async () => {
    const personId = await people.id("deaf");
    assert.equal((await paramedic.open(personId)).status, 200);
    const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, { viewer0: "RYD" })));
    await objection.toReview(officer, REVIEWER);
    await objection.decide(clinician, "upheld");
    assert.equal((await paramedic.get(`/person/${personId}`)).status, 403);
    const elsewhere = await gp.open(personId);
    assert.equal(elsewhere.status, 200);
    assert.doesNotMatch(elsewhere.text, /asked that some of this record/);
  });

  it("OPT-05 a category: its pages and entries are gone, and a bare negative nowhere", async () => {
    const personId = await people.id("corrected-result");
    const results = await gp.open(personId, "/results");
    // A test that was asked for stands on the page too, and is another category.
    const item = /\/test\/([0-9a-f]{64})/.exec(results.html)![1]!;
    assert.equal((await gp.open(personId, `/item/${item}`)).status, 200);
    const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, { section0: "results" })));
    await objection.toReview(officer, REVIEWER);
    await objection.decide(clinician, "upheld");
    const closed = await gp.open(personId, "/results");
    assert.doesNotMatch(closed.html, /\/item\/[0-9a-f]{64}[^>]*>[^<]*(Troponin|Potassium|Haemoglobin)/i);
    assert.match(closed.text, /Not shown: your role does not see this, or the person has asked that it is not shared/);
    assert.equal((await gp.get(`/person/${personId}/item/${item}`)).status, 404);
    assert.equal((await gp.get(`/person/${personId}/test/${item}`)).status, 404);
  });

  it("OPT-05 one entry: it looks like one that does not exist, and no count says that it is gone", async () => {
    const personId = await people.id("carer");
    const list = await gp.open(personId, "/problems");
    const items = [...new Set([...list.html.matchAll(/\/item\/([0-9a-f]{64})/g)].map((each) => each[1]!))];
    assert.ok(items.length > 0, list.text.slice(0, 400));
    const item = items[0]!;
    const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, { item }, "not-checked", `?item=${item}`)));
    await objection.toReview(officer, REVIEWER);
    await objection.decide(clinician, "upheld");
    const kept = await gp.get(`/person/${personId}/item/${item}`);
    const none = await gp.get(`/person/${personId}/item/${item.replace(/.$/, (last) => (last === "0" ? "1" : "0"))}`);
    assert.deepEqual([kept.status, kept.text], [404, none.text]);
    const now = await gp.open(personId, "/problems");
    assert.ok(!now.html.includes(item), "not in the list");
    assert.doesNotMatch(now.text, /\d+ (entries|entry) (withheld|not shared|kept back)/);
  });
});

describe("other ways and ends", () => {
  it("OPT-10 not upheld: sharing goes on, with grounds, a review date and the way to complain", async () => {
    const personId = await people.id("veteran");
    const objection = await caseOf(officer, referenceIn(await lodgeAtRecord(gp, personId, { everything: "yes" })));
    await objection.toReview(officer, REVIEWER);
    assert.equal((await paramedic.get(`/person/${personId}`)).status, 403, "held back while it is considered");
    assert.equal((await objection.post(clinician, "safety-assessed", ASSESSMENT)).status, 200);
    assert.equal((await objection.post(clinician, "not-upheld", { words: "no", reviewOn: "2027-11-01" })).status, 400, "grounds are wanted");
    await objection.done(clinician, "not-upheld", { words: "He cannot be treated safely without it: he collapses without warning and cannot speak then.", reviewOn: "2027-05-31" });
    assert.equal((await paramedic.open(personId)).status, 200);
    const letter = await objection.done(officer, "letter", { kind: "not-upheld" });
    for (const words of [/not to uphold/, /collapses without warning/, /31 May 2027/, /Information Commissioner/, /court/]) assert.match(letter.text, words);
  });

  it("OPT-08 a provider who has checked the identity holds back at once, under their name", async () => {
    const personId = await people.id("interpreter");
    const nurse = await people.as("communityNurse");
    await paramedic.open(personId);
    const lodged = await lodgeAtRecord(nurse, personId, { everything: "yes" }, "document");
    assert.match(lodged.text, /held back from now on/);
    assert.equal((await paramedic.get(`/person/${personId}`)).status, 403);
    const page = await officer.get((await caseOf(officer, referenceIn(lodged))).href);
    assert.match(page.text, /with a provider/);
    assert.match(page.text, /Identity confirmed Marcus Bell/);
    assert.match(page.text, /driving licence/);
  });

  it("OPT-04 a form from the public page is matched to its person by an officer, or closed; it opens a case once, with its own date", async () => {
    const { nhsNumber, name } = storyOf("learning-disability");
    // From another address than those above, which have used up their hour: told by the proxy in production, not here.
    const waiting = await officer.get("/office/objections");
    const references = [...new Set([...waiting.html.matchAll(/office\/objections\/form\/(OBJ-[0-9A-Z-]+)"/g)].map((each) => each[1]!))];
    assert.ok(references.length > 2, waiting.text);
    const form = await officer.get(`/office/objections/form/${references[0]}`);
    assert.match(form.text, /Nobody has checked any of it/);
    assert.ok(nhsNumber !== null && name !== "");
    const known = await Promise.all(references.map(async (each) => ({ each, page: await officer.get(`/office/objections/form/${each}`) }))).then((pages) => pages.find(({ page }) => page.html.includes('name="personId"')));
    assert.ok(known, "the form with a known NHS number finds its person");
    const personId = /name="personId" value="([0-9a-f-]{36})"/.exec(known.page.html)![1]!;
    assert.equal((await officer.post(`/office/objections/form/${known.each}/match`, known.page, { everything: "yes" })).status, 400, "whose, must be said");
    assert.equal((await officer.post(`/office/objections/form/${known.each}/match`, known.page, { personId })).status, 400, "what about, must be said");
    const opened = await officer.post(`/office/objections/form/${known.each}/match`, known.page, { personId, section0: "documents" });
    assert.match(opened.text, /by the person, on the public page/);
    assert.equal((await officer.post(`/office/objections/form/${known.each}/match`, known.page, { personId, everything: "yes" })).status, 409);
    const closed = await officer.post(`/office/objections/form/${references.find((each) => each !== known.each)}/close`, form, { reason: "a test, nobody can be found" });
    assert.equal(closed.status, 200);
    assert.equal((await clinician.get(`/office/objections/form/${known.each}`)).status, 404, "forms are the office's");
  });

  it("a clinician sees the cases put to them alone", async () => {
    assert.match((await officer.get("/office/objections?show=all")).text, /OBJ-DEMO/);
    const list = await clinician.get("/office/objections?show=all");
    assert.doesNotMatch(list.text, /OBJ-DEMO/);
  });

  it("OPT-13 the compliance report finds no breach in all of the above, and says what it checked", async () => {
    const page = await officer.post("/office/objections/report", await officer.get("/office/objections/report"), {});
    assert.match(page.text, /No breach: \d+ objections in force, \d+ audit entries and \d+ decisions checked/);
    const [, inForce, , decisions] = /No breach: (\d+) objections in force, (\d+) audit entries and (\d+) decisions/.exec(page.text)!.map(Number);
    assert.ok(inForce! >= 5 && decisions! > 50, page.text);
    assert.match(page.text, /nothing was shown after any effect/);
    assert.equal((await clinician.get("/office/objections/report")).status, 403);
  });
});

describe("the pages", () => {
  let browser: Browser;
  before(async () => void (browser = await launchBrowser()));
  after(() => browser?.close());

  it("OPT-11 the public pages keep WCAG 2.2 AA, fit a phone, and work without script", async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: true });
    const page = await context.newPage();
    await page.goto(`${product.base}/objection`);
    await keepsAccessible(page, "objection-guidance");
    await page.goto(`${product.base}/objection/form?read=yes`);
    await keepsAccessible(page, "objection-form");
    await context.close();
    const plain = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
    const bare = await plain.newPage();
    await bare.goto(`${product.base}/objection`);
    await bare.check("#read");
    await follow(bare, () => bare.click("text=Go on to the form"));
    await bare.fill("#name", "A");
    await follow(bare, () => bare.click("text=Send my objection"));
    assert.match(await bare.innerText("main"), /There is a problem/);
    await plain.close();
  });

  it("the office, a case on both sides, a letter, the report and the form at the record keep WCAG 2.2 AA and fit a phone", async () => {
    const look = async (reader: WebReader, path: string, what: string): Promise<void> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: product.base });
      await context.addCookies(reader.browserCookies);
      const page = await context.newPage();
      await page.goto(path);
      await keepsAccessible(page, what);
      await context.close();
    };
    const personId = await people.id("respect-dnacpr");
    const lodged = await lodgeAtRecord(gp, personId, { organisation0: "RVV", viewer0: "RYD" });
    const objection = await caseOf(officer, referenceIn(lodged));
    await look(officer, "/office/objections?show=all", "objections-queue");
    await look(officer, objection.href, "objections-case-lodged");
    await objection.toReview(officer, REVIEWER);
    await look(clinician, "/office/objections", "objections-clinician-queue");
    await look(clinician, objection.href, "objections-case-assess");
    await objection.done(clinician, "safety-assessed", ASSESSMENT);
    await look(clinician, objection.href, "objections-case-decide");
    await look(officer, "/office/objections/report", "objections-report");
    const letter = await objection.done(officer, "letter", { kind: "acknowledgement" });
    await look(officer, new URL(letter.url).pathname, "objections-letter");
    await gp.open(await people.id("research"));
    await look(gp, `/person/${await people.id("research")}/objection`, "objections-at-record");
    await look(gp, `/person/${personId}`, "objections-partial-record");
    await look(paramedic, `/person/${await people.id("objection")}`, "objections-closed");
  });
});
