/** RXO and RXE[MedicationRequest] with TQ1, RXR and ORC: a medicine as it was asked for, and as pharmacy encoded it, which counts where both are there. */
import type { Hl7Segment } from "#standards";
import { MEDICATION_ORDER_STATUS, PRIORITY } from "../codes/tables.ts";
import { amount, clinical, codeOf, composite, concept, concepts, practitioner, quantity, quantityTiming, time, timingOfTq1, whole } from "../datatypes/index.ts";
import { filled, filledOrNone, resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";
import { confidentiality, furtherIdentifiers, orderIdentifiers, orderStatus, requisition } from "./orc.ts";
import { orderGroups, type OrderGroup } from "./order-groups.ts";

/** Where RXO and RXE have the same thing. */
type Places = { code: number; low: number; high: number; units: number; form: number; instructions: number; substitution: number; dispense: number; dispenseUnits: number; refills: number; orderer: number; strength: number; strengthUnits: number; indication: number };
const RXO: Places = { code: 1, low: 2, high: 3, units: 4, form: 5, instructions: 7, substitution: 9, dispense: 11, dispenseUnits: 12, refills: 13, orderer: 14, strength: 18, strengthUnits: 19, indication: 20 };
const RXE: Places = { code: 2, low: 3, high: 4, units: 5, form: 6, instructions: 7, substitution: 9, dispense: 10, dispenseUnits: 11, refills: 12, orderer: 13, strength: 25, strengthUnits: 26, indication: 27 };

export function medicationRequests(reading: Hl7Reading): void {
  for (const group of orderGroups(reading.message)) {
    const rxe = group.others.find((each) => each.name === "RXE");
    const rxo = group.others.find((each) => each.name === "RXO");
    if (rxe) medicationRequest(reading, group, rxe, RXE);
    else if (rxo) medicationRequest(reading, group, rxo, RXO);
  }
}

function medicationRequest(reading: Hl7Reading, group: OrderGroup, rx: Hl7Segment, at: Places): void {
  const { orc, tq1 } = group;
  const { zone, localId } = reading;
  const code = clinical(reading, rx, at.code);
  if (code === undefined) {
    reading.marks.push({ code: "feeds.no-medicine", why: "a medicine is ordered without its name; it is kept with the message", place: `${rx.name}[${rx.sequence}]-${at.code}` });
    return;
  }
  const rxr = group.others.find((each) => each.name === "RXR");
  const timing = tq1 ? { timing: timingOfTq1(tq1, zone), priority: codeOf(tq1, 9), text: [tq1.text(10), tq1.text(11)].map((each) => each.trim()).filter(Boolean).join(" "), dose: composite(tq1, 2) } : rx.name === "RXE" && rx.has(1) ? quantityTiming(rx, 1, zone) : orc?.has(7) ? quantityTiming(orc, 7, zone) : undefined;
  const [low, high] = [amount(rx, at.low, at.units), amount(rx, at.high, at.units)];
  const ranged = low && high && JSON.stringify(low["value"]) !== JSON.stringify(high["value"]);
  const most = rx.name === "RXE" ? composite(rx, 19) : undefined;
  const rate = rx.name === "RXE" && rx.has(23) ? quantity(rx.text(23), concept(rx, 24)) : null;
  const dose = ranged ? { doseRange: { low, high } } : low || high ? { doseQuantity: low ?? high } : timing?.dose ? { doseQuantity: timing.dose } : {};
  const instructions = rx.repetitions(at.instructions).map((each) => concept(rx, at.instructions, each)?.text).filter(Boolean).join(". ");
  const said = [instructions, timing?.text].filter(Boolean).join(". ");
  const patternWords = (timing?.timing?.["code"] as { text?: string } | undefined)?.text;
  const dosage = filledOrNone({
    text: said ? [said, patternWords].filter(Boolean).join(", ") : undefined,
    additionalInstruction: [rxr && concept(rxr, 5), tq1?.has(10) ? { text: tq1.text(10).trim() } : undefined].filter((each) => each !== undefined),
    timing: timing?.timing,
    asNeededBoolean: patternWords === "as required" ? true : undefined,
    site: rxr && concept(rxr, 2), route: rxr && concept(rxr, 1), method: rxr && concept(rxr, 4),
    doseAndRate: Object.keys(dose).length > 0 || rate ? [{ type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/dose-rate-type", code: "ordered", display: "Ordered" }] }, ...dose, ...(rate && { rateQuantity: rate }) }] : undefined,
    maxDosePerPeriod: most && { numerator: most, denominator: { value: 1, unit: "day", system: "http://unitsofmeasure.org", code: "d" } },
  });
  const medicine = medicineOf(rx, at, code);
  const identifiers = orderIdentifiers(orc, null);
  const number = rx.name === "RXE" ? rx.text(15).trim() : "";
  const security = confidentiality(orc);
  const control = orc === null ? "" : codeOf(orc, 1);
  const requester = (orc && practitioner(orc, 12)) ?? practitioner(rx, at.orderer);
  const dispensed = amount(rx, at.dispense, at.dispenseUnits);
  reading.add(`medicine|${identifiers[0]?.value ?? (number || `${localId}|${reading.message.controlId}|${rx.sequence}`)}`, resource("MedicationRequest", {
    meta: security && { security },
    contained: medicine ? [medicine] : [],
    identifier: [...identifiers, requisition(orc), ...furtherIdentifiers(orc, null), ...(number ? [{ type: { text: "prescription number" }, value: number }] : [])].filter((each) => each !== undefined),
    // A discontinued medicine was taken until then; a cancelled one never was.
    status: control === "DC" || control === "OD" || control === "DR" || (orc !== null && codeOf(orc, 5) === "DC") ? "stopped" : (MEDICATION_ORDER_STATUS[orderStatus(orc)] ?? "unknown"),
    statusReason: orc ? concept(orc, 16) : undefined,
    intent: rx.name === "RXO" ? "original-order" : "order",
    priority: timing && PRIORITY[timing.priority],
    ...(medicine ? { medicationReference: { reference: "#medicine", display: code.text } } : { medicationCodeableConcept: code }),
    subject: reading.subject,
    encounter: reading.encounter,
    authoredOn: (orc ? (time(orc, 9, zone) ?? time(orc, 15, zone)) : undefined) ?? (rx.name === "RXE" ? time(rx, 32, zone) : undefined),
    requester,
    reasonCode: concepts(rx, at.indication),
    note: group.notes.map((nte) => annotation(nte, zone)).filter((each) => each !== null),
    dosageInstruction: dosage && [dosage],
    dispenseRequest: filledOrNone({ quantity: dispensed, numberOfRepeatsAllowed: whole(rx.text(at.refills)) }),
    substitution: rx.has(at.substitution) ? { allowedCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0161", code: codeOf(rx, at.substitution) }] } } : undefined,
  }));
}

/** A medicine with a form or a strength is more than a code: it stands contained. */
function medicineOf(rx: Hl7Segment, at: Places, code: Record<string, unknown>): { resourceType: string; id: string } | undefined {
  const form = concept(rx, at.form);
  const numerator = amount(rx, at.strength, at.strengthUnits);
  const denominator = rx.name === "RXO" ? amount(rx, 25, 26) : rx.has(33) ? amount(rx, 33, 34) : undefined;
  if (form === undefined && numerator === undefined) return undefined;
  return { resourceType: "Medication", id: "medicine", ...filled({ code, form, ingredient: numerator && [{ itemCodeableConcept: code, strength: { numerator, denominator: denominator ?? { value: 1 } } }] }) };
}
