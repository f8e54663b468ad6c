/** What every page keeps, looked at in the real browser. */
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** No rule of WCAG 2.2 AA is broken, and a phone shows it without scrolling sideways; with `KMCR_TEST_SHOTS` a picture at 1280 and at 390. Leaves the page 1280 wide. */
export async function keepsAccessible(page: Page, what: string): Promise<void> {
  const folder = process.env["KMCR_TEST_SHOTS"];
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).slice(0, 2).join(" ")}`), [], what);
  if (folder) await page.screenshot({ path: `${folder}/${what}-1280.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${what} is wider than a phone`);
  if (folder) await page.screenshot({ path: `${folder}/${what}-390.png`, fullPage: true });
  await page.setViewportSize({ width: 1280, height: 800 });
}
