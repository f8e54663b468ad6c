/** Did the message come when what it tells had happened, and soon? */
import type { AppliedMessage } from "#feeds";
import { placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Clocks of two systems differ by minutes. */
const CLOCK_MS = 5 * 60_000;
/** What came later than this is no news any more. */
const LATE_MS = 7 * 86_400_000;

/** The source's times of the message; of formats that give none, none. */
const timesOf = ({ taken }: AppliedMessage): readonly number[] => taken.map(({ patient }) => patient.at.getTime()).filter((at) => at > 0);

export const TIMELINESS: readonly Rule[] = [
  { id: "event-after-receipt", dimension: "timeliness", severity: "error", words: "The event's time is later than the message came", look: (message) => timesOf(message).filter((at) => at > message.message.received.getTime() + CLOCK_MS).map(() => placeOf(message, "time")) },
  { id: "event-late", dimension: "timeliness", severity: "warning", words: "The message came more than 7 days after the event", look: (message) => timesOf(message).filter((at) => at < message.message.received.getTime() - LATE_MS).map(() => placeOf(message, "time")) },
];
