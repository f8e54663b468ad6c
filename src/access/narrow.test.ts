import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDecision } from "#decision/make";
import type { AccessDecision } from "#decision";
import { narrowed } from "./narrow.ts";

const whole = makeDecision({ id: "d", personId: "p", sourcePatientIds: ["a", "b"], sections: new Set(["allergies", "results"]), labels: new Set(), actions: new Set(["view"]), mayWithhold: new Set() } as unknown as AccessDecision);

test("a decision can be narrowed to less and never widened", () => {
  const less = narrowed(whole, { sourcePatientIds: ["b", "c"], sections: new Set(["allergies", "medicines"]) });
  assert.deepEqual(less.sourcePatientIds, ["b"]);
  assert.deepEqual([...less.sections], ["allergies"]);
  assert.deepEqual(narrowed(whole, {}), whole);
  assert.deepEqual(whole.sourcePatientIds, ["a", "b"], "what was decided stays as it was");
});
