/**
 * HL7 v2 to FHIR R4, laid out by the names of HL7's own v2-to-FHIR guide:
 * `messages/`, `segments/`, `datatypes/`, `codes/`. Which event is mapped, and
 * what of it brings which resources, is here.
 */
import type { LocalCodes } from "#governance";
import type { Hl7Message, Hl7Segment } from "#standards";
import type { Mapped, MapResult, MappedPatient, Patch } from "../../mapped.ts";
import { timeOf } from "./datatypes/index.ts";
import { DELETE_PERSON, localIdOf, LINK_EVENTS, MERGE_EVENTS, move, MOVE_EVENTS, pairsOf, patientEvent, PERSON_EVENTS, VISIT_EVENTS } from "./messages/adt.ts";
import { Hl7Reading } from "./reading.ts";
import { allergies } from "./segments/al1.ts";
import { conditions } from "./segments/dg1.ts";
import { obsoleteId } from "./segments/mrg.ts";
import { relatedPeople } from "./segments/nk1.ts";
import { results } from "./segments/obr.ts";
import { demographicsOf, patientResource } from "./segments/pid.ts";
import { procedures } from "./segments/pr1.ts";
import { problems } from "./segments/prb.ts";
import { visitKey } from "./segments/pv1.ts";
import { referral } from "./segments/rf1.ts";
import { immunizations } from "./segments/rxa.ts";
import { medicationRequests } from "./segments/rxe.ts";
import { appointment } from "./segments/sch.ts";
import { serviceRequests } from "./segments/service-request.ts";
import { document } from "./segments/txa.ts";

/** Events besides ADT's, by message type. */
const EVENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  ORU: new Set(["R01", "R30"]),
  OML: new Set(["O21"]),
  ORM: new Set(["O01"]),
  MDM: new Set(["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11"]),
  SIU: new Set(["S12", "S13", "S14", "S15", "S16", "S17", "S26"]),
  REF: new Set(["I12", "I13", "I14", "I15"]),
  RRI: new Set(["I12", "I13", "I14", "I15"]),
  RDE: new Set(["O11"]),
  VXU: new Set(["V04"]),
  PPR: new Set(["PC1", "PC2", "PC3"]),
};

function supported(structure: string, trigger: string): boolean {
  if (structure !== "ADT") return EVENTS[structure]?.has(trigger) ?? false;
  return VISIT_EVENTS.has(trigger) || PERSON_EVENTS.has(trigger) || MERGE_EVENTS.has(trigger) || LINK_EVENTS.has(trigger) || MOVE_EVENTS.has(trigger) || trigger === DELETE_PERSON;
}

/** True for an event that concerns two identities: everything before it is applied first. */
export function isBarrier(kind: string): boolean {
  const trigger = kind.startsWith("ADT^") ? kind.slice(4) : "";
  return MERGE_EVENTS.has(trigger) || LINK_EVENTS.has(trigger) || MOVE_EVENTS.has(trigger);
}

/** Maps one message. `zone` is the sender's time zone (IANA), `codes` the region's maps of its local codes. */
export function mapHl7(message: Hl7Message, zone: string, codes?: LocalCodes): MapResult {
  const { type: structure, trigger } = message;
  if (!supported(structure, trigger)) return fault("feeds.unknown-event", `the event ${message.kind} is not mapped; the message is kept and can be replayed when it is`, "MSH-9");
  const pid = message.get("PID");
  if (pid === undefined) return fault("feeds.no-patient", `${message.kind} carries no PID segment`, "PID");
  const localId = localIdOf(pid);
  if (!localId) return fault("feeds.no-patient-id", "PID-3 carries no patient id", "PID-3");
  const at = eventTime(message, zone);
  if (structure === "ADT" && trigger === DELETE_PERSON) return { ok: true, mapped: { patients: [{ localId, demographics: null, at, items: [], deletedAtSource: true }], directory: [], marks: [] } };
  if (structure === "ADT" && MERGE_EVENTS.has(trigger)) return merge(message, zone, at, codes);
  if (structure === "ADT" && LINK_EVENTS.has(trigger)) return link(message, trigger, zone, at, codes);
  const visit = visitKey(message, localId);
  // Results have never hung on a visit here: laboratories repeat a PV1 that is not that of the sample.
  const reading = new Hl7Reading(message, zone, localId, structure === "ORU" ? null : visit, codes);
  const who = patientOf(reading, pid);
  let patches: readonly Patch[] = [];
  const leaving: MappedPatient[] = [];
  switch (structure) {
    case "ADT": {
      if (!MOVE_EVENTS.has(trigger)) {
        patientEvent(reading, trigger);
        break;
      }
      const moved = move(reading);
      if ("why" in moved) return fault("feeds.no-move", moved.why, moved.place);
      leaving.push(...moved.leaving.map((each) => ({ ...each, at })));
      break;
    }
    case "ORU":
      results(reading);
      break;
    case "MDM": {
      const found = document(reading, trigger);
      if (!found.found) return fault("feeds.no-document", "MDM carries no TXA segment", "TXA");
      patches = found.patches;
      break;
    }
    case "SIU":
      if (!appointment(reading, trigger)) return fault("feeds.no-appointment", "SIU carries no SCH segment", "SCH");
      break;
    case "RRI": // What the receiver answers: the same referral under the same key.
    case "REF":
      if (!referral(reading, trigger)) return fault("feeds.no-referral", `${structure} carries no RF1 segment`, "RF1");
      clinicalBackground(reading);
      results(reading);
      break;
    case "PPR":
      problems(reading, trigger);
      if (reading.items.length === 1) return fault("feeds.no-problem", "PPR names no problem", "PRB-3");
      break;
    case "VXU":
      relatedPeople(reading);
      immunizations(reading);
      break;
    default: // OML, ORM, RDE
      serviceRequests(reading);
      medicationRequests(reading);
      if (reading.items.length === 1) return fault("feeds.no-order", `${message.kind} orders nothing that is mapped (OBR, RXO, RXE)`, "ORC");
      clinicalBackground(reading);
  }
  const patient: MappedPatient = { localId, demographics: who.demographics, at, items: reading.items, ...(patches.length > 0 && { patches }) };
  return { ok: true, mapped: finished(reading, [patient, ...leaving]) };
}

function finished(reading: Hl7Reading, patients: readonly MappedPatient[]): Mapped {
  return { patients, directory: [], marks: reading.marks, ...(reading.unmapped.size > 0 && { unmappedCodes: [...reading.unmapped.values()] }) };
}

/** What an order or a referral tells of the person besides. */
function clinicalBackground(reading: Hl7Reading): void {
  allergies(reading);
  conditions(reading);
  procedures(reading);
}

/** The demographics of a PID, whose Patient becomes the first item. */
function patientOf(reading: Hl7Reading, pid: Hl7Segment): { demographics: MappedPatient["demographics"] } {
  const { demographics, marks } = demographicsOf(reading.message, pid, reading.zone);
  reading.marks.push(...marks);
  reading.add(reading.localId, patientResource(reading.message, pid, demographics, reading.zone));
  return { demographics };
}

/** A34, A40, A47: each group's MRG patient is from now on that of its PID. An A47 that changes other numbers alone is an update. */
function merge(message: Hl7Message, zone: string, at: Date, codes: LocalCodes | undefined): MapResult {
  const pairs = pairsOf(message.segments);
  if (pairs.length === 0) return fault("feeds.no-merge", "the merge names no obsolete patient id", "MRG-1");
  const patients: MappedPatient[] = [];
  let reading: Hl7Reading | undefined;
  for (const { pid, mrg } of pairs) {
    const localId = localIdOf(pid);
    const obsolete = obsoleteId(mrg);
    if (!localId) return fault("feeds.no-patient-id", "PID-3 carries no patient id", `PID[${pid.sequence}]-3`);
    if (!obsolete) return fault("feeds.no-merge", "the merge names no obsolete patient id", `MRG[${mrg.sequence}]-1`);
    reading = new Hl7Reading(message, zone, localId, null, codes);
    const { demographics } = patientOf(reading, pid);
    patients.push({ localId, demographics, at, items: reading.items, ...(obsolete !== localId && { obsoleteLocalId: obsolete }) });
  }
  return { ok: true, mapped: finished(reading!, patients) };
}

/** A24, A37 (structure ADT_A24): two PID segments, each a patient of this source. What they say of who they are is taken as in any other message. */
function link(message: Hl7Message, trigger: string, zone: string, at: Date, codes: LocalCodes | undefined): MapResult {
  const pids = message.segments.filter((segment) => segment.name === "PID");
  if (pids.length !== 2) return fault("feeds.no-link", `${message.kind} names two patients, this one names ${pids.length}`, "PID");
  const patients: MappedPatient[] = [];
  let reading: Hl7Reading | undefined;
  for (const pid of pids) {
    const localId = localIdOf(pid);
    if (!localId) return fault("feeds.no-patient-id", "PID-3 carries no patient id", `PID[${pid.sequence}]-3`);
    reading = new Hl7Reading(message, zone, localId, null, codes);
    // PID-3 alone is required here: a segment without a name says nothing about who the patient is.
    const demographics = pid.has(5) ? patientOf(reading, pid).demographics : null;
    patients.push({ localId, demographics, at, items: reading.items });
  }
  const [first, second] = patients as [MappedPatient, MappedPatient];
  if (first.localId === second.localId) return fault("feeds.no-link", "both patients of the link have the same id", "PID[2]-3");
  return { ok: true, mapped: finished(reading!, [first, { ...second, sameAs: { localId: first.localId, is: trigger === "A24" } }]) };
}

/** EVN-2, else MSH-7, else the moment of reading. */
function eventTime(message: Hl7Message, zone: string): Date {
  const text = timeOf(message.get("EVN")?.text(2) ?? "", zone) ?? timeOf(message.msh.text(7), zone);
  return text === undefined ? new Date() : new Date(text);
}

const fault = (code: string, why: string, place: string): MapResult => ({ ok: false, marks: [{ code, why, place }] });
