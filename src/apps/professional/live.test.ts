/** The line of an open record, from two looks at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { refuse } from "#platform";
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
