/** The real product's pages in a real browser: accessibility rules, the whole width of a phone, no script needed. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { follow, launchBrowser } from "#test/browser.ts";
import { brokenRules } from "#test/keeps.ts";
import { STAFF, storyOf, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";

const RECORD = ["", "/medicines", "/allergies", "/problems", "/results", "/documents", "/plans", "/end-of-life", "/services", "/people", "/referrals", "/about-me", "/history", "/details", "/sources"];

describe("pages of the real product", () => {
  let product: Product;
  let browser: Browser;
  const contexts = new Map<Staff, BrowserContext>();

  /** A page of a signed-in professional, who clicks through the sign-in as a person does. */
  async function as(staff: Staff): Promise<Page> {
    const known = contexts.get(staff);
    if (known !== undefined) return known.newPage();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.set(staff, context);
    const page = await context.newPage();
    await page.goto(`${product.base}/sign-in/cis2`);
    await rules(page, "sign-in stand-in");
    await follow(page, () => page.locator(`button[value="${STAFF[staff]}"]`).click());
    if (page.url().includes("/sign-in/role")) {
      await rules(page, "choose a role");
      await page.locator("input[name=profile]").first().check();
      await follow(page, () => page.getByRole("button", { name: "Continue" }).click());
    }
    return page;
  }

  /** Finds the person and gives a reason where one is asked for; ends on the summary. */
  async function open(page: Page, key: string): Promise<string> {
    await page.goto(`${product.base}/find`);
    await page.locator("main #nhsNumber").fill(storyOf(key).nhsNumber!);
    await follow(page, () => page.getByRole("button", { name: "Find by NHS number" }).click());
    await rules(page, "found");
    await follow(page, () => page.locator(".t--people a").first().click());
    if (page.url().endsWith("/reason")) {
      await rules(page, "reason");
      await page.locator("input[name=kind]").first().check();
      await page.locator("#words").fill("brought in by ambulance, confused");
      await follow(page, () => page.locator("main form button[type=submit]").click());
    }
    return page.url();
  }

  async function rules(page: Page, what: string): Promise<void> {
    assert.deepEqual(await brokenRules(page), [], what);
  }

  async function fits(page: Page, what: string): Promise<void> {
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${what} is wider than a phone`);
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  before(async () => {
    [product, browser] = await Promise.all([startProduct({ people: 60 }), launchBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await product?.stop();
  });

  it("every page of a heavy record keeps WCAG 2.2 AA and fits a phone", async () => {
    const page = await as("edDoctor");
    const record = await open(page, "heavy");
    for (const path of RECORD) {
      await page.goto(`${record}${path}`);
      await rules(page, path);
      await fits(page, path);
    }
  });

  it("a referral step by step, who is involved and the lists of wards and teams keep the rules and work by keyboard alone", async () => {
    const page = await as("communityNurse");
    await page.goto(`${product.base}/`);
    await rules(page, "caseload");
    await fits(page, "caseload");
    const record = await open(page, "referrals-followed");
    await page.goto(`${record}/referrals`);
    await page.locator("main a[href*='/referral/']").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/referral\//);
    await rules(page, "referral");
    await fits(page, "referral");
    for (const path of ["/people", "/plans", "/services"]) {
      await page.goto(`${record}${path}`);
      await rules(page, path);
      await fits(page, path);
    }
    const doctor = await as("hospitalDoctor");
    await doctor.goto(`${product.base}/`);
    await rules(doctor, "ward list");
    await fits(doctor, "ward list");
  });

  it("allergies, escalation, alerts and the first current medicines of a heavy record are on the first screen", async () => {
    const page = await as("edDoctor");
    await open(page, "heavy");
    const below = await page.evaluate(`[["#allergies .facts > li", 5], ["#escalation .facts > li", 1], ["#alerts .facts > li", 3], ["#medicines .facts > li", 10]].flatMap(([selector, least]) => {
      const items = [...document.querySelectorAll(selector)];
      return items.length < least ? [selector + " has " + items.length] : items.slice(0, least).filter((item) => item.getBoundingClientRect().bottom > innerHeight).map((item) => item.textContent.slice(0, 60));
    })`);
    assert.deepEqual(below, []);
  });

  it("refusals, the trail and the operations pages keep the rules too", async () => {
    for (const [staff, paths] of [["lapsed", ["/", "/find"]], ["privacyOfficer", ["/", "/office/privacy"]], ["dataQualityOfficer", ["/", "/office/feeds", "/office/quarantine"]]] as const) {
      const page = await as(staff);
      for (const path of paths) {
        await page.goto(`${product.base}${path}`);
        await rules(page, `${staff} ${path}`);
        await fits(page, `${staff} ${path}`);
      }
    }
    const page = await as("lapsed");
    await page.goto(`${product.base}/find`);
    await page.locator("main #nhsNumber").fill(storyOf("heavy").nhsNumber!);
    await follow(page, () => page.getByRole("button", { name: "Find by NHS number" }).click());
    await rules(page, "refusal");
    const help = await as("edDoctor");
    await help.goto(`${product.base}/help`);
    await rules(help, "help");
    await help.goto(`${product.base}/no/such/page`);
    await rules(help, "not found");
    await help.goto(`http://localhost:${product.standInPort}/stand-in/host`);
    await rules(help, "demonstration host");
  });
});
