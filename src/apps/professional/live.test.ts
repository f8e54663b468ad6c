/** The line of an open record, from two looks at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { refuse } from "#platform";
import { launchBrowser } from "#test/browser.ts";
import { NOW } from "#test/sample-person.ts";
import { PEOPLE, sampleApp } from "#test/sample-app.ts";
import { professionalPages } from "./plugin.ts";

test("a line that has closed is written to no more, however many looks were under way, and the process goes on", async () => {
  const { deps } = sampleApp();
  let told = (): void => undefined;
  let looks = 0;
  const app = Fastify();
  professionalPages(app, { ...deps, watch: (_personId, each) => ((told = each), () => undefined), openStill: async () => (looks++ === 0 ? sleep(20) : Promise.resolve()).then(() => refuse("forbidden", "access.sign-in", "")) });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const answer = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/person/${PEOPLE.heavy}/live?at=${NOW.getTime()}&of=x`);
  const reading = answer.text();
  for (let look = 0; look < 5; look++) told();
  const heard = await reading;
  assert.equal(heard.match(/event: closed/g)?.length, 1);
  told();
  await sleep(60);
  await app.close();
});

test("PUR-02 a page whose line is refused says that it no longer learns of what comes, to the eye and to a screen reader; one that closes says so instead", async () => {
  const { app } = sampleApp();
  // A line that is refused for good is answered with something else than a stream; the browser asks no more.
  let answer = { status: 403, type: "text/html", body: "" };
  app.addHook("onRequest", async (request, reply) => {
    if (request.url.includes("/live?")) return reply.code(answer.status).type(answer.type).send(answer.body);
    return undefined;
  });
  const origin = await app.listen({ port: 0, host: "127.0.0.1" });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${origin}/person/${PEOPLE.heavy}`);
    await page.locator("#live").waitFor({ timeout: 10_000 });
    assert.equal(await page.locator("#live p").innerText(), "This page no longer learns of what comes. Reload it before you rely on it.");
    assert.equal(await page.locator("#announce").textContent(), "This page no longer learns of what comes. Reload it before you rely on it.");
    assert.ok(await page.locator("#live a").isVisible(), "with the way to reload it");
    answer = { status: 200, type: "text/event-stream", body: "event: closed\ndata: {}\n\n" };
    await page.goto(`${origin}/person/${PEOPLE.heavy}`);
    await page.locator("#live").waitFor({ timeout: 10_000 });
    assert.equal(await page.locator("#announce").textContent(), "This record is no longer open to you. Reload the page to see why.");
  } finally {
    await browser.close();
    await app.close();
  }
});
