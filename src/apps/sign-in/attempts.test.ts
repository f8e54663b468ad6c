import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Attempts } from "./attempts.ts";

const LIMIT = { most: 3, minutes: 10 };
function setUp() {
  let now = Date.parse("2026-11-22T03:00:00Z");
  return { attempts: new Attempts({ now: () => new Date(now) }), pass: (seconds: number): void => void (now += seconds * 1000) };
}

describe("ACC-08 attempts", () => {
  test("as many as the limit go on, the next has to wait, and only the first that waits is said to be", () => {
    const { attempts, pass } = setUp();
    for (let time = 0; time < 3; time++) assert.equal(attempts.count("a", LIMIT).seconds, 0);
    assert.deepEqual(attempts.count("a", LIMIT), { seconds: 600, first: true });
    pass(599);
    assert.deepEqual(attempts.count("a", LIMIT), { seconds: 1, first: false });
  });
  test("trying on does not make the wait longer", () => {
    const { attempts, pass } = setUp();
    for (let time = 0; time < 600; time++) { attempts.count("a", LIMIT); pass(1); }
    assert.equal(attempts.count("a", LIMIT).seconds, 0);
  });
  test("one address does not make another wait", () => {
    const { attempts } = setUp();
    for (let time = 0; time < 9; time++) attempts.count("a", LIMIT);
    assert.equal(attempts.count("b", LIMIT).seconds, 0);
  });
  test("asking whether to wait counts nothing, and waits once as many failed as the limit", () => {
    const { attempts } = setUp();
    for (let time = 0; time < 9; time++) assert.equal(attempts.waitFor("a", LIMIT).seconds, 0);
    for (let time = 0; time < 3; time++) attempts.count("a", LIMIT);
    assert.equal(attempts.waitFor("a", LIMIT).seconds, 600);
  });
  test("any number of addresses takes bounded memory, and forgetting lets in rather than keeps out", () => {
    const { attempts } = setUp();
    for (let time = 0; time < 9; time++) attempts.count("first", LIMIT);
    for (let other = 0; other < 25_000; other++) attempts.count(`address ${other}`, LIMIT);
    assert.equal(attempts.count("first", LIMIT).seconds, 0);
  });
});
