/** TXA[DocumentReference] with the content of its OBX; SCH[Appointment]. */
import type { ItemToStore } from "#record";
import { fhirDateTime, type Hl7Message } from "#standards";
import { concept, place, professional, time } from "../datatypes/index.ts";
import { attachmentOf } from "./obx.ts";

/** HL7 table 0271: a cancelled document is entered in error, an incomplete one is a draft of a current one. */
const DOC_STATUS: Readonly<Record<string, string>> = { DI: "preliminary", DO: "preliminary", IN: "preliminary", IP: "preliminary", PA: "preliminary", AU: "final", LA: "final" };

export function documentReference(message: Hl7Message, localId: string, visit: string | null, zone: string): ItemToStore | null {
  const txa = message.get("TXA");
  if (txa === undefined) return null;
  const key = `document|${txa.text(12).trim() || message.controlId}`;
  const type = concept(txa, 2);
  const author = professional(txa, 9) ?? professional(txa, 5) ?? professional(txa, 10);
  const date = time(txa, 6, zone) ?? time(txa, 4, zone) ?? time(message.msh, 7, zone);
  const title = txa.text(25) || txa.text(16) || type?.text || "Document";
  const results = message.all("OBX");
  const embedded = results.filter((obx) => obx.text(2) === "ED");
  const text = results.filter((obx) => obx.text(2) !== "ED").flatMap((obx) => obx.repetitions(5).map((repetition) => obx.part(repetition))).join("\n");
  const content = [
    ...embedded.map((obx) => ({ attachment: attachmentOf(obx, title) })),
    ...(text.trim() !== "" ? [{ attachment: { contentType: "text/plain", title, data: Buffer.from(text, "utf8").toString("base64") } }] : []),
  ];
  const status = DOC_STATUS[txa.text(17)];
  return {
    sourceKey: key,
    resource: {
      resourceType: "DocumentReference",
      identifier: [{ value: txa.text(12).trim() || message.controlId }],
      status: "current",
      ...(status && { docStatus: status }),
      ...(type && { type }),
      subject: { reference: `Patient/${localId}` },
      ...(date?.includes("T") && { date }),
      ...(author && { author: [{ display: author }] }),
      description: title,
      content: content.length > 0 ? content : [{ attachment: { title } }],
      ...(visit && { context: { encounter: [{ reference: `Encounter/${visit}` }] } }),
    },
  };
}

/** What the event makes of the appointment: S15 undoes. */
const APPOINTMENT_STATUS: Readonly<Record<string, string>> = { S12: "booked", S13: "booked", S14: "booked", S15: "cancelled", S16: "cancelled", S17: "entered-in-error", S26: "noshow" };

export function appointment(message: Hl7Message, localId: string, trigger: string, zone: string): ItemToStore | null {
  const sch = message.get("SCH");
  if (sch === undefined || !(trigger in APPOINTMENT_STATUS)) return null;
  const [ais, aip, ail, pv1] = ["AIS", "AIP", "AIL", "PV1"].map((name) => message.get(name));
  const id = sch.text(2).trim() || sch.text(1).trim() || message.controlId;
  const begins = sch.text(11, 4) ? fhirOf(sch.text(11, 4), zone) : ((ais && time(ais, 4, zone)) ?? (pv1 && time(pv1, 44, zone)));
  const ends = sch.text(11, 5) ? fhirOf(sch.text(11, 5), zone) : undefined;
  const who = (aip && professional(aip, 3)) ?? professional(sch, 12) ?? (pv1 && professional(pv1, 7));
  const where = (ail && place(ail, 3)) ?? (pv1 && place(pv1, 3));
  const service = (ais && concept(ais, 3)) ?? concept(sch, 8);
  const reason = concept(sch, 7);
  return {
    sourceKey: `appointment|${id}`,
    resource: {
      resourceType: "Appointment",
      identifier: [{ value: id }],
      status: APPOINTMENT_STATUS[trigger]!,
      ...(service && { serviceType: [service] }),
      ...(reason && { reasonCode: [reason] }),
      ...(begins?.includes("T") && { start: begins }),
      ...(ends?.includes("T") && begins?.includes("T") && { end: ends }),
      participant: [
        { actor: { reference: `Patient/${localId}` }, status: "accepted" },
        ...(who ? [{ actor: { type: "Practitioner", display: who }, status: "accepted" }] : []),
        ...(where ? [{ actor: { type: "Location", display: where }, status: "accepted" }] : []),
      ],
    },
  };
}

const fhirOf = (text: string, zone: string): string | undefined => fhirDateTime(text, zone) ?? undefined;
