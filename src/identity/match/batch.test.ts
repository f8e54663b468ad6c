import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isRegionFaults, loadRegion } from "#governance";
import { matcherOf } from "../region-matcher.ts";
import { CandidateIndex, linkBatch, train, type BatchRecord, type MatchRecord, type NameLists } from "./index.ts";

const region = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(region));
const matcher = matcherOf(region)!;
const lists = JSON.parse(readFileSync("regions/kent-medway/linkage/names.json", "utf8")) as NameLists;

const GIVEN = ["Margaret", "Peter", "Anil", "Grace", "Tomasz", "Aisha", "Colin", "Sheila", "Robert", "Nkechi", "Wei", "Susan"];
const FAMILY = ["Whibley", "Quested", "Desai", "Adeyemi", "Nowak", "Begum", "Nethersole", "Filmer", "Pilcher", "Okafor", "Zhang", "Marsh", "Uden"];

/** Two hundred invented people with three records each: whole, with a short or mistyped name, and moved house. */
function invented(): (BatchRecord & { human: number })[] {
  return Array.from({ length: 200 }, (_, human) => {
    const [given, family] = [GIVEN[human % GIVEN.length]!, FAMILY[human % FAMILY.length]!];
    const dateOfBirth = `${1931 + ((human * 37) % 80)}-${String(1 + ((human * 5) % 12)).padStart(2, "0")}-${String(1 + ((human * 11) % 28)).padStart(2, "0")}`;
    const whole: MatchRecord = { given: [given], family: [family], dateOfBirth: [dateOfBirth], sex: [human % 2 === 0 ? "female" : "male"], postcode: [`ME${1 + (human % 20)} ${human % 9}CC`], address: [`${human} High Street`], phone: [`07700900${String(human).padStart(3, "0")}`] };
    return [whole, { ...whole, family: [`${family.slice(0, 2)}${family.slice(3)}`], phone: [] }, { ...whole, postcode: [`DA${1 + (human % 15)} 9KK`, whole["postcode"]![0]!], address: [] }].map((record, at) => ({ id: `${human}/${at}`, human, record }));
  }).flat();
}

const shuffled = <T>(values: readonly T[], stride: number): T[] => values.map((_, at) => values[(at * stride + 17) % values.length]!);
const link = (records: readonly BatchRecord[], threads = 1): ReturnType<typeof linkBatch> => linkBatch({ spec: matcher.spec, model: matcher.model, lists, records, threads });

test("a batch finds who is one person and joins no two", async () => {
  const records = invented();
  const { clusterOf } = await link(records);
  const people = Map.groupBy(records, ({ id }) => clusterOf.get(id)!);
  assert.ok([...people.values()].every((cluster) => new Set(cluster.map(({ human }) => human)).size === 1), "no two people in one");
  assert.equal(people.size, 200);
});

test("the partition does not depend on the order of arrival", async () => {
  const records = invented();
  const { clusterOf } = await link(records);
  for (const stride of [7, 11, 101, 307, 599]) assert.deepEqual([...(await link(shuffled(records, stride))).clusterOf], [...clusterOf], `stride ${stride}`);
});

test("threads share the work and change nothing", async () => {
  const records = invented();
  const [one, two] = [await link(records), await link(records, 2)];
  assert.deepEqual([...two.clusterOf], [...one.clusterOf]);
  assert.equal(two.compared, one.compared);
});

test("one strong pair does not chain two people together", async () => {
  const anne = { given: ["Anne"], family: ["Whibley"], dateOfBirth: ["1950-03-04"], sex: ["female"], postcode: ["ME1 1CC"], address: ["1 High Street"] };
  const joan = { given: ["Joan"], family: ["Whibley"], dateOfBirth: ["1952-07-09"], sex: ["female"], postcode: ["ME1 1CC"], address: ["1 High Street"] };
  // A record that names both, as a clerk's mistake does, goes with one of them at most.
  const both = { ...anne, given: ["Anne", "Joan"], dateOfBirth: ["1950-03-04", "1952-07-09"] };
  const { clusterOf } = await link([...[anne, anne, both, joan, joan].entries()].map(([at, record]) => ({ id: String(at), record })));
  assert.notEqual(clusterOf.get("0"), clusterOf.get("4"));
});

test("guarded pairs keep whole clusters apart: twins stay two", async () => {
  const twin = (given: string): MatchRecord => ({ given: [given], family: ["Uden"], dateOfBirth: ["2019-05-06"], sex: ["male"], postcode: ["CT1 1CC"], address: ["2 Mill Lane"], phone: ["07700900999"] });
  const { clusterOf } = await link([twin("Albie"), twin("Albie"), twin("Alfie"), twin("Alfie")].map((record, at) => ({ id: String(at), record })));
  assert.equal(clusterOf.get("0"), clusterOf.get("1"));
  assert.equal(clusterOf.get("2"), clusterOf.get("3"));
  assert.notEqual(clusterOf.get("0"), clusterOf.get("2"));
});

test("a batch's candidates are those of the keys of one registration", () => {
  const records = invented();
  const prepared = records.map(({ record }) => matcher.prepare(record));
  const keys = prepared.map((each) => new Set(matcher.keys(each)));
  const index = new CandidateIndex(matcher, prepared);
  for (let record = 0; record < 60; record++) {
    const found = new Set<number>();
    index.eachBefore(record, (other) => found.add(other));
    const shared = prepared.flatMap((_, other) => (other < record && [...keys[other]!].some((key) => keys[record]!.has(key)) ? [other] : []));
    assert.deepEqual([...found].sort((a, b) => a - b), shared, `record ${record}`);
  }
});

test("a key that too many share is passed over, and that is said", () => {
  const crowd = Array.from({ length: matcher.spec.keys.cap + 1 }, () => matcher.prepare({ given: ["Peter"], family: ["Marsh"], dateOfBirth: ["1950-03-04"] }));
  const index = new CandidateIndex(matcher, crowd);
  let met = 0;
  index.eachBefore(crowd.length - 1, () => met++);
  assert.equal(met, 0);
  assert.ok(index.passedOver.length > 0 && index.passedOver.every(({ largest }) => largest === crowd.length));
});

test("training needs no truth, gives the same model for the same records, and weighs an agreement above a difference", () => {
  const records = invented().map(({ record }) => record);
  const learn = (): ReturnType<typeof train> => train(matcher.spec, records, lists, { what: "invented records", when: "2026-11-22" });
  const { model, expected } = learn();
  assert.deepEqual(learn().model, model);
  assert.ok(Math.abs(expected - 600) < 30, `600 pairs of one person, ${expected} expected`);
  assert.ok(Math.abs(Math.log2(model.prior / (600 / ((600 * 599) / 2)))) < 0.2, "the prior is estimated, not given");
  for (const [field, agrees, differs] of [["date of birth", "same", "differs"], ["family name", "same", "differs"], ["phone", "same", "differs"]] as const) {
    const { [agrees]: high, [differs]: low } = model.levels[field]!;
    assert.ok(high!.m / high!.u > 1 && low!.m / low!.u < 1, field);
  }
});
