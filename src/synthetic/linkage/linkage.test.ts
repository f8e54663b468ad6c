import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { parseNhsNumber } from "#standards";
import { linkagePeople, linkageRecords, type LevelName, type LinkageOptions, type LinkedPerson } from "./index.ts";
import { NO_FIXED_ABODE } from "./places.ts";
import type { SourceKind } from "./sources.ts";

const now = new Date("2026-11-21T12:00:00Z");
const options = (over: Partial<LinkageOptions> = {}): LinkageOptions => ({ people: 20_000, seed: 1, level: "hes-like", now, ...over });

const population: Record<LevelName, LinkedPerson[]> = { "hes-like": [], harsh: [] };
before(() => {
  for (const level of ["hes-like", "harsh"] as const) population[level] = [...linkagePeople(options({ level }))];
});

function digestOf(over: Partial<LinkageOptions>): string {
  const hash = createHash("sha256");
  for (const record of linkageRecords(options({ people: 2_000, ...over }))) hash.update(JSON.stringify(record));
  return hash.digest("hex");
}

test("the same seed gives the same bytes, another seed others, and both levels are about the same people", () => {
  assert.equal(digestOf({}), digestOf({}));
  assert.notEqual(digestOf({ seed: 2 }), digestOf({}));
  assert.notEqual(digestOf({ level: "harsh" }), digestOf({}));
  assert.deepEqual(
    population.harsh.map(({ person }) => person),
    population["hes-like"].map(({ person }) => person),
  );
});

/** How often records of these kinds differ from the truth. */
function measured(level: LevelName, kinds: readonly SourceKind[]): Record<"sex" | "sexOrBirth" | "day" | "month" | "year" | "postcode" | "forename" | "surname", number> {
  const count = { sex: 0, sexOrBirth: 0, day: 0, month: 0, year: 0, postcode: 0, forename: 0, surname: 0 };
  const of = { records: 0, dates: 0, postcodes: 0, names: 0 };
  for (const { person, records } of population[level])
    for (const { kind, fields, flaws } of records) {
      if (!kinds.includes(kind) || flaws.includes("unknown patient")) continue;
      const [date] = fields.dateOfBirth;
      of.records++;
      if (fields.sex[0] !== person.sex) count.sex++;
      if (fields.sex[0] !== person.sex || date !== person.birthDate) count.sexOrBirth++;
      if (date !== undefined && ++of.dates) for (const [part, from, to] of [["year", 0, 4], ["month", 5, 7], ["day", 8, 10]] as const) if (date.slice(from, to) !== person.birthDate.slice(from, to)) count[part]++;
      if (fields.postcode[0] !== undefined && !person.noFixedAbode && ++of.postcodes && fields.postcode[0] !== person.homes[0]!.place.postcode) count.postcode++;
      // Other traditions have lawful variants; here only mistakes are counted.
      if (person.tradition.key !== "british") continue;
      of.names++;
      if (fields.given[0]?.split(" ")[0]?.toLowerCase() !== person.given[0]!.toLowerCase()) count.forename++;
      if (!person.families.some((each) => each.value.toLowerCase() === fields.family[0]!.toLowerCase())) count.surname++;
    }
  return {
    sex: count.sex / of.records, sexOrBirth: count.sexOrBirth / of.records, day: count.day / of.dates, month: count.month / of.dates, year: count.year / of.dates,
    postcode: count.postcode / of.postcodes, forename: count.forename / of.names, surname: count.surname / of.names,
  };
}

const HOSPITALS = ["hospital", "other-hospital"] as const;
const near = (found: number, wanted: number, within: number, what: string): void => assert.ok(Math.abs(found - wanted) <= within, `${what}: ${(found * 100).toFixed(2)} %, wanted ${wanted * 100} %`);

test("hes-like: sex or date of birth is wrong in 0.11 % of hospital records and the postcode differs in 53 %", () => {
  const { sexOrBirth, postcode, forename, surname } = measured("hes-like", HOSPITALS);
  near(sexOrBirth, 0.0011, 0.0006, "sex or date of birth");
  near(postcode, 0.53, 0.04, "postcode");
  assert.ok(forename < 0.06 && surname < 0.05, `names ${forename} ${surname}`);
});

test("harsh: names, sex, parts of the date and postcode are wrong as often as in the survey", () => {
  const rates = measured("harsh", HOSPITALS);
  for (const [what, wanted, within] of [["forename", 0.35, 0.03], ["surname", 0.32, 0.03], ["sex", 0.01, 0.003], ["day", 0.15, 0.02], ["month", 0.13, 0.02], ["year", 0.13, 0.02], ["postcode", 0.04, 0.01]] as const)
    near(rates[what], wanted, within, what);
});

test("98 % of practice records have a verified number, councils have none, and every number passes its check", () => {
  let practice = 0;
  let verified = 0;
  let others = 0;
  for (const { records } of population["hes-like"])
    for (const { kind, fields } of records) {
      if (kind === "practice" && ++practice && fields.nhsNumberStatus[0] === "01") verified++;
      if (kind === "council") assert.deepEqual(fields.nhsNumber, []);
      const [number] = fields.nhsNumber;
      if (number !== undefined && ++others) assert.ok(number.startsWith("9") && parseNhsNumber(number).ok, number);
      assert.equal(fields.nhsNumber.length, fields.nhsNumberStatus.length);
    }
  near(verified / practice, 0.98, 0.005, "verified");
  assert.ok(others > 40_000);
});

test("NHS numbers belong to one human each, and nobody has more than two", () => {
  const owners = new Map<string, string>();
  for (const { person } of population["hes-like"])
    for (const number of [person.nhsNumber, person.otherNumber]) {
      if (number === null) continue;
      assert.ok(!owners.has(number), number);
      owners.set(number, person.key);
    }
});

test("twins share birth date, address and family name, and their numbers are neighbours", () => {
  const people = population["hes-like"].map(({ person }) => person);
  const twins = people.flatMap((person, at) => {
    const other = people[at + 1];
    return person.difficulties.includes("twin") && other?.difficulties.includes("twin") && other.homes === person.homes && other.birthDate === person.birthDate ? [[person, other] as const] : [];
  });
  assert.ok(twins.length > 30, `${twins.length} pairs`);
  for (const [one, other] of twins) {
    assert.notEqual(one.given[0], other.given[0]);
    assert.ok(Math.abs(Number(one.nhsNumber.slice(0, 9)) - Number(other.nhsNumber.slice(0, 9))) < 8);
  }
});

test("hostels, care homes, no fixed abode, namesakes, unknown patients and babies without a name are there", () => {
  const found = new Map<string, number>();
  let postcodes = 0;
  for (const { person, records } of population["hes-like"]) {
    for (const each of person.difficulties) found.set(each, (found.get(each) ?? 0) + 1);
    for (const { flaws, fields, truth } of records) {
      for (const each of flaws) found.set(each, (found.get(each) ?? 0) + 1);
      if (flaws.includes("unknown patient")) assert.ok(truth.startsWith("unknown-"), "nobody is the truth of an unknown patient");
      if (fields.postcode[0] === NO_FIXED_ABODE) postcodes++;
    }
  }
  for (const each of ["hostel", "care home", "student house", "no fixed abode", "namesake", "unknown patient", "baby", "two numbers", "same name in the family", "family name changed", "double-barrelled", "default birth date", "single name", "another person's number"])
    assert.ok((found.get(each) ?? 0) > 0, `${each} is missing`);
  assert.ok(postcodes > 10);
});

test("names are as spread and as common as real ones: no surname has 2 % of the people, and thousands exist", () => {
  const surnames = Map.groupBy(population["hes-like"], ({ person }) => person.families[0]!.value);
  assert.ok(surnames.size > 3_000, `${surnames.size} surnames`);
  const [name, most] = [...surnames].reduce((best, each) => (each[1].length > best[1].length ? each : best));
  assert.ok(most.length / 20_000 < 0.02 && most.length / 20_000 > 0.005, `${name} ${most.length}`);
});

test("a person has three to four records on average, and every group of the report is filled", () => {
  const people = population["hes-like"];
  const records = people.reduce((sum, each) => sum + each.records.length, 0) / people.length;
  assert.ok(records > 3 && records < 5, String(records));
  assert.equal(new Set(people.map((each) => each.groups.deprivation).filter((each) => each !== "none")).size, 10);
  assert.equal(new Set(people.map((each) => each.groups.ageBand)).size, 8);
  assert.ok(new Set(people.map((each) => each.groups.ethnicGroup)).size >= 10);
});

test("the stream has exactly as many people as asked for, and does not wait for the last of them", () => {
  assert.equal([...linkagePeople(options({ people: 1_234 }))].length, 1_234);
  const first = linkageRecords(options({ people: 2_000_000 })).next().value;
  assert.ok(first);
});
