import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { carryObjections, readObjections, recordObjection } from "./index.ts";

describe("an objection and a relink", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let pages: Pool;
  before(async () => {
    database = await freshDatabase("carry");
    if (database !== null) [intake, pages] = [openPool(database.address, "kmcr_intake", 1), openPool(database.address, "kmcr_pages", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake.end(), pages.end()]);
    await database.drop();
  });

  test("after a link moves, the objections of either person hold for both, with their whole history", async (t) => {
    if (database === null) return t.skip("needs the test database of npm test");
    const [from, to, objectionId] = [uuidv7(), uuidv7(), uuidv7()];
    for (const state of ["lodged", "upheld"] as const) {
      await recordObjection(pages, { personId: from, objectionId, state, scope: { kind: "everything" }, decidedBy: "555", words: "objects", recordedAt: new Date("2026-01-01T00:00:00Z") });
    }
    await intake.transaction((sql) => carryObjections(sql, { from, to }));
    for (const personId of [from, to]) assert.deepEqual((await readObjections(pages, personId)).map((each) => [each.objectionId, each.state, each.revision]), [[objectionId, "upheld", 2]]);
    // The same act the other way carries nothing new and takes nothing away: a named person reviews it.
    await intake.transaction((sql) => carryObjections(sql, { from: to, to: from }));
    assert.equal((await readObjections(pages, from)).length, 1);
  });
});
