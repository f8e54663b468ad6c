/** What a Patient of PDS is read as. Source: NHSDigital/personal-demographics-service-api, specification/components/schemas/Patient.yaml. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readTracedPatient } from "./traced-patient.ts";

const extension = (name: string, parts: object[]): object => ({ url: `https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-${name}`, extension: parts });
const coded = (code: string): object => ({ coding: [{ system: "https://fhir.hl7.org.uk/CodeSystem/any", code }] });

/** A Patient as PDS answers it, changed by what the test is about. */
const patient = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  resourceType: "Patient", id: "9000000009", meta: { versionId: "7", security: [{ code: "U" }] },
  identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9000000009", extension: [{ url: "https://fhir.nhs.uk/R4/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus", valueCodeableConcept: coded("01") }] }],
  name: [{ id: "1", use: "usual", period: { start: "2020-01-01" }, given: ["Jane", "Ann"], family: "Harvey", prefix: ["Mrs"] }, { id: "2", use: "maiden", period: { start: "1990-01-01", end: "2020-01-01" }, given: ["Jane"], family: "Pilcher" }],
  gender: "female", birthDate: "1990-10-22", address: [{ id: "1", use: "home", period: { start: "2021-03-01" }, line: ["", "4 Invented Row", "", "Testham", ""], postalCode: "ZZ99 3VK" }],
  telecom: [{ id: "1", system: "phone", value: "01632960587", use: "home", period: { start: "2020-01-01" } }],
  generalPractitioner: [{ type: "Organization", identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "Y12345", period: { start: "2015-01-01" } } }],
  ...changes,
});
const read = (changes: Record<string, unknown> = {}) => readTracedPatient(patient(changes));
const problemsOf = (changes: Record<string, unknown>): string[] => read(changes).problems.map((each) => `${each.path} ${each.fault}`);

describe("a Patient of PDS", () => {
  it("is read with its names, addresses and practice, each with use and period, its version and the status of its number", () => {
    const { patient: found, problems } = read();
    assert.deepEqual(problems, []);
    assert.deepEqual(found, {
      nhsNumber: "9000000009", verification: "01", versionId: "7", restriction: "none", birthDate: "1990-10-22", gender: "female", multipleBirth: null, death: null, language: null, interpreter: null,
      names: [
        { use: "usual", period: { start: "2020-01-01", end: null }, prefix: ["Mrs"], given: ["Jane", "Ann"], family: "Harvey", suffix: [] },
        { use: "maiden", period: { start: "1990-01-01", end: "2020-01-01" }, prefix: [], given: ["Jane"], family: "Pilcher", suffix: [] },
      ],
      location: {
        addresses: [{ use: "home", period: { start: "2021-03-01", end: null }, lines: ["4 Invented Row", "Testham"], postcode: "ZZ99 3VK" }],
        telecoms: [{ system: "phone", value: "01632960587", use: "home", period: { start: "2020-01-01", end: null } }],
        practice: { odsCode: "Y12345", period: { start: "2015-01-01", end: null } },
      },
    });
  });

  it("tells an informal death from a formal one and from one that was taken back", () => {
    const death = (code: string) => read({ deceasedDateTime: "2026-02-03T00:00:00+00:00", extension: [extension("DeathNotificationStatus", [{ url: "deathNotificationStatus", valueCodeableConcept: coded(code) }])] }).patient?.death;
    assert.deepEqual([death("1"), death("2"), death("U")], [{ date: "2026-02-03", status: "informal" }, { date: "2026-02-03", status: "formal" }, { date: "2026-02-03", status: "removed" }]);
  });

  it("that is restricted has no location, not an empty one, and very restricted people have no names without that being a fault", () => {
    const bare = { address: undefined, telecom: undefined, generalPractitioner: undefined };
    const restricted = read({ ...bare, meta: { security: [{ code: "R" }] } });
    assert.equal(restricted.patient?.location, "withheld");
    assert.deepEqual(restricted.problems, []);
    const veryRestricted = read({ ...bare, name: undefined, meta: { security: [{ code: "V" }] } });
    assert.equal(veryRestricted.patient?.restriction, "very-restricted");
    assert.deepEqual(veryRestricted.problems, []);
  });

  it("that is restricted and carries a location by mistake loses it here, and that is told of", () => {
    const { patient: found, problems } = read({ meta: { security: [{ code: "R" }] } });
    assert.equal(found?.location, "withheld");
    assert.ok(!JSON.stringify(found).includes("ZZ99"));
    assert.deepEqual(problems.map((each) => `${each.path} ${each.fault}`), ["Patient.address not-withheld", "Patient.telecom not-withheld", "Patient.generalPractitioner not-withheld"]);
  });

  it("without a label, or with one that is not known, is taken for restricted: nobody can tell whether the location may be shown", () => {
    for (const meta of [{}, { security: [] }, { security: [{ code: "X" }] }]) assert.equal(read({ meta }).patient?.location, "withheld");
  });

  it("says each fault with its place and never with its value", () => {
    assert.deepEqual(problemsOf({ birthDate: "1990-02-30" }), ["Patient.birthDate not-a-date"]);
    assert.deepEqual(problemsOf({ birthDate: "22/10/1990" }), ["Patient.birthDate not-a-date"]);
    assert.deepEqual(problemsOf({ gender: "F" }), ["Patient.gender unknown-code"]);
    assert.deepEqual(problemsOf({ favouriteColour: "red" }), ["Patient.favouriteColour unknown-field"]);
    assert.deepEqual(problemsOf({ name: "Jane" }), ["Patient.name wrong-shape", "Patient.name missing"]);
    assert.deepEqual(problemsOf({ name: [{ use: "usual", family: 7, period: { start: "2020-01-02", end: "2020-01-01" } }] }), ["Patient.name[0].period ends-before-it-begins", "Patient.name[0].family wrong-shape"]);
    assert.deepEqual(problemsOf({ extension: [{ url: "https://example.org/new" }] }), ["Patient.extension[0].url unknown-field"]);
    assert.deepEqual(problemsOf({ telecom: [{ system: "phone", use: "home" }] }), ["Patient.telecom[0].value missing"]);
    assert.ok(!JSON.stringify(read({ birthDate: "secret-date" }).problems).includes("secret-date"));
  });

  it("keeps a date as precise as it was said", () => {
    assert.deepEqual([read({ birthDate: "1990" }).patient?.birthDate, read({ birthDate: "1990-10" }).patient?.birthDate, read({ birthDate: "2024-02-29" }).patient?.birthDate], ["1990", "1990-10", "2024-02-29"]);
  });

  it("whose number cannot be made out, or who has two, is nobody", () => {
    assert.equal(read({ id: "9000000000" }).patient, null);
    assert.equal(read({ id: undefined }).patient, null);
    assert.equal(read({ identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9000000017" }] }).patient, null);
    assert.equal(readTracedPatient({ resourceType: "OperationOutcome" }).patient, null);
    assert.equal(read({ meta: { security: [{ code: "REDACTED" }] } }).patient, null);
  });

  it("never throws, whatever comes", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom("name", "address", "telecom", "identifier", "meta", "extension", "generalPractitioner", "deceasedDateTime", "birthDate"), (value, field) => {
      readTracedPatient(value);
      readTracedPatient(patient({ [field]: value }));
    }));
  });
});
