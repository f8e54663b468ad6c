import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppliedMessage } from "#feeds";
import { NO_DEMOGRAPHICS, type CompanyMember, type Demographics, type SourcePatient } from "#identity";
import type { AllergyStand } from "#record";
import { issuesAcross } from "./across-sources.ts";
import { ruleOf } from "./index.ts";

type Items = AppliedMessage["taken"][number]["patient"]["items"];
const allergy = [{ sourceKey: "a", resource: { resourceType: "AllergyIntolerance" } }] as Items;

/** A message that says this, of a source patient that is stored so, beside another of the same person. */
function found(says: Partial<Demographics>, other: Partial<CompanyMember> | null, more: { items?: Items; allergies?: readonly AllergyStand[]; described?: boolean } = {}): string[] {
  const demographics = more.described === false ? null : { ...NO_DEMOGRAPHICS, ...says };
  const source = { sourcePatientId: "mine", personId: "p", sex: says.sex ?? null, dateOfBirth: says.birthDate ?? null, deceased: says.deceased ?? false, dateOfDeath: says.dateOfDeath ?? null } as SourcePatient;
  const message: AppliedMessage = {
    message: { feed: "f", messageId: "m", received: new Date(), format: "hl7v2", controlId: "c", kind: "ADT^A01", lane: 0, otherLanes: [], attempts: 0 }, marks: [], sameIdOtherBytes: false,
    taken: [{ patient: { localId: "1", demographics, at: new Date(), items: more.items ?? [] }, source }],
  };
  const members: CompanyMember[] = [{ ...source, deceased: source.deceased === true }, ...(other === null ? [] : [{ sourcePatientId: "theirs", personId: "p", sex: null, dateOfBirth: null, deceased: false, dateOfDeath: null, ...other }])];
  return issuesAcross(message, () => ({ members, allergies: more.allergies ?? [] })).map(({ rule, place }) => `${rule.id} ${place}`);
}

test("DQU-06 sex and date of birth that differ between sources of one person are found; what a source does not say contradicts nobody", () => {
  assert.deepEqual(found({ sex: "female" }, { sex: "male" }), ["sex-differs-across-sources PID-8"]);
  assert.deepEqual(found({ birthDate: "1950-03-01" }, { dateOfBirth: "1950-03-02" }), ["date-of-birth-differs-across-sources PID-7"]);
  assert.deepEqual(found({ sex: "female", birthDate: "1950-03-01" }, { sex: "female", dateOfBirth: "1950-03-01" }), []);
  assert.deepEqual(found({ sex: "female", birthDate: "1950-03-01" }, {}), []);
  assert.deepEqual(found({ sex: "unknown" }, { sex: "male" }), []);
  assert.deepEqual(found({ sex: "female" }, null), [], "a person of one source has nobody to disagree with");
  assert.deepEqual(found({ sex: "female" }, { sex: "male" }, { described: false }), [], "a message that does not describe its patient is not judged");
});

test("DQU-06 a death that another source does not state, states for another day, or that is denied is found", () => {
  const rule = ["death-differs-across-sources PID-29"];
  assert.deepEqual(found({ deceased: true, dateOfDeath: "2026-11-01" }, { deceased: false }), rule);
  assert.deepEqual(found({ deceased: true, dateOfDeath: "2026-11-01" }, { deceased: true, dateOfDeath: "2026-11-02" }), rule);
  assert.deepEqual(found({ deceased: false }, { deceased: true, dateOfDeath: "2026-11-02" }), rule);
  assert.deepEqual(found({ deceased: true, dateOfDeath: "2026-11-01" }, { deceased: true, dateOfDeath: "2026-11-01T04:00:00Z" }), []);
  assert.deepEqual(found({}, { deceased: true, dateOfDeath: "2026-11-02" }), [], "silence denies nothing");
});

test("DQU-06 no allergies against an allergy is found either way round, and only where the message tells of allergies", () => {
  const stand = (sourcePatientId: string, assertsNone: boolean, holdsOne: boolean): AllergyStand => ({ sourcePatientId, assertsNone, holdsOne });
  const rule = ["allergies-contradict-across-sources AL1-3"];
  assert.deepEqual(found({}, {}, { items: allergy, allergies: [stand("mine", false, true), stand("theirs", true, false)] }), rule);
  assert.deepEqual(found({}, {}, { items: allergy, allergies: [stand("mine", true, false), stand("theirs", false, true)] }), rule);
  assert.deepEqual(found({}, {}, { items: allergy, allergies: [stand("mine", false, true), stand("theirs", false, true)] }), []);
  assert.deepEqual(found({}, {}, { items: allergy, allergies: [stand("mine", false, true)] }), []);
  assert.deepEqual(found({}, {}, { allergies: [stand("mine", false, true), stand("theirs", true, false)] }), []);
});

test("every rule across sources has words for the officer's page that name no value", () => {
  for (const id of ["sex-differs-across-sources", "date-of-birth-differs-across-sources", "death-differs-across-sources", "allergies-contradict-across-sources"]) assert.ok((ruleOf(id)?.words.length ?? 0) > 20, id);
});
