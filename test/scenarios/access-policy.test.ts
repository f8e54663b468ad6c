/** Who sees what and why, from the outside: purposes, narrower views, sensitive entries, printing, and the policy office. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { LABEL_SYSTEM } from "#standards";
import { follow, launchBrowser } from "#test/browser.ts";
import { STORIES } from "#synthetic";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { FeedClient, untilApplied } from "#test/feed-command.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { People, STAFF, storyOf } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { readPdf } from "#test/read-pdf.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let people: People;
before(async () => {
  product = await startProduct({ people: 60 });
  people = new People(product);
});
after(() => product?.stop());

/** What the trail of an organisation's officer says of a person, newest first. */
async function trail(officer: "privacyOfficer" | "hospitalPrivacyOfficer", key: string): Promise<string[]> {
  const page = await (await people.as(officer)).get(`/office/privacy/person?person=${await people.id(key)}`);
  return rowsOf(page.html).map((cells) => cells.join(" | "));
}
/** A story person whom this professional opens with no reason asked: the practice's own patient, or one in the professional's care. */
async function inCareOf(reader: WebReader): Promise<string> {
  for (const { key, nhsNumber } of STORIES) {
    if (nhsNumber === null || nhsNumber === undefined) continue;
    const [personId] = await reader.find({ nhsNumber });
    const page = personId === undefined ? null : await reader.get(`/person/${personId}`);
    if (page !== null && /Why you may see this: (registered|admitted|seen|referred|has an appointment|on the caseload)/.test(page.text)) return key;
  }
  return assert.fail("nobody is in this professional's care");
}
const said = (page: Page, ...words: readonly (string | RegExp)[]): void => {
  for (const each of words) assert.ok(typeof each === "string" ? page.text.includes(each) : each.test(page.text), `no ${each} on:\n${page.text.slice(0, 3000)}`);
};

describe("why a record is open", () => {
  it("ACC-02 LAW-06 LAW-10 the page says role there and here, the link, both legal bases, and that no consent is asked", async () => {
    const page = await people.page("gp", await inCareOf(await people.as("gp")), "/access");
    said(page, "General Medical Practitioner, S8000:G8000:R0260", "General practitioner", "registered with", "UK GDPR Article 6(1)(e)", "Article 9(2)(h)", "Implied consent", "Not asked: the basis is the law", "(care-registration)");
  });
  it("ACC-12 ORG-24 it says professional registration, and that somebody is a contractor", async () => {
    said(await people.page("gp", "heavy", "/access"), "GMC 0000004", "member of staff");
    said(await people.page("locum", "heavy", "/access"), "GMC 0000017", "contractor");
  });
  it("ACC-03 ACC-04 it names the sections that the role does not see, the same for every person", async () => {
    const hidden = (page: Page): string => /Not shown for your role (.*?) If you need more/.exec(page.text)?.[1] ?? assert.fail(page.text);
    const [one, other] = [await people.page("pharmacist", "heavy", "/access"), await people.page("pharmacist", "carer", "/access")];
    said(one, "Safeguarding");
    assert.equal(hidden(one), hidden(other));
  });
});

describe("narrower views", () => {
  it("ORG-21 a ward clerk sees who the person is and their appointments, and no medicines or results, said as such", async () => {
    const clerk = await people.as("wardClerk");
    const key = "cancelled-discharge";
    const summary = await clerk.open(await people.id(key));
    assert.equal(summary.status, 200, summary.text);
    said(await clerk.get(`/person/${await people.id(key)}/medicines`), "Not shown for your role");
    said(await clerk.get(`/person/${await people.id(key)}/results`), "Not shown for your role");
  });
  it("LAW-17 PUR-18 administration is chosen with the role, shows only the own organisation's demographics and appointments, and stands in the audit as its own purpose", async () => {
    const clerk = await WebReader.signIn(product, STAFF.wardClerk);
    const form = await clerk.get("/sign-in/role");
    const profile = /value="([^"]+-administration)"/.exec(form.html)?.[1] ?? assert.fail(form.text);
    await clerk.post("/sign-in/role", form, { profile });
    const personId = await people.id("cancelled-discharge");
    const page = await clerk.open(personId);
    assert.equal(page.status, 200, page.text);
    said(await clerk.get(`/person/${personId}/access`), "Administration in your organisation", "(administration-own-service)");
    said(await clerk.get(`/person/${personId}/alerts`), "Not shown for your role");
    const rows = await trail("hospitalPrivacyOfficer", "cancelled-discharge");
    assert.ok(rows.some((row) => row.includes("administration; policy administration-own-service")), rows.slice(0, 4).join("\n"));
  });
  it("ACC-15 a provider's view of GP records and a practice's view of providers' are separate: one organisation sees what its register allows of each kind", async () => {
    const { nhsNumber, name, dateOfBirth } = storyOf("maternity");
    const [given, family] = name.split(" ") as [string, string];
    const client = new FeedClient(product, "ryy-fhir");
    const answer = await client.post("/fhir", bundleOf(patientResource({ id: "msk", nhsNumber: nhsNumber!, family, given, birthDate: dateOfBirth }), {
      resourceType: "ServiceRequest", id: "msk-r", status: "active", intent: "order", subject: { reference: "Patient/msk" }, authoredOn: new Date().toISOString(), code: { text: "Physiotherapy" }, performerType: { text: "musculoskeletal" },
      performer: [{ identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "X-CONNECT" } }],
    }));
    assert.ok(answer.status < 300, answer.text);
    await untilApplied(product, "ryy-fhir");
    const personId = await people.id("maternity");
    const therapist = await people.as("therapist");
    const opened = await therapist.get(`/person/${personId}`);
    assert.equal(opened.status, 200, opened.text.slice(0, 600));
    const asTherapist = await therapist.get(`/person/${personId}/section/contacts`);
    const asGp = await people.page("gp", "maternity", "/section/contacts");
    // Its register lets it see what practices, hospitals and community services supplied, and nobody else.
    assert.doesNotMatch(asTherapist.text, /South East Coast Ambulance[^.]*(holds|answered with)/);
    const sources = (page: Page): string[] => rowsOf(page.html).map((cells) => cells.at(-1)!);
    assert.ok(sources(asTherapist).every((source) => !/Ambulance|Partnership|Council/.test(source)), sources(asTherapist).join("\n"));
    assert.ok(sources(asGp).length >= sources(asTherapist).length);
    // Nor are they spoken of: "holds nothing" or "does not know this person" would be said of what was not looked at.
    const [named, all] = [await therapist.get(`/person/${personId}/sources`), await people.page("gp", "maternity", "/sources")];
    said(all, "Kent and Medway NHS and Social Care Partnership Trust");
    assert.doesNotMatch(named.text, /Social Care Partnership Trust|Ambulance|Kent County Council/);
  });
  it("ORG-03 a commissioner opens no person and finds none, and reads counts of use instead", async () => {
    const commissioner = await people.as("commissioner");
    const personId = await people.id("heavy");
    assert.equal((await commissioner.get(`/person/${personId}`)).status, 403);
    assert.equal((await commissioner.post("/find", await commissioner.get("/find"), { nhsNumber: storyOf("heavy").nhsNumber! })).status, 403);
    const report = await commissioner.get("/office/programme");
    assert.equal(report.status, 200, report.text);
    said(report, "Records opened", "fewer than 5");
    assert.doesNotMatch(report.html, /\/person\//);
  });
  it("ACC-09 a system administrator gets nothing without a reason, and with one who the person is and nothing more", async () => {
    const administrator = await people.as("administrator");
    const personId = await people.id("heavy");
    const asked = await administrator.get(`/person/${personId}`);
    assert.match(asked.url, /\/reason$/);
    const opened = await administrator.open(personId);
    assert.equal(opened.status, 200, opened.text);
    said(await administrator.get(`/person/${personId}/medicines`), "Not shown for your role");
    const rows = await trail("privacyOfficer", "heavy");
    assert.ok(rows.some((row) => row.includes("Dana Whitlock") && row.includes("office-administration")), rows.slice(0, 5).join("\n"));
  });
  it("ACC-06 the reason that was given stands in the trail with the access that it opened", async () => {
    const nurse = await people.as("communityNurse");
    const personId = await people.id("twin-noah");
    const asked = await nurse.get(`/person/${personId}`);
    assert.match(asked.url, /\/reason$/);
    await nurse.post(asked.url, asked, { kind: "multidisciplinary", words: "children's team meeting at noon" });
    assert.equal((await nurse.get(`/person/${personId}`)).status, 200);
    const rows = await trail("privacyOfficer", "twin-noah");
    assert.ok(rows.some((row) => row.includes("Opened the record") && row.includes("children's team meeting at noon")), rows.join("\n"));
  });
  it("ORG-08 each entry names its controller, and an officer sees what their own organisation's staff did and nobody else's", async () => {
    const list = await people.page("gp", "heavy", "/medicines");
    const item = /href="(\/person\/[^"]+\/item\/[^"#?]+)/.exec(list.html)![1]!;
    said(await (await people.as("gp")).get(item), /Organisation [A-Z]/);
    const rows = await trail("hospitalPrivacyOfficer", "heavy");
    assert.ok(rows.every((row) => !row.includes("Anil Desai")), "the practice's doctor is not the hospital's to police");
  });
});

describe("sensitive entries", () => {
  let personId: string;
  before(async () => {
    const { nhsNumber, name, dateOfBirth } = storyOf("carer");
    const [given, family] = name.split(" ") as [string, string];
    const client = new FeedClient(product, "ryy-fhir");
    const answer = await client.post("/fhir", bundleOf(patientResource({ id: "sens", nhsNumber: nhsNumber!, family, given, birthDate: dateOfBirth }), { resourceType: "Condition", id: "sens-c", subject: { reference: "Patient/sens" }, clinicalStatus: { coding: [{ code: "active" }] }, code: { text: "Fertility investigation" }, meta: { security: [{ system: LABEL_SYSTEM, code: "restricted" }] }, note: [{ text: "The note behind the question" }] }, documentResource("sens", "sens-d", "Restricted letter", "The letter behind the question", { meta: { security: [{ system: LABEL_SYSTEM, code: "restricted" }] } })));
    assert.ok(answer.status < 300, answer.text);
    await untilApplied(product, "ryy-fhir");
    personId = await people.id("carer");
  });

  it("ACC-14 its label stands in the list, and it opens only after a second question, which is on record", async () => {
    const gp = await people.as("gp");
    await gp.open(personId);
    const list = await gp.get(`/person/${personId}/problems`);
    const row = rowsOf(list.html).find((cells) => cells.join(" ").includes("Fertility investigation"))!;
    assert.ok(row.join(" ").includes("Marked restricted by its source"), row.join(" | "));
    const href = [...list.html.matchAll(/href="(\/person\/[^"]+\/item\/[^"#?]+)"[^>]*>[^<]*<span class="vh">: Fertility/g)][0]![1]!;
    const asked = await gp.get(href);
    said(asked, "This entry is marked as sensitive", "Open it only if you need it");
    assert.doesNotMatch(asked.html, /The note behind the question/);
    const opened = await gp.get(`${href}?confirmed=yes`);
    said(opened, "The note behind the question");
    const document = [...(await gp.get(`/person/${personId}/documents`)).html.matchAll(/href="(\/person\/[^"]+\/item\/[^"#?]+)"[^>]*>[^<]*<span class="vh">: Restricted letter/g)][0]![1]!;
    assert.doesNotMatch((await gp.get(`${document}/document?part=0`)).html, /The letter behind the question/, "the way round by the document's own address is closed too");
  });
});

describe("print and download", () => {
  const order = { reason: "handover", words: "", "section-allergies": "yes", "section-medicines": "yes" };
  it("ACC-13 AUD-08 a print says whose it is, by whom, when and why on every sheet, and is on record before it is handed out", async () => {
    const gp = await people.as("gp");
    const personId = await people.id(await inCareOf(gp));
    const printed = await gp.post(`/person/${personId}/print`, await gp.get(`/person/${personId}/print`), { ...order, as: "print" });
    assert.equal(printed.status, 200, printed.text);
    said(printed, "Anil Desai, General practitioner", "Handover: the person moves", "Valid at this time only", /\d+ of \d+ sources answered/, "Chosen: Allergies and adverse reactions, Medications and medical devices", "Nothing else of the record");
    assert.match(printed.html, /counter\(page\) " of " counter\(pages\)/);
    assert.match(printed.html, /class="mark"/);
    assert.doesNotMatch(printed.html, /<script|<img|<link /);
  });
  it("ACC-13 a download is a tagged PDF of the same, for roles that may; one that may not print is told who can", async () => {
    const gp = await people.as("gp");
    const personId = await people.id(await inCareOf(gp));
    const file = await gp.post(`/person/${personId}/print`, await gp.get(`/person/${personId}/print`), { ...order, words: "taken to the visit", as: "download" });
    assert.equal(file.status, 200);
    assert.deepEqual(["content-type", "content-disposition", "cache-control"].map((name) => file.headers.get(name)), ["application/pdf", 'attachment; filename="care-record.pdf"', "no-store"]);
    const read = await readPdf(file.bytes);
    assert.deepEqual([read.language, read.marked, read.universalAccess], ["en-GB", true, "1"]);
    const text = read.tagged.join(" ");
    for (const words of ["Downloaded by Anil Desai, General practitioner", "Handover: the person moves", "taken to the visit", "Valid at this time only", "sources answered", "Chosen: Allergies and adverse reactions, Medications and medical devices", "Nothing else of the record"]) assert.ok(text.includes(words), `no ${words} in:\n${text.slice(0, 2000)}`);
    for (const [index, page] of read.pages.entries()) assert.match(page.replace(/\s+/g, " "), new RegExp(`born \\S+ NHS No\\. [\\d ]+ Page ${index + 1} of ${read.pages.length}`), "each page says whose it is");
    const paramedic = await people.as("paramedic");
    await paramedic.open(personId);
    const form = await paramedic.get(`/person/${personId}/print`);
    said(form, "may not print or download from this record");
    const tried = await paramedic.post(`/person/${personId}/print`, form, { ...order, words: "a reason that does not help", as: "print" });
    assert.doesNotMatch(tried.html, /class="mark"/);
  });
  it("ACC-13 where the record was opened with a reason, or most of it is chosen, words are asked for", async () => {
    const doctor = await people.as("hospitalDoctor");
    const personId = await people.id("twin-leo");
    await doctor.open(personId);
    const form = await doctor.get(`/person/${personId}/print`);
    const without = await doctor.post(`/person/${personId}/print`, form, { ...order, as: "print" });
    assert.equal(without.status, 400);
    said(without, "You opened this record with a reason");
    assert.equal((await doctor.post(`/person/${personId}/print`, form, { ...order, words: "transfer to the children's ward", as: "print" })).status, 200);
  });
  it("ACC-13 AUD-08 each print and download appears on the officer's report with who, what for and when", async () => {
    const officer = await WebReader.signIn(product, STAFF.hospitalPrivacyOfficer);
    const doctor = await people.as("edDoctor", "Emergency department doctor");
    const personId = await people.id("cancelled-discharge");
    await doctor.open(personId);
    await doctor.post(`/person/${personId}/print`, await doctor.get(`/person/${personId}/print`), { ...order, words: "handed to the ward by night", as: "print" });
    const report = await officer.get("/office/prints");
    assert.equal(report.status, 200, report.text);
    const row = rowsOf(report.html).map((cells) => cells.join(" | ")).find((cells) => cells.includes("Tom Okafor"));
    assert.ok(row !== undefined && row.includes("handed to the ward by night") && row.includes("Printed"), report.text.slice(0, 2000));
    assert.doesNotMatch(report.text, /Anil Desai/, "another organisation's staff");
  });
});

describe("the policy office", () => {
  it("ACC-03 says what is in force, who approved it, and each policy in plain words", async () => {
    const page = await (await people.as("privacyOfficer")).get("/office/policy");
    assert.equal(page.status, 200, page.text);
    said(page, "Approved by", "objection-upheld", "The record is not shared, in emergencies either.", "Purposes of use", "Service management");
    assert.equal((await (await people.as("gp")).get("/office/policy")).status, 403);
  });
  it("REC-45 shows the record as another role sees it, of people of the demonstration alone, and is on record", async () => {
    const officer = await people.as("privacyOfficer");
    const form = await officer.get("/office/policy/roles");
    const see = (role: string, nhsNumber = storyOf("heavy").nhsNumber!): Promise<Page> => officer.post("/office/policy/roles", form, { nhsNumber, role, organisation: "RVV" });
    const [doctor, clerk] = [await see("hospital-doctor direct-care"), await see("support-staff direct-care")];
    said(doctor, "Current medicines");
    said(clerk, "Not shown for your role");
    assert.notEqual(doctor.text, clerk.text);
    const refused = await see("gp direct-care", "9434765919");
    assert.equal(refused.status, 400);
    said(refused, "people of the demonstration only");
    const rows = await trail("privacyOfficer", "heavy");
    assert.ok(rows.some((row) => row.includes("Previewed a role")), rows.slice(0, 5).join("\n"));
  });
  it("ACC-03 says why a professional of the own organisation is refused: every policy that applies and what is known", async () => {
    const officer = await people.as("privacyOfficer");
    const form = await officer.get("/office/policy/why");
    const profile = /<option value="(555000001018 [^"]+)"/.exec(form.html)![1]!;
    const why = await officer.post("/office/policy/why", form, { profile, nhsNumber: storyOf("heavy").nhsNumber! });
    said(why, "Refused.", "training-lapsed", "Training in date no", "Peter Lowe");
    const other = await officer.post("/office/policy/why", form, { profile: "555000001004 555000204001", nhsNumber: storyOf("heavy").nhsNumber! });
    assert.equal(other.status, 400, "a professional of another organisation");
  });
  it("ACC-03 lists what a change of policies would flip, those that open a record first, and changes nothing", async () => {
    const officer = await people.as("privacyOfficer");
    const form = await officer.get("/office/policy/change?file=policies/30-person.cedar");
    const text = /<textarea[^>]*>([\s\S]*?)<\/textarea>/.exec(form.html)![1]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    const file = "policies/30-person.cedar";
    const flipped = await officer.post("/office/policy/change", form, { file, text: text.replace("when { context.ownRecord };", 'when { context.ownRecord && context.reason == "" };') });
    assert.equal(flipped.status, 200, flipped.text.slice(0, 500));
    said(flipped, /[\d,]+ cells flip/, "of them open or close a record", "own-record", "allow care-");
    said(await officer.post("/office/policy/change", form, { file, text }), "It flips no cell");
    const broken = await officer.post("/office/policy/change", form, { file, text: "permit (" });
    assert.equal(broken.status, 400);
    said(await officer.get("/office/policy/change?file=policies/30-person.cedar"), "when { context.ownRecord };");
  });
});

describe("the pages, looked at", () => {
  let browser: Browser;
  before(async () => (browser = await launchBrowser()));
  after(() => browser?.close());

  it("access, print, sensitive and policy pages pass axe and fit a phone", async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const signIn = async (uid: string): Promise<void> => {
      await page.context().clearCookies();
      await page.goto(`${product.base}/sign-in/cis2`);
      await follow(page, () => page.locator(`button[value="${uid}"]`).click());
    };
    const personId = await people.id(await inCareOf(await people.as("gp")));
    await signIn(STAFF.gp);
    for (const [what, address] of [["access", `/person/${personId}/access`], ["print-form", `/person/${personId}/print`]] as const) {
      await page.goto(product.base + address);
      await keepsAccessible(page, `policy-${what}`);
    }
    await page.locator("#reason-0").check();
    await page.getByRole("button", { name: "Make the print" }).click();
    await page.waitForSelector(".mark", { state: "attached" });
    await keepsAccessible(page, "policy-printed");
    await signIn(STAFF.privacyOfficer);
    for (const [what, address] of [["in-force", "/office/policy"], ["roles", "/office/policy/roles"], ["why", "/office/policy/why"], ["change", "/office/policy/change"], ["prints", "/office/prints"]] as const) {
      await page.goto(product.base + address);
      await keepsAccessible(page, `policy-${what}`);
    }
  });
});
