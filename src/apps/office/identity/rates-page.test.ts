import assert from "node:assert/strict";
import { test } from "node:test";
import { few } from "../few.ts";
import { isUnequal, rate } from "./rates-page.ts";

test("no count from which somebody could be told is written, and totals are rounded so that none can be worked out", () => {
  assert.deepEqual([0, 1, 4, 5, 7, 8, 1003].map(few), ["none", "fewer than 5", "fewer than 5", "about 5", "about 5", "about 10", "about 1005"]);
  for (let count = 0; count < 200; count++) assert.doesNotMatch(few(count), /(?<!than )\b[1-4]$/);
});

test("a rate is given of groups that are large enough, else the count alone", () => {
  assert.equal(rate(6, 49), "about 5");
  assert.equal(rate(6, 1200), "about 5 (5.0 in 1,000)");
  assert.equal(rate(3, 100_000), "fewer than 5");
});

test("a group is marked where it fares twice as badly as all together, never on a few cases", () => {
  assert.equal(isUnequal(10, 1000, 50, 10_000), true);
  assert.equal(isUnequal(9, 1000, 50, 10_000), false);
  assert.equal(isUnequal(4, 60, 4, 100_000), false);
  assert.equal(isUnequal(5, 40, 50, 10_000), false);
});
