/** PV1 and PV2[Encounter]: class, places, who, when, how in and how out. */
import type { Hl7Message, Hl7Segment } from "#standards";
import { DISCHARGE_METHODS, SPECIALTIES, withName } from "../codes/nhs.ts";
import { concept, concepts, cx, location, practitioners, time, timeOf, typed, whole, type NamedReference } from "../datatypes/index.ts";
import { filledOrNone, resource, type Hl7Reading } from "../reading.ts";

const CLASS: Readonly<Record<string, { code: string; display: string }>> = {
  I: { code: "IMP", display: "Inpatient" },
  E: { code: "EMER", display: "Emergency" },
  O: { code: "AMB", display: "Outpatient" },
  P: { code: "PRENC", display: "Pre-admission" },
  R: { code: "AMB", display: "Regular attender" },
  B: { code: "IMP", display: "Maternity" },
};

/** What each event makes of the encounter; the cancels undo, a deleted visit was never one. */
const STATUS: Readonly<Record<string, string>> = {
  A01: "in-progress", A02: "in-progress", A03: "finished", A04: "in-progress", A05: "planned", A06: "in-progress", A07: "in-progress", A08: "in-progress", A11: "cancelled", A12: "in-progress", A13: "in-progress",
  A21: "onleave", A22: "in-progress", A23: "entered-in-error", A45: "in-progress",
};

/** The visit's own key: PV1-19, else the patient and the time of admission, else the message alone. */
export function visitKey(message: Hl7Message, localId: string, pv1 = message.get("PV1")): string | null {
  const visit = pv1?.text(19).trim();
  if (visit) return `visit|${visit}`;
  const admitted = pv1?.text(44).trim();
  return admitted ? `visit|${localId}|${admitted}` : null;
}

const PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const PLACES = "http://hl7.org/fhir/StructureDefinition/subject-locationClassification";

function participants(people: readonly NamedReference[], code: string, display: string): Record<string, unknown>[] {
  return people.map((individual) => ({ type: [{ coding: [{ system: PARTICIPATION, code, display }], text: display }], individual }));
}

/** Adds the encounter of an ADT event, with the diagnoses that stand with it; nothing where PV1 carries no visit. */
export function encounter(reading: Hl7Reading, trigger: string, diagnoses: readonly Record<string, unknown>[] = [], pv1: Hl7Segment | undefined = reading.message.get("PV1"), key = reading.visit): void {
  const { message, zone } = reading;
  if (pv1 === undefined || key === null || !(trigger in STATUS)) return;
  const pv2 = message.get("PV2");
  const start = time(pv1, 44, zone);
  // A13 takes the discharge back: an end that the sender repeats is no end.
  const end = trigger === "A13" ? undefined : (time(pv1, 45, zone) ?? (trigger === "A03" ? time(message.get("EVN") ?? pv1, 2, zone) : undefined));
  const status = statusOf(trigger, pv1, end);
  const method = concept(pv1, 4);
  const [expectedIn, expectedOut] = pv2 === undefined ? [] : [time(pv2, 8, zone), time(pv2, 9, zone)];
  const arrival = pv2 && concept(pv2, 38);
  const security = pv2?.text(22).trim().toUpperCase() === "Y" ? [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }] : undefined;
  const hospitalization = filledOrNone({
    extension: method && [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod", valueCodeableConcept: method }],
    preAdmissionIdentifier: cx(pv1, 5),
    admitSource: concept(pv1, 14),
    reAdmission: concept(pv1, 13),
    dietPreference: concepts(pv1, 38),
    specialCourtesy: concepts(pv1, 16),
    specialArrangement: concepts(pv1, 15),
    destination: dischargedTo(pv1),
    dischargeDisposition: withName(concept(pv1, 36), DISCHARGE_METHODS),
  });
  reading.add(key, resource("Encounter", {
    meta: security && { security },
    extension: [
      ...(expectedIn ? [{ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate", valueDateTime: expectedIn }] : []),
      ...(expectedOut ? [{ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate", valueDateTime: expectedOut }] : []),
      ...(arrival?.coding?.[0] ? [{ url: "http://hl7.org/fhir/StructureDefinition/encounter-modeOfArrival", valueCoding: arrival.coding[0] }] : []),
    ],
    identifier: [visitNumber(pv1), cx(pv1, 50)].filter((each) => each !== undefined),
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", ...(CLASS[pv1.text(2).toUpperCase()] ?? { code: "AMB", display: "Attendance" }) },
    serviceType: withName(concept(pv1, 10), SPECIALTIES),
    priority: pv2 && concept(pv2, 25),
    subject: reading.subject,
    episodeOfCare: [filledOrNone({ identifier: cx(pv1, 54), display: pv1.text(53).trim() })].filter((each) => each !== undefined).map((each) => ({ type: "EpisodeOfCare", ...each })),
    // Who attends stands first: it is who lists name.
    participant: [
      ...participants(practitioners(pv1, 7), "ATND", "attender"), ...participants(practitioners(pv1, 9), "CON", "consultant"), ...participants(practitioners(pv1, 17), "ADM", "admitter"),
      ...participants(practitioners(pv1, 52), "PART", "Participation"), ...participants([...practitioners(pv1, 8), ...(pv2 ? practitioners(pv2, 13) : [])], "REF", "referrer"),
    ],
    period: filledOrNone({ start, end }),
    length: pv2 && lengthOf(pv2),
    reasonCode: [pv2 && concept(pv2, 3), pv2?.text(12).trim() ? { text: pv2.text(12).trim() } : undefined].filter((each) => each !== undefined),
    diagnosis: diagnoses,
    hospitalization,
    location: placesOf(pv1, pv2, trigger, status),
  }));
}

/** A planned visit stays planned, and one with an end is over, whatever an update is called. */
function statusOf(trigger: string, pv1: Hl7Segment, end: string | undefined): string {
  const isLeftToPv1 = trigger === "A04" || trigger === "A08" || trigger === "A45";
  if (end !== undefined && (isLeftToPv1 || trigger === "A03")) return "finished";
  return isLeftToPv1 && pv1.text(2).trim().toUpperCase() === "P" ? "planned" : STATUS[trigger]!;
}

function visitNumber(pv1: Hl7Segment): Record<string, unknown> | undefined {
  const id = cx(pv1, 19, "VN");
  return id && { ...id, type: { ...typed("VN"), text: "visit number" } };
}

const LENGTH_OF_STAY = { unit: "days", system: "http://unitsofmeasure.org", code: "d" };
function lengthOf(pv2: Hl7Segment): Record<string, unknown> | undefined {
  const days = whole(pv2.text(11));
  return days === undefined ? undefined : { value: days, ...LENGTH_OF_STAY };
}

/** DLD: where the person went, and from when. */
function dischargedTo(pv1: Hl7Segment): Record<string, unknown> | undefined {
  const [code, name] = [pv1.text(37, 1, 1, 1).trim(), pv1.text(37, 1, 1, 2).trim()];
  const at = timeOf(pv1.text(37, 2), "UTC")?.slice(0, 10);
  return code || name ? { type: "Location", display: [name || code, at && `(${at})`].filter(Boolean).join(" ") } : undefined;
}

/** The place now stands first; A12 takes the transfer back, so that where the person was not is not named. */
function placesOf(pv1: Hl7Segment, pv2: Hl7Segment | undefined, trigger: string, status: string): Record<string, unknown>[] {
  const at = (where: Record<string, unknown> | undefined, state: string | undefined, more: Record<string, unknown> = {}): Record<string, unknown>[] => (where ? [{ ...more, location: where, ...(state && { status: state }) }] : []);
  const now = pv1.text(2).trim().toUpperCase() === "P" || status === "planned" ? "planned" : status === "finished" ? "completed" : "active";
  const temporary = { extension: [{ url: PLACES, valueCodeableConcept: { coding: [{ system: "http://hl7.org/fhir/subject-location", code: "temporary" }] } }] };
  return [
    ...at(location(pv1, 3), now), ...at(location(pv1, 11), now === "completed" ? "completed" : "active", temporary), ...(pv2 ? at(location(pv2, 1), "planned") : []), ...at(location(pv1, 42), "reserved"),
    ...(trigger === "A12" ? [] : at(location(pv1, 6), "completed")),
  ];
}
