import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { isRefusal, openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { closeCase, countQueue, declineClose, needsSecond, openCase, readAlert, readCase, readQueue, readQuarter, readRuleOutcomes, triageAlert, type Officer } from "./index.ts";

const loaded = loadRegion("regions/kent-medway");
if (isRegionFaults(loaded)) throw new Error("the region pack has faults");
const region: Region = loaded;
const NOW = new Date("2026-11-22T12:00:00Z");
const rao: Officer = { id: "555000001023", name: "Sunita Rao", organisation: "RVV" };
const second: Officer = { id: "555000009999", name: "A second officer", organisation: "RVV" };
const [CLERK, DOCTOR] = ["555000001015", "555000001002"] as const;

describe("alerts and cases", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let [owner, pages]: Pool[] = [];
  before(async () => {
    database = await freshDatabase("monitoring-cases");
    if (database === null) return;
    owner = openPool(database.address, undefined, 2);
    pages = openPool(database.address, "kmcr_pages", 2);
  });
  after(async () => {
    await Promise.all([owner?.end(), pages?.end()]);
    await database?.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  async function alert(professional: string, more: { rule?: string; score?: number; organisation?: string; escalated?: boolean } = {}): Promise<string> {
    const id = uuidv7();
    await owner!.query(
      "insert into monitoring.alert (organisation, alert_id, kind, professional_id, role, person_id, first_at, last_at, score, rules, parts, explanation, break_glass, raised_at, due_at, escalated_at) values ($1, $2, 'access', $3, 'support-staff', $2, $4, $4, $5, $6, '[]', 'x', false, $4, $4, $7)",
      [more.organisation ?? "RVV", id, professional, NOW, more.score ?? 60, [more.rule ?? "neighbour"], more.escalated === true ? NOW : null],
    );
    return id;
  }

  onDatabase("nobody deals with an access of their own: not as an alert, not as a case", async () => {
    const id = await alert(rao.id);
    const refused = await triageAlert(pages!, rao, id, { what: "justified", words: "I had to" }, NOW);
    assert.equal(refused?.code, "monitoring.own-access");
    const opened = await openCase(pages!, rao, [id], "I look at it myself", NOW);
    assert.ok(isRefusal(opened) && opened.code === "monitoring.own-access");
    assert.equal((await readAlert(pages!, "RVV", id))!.state, "new");
    assert.equal(await triageAlert(pages!, second, id, { what: "justified", words: "the other officer looked" }, NOW), null);
  });

  onDatabase("an alert of another organisation is not there", async () => {
    const id = await alert("555000001003", { organisation: "RPA" });
    assert.equal((await triageAlert(pages!, rao, id, { what: "justified", words: "not mine to say" }, NOW))?.code, "monitoring.no-alert");
    assert.ok((await readQueue(pages!, "RVV", { state: "waiting", sinceDays: null }, NOW, 50)).every((each) => each.alertId !== id));
  });

  onDatabase("escalated alerts stand first, then the highest score; counts are by rule", async () => {
    const [low, high, late] = [await alert(CLERK, { score: 51, rule: "volume" }), await alert(CLERK, { score: 99, rule: "volume" }), await alert(CLERK, { score: 52, rule: "volume", escalated: true })];
    assert.deepEqual((await readQueue(pages!, "RVV", { state: "waiting", sinceDays: null, rule: "volume" }, NOW, 50)).map((each) => each.alertId), [late, high, low]);
    const counts = await countQueue(pages!, "RVV", NOW);
    assert.equal(counts.byRule.find(({ rule }) => rule === "volume")?.count, 3);
    assert.equal(counts.escalated, 1);
  });

  onDatabase("a little at a time is one case of one professional, and never one of two", async () => {
    const ids = [await alert(CLERK), await alert(CLERK), await alert(CLERK)];
    const other = await alert(DOCTOR);
    const mixed = await pages!.transaction((sql) => openCase(sql, rao, [ids[0]!, other], "both of them", NOW));
    assert.ok(isRefusal(mixed));
    const opened = await pages!.transaction((sql) => openCase(sql, rao, ids, "again and again", NOW));
    assert.ok(!isRefusal(opened));
    for (const each of ids) assert.deepEqual([(await readAlert(pages!, "RVV", each))!.state, (await readAlert(pages!, "RVV", each))!.caseId], ["in-case", opened]);
    await assert.rejects(pages!.transaction((sql) => openCase(sql, second, [ids[0]!], "somebody else's", NOW)), /./);
  });

  onDatabase("whoever works in one team or office with the professional proposes, and a second officer closes or declines", async () => {
    assert.equal(needsSecond(region, rao, CLERK), false);
    assert.equal(needsSecond(region, { ...rao, id: "555000001007", organisation: "RYY" }, "555000001018"), true, "one unit");
    assert.equal(needsSecond(region, rao, rao.id), true, "one office");
    const colleague: Officer = { id: "555000001007", name: "One of the team", organisation: "RYY" };
    const other: Officer = { id: "555000001019", name: "Margaret Stone", organisation: "RYY" };
    const id = await alert("555000001018", { organisation: "RYY" });
    const caseId = await pages!.transaction((sql) => openCase(sql, colleague, [id], "of my own team", NOW));
    assert.ok(!isRefusal(caseId));
    const close = (officer: Officer, outcome: unknown) => pages!.transaction((sql) => closeCase(sql, region, officer, caseId, { outcome, words: "looked at it whole" }, 72, NOW));
    assert.equal(await close(colleague, "training"), "proposed");
    const again = await close(colleague, "training");
    assert.ok(isRefusal(again) && again.code === "monitoring.second-officer");
    assert.equal(await pages!.transaction((sql) => declineClose(sql, other, caseId, "the rota was not asked for", NOW)), null);
    assert.equal((await readCase(pages!, "RYY", caseId))!.state, "open");
    assert.equal(await close(colleague, "breach"), "proposed");
    assert.equal(await close(other, undefined), "closed");
    const file = (await readCase(pages!, "RYY", caseId))!;
    assert.deepEqual([file.state, file.outcome, file.reportDueAt!.getTime() - file.awareAt!.getTime()], ["closed", "breach", 72 * 3_600_000]);
    assert.equal((await readQuarter(pages!, "RYY", new Date("2026-10-01"), new Date("2027-01-01"))).outcomes.get("breach"), 1);
  });

  onDatabase("a rule that leads to nothing is of little use, by the officers' own outcomes, once enough are decided", async () => {
    for (let each = 0; each < 6; each++) {
      const id = await alert(CLERK, { rule: "off-shift" });
      assert.equal(await triageAlert(pages!, rao, id, { what: "justified", words: "overtime, says the rota" }, NOW), null);
      const rule = (await readRuleOutcomes(pages!, "RVV", new Date("2026-10-01"), 0.1)).find((one) => one.rule === "off-shift")!;
      assert.equal(rule.isDoubtful, each >= 4, `${each + 1} decided`);
    }
  });

  onDatabase("the journal is evidence: no role of the product may change or delete a line", async () => {
    for (const statement of ["delete from monitoring.journal", "update monitoring.journal set words = 'x'", "truncate monitoring.journal"]) await assert.rejects(pages!.query(statement), { code: "42501" }, statement);
  });
});
