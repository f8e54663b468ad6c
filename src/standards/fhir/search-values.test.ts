import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, searchHash, searchHashes } from "./search-values.ts";
import type { Resource } from "./resource.ts";

const finds = (resource: Resource, code: string, value: string): boolean => searchHashes(resource).includes(searchHash(resource.resourceType, code, value));

const observation: Resource = {
  resourceType: "Observation", id: "o", status: "final",
  code: { coding: [{ system: "http://loinc.org", code: "14682-9" }, { code: "local-1" }] },
  category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }],
  subject: { reference: "Patient/p1" },
  valueCodeableConcept: { coding: [{ system: "http://snomed.info/sct", code: "260385009" }] },
  performer: [{ identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "X1" } }],
};
const patient: Resource = {
  resourceType: "Patient", id: "p", active: true, gender: "female", birthDate: "1945-07-14",
  identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9434765919" }],
  name: [{ family: "O'Neill-Čapek", given: ["Zoë", "Ann Marie"] }],
  address: [{ line: ["1 Mill Lane"], city: "Elmbridge", postalCode: "ZZ99 3WZ" }],
  telecom: [{ system: "email", value: "a@example.org" }, { system: "phone", value: "01632 960001" }],
  generalPractitioner: [{ reference: "Organization/g1" }],
};

test("a token is found by code, by system and code, and by code without a system", () => {
  assert.ok(finds(observation, "code", "14682-9"));
  assert.ok(finds(observation, "code", "http://loinc.org|14682-9"));
  assert.ok(finds(observation, "code", "|local-1"));
  assert.ok(!finds(observation, "code", "|14682-9"));
  assert.ok(finds(observation, "status", "final"));
  assert.ok(finds(patient, "identifier", "https://fhir.nhs.uk/Id/nhs-number|9434765919"));
  assert.ok(finds(patient, "active", "true"));
});

test("the type of a choice decides which parameter finds it", () => {
  assert.ok(finds(observation, "value-concept", "http://snomed.info/sct|260385009"));
  assert.ok(!finds(observation, "value-string", "260385009"));
});

test("a reference is found as it stands, and by its identifier where it has one", () => {
  assert.ok(finds(observation, "subject", "Patient/p1"));
  assert.ok(finds(observation, "patient", "Patient/p1"));
  assert.ok(finds(observation, "performer:identifier", "X1"));
  assert.ok(!finds({ ...observation, subject: { reference: "Group/p1" } }, "patient", "Group/p1"), "patient finds patients only");
});

test("a reference to something inside the resource is no search value", () => {
  assert.deepEqual(searchHashes({ resourceType: "Observation", subject: { reference: "#p" } }), []);
});

test("words are found without their accents and case, one by one", () => {
  for (const word of ["o", "neill", "capek"]) assert.ok(finds(patient, "family", word), word);
  for (const word of ["zoe", "ann", "marie"]) assert.ok(finds(patient, "given", word), word);
  assert.ok(finds(patient, "name", "zoe") && finds(patient, "address", "elmbridge") && finds(patient, "address-postalcode", "zz99"));
});

test("a parameter with a condition finds only what meets it", () => {
  assert.ok(finds(patient, "email", "a@example.org"));
  assert.ok(!finds(patient, "email", "01632 960001"));
  assert.ok(finds(patient, "phone", "01632 960001"));
});

test("deceased is true, false or a date, and an alive person is found as not deceased", () => {
  assert.ok(finds(patient, "deceased", "false"));
  assert.ok(finds({ ...patient, deceasedBoolean: true }, "deceased", "true"));
  assert.ok(finds({ ...patient, deceasedDateTime: "2026-01-01" }, "deceased", "true"));
  assert.ok(finds({ ...patient, deceasedBoolean: false }, "deceased", "false"));
});

test("the same value under another type or parameter is another search value", () => {
  const all = [searchHash("Observation", "code", "1"), searchHash("Condition", "code", "1"), searchHash("Observation", "status", "1"), searchHash("Observation", "code", "2")];
  assert.equal(new Set(all).size, 4);
});

test("100,000 different values have 100,000 different hashes, all signed 64-bit numbers", () => {
  const hashes = new Set<string>();
  for (let index = 0; index < 100_000; index++) hashes.add(searchHash("Patient", "identifier", `https://fhir.nhs.uk/Id/nhs-number|${index}`));
  assert.equal(hashes.size, 100_000);
  for (const hash of hashes) assert.equal(BigInt.asIntN(64, BigInt(hash)).toString(), hash);
});

test("values are listed once, and an unknown type has none", () => {
  const list = searchHashes(patient);
  assert.equal(new Set(list).size, list.length);
  for (const resourceType of ["Nothing", "__proto__", "constructor"]) assert.deepEqual(searchHashes({ resourceType }), []);
});

test("folding keeps letters and digits of every script and nothing else", () => {
  assert.equal(fold("  O'Neill–Čapek  3 "), "o neill capek 3");
  assert.equal(fold("Łukasz"), "łukasz");
  assert.equal(fold("!!!"), "");
});
