import assert from "node:assert/strict";
import { test } from "node:test";
import { idsOf, readGroups, rowsShown, unknownIds, type Group } from "./support/mission.ts";

const groups: Group[] = [{ group: "REC", title: "Record", rows: { "REC-07": "Diagnoses", "REC-36": "Problems" } }];
const file = "test/scenarios/record.test.ts";

test("the mission has 250 rows in 17 groups, each with a label of at most eight words", () => {
  const all = readGroups();
  assert.equal(all.length, 17);
  const rows = all.flatMap((group) => Object.entries(group.rows).map(([id, label]) => ({ id, label, group: group.group })));
  assert.equal(rows.length, 250);
  assert.equal(new Set(rows.map((row) => row.id)).size, 250);
  for (const row of rows) assert.ok(row.id.startsWith(`${row.group}-`) && row.label.split(" ").length <= 8, `${row.id} ${row.label}`);
});

test("a title's ids are those at its start, one or a list", () => {
  assert.deepEqual(idsOf("REC-07 a problem stands on the page"), ["REC-07"]);
  assert.deepEqual(idsOf("REC-07, REC-36: a problem"), ["REC-07", "REC-36"]);
  assert.deepEqual(idsOf("REC-07 REC-36 and REC-40 problems"), ["REC-07", "REC-36", "REC-40"]);
  assert.deepEqual(idsOf("a problem as REC-07 says"), []);
});

test("a row is shown only by a scenario that passed: not by a unit test, a skipped or a failed one", () => {
  const shown = (outcome: "passed" | "failed" | "skipped", where = file): boolean => rowsShown(groups, [{ title: "REC-07 x", file: where, outcome }])[0]!.shownBy.length > 0;
  assert.ok(shown("passed"));
  assert.ok(!shown("skipped"));
  assert.ok(!shown("failed"));
  assert.ok(!shown("passed", "src/record/read.test.ts"));
  assert.equal(rowsShown(groups, [{ title: "REC-07 x", file, outcome: "passed" }, { title: "REC-07 x", file, outcome: "failed" }])[0]!.shownBy.length, 0);
});

test("an id that the mission does not have is named", () => {
  assert.deepEqual(unknownIds(groups, [{ title: "REC-99 x", file, outcome: "passed" }]), ["REC-99"]);
});
