/** TXA[DocumentReference] with the content of its OBX and the remarks of its NTE; what it adds to, replaces or cancels. */
import type { Hl7Segment } from "#standards";
import { DOCUMENT_AVAILABILITY, DOCUMENT_COMPLETION, DOCUMENT_CONTENT } from "../codes/tables.ts";
import { attachmentOf, concept, documentInText, ei, practitioners, time } from "../datatypes/index.ts";
import { resource, type Hl7Reading } from "../reading.ts";
import type { Patch } from "../../../mapped.ts";
import { annotation } from "./nte.ts";

/** Events with content; the odd ones before them only tell that there is such a document. */
const WITH_CONTENT = new Set(["T02", "T04", "T06", "T08", "T10"]);
/** What the event is to the document that TXA-13 names. */
const RELATION: Readonly<Record<string, string>> = { T05: "appends", T06: "appends", T07: "replaces", T08: "replaces", T09: "replaces", T10: "replaces" };

export const documentKey = (number: string): string => `document|${number}`;

/**
 * The document of an MDM event. A notification without content of a document
 * that may be here already (T03, T07, T11 ...) changes what it says and leaves the
 * content as it stands: a patch. A replaced document is superseded.
 */
export function document(reading: Hl7Reading, trigger: string): { found: boolean; patches: Patch[] } {
  const { message, zone } = reading;
  const txa = message.get("TXA");
  if (txa === undefined) return { found: false, patches: [] };
  const number = txa.text(12).trim() || message.controlId;
  const parent = txa.text(13).trim();
  const relation = parent && parent !== number ? RELATION[trigger] : undefined;
  const type = concept(txa, 2);
  const title = txa.text(25).trim() || txa.text(16).trim() || type?.text || "Document";
  const availability = txa.text(19).trim().toUpperCase();
  const status = trigger === "T11" ? "entered-in-error" : (DOCUMENT_AVAILABILITY[availability] ?? "current");
  const docStatus = trigger === "T11" ? "entered-in-error" : DOCUMENT_COMPLETION[txa.text(17).trim().toUpperCase()];
  const content = contentOf(reading, title);
  const confidentiality = txa.text(18).trim().toUpperCase();
  const date = time(txa, 6, zone) ?? time(txa, 4, zone) ?? time(message.msh, 7, zone);
  const authors = [9, 5, 10].map((field) => practitioners(txa, field)).find((each) => each.length > 0) ?? [];
  const mime = DOCUMENT_CONTENT[txa.text(3).trim().toUpperCase()];
  const fields = {
    meta: confidentiality === "R" || confidentiality === "V" ? { security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: confidentiality }] } : undefined,
    masterIdentifier: ei(txa, 12) ?? { value: number },
    identifier: [{ value: number }, ...(txa.has(16) ? [{ type: { text: "file name" }, value: txa.text(16).trim() }] : [])],
    status,
    _status: availability && availability !== "AV" ? { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/alternate-codes", valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0273", code: availability }] } }] } : undefined,
    docStatus,
    type,
    subject: reading.subject,
    date: date?.includes("T") ? date : undefined,
    author: authors,
    authenticator: practitioners(txa, 10)[0],
    relatesTo: relation && [{ code: relation, target: { reference: `DocumentReference/${documentKey(parent)}` } }],
    description: title,
    securityLabel: confidentiality ? [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0272", code: confidentiality }] }] : undefined,
    content: content.length > 0 ? content : [{ attachment: { ...(mime && { contentType: mime }), title } }],
    context: reading.encounter && { encounter: [reading.encounter] },
  };
  const patches: Patch[] = [];
  if (relation === "replaces") patches.push({ type: "DocumentReference", sourceKey: documentKey(parent), set: { status: "superseded" } });
  const item = { sourceKey: documentKey(number), resource: resource("DocumentReference", fields) };
  if (content.length === 0 && !WITH_CONTENT.has(trigger) && trigger !== "T01" && relation === undefined) {
    patches.push({ type: "DocumentReference", sourceKey: item.sourceKey, set: { status, ...(docStatus && { docStatus }) }, otherwise: item.resource });
  } else reading.items.push(item);
  return { found: true, patches };
}

/** Embedded documents each by itself, lines of text together, remarks behind them. */
function contentOf(reading: Hl7Reading, title: string): Record<string, unknown>[] {
  const content: Record<string, unknown>[] = [];
  const lines: string[] = [];
  for (const obx of reading.message.all("OBX")) {
    const type = obx.text(2).trim().toUpperCase();
    if (type === "ED" || type === "RP") content.push({ attachment: attachmentOf(reading, obx, title) });
    else lines.push(textOf(obx));
  }
  const text = lines.join("\n");
  const hidden = text.trim() === "" ? null : documentInText(text);
  if (hidden) content.push({ attachment: { ...hidden, title } });
  else if (text.trim() !== "") content.push({ attachment: plain(title, text) });
  const remarks = reading.message.all("NTE").map((nte) => annotation(nte, reading.zone)?.["text"]).filter(Boolean).join("\n");
  if (remarks !== "") content.push({ attachment: plain("Remarks", remarks) });
  return content;
}

const textOf = (obx: Hl7Segment): string => obx.repetitions(5).map((repetition) => obx.part(repetition)).join("\n");
const plain = (title: string, text: string): Record<string, unknown> => ({ contentType: "text/plain", title, data: Buffer.from(text, "utf8").toString("base64") });
