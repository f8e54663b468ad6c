/** An objection of a person, taken through its real steps by the region's own people: what tests of other rooms start from. */
import assert from "node:assert/strict";
import { isRegionFaults, loadRegion } from "#governance";
import { deciderOf, lodge, takeStep, type CaseAct, type ObjectionCase, type ObjectionScope, type SafetyAssessment } from "#objections";
import { isRefusal, type Sql } from "#platform";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region = loaded;

export const OFFICER = { id: "555000001040", name: "Harriet Vane" };
export const CLINICIAN = { id: "555000001004", name: "Anil Desai", role: "gp", roleName: "General practitioner", organisation: "G82060", organisationName: "a practice" };
export const SAFE: SafetyAssessment = { safeCare: "with-measures", allergies: "none that is severe", anticoagulants: "takes none", emergencies: "knows what it means", others: "nobody depends on them", measures: "carries a card with what matters" };

export const decider = () => {
  const found = deciderOf(region, CLINICIAN, []);
  if (isRefusal(found)) assert.fail(found.message);
  return found;
};
export const lodged = (asked: readonly ObjectionScope[]): Extract<CaseAct, { step: "lodged" }> => ({ step: "lodged", channel: "gp-practice", reference: "OBJ-TEST", asked, words: "does not want it shared", contact: { name: "A. Person", where: "in person at the practice", doNotWrite: false } });

/** The acts that lead from a new case to a standing, in their order. */
export function stepsTo(to: "lodged" | "interim" | "reviewed" | "upheld" | "not-upheld" | "withdrawn"): Exclude<CaseAct, { step: "lodged" }>[] {
  if (to === "lodged") return [];
  const interim: Exclude<CaseAct, { step: "lodged" }>[] = [{ step: "identity-confirmed", how: "seen in person", words: "known to the practice" }, { step: "interim", words: "until it is decided" }];
  if (to === "interim") return interim;
  if (to === "withdrawn") return [...interim, { step: "withdrawn", how: "seen in person", words: "changed their mind" }];
  const review: Exclude<CaseAct, { step: "lodged" }>[] = [...interim, { step: "review-asked", reviewer: { id: CLINICIAN.id, name: CLINICIAN.name }, words: "" }, { step: "safety-assessed", decider: decider(), assessment: SAFE }];
  return [...review, { step: to as "upheld" | "not-upheld", decider: decider(), words: "the person understands what this means", granted: [], reviewOn: "2027-11-01" }];
}

/** Lodges and takes it to the standing. */
export async function objected(sql: Sql, personId: string, asked: readonly ObjectionScope[], to: Parameters<typeof stepsTo>[0], at = new Date()): Promise<ObjectionCase> {
  let objection = await lodge(sql, personId, lodged(asked), OFFICER, at);
  for (const act of stepsTo(to)) {
    if (isRefusal(objection)) assert.fail(objection.message);
    objection = await takeStep(sql, personId, objection.objectionId, act, OFFICER, at);
  }
  if (isRefusal(objection)) assert.fail(objection.message);
  return objection;
}
