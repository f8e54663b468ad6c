import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAccess } from "#access";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { isNeither, staffLines } from "./staff.ts";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region: Region = loaded;
const NOW = new Date("2026-11-22T12:00:00Z");
const PETER = "Peter Lowe";
const linesOf = (of: Region, organisation = "RYY", accepted = new Map<string, Date>()) => staffLines(of, createAccess(of), organisation, accepted, NOW);

describe("ONB-07 trained or blocked", () => {
  test("holds for every organisation of the region, and Peter Lowe, whose training lapsed, is among the blocked", () => {
    for (const { odsCode } of region.organisations) assert.deepEqual(linesOf(region, odsCode).filter(isNeither), [], odsCode);
    const peter = linesOf(region).find((each) => each.professional.name === PETER)!;
    assert.deepEqual([peter.trained, peter.inGrace], [false, false]);
    assert.match(peter.blocked!, /training/);
  });
  test("fails where the region's grace lets somebody in whose training has run out", () => {
    const lenient: Region = { ...region, rules: { ...region.rules, trainingGraceDays: 92 } };
    const lines = linesOf(lenient);
    assert.deepEqual(lines.filter(isNeither).map((each) => each.professional.name), [PETER]);
    assert.equal(lines[0]!.inGrace, true, "and who it is stands first");
  });
  test("fails where the policy on training is taken out", () => {
    const files = region.policies.files.map(({ name, text }) => ({ name, text: text.replace(/@id\("training-lapsed"\)[\s\S]*?;\n/, "") }));
    const careless: Region = { ...region, policies: { ...region.policies, files } };
    assert.deepEqual(linesOf(careless).filter(isNeither).map((each) => each.professional.name), [PETER]);
  });
});

test("ACC-11 the later of register and product is the date shown", () => {
  const tom = region.professionals.find((each) => each.name === "Tom Okafor")!;
  const line = linesOf(region, "RVV", new Map([[tom.uid, new Date("2026-11-20T09:00:00Z")]])).find((each) => each.professional.uid === tom.uid)!;
  assert.deepEqual([line.acceptedOn, line.acceptedUntil], ["2026-11-20", "2027-11-20"]);
});
