/** Opening a record in the real browser: what stands on the first screen, in how many clicks and how fast, and that it learns of what comes. */
import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { admission, sendAll } from "#test/admission.ts";
import { launchBrowser } from "#test/browser.ts";
import { FeedClient } from "#test/feed-command.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { People, storyOf, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { textOf } from "#test/web-reader.ts";

let product: Product;
let people: People;
let browser: Browser;
before(async () => {
  product = await startProduct({ people: 60 });
  people = new People(product);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await product?.stop();
});

/** A page of the browser as somebody who has signed in. */
async function browserAs(staff: Staff, size = { width: 1280, height: 720 }): Promise<Page> {
  const reader = await people.as(staff);
  const context = await browser.newContext({ viewport: size });
  await context.addCookies(reader.browserCookies);
  return context.newPage();
}

/** Goes there, and says how many activations and how long it took. */
async function walk(t: TestContext, journey: string, clicks: number, way: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await way();
  t.diagnostic(`${journey}: ${clicks} ${clicks === 1 ? "activation" : "activations"}, ${Math.round(performance.now() - began)} ms`);
}

const firstScreen = (page: Page, selectors: readonly (readonly [string, number])[]): Promise<string[]> =>
  page.evaluate(`${JSON.stringify(selectors)}.flatMap(([selector, least]) => {
    const items = [...document.querySelectorAll(selector)];
    return items.length < least ? [selector + " has " + items.length] : items.slice(0, least).filter((item) => item.getBoundingClientRect().bottom > innerHeight).map((item) => selector + ": " + item.textContent.slice(0, 40) + " ends at " + Math.round(item.getBoundingClientRect().bottom));
  })`);

const heavy = storyOf("heavy");
/** The heavy person as a source of ours knows her. */
const heavyPatient = (): Record<string, unknown> => patientResource({ id: "live-1", nhsNumber: heavy.nhsNumber!, family: "Whibley", given: "Margaret", birthDate: heavy.dateOfBirth });

describe("opening a record", () => {
  for (const size of [{ width: 1280, height: 720 }, { width: 1024, height: 768 }]) {
    it(`PUR-11 PUR-17 J1 U1 allergies, escalation, alerts and twelve medicines of the heavy person stand on the first screen at ${size.width}x${size.height}`, async (t) => {
      await people.page("paramedic", "heavy"); // the reason of the emergency is given once
      const page = await browserAs("paramedic", size);
      const id = await people.id("heavy");
      await walk(t, "J1", 0, async () => void (await page.goto(`${product.base}/person/${id}`)));
      assert.deepEqual(await firstScreen(page, [["#allergies .facts > li", 5], ["#escalation .facts > li", 1], ["#alerts .facts > li", 3], ["#medicines .facts > li", 12]]), []);
      await page.context().close();
    });
  }

  it("PUR-03 U5 the summary is whole with its first answer: at most ten files, all from here, a small script, nothing that moves, though four sources have never answered", async (t) => {
    const page = await browserAs("paramedic");
    const files: { url: string; script: boolean; bytes: number }[] = [];
    page.on("response", (answer) => {
      const request = answer.request();
      files.push({ url: answer.url(), script: request.resourceType() === "script", bytes: Number(answer.headers()["content-length"] ?? 0) });
    });
    await page.addInitScript("globalThis.shift = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) globalThis.shift += each.value; }).observe({ type: 'layout-shift', buffered: true });");
    await page.goto(`${product.base}/person/${await people.id("heavy")}`);
    await page.waitForTimeout(500);
    const shift = Number(await page.evaluate("globalThis.shift"));
    t.diagnostic(`${files.length} files, script ${files.filter(({ script }) => script).reduce((sum, { bytes }) => sum + bytes, 0)} bytes, layout shift ${shift}`);
    assert.ok(files.length <= 10, files.map(({ url }) => url).join(" "));
    assert.deepEqual([...new Set(files.map(({ url }) => new URL(url).host))], [new URL(product.base).host]);
    assert.ok(files.filter(({ script }) => script).reduce((sum, { bytes }) => sum + bytes, 0) <= 45_000);
    assert.ok(shift <= 0.02, String(shift));
    assert.match(await page.locator("section[aria-label=Sources]").innerText(), /have sent nothing yet/);
    await page.context().close();
  });

  it("PUR-11 J2 REC-44 the signed form is one activation from the summary; what a paramedic needs opens from the search in one more", async (t) => {
    const page = await browserAs("paramedic");
    await page.goto(product.base);
    await page.fill("main input[name=nhsNumber]", storyOf("heavy").nhsNumber!);
    await walk(t, "J11", 2, async () => {
      await page.keyboard.press("Enter");
      await page.locator("main a[href^='/person/']").first().click();
      await page.waitForSelector("#allergies");
    });
    await walk(t, "J2", 1, async () => {
      await page.locator("#escalation .src a").first().click();
      await page.waitForSelector("h1");
    });
    assert.match(await page.locator("main").innerText(), /yellow folder/i);
    await page.context().close();
  });

  it("J10 where no relationship is known, a reason in a few words opens the record in two activations, and none is asked for after it", async (t) => {
    const page = await browserAs("paramedic");
    const id = await people.id("veteran");
    await page.goto(`${product.base}/person/${id}`);
    assert.match(page.url(), /\/reason$/);
    await walk(t, "J10", 2, async () => {
      await page.locator("main input[type=radio]").first().check();
      await page.locator("main textarea, main input[type=text]").first().fill("called to a fall at home, alone");
      await page.locator("main button[type=submit]").click();
      await page.waitForSelector("#allergies");
    });
    await page.goto(`${product.base}/person/${id}/medicines`);
    assert.match(page.url(), /\/medicines$/);
    await page.context().close();
  });

  it("J12 a reader can name the sources that are missing, on the summary and on every page of the record", async () => {
    for (const path of ["", "/medicines", "/results", "/documents", "/timeline", "/people"]) {
      const strip = /<section class="strip[^"]*" aria-label="Sources">([\s\S]*?)<\/section>/.exec((await people.page("gp", "heavy", path)).html)?.[1] ?? assert.fail(`no strip on ${path}`);
      assert.match(textOf(strip), /\d+ of \d+ sources answered\..*Heart of Kent Hospice.*have sent nothing yet/, path);
    }
  });

  it("J5 U7 what changed since the organisation last looked is counted on the summary and listed behind one activation; a reader's own visit does not empty it", async (t) => {
    const id = await people.id("heavy");
    await people.page("gp", "heavy");
    const gp = await people.as("gp");
    const before = await gp.open(id);
    const again = await gp.open(id);
    const since = (text: string): string => /(has not opened this record before|last opened this record, [^:]*: ?\d*:?)/.exec(text)?.[0] ?? "";
    assert.equal(since(again.text), since(before.text));
    const page = await browserAs("gp");
    await page.goto(`${product.base}/person/${id}`);
    await walk(t, "J5", 1, async () => {
      await page.locator("#changed .panel__more").click();
      await page.waitForSelector(".chips");
    });
    await page.getByRole("link", { name: "7 days" }).click();
    await page.waitForURL(/since=7d/);
    assert.match(await page.locator("main").innerText(), /Received since \d\d-\w{3}-\d{4}/);
    await keepsAccessible(page, "changed");
    await page.context().close();
  });

  it("PUR-12 the lower half comes in the order of the role; what is fixed does not move", async () => {
    const order = async (staff: Staff): Promise<string[]> => [...(await people.page(staff, "heavy")).html.matchAll(/<section class="panel[^"]*" id="([a-z]+)"/g)].map((each) => each[1]!);
    const [paramedic, social] = [await order("paramedic"), await order("adultSocialWorker")];
    assert.deepEqual(paramedic.slice(0, 4), ["allergies", "escalation", "alerts", "medicines"]);
    assert.deepEqual(social.slice(0, 4), paramedic.slice(0, 4));
    assert.deepEqual(paramedic.slice(4), ["now", "problems", "changed", "about", "results", "documents", "plans"]);
    assert.deepEqual(social.slice(4), ["now", "about", "plans", "changed", "problems", "results", "documents"]);
  });

  it("PUR-14 DQU-08 the sources page names every source of the region: which hold what of this person, which do not know them, which are silent", async () => {
    const page = await people.page("gp", "heavy", "/sources");
    assert.match(page.text, /Maidstone and Tunbridge Wells NHS Trust.*Holds demographics/);
    assert.match(page.text, /Holds no entry, and has not said that there are none/);
    assert.match(page.text, /Other sources of this region.*Answered: does not know this person.*Has sent nothing yet/);
  });

  it("PUR-02 an open record learns of a new allergy within five seconds: marked as just arrived, nothing else moved, and on record", async (t) => {
    const page = await browserAs("paramedic");
    const id = await people.id("heavy");
    await people.page("paramedic", "heavy");
    await page.goto(`${product.base}/person/${id}`);
    await page.waitForTimeout(500);
    const community = new FeedClient(product, "ryy-fhir");
    const sent = await community.post("/fhir", bundleOf(
      heavyPatient(),
      { resourceType: "AllergyIntolerance", id: "live-a", patient: { reference: "Patient/live-1" }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }] }, code: { text: "Chlorhexidine" }, recordedDate: "2026-11-22" },
    ));
    assert.ok(sent.status < 300, sent.text);
    const began = Date.now();
    await page.waitForSelector("#allergies .tag--new", { timeout: 15_000 });
    t.diagnostic(`seen ${Date.now() - began} ms after it was acknowledged`);
    assert.match(await page.locator("#allergies").innerText(), /Just arrived\s*Chlorhexidine/);
    assert.match(await page.locator("#live").innerText(), /new entries since you opened this page: .*1 allergy/);
    assert.match(await page.locator("#announce").innerText(), /new entries/);
    await keepsAccessible(page, "live");
    await page.context().close();
  });

  it("REC-41 REC-46 a note says who wrote it where, an opinion is marked as one, and what a person said of themselves says that they said it", async () => {
    const community = new FeedClient(product, "ryy-fhir");
    const sent = await community.post("/fhir", bundleOf(
      heavyPatient(),
      { resourceType: "ClinicalImpression", id: "live-i", status: "completed", subject: { reference: "Patient/live-1" }, assessor: { display: "Nurse Ada Pell" }, date: "2026-11-21T10:00:00Z", summary: "Low mood is driving the falls" },
      { resourceType: "Observation", id: "live-s", status: "final", subject: { reference: "Patient/live-1" }, category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "social-history" }] }], code: { text: "Alcohol" }, valueString: "Two glasses of wine a week", effectiveDateTime: "2026-11-20", extension: [{ url: "https://kmcr.org.uk/StructureDefinition/said-by", valueCode: "person" }] },
    ));
    assert.ok(sent.status < 300, sent.text);
    const seen = async (path: string, words: RegExp): Promise<void> => {
      for (const end = Date.now() + 15_000; ; await sleep(300)) {
        const { text } = await people.page("gp", "heavy", path);
        if (words.test(text)) return;
        assert.ok(Date.now() < end, `${path}: ${text.slice(0, 2000)}`);
      }
    };
    await seen("/section/formulation", /Low mood is driving the falls.*Opinion.*Kent Community Health NHS Foundation Trust.*Nurse Ada Pell/);
    await seen("/circumstances", /Alcohol.*Two glasses of wine a week.*said by the person/);
  });

  it("PUR-02 an entry that the reader may not see is not told of; a record that closes says so on the open page", async () => {
    const id = await people.id("heavy");
    const clerk = await people.as("wardClerk");
    await sendAll(product.mllpPort, admission("RVV", "opening-clerk", { name: "Whibley^Margaret", birth: heavy.dateOfBirth.replaceAll("-", ""), nhsNumber: heavy.nhsNumber!, traced: true }));
    let opened = await clerk.open(id);
    for (const end = Date.now() + 20_000; opened.status !== 200 && Date.now() < end; await sleep(200)) opened = await clerk.open(id);
    assert.equal(opened.status, 200, opened.text.slice(0, 300));
    const address = /data-live="([^"]+)"/.exec(opened.html)![1]!.replaceAll("&amp;", "&");
    const stop = new AbortController();
    const answer = await fetch(new URL(address, product.base), { headers: { cookie: clerk.cookies, accept: "text/event-stream" }, signal: stop.signal });
    assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
    let heard = "";
    const reading = (async () => {
      for await (const part of answer.body!) heard += Buffer.from(part).toString("utf8");
    })().catch(() => undefined);
    const community = new FeedClient(product, "ryy-fhir");
    const patient = heavyPatient();
    await community.post("/fhir", bundleOf(patient, { resourceType: "Observation", id: "live-o", status: "final", subject: { reference: "Patient/live-1" }, category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }], code: { text: "Serum rhubarb" }, valueQuantity: { value: 3, unit: "mmol/L" }, effectiveDateTime: "2026-11-22T09:00:00Z" }));
    await sleep(5_000);
    assert.doesNotMatch(heard, /event: news/, "support staff see no results, and hear of none");
    await clerk.post("/sign-out", await clerk.get("/"), {});
    await community.post("/fhir", bundleOf(patient, { resourceType: "Observation", id: "live-o", status: "amended", subject: { reference: "Patient/live-1" }, category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }], code: { text: "Serum rhubarb" }, valueQuantity: { value: 4, unit: "mmol/L" }, effectiveDateTime: "2026-11-22T09:00:00Z" }));
    for (const end = Date.now() + 15_000; !/event: closed/.test(heard) && Date.now() < end; await sleep(100));
    assert.match(heard, /event: closed/);
    stop.abort();
    await reading;
  });
});
