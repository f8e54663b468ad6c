import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { entry, NOW, rowsOf, sampleInputs } from "#test/sample-person.ts";
import type { Entry, EntryLine } from "#record";
import { compareMedicines, COMPARISON_GROUPS, MOST_COMPARED } from "./compare-medicines.ts";

const [ELM, ROYAL, DOWNS] = ["G82001", "RXA01", "RXB02"] as const;
const medicine = (organisation: string, display: string, line: EntryLine, status = "active", when = "2026-01-05"): Entry => entry("medicines", organisation, display, { start: when, ...line }, { when, recorded: when, status, type: "MedicationStatement" });
const compare = (entries: readonly Entry[], chosen: readonly string[] = []) => compareMedicines(sampleInputs(), rowsOf(entries, ["medicines"]).get("medicines")!, chosen);
const namesOf = (comparison: ReturnType<typeof compare>): string[] => comparison.groups.flatMap(({ group, rows }) => rows.map(({ row }) => `${group}: ${row.lead.display}`));

test("REC-09 J9 differences stand first: stopped here and given there, other doses, only here, same, and past last", () => {
  const comparison = compare([
    medicine(ELM, "Aspirin 75mg tablets", { dose: "75 mg" }), medicine(ROYAL, "Aspirin 75mg tablets", { dose: "75 mg" }),
    medicine(ELM, "Bisoprolol 2.5mg tablets", { dose: "2.5 mg" }), medicine(ROYAL, "Bisoprolol 2.5mg tablets", { dose: "3.75 mg" }),
    medicine(ELM, "Ramipril 5mg capsules", { dose: "5 mg" }), medicine(ROYAL, "Ramipril 5mg capsules", { dose: "5 mg", end: "2026-11-10" }, "stopped", "2026-11-10"),
    medicine(ELM, "Furosemide 40mg tablets", { dose: "40 mg" }),
    medicine(ELM, "Amoxicillin 500mg capsules", { end: "2026-02-01" }, "completed"),
  ]);
  assert.deepEqual(namesOf(comparison), ["stopped: Ramipril 5mg capsules", "differs: Bisoprolol 2.5mg tablets", "only-here: Furosemide 40mg tablets", "same: Aspirin 75mg tablets", "past: Amoxicillin 500mg capsules"]);
  const [stopped] = comparison.groups[0]!.rows;
  assert.deepEqual([stopped!.stopped!.isRecent, stopped!.stopped!.by[0]!.organisation, stopped!.stopped!.currentAt[0]!.organisation], [true, ROYAL, ELM]);
  assert.deepEqual([...comparison.groups[1]!.rows[0]!.differing], ["Dose"]);
});

test("REC-09 two products or routes of one ingredient stand side by side, where the more pressing belongs, and are not joined", () => {
  const comparison = compare([
    medicine(ELM, "Morphine 10mg tablets", { dose: "10 mg", route: "oral" }), medicine(ROYAL, "Morphine 10mg tablets", { dose: "20 mg", route: "oral" }),
    medicine(ELM, "Aspirin 75mg tablets", {}),
    medicine(DOWNS, "Morphine 10mg/1ml injection", { dose: "2.5 mg", route: "subcutaneous" }),
  ]);
  assert.deepEqual(namesOf(comparison), ["differs: Morphine 10mg tablets", "differs: Morphine 10mg/1ml injection", "only-here: Aspirin 75mg tablets"]);
  assert.ok(comparison.groups[0]!.rows.every(({ row }) => row.near !== null));
});

test("REC-09 a source that did not answer is a column with its state; one that was not chosen is counted and named", () => {
  const entries = [medicine(ELM, "Aspirin 75mg tablets", {}), medicine(ROYAL, "Aspirin 75mg tablets", {}), medicine(DOWNS, "Senna 7.5mg tablets", {})];
  const comparison = compare(entries, [ELM, "RXD04", "no-such-source"]);
  assert.deepEqual(comparison.columns.map(({ organisation }) => organisation).toSorted(), [ELM, "RXD04"]);
  assert.equal(comparison.columns.find(({ organisation }) => organisation === "RXD04")!.state === "has-data", false);
  assert.equal(comparison.leftOut, 2);
  assert.ok(comparison.others.some(({ organisation }) => organisation === ROYAL));
  assert.ok(compare(entries, ["no-such-source"]).columns.length >= 3, "nothing known was chosen: the fullest are taken");
});

test("U3 every entry of the compared sources is reachable once, whatever they say, and no family is torn apart", () => {
  const lists = fc.array(
    fc.record({ organisation: fc.constantFrom(ELM, ROYAL, DOWNS), display: fc.constantFrom("Aspirin 75mg tablets", "Aspirin 300mg tablets", "Ramipril 5mg capsules", "Senna"), status: fc.constantFrom("active", "stopped", "completed"), line: fc.record({ dose: fc.constantFrom("1", "2"), route: fc.constantFrom("oral", "iv"), end: fc.constantFrom("2026-11-01", "nonsense") }, { requiredKeys: [] }) })
      .map(({ organisation, display, status, line }) => medicine(organisation, display, line as EntryLine, status)),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(lists, (entries) => {
      const comparison = compare(entries);
      assert.ok(comparison.columns.length <= MOST_COMPARED);
      const reachable = comparison.groups.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.flatMap(({ says, others }) => [...(says === null ? [] : [says.id]), ...others.map(({ id }) => id)])));
      assert.deepEqual(reachable.toSorted(), entries.map(({ id }) => id).toSorted());
      assert.deepEqual(comparison.groups.map(({ group }) => group), COMPARISON_GROUPS.filter((group) => comparison.groups.some((each) => each.group === group)));
      const places = new Map<string, Set<string>>();
      for (const { group, rows } of comparison.groups) if (group !== "past") for (const { row } of rows) places.set(row.lead.display.split(" ")[0]!, (places.get(row.lead.display.split(" ")[0]!) ?? new Set()).add(group));
      for (const groups of places.values()) assert.equal(groups.size, 1);
    }),
    { numRuns: 200 },
  );
});

test("J9 a hundred entries of four sources are compared within 50 ms", () => {
  const entries = Array.from({ length: 100 }, (_, index) => medicine([ELM, ROYAL, DOWNS, "8HX05"][index % 4]!, `Medicine ${Math.floor(index / 4)} 10mg tablets`, { dose: `${index % 3} mg` }));
  compare(entries);
  const start = performance.now();
  compare(entries);
  assert.ok(performance.now() - start < 50, `${performance.now() - start} ms`);
  assert.equal(sampleInputs().now, NOW);
});
