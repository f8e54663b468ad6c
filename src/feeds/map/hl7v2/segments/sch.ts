/** SCH[Appointment] with the services, people, places and things of AIS, AIP, AIL and AIG, and the remarks of NTE. */
import type { Hl7Segment } from "#standards";
import { APPOINTMENT_STATUS, PARTICIPATION } from "../codes/tables.ts";
import { codeOf, concept, concepts, ei, eip, later, location, practitioner, time, timeOf, whole, type NamedReference } from "../datatypes/index.ts";
import { filled, filledOrNone, resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";

/** What the event makes of the appointment: S15 and S16 undo it, S17 says that it never was. The others leave it to SCH-25. */
const OF_EVENT: Readonly<Record<string, string>> = { S15: "cancelled", S16: "cancelled", S17: "entered-in-error", S26: "noshow" };
const ROLES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const APPOINTMENT_TYPES = "HL70277";

/** Adds the appointment; `false` where the message carries no SCH. */
export function appointment(reading: Hl7Reading, trigger: string): boolean {
  const { message, zone } = reading;
  const sch = message.get("SCH");
  if (sch === undefined) return false;
  const [ais, pv1] = [message.get("AIS"), message.get("PV1")];
  const [placer, filler] = [ei(sch, 1), ei(sch, 2)];
  const id = filler?.value ?? placer?.value ?? message.controlId;
  const tq1 = message.get("TQ1");
  const start = timeOf(sch.text(11, 4), zone) ?? (tq1 && time(tq1, 7, zone)) ?? (ais && startOf(ais, 4, zone, undefined)) ?? (pv1 && time(pv1, 44, zone));
  const end = timeOf(sch.text(11, 5), zone) ?? (tq1 && time(tq1, 8, zone)) ?? later(start, sch.text(9), sch.text(10)) ?? (ais && later(start, ais.text(7), ais.text(8)));
  const said = OF_EVENT[trigger] ?? APPOINTMENT_STATUS[codeOf(sch, 25)] ?? (ais && APPOINTMENT_STATUS[codeOf(ais, 10)]) ?? "booked";
  // R4's app-3: only what is proposed, cancelled or waiting may be without a time.
  const isTimed = start?.includes("T") ?? false;
  const status = isTimed || TIMELESS.has(said) ? said : "proposed";
  if (status !== said) reading.marks.push({ code: "feeds.appointment-time", why: `the appointment is ${said} but says no time of day: kept as proposed`, place: "SCH-11" });
  const isType = (field: number): boolean => sch.text(field, 3) === APPOINTMENT_TYPES;
  const services = message.all("AIS").map((each) => concept(each, 3)).filter((each) => each !== undefined);
  const minutes = /^(MIN|M|MINUTE)/i.test(sch.text(10).trim() || "MIN") ? whole(sch.text(9), 1) : undefined;
  const remarks = message.all("NTE").map((nte) => annotation(nte, zone)).filter((each) => each !== null);
  reading.add(`appointment|${id}`, resource("Appointment", {
    extension: [
      { url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.subject", valueReference: reading.subject },
      ...remarks.map((valueAnnotation) => ({ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.note", valueAnnotation })),
    ],
    identifier: [filler, placer?.value === filler?.value && placer?.system === filler?.system ? undefined : placer].filter((each) => each !== undefined),
    status,
    cancelationReason: status === "cancelled" ? concept(sch, 6) : undefined,
    serviceType: services.length > 0 ? services : isType(8) ? undefined : concepts(sch, 8).slice(0, 1),
    appointmentType: isType(8) ? concept(sch, 8) : isType(7) ? concept(sch, 7) : undefined,
    reasonCode: isType(7) ? undefined : [concept(sch, 7)].filter((each) => each !== undefined),
    // FHIR has both or neither: where no length is said the end is the start, and no duration is claimed.
    ...(isTimed ? { start, end: end?.includes("T") ? end : start } : {}),
    minutesDuration: minutes,
    comment: remarks.map((each) => each["text"]).join("\n"),
    basedOn: [sch.has(26) ? (eip(sch, 26, 1) ?? ei(sch, 26, "PLAC")) : undefined, sch.has(27) ? ei(sch, 27, "FILL") : undefined].filter((each) => each !== undefined).map((identifier) => ({ type: "ServiceRequest", identifier })),
    participant: [
      { actor: reading.subject, status: "accepted" },
      ...message.all("AIP").flatMap((aip) => participant(practitioner(aip, 3), concept(aip, 4), PARTICIPATION[codeOf(aip, 12)], bounds(aip, 6, zone, start))),
      ...(message.get("AIP") || !pv1 ? [] : participant(practitioner(pv1, 7))),
      ...message.all("AIL").flatMap((ail) => participant(location(ail, 3), concept(ail, 4), PARTICIPATION[codeOf(ail, 12)], bounds(ail, 6, zone, start))),
      ...(message.get("AIL") || !pv1 ? [] : participant(location(pv1, 3))),
      ...message.all("AIG").flatMap((aig) => participant(thing(aig), concept(aig, 4), PARTICIPATION[codeOf(aig, 14)], bounds(aig, 8, zone, start))),
      ...message.all("AIS").flatMap((each) => (ownPeriod(each) ? participant({ type: "HealthcareService", display: concept(each, 3)?.text ?? "Service" }, undefined, undefined, bounds(each, 4, zone, start)) : [])),
      ...participant(practitioner(sch, 16), role("CALLBCK", "contact at the service")), ...participant(practitioner(sch, 12), role("REFB", "contact of who asked")), ...participant(practitioner(sch, 20), role("ENT", "data entry person")),
    ],
  }));
  return true;
}

const TIMELESS = new Set(["proposed", "cancelled", "waitlist"]);
const role = (code: string, display: string): Record<string, unknown> => ({ coding: [{ system: ROLES, code }], text: display });

function participant(actor: NamedReference | undefined, type?: Record<string, unknown>, status = "accepted", period?: Record<string, unknown>): Record<string, unknown>[] {
  return actor === undefined ? [] : [filled({ type: type && [type], actor, status, period })];
}

/** AIS says of itself when it begins, apart from the appointment. */
const ownPeriod = (ais: Hl7Segment): boolean => ais.has(4) || ais.has(5) || ais.has(7);

/** Start, offset with its unit, duration with its unit stand in five fields of each of these segments. */
function startOf(segment: Hl7Segment, field: number, zone: string, from: string | undefined): string | undefined {
  return time(segment, field, zone) ?? later(from, segment.text(field + 1), segment.text(field + 2));
}
function bounds(segment: Hl7Segment, field: number, zone: string, from: string | undefined): Record<string, unknown> | undefined {
  const start = startOf(segment, field, zone, from);
  return filledOrNone({ start, end: later(start, segment.text(field + 3), segment.text(field + 4)) });
}

/** AIG-3 by itself, else the type of AIG-4: an instrument, a vehicle, a room. */
function thing(aig: Hl7Segment): NamedReference | undefined {
  const named = concept(aig, 3) ?? concept(aig, 4);
  const id = aig.text(3).trim();
  return named?.text ? { type: "Device", ...(id && { identifier: { value: id } }), display: named.text } : undefined;
}
