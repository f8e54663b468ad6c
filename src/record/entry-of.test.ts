import assert from "node:assert/strict";
import test from "node:test";
import type { Resource } from "#standards";
import { entryOf } from "./entry-of.ts";
import type { EntryContext } from "./reading.ts";
import { splitSensitive } from "./split-sensitive.ts";

const context = { resolve: () => undefined } as unknown as EntryContext;
const lineOf = (resource: Record<string, unknown>) => entryOf(resource as Resource, context).line;
const observation = (fields: Record<string, unknown>): Record<string, unknown> => ({ resourceType: "Observation", status: "final", code: { text: "Creatinine" }, ...fields });

test("REC-16 a range in another unit than its value is words and no band", () => {
  const line = lineOf(observation({ valueQuantity: { value: 128, unit: "umol/L" }, referenceRange: [{ low: { value: 0.67, unit: "mg/dL" }, high: { value: 1.18, unit: "mg/dL" } }] }));
  assert.deepEqual([line.low, line.high, line.range], [undefined, undefined, "0.67 - 1.18 mg/dL"]);
  const same = lineOf(observation({ valueQuantity: { value: 128, unit: "umol/L" }, referenceRange: [{ high: { value: 84, unit: "umol/L" } }] }));
  assert.deepEqual([same.low, same.high, same.range], [undefined, "84", "<84"]);
});

test("REC-16 of several codes of a test the one by which laboratories meet is the row's", () => {
  const { code, codeSystem } = entryOf(observation({ code: { coding: [{ system: "local", code: "CREA" }, { system: "http://snomed.info/sct", code: "999" }, { system: "http://loinc.org", code: "14682-9" }] } }) as Resource, context);
  assert.deepEqual([codeSystem, code], ["http://loinc.org", "14682-9"]);
});

test("REC-39 who did a test, and by which order it was asked for, stand in the row", () => {
  const line = lineOf(observation({ performer: [{ type: "Organization", display: "Weald Pathology" }, { type: "Practitioner", display: "Dr Lowe" }], basedOn: [{ identifier: { value: "P1" } }] }));
  assert.deepEqual([line.performer, line.order], ["Weald Pathology", "P1"]);
  assert.equal(lineOf({ resourceType: "ServiceRequest", status: "active", identifier: [{ value: "F1" }, { type: { coding: [{ code: "PLAC" }] }, value: "P1" }], code: { text: "CT" } }).order, "P1");
});

test("REC-41 a note says who wrote it, and what is judged is told from what was found", () => {
  const line = lineOf({ resourceType: "ClinicalImpression", status: "completed", summary: "Low mood after a loss", note: [{ text: "Seems settled", authorString: "Nurse T. Webb" }, { text: "To be seen again" }] });
  assert.equal(line.opinion, true);
  assert.equal(line.text, "Seems settled (Nurse T. Webb) · To be seen again");
  assert.equal(lineOf(observation({})).opinion, undefined);
});

test("REC-46 each sensitive field of a person says who said it: another system, where that does not name anybody", () => {
  const { parts } = splitSensitive({ resourceType: "Patient", extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory", valueCodeableConcept: { text: "White British" } }] } as unknown as Resource);
  assert.equal(parts.length, 1);
  assert.equal(lineOf(parts[0]!.resource as unknown as Record<string, unknown>).saidBy, "system");
});
