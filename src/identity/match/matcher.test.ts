import assert from "node:assert/strict";
import { test } from "node:test";
import { isRegionFaults, loadRegion } from "#governance";
import { matcherOf } from "../region-matcher.ts";
import { readMatcher, type Matcher, type MatchRecord } from "./index.ts";

const region = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(region));
const matcher: Matcher = matcherOf(region)!;

const ROBIN = { given: ["Jonathan"], family: ["Hambrook"], dateOfBirth: ["1971-04-08"], sex: ["male"], postcode: ["ME1 9CC"], address: ["14 High Street"] };
const compare = (mine: MatchRecord, theirs: MatchRecord): ReturnType<Matcher["compare"]> => matcher.compare(matcher.prepare(mine), matcher.prepare(theirs));
const bandOf = (mine: MatchRecord, theirs: MatchRecord): string => matcher.band(compare(mine, theirs), null).band;
const levelOf = (field: string, mine: MatchRecord, theirs: MatchRecord): string => compare(mine, theirs).evidence.find((each) => each.field === field)!.level;
const share = (mine: MatchRecord, theirs: MatchRecord): boolean => {
  const keys = new Set(matcher.keys(matcher.prepare(mine)));
  return matcher.keys(matcher.prepare(theirs)).some((key) => keys.has(key));
};

test("the same details link, and a stranger's stay apart", () => {
  assert.equal(bandOf(ROBIN, ROBIN), "link");
  assert.equal(bandOf(ROBIN, { given: ["Priya"], family: ["Nair"], dateOfBirth: ["1988-11-30"], sex: ["female"], postcode: ["CT1 9CC"] }), "apart");
});

test("each way of writing a name is known for what it is", () => {
  const given = (mine: string, theirs: string): string => levelOf("given name", { ...ROBIN, given: [mine] }, { ...ROBIN, given: [theirs] });
  assert.equal(given("Jonathan", "JONATHAN"), "same");
  assert.equal(given("José", "Jose"), "same");
  assert.equal(given("Mohammed", "Muhammad"), "same, written otherwise");
  assert.equal(given("Jonathan", "Jonny"), "short form");
  assert.equal(given("Ted", "Theo"), "differs");
  assert.equal(given("Mary Ann", "Ann"), "one name of several");
  assert.equal(given("Jonathan", "Jonahtan"), "one slip");
  assert.equal(given("Siobhan", "J"), "differs");
  assert.equal(given("Jonathan", "J"), "initial");
  const family = (mine: string, theirs: string): string => levelOf("family name", { ...ROBIN, family: [mine] }, { ...ROBIN, family: [theirs] });
  assert.equal(family("O'Neill", "ONeill"), "same");
  assert.equal(family("Smith-Jones", "Jones"), "one name of several");
  assert.equal(family("García Lorca", "Garcia"), "one name of several");
  assert.equal(family("Phillips", "Filips"), "sounds alike");
});

test("given and family name in each other's place are found and compared as such", () => {
  const mine = { ...ROBIN, given: ["Khan"], family: ["Muhammad"] };
  const theirs = { ...ROBIN, given: ["Mohammed"], family: ["Khan"] };
  assert.ok(share(mine, theirs));
  assert.equal(levelOf("given name", mine, theirs), "in the family name's place");
  assert.notEqual(bandOf(mine, theirs), "apart");
});

test("an earlier name or address is compared with the whole history", () => {
  const married = { ...ROBIN, family: ["Quested", "Hambrook"], postcode: ["DA1 9KK", "ME1 9CC"] };
  assert.ok(share(ROBIN, married));
  assert.equal(levelOf("family name", ROBIN, married), "same");
  assert.equal(levelOf("address", ROBIN, married), "same house");
});

test("slips in a birth date are told from another birth date", () => {
  const date = (theirs: string): string => levelOf("date of birth", ROBIN, { ...ROBIN, dateOfBirth: [theirs] });
  assert.equal(date("1971-08-04"), "day and month swapped");
  assert.equal(date("1971-04-09"), "one digit");
  assert.equal(date("1917-04-08"), "one digit");
  assert.equal(date("1946-04-08"), "day and month alone");
  assert.equal(date("1938-12-25"), "differs");
});

test("defaults carry no weight", () => {
  const defaults = { ...ROBIN, dateOfBirth: ["1900-01-01"], nhsNumber: ["9999999999"], given: ["BABY"], postcode: ["ZZ99 3VZ"], gpPractice: ["V81999"] };
  for (const field of ["date of birth", "NHS number", "given name", "address", "practice"]) assert.equal(compare(defaults, defaults).evidence.find((each) => each.field === field)!.verdict, "unknown", field);
});

test("a missing field is neutral, and a differing postcode keeps nobody apart", () => {
  const less: MatchRecord = { given: ROBIN.given, family: ROBIN.family, dateOfBirth: ROBIN.dateOfBirth };
  assert.equal(compare(ROBIN, less).evidence.find((each) => each.field === "address")!.weight, 0);
  assert.notEqual(bandOf(ROBIN, { ...ROBIN, postcode: ["TN1 9VV"], address: ["3 Mill Lane"] }), "apart");
});

test("twins never link by themselves: same birth date and address, other given names", () => {
  assert.equal(bandOf(ROBIN, { ...ROBIN, given: ["Matthew"] }), "review");
  assert.equal(bandOf({ ...ROBIN, given: ["Jan"] }, { ...ROBIN, given: ["Jon"] }), "review");
});

test("an unknown patient links to nobody, not even to another of the same defaults at one address", () => {
  const unknown = { given: ["UNKNOWN"], family: ["MALE"], dateOfBirth: ["1900-01-01"], sex: ["male"], postcode: ["ME7 9CC"], phone: ["01634999999"] };
  assert.notEqual(bandOf(unknown, unknown), "link");
});

test("one verified number with a conflict never links, nor do two verified numbers", () => {
  const numbered = { ...ROBIN, nhsNumber: ["9434765919"], nhsNumberStatus: ["01"] };
  assert.equal(bandOf(numbered, numbered), "link");
  assert.equal(bandOf(numbered, { ...numbered, dateOfBirth: ["1938-12-25"] }), "review");
  assert.equal(bandOf(numbered, { ...numbered, sex: ["female"] }), "review");
  assert.equal(bandOf(numbered, { ...numbered, given: ["Peter"], family: ["Solley"], postcode: [], address: [] }), "review");
  assert.equal(bandOf(numbered, { ...numbered, nhsNumber: ["9434765870"] }), "review");
});

test("a common name weighs less than a rare one, once names were counted", () => {
  const model = structuredClone(matcher.model);
  const counted = readMatcher(matcher.spec, { ...model, frequencies: { family: { total: 100_000, counts: { smith: 1200, quested: 3 } } } });
  assert.ok(counted.ok);
  const weight = (family: string): number => counted.matcher.compare(counted.matcher.prepare({ family: [family] }), counted.matcher.prepare({ family: [family] })).weight;
  assert.ok(weight("Smith") < weight("Quested") - 5);
});

test("the best candidate must lead the next person's", () => {
  const best = compare(ROBIN, ROBIN);
  assert.equal(matcher.band(best, null).band, "link");
  assert.equal(matcher.band(best, best).band, "review");
  assert.match(matcher.band(best, best).why, /another person/);
});

test("the edges follow from the costs: a wrong link counts twenty times a missed one", () => {
  assert.equal(matcher.spec.costs.wrongLink, 20 * matcher.spec.costs.missedLink);
  const atEdge = (edge: number): number => 1 / (1 + 2 ** -edge);
  assert.ok(Math.abs(atEdge(matcher.edges.link) - (1 - matcher.spec.costs.review / 20)) < 1e-9);
  const dearer = readMatcher({ ...matcher.spec, costs: { ...matcher.spec.costs, wrongLink: 200 } }, matcher.model);
  assert.ok(dearer.ok && dearer.matcher.edges.link > matcher.edges.link + 3);
});

test("comparing is the same from both sides", () => {
  const other = { ...ROBIN, given: ["Jon", "John"], family: ["Hambrook-Uden"], dateOfBirth: ["1971-08-04"] };
  assert.deepEqual({ ...compare(ROBIN, other), evidence: [] }, { ...compare(other, ROBIN), evidence: [] });
});

test("what a reviewer reads names the values and what they mean", () => {
  const words = compare(ROBIN, { ...ROBIN, given: ["Jon"] }).evidence.map((each) => each.words);
  assert.ok(words.includes("given name: Jonathan and Jon stand for one name"), words.join("\n"));
  assert.ok(words.includes("NHS number: not known on either side"));
});

test("keys are signed numbers of 64 bits, the same for the same record, and change with their version", () => {
  const keys = matcher.keys(matcher.prepare(ROBIN));
  assert.ok(keys.length > 5 && keys.every((key) => BigInt.asIntN(64, key) === key));
  assert.deepEqual(matcher.keys(matcher.prepare({ ...ROBIN })), keys);
  const next = readMatcher({ ...matcher.spec, keys: { ...matcher.spec.keys, version: matcher.spec.keys.version + 1 } }, matcher.model);
  assert.ok(next.ok && next.matcher.keys(next.matcher.prepare(ROBIN)).every((key) => !keys.includes(key)));
});

test("a specification and a model with faults are refused with all of them", () => {
  const spec = structuredClone(matcher.spec);
  spec.fields[0]!.levels[0]!.when = { is: "same", of: "shoeSize" };
  spec.guards[0]!.when = { "shoe size": ["same"] };
  const faulty = readMatcher(spec, { ...matcher.model, spec: "another" });
  assert.ok(!faulty.ok);
  assert.equal(faulty.faults.length, 4, faulty.faults.join("\n"));
});
