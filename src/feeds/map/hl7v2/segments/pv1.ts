/** PV1[Encounter]: class, place, who, when, how in and how out. */
import type { ItemToStore } from "#record";
import type { Hl7Message, Resource } from "#standards";
import { concept, place, professional, time } from "../datatypes/index.ts";
import { DISCHARGE_METHODS, SPECIALTIES, withName } from "../datatypes/nhs-codes.ts";

const CLASS: Readonly<Record<string, { code: string; display: string }>> = {
  I: { code: "IMP", display: "Inpatient" },
  E: { code: "EMER", display: "Emergency" },
  O: { code: "AMB", display: "Outpatient" },
  P: { code: "PRENC", display: "Pre-admission" },
  R: { code: "AMB", display: "Regular attender" },
  B: { code: "IMP", display: "Maternity" },
};

/** What each event makes of the encounter; the cancels undo. */
const STATUS: Readonly<Record<string, string>> = {
  A01: "in-progress", A02: "in-progress", A03: "finished", A04: "in-progress", A05: "planned", A08: "in-progress", A11: "cancelled", A12: "in-progress", A13: "in-progress",
};

/** The visit's own key: PV1-19, else the patient and the time of admission, else the message alone. */
export function visitKey(message: Hl7Message, localId: string): string | null {
  const pv1 = message.get("PV1");
  const visit = pv1?.text(19).trim();
  if (visit) return `visit|${visit}`;
  const admitted = pv1?.text(44).trim();
  return admitted ? `visit|${localId}|${admitted}` : null;
}

/** The encounter of an ADT event, or `null` where PV1 carries no visit. */
export function encounter(message: Hl7Message, localId: string, trigger: string, zone: string): ItemToStore | null {
  const pv1 = message.get("PV1");
  const key = visitKey(message, localId);
  if (pv1 === undefined || key === null || !(trigger in STATUS)) return null;
  const start = time(pv1, 44, zone);
  // A13 takes the discharge back: an end that the sender repeats is no end.
  const end = trigger === "A13" ? undefined : (time(pv1, 45, zone) ?? (trigger === "A03" ? time(message.get("EVN") ?? pv1, 2, zone) : undefined));
  const status = end !== undefined && (trigger === "A08" || trigger === "A03") ? "finished" : STATUS[trigger]!;
  const doctor = professional(pv1, 7) ?? professional(pv1, 9) ?? professional(pv1, 17);
  const where = place(pv1, 3);
  const reason = message.get("PV2") && concept(message.get("PV2")!, 3);
  const method = pv1.text(4) || pv1.text(14) || pv1.text(36);
  const resource: Resource = {
    resourceType: "Encounter",
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", ...(CLASS[pv1.text(2).toUpperCase()] ?? { code: "AMB", display: "Attendance" }) },
    subject: { reference: `Patient/${localId}` },
    ...(pv1.text(10) && { serviceType: withName(concept(pv1, 10), SPECIALTIES)! }),
    ...(doctor && { participant: [{ type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "ATND", display: "attender" }] }], individual: { display: doctor } }] }),
    ...((start || end) && { period: { ...(start && { start }), ...(end && { end }) } }),
    ...(reason && { reasonCode: [reason] }),
    ...(where && { location: [{ location: { display: where } }] }),
    ...(method && {
      hospitalization: {
        ...(pv1.text(14) && { admitSource: concept(pv1, 14)! }),
        ...(pv1.text(36) && { dischargeDisposition: withName(concept(pv1, 36), DISCHARGE_METHODS)! }),
        ...(pv1.text(4) && { extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod", valueCodeableConcept: concept(pv1, 4)! }] }),
      },
    }),
  };
  if (resource["hospitalization"] && Object.keys(resource["hospitalization"]).length === 0) delete resource["hospitalization"];
  return { sourceKey: key, resource };
}
