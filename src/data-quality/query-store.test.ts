import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isRefusal, openPool, openSourcePatients, uuidv7, type Pool } from "#platform";
import { resourceId } from "#record";
import type { AccessDecision } from "#decision";
import { freshDatabase } from "#test/database.ts";
import { decisionFor } from "#test/sample-person.ts";
import { answerQuery, askQuery, readOpenQueries, readQueriesFor, readQueriesOf, readQuery } from "./query-store.ts";

describe("queries", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let [pages, intake]: Pool[] = [];
  before(async () => {
    database = await freshDatabase("queries");
    if (database === null) return;
    [pages, intake] = [openPool(database.address, "kmcr_pages", 1), openPool(database.address, "kmcr_intake", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([pages!.end(), intake!.end()]);
    await database.drop();
  });
  const rule = (title: string, work: () => Promise<void>): void => void it(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  const [mine, other] = [uuidv7(), uuidv7()];
  const at = new Date("2026-11-22T10:00:00Z");
  const asked = (sourcePatientId: string, owner: string, section: "allergies" | "problems" = "allergies") => askQuery(intake!, {
    entryId: resourceId(sourcePatientId, uuidv7()), version: 1, section, type: "AllergyIntolerance", kind: "wrong-fact", words: "It was another drug.", togetherWith: [], owner, feed: "f", messageId: uuidv7(), askedBy: { id: "1", name: "A. Name", role: "Pharmacist", organisation: "RXA01" }, askedAt: at,
  });
  const opening = (changes: Partial<Omit<AccessDecision, symbol>>): AccessDecision => decisionFor({ sourcePatientIds: [mine], ...changes });
  const readAs = <T>(decision: AccessDecision, read: (sql: Pool) => Promise<T>): Promise<T> => pages!.transaction(async (sql) => {
    await openSourcePatients(sql, decision.sourcePatientIds);
    return read(sql as never);
  });

  rule("DQU-01 a query is read with the person's record, of sections that the reader sees and source patients that are open alone, and by its owner's office", async () => {
    const [queryId] = [await asked(mine, "G82001"), await asked(mine, "G82001", "problems"), await asked(other, "RXB02")];
    assert.equal((await readAs(opening({}), (sql) => readOpenQueries(sql, opening({})))).length, 2);
    const allergies = opening({ sections: new Set(["allergies"] as const) });
    const [found, ...more] = await readAs(allergies, (sql) => readOpenQueries(sql, allergies));
    assert.deepEqual([found!.queryId, found!.askedBy.name, more.length], [queryId, "A. Name", 0]);
    assert.deepEqual(await readOpenQueries(pages!, opening({})), [], "row-level security: nothing is open");
    assert.deepEqual((await readQueriesFor(intake!, ["G82001"], 10)).open, 2);
    assert.equal((await readQueriesFor(intake!, null, 10)).open, 3);
    assert.ok(isRefusal(await readQuery(intake!, ["RXB02"], mine, queryId)), "another organisation's");
    await assert.rejects(pages!.query("insert into queries.answer values (null, null, '', '', '', '', '', null)"), { code: "42501" });
    for (const statement of ["update queries.query set words = 'x'", "delete from queries.query", "update queries.answer set words = 'x'"]) await assert.rejects(intake!.query(statement), { code: "42501" }, statement);
  });

  rule("DQU-05 an answer closes a query and the first stands; the entry keeps both", async () => {
    const queryId = await asked(mine, "G82001");
    const query = await readQuery(intake!, ["G82001"], mine, queryId);
    assert.ok(!isRefusal(query) && query.answer === null);
    const answer = (words: string) => answerQuery(intake!, query, { answer: "correct", words, by: { id: "2", name: "B. Officer", organisation: "G82001" }, at });
    assert.equal(await answer("It is so."), true);
    const again = await answer("It is not.");
    assert.ok(isRefusal(again) && again.code === "data-quality.already-answered");
    const open = await readAs(opening({}), (sql) => readOpenQueries(sql, opening({})));
    assert.ok(!open.some((each) => each.queryId === queryId));
    const [kept] = await readAs(opening({}), (sql) => readQueriesOf(sql, opening({}), query.entryId));
    assert.deepEqual([kept!.answer!.words, kept!.answer!.byName], ["It is so.", "B. Officer"]);
  });
});
