import assert from "node:assert/strict";
import { test } from "node:test";
import type { Review, ReviewKind, SourcePatient } from "#identity";
import { NO_DEMOGRAPHICS } from "#identity";
import { evidenceShown, suggestionOf } from "./words.ts";

const at = new Date("2026-11-01T09:00:00Z");
const side = (id: string, more: Partial<SourcePatient> = {}): SourcePatient => ({
  ...NO_DEMOGRAPHICS, sourcePatientId: id, personId: `person-${id}`, organisation: "RVV", localId: id, feed: "rvv-adt", nhsNumber: null, status: "absent", family: "Clarke", given: "David", birthDate: "1955-09-09", dateOfBirth: "1955-09-09", sex: "male", active: true, replacedBy: null,
  demographicsAt: at, firstSeen: at, lastSeen: at, otherNames: [], otherPostcodes: [], birthOrder: null, tracedNumber: null, traceOutcome: null, sealed: false, ...more,
} as SourcePatient);
const review = (kind: ReviewKind, one: Partial<SourcePatient> = {}, other: Partial<SourcePatient> = {}): Review => ({ one: side("a", one), other: side("b", other), kind, reason: "", evidence: [], weight: 20, raisedAt: at, due: at, state: "open", proposed: null, decided: null, actId: null, doubted: null });

test("a pair in which nothing differs is suggested for linking; twins, brothers and a parent of one name for keeping apart", () => {
  assert.equal(suggestionOf(review("probable")).what, "link");
  assert.equal(suggestionOf(review("two-numbers")).what, "ask");
  assert.equal(suggestionOf(review("two-numbers", { given: "Noah" }, { given: "Leo" })).what, "apart");
  assert.equal(suggestionOf(review("two-numbers", {}, { dateOfBirth: "1985-01-02" })).what, "apart");
  assert.equal(suggestionOf(review("number-conflict")).what, "apart");
});

test("a pair that looks alike is not suggested for linking where a record linked to one side carries another NHS number", () => {
  const pair = review("probable", {}, { nhsNumber: "9990000255", status: "01" });
  const company = [pair.one, pair.other, side("c", { personId: pair.one.personId, nhsNumber: "9990000247", status: "01" })];
  const { what, words } = suggestionOf(pair, company);
  assert.equal(what, "ask");
  assert.match(words, /linked to the wrong person already/);
});

test("of a protected person no evidence tells where they are, not even that it agrees", () => {
  const evidence = [
    { field: "postcode", mine: "CT1 1AA", theirs: "CT1 1AA", verdict: "agrees" as const },
    { field: "address", mine: null, theirs: null, verdict: "similar" as const, words: "address: same house and postcode" },
    { field: "phone", mine: "1", theirs: "2", verdict: "differs" as const },
    { field: "practice", mine: "G1", theirs: "G1", verdict: "agrees" as const },
    { field: "family name", mine: "Clarke", theirs: "Clarke", verdict: "agrees" as const },
  ];
  assert.deepEqual(evidenceShown(evidence, [{ protectedAddress: true }, { protectedAddress: null }]).map((each) => each.field), ["family name"]);
  assert.equal(evidenceShown(evidence, [{ protectedAddress: null }, { protectedAddress: false }]).length, 5);
});
