import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parseNhsNumber } from "#standards";
import { nhsNumbers, planRegion, regionMessages, STORIES } from "./index.ts";

const now = new Date("2026-11-21T12:00:00Z");
const options = { people: 140, seed: 7, now };

function digestOf(seed: number): string {
  const hash = createHash("sha256");
  for (const message of regionMessages({ ...options, seed }))
    hash.update(`${message.feedId} ${message.at.toISOString()} `).update(message.body);
  return hash.digest("hex");
}

test("the same seed gives the same bytes, another seed others", () => {
  const first = digestOf(7);
  assert.equal(digestOf(7), first);
  assert.notEqual(digestOf(8), first);
});

test("messages are in time order, not later than now, and every one can be written", () => {
  let last = 0;
  for (const { at, body } of regionMessages(options)) {
    assert.ok(at.getTime() >= last && at <= now);
    assert.ok(body.length > 0);
    last = at.getTime();
  }
});

test("NHS numbers are of the test ranges, pass their check, and never repeat", () => {
  const seen = new Set<string>(STORIES.flatMap((story) => story.nhsNumber ?? []));
  const stories = seen.size;
  const numbers = nhsNumbers();
  for (let index = 0; index < 30_000; index++) {
    const number = numbers.next().value;
    assert.ok(number.startsWith("999") && parseNhsNumber(number).ok);
    seen.add(number);
  }
  assert.equal(seen.size, 30_000 + stories);
  for (const story of STORIES)
    if (story.nhsNumber !== null) assert.ok(parseNhsNumber(story.nhsNumber).ok && story.nhsNumber.startsWith("999"));
});

test("the wider range follows when 999 is used up", () => {
  const numbers = nhsNumbers();
  let number = "";
  let count = 0;
  do {
    number = numbers.next().value;
    count++;
  } while (number.startsWith("999"));
  assert.ok(count > 900_000, `${count} people fit into 999`);
  assert.match(number, /^9[0-8]/);
  assert.ok(parseNhsNumber(number).ok);
});

test("every story is cast, has words for the start-up, and at least one message", () => {
  const { people, sources } = planRegion(options);
  assert.ok(STORIES.length >= 28);
  assert.equal(new Set(STORIES.map((story) => story.key)).size, STORIES.length);
  for (const story of STORIES) {
    assert.ok(
      people.some((person) => person.key === story.key),
      story.key,
    );
    assert.ok(
      sources.some((source) => source.person === story.key),
      `${story.key} is known somewhere`,
    );
    assert.ok(story.why.length > 20 && story.bestRole !== "");
  }
});

test("the truth knows every local number that a stream sends, and whose it is", () => {
  const { planned, sources, people } = planRegion(options);
  const known = new Map(sources.map((one) => [`${one.feed} ${one.localId}`, one]));
  const byKey = new Map(people.map((one) => [one.key, one]));
  const check = (feed: string, localId: string, birthDate: string | undefined): void => {
    const source = known.get(`${feed} ${localId}`);
    assert.ok(source !== undefined, `${feed} ${localId} is not in the truth`);
    const person = byKey.get(source.person)!;
    if (birthDate !== undefined && !source.flaws.includes("date of birth wrong"))
      assert.equal(birthDate, person.birthDate);
  };
  for (const one of planned) {
    const text = one.write().toString();
    if (one.kind === "hl7v2") {
      const pid = text
        .split("\r")
        .find((line) => line.startsWith("PID|"))!
        .split("|");
      check(
        one.feedId,
        pid[3]!.split("~").at(-1)!.split("^")[0]!,
        pid[7]!.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
      );
    } else if (one.kind === "csv") {
      for (const line of text.trim().split("\r\n").slice(1)) check(one.feedId, line.split(",")[2]!, undefined);
    } else {
      const bundle = JSON.parse(text) as {
        entry: {
          resource: {
            resourceType: string;
            id?: string;
            birthDate: string;
            identifier: { system: string; value: string }[];
          };
        }[];
      };
      const patient = bundle.entry
        .map((entry) => entry.resource)
        .find((resource) => resource.resourceType === "Patient")!;
      check(
        one.feedId,
        patient.id ?? patient.identifier.find((id) => !id.system.endsWith("nhs-number"))!.value,
        patient.birthDate,
      );
    }
  }
});

test("a demo of 500 people stays small enough to load through the real intake", () => {
  const { planned, people } = planRegion({ people: 500, seed: 1, now });
  assert.equal(people.length, 500);
  assert.ok(planned.length <= 9000, `${planned.length} messages`);
});

test("organisations' views disagree as often as statistics say, sex and birthday almost never", () => {
  const { sources } = planRegion({ people: 3000, seed: 3, now });
  const share = (flaw: string): number => sources.filter((one) => one.flaws.includes(flaw)).length / sources.length;
  assert.ok(share("older address") > 0.1 && share("older address") < 0.25);
  assert.ok(share("date of birth wrong") < 0.005);
  assert.ok(share("NHS number missing") > 0.002 && share("NHS number missing") < 0.03);
});

test("hospitals send every trigger that the intake must know, a merge, a correction and a bad number among them", () => {
  const { planned } = planRegion({ people: 700, seed: 1, now });
  const messages = planned.filter((one) => one.kind === "hl7v2").map((one) => one.write().toString());
  const triggers = new Set(messages.map((message) => message.split("|")[8]!.split("^")[1]!));
  const wanted = "A01 A02 A03 A04 A08 A11 A13 A28 A31 A40 R01 T02 S12 S13 S14 S15".split(" ");
  assert.deepEqual(
    wanted.filter((trigger) => !triggers.has(trigger)),
    [],
  );
  assert.ok(
    messages.some((message) => /\rOBX\|\d+\|NM\|K\^[^|]*\|\|4\.4\|([^|]*\|){5}C/.test(message)),
    "a corrected potassium",
  );
  const numbers = messages.flatMap((message) => /\rPID\|1\|\|(\d{10})\^\^\^NHS/.exec(message)?.[1] ?? []);
  assert.equal(
    new Set(numbers.filter((number) => !parseNhsNumber(number).ok)).size,
    1,
    "one number fails its check, on purpose",
  );
  const ids = planned
    .filter((one) => one.kind === "hl7v2")
    .map((one) => one.write().toString().split("\r", 1)[0]!.split("|"));
  const keys = ids.map((msh) => `${msh[3]!} ${msh[9]!}`);
  assert.equal(new Set(keys).size, keys.length, "control ids are unique within a sender");
});
