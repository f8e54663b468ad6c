/**
 * ADT: admissions, transfers, discharges and their cancels, person updates,
 * allergies, merges and moves. Structures ADT_A01, A02, A03, A05, A06, A09,
 * A11, A12, A21, A24, A30, A39, A43, A45, A60.
 */
import type { Hl7Segment } from "#standards";
import type { MappedPatient, Removed } from "../../../mapped.ts";
import type { Hl7Reading } from "../reading.ts";
import { allergies } from "../segments/al1.ts";
import { conditions } from "../segments/dg1.ts";
import { obsoleteId } from "../segments/mrg.ts";
import { relatedPeople } from "../segments/nk1.ts";
import { livingWill } from "../segments/pd1.ts";
import { patientIds } from "../segments/pid.ts";
import { procedures } from "../segments/pr1.ts";
import { encounter, visitKey } from "../segments/pv1.ts";

export const VISIT_EVENTS = new Set(["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A21", "A22", "A23"]);
export const PERSON_EVENTS = new Set(["A28", "A31", "A60"]);
export const DELETE_PERSON = "A29";
export const MERGE_EVENTS = new Set(["A34", "A40", "A47"]);
/** A24 says that two of a source's patients are one person, A37 that they are not: both keep their numbers. */
export const LINK_EVENTS = new Set(["A24", "A37"]);
/** A44 moves an account, A45 visits, from one patient to another. */
export const MOVE_EVENTS = new Set(["A44", "A45"]);

/** A visit or person event: what hangs on the patient and the visit. */
export function patientEvent(reading: Hl7Reading, trigger: string): void {
  relatedPeople(reading);
  livingWill(reading);
  allergies(reading);
  const diagnoses = conditions(reading);
  procedures(reading);
  if (VISIT_EVENTS.has(trigger)) encounter(reading, trigger, diagnoses);
}

/** One survivor and whom it takes in, for each group PID MRG of the message. */
export type Pair = { pid: Hl7Segment; mrg: Hl7Segment };

export function pairsOf(segments: readonly Hl7Segment[]): Pair[] {
  const pairs: Pair[] = [];
  let pid: Hl7Segment | undefined;
  for (const segment of segments) {
    if (segment.name === "PID") pid = segment;
    else if (segment.name === "MRG" && pid !== undefined) pairs.push({ pid, mrg: segment });
  }
  return pairs;
}

/**
 * A move: the visit of each MRG (MRG-5, else PV1-19 after it) leaves that patient
 * and enters the one of PID. Answers with the patients it leaves, or with what
 * the message does not say.
 */
export function move(reading: Hl7Reading): { leaving: MappedPatient[] } | { why: string; place: string } {
  const { message, localId } = reading;
  const leaving = new Map<string, Removed[]>();
  const visits = visitsOf(message.segments);
  for (const { mrg, pv1 } of visits) {
    const from = obsoleteId(mrg);
    if (!from) return { why: "the move names no patient whom the visit leaves", place: "MRG-1" };
    if (from === localId) continue;
    const number = mrg.text(5).trim();
    const entering = visitKey(message, localId, pv1) ?? (number ? `visit|${number}` : null);
    const left = number ? `visit|${number}` : pv1 ? visitKey(message, from, pv1) : null;
    const removed = leaving.get(from) ?? [];
    leaving.set(from, removed);
    if (left === null || entering === null) {
      const account = mrg.text(3).trim();
      reading.marks.push({ code: "feeds.move-without-visit", why: `${account ? `account ${account}` : "something"} moves from patient ${from} to ${localId}, but no visit is named: what is here stays where it is until the source moves its visits`, place: "MRG-5" });
      continue;
    }
    removed.push({ type: "Encounter", sourceKey: left, movedTo: localId });
    // A segment that says what kind of visit it is says enough to be stored by itself.
    if (pv1?.has(2)) encounter(reading, "A45", [], pv1, entering);
  }
  if (leaving.size === 0) return { why: "the move names no patient whom the visit leaves", place: "MRG-1" };
  return { leaving: [...leaving].map(([id, removed]): MappedPatient => ({ localId: id, demographics: null, at: new Date(0), items: [], removed })) };
}

/** Each MRG with the PV1 that follows it. */
function visitsOf(segments: readonly Hl7Segment[]): { mrg: Hl7Segment; pv1?: Hl7Segment }[] {
  const found: { mrg: Hl7Segment; pv1?: Hl7Segment }[] = [];
  for (const segment of segments) {
    if (segment.name === "MRG") found.push({ mrg: segment });
    else if (segment.name === "PV1" && found.length > 0) found.at(-1)!.pv1 ??= segment;
  }
  return found;
}

/** The local id of a PID, as everywhere: PID-3, else PID-2, else the NHS number. */
export function localIdOf(pid: Hl7Segment): string | null {
  const ids = patientIds(pid, 3);
  return ids.localId ?? ((pid.text(2).trim() || ids.nhsNumberText) ?? null);
}
