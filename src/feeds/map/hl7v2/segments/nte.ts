/** NTE[Annotation]: remarks, with who made them and when where that is said. */
import type { Hl7Segment } from "#standards";
import { practitioner, time } from "../datatypes/index.ts";
import { filled } from "../reading.ts";

export function annotation(nte: Hl7Segment, zone: string): Record<string, unknown> | null {
  const text = nte.repetitions(3).length > 1 ? nte.repetitions(3).map((each) => nte.part(each)).join("\n").trim() : nte.whole(3).trim();
  if (text === "") return null;
  return filled({ authorReference: practitioner(nte, 5), time: time(nte, 6, zone), text });
}
