import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNhsNumber } from "#standards";
import { pdsPeople } from "./pds-people.ts";
import { planRegion } from "./region-messages.ts";

const options = { people: 300, seed: 1, now: new Date("2026-11-21T09:00:00Z") };

test("PDS holds everybody of the region who has a number, as they truly are, and the same people each time", () => {
  const people = [...pdsPeople(options)];
  assert.deepEqual(people, [...pdsPeople(options)]);
  const held = new Map(people.map((each) => [each.nhsNumber, each]));
  assert.equal(held.size, people.length, "no number twice");
  for (const person of planRegion(options).people) {
    if (person.nhsNumber === null) continue;
    const at = held.get(person.nhsNumber);
    assert.deepEqual([at?.names[0]?.family, at?.birthDate, at?.gender, at?.addresses[0]?.postcode, at?.restriction], [person.family, person.birthDate, person.sex, person.address.postcode, person.protectedAddress ? "R" : undefined], person.key);
  }
});

test("PDS has what makes a national index hard: replaced and withdrawn numbers, namesakes, restricted people, former names and addresses", () => {
  const people = [...pdsPeople({ ...options, people: 2000 })];
  const numbers = new Set(people.map((each) => each.nhsNumber));
  for (const each of people) assert.ok(parseNhsNumber(each.nhsNumber).ok, each.nhsNumber);
  const replaced = people.filter((each) => each.supersededBy !== undefined);
  assert.ok(replaced.length > 3 && replaced.every((each) => numbers.has(each.supersededBy!)));
  assert.ok(people.some((each) => each.invalidated));
  assert.ok(people.some((each) => each.restriction === "R"));
  assert.ok(people.some((each) => each.names.some((name) => name.use === "maiden")));
  assert.ok(people.some((each) => each.addresses.some((address) => address.period.end !== undefined)));
  const same = Map.groupBy(people.filter((each) => each.supersededBy === undefined && !each.invalidated), (each) => `${each.names[0]!.family} ${each.names[0]!.given.join(" ")} ${each.birthDate}`);
  assert.ok([...same.values()].some((each) => each.length > 1));
});
