import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AppliedMessage } from "#feeds";
import { NO_DEMOGRAPHICS, numberOf, type Demographics, type SourcePatient } from "#identity";
import { issuesOf, RULES, ruleOf } from "./index.ts";

const RECEIVED = new Date("2026-11-21T12:00:00Z");
const SOUND: Demographics = { ...NO_DEMOGRAPHICS, nhsNumberText: "9990000441", nhsNumberStatus: "01", family: "Whibley", given: "Ann", birthDate: "1950-03-01", postcode: "ME14 1XX" };
type Items = AppliedMessage["taken"][number]["patient"]["items"];
const source = (demographics: Demographics | null): SourcePatient => ({ status: demographics === null ? "absent" : numberOf(demographics).status }) as SourcePatient;
const message = (demographics: Demographics | null = SOUND, more: { items?: Items; at?: Date; changes?: Partial<AppliedMessage> } = {}): AppliedMessage => ({
  message: { feed: "f", messageId: "m", received: RECEIVED, format: "hl7v2", controlId: "c", kind: "ADT^A01", lane: 0, otherLanes: [], attempts: 0 }, marks: [], sameIdOtherBytes: false,
  taken: [{ patient: { localId: "1", demographics, at: more.at ?? RECEIVED, items: more.items ?? [] }, source: source(demographics) }], ...more.changes,
});
const found = (look: AppliedMessage): string[] => issuesOf(look).map(({ rule, place, found: count }) => `${rule.id} ${place} ${count}`);
const person = (changes: Partial<Demographics>): string[] => found(message({ ...SOUND, ...changes }));
const item = (resourceType: string, fields: object, sourceKey = "k"): Items[number] => ({ sourceKey, resource: { resourceType, ...fields } });

test("a sound message has no issue; one that names its patient without describing them is not judged by what it leaves out", () => {
  assert.deepEqual(found(message()), []);
  assert.deepEqual(found(message(null)), []);
});

test("DQU-04 the NHS number: missing, not valid, not traced, each with its field", () => {
  assert.deepEqual(person({ nhsNumberText: null }), ["nhs-number-missing PID-3 1"]);
  assert.deepEqual(person({ nhsNumberText: "9990000442" }), ["nhs-number-invalid PID-3 1"]);
  for (const nhsNumberStatus of [null, "02", "07", "rubbish"]) assert.deepEqual(person({ nhsNumberStatus }), ["nhs-number-not-traced PID-32 1"]);
});

test("DQU-04 names, dates of birth and postcodes: missing, default, malformed; what is rare and right is left alone", () => {
  assert.deepEqual(person({ family: " ", birthDate: null }), ["name-missing PID-5 1", "date-of-birth-missing PID-7 1"]);
  for (const family of ["BABY", "Unknown", "TEST", "baby girl", "ZZZTest"]) assert.deepEqual(person({ family }), ["name-default PID-5 1"], family);
  for (const family of ["Babington", "Testa", "Unwin", "Li", "O'Neill"]) assert.deepEqual(person({ family }), [], family);
  for (const birthDate of ["1900-01-01", "1901-01-01"]) assert.deepEqual(person({ birthDate }), ["date-of-birth-default PID-7 1"]);
  for (const birthDate of ["1950", "1950-03", "1920-01-01", "2026-11-21"]) assert.deepEqual(person({ birthDate }), [], birthDate);
  assert.deepEqual(person({ birthDate: "2026-11-22" }), ["date-of-birth-in-future PID-7 1"]);
  assert.deepEqual(person({ birthDate: "01/02/1950" }), ["date-of-birth-not-a-date PID-7 1"]);
  for (const postcode of ["ME141XX", "EC1A 1BB", "W1A 0AX", "ZZ99 3VZ", "gir 0aa", ""]) assert.deepEqual(person({ postcode }), [], postcode);
  for (const postcode of ["ME14", "14 1XX", "ME14 1X", "Maidstone"]) assert.deepEqual(person({ postcode }), ["postcode-malformed PID-11 1"], postcode);
});

test("DQU-04 results: a value without a unit, one issued before its sample or its order; a unit in either form is one", () => {
  const results = (...items: Items): string[] => found(message(SOUND, { items }));
  assert.deepEqual(results(item("Observation", { valueQuantity: { value: 5 } }), item("Observation", { valueQuantity: { value: 6 } })), ["unit-missing OBX-6 2"]);
  assert.deepEqual(results(item("Observation", { valueQuantity: { value: 5, unit: "mmol/L" } }), item("Observation", { valueQuantity: { value: 5, code: "mmol/L" } }), item("Observation", { valueString: "negative" })), []);
  assert.deepEqual(results(item("DiagnosticReport", { effectiveDateTime: "2026-11-20T10:00:00Z", issued: "2026-11-20T09:00:00Z" })), ["result-before-order OBR-22 1"]);
  assert.deepEqual(results(item("ServiceRequest", { authoredOn: "2026-11-20" }, "o1"), item("DiagnosticReport", { issued: "2026-11-19T09:00:00Z", basedOn: [{ reference: "ServiceRequest/o1" }] })), ["result-before-order OBR-22 1"]);
  assert.deepEqual(results(item("ServiceRequest", { authoredOn: "2026-11-20" }, "o1"), item("DiagnosticReport", { issued: "2026-11-20T09:00:00Z", effectiveDateTime: "2026-11-20", basedOn: [{ reference: "ServiceRequest/o1" }] })), [], "a day is not before a time of that day");
});

test("DQU-04 times: a visit that ends before it starts, a death before a birth, an event of the future, news of last week", () => {
  assert.deepEqual(found(message(SOUND, { items: [item("Encounter", { period: { start: "2026-11-20T10:00:00+00:00", end: "2026-11-20T09:59:00+00:00" } })] })), ["discharge-before-admission PV1-45 1"]);
  assert.deepEqual(found(message(SOUND, { items: [item("Encounter", { period: { start: "2026-11-20T10:00:00+01:00", end: "2026-11-20T09:30:00Z" } })] })), [], "zones count");
  assert.deepEqual(person({ dateOfDeath: "1949-01-01" }), ["death-before-birth PID-29 1"]);
  const at = (text: string): string[] => found(message(SOUND, { at: new Date(text) }));
  assert.deepEqual([at("2026-11-21T12:04:00Z"), at("2026-11-21T12:06:00Z"), at("2026-11-14T12:01:00Z"), at("2026-11-14T11:59:00Z")], [[], ["event-after-receipt EVN-2 or MSH-7 1"], [], ["event-late EVN-2 or MSH-7 1"]]);
  assert.deepEqual(found(message(SOUND, { at: new Date(0) })), [], "no time is no late one");
});

test("DQU-04 ids, codes and what could not be used: by message", () => {
  assert.deepEqual(found(message(SOUND, { changes: { sameIdOtherBytes: true } })), ["message-id-again MSH-10 1"]);
  assert.deepEqual(found(message(SOUND, { changes: { mapped: { patients: [], directory: [], marks: [], unmappedCodes: [{ system: "WinPath", code: "A", display: "", count: 1 }, { system: "", code: "B", display: "", count: 1 }] } } })), ["code-unmapped code system WinPath 2"]);
  assert.deepEqual(found(message(SOUND, { changes: { taken: [], marks: [{ code: "feeds.no-patient", why: "w", place: "PID" }] } })), ["not-used-as-sent PID 1"]);
});

test("no rule says a value: its words and places are the same for every person", () => {
  const marked = message({ ...SOUND, nhsNumberText: "9990000442", family: "Unknown", given: "Secretname", birthDate: "1949-13-77", postcode: "Secretplace", dateOfDeath: "1900-01-01" });
  assert.doesNotMatch(JSON.stringify(issuesOf(marked)), /9990000442|Secret|1949|1900-01-01/i);
});

test("rules have ids of their own and never throw, whatever a source sent", () => {
  assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
  for (const rule of RULES) assert.equal(ruleOf(rule.id), rule);
  const text = fc.option(fc.oneof(fc.string(), fc.constantFrom("2026-11-21", "9999-99-99T99:99", "BABY", "￿")));
  const resource = fc.record({ resourceType: fc.constantFrom("Observation", "Encounter", "DiagnosticReport", "ServiceRequest", "Patient"), valueQuantity: fc.anything(), period: fc.anything(), issued: fc.anything(), effectiveDateTime: fc.anything(), basedOn: fc.anything(), authoredOn: fc.anything() });
  fc.assert(
    fc.property(fc.record({ nhsNumberText: text, nhsNumberStatus: text, family: text, given: text, birthDate: text, dateOfDeath: text, postcode: text }), fc.array(resource, { maxLength: 4 }), (who, resources) => {
      const items = resources.map((each, index) => ({ sourceKey: String(index), resource: each as unknown as Items[number]["resource"] }));
      issuesOf(message({ ...SOUND, ...who }, { items, at: new Date(Number.NaN) }));
    }),
    { numRuns: 500 },
  );
});
