import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { entry } from "#test/sample-person.ts";
import type { Entry, EntryLine } from "#record";
import { groupedSeries, isAwaited, seriesOf } from "./results.ts";

const LOINC = "http://loinc.org";
type Changes = Partial<Entry>;
const result = (display: string, code: string | null, line: EntryLine, when: string, organisation = "RXA01", changes: Changes = {}): Entry => entry("results", organisation, display, line, { when, sortTime: new Date(when), code, codeSystem: code === null ? null : LOINC, status: "final", type: "Observation", ...changes });

test("REC-16 one test of two laboratories in two units is one series in the unit of the latest; what was sent stands beside", () => {
  const [series, ...more] = seriesOf([
    result("Creatinine", "14682-9", { value: "128", unit: "umol/L", low: "45", high: "84", flag: "H" }, "2026-11-16"),
    result("Creatinine (plasma)", "2160-0", { value: "1.45", unit: "mg/dL", low: "0.5", high: "0.95", specimen: "Plasma" }, "2026-10-01", "RXF06"),
    result("Creatinine", "14682-9", { value: "101.0", unit: "µmol/L", low: "45", high: "84", specimen: "Serum" }, "2026-09-01"),
  ]);
  assert.equal(more.length, 0);
  assert.equal(series!.unit, "umol/L");
  assert.deepEqual(series!.row.entries.map((one) => series!.shown(one)), [
    { text: "128", unit: "umol/L", convertedFrom: null },
    { text: "128.2", unit: "umol/L", convertedFrom: "1.45 mg/dL" },
    { text: "101.0", unit: "µmol/L", convertedFrom: null },
  ]);
  assert.deepEqual(series!.points.map(({ value }) => Math.round(value)), [101, 128, 128]);
  assert.equal(series!.converted, 1);
  assert.deepEqual([...series!.laboratories].toSorted(), ["RXA01", "RXF06"]);
  assert.deepEqual([series!.band!.low, series!.band!.high, series!.severalRanges], [45, 84, true]);
});

test("REC-16 what is not one quantity is not one series: HbA1c in percent, urine beside blood, a code of another method", () => {
  const titles = (entries: readonly Entry[]): number => seriesOf(entries).length;
  assert.equal(titles([result("HbA1c", "59261-8", { value: "48", unit: "mmol/mol" }, "2026-01-01"), result("HbA1c", "4548-4", { value: "6.5", unit: "%" }, "2026-02-01")]), 2);
  assert.equal(titles([result("Creatinine", "14682-9", { value: "101", unit: "umol/L" }, "2026-01-01"), result("Creatinine", "14682-9", { value: "9000", unit: "umol/L", specimen: "Urine" }, "2026-02-01")]), 2);
  assert.equal(titles([result("eGFR", "62238-1", { value: "41", unit: "mL/min/{1.73_m2}" }, "2026-01-01"), result("eGFR", "33914-3", { value: "44", unit: "mL/min/{1.73_m2}" }, "2026-02-01")]), 2);
  assert.equal(titles([result("Something", null, { value: "1", unit: "mg/L" }, "2026-01-01"), result("Something", null, { value: "1", unit: "mmol/L" }, "2026-02-01")]), 2);
  assert.equal(titles([result("Sodium", "2951-2", { value: "139" }, "2026-01-01"), result("Sodium", "2951-2", { value: "139", unit: "mmol/L" }, "2026-02-01")]), 2, "a number without a unit is not taken for one with");
});

test("REC-16 cancelled and withdrawn values are listed and not drawn, and never lead; words stand with the numbers of their test", () => {
  const [series, ...more] = seriesOf([
    result("Potassium", "2823-3", { outcome: "No value: haemolysed" }, "2026-11-20", "RXA01", { status: "cancelled" }),
    result("Potassium", "2823-3", { value: "7.9", unit: "mmol/L", flag: "HH" }, "2026-11-19", "RXA01", { status: "entered-in-error" }),
    result("Potassium", "2823-3", { value: "haemolysed" }, "2026-11-18"),
    result("Potassium", "2823-3", { value: "4.4", unit: "mmol/L" }, "2026-11-17"),
  ]);
  assert.equal(more.length, 0);
  assert.deepEqual([series!.latest.line.value, series!.previous!.line.value, series!.points.length, series!.undrawn, series!.withdrawn, series!.row.entries.length], ["haemolysed", "4.4", 1, 1, 2, 4]);
});

test("REC-18 blood pressure is one thing with two lines, whether it came as parts or as two values", () => {
  const part = (name: string, value: string) => ({ name, value, unit: "mm[Hg]" });
  const [series, ...more] = seriesOf([
    entry("examinations", "A", "Blood pressure", { components: [part("Systolic blood pressure", "150"), part("Diastolic blood pressure", "90")] }, { when: "2026-02-01", sortTime: new Date("2026-02-01"), code: "75367002", codeSystem: "http://snomed.info/sct", status: "final" }),
    result("Systolic", "8480-6", { value: "142", unit: "mm[Hg]" }, "2026-01-01"),
    result("Diastolic", "8462-4", { value: "84", unit: "mmHg" }, "2026-01-01"),
  ]);
  assert.equal(more.length, 0);
  assert.deepEqual(series!.lines.map(({ name, points }) => [name, points.map(({ value }) => value)]), [["Systolic", [142, 150]], ["Diastolic", [84, 90]]]);
});

const values = fc.array(
  fc
    .record({
      organisation: fc.constantFrom("A", "B", "C"),
      code: fc.constantFrom(null, "14682-9", "2160-0", "2823-3", "75367002"),
      unit: fc.constantFrom(undefined, "mmol/L", "umol/L", "mg/dL", "beans", "__proto__"),
      value: fc.constantFrom("0.10", "128", "1.45", "<5", "haemolysed", "-0", "1e5", "007"),
      status: fc.constantFrom("final", "corrected", "cancelled", "entered-in-error", "preliminary"),
      specimen: fc.constantFrom(undefined, "Serum", "Urine"),
      day: fc.integer({ min: 1, max: 28 }),
      isDated: fc.boolean(),
      hasValue: fc.boolean(),
    })
    .map(({ organisation, code, unit, value, status, specimen, day, isDated, hasValue }) => {
      const when = `2026-01-${String(day).padStart(2, "0")}`;
      return result("Test", code, { ...(hasValue && { value }), ...(unit !== undefined && { unit }), ...(specimen !== undefined && { specimen }) }, when, organisation, { status, ...(!isDated && { sortTime: null, when: null }) });
    }),
  { maxLength: 40 },
);

test("U3 REC-16 values in = values in series, in whatever order they come; the text of a number sent in the series' unit is kept, and no conversion changes the order", () => {
  fc.assert(
    fc.property(values, fc.infiniteStream(fc.nat()), (list, shuffle) => {
      const all = seriesOf(list);
      const ids = all.flatMap(({ row }) => row.entries.map(({ id }) => id));
      assert.equal(new Set(ids).size, ids.length);
      const withValue = list.filter(({ line }) => line.value !== undefined).map(({ id }) => id);
      assert.ok(withValue.every((id) => ids.includes(id)));
      assert.equal(groupedSeries(all).flatMap(({ series }) => series).length, all.length);
      for (const series of all) {
        for (const one of series.row.entries) {
          const shown = series.shown(one);
          if (one.line.value === undefined) assert.equal(shown, null);
          else if (shown!.convertedFrom === null) assert.equal(shown!.text, one.line.value);
          else assert.ok(shown!.convertedFrom.startsWith(one.line.value));
        }
        const drawn = series.points.map(({ entry: one, value }) => ({ unit: one.line.unit, sent: Number(one.line.value), value }));
        for (const a of drawn) for (const b of drawn) if (a.unit === b.unit && a.sent < b.sent) assert.ok(a.value <= b.value);
      }
      const keys = list.map((one) => ({ one, key: shuffle.next().value as number })).toSorted((a, b) => a.key - b.key);
      const shape = (from: readonly Entry[]): string[] => seriesOf(from).map(({ latest, unit, row, points }) => `${latest.id} ${unit} ${row.entries.map(({ id }) => id).join()} ${points.map(({ value }) => value).join()}`);
      assert.deepEqual(shape(keys.map(({ one }) => one)).toSorted(), shape(list).toSorted());
    }),
    { numRuns: 300 },
  );
});

test("REC-39 a request awaits its result until one comes that names its order, or its test since", () => {
  const request = (line: EntryLine, changes: Changes = {}): Entry => entry("requests", "RXA01", "CT of chest", line, { when: "2026-11-01", sortTime: new Date("2026-11-01"), status: "active", type: "ServiceRequest", ...changes });
  const answers = (line: EntryLine, when: string, display = "Report"): Entry => entry("results", "RXF06", display, line, { when, sortTime: new Date(when), status: "final", type: "DiagnosticReport" });
  const asked = request({ order: "P1" });
  assert.equal(isAwaited(asked, []), true);
  assert.equal(isAwaited(asked, [answers({ order: "P1" }, "2026-10-01")]), false, "its order");
  assert.equal(isAwaited(asked, [answers({ order: asked.id }, "2026-11-03")]), false, "its own id");
  assert.equal(isAwaited(asked, [answers({}, "2026-11-03", "CT of chest")]), false, "its name");
  assert.equal(isAwaited(asked, [answers({}, "2026-09-03", "CT of chest")]), true, "one from before is another");
  assert.equal(isAwaited(asked, [answers({ order: "P2" }, "2026-11-03")]), true, "another order");
  assert.equal(isAwaited(request({}, { status: "completed" }), []), false);
  assert.equal(isAwaited(request({}, { status: "revoked" }), []), false);
});
