import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { entry, NOW } from "#test/sample-person.ts";
import type { Entry, EntryLine } from "#record";
import { changedWithin, merge, rowIsCurrent, type MergeKind } from "./merge.ts";

const KINDS: readonly MergeKind[] = ["medicines", "problems", "allergies", "results", "documents", "contacts", "each"];

const entries = fc.array(
  fc
    .record({
      organisation: fc.constantFrom("A", "B", "C"),
      display: fc.constantFrom("Apixaban", "apixaban", "Bisoprolol 2.5 mg", "Bisoprolol 2.5mg", "Bisoprolol 5 mg", "Penicillin"),
      code: fc.constantFrom(null, "1", "2", "3"),
      status: fc.constantFrom("active", "completed", "entered-in-error"),
      when: fc.constantFrom(null, "2020", "2024-03-12", "nonsense"),
      line: fc.record({ route: fc.constantFrom("oral", "iv"), dose: fc.constantFrom("5 mg", "10 mg"), laterality: fc.constantFrom("left", "right"), unit: fc.constantFrom("mmol/L", "mg/dL"), groupId: fc.constantFrom("x", "y"), name: fc.constantFrom("R", "S") }, { requiredKeys: [] }),
    })
    .map(({ organisation, display, code, status, when, line }) =>
      entry("medicines", organisation, display, line as EntryLine, { code, codeSystem: code === null ? null : "s", status, when: when === "nonsense" ? null : when, recorded: when, sortTime: when === null || when === "nonsense" ? null : new Date(when) }),
    ),
  { maxLength: 40 },
);

test("U3 entries in = entries reachable, for every kind, and no row mixes what must stay apart", () => {
  fc.assert(
    fc.property(entries, fc.constantFrom(...KINDS), (list, kind) => {
      const rows = merge(kind, list);
      assert.deepEqual(
        rows.flatMap((row) => row.entries.map(({ id }) => id)).toSorted(),
        list.map(({ id }) => id).toSorted(),
      );
      for (const row of rows) {
        assert.equal(row.lead, row.entries[0]);
        assert.deepEqual(new Set(row.organisations), new Set(row.entries.map(({ organisation }) => organisation)));
        const values = (key: keyof EntryLine): number => new Set(row.entries.map(({ line }) => line[key] ?? "")).size;
        if (kind === "problems") assert.equal(values("laterality"), 1);
        if (kind === "results") assert.equal(values("unit"), 1);
        if (kind === "medicines") assert.ok(new Set(row.entries.map(({ line }) => line.route).filter(Boolean)).size <= 1);
        for (const difference of row.differences) assert.equal(difference.values.length, row.organisations.length);
      }
    }),
    { numRuns: 300 },
  );
});

test("the order of arrival changes nothing", () => {
  fc.assert(
    fc.property(entries, fc.constantFrom(...KINDS), (list, kind) => {
      const groups = (all: readonly Entry[]): string[] => merge(kind, all).map((row) => row.entries.map(({ id }) => id).join(" "));
      assert.deepEqual(groups(list.toReversed()).toSorted(), groups(list).toSorted());
    }),
    { numRuns: 100 },
  );
});

const medicine = (organisation: string, display: string, line: EntryLine, when = "2024-03-12", status = "active"): Entry => entry("medicines", organisation, display, line, { when, status });

test("REC-09 one medicine from three sources is one row; another dose is named with its source", () => {
  const [same] = merge("medicines", [medicine("A", "Apixaban", { route: "oral", dose: "5 mg" }), medicine("B", "apixaban", { route: "oral", dose: "5 mg" }), medicine("C", "Apixaban", { dose: "5 mg" })]);
  assert.equal(same!.outcome, "same");
  const [differs] = merge("medicines", [medicine("A", "Bisoprolol", { dose: "2.5 mg" }), medicine("B", "Bisoprolol", { dose: "3.75 mg" }, "2026-11-10")]);
  assert.equal(differs!.outcome, "differs");
  assert.equal(differs!.lead.line.dose, "3.75 mg");
  assert.deepEqual(differs!.differences.map(({ attribute, values }) => [attribute, values.map(({ value }) => value)]), [["Dose", ["3.75 mg", "2.5 mg"]]]);
});

test("another route or another strength is another row, and strengths of one medicine stand together", () => {
  assert.equal(merge("medicines", [medicine("A", "Morphine", { route: "oral" }), medicine("B", "Morphine", { route: "subcutaneous" })]).length, 2);
  const rows = merge("medicines", [medicine("A", "Warfarin 1 mg tablets", {}), medicine("B", "Apixaban", {}), medicine("C", "Warfarin 3 mg tablets", {})]);
  assert.equal(rows.length, 3);
  assert.equal(rows.filter(({ near }) => near !== null).length, 2);
  assert.equal(Math.abs(rows.findIndex(({ lead }) => lead.display.startsWith("Warfarin 1")) - rows.findIndex(({ lead }) => lead.display.startsWith("Warfarin 3"))), 1);
});

test("left and right are never joined, whatever the code", () => {
  const knee = (laterality: string): Entry => entry("problems", laterality, "Osteoarthritis of knee", { laterality }, { code: "239873007" });
  assert.equal(merge("problems", [knee("left"), knee("right")]).length, 2);
});

test("one source alone never retires what another still holds as active", () => {
  const allergy = (organisation: string, status: string, when: string): Entry => entry("allergies", organisation, "Latex", {}, { status, when });
  const [row] = merge("allergies", [allergy("A", "active", "2020-01-01"), allergy("B", "refuted", "2026-01-01")]);
  assert.ok(rowIsCurrent(row!));
  assert.equal(row!.outcome, "differs");
  assert.deepEqual(row!.differences.map(({ attribute }) => attribute), ["Status"]);
});

test("a course that ended before another began is history, not disagreement", () => {
  const [row] = merge("medicines", [medicine("A", "Amoxicillin", { end: "2019-01-07" }, "2019-01-01", "completed"), medicine("B", "Amoxicillin", { start: "2026-11-01" }, "2026-11-01")]);
  assert.equal(row!.outcome, "same");
  assert.ok(changedWithin(row!, 30, NOW));
});

test("a completed issue of a repeat medicine does not end the medicine", () => {
  const name = "Bisoprolol 2.5 mg tablets";
  const repeat = entry("medicines", "GP", name, {}, { type: "MedicationStatement", status: "active", when: "2024-01-01", recorded: "2024-01-01" });
  const issue = entry("medicines", "GP", name, { kind: "order" }, { type: "MedicationRequest", status: "completed", when: "2026-10-01", recorded: "2026-10-01" });
  const [row] = merge("medicines", [issue, repeat]);
  assert.ok(rowIsCurrent(row!));
  assert.equal(row!.lead.status, "active");
  const again = entry("medicines", "GP", name, { kind: "order" }, { type: "MedicationRequest", status: "completed", when: NOW.toISOString(), recorded: NOW.toISOString() });
  assert.ok(!changedWithin(merge("medicines", [again, repeat])[0]!, 30, NOW), "nor does it change it");
  const stopped = entry("medicines", "GP", name, {}, { type: "MedicationStatement", status: "stopped", when: "2026-11-01", recorded: "2026-11-01" });
  assert.ok(!rowIsCurrent(merge("medicines", [issue, repeat, stopped])[0]!), "the practice's own later word ends it");
});
