/** The pages in a real browser: first screen, accessibility rules, keyboard, narrow screens, and no script at all. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { brokenRules } from "#test/keeps.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";

let browser: Browser;
let origin = "";
const { app } = sampleApp();

before(async () => {
  [browser, origin] = await Promise.all([launchBrowser(), app.listen({ port: 0, host: "127.0.0.1" })]);
});
after(async () => {
  await browser?.close();
  await app.close();
});

async function at(path: string, width: number, height: number, options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  await page.goto(`${origin}${path}`);
  return page;
}

const heavy = `/person/${PEOPLE.heavy}`;

for (const [width, height] of [[1280, 720], [1024, 768]] as const) {
  test(`U1 allergies, escalation, alerts and current medicines are on the first screen at ${width}x${height}`, async () => {
    const page = await at(heavy, width, height);
    const below = await page.evaluate(`[["#allergies .facts > li", 5], ["#escalation .facts > li", 1], ["#alerts .facts > li", 3], ["#medicines .facts > li", 12]]
      .flatMap(([selector, least]) => {
        const items = [...document.querySelectorAll(selector)];
        if (items.length < least) return [selector + " has " + items.length];
        return items.slice(0, least).filter((item) => item.getBoundingClientRect().bottom > innerHeight).map((item) => selector + ": " + item.textContent.slice(0, 40) + " " + Math.round(item.getBoundingClientRect().bottom));
      })`);
    assert.deepEqual(below, []);
    await page.context().close();
  });
}

const PATHS: readonly string[] = [
  "/",
  "/find",
  heavy,
  `/person/${PEOPLE.quiet}`,
  `/person/${PEOPLE.limited}`,
  `/person/${PEOPLE.conflict}`,
  `/person/${PEOPLE.died}`,
  `${heavy}/medicines`,
  `${heavy}/medicines/compare`,
  `${heavy}/observations`,
  `${heavy}/allergies`,
  `${heavy}/results`,
  `${heavy}/timeline`,
  `${heavy}/search`,
  `${heavy}/plans`,
  `${heavy}/details`,
  `${heavy}/sources`,
  `/person/${PEOPLE.long}/documents`,
  `/person/${PEOPLE.limited}/medicines`,
  `/person/${PEOPLE.reason}/reason`,
  `/person/${PEOPLE.refused}`,
  `/person/${PEOPLE.broken}`,
];

const violations = (page: Page): Promise<string[]> => brokenRules(page, "best-practice");

test("U9 what breaks a rule of accessibility is found, and where", async () => {
  const page = await at("/find", 1280, 720);
  await page.evaluate(`{
    const main = document.querySelector("main");
    main.insertAdjacentHTML("beforeend", '<img src="/none.png"><p id="pale">hardly seen</p>');
    Object.assign(document.querySelector("#pale").style, { color: "#999", background: "#fff" });
  }`);
  assert.deepEqual((await violations(page)).map((each) => each.split(" ").slice(0, 2).join(" ")), ["color-contrast: <p", "image-alt: <img"]);
  await page.context().close();
});

for (const [width, height] of [[1280, 720], [390, 844]] as const) {
  test(`U9 no accessibility rule is broken on any page at ${width} wide`, async () => {
    const page = await at(heavy, width, height);
    const item = await page.locator("#documents .facts a").first().getAttribute("href");
    await page.goto(`${origin}${heavy}/documents`);
    const cda = await page.getByRole("link", { name: "Ambulance patient care record" }).first().getAttribute("href");
    const pdf = await page.getByRole("link", { name: "Cardiology clinic letter" }).first().getAttribute("href");
    await page.goto(`${origin}${heavy}`);
    const series = await page.locator("#results tbody th a").first().getAttribute("href");
    // Narrow screens change the layout of a few kinds of page; one of each is enough there.
    const paths = width > 640 ? PATHS : [heavy, `${heavy}/medicines`, `${heavy}/results`];
    for (const path of [...paths, item!, series!, cda!, pdf!]) {
      await page.goto(`${origin}${path}`);
      assert.deepEqual(await violations(page), [], path);
    }
    // Everything that folds, unfolded.
    await page.goto(`${origin}${heavy}`);
    await page.evaluate(`document.querySelectorAll("details").forEach((one) => { one.open = true; })`);
    assert.deepEqual(await violations(page), [], "unfolded");
    await page.goto(`${origin}/find`);
    await follow(page, () => page.getByRole("button", { name: "Find by name" }).click());
    assert.deepEqual(await violations(page), [], "find, with faults");
    await page.context().close();
  });
}

test("1.4.10 no page needs sideways scrolling at 320 px, nor at 1024", async () => {
  const page = await at(heavy, 320, 640);
  for (const path of PATHS) {
    await page.goto(`${origin}${path}`);
    for (const width of [1024, 320]) {
      await page.setViewportSize({ width, height: 640 });
      const drawn = await page.evaluate(`document.documentElement.scrollWidth`);
      assert.ok(Number(drawn) <= width, `${path} at ${width}: ${String(drawn)}`);
    }
  }
  await page.context().close();
});

test("2.4.11 and 2.4.7 by keyboard: order of reading, focus seen, never under the banner, no trap", async () => {
  const page = await at(heavy, 1280, 720);
  const total = Number(await page.evaluate(`document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, [tabindex='0']").length`));
  const seen: { top: number; text: string; ok: boolean; outlined: boolean; order: number }[] = [];
  await page.evaluate(`window.all = [...document.querySelectorAll("*")]`);
  for (let step = 0; step < total; step++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(`document.activeElement === document.body`)) === true) break;
    seen.push(
      (await page.evaluate(`(() => {
        const element = document.activeElement;
        const box = element.getClientRects()[0];
        const banner = document.querySelector(".person");
        const hit = document.elementFromPoint(box.left + Math.min(box.width / 2, 8), box.top + box.height / 2);
        const style = getComputedStyle(element);
        return { top: box.top, text: element.textContent.trim().slice(0, 30) || element.id, ok: element.contains(hit) || hit?.contains(element) || banner.contains(element), outlined: style.outlineStyle !== "none" || style.boxShadow !== "none", order: window.all.indexOf(element) };
      })()`)) as (typeof seen)[number],
    );
  }
  assert.deepEqual(seen.filter(({ ok }) => !ok), [], "hidden under something");
  assert.deepEqual(seen.filter(({ outlined }) => !outlined), [], "focus not seen");
  assert.deepEqual(seen.map(({ order }) => order), seen.map(({ order }) => order).toSorted((a, b) => a - b), "order of the keyboard is not the order of reading");
  assert.ok(seen.length > 100, `${seen.length} stops`);
  assert.match(seen[0]!.text, /Skip to main content/);
  assert.match(seen[1]!.text, /Skip to allergies/);
  await page.context().close();
});

test("every original of a merged row is one activation away, by keyboard", async () => {
  const page = await at(heavy, 1280, 720);
  const summary = page.locator("#medicines details.src > summary", { hasText: "3 sources" });
  await summary.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#medicines details.src[open] .originals > li").count(), 3);
  await page.context().close();
});

test("older entries swap in place with the script, and load as a page without it", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await at(`/person/${PEOPLE.long}/documents`, 1280, 720, { javaScriptEnabled });
    const first = await page.locator("#s-documents tbody tr").first().textContent();
    await follow(page, () => page.getByRole("link", { name: "Older entries" }).click());
    await page.waitForURL(/before=/);
    assert.notEqual(await page.locator("#s-documents tbody tr").first().textContent(), first);
    assert.equal(await page.locator("h1").count(), 1);
    if (javaScriptEnabled) {
      assert.equal(await page.evaluate(`document.activeElement.id`), "s-documents");
      assert.match((await page.locator("#announce").textContent())!, /Documents: 50 of 246/);
    }
    await page.context().close();
  }
});

test("nothing is fetched from elsewhere, and the content security policy refuses nothing of ours", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const asked: string[] = [];
  const said: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(`${origin}${heavy}`);
  await page.waitForLoadState("load");
  assert.deepEqual(asked.filter((url) => !url.startsWith(origin)), []);
  assert.ok(asked.length <= 10, `${asked.length} requests`);
  assert.deepEqual(said, []);
  await context.close();
});

test("finding a person by number opens the summary from the keyboard alone", async () => {
  const page = await at("/find", 1280, 720);
  await page.getByLabel("NHS number").fill("999 000 0018");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No match" }).waitFor();
  await page.getByLabel("NHS number").fill("9434765919");
  await page.keyboard.press("Enter");
  await follow(page, () => page.getByRole("link", { name: /SMITH, Jane/ }).click());
  assert.equal(await page.title(), "Summary – J.S. – Shared Care Record");
  assert.doesNotMatch(page.url(), /9434765919/);
  await page.context().close();
});
