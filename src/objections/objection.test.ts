import { test } from "node:test";
import assert from "node:assert/strict";
import type { Sql } from "#platform";
import { isInForce, mayFollow, OBJECTION_STATES, recordObjection, type Objection } from "./index.ts";

test("OPT-07: lodging an objection closes nothing by itself; interim and upheld close", () => {
  assert.deepEqual(OBJECTION_STATES.filter((state) => isInForce({ state })), ["interim", "upheld"]);
});

test("a new objection is lodged or closed in the interim, never decided at once", () => {
  assert.deepEqual(OBJECTION_STATES.filter((state) => mayFollow(null, state)), ["lodged", "interim"]);
});

test("a decision may be reviewed, a withdrawn objection stays withdrawn", () => {
  assert.equal(mayFollow("not-upheld", "upheld"), true);
  assert.equal(mayFollow("upheld", "lodged"), false);
  assert.deepEqual(OBJECTION_STATES.filter((state) => mayFollow("withdrawn", state)), []);
});

test("recording refuses a state that cannot follow, and a change that someone else made meanwhile", async () => {
  const record: Omit<Objection, "revision"> = {
    personId: "p", objectionId: "o", state: "upheld", scope: { kind: "everything" }, decidedBy: "555000001004", words: "w", recordedAt: new Date(0),
  };
  const empty: Sql = { query: async () => ({ rows: [], rowCount: 0 }) };
  assert.equal((await recordObjection(empty, record) as { code: string }).code, "objections.state-cannot-follow");
  assert.equal((await recordObjection(empty, { ...record, state: "lodged" }) as { code: string }).code, "objections.changed-meanwhile");
});
