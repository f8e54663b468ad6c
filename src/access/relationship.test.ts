import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { isCurrent, relationshipFrom, type CareFact } from "./index.ts";
import { region, NOW } from "./scenario.ts";

const rules = region.rules.relationships;
const day = (offset: number): Date => new Date(NOW.getTime() + offset * 86_400_000);

describe("how long a relationship opens the record", () => {
  for (const [words, kind, start, end, expected] of [
    ["an open admission", "admission", -10, null, true],
    ["an admission that ended 90 days ago", "admission", -100, -90, true],
    ["an admission that ended 91 days ago", "admission", -100, -91, false],
    ["an admission planned in two weeks", "admission", 14, null, true],
    ["an admission planned in three weeks", "admission", 21, null, false],
    ["an attendance without an end, 92 days ago", "attendance", -92, null, true],
    ["an attendance without an end, 93 days ago", "attendance", -93, null, false],
    ["an appointment in six weeks", "appointment", 42, null, true],
    ["an appointment in seven weeks", "appointment", 49, null, false],
    ["a registration", "registration", -4000, null, true],
    ["a registration that ended 31 days ago", "registration", -4000, -31, false],
    ["a referral that was never closed, after two years", "referral", -730, null, false],
    ["a caseload entry", "caseload", -900, null, true],
  ] as const) {
    test(`given ${words}, expects ${expected ? "the record to open" : "nothing to open"}`, () => {
      assert.equal(isCurrent({ kind, start: day(start), end: end === null ? null : day(end) }, NOW, rules), expected);
    });
  }
});

describe("which relationship a piece of care gives rise to", () => {
  const fact = (more: Partial<CareFact>): CareFact => ({
    sourcePatientId: "sp", resourceId: "r", type: "Encounter", status: "finished", organisation: "RVV", organisationName: "East Kent Hospitals",
    fromGpPractice: false, fromAmbulance: false, encounterKind: null, referredTo: null, service: null, start: NOW, end: null, unit: null, professional: null, labels: [], ...more,
  });
  const kind = (more: Partial<CareFact>): string | null => {
    const change = relationshipFrom(fact(more), NOW);
    return change === null ? null : change.change === "remove" ? "removed" : `${change.relationship.kind} ${change.relationship.organisation}`;
  };
  for (const [words, more, expected] of [
    ["a patient of a practice", { type: "Patient", fromGpPractice: true, organisation: "G82060" }, "registration G82060"],
    ["a patient of a hospital", { type: "Patient" }, null],
    ["an inpatient stay", { encounterKind: "inpatient" }, "admission RVV"],
    ["an emergency attendance", { encounterKind: "emergency" }, "attendance RVV"],
    ["a booked appointment", { type: "Appointment", status: "booked" }, "appointment RVV"],
    ["a cancelled appointment", { type: "Appointment", status: "cancelled" }, "removed"],
    ["an admission that was cancelled", { encounterKind: "inpatient", status: "entered-in-error" }, "removed"],
    ["a caseload entry", { type: "EpisodeOfCare", status: "active" }, "caseload RVV"],
    ["a referral: it is the receiver who has to do with the person", { type: "ServiceRequest", referredTo: "X-CONNECT" }, "referral X-CONNECT"],
    ["a request for a test", { type: "ServiceRequest" }, null],
    ["a result", { type: "Observation" }, null],
  ] as const) {
    test(`given ${words}, expects ${expected ?? "none"}`, () => assert.equal(kind(more), expected));
  }
  test("the same resource always writes the same relationship", () => {
    assert.deepEqual(relationshipFrom(fact({}), NOW), relationshipFrom(fact({}), NOW));
    assert.match(relationshipFrom(fact({}), NOW)!.relationshipId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
