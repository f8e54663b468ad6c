import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { loadRegion, type Region } from "#governance";
import { isRefusal, openPool, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { sealFormerIdentity } from "./acts.ts";
import { useApartKey } from "./keep-apart.ts";
import { askedRecord, matchPeople, type MatchAnswer } from "./match-people.ts";
import { matcherOf } from "./region-matcher.ts";
import { NO_DEMOGRAPHICS, type Demographics, type SourcePatient } from "./source-patient.ts";
import { takeSourcePatient } from "./store.ts";
import { takeSuperseded } from "./trace-word.ts";

const matcher = matcherOf(loadRegion("regions/kent-medway") as Region)!;
useApartKey("a key of the identity tests, forty letters long");
const at = new Date("2026-01-01T00:00:00Z");

describe("who may be meant", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let search: Pool;
  before(async () => {
    database = await freshDatabase("match_people");
    if (database !== null) [intake, search] = [openPool(database.address, "kmcr_intake", 2), openPool(database.address, "kmcr_search", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake.end(), search.end()]);
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));
  const who = (family: string, given: string, changes: Partial<Demographics> = {}): Demographics => ({ ...NO_DEMOGRAPHICS, family, given, birthDate: "1961-05-17", sex: "female", ...changes });
  const say = (organisation: string, localId: string, demographics: Demographics): Promise<SourcePatient> =>
    intake.transaction(async (sql) => (await takeSourcePatient(sql, matcher, { organisation, localId, feed: "f", demographics, at, received: at })).sourcePatient);
  const match = async (asked: Demographics): Promise<MatchAnswer[]> => {
    const sql = await search.connection();
    try {
      return await matchPeople(sql, matcher, askedRecord(asked), 10);
    } finally {
      sql.release();
    }
  };
  const said = (answers: readonly MatchAnswer[]): unknown[] => answers.map((each) => [each.personId, each.band, each.weight]);

  onDatabase("is answered by the search role alone, best first, with the reasons", async () => {
    const her = await say("A", "1", who("Quillbright", "Philippa", { postcode: "ZE1 1AA", address: ["1 Test Road"] }));
    const [best, ...others] = await match(who("Quillbright", "Philippa", { postcode: "ZE1 1AA" }));
    assert.deepEqual([best?.personId, others.length], [her.personId, 0]);
    assert.ok(best!.probability > 0.9 && best!.evidence.some((each) => each.words !== ""));
  });

  onDatabase("a person whom one source protects is found and weighed as if nobody had said where they are, whatever another source sent", async () => {
    const number = { nhsNumberText: "9000000009", nhsNumberStatus: "01" };
    const protecting = await say("B", "1", who("Harbinger", "Rosalind", { ...number, protectedAddress: true }));
    const careless = await say("C", "1", who("Harbinger", "Rosalind", { ...number, postcode: "ZE7 7BB", address: ["7 Hidden Lane"], phone: "01632960001" }));
    assert.equal(careless.personId, protecting.personId);
    const plain = await match(who("Harbinger", "Rosalind"));
    assert.equal(plain[0]?.personId, protecting.personId);
    const right = { postcode: "ZE7 7BB", address: ["7 Hidden Lane"], phone: "01632960001" };
    for (const guess of [right, { postcode: "ZE8 8CC", address: ["8 Other Lane"] }, { phone: "01632960001" }]) assert.deepEqual(said(await match(who("Harbinger", "Rosalind", guess))), said(plain));
    // Somebody who knows the house alone does not learn who lives there: the name is too far from hers to find her without it.
    assert.deepEqual(await match(who("Zzyzx", "Quentin", { ...right, birthDate: "1944-02-29" })), []);
  });

  onDatabase("a superseded number means the one of today, for whoever still carries the old one and for whoever asks with it", async () => {
    const [old, current] = ["9000000017", "9000000025"];
    const her = await say("D", "1", who("Merriweather", "Ottoline", { nhsNumberText: old, nhsNumberStatus: "01" }));
    await intake.transaction((sql) => takeSuperseded(sql, matcher, { old, current, saidBy: "pds" }, at));
    for (const nhsNumberText of [old, current]) {
      const [found] = await match(who("Merriweather", "Ottoline", { nhsNumberText, nhsNumberStatus: "01" }));
      assert.deepEqual([found?.personId, found?.band], [her.personId, "link"], nhsNumberText);
    }
  });

  onDatabase("a former identity is found by nobody: neither by its number nor by its name, and the present one does not come in its place", async () => {
    const [former, present] = [who("Pettigrewson", "Alexander", { nhsNumberText: "9000000033", nhsNumberStatus: "01", postcode: "ZE3 3DD" }), who("Formerly", "Robin", { nhsNumberText: "9000000041", nhsNumberStatus: "01", postcode: "ZE3 3DD" })];
    const before = await say("E", "1", former);
    const since = await say("E", "2", present);
    assert.equal((await match(former))[0]?.personId, before.personId, "before it is sealed");
    const sealed = await intake.transaction((sql) => sealFormerIdentity(sql, { actor: "officer", reason: "at the person's wish", at, former: [before.sourcePatientId], presentPersonId: since.personId }));
    assert.ok(!isRefusal(sealed));
    for (const asked of [former, { ...NO_DEMOGRAPHICS, nhsNumberText: "9000000033" }, who("Pettigrewson", "Alexander")]) assert.deepEqual(await match(asked), []);
    assert.equal((await match(present))[0]?.personId, since.personId);
  });
});
