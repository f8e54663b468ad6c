/** What a feed sends is judged as it takes effect: its owner sees it within seconds, another organisation never. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let officer: WebReader;
let administrator: WebReader;
before(async () => {
  product = await startProduct();
  [officer, administrator] = await Promise.all([WebReader.signIn(product, STAFF.dataQualityOfficer), WebReader.signIn(product, STAFF.administrator)]);
});
after(() => product?.stop());

const stamp = (days = 0): string => `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).replace(/\D/g, "")}+0000`;
const admission = (facility: string, id: string, more: { nhs?: string; name?: string; birth?: string; postcode?: string; at?: string; end?: string } = {}): string =>
  [
    `MSH|^~\\&|PAS|${facility}|KMCR|KMCR|${more.at ?? stamp()}||ADT^A01|${id}|P|2.4`, `EVN|A01|${more.at ?? stamp()}`,
    `PID|1||${id}^^^${facility}^MR${more.nhs === undefined ? "" : `~${more.nhs}^^^NHS^NH`}||${more.name ?? "Qualitytest^Robin"}||${more.birth ?? "19700101"}|M|||1 Test Street^^Testham^^${more.postcode ?? "ME14 1XX"}^GBR^H`,
    `PV1|1|I|WARD1^^^${facility}||||||||||||||||V-${id}${"|".repeat(25)}20261101100000|${more.end ?? ""}`, "",
  ].join("\r");
const send = async (...messages: string[]): Promise<void> => {
  const line = await MllpLine.open(product.mllpPort);
  for (const each of messages) assert.equal((await line.send(each)).code, "AA");
  line.close();
};
const issues = (page: Page): string[] => rowsOf(page.html).map((cells) => cells.join(" | ")).filter((row) => /rvv-adt \| Open|rn7-adt \| Open/.test(row));

async function until(reader: WebReader, wanted: (page: Page) => boolean, seconds = 10): Promise<Page> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const page = await reader.get("/office/data-quality");
    assert.equal(page.status, 200, page.text.slice(0, 300));
    if (wanted(page)) return page;
    assert.ok(Date.now() < end, `not within ${seconds} s: ${page.text.slice(0, 2500)}`);
  }
}

describe("the owner of a feed", () => {
  it("DQU-04 sees within seconds what is wrong in a message, where, and in which message; and no value of it", async () => {
    await send(admission("RVV", "dq-1", { nhs: "9990000442", name: "BABY^Secretgiven", birth: "19000101", postcode: "Nowhere", at: stamp(9), end: "20261101093000" }));
    const page = await until(officer, (each) => issues(each).length >= 6);
    for (const [rule, place] of [["The NHS number is not valid", "PID-3"], ["The name is a word that stands for no name", "PID-5"], ["The date of birth is one that systems write where they know none", "PID-7"], ["The postcode is not in the form of one", "PID-11"], ["The message came more than 7 days after the event", "EVN-2 or MSH-7"], ["The end of a visit is before its start", "PV1-45"]]) {
      assert.ok(issues(page).some((row) => row.includes(`${rule} `) && row.includes(`| ${place}`)), `${rule}: ${issues(page).join("\n")}`);
    }
    assert.match(page.html, /href="\/office\/messages\/rvv-adt\/[0-9a-f-]{36}"/);
    assert.doesNotMatch(page.html, /9990000442|Secretgiven|19000101|1900-01-01|Nowhere/);
  });

  it("DQU-04 sees nothing of another organisation's feed; the administrator sees all", async () => {
    await send(admission("RN7", "dq-2", { name: "UNKNOWN^Person" }));
    const all = await until(administrator, (page) => issues(page).some((row) => row.includes("rn7-adt")));
    assert.ok(issues(all).some((row) => row.includes("rvv-adt")));
    const own = await officer.get("/office/data-quality");
    assert.doesNotMatch(own.html, /rn7-adt/);
    const link = /href="(\/office\/data-quality\/issue\/rn7-adt\/[^"]+)"/.exec(all.html)![1]!;
    assert.equal((await officer.get(link)).status, 404);
    const form = await administrator.get(link);
    assert.equal((await officer.post(link, form, { reason: "not mine to close", which: "all" })).status, 404);
    assert.ok(issues(await administrator.get("/office/data-quality")).some((row) => row.includes("rn7-adt")), "still open");
  });

  it("DQU-04 has a scorecard by feed and dimension: sound messages raise the share, and one with an issue is never 100 %", async () => {
    await send(...[1, 2, 3].map((index) => admission("RVV", `dq-sound-${index}`, { nhs: "9990000441" })));
    const share = (page: Page): string[] => rowsOf(page.html).find((cells) => cells[0]?.startsWith("rvv-adt"))?.slice(1) ?? [];
    const page = await until(officer, (each) => share(each)[0] === "0 % (0 %)" && share(each).at(-1)?.startsWith("4") === true);
    // NHS number, completeness, validity, timeliness, uniqueness, consistency, messages. None said that its number was traced.
    assert.deepEqual(share(page), ["0 % (0 %)", "100 % (100 %)", "75 % (75 %)", "75 % (75 %)", "100 % (100 %)", "75 % (75 %)", "4 (4)"]);
    assert.ok(rowsOf(page.html).some((cells) => cells.join(" | ").startsWith("The NHS number is not said to be traced and verified nhs-number-not-traced | rvv-adt | 3 | new | 3")), page.text.slice(0, 2500));
  });

  it("DQU-04 closes an issue with a reason, or all of its rule: they leave the list, and the share stays as it was", async () => {
    const page = await officer.get("/office/data-quality?rule=nhs-number-not-traced");
    assert.equal(issues(page).length, 3);
    const link = /href="(\/office\/data-quality\/issue\/[^"]+)"/.exec(page.html)![1]!;
    const form = await officer.get(link);
    const refused = await officer.post(link, form, { reason: "ok", which: "one" });
    assert.deepEqual([refused.status, /Say what was done about it/.test(refused.text)], [400, true]);
    await officer.post(link, form, { reason: "the interface will send the status from Monday", which: "one" });
    assert.equal(issues(await officer.get("/office/data-quality?rule=nhs-number-not-traced")).length, 2);
    assert.equal((await officer.get(link)).status, 409, "closed meanwhile");
    const next = /href="(\/office\/data-quality\/issue\/[^"]+)"/.exec((await officer.get("/office/data-quality?rule=nhs-number-not-traced")).html)![1]!;
    await officer.post(next, await officer.get(next), { reason: "the interface will send the status from Monday", which: "all" });
    const closed = await officer.get("/office/data-quality?rule=nhs-number-not-traced");
    assert.equal(issues(closed).length, 0);
    assert.match(closed.text, /No issue is open of the rule/);
    assert.ok(rowsOf(closed.html).some((cells) => cells[0]?.startsWith("rvv-adt") && cells[1] === "0 % (0 %)"), "what was sent is not better for it");
    assert.ok(issues(await officer.get("/office/data-quality")).length >= 6, "issues of other rules stay");
  });
});

describe("data quality in a browser", () => {
  let browser: Browser;
  before(async () => void (browser = await launchBrowser()));
  after(() => browser?.close());

  it("keeps WCAG 2.2 AA, fits a phone, and an issue is closed by keyboard alone", async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`${product.base}/sign-in/cis2`);
    await follow(page, () => page.locator(`button[value="${STAFF.dataQualityOfficer}"]`).click());
    const keeps = (what: string): Promise<void> => keepsAccessible(page, what);
    await page.goto(`${product.base}/office/data-quality`);
    await keeps("data-quality");
    const open = (): Promise<number> => page.locator('a[href^="/office/data-quality/issue/"]').count();
    const before = await open();
    await page.locator('a[href^="/office/data-quality/issue/"]').first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/issue\//);
    await keeps("data-quality-issue");
    await page.locator("#reason").focus();
    await page.keyboard.type("put right at the source this morning");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/office\/data-quality(#issues)?$/);
    assert.equal(await open(), before - 1);
  });
});
