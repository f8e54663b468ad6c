/** ORC, OBR, TQ1 and NTE[ServiceRequest]: what is asked of a laboratory or another service. */
import type { Hl7Segment } from "#standards";
import { PRIORITY } from "../codes/tables.ts";
import { clinical, codeOf, composite, concept, concepts, contactPoints, organisation, practitioner, quantityTiming, time, timingOfTq1 } from "../datatypes/index.ts";
import { filled, resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";
import { valueOf } from "./obx.ts";
import { confidentiality, furtherIdentifiers, orderIdentifiers, orderStatus, requisition } from "./orc.ts";
import { orderGroups } from "./order-groups.ts";
import { specimens, specimenWords } from "./spm.ts";

/** The orders of OML and ORM that name a service. */
export function serviceRequests(reading: Hl7Reading): void {
  const { zone, localId, message } = reading;
  for (const group of orderGroups(message)) {
    const { orc, obr, tq1 } = group;
    if (obr === null) continue;
    const code = clinical(reading, obr, 4);
    const identifiers = orderIdentifiers(orc, obr);
    const contained = specimens(reading, obr, group.spms);
    const old = tq1 ? undefined : orc?.has(7) ? quantityTiming(orc, 7, zone) : obr.has(27) ? quantityTiming(obr, 27, zone) : undefined;
    const timing = tq1 ? timingOfTq1(tq1, zone) : old?.timing;
    const occurrence = tq1 || old ? undefined : time(obr, 6, zone);
    const security = confidentiality(orc);
    const reason = orc && concept(orc, 16);
    const phones = [...contactPoints(obr, 17), ...(obr.has(17) || orc === null ? [] : contactPoints(orc, 14))];
    const [placer, filler] = [obr.text(29, 1, 1, 1).trim(), obr.text(29, 2, 1, 1).trim()];
    const asked = group.results.map(({ obx }) => [concept(obx, 3)?.text, answer(reading, obx)].filter(Boolean).join(": ")).filter(Boolean);
    const event = orc ? time(orc, 9, zone) : undefined;
    const priority = PRIORITY[tq1 ? codeOf(tq1, 9) : (old?.priority ?? "")] ?? PRIORITY[codeOf(obr, 5)];
    reading.add(`order|${identifiers.find((each) => each.type?.coding?.[0]?.code === "PLAC")?.value ?? identifiers[0]?.value ?? `${localId}|${message.controlId}`}|${obr.text(4) || obr.sequence}`, resource("ServiceRequest", {
      meta: security && { security },
      contained,
      extension: [
        ...(orc?.has(1) ? [businessEvent("value", { valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0119", code: codeOf(orc, 1) }] } })] : []),
        ...(event ? [businessEvent("date", { valueDateTime: event })] : []),
        ...phones.map((valueContactPoint) => ({ url: "http://hl7.org/fhir/StructureDefinition/servicerequest-order-callback-phone-number", valueContactPoint })),
        ...(reason ? [{ url: "http://hl7.org/fhir/StructureDefinition/request-statusReason", valueCodeableConcept: reason }] : []),
        ...(obr.has(13) ? [{ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-ServiceRequest.supportingInfo", valueString: obr.repetitions(13).map((each) => obr.part(each, 2) || obr.part(each, 1)).join(". ") }] : []),
      ],
      identifier: [...identifiers, ...furtherIdentifiers(orc, obr)],
      requisition: requisition(orc),
      basedOn: [placer && { type: "ServiceRequest", identifier: { value: placer } }, filler && { type: "ServiceRequest", identifier: { value: filler } }].filter(Boolean),
      status: orderStatus(orc),
      intent: codeOf(obr, 11) === "G" ? "reflex-order" : "order",
      priority,
      code: code ?? { text: "Request, not named by the source" },
      orderDetail: [...concepts(obr, 46), ...concepts(obr, 47)],
      quantityQuantity: (tq1 && composite(tq1, 2)) ?? old?.dose,
      subject: reading.subject,
      encounter: reading.encounter,
      ...(timing ? { occurrenceTiming: timing } : { occurrenceDateTime: occurrence }),
      authoredOn: event ?? time(obr, 6, zone),
      requester: requesterOf(orc, obr),
      performer: [practitioner(obr, 28)].filter((each) => each !== undefined),
      locationCode: [orc ? concept(orc, 29) : undefined].filter((each) => each !== undefined),
      reasonCode: concepts(obr, 31),
      specimen: contained.map((each) => filled({ reference: `#${each.id}`, display: specimenWords(each) })),
      note: [...group.notes.map((nte) => annotation(nte, zone)).filter((each) => each !== null), ...(tq1?.has(11) ? [{ text: tq1.text(11).trim() }] : []), ...asked.map((text) => ({ text }))],
    }));
  }
}

const businessEvent = (part: string, value: Record<string, unknown>): Record<string, unknown> => ({ url: "http://hl7.org/fhir/StructureDefinition/businessEvent", extension: [{ url: part, ...value }] });

/** Who asked, else the organisation for which was asked. */
function requesterOf(orc: Hl7Segment | null, obr: Hl7Segment): Record<string, unknown> | undefined {
  const who = (orc && practitioner(orc, 12)) ?? practitioner(obr, 16);
  const body = orc ? organisation(orc, 21) : undefined;
  if (who && body) return { ...who, display: `${who.display}, ${body.display}` };
  return who ?? body;
}

function answer(reading: Hl7Reading, obx: Hl7Segment): string {
  const { value } = valueOf(reading, obx) as { value: Record<string, any> };
  return obx.whole(5).trim() === "" ? "" : [value["valueQuantity"] ? obx.whole(5).trim() : (value["valueCodeableConcept"]?.text ?? value["valueString"] ?? obx.whole(5).trim()), value["valueQuantity"] && concept(obx, 6)?.text].filter(Boolean).join(" ");
}
