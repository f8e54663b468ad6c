/** What every page keeps, looked at in the real browser. */
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * The rules that a page breaks, each with its id and up to three places; `more` names further groups of rules.
 * Asked in the page itself: axe's other way opens a second page for each answer, which only frames of other sites need, and no page of ours has one.
 */
export async function brokenRules(page: Page, ...more: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] }).withTags([...WCAG, ...more]);
  return (await axe.analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** No rule of WCAG 2.2 AA is broken, and a phone shows it without scrolling sideways; with `KMCR_TEST_SHOTS` a picture at 1280 and at 390. Leaves the page 1280 wide. */
export async function keepsAccessible(page: Page, what: string): Promise<void> {
  const folder = process.env["KMCR_TEST_SHOTS"];
  assert.deepEqual(await brokenRules(page), [], what);
  if (folder) await page.screenshot({ path: `${folder}/${what}-1280.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${what} is wider than a phone`);
  if (folder) await page.screenshot({ path: `${folder}/${what}-390.png`, fullPage: true });
  await page.setViewportSize({ width: 1280, height: 800 });
}
