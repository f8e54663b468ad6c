import { isoDay, isoInstant } from "../../calendar.ts";
import type { MedicineFact } from "../../population/life.ts";
import type { PracticeRecord } from "./practice-record.ts";
import { coded, GPC, profile } from "./stu3.ts";

/** Medication, plan, one order an issue, and the statement that sums them up. */
export function medicine(record: PracticeRecord, fact: MedicineFact): void {
  const product = record.resource(null, {
    resourceType: "Medication",
    meta: profile("Medication-1"),
    code: coded(fact.text, fact.code),
  });
  const kind = {
    url: `${GPC}PrescriptionType-1`,
    valueCodeableConcept: {
      coding: [
        {
          system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescriptionType-1",
          code: fact.kind,
          display: fact.kind === "repeat" ? "Repeat" : "Acute",
        },
      ],
    },
  };
  const dosage = [{ text: fact.dose }];
  const shared = {
    meta: profile("MedicationRequest-1"),
    medicationReference: { reference: product },
    subject: record.subject,
    recorder: record.practitioner,
    dosageInstruction: dosage,
  };
  const supply = (start: Date): Record<string, unknown> => ({
    validityPeriod: { start: isoInstant(start) },
    quantity: {
      value: fact.quantity,
      unit: fact.unit,
      extension: [{ url: `${GPC}MedicationQuantityText-1`, valueString: `${fact.quantity} ${fact.unit}` }],
    },
    expectedSupplyDuration: { value: fact.days, unit: "day", system: "http://unitsofmeasure.org", code: "d" },
  });
  const plan = record.resource(null, {
    resourceType: "MedicationRequest",
    ...shared,
    extension: [kind],
    identifier: record.cross(),
    status: fact.end === null ? "active" : "completed",
    intent: "plan",
    authoredOn: isoInstant(fact.start),
    dispenseRequest: supply(fact.start),
  });
  let last = fact.start;
  for (let issue = 0; issue < fact.issues; issue++) {
    const at = new Date((fact.end ?? record.at).getTime() - (issue * fact.days + 9) * 86_400_000);
    if (at < fact.start) break;
    if (issue === 0) last = at;
    record.resource(null, {
      resourceType: "MedicationRequest",
      ...shared,
      extension: [kind],
      identifier: record.cross(),
      basedOn: [{ reference: plan }],
      status: "completed",
      intent: "order",
      authoredOn: isoInstant(at),
      dispenseRequest: supply(at),
    });
  }
  record.resource("medications", {
    resourceType: "MedicationStatement",
    meta: profile("MedicationStatement-1"),
    extension: [
      { url: `${GPC}MedicationStatementLastIssueDate-1`, valueDateTime: isoDay(last) },
      {
        url: `${GPC}PrescribingAgency-1`,
        valueCodeableConcept: {
          coding: [
            {
              system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-PrescribingAgency-1",
              code: "prescribed-at-gp-practice",
              display: "Prescribed at GP practice",
            },
          ],
        },
      },
    ],
    identifier: record.cross(),
    basedOn: [{ reference: plan }],
    status: fact.end === null ? "active" : "completed",
    medicationReference: { reference: product },
    effectivePeriod: { start: isoInstant(fact.start), ...(fact.end === null ? {} : { end: isoInstant(fact.end) }) },
    dateAsserted: isoInstant(fact.start),
    subject: record.subject,
    taken: "unk",
    dosage,
  });
}
