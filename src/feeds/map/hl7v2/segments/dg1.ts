/** DG1[Condition, Encounter]: a diagnosis, and what it is to the visit. */
import type { Hl7Segment } from "#standards";
import { DIAGNOSIS_USE } from "../codes/tables.ts";
import { clinical, codeOf, ei, practitioner, time, whole } from "../datatypes/index.ts";
import { filled, resource, type Hl7Reading } from "../reading.ts";

const VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

/** Adds the conditions; answers with the diagnoses of the visit that point at them. */
export function conditions(reading: Hl7Reading): Record<string, unknown>[] {
  return reading.message.all("DG1").flatMap((dg1) => {
    const key = condition(reading, dg1);
    if (key === null) return [];
    const use = DIAGNOSIS_USE[codeOf(dg1, 6)];
    return [filled({ condition: { reference: `Condition/${key}` }, use: use && { coding: [{ system: "http://terminology.hl7.org/CodeSystem/diagnosis-role", ...use }] }, rank: whole(dg1.text(15), 1) })];
  });
}

function condition(reading: Hl7Reading, dg1: Hl7Segment): string | null {
  const coded = clinical(reading, dg1, 3);
  const said = dg1.text(4).trim();
  const code = coded ? (said && !dg1.text(3, 2) ? { ...coded, text: said } : coded) : said ? { text: said } : undefined;
  if (code === undefined) return null;
  const isTakenBack = codeOf(dg1, 21) === "D";
  const asserted = time(dg1, 19, reading.zone);
  const parent = ei(dg1, 22);
  const key = `${reading.visit ?? reading.localId}|DG1|${dg1.text(3).trim() || code.text}`;
  reading.add(key, resource("Condition", {
    extension: [
      ...(asserted ? [{ url: "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", valueDateTime: asserted }] : []),
      ...(parent ? [{ url: "http://hl7.org/fhir/StructureDefinition/condition-dueTo", valueReference: { type: "Condition", identifier: parent } }] : []),
    ],
    identifier: [ei(dg1, 20)].filter((each) => each !== undefined),
    clinicalStatus: isTakenBack ? undefined : { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
    verificationStatus: isTakenBack ? { coding: [{ system: VERIFICATION, code: "entered-in-error" }] } : codeOf(dg1, 6) === "W" ? { coding: [{ system: VERIFICATION, code: "provisional", display: "Provisional" }] } : undefined,
    category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-category", code: "encounter-diagnosis", display: "Encounter Diagnosis" }] }],
    code,
    subject: reading.subject,
    encounter: reading.encounter,
    // DG1-5 is when the diagnosis was made; when the disorder began it does not say.
    recordedDate: asserted ?? time(dg1, 5, reading.zone),
    asserter: practitioner(dg1, 16),
  }));
  return key;
}
