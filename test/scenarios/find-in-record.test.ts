/** Finding something in a record through the outside: search, timeline, documents; with a browser and without a script. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { bundleOf, documentResource, patientResource } from "#test/fhir-patient.ts";
import { FeedClient, untilApplied } from "#test/feed-command.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { People, storyOf, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { pdf, PNG } from "#test/sample-documents.ts";
import { rowsOf } from "#test/web-reader.ts";

const FEED = "ryy-fhir";
const LETTER = ["Cardiology clinic letter", "Old myocardial infarction in 2011, stented. Ejection fraction 45 percent.", "Plan: continue bisoprolol."];
/** A picture in a form that browsers do not draw. */
const TIFF = Buffer.concat([Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]), Buffer.alloc(64)]);

describe("finding something in a record", () => {
  let product: Product;
  let people: People;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  before(async () => {
    [product, browser] = await Promise.all([startProduct({ people: 60 }), launchBrowser()]);
    people = new People(product);
    const story = storyOf("heavy");
    const file = (id: string, title: string, bytes: Buffer, contentType: string, more: object = {}): Record<string, unknown> => ({ ...documentResource("find-1", id, title, ""), content: [{ attachment: { contentType, title, data: bytes.toString("base64") } }], ...more });
    const answer = await new FeedClient(product, FEED).post("/fhir", bundleOf(
      patientResource({ id: "find-1", nhsNumber: story.nhsNumber!, family: "Whibley", given: "Margaret", birthDate: story.dateOfBirth }),
      file("find-letter", "Cardiology letter", pdf(LETTER), "application/pdf", { date: "2026-10-20T09:00:00Z" }),
      file("find-photo", "Wound photograph", PNG, "image/png", { date: "2026-10-10T09:00:00Z" }),
      file("find-scan", "Scanned risk assessment", TIFF, "image/tiff", { date: "2025-02-03T09:00:00Z" }),
      { resourceType: "Condition", id: "find-copd", subject: { reference: "Patient/find-1" }, clinicalStatus: { coding: [{ code: "resolved" }] }, code: { text: "Sepsis, urinary source" }, recordedDate: "2022-03-04" },
      { resourceType: "Condition", id: "find-murmur", subject: { reference: "Patient/find-1" }, clinicalStatus: { coding: [{ code: "active" }] }, code: { text: "Heart murmur" }, recordedDate: "2022-03-05", recorder: { display: "Nurse Ada Pell" } },
    ));
    assert.ok(answer.status < 300, answer.text);
    await untilApplied(product, FEED);
    for (const until = Date.now() + 30_000; !/Ejection/.test((await search("gp", "ejection")).text); await sleep(300)) assert.ok(Date.now() < until, "the letter's words were never read");
  });
  after(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await product?.stop();
  });

  /** A search as a browser without a script sends it. */
  const search = async (staff: Staff, words: string, key = "heavy", kind = "", more: Record<string, string> = {}): ReturnType<People["page"]> => {
    const from = await people.page(staff, key);
    return (await people.as(staff)).post(`/person/${await people.id(key)}/search${kind === "" ? "" : `?kind=${kind}`}`, from, { words, ...more });
  };
  /** The summary in a browser, as the professional who is signed in already. */
  async function summary(staff: Staff, key = "heavy"): Promise<Page> {
    await people.page(staff, key);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    await context.addCookies((await people.as(staff)).browserCookies);
    const page = await context.newPage();
    await page.goto(`${product.base}/person/${await people.id(key)}`);
    return page;
  }

  it("PUR-17 J4 creatinine over two years is two activations from the summary, and no word of the search is in an address", async (t) => {
    const page = await summary("edDoctor");
    const addresses: string[] = [];
    page.on("framenavigated", (frame) => addresses.push(frame.url()));
    await page.locator("#search-q").fill("crea");
    const began = performance.now();
    await page.keyboard.press("Enter");
    const hit = page.locator("#found-result a", { hasText: "Creatinine" }).first();
    await hit.waitFor();
    const searched = performance.now() - began;
    assert.equal(await page.locator("#found-result mark").first().textContent(), "Creatinine");
    assert.match((await page.locator("#found-result tbody tr").first().textContent())!, /newest of \d+ values/);
    await keepsAccessible(page, "search-found");
    const clicked = performance.now();
    await hit.click();
    await page.getByRole("heading", { level: 1, name: /Creatinine/ }).waitFor();
    t.diagnostic(`J4: 2 activations; results ${searched.toFixed(0)} ms, trend ${(performance.now() - clicked).toFixed(0)} ms`);
    assert.ok((await page.locator(".chart .chart__pick").count()) >= 2, "a trend of several values");
    assert.deepEqual(addresses.filter((address) => /crea/i.test(decodeURIComponent(address))), []);
  });

  it("PUR-17 J3 the last discharge summary is one activation from the summary, and can be read at once", async (t) => {
    const page = await summary("edDoctor");
    const clicked = performance.now();
    await page.locator("#documents a", { hasText: "Discharge summary: Community acquired pneumonia" }).first().click();
    await page.getByText("Diagnosis: Community acquired pneumonia").first().waitFor();
    t.diagnostic(`J3: 1 activation; words of the first page ${(performance.now() - clicked).toFixed(0)} ms`);
    assert.match(page.url(), /\/documents\/[0-9a-f]{64}$/);
    await keepsAccessible(page, "document-open");
  });

  it("REC-15 a letter is found by another word for what is written on its second page, and opens with it marked", async () => {
    const found = await search("gp", "heart attack 2011");
    assert.match(found.text, /Cardiology letter matches myocardial infarction Page 2 of 3: .*Old myocardial infarction in 2011/);
    const page = await summary("gp");
    await page.locator("#search-q").fill("heart attack 2011");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Open with these words marked in Cardiology letter/ }).click();
    await page.locator("#marked").waitFor();
    assert.equal(await page.locator("#marked").textContent(), "myocardial infarction");
    assert.ok(await page.locator("#marked").isVisible());
    assert.doesNotMatch(page.url(), /heart|attack|2011/);
    // Where the mark is in view the banner lies over the navigation.
    await page.evaluate("scrollTo(0, 0)");
    await keepsAccessible(page, "document-marked");
  });

  it("PUR-17 what is found is narrowed by kind and by who wrote it, typed or chosen, and says of how many; the kind alone stands in the address", async () => {
    const numbers = (text: string): number[] => /Showing (\d+) of (\d+)/.exec(text)!.slice(1).map(Number);
    const all = Number(/(\d+) found/.exec((await search("gp", "heart")).text)![1]);
    const [problems, ofAll] = numbers((await search("gp", "heart kind:problems")).text);
    assert.ok(problems! > 0 && problems! < all && ofAll === all, `${problems} of ${ofAll}, ${all}`);
    assert.deepEqual(numbers((await search("gp", "heart", "heavy", "problem")).text), [problems, all], "typed and chosen are the same");
    assert.match((await search("gp", "heart kind:rhubarb")).text, /There is no kind "rhubarb"\. Looked for in all: medicine, allergy/);
    const written = await search("gp", "heart author:pell");
    assert.deepEqual(numbers(written.text), [1, all]);
    assert.match(written.text, /Heart murmur/);
    const byNurse = await search("gp", "author:\"ada pell\"");
    assert.match(byNurse.text, /1 found.*Heart murmur/, "who wrote it is enough");
    assert.match((await search("gp", "heart", "heavy", "", { author: "nobody of this name" })).text, /Nothing found with these filters: [1-9]\d* without them.*No match in the \d+ sources that answered.*Showing 0 of/);
    const page = await summary("gp");
    const addresses: string[] = [];
    page.on("framenavigated", (frame) => addresses.push(frame.url()));
    await page.locator("#search-q").fill("heart");
    await page.keyboard.press("Enter");
    await page.getByLabel("Written by (name or role)").fill("pell");
    await page.keyboard.press("Enter");
    await page.locator("#showing").waitFor();
    await keepsAccessible(page, "search-filtered");
    await page.getByRole("button", { name: /Written by pell/ }).click();
    await page.getByRole("button", { name: /^Problems and procedures \(/ }).click();
    await page.waitForURL(/search\?kind=problem$/);
    await page.getByLabel("Written by (name or role)").fill("pell");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.locator("#showing", { hasText: "Written by pell" }).waitFor();
    assert.match(await page.locator("#showing").innerText(), /Problems and procedures[^]*Written by pell/);
    await page.getByRole("button", { name: /Written by pell/ }).click();
    await page.locator("#showing button", { hasText: "Written by" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Problems and procedures.*take this filter off/ }).click();
    await page.waitForURL(/search$/);
    assert.ok(addresses.every((address) => !/heart|author|pell/i.test(address.split("/search")[1] ?? "")), addresses.join(" "));
  });

  it("REC-15 documents are listed by type, organisation and period, each filter with its number and a way off; one is read beside the list", async () => {
    const letters = await people.page("gp", "heavy", "/documents?kind=letter");
    assert.match(letters.text, /Showing 1 of 4 – filters on Filters: Letters/);
    assert.match(letters.text, /Cardiology letter/);
    assert.doesNotMatch(letters.text, /Scanned risk assessment/);
    assert.match((await people.page("gp", "heavy", "/documents?kind=risk")).text, /Scanned risk assessment/);
    assert.match((await people.page("gp", "heavy", "/documents?period=3m")).text, /Showing 3 of 4/);
    assert.match((await people.page("gp", "heavy", "/documents?organisation=RYY")).text, /Showing 3 of 4/);
    assert.match((await people.page("gp", "heavy", "/documents?setting=acute")).text, /Showing 1 of 4.*Discharge summary/);
    const page = await summary("gp");
    await page.goto(`${page.url()}/documents?kind=letter`);
    await keepsAccessible(page, "documents");
    await follow(page, () => page.locator("#showing a", { hasText: "Letters" }).click());
    await follow(page, () => page.getByRole("link", { name: "Wound photograph", exact: true }).click());
    assert.equal(await page.locator("nav[aria-label='List of documents'] a").count(), 4);
    assert.ok(await page.evaluate("document.querySelector('img.doc__image').decode().then(() => true)"), "the picture is drawn");
    await follow(page, () => page.getByRole("link", { name: "Scanned risk assessment", exact: true }).click());
    assert.match((await page.locator("main").textContent())!, /a TIFF picture and cannot be shown here. It is kept as it came/);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok(!(await page.locator(".docs__list").isVisible()), "on a phone list and document are two steps");
    await follow(page, () => page.getByRole("link", { name: "Back to the list of documents" }).click());
    assert.match(page.url(), /\/documents$/);
  });

  it("a PDF may be framed by our own pages and by nobody else, and is never forced to be saved", async () => {
    const reader = await people.as("gp");
    const list = await people.page("gp", "heavy", "/documents");
    const viewer = await reader.get(/href="(\/person\/[^"]+\/documents\/[0-9a-f]{64})"[^>]*>Cardiology letter/.exec(list.html)![1]!);
    const address = /<iframe class="frame" src="([^"]+)"/.exec(viewer.html)![1]!;
    const answer = await fetch(new URL(address, product.base), { headers: { cookie: reader.cookies } });
    assert.deepEqual([answer.headers.get("content-type"), answer.headers.get("content-disposition"), answer.headers.get("x-frame-options")], ["application/pdf", "inline", "SAMEORIGIN"]);
    assert.match(answer.headers.get("content-security-policy")!, /frame-ancestors 'self'/);
  });

  it("PUR-05 PUR-06 one history across organisations: hospital, practice, community and social care stand in lanes of one timeline, and as the same rows", async () => {
    const page = await people.page("gp", "heavy", "/timeline?period=5y");
    const lane = (id: string): string[] => rowsOf(new RegExp(`id="lane-${id}"[\\s\\S]*?</section>`).exec(page.html)![0]).map((cells) => cells.join(" | "));
    const holds = (id: string, ...facts: string[]): void => assert.ok(lane(id).some((row) => facts.every((fact) => row.includes(fact))), `${id}: ${facts.join()} in\n${lane(id).join("\n")}`);
    holds("attendances", "General internal medicine", "Maidstone and Tunbridge Wells NHS Trust");
    holds("problems", "since", "Heart failure", "Albion Place Medical Practice");
    holds("problems", "Sepsis, urinary source", "Kent Community Health");
    holds("medicines", "since", "Furosemide 40mg tablets");
    holds("documents", "Cardiology letter", "Kent Community Health");
    holds("social-care", "Home care, 4 visits a day", "Kent County Council");
    holds("plans", "Heart failure care plan", "Kent Community Health");
    assert.match(page.html, /<svg class="time__drawing"/);
    const ward = await people.page("communityNurse", "virtual-ward", "/timeline");
    assert.match(ward.text, /Virtual ward/, "digital support is part of the journey");
  });

  it("PUR-08 the timeline is narrowed by period, kind, organisation and setting, says of how many, and a cluster opens as its own days", async () => {
    const all = await people.page("gp", "heavy", "/timeline?period=all");
    const [, shown, total] = /Showing (\d+) of (\d+)/.exec(all.text)!;
    assert.equal(shown, total, "all of it, where no filter is on");
    const hospital = await people.page("gp", "heavy", "/timeline?period=all&setting=acute");
    assert.match(hospital.text, /Showing \d+ of \d+ – filters on Filters: All .*Hospital/);
    assert.doesNotMatch(hospital.text, /Home care, 4 visits a day/);
    const results = await people.page("gp", "heavy", "/timeline?period=all&kind=results");
    assert.match(results.text, /\d+ in this period, shown as \d+ clusters/);
    const [, count] = /shown as \d+ clusters?[\s\S]*?>(\d+) entries/.exec(results.html)!;
    const cluster = /<td data-label="What"><div><a href="([^"]+timeline\?[^"]+)">/.exec(results.html)![1]!.replaceAll("&amp;", "&");
    const opened = await (await people.as("gp")).get(cluster);
    assert.match(opened.text, new RegExp(`Results and observations ${count} in this period`));
    assert.match(opened.text, /Creatinine|Haemoglobin/);
    assert.doesNotMatch(cluster.split("?")[1]!, /[0-9a-f]{8}-|\b\d{10}\b/, "no identifier among the filters");
    const other = await people.page("gp", "deaf", "/timeline");
    assert.doesNotMatch(other.text, /Filters:/, "no filter goes along to another person");
    const long = await people.page("hospitalDoctor", "entries-20000", "/timeline?period=all&kind=results");
    assert.match(long.text, /20000 in this period, shown as \d+ clusters/);
  });

  it("what is new to my organisation since before this visit is a filter; to one that never opened the record all of it is", async () => {
    const everything = /Showing (\d+) of/.exec((await people.page("hospiceNurse", "heavy", "/timeline?period=all")).text)![1];
    assert.equal(/Showing (\d+) of/.exec((await people.page("hospiceNurse", "heavy", "/timeline?period=all&unread=yes")).text)![1], everything);
  });

  it("the timeline keeps the rules of accessibility at 1280 and 390 wide, by keyboard and without a drag", async () => {
    const page = await summary("gp");
    await page.getByRole("navigation", { name: "Record" }).getByRole("link", { name: "Timeline" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Timeline/ }).waitFor();
    await keepsAccessible(page, "timeline");
    for (const [name, address] of [["Longer", /period=5y$/], ["Shorter", /timeline$/], ["Earlier", /\?until=\d{4}-\d\d-\d\d$/]] as const) {
      await page.getByRole("link", { name, exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(address);
    }
    await page.setViewportSize({ width: 1024, height: 768 });
    const tabs = Number(await page.evaluate("document.querySelector('.tabs').getBoundingClientRect().height"));
    assert.ok(tabs < 40, `the navigation with its box is one line at 1024 wide, not ${tabs} high`);
  });

  it("PUR-16 nothing found says who answered and who did not, and that policy could keep something back", async () => {
    const { text, status } = await search("edDoctor", "xylophone");
    assert.equal(status, 200);
    assert.match(text, /No match in the \d+ sources that answered\. This does not mean that there is nothing\./);
    assert.match(text, /sent nothing yet/);
    assert.match(text, /Some information may not be shown for your role/);
    assert.match(text, /document was not searched by their words|documents were not searched by their words/);
    assert.match((await search("adultSocialWorker", "creatinine")).text, /Not searched, since your role does not see them:/);
    assert.match((await search("edDoctor", " ,; ")).text, /There is no word to look for/);
  });

  it("AUD-01 a search is in the trail with its words, who searched and what was shown", async () => {
    await search("communityNurse", "bisoprolol");
    const officer = await people.as("privacyOfficer");
    const from = await officer.get("/office/privacy/staff");
    const { text } = await officer.post("/office/privacy", from, { nhsNumber: storyOf("heavy").nhsNumber! });
    assert.match(text, /Searched in the record.{0,200}searched for "bisoprolol"/);
  });
});
