/** MRG: who or what is no more, or moves. An MRG-1 without a local id names its patient by MRG-4, else by the NHS number. */
import type { Hl7Segment } from "#standards";
import { patientIds } from "./pid.ts";

export function obsoleteId(mrg: Hl7Segment): string | null {
  const ids = patientIds(mrg, 1);
  return ids.localId ?? ((mrg.text(4).trim() || ids.nhsNumberText) ?? null);
}
