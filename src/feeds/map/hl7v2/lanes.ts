/** Which patient identities a message concerns: those whose order it must keep. */
import type { Hl7Message } from "#standards";
import { isBarrier } from "./index.ts";
import { localIdOf } from "./messages/adt.ts";
import { obsoleteId } from "./segments/mrg.ts";

/**
 * The source's local ids of the patients that a message concerns, its own first, as
 * the map gives them: PID of each group, and MRG-1 where two identities meet (A34,
 * A40, A44, A45, A47). The message's id alone where it names nobody. Two or more
 * make it wait for both.
 */
export function lanesOf(message: Hl7Message): string[] {
  const keys = new Set<string>();
  const both = isBarrier(message.kind);
  for (const segment of message.segments) {
    const key = segment.name === "PID" ? localIdOf(segment) : both && segment.name === "MRG" ? obsoleteId(segment) : null;
    if (key) keys.add(key);
  }
  return keys.size > 0 ? [...keys] : [message.controlId];
}
