/** A sample of `npm run faults -- intake` in every test run; the whole has 200 kills of the server and 50 of PostgreSQL. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { killControl, killDatabase, killServer } from "./kills.ts";
import { rudeSenders } from "./rude-senders.ts";
import type { Verdict } from "./ledger.ts";

const SEED = Date.now() % 1_000_000;

function assertPromiseHeld({ lost, twice, doubled, notApplied, acknowledged }: Verdict, least: number): void {
  assert.ok(acknowledged >= least, `only ${acknowledged} messages were acknowledged (seed ${SEED})`);
  assert.deepEqual({ lost, twice, doubled, notApplied }, { lost: [], twice: [], doubled: [], notApplied: [] }, `seed ${SEED}`);
}

test("what was acknowledged is there, and took effect once, however often the server is killed", async () => {
  assertPromiseHeld(await killServer(4, SEED, () => undefined), 50);
});

test("what was acknowledged is there, and took effect once, when PostgreSQL is killed; the listener keeps its connections and says: send it again", async () => {
  const run = await killDatabase(2, SEED, () => undefined);
  assertPromiseHeld(run, 20);
  assert.equal(run.brokenConnections, 0, "no connection broke");
  assert.ok(run.askedToSendAgain > 0);
});

test("a listener that acknowledges before the commit loses messages in the same run: the run can find a loss", async () => {
  const control = await killControl(2, SEED);
  assert.ok(control.lost > 0, `${control.acknowledged} acknowledged, none lost (seed ${SEED})`);
});

test("two senders of one message at once get one answer and one effect; slow, half-open and vanished senders hold up nobody", async () => {
  const run = await rudeSenders(10, SEED);
  assertPromiseHeld(run.verdict, 30);
  assert.equal(run.sameAnswers, 10);
  assert.equal(run.slow, "AA");
  assert.equal(run.halfFrames, 5, "each half frame was answered with AR");
  assert.ok(run.besides > 50, "a good sender was served all the time");
});
