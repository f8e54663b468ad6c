/** Whether the line of change events is alive: silence there looks like nothing having changed. Pure. */

/** MNS sends a test event as often. */
export const HEARTBEAT_EVERY_MS = 15 * 60_000;
/** Two of them missing; half an interval is left for what lies in the mailbox until the next look. */
const ALIVE_FOR_MS = 2.5 * HEARTBEAT_EVERY_MS;

export type Liveness = { readonly alive: true; readonly lastHeard: Date } | { readonly alive: false; readonly lastHeard: Date | null; readonly missed: number };

/**
 * Judges by the last event of any kind; `since` is when the subscription was made,
 * so that a line that never spoke is not taken for a new one.
 */
export function liveness(lastHeard: Date | null, since: Date, now: Date): Liveness {
  const from = lastHeard ?? since;
  const silent = now.getTime() - from.getTime();
  if (silent <= ALIVE_FOR_MS && lastHeard !== null) return { alive: true, lastHeard };
  if (silent <= ALIVE_FOR_MS) return { alive: true, lastHeard: since };
  return { alive: false, lastHeard, missed: Math.floor(silent / HEARTBEAT_EVERY_MS) };
}
