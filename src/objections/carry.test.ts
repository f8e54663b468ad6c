import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isRefusal, openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { objected, OFFICER } from "#test/objected.ts";
import { carryObjections, isCarried, isEnded, readCase, readHolders, readObjections, standsAt, takeStep } from "./index.ts";

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
  const standing = async (personId: string): Promise<string[]> => (await readObjections(pages, personId)).map((each) => each.state);
  const carry = (from: string, to: string): Promise<void> => intake.transaction((sql) => carryObjections(sql, { from, to, at: new Date() }));

  test("after a link moves, the objections of either person hold for both, with their whole history", async (t) => {
    if (database === null) return t.skip("needs the test database of npm test");
    const [from, to] = [uuidv7(), uuidv7()];
    const { objectionId, steps } = await objected(pages, from, [{ kind: "everything" }], "upheld");
    await carry(from, to);
    for (const personId of [from, to]) assert.deepEqual((await readObjections(pages, personId)).map((each) => [each.objectionId, each.state, each.revision]), [[objectionId, "upheld", steps.length]]);
    // The same act the other way carries nothing new and takes nothing away: a named person reviews it.
    await carry(to, from);
    assert.equal((await readObjections(pages, from)).length, 1);
    assert.equal((await readCase(pages, from, objectionId))!.steps.length, steps.length);
    assert.deepEqual((await readHolders(pages, objectionId)).sort(), [from, to].sort());
  });

  test("a carried objection waits for a named person, who says that it holds for this person or does not", async (t) => {
    if (database === null) return t.skip("needs the test database of npm test");
    const [from, kept, ended] = [uuidv7(), uuidv7(), uuidv7()];
    const { objectionId } = await objected(pages, from, [{ kind: "everything" }], "upheld");
    await carry(from, kept);
    await carry(from, ended);
    assert.equal(isCarried((await readCase(pages, kept, objectionId))!), true);
    assert.equal(isCarried((await readCase(pages, from, objectionId))!), false);
    const holds = await takeStep(pages, kept, objectionId, { step: "carry-kept", words: "the same person" }, OFFICER, new Date());
    assert.ok(!isRefusal(holds) && !isCarried(holds));
    assert.equal((await takeStep(pages, from, objectionId, { step: "carry-ended", words: "not theirs" }, OFFICER, new Date()) as { code: string }).code, "objections.step-cannot-follow", "the person's own case does not end this way");
    await takeStep(pages, ended, objectionId, { step: "carry-ended", words: "the records were taken apart, it is the other one's" }, OFFICER, new Date());
    assert.deepEqual([await standing(from), await standing(kept), await standing(ended)], [["upheld"], ["upheld"], ["closed"]]);
    // Not carried on from where it was ended; and it holds again when the objecting person's record comes back.
    const other = uuidv7();
    await carry(ended, other);
    assert.deepEqual(await standing(other), []);
    // A letter that was sent in between changes nothing about where it stands.
    await takeStep(pages, from, objectionId, { step: "notified", letterId: "l", words: "by post" }, OFFICER, new Date());
    await carry(from, ended);
    assert.deepEqual(await standing(ended), ["upheld"]);
    const back = (await readCase(pages, ended, objectionId))!;
    assert.deepEqual([standsAt(back), isCarried(back), isEnded(back)], ["upheld", true, false]);
  });

  test("where both hold the case, what restricts more stays on both sides", async (t) => {
    if (database === null) return t.skip("needs the test database of npm test");
    const [one, other] = [uuidv7(), uuidv7()];
    const { objectionId } = await objected(pages, one, [{ kind: "everything" }], "interim");
    await carry(one, other);
    await takeStep(pages, other, objectionId, { step: "withdrawn", how: "document", words: "withdrawn here" }, OFFICER, new Date());
    await carry(other, one);
    assert.deepEqual([await standing(one), await standing(other)], [["interim"], ["withdrawn"]], "what restricts less carries nothing");
    await carry(one, other);
    assert.deepEqual(await standing(other), ["interim"]);
  });

  test("two who take the next step at once: the second is told, and nothing is lost", async (t) => {
    if (database === null) return t.skip("needs the test database of npm test");
    const personId = uuidv7();
    const { objectionId } = await objected(pages, personId, [{ kind: "everything" }], "lodged");
    const act = { step: "identity-confirmed" as const, how: "document", words: "passport seen" };
    const done = await Promise.all([takeStep(pages, personId, objectionId, act, OFFICER, new Date()), takeStep(intake, personId, objectionId, act, OFFICER, new Date())]);
    assert.equal(done.filter((each) => !isRefusal(each)).length, 1);
    assert.ok(["objections.changed-meanwhile", "objections.step-cannot-follow"].includes(done.filter(isRefusal)[0]!.code));
  });
});
