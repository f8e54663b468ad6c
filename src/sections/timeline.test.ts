import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Counted, Entry, Held, Period } from "#record";
import { SECTIONS, type SectionId } from "#standards";
import { decisionFor, entry, NOW, sampleSources } from "#test/sample-person.ts";
import type { PersonInputs } from "./inputs.ts";
import { laneOf, LANES, MOST_ROWS, timelineOf, type LaneId, type LaneView, type TimelineView } from "./timeline.ts";

const FROM = new Date("2025-11-21T00:00:00Z");
const UNTIL = new Date("2026-12-21T00:00:00Z");
const inputs = (changes: Partial<PersonInputs> = {}): PersonInputs => ({ decision: decisionFor(), sources: sampleSources(), statements: [], now: NOW, ...changes });

function view(entries: readonly Entry[], options: { readonly inputs?: PersonInputs; readonly earlier?: readonly Entry[]; readonly counts?: readonly Counted[]; readonly lanes?: readonly LaneId[]; readonly from?: Date; readonly until?: Date } = {}): TimelineView {
  const { from = FROM, until = UNTIL } = options;
  const counts = options.counts ?? entries.map((each): Counted => ({ section: each.section, sourcePatientId: each.sourcePatientId, part: Math.floor(((each.sortTime!.getTime() - from.getTime()) / (until.getTime() - from.getTime())) * 30), count: 1, first: each.sortTime!, last: each.sortTime! }));
  const period: Period = { entries, earlier: options.earlier ?? [], counts };
  const held = [...entries, ...(options.earlier ?? [])].map((each): Held => ({ section: each.section, sourcePatientId: each.sourcePatientId, count: 1, undated: 0, first: each.sortTime, last: each.sortTime }));
  return timelineOf(options.inputs ?? inputs(), { held, period, from, until, lanes: options.lanes === undefined ? null : new Set(options.lanes), organisationChosen: () => true });
}
const lane = (of: TimelineView, id: LaneId): LaneView => of.lanes.find((each) => each.lane.id === id)!;

describe("the timeline", () => {
  test("an entry is in one lane or none, by its section and by who did it", () => {
    for (const { id } of SECTIONS) for (const type of ["acute", "gp-practice", "local-authority", "mental-health"]) assert.ok(LANES.filter((each) => laneOf(id, type) === each).length <= 1, `${id} ${type}`);
    assert.equal(laneOf("contacts", "acute")!.id, "attendances");
    assert.equal(laneOf("contacts", "mental-health")!.id, "mental-health");
    assert.equal(laneOf("services", "local-authority")!.id, "social-care");
    assert.equal(laneOf("medicines", "mental-health")!.id, "medicines");
    assert.equal(laneOf("allergies", "acute"), null);
  });

  test("what began before and stands is a bar without an end; what happened is a mark; both are rows", () => {
    const stands = entry("problems", "G82001", "Heart failure", { onset: "2019-01-01" }, { when: "2019-01-01", status: "active" });
    const letter = entry("documents", "RXA01", "Discharge summary", {}, { when: "2026-10-02", status: "current" });
    const of = view([letter], { earlier: [stands] });
    assert.deepEqual(lane(of, "problems").rows.map(({ ongoing, end }) => [ongoing, end]), [[true, null]]);
    assert.deepEqual(lane(of, "documents").rows.map(({ ongoing, end }) => [ongoing, end]), [[false, null]]);
    assert.deepEqual([of.shown, of.total], [2, 2]);
  });

  test("PUR-08 more than can be told apart are clusters, and every entry is counted in one", () => {
    fc.assert(fc.property(fc.integer({ min: MOST_ROWS + 1, max: 400 }), (count) => {
      const results = Array.from({ length: count }, (_, index) => entry("results", "RXA01", `Test ${index}`, { value: "1" }, { when: new Date(FROM.getTime() + (index + 0.5) * ((UNTIL.getTime() - FROM.getTime()) / count)).toISOString(), type: "Observation" }));
      const of = lane(view(results.slice(0, 120), { counts: countsOf(results) }), "results");
      assert.equal(of.clusters.reduce((sum, each) => sum + each.count, 0), count);
      assert.ok(of.clusters.length <= 30 && of.rows.length === 0 && of.entries === count);
    }), { numRuns: 20 });
  });

  test("a day is never cut into clusters, and says how many it does not tell", () => {
    const [from, until] = [new Date("2026-10-01T00:00:00Z"), new Date("2026-10-02T00:00:00Z")];
    const results = Array.from({ length: 60 }, (_, index) => entry("results", "RXA01", `Test ${index}`, { value: "1" }, { when: `2026-10-01T09:${String(index).padStart(2, "0")}:00Z`, type: "Observation" }));
    const of = lane(view(results.slice(0, 50), { from, until, counts: [{ section: "results", sourcePatientId: results[0]!.sourcePatientId, part: 11, count: 60, first: from, last: from }] }), "results");
    assert.deepEqual([of.clusters.length, of.rows.length, of.unread], [0, 50, 10]);
  });

  test("an empty lane names who answered and who did not, and never stands bare where policy could withhold", () => {
    const plans = lane(view([]), "plans");
    assert.match(plans.statement!, /^No entries from .* in this period$/);
    const documents = lane(view([], { inputs: inputs({ decision: decisionFor({ mayWithhold: new Set<SectionId>(["documents"]) }) }) }), "documents");
    assert.ok(documents.cautions.includes("Some information may not be shown for your role"), documents.cautions.join());
    const silent = lane(view([], { inputs: inputs({ sources: sampleSources().map((source) => ({ ...source, failed: true })) }) }), "documents");
    assert.match(silent.statement!, /^Unknown/);
    assert.match(silent.cautions.join(), /did not answer/);
  });

  test("a lane that the role does not see says so, and nothing of what it holds", () => {
    const sections = new Set(SECTIONS.map(({ id }) => id).filter((id) => id !== "documents"));
    const of = lane(view([], { inputs: inputs({ decision: decisionFor({ sections }) }) }), "documents");
    assert.deepEqual([of.locked, of.statement, of.cautions, of.entries], [true, "Not shown for your role", [], 0]);
  });
});

const countsOf = (results: readonly Entry[]): Counted[] =>
  [...Map.groupBy(results, (each) => Math.floor(((each.sortTime!.getTime() - FROM.getTime()) / (UNTIL.getTime() - FROM.getTime())) * 30))].map(([part, all]) => ({ section: "results", sourcePatientId: all[0]!.sourcePatientId, part, count: all.length, first: all[0]!.sortTime!, last: all.at(-1)!.sortTime! }));
