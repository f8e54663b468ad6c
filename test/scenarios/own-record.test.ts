/** What the person does not see of their own record, and releasing it: through HTTP and in a real browser. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { FeedClient } from "#test/feed-command.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { People, storyOf } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import type { WebReader } from "#test/web-reader.ts";

describe("what the person sees of their own record", () => {
  let product: Product;
  let people: People;
  let browser: Browser;
  const heavy = storyOf("heavy");
  const NOT_SEEN = /The person does not see this on their own pages/;
  before(async () => {
    [product, browser] = await Promise.all([startProduct({ people: 60 }), launchBrowser()]);
    people = new People(product);
  });
  after(async () => {
    await browser?.close();
    await product?.stop();
  });

  const send = async (version: string): Promise<void> => {
    const patient = patientResource({ id: "own-1", nhsNumber: heavy.nhsNumber!, family: "Whibley", given: "Margaret", birthDate: heavy.dateOfBirth });
    const note = (id: string, code: object, more: object): Record<string, unknown> => ({ resourceType: "Observation", id, status: "final", subject: { reference: "Patient/own-1" }, category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "social-history" }] }], code, effectiveDateTime: "2026-11-20T10:00:00Z", performer: [{ display: "Nurse Ada Pell" }], ...more });
    const sent = await new FeedClient(product, "ryy-fhir").post("/fhir", bundleOf(
      patient,
      note("own-note", { coding: [{ system: "http://snomed.info/sct", code: "37331000000100", display: "Comment note" }], text: "Comment" }, { valueString: `Check at the next visit who has the key (${version})` }),
      note("own-fact", { text: "Pets" }, { valueString: "Keeps a parrot" }),
    ));
    assert.ok(sent.status < 300, sent.text);
  };
  /** The list's page once it says something. */
  const seen = async (reader: WebReader, path: string, words: RegExp): Promise<{ text: string; html: string }> => {
    for (const end = Date.now() + 20_000; ; await sleep(300)) {
      const page = await reader.open(await people.id("heavy"), path);
      if (words.test(page.text)) return page;
      assert.ok(Date.now() < end, `${path}: ${page.text.slice(0, 3000)}`);
    }
  };
  const rowWith = (html: string, words: string): string => [...html.matchAll(/<tr[^>]*>[\s\S]*?<\/tr>/g)].map(([row]) => row).find((row) => row.includes(words)) ?? assert.fail(`no row with ${words}`);
  const itemOf = (row: string): string => /href="(\/person\/[^"/]+\/item\/[^"/]+)"/.exec(row)![1]!;

  it("REC-42 a professional's comment is not the person's to see until its author or a named officer releases it, with their name and day; a change at its source keeps it back again", async () => {
    await send("first");
    const [gp, nurse] = await Promise.all([people.as("gp"), people.as("communityNurse")]);
    const list = await seen(gp, "/circumstances", /who has the key \(first\)/);
    assert.match(rowWith(list.html, "who has the key"), NOT_SEEN);
    assert.doesNotMatch(rowWith(list.html, "Keeps a parrot"), NOT_SEEN, "a fact is seen");
    const item = itemOf(rowWith(list.html, "who has the key"));
    const factItem = itemOf(rowWith(list.html, "Keeps a parrot"));

    const theirs = await gp.get(item);
    assert.match(theirs.text, /What the person sees The person does not see this on their own pages ?: it is a comment or aide-memoire of a professional\. Its author, or the officer whom its organisation has named for it, decides/);
    assert.doesNotMatch(theirs.html, /item\/[^"]+\/own-record"/);
    for (const path of [`${item}/own-record`, `${factItem}/own-record`]) assert.equal((await gp.get(path)).status, path.startsWith(item) ? 403 : 409, path);
    assert.equal((await gp.post(`${item}/own-record`, theirs, { act: "released", version: "1", words: "not mine to release" })).status, 403);

    assert.equal((await nurse.open(await people.id("heavy"))).status, 200);
    const form = await nurse.get(`${item}/own-record`);
    assert.equal(form.status, 200, form.text.slice(0, 400));
    const version = /name="version" value="(\d+)"/.exec(form.html)![1]!;
    assert.equal((await nurse.post(`${item}/own-record`, form, { act: "released", version, words: " " })).status, 400, "why is asked");
    assert.equal((await nurse.post(`${item}/own-record`, form, { act: "released", version: "99", words: "read an older one" })).status, 400, "another version than was read");
    assert.equal((await nurse.post(`${item}/own-record`, form, { act: "released", version, words: "Talked it over with her at home" })).status, 200);

    const released = /Released to the person by Marcus Bell, Kent Community Health NHS Foundation Trust on \d\d-\w{3}-\d{4}/;
    const after = await seen(gp, "/circumstances", released);
    assert.doesNotMatch(rowWith(after.html, "who has the key"), NOT_SEEN);
    assert.match((await gp.get(item)).text, /Released to the person by Marcus Bell.*: Talked it over with her at home/);

    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: product.base });
    await context.addCookies(nurse.browserCookies);
    const page = await context.newPage();
    await page.goto(item);
    await keepsAccessible(page, "own-record-item");
    await follow(page, () => page.getByRole("link", { name: "Keep back from the person again" }).click());
    await keepsAccessible(page, "own-record-form");
    await page.getByLabel("Why, and with whom you have talked").fill("Her son has the key, and asked that she is not told");
    await page.getByRole("button", { name: "Keep back from the person again" }).click();
    await page.waitForURL(/h-own-record/);
    assert.match(await page.locator("section", { has: page.locator("#h-own-record") }).innerText(), NOT_SEEN);
    await follow(page, () => page.getByRole("link", { name: "Release to the person" }).click());
    await page.getByLabel("Why, and with whom you have talked").fill("Her son agrees now");
    await page.getByRole("button", { name: "Release to the person" }).click();
    await page.waitForURL(/h-own-record/);
    await context.close();

    await send("second");
    const changed = await seen(gp, "/circumstances", /who has the key \(second\)/);
    assert.match(rowWith(changed.html, "who has the key"), NOT_SEEN);
    assert.match((await gp.get(item)).text, /It was released by Marcus Bell.*, and its source has changed it since/);

    const officer = await people.as("privacyOfficer");
    const trail = await officer.get(`/office/privacy/person?person=${await people.id("heavy")}`);
    assert.match(trail.text, /Decided whether the person sees an entry/, "each act is on record");
  });
});
