/**
 * HL7 v2 to FHIR R4, laid out by the names of HL7's own v2-to-FHIR guide:
 * `segments/`, `datatypes/`. Which segments a message structure brings is here.
 */
import type { ItemToStore } from "#record";
import { fhirDateTime, type Hl7Message } from "#standards";
import type { MapResult, MappedPatient, Mark } from "../../mapped.ts";
import { allergies, conditions, procedures } from "./segments/clinical.ts";
import { results } from "./segments/obx.ts";
import { demographicsOf, patientIds, patientResource, relatedPeople } from "./segments/pid.ts";
import { encounter, visitKey } from "./segments/pv1.ts";
import { appointment, documentReference } from "./segments/txa.ts";

const ADT_VISIT = new Set(["A01", "A02", "A03", "A04", "A08", "A11", "A12", "A13"]);
const ADT_PERSON = new Set(["A28", "A31"]);
const ADT_MERGE = new Set(["A34", "A40"]);
const SIU = new Set(["S12", "S13", "S14", "S15"]);

/** Maps one message. `zone` is the sender's time zone (IANA). */
export function mapHl7(message: Hl7Message, zone: string): MapResult {
  const [structure, trigger] = [message.msh.text(9, 1), message.msh.text(9, 2)];
  if (!supported(structure, trigger)) return fault("feeds.unknown-event", `the event ${message.kind} is not mapped; the message is kept and can be replayed when it is`, "MSH-9");
  const pid = message.get("PID");
  if (pid === undefined) return fault("feeds.no-patient", `${message.kind} carries no PID segment`, "PID");
  const ids = patientIds(pid, 3);
  const localId = ids.localId ?? (pid.text(2).trim() || ids.nhsNumberText);
  if (!localId) return fault("feeds.no-patient-id", "PID-3 carries no patient id", "PID-3");
  const { demographics, marks } = demographicsOf(message, pid, zone);
  const at = eventTime(message, zone);
  const items: ItemToStore[] = [{ sourceKey: localId, resource: patientResource(message, pid, demographics) }];
  const patient: MappedPatient = { localId, demographics, at, items };
  const visit = visitKey(message, localId);
  if (structure === "ADT") {
    if (ADT_MERGE.has(trigger)) return merge(message, patient, marks);
    if (ADT_VISIT.has(trigger)) {
      const stay = encounter(message, localId, trigger, zone);
      if (stay) items.push(stay);
    }
    items.push(...relatedPeople(message, localId), ...allergies(message, localId, zone), ...conditions(message, localId, visit, zone), ...procedures(message, localId, visit, zone));
  } else if (structure === "ORU") {
    const found = results(message, localId, null, zone);
    items.push(...found.items);
    marks.push(...found.marks);
  } else if (structure === "MDM") {
    const document = documentReference(message, localId, visit, zone);
    if (document === null) return fault("feeds.no-document", "MDM carries no TXA segment", "TXA");
    items.push(document);
  } else {
    const booked = appointment(message, localId, trigger, zone);
    if (booked === null) return fault("feeds.no-appointment", "SIU carries no SCH segment", "SCH");
    items.push(booked);
  }
  return { ok: true, mapped: { patients: [patient], directory: [], marks } };
}

function supported(structure: string, trigger: string): boolean {
  switch (structure) {
    case "ADT":
      return ADT_VISIT.has(trigger) || ADT_PERSON.has(trigger) || ADT_MERGE.has(trigger);
    case "ORU":
      return trigger === "R01";
    case "MDM":
      return trigger === "T02";
    case "SIU":
      return SIU.has(trigger);
    default:
      return false;
  }
}

function merge(message: Hl7Message, survivor: MappedPatient, marks: Mark[]): MapResult {
  const mrg = message.get("MRG");
  const obsolete = mrg && patientIds(mrg, 1).localId;
  if (!obsolete) return fault("feeds.no-merge", "the merge names no obsolete patient id", "MRG-1");
  return { ok: true, mapped: { patients: [{ ...survivor, obsoleteLocalId: obsolete }], directory: [], marks } };
}

/** EVN-2, else MSH-7, else the moment of reading. */
function eventTime(message: Hl7Message, zone: string): Date {
  const text = fhirDateTime(message.get("EVN")?.text(2) ?? "", zone) ?? fhirDateTime(message.msh.text(7), zone);
  return text === null ? new Date() : new Date(text);
}

const fault = (code: string, why: string, place: string): MapResult => ({ ok: false, marks: [{ code, why, place }] });
