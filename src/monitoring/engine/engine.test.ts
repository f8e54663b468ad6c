import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { day, START, Story } from "./scenario.ts";
import type { CareKind } from "./columns.ts";
import { RULES, type RuleId } from "./rule-names.ts";

const YEAR = 365 * 86_400;
const nurse = (): Story => new Story().works("nurse").person("p");

describe("why an access may be fine", () => {
  const cases: readonly [string, Story, string][] = [
    ["the nurse's ward has the person", nurse().care("p", "admission", day(-1)).looks("nurse", "p", day(0)), "admission team"],
    ["another ward has the person, today", nurse().care("p", "admission", day(-1), day(2), { unit: "ward-2" }).looks("nurse", "p", day(0)), "admission organisation"],
    ["another ward had the person, a week ago", nurse().care("p", "admission", day(-10), day(-7), { unit: "ward-2" }).looks("nurse", "p", day(0)), "nothing"],
    ["another employer has the person", nurse().care("p", "admission", day(-1), day(2), { organisation: "RN7" }).looks("nurse", "p", day(0)), "nothing"],
    ["the nurse is named in an appointment in a month", nurse().care("p", "appointment", day(30), day(30, 1), { unit: "clinic-9", professional: "nurse" }).looks("nurse", "p", day(0)), "appointment named"],
    ["the rota has the nurse on the person's ward today", new Story().works("nurse", { rota: [{ start: day(0, -4), end: day(0, 8), unit: "ward-2" }] }).person("p").care("p", "admission", day(-10), day(-7), { unit: "ward-2" }).looks("nurse", "p", day(0)), "admission team"],
    ["a pharmacist serves all wards", new Story().works("pharmacist", { unit: "pharmacy", role: "pharmacist" }).person("p").care("p", "admission", day(-3), day(5), { unit: "ward-2" }).looks("pharmacist", "p", day(0)), "admission house-service"],
    ["a practice is one team", new Story().works("gp", { organisation: "G82060", unit: null, role: "gp" }).person("p").care("p", "registration", day(-4000), undefined, { organisation: "G82060", unit: null }).looks("gp", "p", day(0)), "registration team"],
    ["the person left the practice half a year ago", new Story().works("gp", { organisation: "G82060", unit: null, role: "gp" }).person("p").care("p", "registration", day(-4000), day(-180), { organisation: "G82060", unit: null }).looks("gp", "p", day(0)), "nothing"],
    ["the crew on scene", new Story().works("medic", { organisation: "RYD", unit: "station-1", role: "paramedic" }).person("p").care("p", "crew", day(0, -1), day(0, 1), { organisation: "RYD", unit: null, professional: "medic" }).looks("medic", "p", day(0)), "crew named"],
  ];
  for (const [words, story, expected] of cases) test(`given that ${words}, expects ${expected}`, () => assert.equal(story.assessed().explainedBy(0), expected));

  test("a colleague of the team whose access is explained explains another one's, for a few days", () => {
    const story = nurse().works("other").care("p", "appointment", day(0), day(0, 1), { unit: null, professional: "other" }).looks("other", "p", day(0)).looks("nurse", "p", day(5)).looks("nurse", "p", day(20));
    assert.deepEqual([0, 1, 2].map(story.assessed().explainedBy), ["appointment named", "consultation", "nothing"]);
  });

  test("the professional's own explained access carries for a month, and what it carried carries nothing on", () => {
    const story = nurse().care("p", "attendance", day(0), day(0, 2)).looks("nurse", "p", day(20)).looks("nurse", "p", day(45)).looks("nurse", "p", day(70));
    assert.deepEqual([0, 1, 2].map(story.assessed().explainedBy), ["attendance team", "repeat", "nothing"]);
  });

  test("a search or a refusal is not explained: nothing was put in front of anybody", () => {
    const story = nurse().care("p", "admission", day(-1)).looks("nurse", "p", day(0), "found").looks("nurse", "p", day(0), "refused");
    assert.deepEqual([0, 1].map(story.assessed().explainedBy), ["nothing", "nothing"]);
    assert.deepEqual([0, 1].map(story.assessed().rules), [[], []]);
  });
});

/** For each rule: a story whose access told first fires it, and one that differs in what matters and must not. */
const strangers = (more: Parameters<Story["works"]>[1], person: Parameters<Story["person"]>[1] = {}): Story => new Story().works("nurse", more).person("p", person);
const look = (story: Story): Story => story.looks("nurse", "p", day(0));
const many = (count: number, told: (story: Story, each: number) => void): Story => {
  const story = new Story().works("nurse");
  for (let each = 0; each < 200; each++) story.person(`p${each}`);
  for (let each = 0; each < count; each++) told(story, each);
  return story;
};
const ward = (story: Story, kind: CareKind = "admission"): Story => story.care("p", kind, day(-1));
const PAIRS: Readonly<Record<RuleId, readonly [Story, Story]>> = {
  "own-record": [look(ward(strangers({ ownPerson: "p" }))), look(ward(strangers({ ownPerson: null })))],
  family: [look(ward(strangers({ surname: 7, postcode: 9 }, { surname: 7, postcode: 9 }))), look(strangers({ surname: 7, postcode: 9 }, { surname: 7, postcode: 8 }))],
  household: [look(ward(strangers({ surname: 7, household: 5 }, { surname: 8, household: 5 }))), look(strangers({ surname: 7, household: 0 }, { surname: 8, household: 0 }))],
  neighbour: [look(strangers({ postcode: 3, household: 1 }, { postcode: 3, household: 2 })), look(strangers({ postcode: 3 }, { postcode: 4 }))],
  colleague: [look(strangers({}).works("colleague", { ownPerson: "p", unit: "ward-5" })), look(strangers({}).works("elsewhere", { ownPerson: "p", organisation: "RN7" }))],
  "well-known": [look(ward(strangers({}, { wellKnown: true }))), look(strangers({}))],
  "no-relationship": [look(strangers({})), look(ward(strangers({})))],
  "break-glass": [ward(strangers({})).looks("nurse", "p", day(0), "open", ["breakGlass"]), look(ward(strangers({})))],
  "no-later-contact": [strangers({}).looks("nurse", "p", day(0), "open", ["breakGlass"]), strangers({}).care("p", "attendance", day(3), day(3, 2), { unit: "emergency" }).looks("nurse", "p", day(0), "open", ["breakGlass"])],
  deceased: [look(ward(strangers({}, { diedAt: day(-60) }))), look(strangers({}, { diedAt: day(-20) }))],
  child: [look(strangers({}, { born: START - 9 * YEAR })), look(strangers({ role: "gp" }, { born: START - 9 * YEAR }))],
  "after-objection": [look(ward(strangers({}, { objectedAt: day(-1) }))), look(ward(strangers({}, { objectedAt: day(1) })))],
  "protected-location": [ward(strangers({})).looks("nurse", "p", day(0), "open", ["location"]), look(ward(strangers({})))],
  sensitive: [strangers({}).looks("nurse", "p", day(0), "section", ["sensitive"]), strangers({}).looks("nurse", "p", day(0), "section")],
  leaver: [look(ward(strangers({ leftAt: day(-3) }))), look(strangers({ leftAt: day(3) }))],
  untrained: [look(ward(strangers({ trainedUntil: day(-3) }))), look(strangers({ trainedUntil: day(3) }))],
  "off-shift": [look(strangers({ rota: [{ start: day(2), end: day(2, 8), unit: null }] })), look(strangers({ rota: [{ start: day(0, 1), end: day(0, 8), unit: null }] }))],
  "new-device": [strangers({}).looks("nurse", "p", day(40), "open", [], 2).looks("nurse", "p", day(0), "open", [], 1), strangers({}).looks("nurse", "p", day(40), "open", [], 1).looks("nurse", "p", day(0), "open", [], 1)],
  dormant: [look(strangers({})).looks("nurse", null, day(-90), "search"), look(strangers({})).looks("nurse", null, day(-30), "search")],
  "former-patient": [look(strangers({}).care("p", "caseload", day(-400), day(-130), { professional: "nurse" })), look(strangers({}).works("other").care("p", "caseload", day(-400), day(-130), { professional: "other" }))],
  volume: [many(60, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60))), many(30, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60)))],
  prints: [many(20, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "print")), many(5, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "print"))],
  browsed: [many(20, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "found")), many(20, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "found").looks("nurse", `p${each}`, day(0, each / 60) + 5))],
  denied: [many(5, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "refused")), many(4, (story, each) => story.looks("nurse", `p${each}`, day(0, each / 60), "refused"))],
  "many-on-one": [crowd(8, 0), crowd(8, 3)],
  serial: [many(40, (story, each) => story.looks("nurse", `p${each}`, day(each * 2))), many(7, (story, each) => story.looks("nurse", `p${each}`, day(each * 2)))],
  returning: [strangers({}).looks("nurse", "p", day(0)).looks("nurse", "p", day(9)).looks("nurse", "p", day(17)), strangers({}).looks("nurse", "p", day(0)).looks("nurse", "p", day(0, 2)).looks("nurse", "p", day(9))],
  "no-tie": [look(strangers({}).care("p", "admission", day(-1), undefined, { organisation: "RN7" })), look(strangers({}).care("p", "admission", day(-30), day(-20), { unit: "ward-9" }))],
};

function crowd(of: number, daysBetween: number): Story {
  const story = new Story().person("p");
  for (let each = 0; each < of; each++) story.works(`n${each}`, { unit: `ward-${each}` }).looks(`n${each}`, "p", day(each * daysBetween, each));
  return story;
}

/** Peers who do a little of everything, so that an outlier has something to stand out from. */
function withPeers(story: Story): Story {
  for (let peer = 0; peer < 9; peer++) {
    story.works(`peer${peer}`, { unit: `far-${peer}`, organisation: "RN7" }).person(`q${peer}`);
    for (let each = 0; each < 3; each++) story.looks(`peer${peer}`, `q${peer}`, day(100 + each));
  }
  return story;
}

describe("each rule", () => {
  for (const rule of RULES) {
    const [fires, spares] = PAIRS[rule];
    test(`${rule} fires where it should, and spares what differs in the one thing that matters`, () => {
      const fired = withPeers(fires).assessed();
      assert.ok(fired.rules(0).includes(rule), `fired: ${fired.rules(0).join(", ")}`);
      assert.ok(fired.score(0) > 0);
      assert.ok(!withPeers(spares).assessed().rules(0).includes(rule), "must not fire");
    });
  }

  test("an objection to one organisation as a reader fires for its professionals, from its day, and for nobody else", () => {
    const rules = (organisation: string, at: number): boolean => look(ward(strangers({}, { barred: [{ organisation, at }] }))).assessed().rules(0).includes("after-objection");
    assert.deepEqual([rules("RVV", day(-1)), rules("RVV", day(1)), rules("RN7", day(-1))], [true, false, false]);
  });

  test("an attempt that was refused fires what stands between the two, and nothing that its maker could not know", () => {
    const refused = strangers({ ownPerson: "p", trainedUntil: day(-3) }, { objectedAt: day(-1) }).looks("nurse", "p", day(0), "refused");
    assert.deepEqual(refused.assessed().rules(0), ["own-record"]);
  });

  test("a later contact can be missed only when its time has passed", () => {
    const story = strangers({}).looks("nurse", "p", day(0), "open", ["breakGlass"]);
    assert.deepEqual(story.assessed(day(2)).rules(0), ["no-relationship", "break-glass", "no-tie"]);
    assert.ok(story.assessed(day(8)).rules(0).includes("no-later-contact"));
  });

  test("an explanation excuses a neighbour, never the own record, and a relative only in part", () => {
    const score = (story: Story): number => Math.round(story.assessed().score(0));
    const [mine, kin, near] = [{ ownPerson: "p" }, { surname: 7, postcode: 9 }, { postcode: 9, household: 1 }];
    assert.equal(score(look(ward(strangers(near, { postcode: 9, household: 2 })))), 0);
    assert.ok(score(look(strangers(near, { postcode: 9, household: 2 }))) >= 60);
    assert.ok(score(look(ward(strangers(mine)))) >= 90);
    const [explained, bare] = [score(look(ward(strangers(kin, { surname: 7, postcode: 9 })))), score(look(strangers(kin, { surname: 7, postcode: 9 })))];
    assert.ok(explained > 0 && explained < bare - 20, `${explained} and ${bare}`);
  });
});
