import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CircuitBreaker, TokenBucket, type Pace } from "./pace.ts";

/** Time that goes on only where somebody sleeps. */
function still(): Pace & { at: number } {
  return { at: 0, now() { return this.at; }, async sleep(ms) { this.at += ms; }, random: () => 0.5 };
}

describe("the token bucket", () => {
  it("lets through five calls in any second, in the order in which they came, and the first at once", async () => {
    const pace = still();
    const bucket = new TokenBucket({ perSecond: 5, mostWaitMs: 60_000 }, pace);
    const at: number[] = [];
    for (let call = 0; call < 12; call++) {
      assert.equal(await bucket.take(), null);
      at.push(pace.now());
    }
    assert.equal(at[0], 0);
    for (const from of at) assert.ok(at.filter((each) => each >= from && each < from + 1000).length <= 5);
    assert.equal(at.at(-1), 2200);
  });

  it("turns away who would wait too long, at once, and takes no turn for them", async () => {
    // All come at one moment: their waits run beside each other.
    const bucket = new TokenBucket({ perSecond: 5, mostWaitMs: 300 }, { ...still(), now: () => 0, sleep: async () => undefined });
    const asked = [0, 1, 2, 3].map(() => bucket.take());
    assert.deepEqual((await Promise.all(asked)).map((each) => each === null), [true, true, false, false]);
  });

  it("lets nobody through for as long as the service said", async () => {
    const pace = still();
    const bucket = new TokenBucket({ perSecond: 5, mostWaitMs: 60_000 }, pace);
    bucket.closeFor(3000);
    await bucket.take();
    assert.equal(pace.now(), 3000);
  });
});

describe("the circuit breaker", () => {
  const limits = { failures: 3, openMs: 1000, mostOpenMs: 4000 };

  it("opens after so many failures in a row, lets one call try after a while, and closes when that is answered", () => {
    const pace = still();
    const breaker = new CircuitBreaker(limits, pace);
    for (let call = 0; call < 3; call++) {
      assert.equal(breaker.admit(), null);
      breaker.failed();
    }
    assert.equal(breaker.state, "open");
    assert.equal(breaker.admit(), 1000);
    pace.at = 1000;
    assert.equal(breaker.state, "half-open");
    assert.equal(breaker.admit(), null);
    assert.notEqual(breaker.admit(), null, "the second waits for what the first meets");
    breaker.succeeded();
    assert.equal(breaker.state, "closed");
    assert.equal(breaker.admit(), null);
  });

  it("stays open twice as long after each try that failed, up to a most", () => {
    const pace = still();
    const breaker = new CircuitBreaker(limits, pace);
    for (let call = 0; call < 3; call++) breaker.failed();
    for (const wait of [1000, 2000, 4000, 4000]) {
      assert.equal(breaker.admit(), wait);
      pace.at += wait;
      assert.equal(breaker.admit(), null);
      breaker.failed();
    }
  });

  it("forgets failures that a success parts", () => {
    const breaker = new CircuitBreaker(limits, still());
    for (let call = 0; call < 10; call++) {
      breaker.failed();
      breaker.failed();
      breaker.succeeded();
    }
    assert.equal(breaker.state, "closed");
  });
});
