import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decideLink } from "./decide-link.ts";
import { linkingBirthDate, NO_DEMOGRAPHICS, numberOf, type SourcePatient } from "./source-patient.ts";

const NUMBER = "9434765919";
let made = 0;
/** A source patient with a verified number, changed by what the test is about. */
function patient(changes: Partial<SourcePatient> = {}): SourcePatient {
  made++;
  return {
    ...NO_DEMOGRAPHICS, sourcePatientId: `source-${made}`, personId: `person-${made}`, organisation: "X1", localId: `${made}`, feed: "f", nhsNumber: NUMBER, nhsNumberText: NUMBER, nhsNumberStatus: "01", status: "01",
    family: "Green", given: "Ann", birthDate: "1945-07-14", dateOfBirth: "1945-07-14", sex: "female", active: true, replacedBy: null, tracedNumber: null, traceOutcome: null, sealed: false, demographicsAt: new Date(0), firstSeen: new Date(0), lastSeen: new Date(0), ...changes,
  };
}

test("a verified number on both sides and the same date of birth link", () => {
  const other = patient();
  const decision = decideLink({ me: patient(), others: [other], matcher: null });
  assert.equal(decision.personId, other.personId);
  assert.equal(decision.reason, "verified NHS number and date of birth agree");
  assert.deepEqual(decision.review, []);
  assert.ok(decision.evidence.every((each) => each.verdict === "agrees"));
});

describe("anything less stays a person of its own, and nobody is asked", () => {
  const cases: [string, Partial<SourcePatient>, Partial<SourcePatient>][] = [
    ["no number", { nhsNumber: null, status: "absent" }, {}],
    ["an invalid number", { nhsNumber: null, status: "invalid", nhsNumberText: "9434765918" }, {}],
    ["a number that is not verified here", { status: "unverified" }, {}],
    ["a number that was looked for and not traced", { status: "02" }, {}],
    ["a number that is not verified there", {}, { status: "unverified" }],
    ["another number", {}, { nhsNumber: "9434765870" }],
    ["no date of birth here", { birthDate: null }, {}],
    ["no date of birth there", {}, { birthDate: null }],
    ["a year of birth alone", { birthDate: "1945" }, {}],
    ["a default date of birth", { birthDate: "1900-01-01" }, { birthDate: "1900-01-01" }],
  ];
  for (const [what, mine, theirs] of cases) {
    test(what, () => {
      const decision = decideLink({ me: patient(mine), others: [patient(theirs)], matcher: null });
      assert.equal(decision.personId, null);
      assert.deepEqual(decision.review, []);
    });
  }
});

describe("the same verified number where something weighty differs never links, and a human looks", () => {
  const cases: [string, Partial<SourcePatient>, RegExp][] = [
    ["another date of birth", { birthDate: "1971-02-03" }, /date of birth/],
    ["another sex", { sex: "male" }, /sex/],
    ["another whole name", { family: "Okafor", given: "Tom" }, /whole name/],
  ];
  for (const [what, changes, reason] of cases) {
    test(what, () => {
      const other = patient(changes);
      const decision = decideLink({ me: patient(), others: [other], matcher: null });
      assert.equal(decision.personId, null);
      assert.equal(decision.review[0]?.personId, other.personId);
      assert.match(decision.review[0]!.reason, reason);
      assert.ok(decision.review[0]!.evidence.some((each) => each.verdict === "differs"));
    });
  }
});

describe("names that people truly have more than one of do not keep a person apart", () => {
  const cases: [string, Partial<SourcePatient>][] = [
    ["a married name", { family: "Green-Okafor" }],
    ["another family name, the same given one", { family: "Okafor" }],
    ["a short form", { given: "Annabel" }],
    ["a middle name", { given: "Marie Ann" }],
    ["accents and case", { family: "GRÉEN" }],
    ["an unknown sex", { sex: "unknown" }],
    ["no name at all", { family: null, given: null }],
  ];
  for (const [what, changes] of cases) test(what, () => assert.notEqual(decideLink({ me: patient(), others: [patient(changes)], matcher: null }).personId, null));
});

test("a contradiction is looked at even where a date of birth is missing, whichever side came first", () => {
  const [full, partial] = [patient(), patient({ birthDate: null, sex: "male" })];
  for (const [me, other] of [[full, partial], [partial, full]] as const) assert.deepEqual(decideLink({ me, others: [other], matcher: null }).review.map((each) => each.reason), ["same NHS number, but sex differs"]);
});

test("a number whose holders are more than one person already is in doubt: no link, and each pair is looked at", () => {
  const [one, two] = [patient(), patient()];
  const decision = decideLink({ me: patient(), others: [one, two], matcher: null });
  assert.equal(decision.personId, null);
  assert.deepEqual(decision.review.map((each) => each.personId).sort(), [one.personId, two.personId].sort());
});

test("who agrees with one holder and not with another links with the first and is looked at with the other", () => {
  const [same, differs] = [patient(), patient({ sex: "male" })];
  const decision = decideLink({ me: patient(), others: [same, differs], matcher: null });
  assert.equal(decision.personId, same.personId);
  assert.deepEqual(decision.review.map((each) => each.personId), [differs.personId]);
});

test("a pair is decided the same from either side", () => {
  const maybe = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  const changes = fc.record({
    status: maybe("01", "02", "unverified") as fc.Arbitrary<SourcePatient["status"]>, birthDate: maybe("1945-07-14", "1945-07-15", "1945", null), sex: maybe("male", "female", null),
    family: maybe("Green", "Green-Smith", "Okafor", null), given: maybe("Ann", "Annabel", "Tom", null),
  });
  fc.assert(
    fc.property(changes, changes, (a, b) => {
      const [one, two] = [patient(a), patient(b)];
      const [here, there] = [decideLink({ me: one, others: [two], matcher: null }), decideLink({ me: two, others: [one], matcher: null })];
      assert.equal(here.personId === null, there.personId === null);
      assert.equal(here.review.length, there.review.length);
    }),
  );
});

test("a number is read once: valid, absent or invalid, and its status is never better than was sent", () => {
  const read = (nhsNumberText: string | null, nhsNumberStatus: string | null = null) => numberOf({ ...NO_DEMOGRAPHICS, nhsNumberText, nhsNumberStatus });
  assert.deepEqual(read(NUMBER, "01"), { nhsNumber: NUMBER, status: "01", fault: null });
  assert.deepEqual(read("943 476 5919"), { nhsNumber: NUMBER, status: "unverified", fault: null });
  assert.deepEqual(read(NUMBER, "yes"), { nhsNumber: NUMBER, status: "unverified", fault: null });
  assert.deepEqual(read("9434765918", "01"), { nhsNumber: null, status: "invalid", fault: "check-digit" });
  assert.deepEqual(read(null, "01"), { nhsNumber: null, status: "absent", fault: null });
});

test("only a full, plausible date of birth takes part in linking", () => {
  assert.equal(linkingBirthDate("1945-07-14"), "1945-07-14");
  for (const text of [null, "", "1945", "1945-07", "1900-01-01", "1899-12-31"]) assert.equal(linkingBirthDate(text), null, String(text));
});
