/**
 * The policies against a decision table that was written apart from them: the
 * same finite cells, two implementations, one answer. `npm run policy -- enumerate`
 * walks all of them; here the walk is over a part that covers every pair of facts,
 * and a sample is asked of Cedar as a whole, which tests how answers are composed.
 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { AXES, AXIS_NAMES, OPEN_ONLY, type Axis, type Cell } from "./cells.ts";
import { expectedOf } from "./decision-table.ts";
import { askedWhole, compareSets, enumerate, policiesOf } from "./enumerate.ts";
import { enumerateGrants } from "./enumerate-grants.ts";
import { region } from "./scenario.ts";

const policies = policiesOf(region);
const sound = Object.fromEntries(AXIS_NAMES.map((axis) => [axis, AXES[axis][0]])) as Cell;
const isCell = (cell: Cell): boolean => cell.action === "open" || [...OPEN_ONLY].every((axis) => cell[axis] === AXES[axis][0]);

describe("ACC-03: policies and decision table", () => {
  test("agree in every cell of the domain in which who asks is sound", () => {
    const { cells, differ, differences } = enumerate(policies, { known: [true], assurance: [3], onboarded: [true], mayView: [true], applicationApproved: [true], trained: [true], bound: [true], registered: [true], agreement: ["in-force"], role: ["fits"] });
    assert.deepEqual([differ, differences], [0, []]);
    assert.ok(cells > 50_000, `${cells} cells`);
  });

  test("agree in every cell in which who asks or where they work is not, for who has no link with the person", () => {
    const { differ, differences } = enumerate(policies, { relationship: ["none"], reason: [""], purpose: ["direct-care", "administration"], assurance: [3, 1], agreement: ["in-force", "ended", "purpose-not-covered"], mayFindPerson: [true], inService: [true], inAge: [true], vitalInterests: ["not-offered"], alwaysGivesReason: [false], ownRecord: [false] });
    assert.deepEqual([differ, differences], [0, []]);
  });

  test("each pair of facts asked of Cedar as a whole gives what the table says", () => {
    assert.equal(askedWhole(policies, sound), expectedOf(sound));
    for (const one of AXIS_NAMES) {
      for (const value of AXES[one].slice(1)) {
        for (const other of AXIS_NAMES.slice(AXIS_NAMES.indexOf(one))) {
          for (const second of other === one ? [value] : AXES[other].slice(1)) {
            const cell = { ...sound, [one]: value, [other]: second } as Cell;
            if (isCell(cell)) assert.equal(askedWhole(policies, cell), expectedOf(cell), JSON.stringify({ [one]: value, [other]: second }));
          }
        }
      }
    }
  });

  test("2,000 random cells asked of Cedar as a whole give what the table says", () => {
    const cells = fc.record(Object.fromEntries(AXIS_NAMES.map((axis) => [axis, fc.constantFrom(...AXES[axis])]))).filter((cell) => isCell(cell as Cell));
    fc.assert(fc.property(cells, (cell) => assert.equal(askedWhole(policies, cell as Cell), expectedOf(cell as Cell))), { numRuns: 2000, seed: 20261122 });
  });
});

describe("whatever the policies become", () => {
  const answersWhere = (only: Partial<Record<Axis, readonly unknown[]>>): string[] => [...enumerate(policies, { action: ["open"], ...only }).answers.keys()].filter((each) => each.startsWith("allow"));
  const soundReader = { known: [true], assurance: [3], onboarded: [true], mayView: [true], applicationApproved: [true], trained: [true], bound: [true], registered: [true], mayFindPerson: [true], agreement: ["in-force"] };

  test("OPT-09 an upheld objection opens for nobody's care, with any reason and any relationship", () => assert.deepEqual(answersWhere({ ...soundReader, objectedToAll: [true], vitalInterests: ["not-offered"], purpose: ["direct-care"] }), []));
  test("OPT-09 where the region lets life be protected against it, only a claim of that opens, and only for who may give reasons", () => {
    assert.deepEqual(answersWhere({ ...soundReader, objectedToAll: [true], vitalInterests: ["offered"], purpose: ["direct-care"] }), []);
    assert.deepEqual(answersWhere({ ...soundReader, objectedToAll: [true], vitalInterests: ["claimed"], mayGiveReason: [false], purpose: ["direct-care"] }), []);
    assert.deepEqual(answersWhere({ ...soundReader, objectedToAll: [true], vitalInterests: ["claimed"], mayGiveReason: [true], purpose: ["direct-care"] }), ["allow care-vital-interests"]);
  });
  test("nobody opens their own record as a professional", () => assert.deepEqual(answersWhere({ ...soundReader, ownRecord: [true] }), []));
  test("ORG-03 planning and research open no person", () => assert.deepEqual(answersWhere({ ...soundReader, purpose: ["secondary-use"] }), []));
  test("ACC-09 a role that always gives a reason opens nothing without one", () => assert.deepEqual(answersWhere({ ...soundReader, alwaysGivesReason: [true], reason: [""] }), []));
});

test("a change of policies is shown as the cells that it flips, those that open or close first", () => {
  const loosened = { ...region, policies: { ...region.policies, files: region.policies.files.map((file) => ({ ...file, text: file.text.replace('context.vitalInterests == "not-offered" };', 'context.vitalInterests == "not-offered" && context.reason != "break-glass" };') })) } };
  const flips = compareSets(policies, policiesOf(loosened));
  assert.ok(flips.length > 0);
  assert.equal(flips[0]!.before, "objection-upheld");
  assert.match(flips[0]!.after, /^allow care-/);
  assert.match(flips[0]!.example, /objectedToAll true.*reason break-glass/);
  assert.deepEqual(compareSets(policies, policies), []);
});

test("ACC-04 the sets of a grant show exactly the items that the rule by item shows, for every role, purpose and kind of item", () => {
  const readers = ["RVV", "X-CONNECT"].map((odsCode) => region.organisation(odsCode)!);
  const { grants, items, differ, differences } = enumerateGrants(region, readers, ["direct-care", "administration"]);
  assert.deepEqual([differ, differences], [0, []]);
  assert.ok(grants > 500 && items > 1_000_000, `${grants} grants, ${items} items`);
});
