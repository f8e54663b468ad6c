import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRegionFaults, loadRegion } from "#governance";
import { isRefusal, type Refusal } from "#platform";
import { CLINICIAN, decider, lodged, OFFICER, SAFE, stepsTo } from "#test/objected.ts";
import {
  askedOf, CASE_STEPS, deciderOf, decisionOf, isInForce, mayFollow, nextSteps, OBJECTION_STATES, partsOf, reviewerOf, scopeKey, scopeOfKey, standsAt, stateOf, takeNext,
  type CaseAct, type CaseStep, type ObjectionCase, type ObjectionScope,
} from "./index.ts";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region = loaded;
const at = new Date("2026-11-21T12:00:00Z");
const ALL: ObjectionScope[] = [{ kind: "everything" }];

const start = (asked: readonly ObjectionScope[] = ALL): ObjectionCase => ({ personId: "p", objectionId: "o", steps: [takeNext(null, lodged(asked), OFFICER, at) as CaseStep] });
const after = (objection: ObjectionCase, act: CaseAct, when = at): ObjectionCase | Refusal => {
  const step = takeNext(objection, act, OFFICER, when);
  return isRefusal(step) ? step : { ...objection, steps: [...objection.steps, step] };
};
const through = (objection: ObjectionCase, acts: readonly CaseAct[]): ObjectionCase =>
  acts.reduce((so, act) => {
    const then = after(so, act);
    if (isRefusal(then)) assert.fail(`${act.step}: ${then.message}`);
    return then;
  }, objection);
const refusedWith = (objection: ObjectionCase, act: CaseAct): string => {
  const then = after(objection, act);
  return isRefusal(then) ? `${then.code}${then.details?.["field"] === undefined ? "" : ` ${then.details["field"] as string}`}` : "taken";
};
const decide = (step: "upheld" | "partly-upheld" | "not-upheld", granted: readonly ObjectionScope[] = [], more: Partial<Extract<CaseAct, { step: "upheld" | "partly-upheld" | "not-upheld" }>> = {}): CaseAct => ({ step, decider: decider(), words: "reasons that the person can read and answer", granted, reviewOn: "2027-11-01", ...more });
const assessed = (asked: readonly ObjectionScope[] = ALL): ObjectionCase => through(start(asked), stepsTo("upheld").slice(0, -1));

test("OPT-07: lodging an objection closes nothing by itself; interim and upheld close", () => {
  assert.deepEqual(OBJECTION_STATES.filter((state) => isInForce({ state })), ["interim", "upheld"]);
  assert.equal(stateOf(start()), "lodged");
});

test("a new objection is lodged, and nothing else; nobody closes a record before the identity is checked", () => {
  assert.deepEqual(CASE_STEPS.filter((step) => mayFollow(null, step)), ["lodged"]);
  assert.deepEqual(nextSteps(start()), ["identity-confirmed", "not-identified", "notified", "withdrawn"]);
  assert.equal(refusedWith(start(), { step: "interim", words: "close it at once" }), "objections.step-cannot-follow");
  assert.equal(refusedWith(start(), { step: "identity-confirmed", how: "", words: "they say so" }), "objections.incomplete how");
  assert.equal(refusedWith(start(), { step: "identity-confirmed", how: "document", words: " " }), "objections.incomplete words");
});

test("OPT-04 a case goes from lodged to told, and each step keeps who, when and why", () => {
  const whole = through(start(), [...stepsTo("interim"), { step: "information-requested", from: "the person", words: "which hospital is meant?" }, { step: "information-received", words: "all of them" }, ...stepsTo("upheld").slice(2), { step: "notified", letterId: "l", words: "by post" }]);
  assert.deepEqual(whole.steps.map((each) => each.step), ["lodged", "identity-confirmed", "interim", "information-requested", "information-received", "review-asked", "safety-assessed", "upheld", "notified"]);
  assert.deepEqual(whole.steps.map((each) => each.state), ["lodged", "lodged", "interim", "interim", "interim", "interim", "interim", "upheld", "upheld"]);
  assert.ok(whole.steps.every((each, index) => each.revision === index + 1 && each.by.name !== "" && each.at === at));
  assert.equal(decisionOf(whole)!.by.name, CLINICIAN.name);
});

test("OPT-05 parts can be combined and a decision can grant some of them, never more than was asked", () => {
  const asked: ObjectionScope[] = [{ kind: "organisation", odsCode: "RXY" }, { kind: "viewer", odsCode: "RVV" }, { kind: "section", section: "results" }, { kind: "item", itemId: "0".repeat(64) }];
  const objection = assessed(asked);
  const partly = through(objection, [decide("partly-upheld", [asked[0]!, asked[3]!])]);
  assert.deepEqual([stateOf(partly), partsOf(partly), askedOf(partly)], ["upheld", [asked[0], asked[3]], asked]);
  assert.equal(refusedWith(objection, decide("partly-upheld", [{ kind: "section", section: "allergies" }])), "objections.wider-than-asked parts");
  assert.equal(refusedWith(objection, decide("partly-upheld", ALL)), "objections.wider-than-asked parts");
  assert.equal(refusedWith(objection, decide("partly-upheld", asked)), "objections.incomplete parts");
  assert.equal(refusedWith(objection, decide("partly-upheld", [])), "objections.incomplete parts");
  assert.deepEqual(partsOf(through(assessed(), [decide("partly-upheld", [asked[2]!])])), [asked[2]], "less than everything");
  for (const scope of [...asked, ...ALL]) assert.deepEqual(scopeOfKey(scopeKey(scope)), scope);
  for (const key of ["", "section:nothing", "organisation:'", "item:1", "toString"]) assert.equal(scopeOfKey(key), null, key);
});

test("OPT-07 every part of the safety assessment is answered in words, by the clinician who was asked; nothing completes itself", () => {
  const objection = through(start(), stepsTo("upheld").slice(0, 3));
  for (const field of ["allergies", "anticoagulants", "emergencies", "others"] as const) assert.equal(refusedWith(objection, { step: "safety-assessed", decider: decider(), assessment: { ...SAFE, [field]: " no " } }), `objections.incomplete ${field}`);
  assert.equal(refusedWith(objection, { step: "safety-assessed", decider: decider(), assessment: { ...SAFE, safeCare: "" as never } }), "objections.incomplete safeCare");
  assert.equal(refusedWith(objection, { step: "safety-assessed", decider: decider(), assessment: { ...SAFE, measures: "" } }), "objections.incomplete measures");
  assert.equal(refusedWith(objection, decide("upheld")), "objections.step-cannot-follow", "no decision without it");
  const other = { ...objection, steps: objection.steps.map((each) => (each.step === "review-asked" ? { ...each, details: { reviewer: { id: "555000001005", name: "Ruth Palmer" } } } : each)) };
  assert.equal(refusedWith(other, { step: "safety-assessed", decider: decider(), assessment: SAFE }), "objections.not-the-reviewer");
  assert.equal(refusedWith(assessed(), decide("upheld", [], { words: "yes" })), "objections.incomplete words");
  assert.equal(refusedWith(assessed(), decide("not-upheld", [], { reviewOn: "soon" })), "objections.incomplete reviewOn");
});

test("OPT-08 only a registered clinician of the region's list decides, and nobody their own objection", () => {
  const of = (uid: string, nhsNumbers: readonly string[] = []): string => {
    const professional = region.professional(uid)!;
    const { role, organisation } = professional.profiles[0]!;
    const found = deciderOf(region, { id: uid, name: professional.name, role, roleName: role, organisation, organisationName: organisation }, nhsNumbers);
    return isRefusal(found) ? found.code : found.registration;
  };
  assert.equal(of("555000001004"), "GMC 0000004");
  for (const uid of ["555000001001", "555000001006", "555000001009", "555000001015", "555000001019", "555000001021", "555000001040"]) assert.equal(of(uid), "objections.no-decider", uid);
  const own = region.professionals.find((each) => each.ownNhsNumber !== null)!;
  assert.equal(of(own.uid, [own.ownNhsNumber!]), "objections.own-case");
  assert.equal(of(own.uid, ["9990000018"]), `${own.registration!.body} ${own.registration!.number}`);
  const unregistered = { ...region, professional: () => ({ ...region.professional("555000001004")!, registration: null }) };
  assert.equal((deciderOf(unregistered, CLINICIAN, []) as Refusal).code, "objections.no-decider");
  assert.equal((deciderOf(region, { ...CLINICIAN, role: "hospital-doctor" }, []) as Refusal).code, "objections.no-decider", "not in the register in that role");
});

test("OPT-10 not upheld: grounds and a review date are kept, sharing goes on, and a review may decide otherwise", () => {
  const refused = through(assessed(), [decide("not-upheld")]);
  assert.equal(stateOf(refused), "not-upheld");
  assert.equal(decisionOf(refused)!.details["reviewOn"], "2027-11-01");
  const again = through(refused, stepsTo("upheld").slice(2));
  assert.equal(stateOf(again), "upheld");
  assert.equal(stateOf(through(again, [{ step: "review-asked", reviewer: CLINICIAN, words: "" }])), "upheld", "closed while it is reviewed");
});

test("a withdrawn objection stays withdrawn, and whoever withdraws has been checked", () => {
  assert.equal(refusedWith(through(start(), stepsTo("interim")), { step: "withdrawn", how: "", words: "by telephone" }), "objections.incomplete how");
  const withdrawn = through(start(), stepsTo("withdrawn"));
  assert.deepEqual(nextSteps(withdrawn), ["notified"]);
});

test("no sequence of steps reaches a decision without identity, safety assessment and a clinician, or restricts before the identity is checked", () => {
  const acts: readonly CaseAct[] = [
    lodged(ALL), ...stepsTo("upheld"), decide("partly-upheld", [{ kind: "section", section: "results" }]), decide("not-upheld"), { step: "not-identified", words: "nobody could be found" }, { step: "information-requested", from: "the practice", words: "what is meant" },
    { step: "information-received", words: "an answer" }, { step: "review-asked", reviewer: { id: "555000001005", name: "Ruth Palmer" }, words: "" }, { step: "notified", letterId: "l", words: "by post" }, { step: "reviewed", reviewOn: "2028-01-01", words: "still holds" },
    { step: "withdrawn", how: "document", words: "withdrawn" }, { step: "carry-kept", words: "holds for both" }, { step: "carry-ended", words: "not theirs" },
  ];
  let decisions = 0;
  const carry = (objection: ObjectionCase): ObjectionCase => ({ ...objection, steps: objection.steps.map((each, index, all) => (index === all.length - 1 ? { ...each, carriedFrom: "other" } : each)) });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: acts.length - 1 }), fc.constant(-1), { arbitrary: fc.constant(-2), weight: 3 }), { maxLength: 40 }), (choices) => {
      let objection = start();
      for (const choice of choices) {
        // -1: a link carries it; -2: whatever usually comes next, so that decisions are reached often.
        if (choice === -1) {
          objection = carry(objection);
          continue;
        }
        const usual = stepsTo("upheld").find((act) => act.step === ({ lodged: "identity-confirmed", "identity-confirmed": "interim", interim: "review-asked", "review-asked": "safety-assessed", "safety-assessed": "upheld" } as Record<string, string>)[standsAt(objection)]);
        const then = after(objection, choice === -2 ? (usual ?? acts[1]!) : acts[choice]!);
        if (!isRefusal(then)) objection = then;
      }
      for (const [index, each] of objection.steps.entries()) {
        const before = objection.steps.slice(0, index);
        const names = before.map((step) => step.step);
        if (each.state === "interim" || each.state === "upheld") assert.ok([...names, each.step].includes("identity-confirmed"), names.join());
        if (!["upheld", "partly-upheld", "not-upheld"].includes(each.step)) continue;
        decisions += 1;
        assert.ok(names.includes("identity-confirmed") && names.includes("safety-assessed"), names.join());
        const asked = names.lastIndexOf("review-asked");
        assert.ok(names.indexOf("safety-assessed", asked) > asked, "assessed since it was asked");
        assert.equal(reviewerOf({ ...objection, steps: before })!.id, each.by.id, "by the clinician who was asked");
        assert.match(String((each.details["decider"] as Record<string, unknown>)["registration"]), /^GMC /);
      }
      assert.ok(objection.steps.every((each, index) => each.revision === index + 1));
      assert.ok(CASE_STEPS.includes(standsAt(objection)));
    }),
    { numRuns: 3000, seed: 20261122 },
  );
  assert.ok(decisions > 100, `${decisions} decisions were reached`);
});
