/**
 * Whose data a message's bytes are, told from the bytes themselves: what is shown
 * to somebody is audited for these persons, whether or not it was ever applied.
 */
import type { Feed, Region } from "#governance";
import { decodeHl7, parseHl7, parseNhsNumber } from "#standards";
import type { Format } from "./inbox.ts";
import { lanesOf } from "./map/hl7v2/lanes.ts";
import { mapMessage } from "./map/index.ts";

/** Distinct numbers looked at in one message: a council's file names thousands of people by rows, which the map tells. */
const MOST_NUMBERS = 20_000;

export type Named = { localIds: readonly string[]; nhsNumbers: readonly string[] };

/** The sender's own ids of its patients, and every valid NHS number that stands anywhere in the bytes. */
export function namedIn(region: Region, feed: Feed | undefined, message: { format: Format; controlId: string; kind: string; received: Date; bytes: Buffer }): Named {
  const localIds = new Set<string>();
  if (feed !== undefined) {
    const mapped = mapMessage(region, feed, { ...message, format: feed.format, feed: feed.id, messageId: "", lane: 0, otherLanes: [], attempts: 0 });
    if (mapped.ok) for (const patient of mapped.mapped.patients) for (const id of [patient.localId, patient.obsoleteLocalId]) if (id !== undefined) localIds.add(id);
  }
  const hl7 = message.format === "hl7v2" ? parseHl7(decodeHl7(message.bytes)) : null;
  if (hl7?.ok) for (const key of lanesOf(hl7.message)) localIds.add(key);
  const nhsNumbers = new Set<string>();
  for (const [text] of `${message.bytes.toString("latin1")} ${message.controlId}`.matchAll(/(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g)) {
    const number = parseNhsNumber(text.replace(/\D/g, ""));
    if (number.ok && nhsNumbers.size < MOST_NUMBERS) nhsNumbers.add(number.value);
  }
  return { localIds: [...localIds], nhsNumbers: [...nhsNumbers] };
}
