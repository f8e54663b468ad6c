/** Which patient identities a message concerns: those whose order it must keep. */
import type { Hl7Message } from "#standards";
import { patientIds } from "./segments/pid.ts";

/**
 * The source's local ids of the patients that a message concerns, its own first; the
 * message's id alone where it names nobody. Two or more make it wait for both.
 */
export function lanesOf(message: Hl7Message): string[] {
  const keys = message.segments.flatMap((segment) => {
    if (segment.name === "PID") return [patientIds(segment, 3).localId ?? segment.text(2)];
    if (segment.name === "MRG") return [patientIds(segment, 1).localId ?? ""];
    return [];
  });
  const named = [...new Set(keys.filter((key) => key !== ""))];
  return named.length > 0 ? named : [message.controlId];
}
