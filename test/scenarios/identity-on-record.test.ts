/** Identity as a reader of the record meets it: whose number where, what was said before, and "this is not the same person" in two clicks. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll } from "#test/admission.ts";
import { launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { FeedClient } from "#test/feed-command.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let doctor: WebReader;
let paramedic: WebReader;
before(async () => {
  product = await startProduct();
  [doctor, paramedic] = await Promise.all([WebReader.signIn(product, STAFF.edDoctor), WebReader.signIn(product, STAFF.paramedic)]);
});
after(() => product?.stop());

const number = (index: number): string => storyNhsNumber(720 + index);

/** The person with this number, once the page says what is waited for. */
async function person(nhsNumber: string, path: string, wanted: (page: Page) => boolean, reader = doctor): Promise<{ id: string; page: Page }> {
  for (const end = Date.now() + 15_000; ; await sleep(100)) {
    const [id] = await reader.find({ nhsNumber });
    const page = id === undefined ? null : await reader.open(id, path);
    if (id !== undefined && page !== null && wanted(page)) return { id, page };
    assert.ok(Date.now() < end, page?.text.slice(0, 2500) ?? "nobody has the number");
  }
}
const sendBundle = async (feed: string, bundle: string): Promise<void> => {
  const client = new FeedClient(product, feed);
  const { status, text } = await client.post("/fhir", bundle);
  assert.ok(status < 300, text);
};

describe("the details page", () => {
  it("ORG-25 REC-01 each organisation's own number stands beside the NHS number and how far it is verified, with what sources disagree about and what they said before", async () => {
    const she = { name: "Detailham^Vera", birth: "19510617", postcode: "CT1 9VK", street: "4 First Street" };
    await sendAll(product.mllpPort, admission("RVV", "DetEast", { ...she, nhsNumber: number(1), traced: true }), admission("RN7", "DetNorth", { ...she, nhsNumber: number(1), phone: "07700900555", street: "4 First Street", sex: "F" }));
    await sendAll(product.mllpPort, admission("RVV", "DetEast", { ...she, nhsNumber: number(1), traced: true, street: "8 Second Street", postcode: "CT2 9VK" }));
    const { page } = await person(number(1), "/details", (each) => each.text.includes("8 Second Street") && each.text.includes("DetNorth"));
    const rows = rowsOf(page.html);
    assert.deepEqual(rows.find((cells) => cells[0] === "Local number")!.slice(1).sort(), ["DetEast", "DetNorth"]);
    const numbers = rows.find((cells) => cells[0]?.startsWith("NHS number"))!;
    assert.ok(numbers.some((cell) => cell.endsWith(" verified") && !cell.includes("not verified")) && numbers.some((cell) => cell.endsWith("not verified: not said to be verified")), numbers.join(" | "));
    assert.match(page.text, /Address ?: 8 Second Street.*4 First Street/, "the disagreement, with every value and its source");
    assert.ok(rows.some((cells) => cells[0] === "Address" && cells[1]!.includes("4 First Street") && cells[3] === "East Kent Hospitals University NHS Foundation Trust"), `what was said before: ${rows.map((cells) => cells.join(" | ")).join("\n")}`);
  });

  it("a protected person's former whereabouts are not told either", async () => {
    const who = { name: "Shelterham^May", birth: "19880228" };
    await sendAll(product.mllpPort, admission("RVV", "Shelter1", { ...who, nhsNumber: number(2), traced: true, street: "1 Former Road", postcode: "CT3 9VK", phone: "07700900661" }), admission("RVV", "Shelter1", { ...who, nhsNumber: number(2), traced: true, street: "2 Later Road", postcode: "CT4 9VK", phone: "07700900662" }));
    await sendBundle("ryy-fhir", bundleOf({ ...patientResource({ id: "shelter2", nhsNumber: number(2), family: "Shelterham", given: "May", birthDate: "1988-02-28" }), meta: { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }] } }));
    const { id, page } = await person(number(2), "/details", (each) => rowsOf(each.html).some((cells) => cells[0] === "Local number" && cells.length === 3), paramedic);
    for (const each of [page, await paramedic.get(`/person/${id}`), await paramedic.get(`/person/${id}/not-same`), await paramedic.get(`/person/${id}/sources`)])
      for (const secret of ["Former Road", "Later Road", "CT3 9VK", "CT4 9VK", "07700900661", "07700900662"]) assert.ok(!each.html.includes(secret), `${secret} on ${each.url}`);
  });
});

describe("this is not the same person", () => {
  const said = (page: Page, text: string): boolean => page.text.includes(text);
  /** Somebody with two hospitals; the northern one sends an allergy, an alert and a diagnosis. */
  async function twoHospitals(family: string, index: number): Promise<{ id: string; page: Page }> {
    const who = { name: `${family}^Una`, birth: `19${50 + index}0312`, nhsNumber: number(index), traced: true };
    await sendAll(product.mllpPort, admission("RVV", `${family}E`, { ...who, segments: ["AL1|1|DA|^Trimethoprim||Rash"] }), admission("RN7", `${family}N`, { ...who, segments: ["AL1|1|DA|^Penicillin||Anaphylaxis", "DG1|1||^Asthma of the north||20260101|F"] }));
    return person(number(index), "", (each) => said(each, "Penicillin") && said(each, "Trimethoprim") && said(each, "Asthma of the north"));
  }
  const setApart = async (reader: WebReader, id: string, summary: Page, local: string, words: string): Promise<Page> => {
    // First click: the link that every page of the record has. Second: the button beside the source.
    const link = /href="(\/person\/[0-9a-f-]{36}\/not-same)"/.exec(summary.html)![1]!;
    const chooser = await reader.get(link);
    const value = new RegExp(`value="([0-9a-f-]{36})">[^<]*<span class="vh">: [^<]*${local}`).exec(chooser.html)![1]!;
    return reader.post(`/person/${id}/not-same`, chooser, { source: value, words });
  };

  it("PUR-16 in two clicks the record is set apart for every reader; what protects stays, marked doubtful; an officer has it within one working day and gives it back whole", async () => {
    const { id, page } = await twoHospitals("Doubtham", 3);
    const details = await setApart(doctor, id, page, "DoubthamN", "she has never been to that hospital");
    assert.match(details.text, /Set apart: said to be somebody else's Dartford and Gravesham NHS Trust , DoubthamN\. .*she has never been to that hospital.* by \d\d-\w{3}-\d{4}/);
    assert.ok(!rowsOf(details.html).some((cells) => cells[0] === "Local number" && cells.includes("DoubthamN")), "its details are nobody's");
    for (const reader of [doctor, paramedic]) {
      const summary = await reader.open(id);
      assert.ok(!said(summary, "Asthma of the north"), "no diagnosis of somebody else");
      assert.match(summary.text, /Penicillin — Anaphylaxis.{0,80}doubtful: may be somebody else's/);
      assert.ok(said(summary, "Trimethoprim") && !/Trimethoprim — Rash[^.]{0,30}doubtful/.test(summary.text));
      assert.match(summary.text, /1 record held apart/);
    }
    assert.match((await doctor.get(`/person/${id}/medicines`)).text, /Penicillin \(doubtful\)/, "the banner of every page says so too");
    assert.match((await doctor.get(`/person/${id}/timeline?period=all`)).text, /A record at [^.]+ is set apart as doubtful and not on this timeline\. \d kinds? of things? in it that protects? the person (is|are) shown, marked as doubtful, on their own pages: [^.]*Allergies/, "the timeline does not leave it out in silence");
    const allergies = await doctor.get(`/person/${id}/allergies`);
    const item = /href="(\/person\/[^"]+\/item\/[^"]+)"[^>]*>[^<]*Dartford/.exec(allergies.html)![1]!;
    const opened = await doctor.get(item);
    assert.equal(opened.status, 200);
    assert.match(opened.text, /Doubtful : a reader has said that this record is somebody else's/);
    const problem = /href="(\/person\/[^"]+\/item\/[^"]+)"[^>]*>[^<]*Dartford/.exec((await doctor.get(`/person/${id}/problems`)).html);
    assert.equal(problem, null);

    const officer = await WebReader.signIn(product, STAFF.identityOfficer);
    const list = await officer.get("/office/identity?kind=said-not-same");
    assert.match(list.text, /Said to be somebody else : DOUBTHAM/);
    const href = /href="(\/office\/identity\/review\/[^"?]+)[^"]*"/.exec(list.html)![1]!;
    const doubt = await officer.get(href);
    const [, raised, due] = /Raised (\d\d-\w{3}-\d{4} \d\d:\d\d).*?due (\d\d-\w{3}-\d{4} \d\d:\d\d)/.exec(doubt.text.replace(/ \d+ \w+ \d{4} at \d\d:\d\d/g, ""))!;
    const hours = (Date.parse(due!.replace(" ", "T").replace(/(\d\d)-(\w{3})-(\d{4})/, "$1 $2 $3").replace("T", " ")) - Date.parse(raised!.replace(/(\d\d)-(\w{3})-(\d{4})/, "$1 $2 $3"))) / 3_600_000;
    assert.ok(hours >= 23 && hours <= 24 * 3 + 1, `due ${hours} hours after, weekends apart`);
    assert.equal((await officer.post(href, doubt, { what: "link", ground: "asked", reason: "" })).status, 400, "giving it back wants words");
    await officer.post(href, doubt, { what: "link", ground: "asked", reason: "the ward has checked her wristband" });
    const back = await paramedic.open(id);
    assert.ok(said(back, "Asthma of the north") && !said(back, "doubtful"));
  });

  it("PUR-16 an officer who agrees takes it out: nothing of it is left, and the audit names whose records were shown", async () => {
    const { id, page } = await twoHospitals("Takenham", 4);
    await setApart(paramedic, id, await paramedic.open(id), "TakenhamN", "");
    assert.equal(page.status, 200);
    const officer = await WebReader.signIn(product, STAFF.identityOfficer);
    const list = await officer.get("/office/identity?kind=said-not-same");
    const href = /href="(\/office\/identity\/review\/[^"?]+)[^"]*"/.exec(list.html)![1]!;
    assert.match((await officer.get(href)).text, /Paramedic, South East Coast Ambulance Service NHS Foundation Trust, says that this is not the same person/);
    await officer.post(href, await officer.get(href), { what: "apart", ground: "asked", reason: "the hospital has two women of this name" });
    const summary = await doctor.open(id);
    assert.ok(!said(summary, "Penicillin") && !said(summary, "doubtful") && said(summary, "Trimethoprim"), summary.text.slice(0, 1500));
    const act = /href="(\/office\/identity\/act\/[0-9a-f-]{36})"/.exec((await officer.get(href)).html)![1]!;
    const acted = await officer.get(act);
    assert.match(acted.text, /Taken out of a person/);
    const privacy = await WebReader.signIn(product, STAFF.privacyOfficer);
    assert.match((await privacy.get(`/office/privacy/person?person=${id}`)).text, /Decided who is who/);
  });

  it("the only source of a person cannot be set apart, nor one that is not the person's", async () => {
    await sendAll(product.mllpPort, admission("RVV", "Onlyham1", { name: "Onlyham^Kim", birth: "19600101", nhsNumber: number(5), traced: true }));
    const { id } = await person(number(5), "/not-same", () => true);
    const chooser = await doctor.get(`/person/${id}/not-same`);
    assert.match(chooser.text, /Only one organisation knows this person here/);
    const form = await doctor.get("/find");
    assert.equal((await doctor.post(`/person/${id}/not-same`, form, { source: id })).status, 404);
    assert.equal((await doctor.post(`/person/${id}/not-same`, form, { source: "x" })).status, 400);
  });

  it("its pages keep WCAG 2.2 AA and fit a phone", async () => {
    const { id } = await twoHospitals("Accessham", 6);
    // The reason that opens the record is the professional's, whichever browser asks.
    await paramedic.open(id);
    const browser = await launchBrowser();
    try {
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
      await page.goto(`${product.base}/sign-in/cis2`);
      await page.locator(`button[value="${STAFF.paramedic}"]`).click();
      await page.waitForURL(`${product.base}/`);
      const keeps = (what: string): Promise<void> => keepsAccessible(page, what);
      await page.goto(`${product.base}/person/${id}`);
      await page.getByRole("link", { name: "Not the same person?" }).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/not-same/);
      await keeps("not-same");
      await page.getByRole("button", { name: /AccesshamN/ }).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/details/);
      await keeps("details-set-apart");
      await page.goto(`${product.base}/person/${id}`);
      await keeps("summary-doubtful");
    } finally {
      await browser.close();
    }
  });
});
