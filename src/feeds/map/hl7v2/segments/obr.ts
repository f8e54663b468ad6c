/** OBR[DiagnosticReport] with ORC beside it, and the results under it, nested as OBX-4, OBR-26 and OBR-29 say. */
import type { Hl7Segment, Resource } from "#standards";
import { IMAGING, REPORT_STATUS, RESULT_OF_REPORT, VITAL_SIGNS } from "../codes/tables.ts";
import { attachmentOf, clinical, concept, documentInText, ei, practitioner, referenceRange, time, type Attachment, type NamedReference } from "../datatypes/index.ts";
import { filled, filledOrNone, resource, type Hl7Reading } from "../reading.ts";
import { annotation } from "./nte.ts";
import { confidentiality, furtherIdentifiers, orderIdentifiers, requisition } from "./orc.ts";
import { orderGroups, type OrderGroup } from "./order-groups.ts";
import { furtherFields, interpretations, isDocument, performers, resultStatus, valueOf, valueWords } from "./obx.ts";
import { specimens, specimenWords } from "./spm.ts";

type Stored = { key: string; resource: Resource };
/** Results that a later OBR of the message may hang its own under, by their place: order, test, sub-id. */
type Parents = Map<string, Stored>;

/** All reports and results of a message. */
export function results(reading: Hl7Reading): void {
  const parents: Parents = new Map();
  for (const group of orderGroups(reading.message)) report(reading, group, parents);
}

const placeOf = (test: string, subId: string): string => `${test}\n${subId}`;

function report(reading: Hl7Reading, group: OrderGroup, parents: Parents): void {
  const { zone, localId, message, visit } = reading;
  const { obr, orc } = group;
  const order = obr?.text(3).trim() || orc?.text(3).trim() || obr?.text(2).trim() || `${localId}|${message.controlId}`;
  const reportKey = `report|${order}|${obr?.text(4) ?? ""}`;
  const taken = obr ? (time(obr, 7, zone) ?? time(obr, 22, zone)) : undefined;
  const issued = obr ? time(obr, 22, zone) : undefined;
  const name = (obr && clinical(reading, obr, 4)) ?? { text: "Results" };
  const status = obr ? (REPORT_STATUS[obr.text(25).trim().toUpperCase()] ?? "unknown") : undefined;
  const who = obr ? doneBy(obr) : { interpreters: [], performers: [] };
  const contained = specimens(reading, obr, group.spms);
  const security = confidentiality(orc);
  const parent = obr && obr.has(26) ? parents.get(placeOf(obr.text(26, 1, 1, 1) || obr.text(26, 1), obr.text(26, 2))) : undefined;
  const parentWords = parent ? valueWords(parent.resource) : obr?.text(26, 3).trim() || undefined;
  const shared = {
    order, taken, issued, security, zone, contained,
    groupName: [name.text ?? "Results", parentWords].filter(Boolean).join(": "),
    category: obr && IMAGING.has(obr.text(24).trim().toUpperCase()) ? "imaging" : "laboratory",
    fallback: who.performers.length > 0 ? who.performers : who.interpreters,
    ofReport: status && RESULT_OF_REPORT[status],
    outsideParent: parent === undefined && parentWords ? parentWords : undefined,
  };
  const seen = new Map<string, number>();
  const mine: { subId: string; stored: Stored }[] = [];
  const attachments: Attachment[] = [];
  for (const { obx, notes } of group.results) {
    if (isDocument(obx)) {
      attachments.push(documentOf(reading, obx));
      continue;
    }
    const stored = observation(reading, obx, notes, shared, seen);
    mine.push({ subId: obx.text(4).trim(), stored });
    parents.set(placeOf(obx.text(3), obx.text(4)), stored);
  }
  nest(mine);
  if (parent) members(parent.resource, mine.map((each) => each.stored.key));
  for (const { stored } of mine) reading.add(stored.key, stored.resource);
  if (obr === null) return;
  const placer = (orc && ei(orc, 2, "PLAC")) ?? ei(obr, 2, "PLAC");
  const requester = (orc && practitioner(orc, 12)) ?? practitioner(obr, 16);
  const parentOrder = obr.text(29, 1, 1, 1).trim();
  const reason = orc && concept(orc, 16);
  const until = time(obr, 8, zone);
  const remarks = group.notes.map((nte) => annotation(nte, zone)?.["text"]).filter(Boolean);
  const functions = (people: readonly NamedReference[], code: string): Record<string, unknown>[] => people.map((each) => ({ extension: [{ url: "http://hl7.org/fhir/StructureDefinition/event-performerFunction", valueCodeableConcept: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code }] } }], ...each }));
  const technicians = [...functions(people(obr, 34), "SPRF"), ...functions(people(obr, 35), "TRANS")];
  reading.add(reportKey, resource("DiagnosticReport", {
    meta: security && { security },
    contained,
    extension: reason ? [{ url: "http://hl7.org/fhir/StructureDefinition/event-statusReason", valueCodeableConcept: reason }] : [],
    identifier: [...orderIdentifiers(orc, obr), requisition(orc), ...furtherIdentifiers(orc, obr)].filter((each) => each !== undefined),
    basedOn: [
      ...(placer || requester ? [filled({ type: "ServiceRequest", identifier: placer, display: requester && `Requested by ${requester.display}` })] : []),
      ...(parentOrder ? [{ type: "ServiceRequest", identifier: { value: parentOrder }, display: "The order that this one follows" }] : []),
    ],
    status,
    category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: obr.text(24).trim() || "LAB" }] }],
    code: name,
    subject: reading.subject,
    encounter: visit === null ? undefined : { reference: `Encounter/${visit}` },
    ...(until ? { effectivePeriod: filledOrNone({ start: taken, end: until }) } : { effectiveDateTime: taken }),
    issued: issued?.includes("T") ? issued : undefined,
    performer: technicians.length > 0 ? technicians : who.interpreters,
    resultsInterpreter: who.interpreters,
    specimen: contained.map((each) => filled({ reference: `#${each.id}`, display: specimenWords(each) })),
    result: mine.map(({ stored }) => ({ reference: `Observation/${stored.key}` })),
    conclusion: remarks.join("\n"),
    presentedForm: attachments,
  }));
}

/** OBR-32 interprets, OBR-34 and -35 do and write. Who asked for it did not find it. */
function doneBy(obr: Hl7Segment): { interpreters: NamedReference[]; performers: NamedReference[] } {
  return { interpreters: people(obr, 32), performers: people(obr, 34) };
}

const people = (obr: Hl7Segment, field: number): NamedReference[] => obr.repetitions(field).map((repetition) => practitioner(obr, field, repetition)).filter((each) => each !== undefined);

function documentOf(reading: Hl7Reading, obx: Hl7Segment): Attachment {
  const title = concept(obx, 3)?.text;
  const type = obx.text(2).trim().toUpperCase();
  const found = type === "ED" || type === "RP" ? null : documentInText(obx.whole(5));
  return found === null ? attachmentOf(reading, obx, title) : { contentType: found.contentType, ...(title && { title }), data: found.data };
}

type Shared = {
  order: string; taken: string | undefined; issued: string | undefined; zone: string; contained: readonly Resource[]; security: Record<string, unknown>[] | undefined;
  groupName: string; category: string; fallback: readonly NamedReference[]; ofReport: string | undefined; outsideParent: string | undefined;
};

function observation(reading: Hl7Reading, obx: Hl7Segment, notes: readonly Hl7Segment[], shared: Shared, seen: Map<string, number>): Stored {
  const { order, zone } = shared;
  const code = clinical(reading, obx, 3) ?? { text: "Result without a name" };
  const identity = `${order}|${obx.text(3) || code.text}|${obx.text(4)}`;
  const repeat = (seen.get(identity) ?? 0) + 1;
  seen.set(identity, repeat);
  const { value, mark } = valueOf(reading, obx);
  if (mark) reading.marks.push(mark);
  const { extension, ...further } = furtherFields(reading, obx);
  const found = performers(obx);
  const named = obx.text(29).trim();
  const isVital = code.coding?.some((coding) => coding.system === "http://loinc.org" && VITAL_SIGNS.has(coding.code ?? "")) ?? false;
  const specimen = specimenWords(shared.contained[0]);
  const identifier = specimenNumber(obx, shared.contained);
  return {
    key: `result|${identity}${repeat > 1 ? `|${repeat}` : ""}`,
    resource: resource("Observation", {
      meta: shared.security && { security: shared.security },
      extension: [{ url: "https://kmcr.org.uk/StructureDefinition/group", valueString: shared.groupName }, ...(extension as unknown[])],
      ...further,
      status: resultStatus(obx, shared.ofReport),
      category: [
        { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: isVital ? "vital-signs" : shared.category }] },
        ...(named ? [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0936", code: named }] }] : []),
      ],
      code,
      subject: reading.subject,
      encounter: reading.encounter,
      effectiveDateTime: time(obx, 14, zone) ?? shared.taken,
      issued: shared.issued?.includes("T") ? shared.issued : undefined,
      performer: found.length > 0 ? found : shared.fallback,
      ...value,
      interpretation: interpretations(obx),
      note: notes.map((nte) => annotation(nte, zone)).filter((each) => each !== null),
      specimen: specimen || identifier ? filled({ type: "Specimen", identifier, display: specimen }) : undefined,
      referenceRange: referenceRange(obx.text(7)),
      derivedFrom: shared.outsideParent ? [{ type: "Observation", display: shared.outsideParent }] : undefined,
    }),
  };
}

/** OBX-33 names the specimen of a result, else it is the group's. */
function specimenNumber(obx: Hl7Segment, contained: readonly Resource[]): Record<string, unknown> | undefined {
  const value = obx.text(33, 1, 1, 1).trim() || obx.text(33, 2, 1, 1).trim();
  return value ? { value } : (contained[0]?.["identifier"] as Record<string, unknown>[] | undefined)?.[0];
}

/** OBX-4 `2.1` hangs under `2`: the nearest result above whose sub-id it begins with. */
function nest(mine: readonly { subId: string; stored: Stored }[]): void {
  const bySubId = new Map<string, Stored>();
  for (const { subId, stored } of mine) {
    const dot = subId.lastIndexOf(".");
    const parent = dot > 0 ? bySubId.get(subId.slice(0, dot)) : undefined;
    if (parent) members(parent.resource, [stored.key]);
    if (subId !== "" && !bySubId.has(subId)) bySubId.set(subId, stored);
  }
}

function members(parent: Resource, keys: readonly string[]): void {
  if (keys.length === 0) return;
  parent["hasMember"] = [...((parent["hasMember"] as unknown[] | undefined) ?? []), ...keys.map((key) => ({ reference: `Observation/${key}` }))];
}

