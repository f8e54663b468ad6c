import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isRegionFaults, loadRegion } from "#governance";
import { matcherOf, type MatchSpec, type NameLists } from "#identity";
import { linkageRecords } from "#synthetic";
import { lacksOutsideData } from "#test/outside-data.ts";
import { judge } from "./judge.ts";
import { measurePairs, measureRecords } from "./measure.ts";
import { febrl, historical, type TruthRecord } from "./outside-sets.ts";
import { judgeRegion } from "./region.ts";

const json = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
const NAMES = json<NameLists>("regions/kent-medway/linkage/names.json");
const FEBRL = json<MatchSpec>("bench/linkage/febrl.json");
const WITHOUT_ID: MatchSpec = { ...FEBRL, fields: FEBRL.fields.filter((each) => each.name !== "id"), keys: { ...FEBRL.keys, recipes: FEBRL.keys.recipes.filter((each) => each.name !== "id") } };

/** Every human whose name in the set ends so: whole humans, a tenth of the work. */
const some = (records: readonly TruthRecord[], ending: RegExp): TruthRecord[] => records.filter(({ human }) => ending.test(human));

describe("samples of the outside sets", { skip: lacksOutsideData }, () => {
  test("FEBRL 1 without its number: every pair is found and none is wrong", () => {
    const records = febrl("1", "a");
    const { clustered } = judge(WITHOUT_ID, NAMES, records, records, 100_000);
    assert.deepEqual([clustered.wrong, clustered.missed], [0, 0]);
  });

  test("FEBRL 3 without its number, a fifth of its humans: F1 is at least 0.998 and the link band holds no wrong pair", () => {
    const records = some(febrl("3", "a"), /[05]$/);
    const { clustered, link } = judge(WITHOUT_ID, NAMES, records, records, 100_000);
    assert.ok(clustered.truePairs > 900 && clustered.f1 >= 0.998, `${clustered.f1} over ${clustered.truePairs}`);
    assert.equal(link.wrong, 0);
  });

  test("historical people, a sixth of them, learned from others: precise, whole and without giants", () => {
    const { train, report } = historical();
    const judged = judge(json<MatchSpec>("bench/linkage/historical.json"), NAMES, some(train, /[27]$/), some(report, /[27]$/), 100_000);
    assert.ok(judged.clustered.precision >= 0.95 && judged.clustered.f1 >= 0.88 && judged.byRecord.f1 >= 0.9, JSON.stringify({ ...judged.clustered, byRecord: judged.byRecord.f1 }));
    assert.ok(judged.largest <= 100);
  });
});

test("PUR-01 a small synthetic region is linked without a wrong link, with few missed and few to review", () => {
  const pack = loadRegion("regions/kent-medway");
  assert.ok(!isRegionFaults(pack));
  const { all } = judgeRegion(matcherOf(pack)!, [...linkageRecords({ people: 2000, seed: 11, level: "hes-like", now: new Date("2026-11-22T00:00:00Z") })]);
  assert.ok(all.links > 4000 && all.awaited > 4000);
  assert.equal(all.wrong, 0);
  assert.ok(all.missed / all.awaited <= 0.005, `${all.missed} missed of ${all.awaited}`);
  assert.ok(all.reviews / all.records <= 0.02, `${all.reviews} reviews of ${all.records}`);
});

test("the measures are those of the literature: one wrong join of two pairs", () => {
  const measured = measurePairs(["a", "a", "b", "b"], [1, 1, 1, 2]);
  assert.deepEqual([measured.wrong, measured.missed, measured.precision, measured.recall], [2, 1, 1 / 3, 1 / 2]);
  const { precision, recall } = measureRecords(["a", "a", "b", "b"], [1, 1, 1, 2]);
  assert.ok(Math.abs(precision - (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4) < 1e-12 && Math.abs(recall - (1 + 1 + 0.5 + 0.5) / 4) < 1e-12);
});
