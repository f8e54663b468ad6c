import assert from "node:assert/strict";
import test from "node:test";
import { entry, NOW } from "#test/sample-person.ts";
import { careTeamOf, keyRoleOf, supportOf, whomToRing } from "./care-team.ts";
import { merge } from "./merge.ts";
import { inForce, isReviewOverdue } from "./plans.ts";

const worker = (organisation: string, name: string, role: string, line = {}, changes = {}) => entry("professional-contacts", organisation, "Team", { professional: name, professionalRole: role, ...line }, { type: "CareTeam", status: "active", ...changes });

test("REC-43 roles that are turned to first are marked, by the source's own words", () => {
  for (const [role, key] of [["Key worker", "key-worker"], ["Social worker, key worker", "key-worker"], ["Care coordinator", "care-coordinator"], ["Named nurse", "named-nurse"], ["Responsible consultant", "named-consultant"], ["Allocated social worker", "social-worker"], ["Physiotherapist", null], ["Nurse", null]] as const) assert.equal(keyRoleOf(role), key, role);
});

test("REC-43 who is involved stands by organisation, key worker's first; who has left stands apart", () => {
  const team = careTeamOf([worker("A", "Ann", "Physiotherapist"), worker("B", "Bea", "Key worker"), worker("A", "Cy", "Nurse", { end: "2020-01-01" }), worker("B", "Dee", "Nurse", {}, { status: "inactive" })], NOW);
  assert.deepEqual(team.teams.map(({ organisation, members }) => `${organisation} ${members.map(({ name }) => name).join()}`), ["B Bea", "A Ann"]);
  assert.deepEqual(team.past.map(({ name }) => name), ["Cy", "Dee"]);
});

test("REC-43 of several in one team each stands, and one told twice stands once, with the number", () => {
  const several = entry("professional-contacts", "A", "Heart team", { members: [{ name: "Ann", role: "Key worker" }, { name: "Bo" }], phone: "01632 960001" }, { type: "CareTeam", status: "active" });
  const team = careTeamOf([several, worker("B", "Cy", "Nurse"), worker("B", "Cy", "Nurse", { phone: "01632 960002" })], NOW);
  assert.deepEqual(team.teams.flatMap(({ members }) => members.map(({ name, phone }) => `${name} ${phone}`)), ["Ann 01632 960001", "Bo 01632 960001", "Cy 01632 960002"]);
  assert.deepEqual(whomToRing(team, 2).map(({ name }) => name), ["Ann", "Bo"]);
});

test("REC-30 carers, emergency contacts and attorneys are marked", () => {
  assert.deepEqual(supportOf(entry("personal-contacts", "A", "X", { relationship: "Wife and main carer", rank: "1" }, { type: "RelatedPerson" })), ["carer", "emergency"]);
  assert.deepEqual(supportOf(entry("legal-information", "A", "Lasting power of attorney", { decision: "lpa" }, { type: "Flag" })), ["attorney"]);
  assert.deepEqual(supportOf(entry("personal-contacts", "A", "Sister", { relationship: "Sister" }, { type: "RelatedPerson" })), []);
});

test("PUR-07 a plan that another replaces is not in force, whatever its own status; a draft replaces nothing", () => {
  const first = entry("care-plan", "A", "First", {}, { type: "CarePlan", status: "active" });
  const current = (status: string): string[] => inForce(merge("each", [first, entry("care-plan", "B", "Second", { replaces: [`CarePlan/${first.id}`] }, { type: "CarePlan", status })])).current.map(({ lead }) => lead.display).toSorted();
  assert.deepEqual(current("active"), ["Second"]);
  assert.deepEqual(current("draft"), ["First", "Second"]);
  assert.deepEqual(current("entered-in-error"), ["First"]);
});

test("PUR-07 a review is overdue from the day after it was due, and only of a plan in force", () => {
  const plan = (reviewDate: string, status = "active") => entry("care-plan", "A", "Plan", { reviewDate }, { status });
  const day = (days: number): string => new Date(NOW.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  assert.deepEqual([isReviewOverdue(plan(day(-1)), NOW), isReviewOverdue(plan(day(0)), NOW), isReviewOverdue(plan(day(-30), "completed"), NOW), isReviewOverdue(plan("soon"), NOW)], [true, false, false, false]);
});
