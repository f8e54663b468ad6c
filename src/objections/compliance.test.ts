import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShownEntry } from "#audit";
import { isRefusal } from "#platform";
import { validateResource } from "#standards";
import { lodged, OFFICER, stepsTo } from "#test/objected.ts";
import { breachesOf, complianceLine, consentOf, takeNext, timesInForce, type CaseAct, type CaseStep, type ComplianceReport, type ObjectionCase, type ObjectionScope } from "./index.ts";

const minute = (n: number): Date => new Date(Date.UTC(2026, 10, 21, 12, n));
/** Step n is taken at minute n: lodged 0, identity 1, interim 2, review 3, assessment 4, decision 5. */
function caseOf(asked: readonly ObjectionScope[], acts: readonly CaseAct[]): ObjectionCase {
  let objection: ObjectionCase = { personId: "0199a000-0000-7000-8000-000000000001", objectionId: "0199a000-0000-7000-8000-000000000002", steps: [takeNext(null, lodged(asked), OFFICER, minute(0)) as CaseStep] };
  for (const [index, act] of acts.entries()) {
    const step = takeNext(objection, act, OFFICER, minute(index + 1));
    if (isRefusal(step)) assert.fail(step.message);
    objection = { ...objection, steps: [...objection.steps, step] };
  }
  return objection;
}
const HOMES = new Map([["gp-1", "G82060"], ["rvv-1", "RVV"]]);
const shown = (at: number, more: Partial<ShownEntry> = {}): ShownEntry => ({ entryId: `e${at}`, recorded: new Date(minute(at).getTime() + 1000), actorName: "A", organisation: "RYD", organisationName: "Ambulance", purpose: "direct-care", action: "open", policy: "care-reason-given", route: "GET /person/:personId", sourcePatients: ["gp-1", "rvv-1"], sections: ["allergies", "results"], ...more });
const found = (objection: ObjectionCase, ...entries: ShownEntry[]): string[] => timesInForce(objection).flatMap((time) => breachesOf(time, entries, HOMES)).map(({ entry }) => entry.entryId);
const ALL: ObjectionScope[] = [{ kind: "everything" }];
const withdrawn: CaseAct = { step: "withdrawn", how: "document", words: "changed their mind" };

test("OPT-13 the times in force begin with the restriction and the decision, and end with the end of the case", () => {
  assert.deepEqual(timesInForce(caseOf(ALL, [])), []);
  const times = timesInForce(caseOf(ALL, [...stepsTo("upheld"), withdrawn]));
  assert.deepEqual(times.map((each) => [each.state, each.from, each.until]), [["interim", minute(2), minute(5)], ["upheld", minute(5), minute(6)]]);
  assert.deepEqual(timesInForce(caseOf(ALL, stepsTo("not-upheld"))).map((each) => each.until), [minute(5)]);
});

test("OPT-13 what was shown after the effect is a breach; before it, or after its end, it is none", () => {
  const objection = caseOf(ALL, [...stepsTo("upheld"), withdrawn]);
  assert.deepEqual(found(objection, shown(0), shown(1), shown(2), shown(4), shown(5), shown(6), shown(9)), ["e2", "e4", "e5"]);
});

test("OPT-13 authors who saw their own while it was considered, other purposes, and what protects life by the region's rule are none", () => {
  const objection = caseOf(ALL, stepsTo("upheld"));
  const own = { organisation: "RVV", sourcePatients: ["rvv-1"] };
  assert.deepEqual(found(objection, shown(3, own), shown(4, { purpose: "administration" }), shown(7, { policy: "care-vital-interests" }), shown(8, { sourcePatients: [] })), []);
  assert.deepEqual(found(objection, shown(7, own)), ["e7"], "upheld closes for authors too");
  assert.deepEqual(found(objection, shown(3, { organisation: "RVV" })), ["e3"], "more than their own");
});

test("OPT-13 a part is held against what it names: whose data, which reader, which category", () => {
  const upheld = (scope: ObjectionScope): ObjectionCase => caseOf([scope], stepsTo("upheld"));
  assert.deepEqual(found(upheld({ kind: "organisation", odsCode: "RVV" }), shown(6), shown(7, { sourcePatients: ["gp-1"] })), ["e6"]);
  assert.deepEqual(found(upheld({ kind: "viewer", odsCode: "RYD" }), shown(6), shown(7, { organisation: "RPA" })), ["e6"]);
  assert.deepEqual(found(upheld({ kind: "section", section: "results" }), shown(6), shown(7, { sections: ["allergies"] })), ["e6"]);
});

test("a case that a link carried holds from the link, not from the decision on the other person", () => {
  const objection = caseOf(ALL, stepsTo("upheld"));
  const carried: ObjectionCase = { ...objection, steps: objection.steps.map((each) => ({ ...each, carriedFrom: "other", carriedAt: minute(30) })) };
  assert.deepEqual(timesInForce(carried).map((each) => [each.state, each.from, each.until]), [["upheld", minute(30), null]]);
  assert.deepEqual(found(carried, shown(10), shown(31)), ["e31"]);
});

test("the line of a report says no breach only where there is none and everything could be read", () => {
  const report: ComplianceReport = { ranAt: "", cases: 2, inForce: 1, entriesChecked: 3, decisionsChecked: 4, notWhole: [], breaches: [], overrides: 0, longestSecondsToEffect: 0, overdue: [], formsWaiting: 0, carriedWaiting: 0 };
  assert.match(complianceLine(report), /^No breach: 1 objections in force/);
  assert.match(complianceLine({ ...report, notWhole: ["p"] }), /^0 breaches found; 1 trails could not be read whole/);
  assert.match(complianceLine({ ...report, breaches: [{ personId: "p", objectionId: "o", reference: "r", found: "trail", at: "", who: "", what: "" }] }), /^1 breach found/);
});

test("OPT-05 an objection as a FHIR Consent is valid R4, denies each part while it is in force, and denies nothing otherwise", () => {
  const asked: ObjectionScope[] = [{ kind: "organisation", odsCode: "RVV" }, { kind: "viewer", odsCode: "RYD" }, { kind: "section", section: "results" }, { kind: "item", itemId: "a".repeat(64) }];
  const of = (acts: readonly CaseAct[], scopes: readonly ObjectionScope[] = asked): { status: string; provision?: { type: string; provision: { type: string; actor?: { role: { coding: { code: string }[] } }[] }[] } } => {
    const consent = consentOf(caseOf(scopes, acts));
    assert.deepEqual(validateResource(consent as never), []);
    return consent as never;
  };
  const active = of(stepsTo("upheld"));
  assert.deepEqual([active.status, active.provision!.type, active.provision!.provision.map((each) => each.type)], ["active", "permit", ["deny", "deny", "deny", "deny"]]);
  assert.deepEqual(active.provision!.provision.slice(0, 2).map((each) => each.actor![0]!.role.coding[0]!.code), ["CST", "IRCP"], "whose data; which reader");
  assert.deepEqual(of(stepsTo("interim"), ALL).provision!.provision.length, 1);
  for (const [acts, status] of [[[], "proposed"], [stepsTo("not-upheld"), "rejected"], [stepsTo("withdrawn"), "inactive"]] as const) assert.deepEqual([of(acts).status, of(acts).provision], [status, undefined]);
});
