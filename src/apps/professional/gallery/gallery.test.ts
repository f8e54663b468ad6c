/** U2 and U9 over the gallery: every section in every state, every component, in the real browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import type { Browser } from "playwright-core";
import { loadAssets, render, serveAssets, type Shell } from "#platform";
import { STATES } from "#sections";
import { SECTIONS } from "#standards";
import { launchBrowser } from "#test/browser.ts";
import { keepsAccessible } from "#test/keeps.ts";
import { textOf } from "#test/web-reader.ts";
import { GALLERY } from "./pages.ts";
import { galleryRoutes } from "./routes.ts";

const assets = loadAssets();
const shell: Shell = { serviceName: "Example Care Record", homeHref: "/", find: null, account: { name: "Dr P. Osei", role: "Emergency department doctor", organisation: "Royal Example Hospital" }, signOut: null, links: [], help: [{ href: "/help", text: "Help" }], csrf: "", assets };
const app: FastifyInstance = Fastify();
let browser: Browser;
let base: string;
before(async () => {
  serveAssets(app, assets);
  galleryRoutes(app, () => shell);
  await app.listen({ port: 0, host: "127.0.0.1" });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await app.close();
});

const bodyOf = (page: string): string => render(GALLERY[page]!.page(shell));

test("U2 PUR-16 every section in every state says which it is, and no state that is not a coded negative reads as one", () => {
  const html = bodyOf("states");
  for (const { id } of SECTIONS) {
    const section = new RegExp(`aria-labelledby="g-${id}">([\\s\\S]*?)</section>`).exec(html)![1]!;
    const lines = [...section.matchAll(/<li class="state [^"]*" data-state="([^"]+)">([\s\S]*?)<\/li>/g)].map(([, state, inner]) => ({ state: state!, words: textOf(inner!) }));
    assert.deepEqual(lines.map(({ state }) => state), [...STATES], id);
    assert.equal(new Set(lines.map(({ words }) => words)).size, STATES.length, `${id}: each in words of its own`);
    for (const { state, words } of lines) {
      assert.ok(words.length > 5, `${id} ${state}`);
      // "no" and "none" stand only where a source asserted it, or where the sentence goes on to say what it does not mean.
      if (state !== "asserted-none") assert.ok(!/\b(no known|none|no )\b/i.test(words) || /does not mean there are none|did not answer/.test(words), `${id} ${state}: ${words}`);
    }
  }
});

test("U2 a headline never prints a bare negative where a source is silent, late, held apart or unsent, or where policy may withhold", () => {
  const html = bodyOf("headlines");
  const cases = [...html.matchAll(/<h2 id="g-case-\d+">([^<]+)<\/h2><div data-headline="([^"]+)">([\s\S]*?)<\/div>/g)].map(([, title, , inner]) => ({ title: title!, words: textOf(inner!) }));
  assert.equal(cases.length, 42);
  for (const { title, words } of cases) {
    if (/silent|late|never sent|held apart|may withhold/.test(title)) assert.match(words, /did not answer|updated|sent nothing|[Hh]eld apart|may not be shown/, title);
    if (/^.*: nothing, all answered/.test(title)) assert.match(words, /This does not mean there (is|are) none|by any of/, title);
    if (/not for this role/.test(title)) assert.equal(words, "Not shown for your role");
  }
});

// Refusals are one page with other words: one that goes on and one that does not stand for them.
const LOOKED_AT = Object.keys(GALLERY).filter((page) => !page.startsWith("refused-") || /forbidden|unavailable/.test(page));
for (const page of ["index", ...LOOKED_AT]) {
  test(`U9 ${page} of the gallery breaks no accessibility rule at 1280, and fits a phone`, async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const at = await context.newPage();
    const answer = await at.goto(`${base}/gallery${page === "index" ? "" : `/${page}`}`);
    assert.equal(answer!.status(), 200);
    await keepsAccessible(at, `gallery-${page}`);
    await context.close();
  });
}
