/**
 * The professional's pages over invented people, to look at while changing them:
 * `node scripts/preview.ts` listens on PORT (9300). With a folder it writes
 * pictures instead: `node scripts/preview.ts --shots data/shots`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "#test/browser.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";

const PAGES: Readonly<Record<string, string>> = {
  landing: "/",
  find: "/find",
  summary: `/person/${PEOPLE.heavy}`,
  quiet: `/person/${PEOPLE.quiet}`,
  limited: `/person/${PEOPLE.limited}`,
  conflict: `/person/${PEOPLE.conflict}`,
  died: `/person/${PEOPLE.died}`,
  medicines: `/person/${PEOPLE.heavy}/medicines`,
  allergies: `/person/${PEOPLE.conflict}/allergies`,
  problems: `/person/${PEOPLE.heavy}/problems`,
  results: `/person/${PEOPLE.heavy}/results`,
  examinations: `/person/${PEOPLE.heavy}/examinations`,
  timeline: `/person/${PEOPLE.heavy}/timeline`,
  search: `/person/${PEOPLE.heavy}/search`,
  documents: `/person/${PEOPLE.long}/documents`,
  plans: `/person/${PEOPLE.heavy}/plans`,
  "emergency-contacts": `/person/${PEOPLE.heavy}/emergency-contacts`,
  details: `/person/${PEOPLE.heavy}/details`,
  sources: `/person/${PEOPLE.heavy}/sources`,
  withheld: `/person/${PEOPLE.limited}/medicines`,
  reason: `/person/${PEOPLE.reason}/reason`,
  refused: `/person/${PEOPLE.refused}`,
  missing: `/person/${PEOPLE.heavy}/nothing`,
  broken: `/person/${PEOPLE.broken}`,
};

const port = Number(process.env["PORT"] ?? 9300);
const { app } = sampleApp();
await app.listen({ port, host: "127.0.0.1" });
const flag = process.argv.indexOf("--shots");
if (flag < 0) {
  console.log(`http://127.0.0.1:${port}/`);
  for (const [name, path] of Object.entries(PAGES)) console.log(`${name.padEnd(20)} http://127.0.0.1:${port}${path}`);
} else {
  const folder = process.argv[flag + 1] ?? "data/shots";
  const only = process.argv.slice(flag + 2);
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser();
  for (const [width, height] of [[1280, 720], [390, 844]] as const) {
    const page = await browser.newPage({ viewport: { width, height } });
    const pages = { ...PAGES };
    await page.goto(`http://127.0.0.1:${port}${PAGES["summary"]}`);
    pages["item"] = (await page.locator("#documents .facts a").first().getAttribute("href"))!;
    pages["test"] = (await page.locator("#results tbody th a").first().getAttribute("href"))!;
    for (const [name, path] of Object.entries(pages)) {
      if (only.length > 0 && !only.includes(name)) continue;
      await page.goto(`http://127.0.0.1:${port}${path}`);
      await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
      if (name === "summary") await page.screenshot({ path: join(folder, `${name}-first-${width}.png`) });
    }
    await page.close();
  }
  await browser.close();
  await app.close();
}
