/** The bench itself, on a small quarter: a house of one hospital, so that chance explains more than in a region. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeMonitoring } from "./judge.ts";

test("AUD-02 in a small made quarter lawful work is explained, misuse is found, and it stands above lawful work", () => {
  const { figures, missed } = judgeMonitoring({ accesses: 250_000, seed: "sample", say: () => undefined });
  assert.ok(figures["explained_pct"]! >= 95, `lawful explained: ${figures["explained_pct"]} %`);
  assert.ok(figures["fakes_explained_pct"]! <= 8, `fakes explained: ${figures["fakes_explained_pct"]} %`);
  assert.deepEqual(missed, []);
  assert.ok(figures["auc"]! >= 0.95, `AUC ${figures["auc"]}`);
});
