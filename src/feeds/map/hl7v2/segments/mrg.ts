/** MRG: who or what is no more, or moves. The patient is named by a local id in MRG-1, else by MRG-4; an NHS number alone names no patient of the source's. */
import type { Hl7Segment } from "#standards";
import { patientIds } from "./pid.ts";

export function obsoleteId(mrg: Hl7Segment): string | null {
  return patientIds(mrg, 1).localId ?? (mrg.text(4).trim() || null);
}
