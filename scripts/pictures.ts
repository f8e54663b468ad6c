/**
 * `npm run pictures`: the pages that the README and the documents show, taken in the
 * real browser from the demonstration's invented people, at a fixed size. Run it
 * when a page has changed; the pictures are kept in `docs/pictures/`.
 */
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "#test/browser.ts";
import { People, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";

type Picture = { readonly name: string; readonly as: Staff; readonly whose: string; readonly path: string; readonly width: 1280 | 390; readonly height: number; readonly post?: string };

const PICTURES: readonly Picture[] = [
  { name: "summary", as: "edDoctor", whose: "heavy", path: "", width: 1280, height: 900 },
  { name: "summary-phone", as: "paramedic", whose: "heavy", path: "", width: 390, height: 844 },
  { name: "two-decisions", as: "edDoctor", whose: "respect-two-decisions", path: "", width: 1280, height: 640 },
  { name: "sources", as: "gp", whose: "heavy", path: "/sources", width: 1280, height: 900 },
  { name: "timeline", as: "gp", whose: "entries-750", path: "/timeline?period=5y", width: 1280, height: 900 },
  { name: "compare-medicines", as: "pharmacist", whose: "dose-disagreement", path: "/medicines/compare", width: 1280, height: 700 },
  { name: "results", as: "gp", whose: "entries-750", path: "/results", width: 1280, height: 800 },
  { name: "social-worker", as: "adultSocialWorker", whose: "safeguarding-adult", path: "", width: 1280, height: 900 },
];

async function take(browser: Browser, product: Product, people: People, picture: Picture): Promise<void> {
  // Where a reason is asked for, it is given first.
  await people.page(picture.as, picture.whose, picture.path);
  const reader = await people.as(picture.as);
  const context = await browser.newContext({ viewport: { width: picture.width, height: picture.height } });
  await context.addCookies(reader.browserCookies);
  const page: Page = await context.newPage();
  await page.goto(`${product.base}/person/${await people.id(picture.whose)}${picture.path}`);
  await page.screenshot({ path: `docs/pictures/${picture.name}.png` });
  await context.close();
}

mkdirSync("docs/pictures", { recursive: true });
const product = await startProduct({ people: 60 });
const browser = await launchBrowser();
try {
  const people = new People(product);
  for (const picture of PICTURES) {
    await take(browser, product, people, picture);
    process.stdout.write(`docs/pictures/${picture.name}.png\n`);
  }
} finally {
  await browser.close();
  await product.stop();
}
