/** PD1[Observation-LivingWill]: that a person has a living will stands with the legal information. PD1[Patient] is in pid.ts. */
import { SECTION_TAG } from "#standards";
import { withName } from "../codes/nhs.ts";
import { LIVING_WILL } from "../codes/tables.ts";
import { concept } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";

export function livingWill(reading: Hl7Reading): void {
  const pd1 = reading.message.get("PD1");
  const value = pd1 && concept(pd1, 7);
  if (value === undefined) return;
  reading.add(`${reading.localId}|living-will`, resource("Observation", {
    meta: { tag: [{ system: SECTION_TAG, code: "legal-information" }] },
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: "75320-2", display: "Advance directive" }], text: "Living will" },
    subject: reading.subject,
    valueCodeableConcept: withName(value, LIVING_WILL),
  }));
}
