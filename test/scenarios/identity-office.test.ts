/** The identity office: doubts as they arise from messages, decided by named people, taken back exactly, and nobody's whereabouts told. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll, type Admitted } from "#test/admission.ts";
import { follow, launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { FeedClient } from "#test/feed-command.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let officer: WebReader;
let second: WebReader;
let hospital: WebReader;
before(async () => {
  product = await startProduct();
  [officer, second, hospital] = await Promise.all([WebReader.signIn(product, STAFF.identityOfficer), WebReader.signIn(product, STAFF.secondIdentityOfficer), WebReader.signIn(product, STAFF.dataQualityOfficer)]);
});
after(() => product?.stop());

const reviewsOn = (page: Page): string[] => [...new Set([...page.html.matchAll(/href="(\/office\/identity\/review\/[0-9a-f-]+\/[0-9a-f-]+)"/g)].map((each) => each[1]!))];
const number = (index: number): string => storyNhsNumber(700 + index);

/** Sends messages and waits for a doubt about this family name; the address of its page. */
async function doubtAbout(family: string, messages: readonly string[], reader = officer): Promise<string> {
  await sendAll(product.mllpPort, ...messages);
  for (const end = Date.now() + 15_000; ; await sleep(100)) {
    const list = await reader.get("/office/identity");
    assert.equal(list.status, 200, list.text.slice(0, 300));
    for (const href of reviewsOn(list)) if (list.html.includes(`<span class="vh">: ${family.toUpperCase()}`)) if ((await reader.get(href)).text.includes(family)) return href;
    assert.ok(Date.now() < end, `no doubt about ${family}: ${list.text.slice(0, 1500)}`);
  }
}
/** One number on two records with other birth dates; nobody of another `index` shares more than the place names with them. */
const conflict = (family: string, index: number, more: Partial<Admitted> = {}): string[] => {
  const name = `${family}^${["Ada", "Beth", "Cleo", "Dora", "Edie", "Flo", "Gwen", "Hope", "Iris"][index]}`;
  return [
    admission("RVV", `${family}1`, { nhsNumber: number(index), name, birth: `19${40 + index}03${10 + index}`, postcode: `CT${index + 1} 9VK`, phone: `0770090011${index}`, traced: true, ...more }),
    admission("RN7", `${family}2`, { nhsNumber: number(index), name, birth: `19${60 + index}08${10 + index}`, postcode: `DA${index + 1} 9VK`, phone: `0770090022${index}`, traced: true }),
  ];
};
const linksAt = (page: Page): string[] => [...new Set([...page.html.matchAll(/href="(\/office\/identity\/person\/[0-9a-f-]{36})"/g)].map((each) => each[1]!))];
const decide = async (reader: WebReader, href: string, fields: Record<string, string>): Promise<Page> => reader.post(href, await reader.get(href), { ground: "asked", ...fields });

describe("a doubt", () => {
  it("REC-01 stands with both sides beside each other, differences marked, evidence, a suggestion and a due time; each organisation sees its own", async () => {
    const href = await doubtAbout("Conflictham", conflict("Conflictham", 1));
    const page = await officer.get(href);
    const rows = rowsOf(page.html);
    const birth = rows.find((cells) => cells[0]?.startsWith("Date of birth"))!;
    assert.ok(birth[0]!.includes("differs") && /11-Mar-1941/.test(birth[1]! + birth[2]!) && /11-Aug-1961/.test(birth[1]! + birth[2]!), birth.join(" | "));
    assert.ok(!rows.find((cells) => cells[0]?.startsWith("Family name"))![0]!.includes("differs"));
    assert.match(page.text, /One NHS number, details in conflict/);
    assert.match(page.text, /Suggested: keep apart/);
    assert.match(page.text, /due \d\d-\w{3}-\d{4}/);
    assert.match(page.text, /Linking wants two people, since the NHS number is in conflict/);
    assert.equal((await hospital.get(href)).status, 200, "its own side");
    const elsewhere = await doubtAbout("Elsewhereton", [
      admission("RPA", "Elsewhereton1", { nhsNumber: number(2), name: "Elsewhereton^Bo", birth: "19500301", traced: true }),
      admission("RN7", "Elsewhereton2", { nhsNumber: number(2), name: "Elsewhereton^Bo", birth: "19710101", traced: true }),
    ]);
    assert.equal((await hospital.get(elsewhere)).status, 404);
    const list = await hospital.get("/office/identity");
    assert.ok(list.text.includes("CONFLICTHAM") && !list.text.includes("ELSEWHERETON"), list.text);
    assert.doesNotMatch((await officer.get("/office/identity?organisation=RPA")).text, /CONFLICTHAM/);
    assert.equal((await officer.get("/office/identity?kind=probable")).text.includes("CONFLICTHAM"), false);
  });

  it("PUR-01 a risky link wants two people; linked, both are one record; taken back, everything is as it was and who saw it is listed", async () => {
    const href = await doubtAbout("Undoham", conflict("Undoham", 3));
    const persons = linksAt(await officer.get(href));
    assert.equal(persons.length, 2);
    const records = async (): Promise<string> => (await Promise.all(persons.map(async (each) => rowsOf((await officer.get(each)).html).filter((cells) => /^(Local number|Linked by)/.test(cells[0] ?? "")).join(" / ")))).join(" // ");
    const before = await records();
    assert.equal((await decide(officer, href, { what: "link" })).status, 400, "a risky link wants words");
    await decide(officer, href, { what: "link", reason: "both wards were asked" });
    assert.match((await officer.get(href)).text, /You proposed it: a second person must agree/);
    assert.equal((await decide(officer, href, { what: "link", reason: "both wards were asked" })).status, 403, "not by the same person");
    assert.equal(await records(), before, "a proposal links nobody");
    await decide(second, href, { what: "link", reason: "the birth date was mistyped" });
    const joined = await officer.get(persons[0]!);
    assert.match(joined.text, /2 records of this person/);
    // Somebody in care opens the joined record while it stands.
    const doctor = await WebReader.signIn(product, STAFF.edDoctor);
    const [personId] = await doctor.find({ nhsNumber: number(3) });
    assert.equal((await doctor.open(personId!)).status, 200);
    const act = /href="(\/office\/identity\/act\/[0-9a-f-]{36})"/.exec((await officer.get(href)).html)![1]!;
    const acted = await officer.get(act);
    assert.match(acted.text, /Persons joined/);
    assert.match(acted.text, /by|By/);
    assert.match(acted.text, /the birth date was mistyped/);
    const name = /class="top__account"><span>([^<]+)/.exec((await doctor.get("/")).html)![1]!;
    assert.ok(rowsOf(acted.html).some((cells) => cells[0]?.startsWith(name)), `${name} saw it: ${acted.text}`);
    assert.equal((await officer.post(`${act}/undo`, acted, { reason: "" })).status, 400);
    await officer.post(`${act}/undo`, acted, { reason: "they are two people after all" });
    assert.equal(await records(), before);
    assert.match((await officer.get(act)).text, /Taken back .* they are two people after all/);
    assert.match((await officer.get(href)).text, /due \d\d-\w{3}-\d{4}/, "the doubt stands open again");
    const again = await officer.post(`${act}/undo`, acted, { reason: "a second time does nothing" });
    assert.equal(again.status, 409, again.text);
  });

  it("kept apart, the pair leaves the list and new messages do not bring it back", async () => {
    const messages = conflict("Apartham", 4);
    const href = await doubtAbout("Apartham", messages);
    await decide(officer, href, { what: "apart" });
    assert.doesNotMatch((await officer.get("/office/identity")).text, /APARTHAM/);
    assert.match((await officer.get(href)).text, /kept apart .* The organisation was asked and has confirmed it/);
    await sendAll(product.mllpPort, ...conflict("Apartham", 4, { phone: "07700900333" }));
    await sleep(1500);
    assert.doesNotMatch((await officer.get("/office/identity")).text, /APARTHAM/);
  });

  it("ORG-25 a person's links show each organisation's own number beside the NHS number; a record of somebody else's is taken out and stays out", async () => {
    const same = { nhsNumber: number(5), name: "Splitham^Cora", birth: "19480211", traced: true };
    await sendAll(product.mllpPort, admission("RVV", "SplitEast", same), admission("RN7", "SplitNorth", same));
    let found: Page;
    for (const end = Date.now() + 10_000; ; await sleep(100)) {
      found = await officer.post("/office/identity/find", await officer.get("/office/identity"), { nhsNumber: number(5) });
      if (found.text.includes("2 records of this person")) break;
      assert.ok(Date.now() < end, found.text);
    }
    const local = rowsOf(found.html).find((cells) => cells[0] === "Local number")!;
    assert.deepEqual(local.slice(1).sort(), ["SplitEast", "SplitNorth"]);
    assert.match(found.text, /verified NHS number and date of birth/);
    const [, value] = /id="apart-\d" name="apart" type="checkbox" value="([0-9a-f-]{36})"><label[^>]*>[^<]*SplitNorth/.exec(found.html)!;
    const address = new URL(found.url).pathname;
    assert.equal((await officer.post(`${address}/split`, found, { apart: value!, reason: "" })).status, 400, "a reason is wanted");
    assert.equal((await officer.post(`${address}/split`, found, { reason: "nobody was chosen" })).status, 400, "somebody must be chosen");
    const act = await officer.post(`${address}/split`, found, { apart: value!, reason: "another woman was booked in under this number" });
    assert.match(act.text, /Taken out of a person .*SplitNorth/);
    assert.match((await officer.get(address)).text, /1 record of this person/);
    await sendAll(product.mllpPort, admission("RN7", "SplitNorth", { ...same, phone: "07700900444" }));
    await sleep(1500);
    assert.match((await officer.get(address)).text, /1 record of this person/, "a new message does not link it again");
  });

  it("shows nothing of where a protected person is, on either side and on no page, and an NHS number stands in no address", async () => {
    const hidden = ["CT7 9VK", "9 Refuge Lane", "07700900777", "Albion Place"];
    const patient = { ...patientResource({ id: "sflag1", nhsNumber: number(6), family: "Hiddenham", given: "Dot", birthDate: "1980-01-05", practice: "G82017" }), meta: { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }] }, address: [{ line: ["9 Refuge Lane"], postalCode: "CT7 9VK" }], telecom: [{ system: "phone", value: "07700900777" }] };
    const client = new FeedClient(product, "ryy-fhir");
    const answer = await fetch(`${product.base}/feeds/ryy-fhir/fhir`, { method: "POST", headers: { authorization: `Bearer ${await client.token()}`, "content-type": "application/fhir+json" }, body: bundleOf(patient) });
    assert.ok(answer.status < 300, await answer.text());
    const href = await doubtAbout("Hiddenham", [admission("RVV", "Hidden2", { nhsNumber: number(6), name: "Hiddenham^Dot", birth: "19810105", street: "9 Refuge Lane", postcode: "CT7 9VK", phone: "07700900777", traced: true })]);
    const page = await officer.get(href);
    const pages = [page, await officer.get("/office/identity"), ...(await Promise.all(linksAt(page).map((each) => officer.get(each))))];
    assert.equal(pages.length, 4);
    // The list names every organisation as a worklist to choose; nothing there ties one to a person.
    const chooser = /<select[\s\S]*?<\/select>/g;
    for (const each of pages) for (const secret of hidden) assert.ok(!each.html.replace(chooser, "").includes(secret), `${secret} on ${each.url}`);
    assert.match(page.text, /Whereabouts protected, not shown protected, not shown/);
    assert.match(page.text, /Linking wants two people/);
    for (const each of pages) assert.doesNotMatch(each.url, /\b\d{10}\b/);
  });

  it("every page view and every decision is on record for both persons, with the source patients", async () => {
    const href = await doubtAbout("Auditham", conflict("Auditham", 7));
    const persons = linksAt(await officer.get(href)).map((each) => each.split("/").at(-1)!);
    await decide(officer, href, { what: "apart", reason: "two different women" });
    const privacy = await WebReader.signIn(product, STAFF.privacyOfficer);
    for (const each of persons) {
      const trail = await privacy.get(`/office/privacy/person?person=${each}`);
      assert.match(trail.text, /Looked at who is who/);
      assert.match(trail.text, /Decided who is who/);
      assert.match(trail.text, /two different women/);
    }
  });
});

describe("the report on linking", () => {
  it("counts doubts, missed and wrong links by group, and keeps small numbers back", async () => {
    const report = await officer.get("/office/identity/rates");
    assert.equal(report.status, 200);
    for (const title of ["By age", "By ethnic group", "By postcode district", "By organisation"]) assert.ok(report.text.includes(title), title);
    // One wrong link was taken back above: too few to be shown as a number.
    assert.match(report.text, /Wrong: linked by the product, taken back by a person fewer than 5/);
    assert.match(report.text, /Had a doubt to be looked at about 10/);
    assert.ok(rowsOf(report.html).flat().every((cell) => !/^[1-4]$/.test(cell)), "no small count stands in a table");
    assert.equal((await hospital.get("/office/identity/rates")).status, 200);
  });
});

describe("the identity office in a browser", () => {
  let browser: Browser;
  before(async () => void (browser = await launchBrowser()));
  after(() => browser?.close());

  it("keeps WCAG 2.2 AA, fits a phone, and a doubt is found, read and decided by keyboard alone; keys can be turned off", async () => {
    await doubtAbout("Keyham", conflict("Keyham", 8));
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`${product.base}/sign-in/cis2`);
    await follow(page, () => page.locator(`button[value="${STAFF.identityOfficer}"]`).click());
    const keeps = (what: string): Promise<void> => keepsAccessible(page, what);
    await page.goto(`${product.base}/office/identity`);
    await keeps("identity-queue");
    const doubts = await page.locator("a[data-step]").count();
    await page.keyboard.press("j");
    assert.equal(await page.evaluate("document.activeElement.hasAttribute('data-step')"), true);
    const opened = await page.evaluate("document.activeElement.getAttribute('href')");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/review\//);
    assert.ok(page.url().endsWith(String(opened)));
    await keeps("identity-review");
    await page.locator("textarea").focus();
    await page.keyboard.type("la");
    assert.match(page.url(), /\/review\//, "letters typed into a field decide nothing");
    await page.locator("body").press("Escape");
    await page.evaluate("document.activeElement.blur()");
    await page.locator("[data-keys-off]").click();
    await page.keyboard.press("a");
    await sleep(300);
    assert.ok(page.url().endsWith(String(opened)), "keys that are off do nothing");
    await page.locator("[data-keys-off]").click();
    await page.locator("textarea").fill("two women, seen on the ward");
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("a");
    await page.waitForURL((url) => !url.href.endsWith(String(opened)));
    await page.goto(`${product.base}/office/identity`);
    assert.equal(await page.locator("a[data-step]").count(), doubts - 1);
    await page.goto(new URL(linksAt(await officer.get(String(opened)))[0]!, product.base).href);
    await keeps("identity-person");
    await follow(page, () => page.locator('a[href^="/office/identity/act/"]').first().click());
    await page.waitForURL(/\/act\//);
    await keeps("identity-act");
    await page.goto(`${product.base}/office/identity/rates`);
    await keeps("identity-rates");
  });
});
