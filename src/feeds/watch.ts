/**
 * Whether a feed does what was agreed: on time, late or silent, its rate against
 * the usual one, and the share that was refused. Pure; the numbers come from
 * `tally.ts`. A feed that goes quiet is a record that goes stale without a word.
 */
import { everyText, spanText } from "#platform";
import { HOUR_MS, type Tally } from "./tally.ts";

export type Punctuality = "never" | "on-time" | "late" | "silent";
export type Alarm = { code: "never-sent" | "late" | "silent" | "rate-low" | "rejects" | "backlog"; words: string };
export type Watched = {
  punctuality: Punctuality;
  /** Messages received in each of the last 24 hours, oldest first; the last one is still running. */
  hours: readonly number[];
  /** Of the last whole hour, and what that hour of the day usually brings; `null` where the feed is younger than a day. */
  rate: { received: number; usual: number | null };
  rejectedShare: number | null;
  alarms: readonly Alarm[];
};

/** Silent: nothing for this many times the agreed interval. */
export const SILENT_AFTER = 3;
const USUAL_DAYS = 14;
/** Under this share of the usual rate something is wrong at the source. */
const LOW_SHARE = 0.25;
/** Where usually fewer come in the hour, chance alone makes an empty one. */
const LEAST_USUAL = 8;
export const MOST_REJECTED = 0.01;
/** A message that waits longer than this to be applied is no longer just taking its turn. */
const BACKLOG_MS = 5 * 60_000;

const hourOf = (at: Date): number => Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;

/** How far back tallies are needed. */
export const watchedFrom = (now: Date): Date => new Date(hourOf(now) - (USUAL_DAYS + 1) * 24 * HOUR_MS);

/**
 * Judges one feed. The usual rate is the mean of the same hour of the day over
 * the last two weeks, or over the days that the feed has sent at all; hours are of
 * UTC, so that a change of the clocks moves it by an hour for some days.
 */
export function watch(tallies: readonly Tally[], first: Date | undefined, lastReceived: Date | null, oldestWaiting: Date | null, expectedEveryMinutes: number, now: Date): Watched {
  const by = new Map(tallies.map((each) => [each.hour.getTime(), each]));
  const current = hourOf(now);
  const hours = Array.from({ length: 24 }, (_, index) => by.get(current - (23 - index) * HOUR_MS)?.received ?? 0);
  const rate = { received: by.get(current - HOUR_MS)?.received ?? 0, usual: usualAt(by, first, current - HOUR_MS) };
  const today = tallies.filter((each) => each.hour.getTime() > current - 24 * HOUR_MS);
  const received = today.reduce((sum, each) => sum + each.received, 0);
  const rejected = today.reduce((sum, each) => sum + each.rejected, 0);
  const rejectedShare = received === 0 ? null : rejected / received;
  const alarms: Alarm[] = [];
  const lag = lastReceived === null ? null : now.getTime() - lastReceived.getTime();
  const agreed = expectedEveryMinutes * 60_000;
  const punctuality: Punctuality = lag === null ? "never" : lag > SILENT_AFTER * agreed ? "silent" : lag > agreed ? "late" : "on-time";
  if (lag === null) alarms.push({ code: "never-sent", words: `has sent nothing yet; expected ${everyText(expectedEveryMinutes)}` });
  else if (punctuality === "silent") alarms.push({ code: "silent", words: `silent for ${spanText(lag)}; expected ${everyText(expectedEveryMinutes)}` });
  else if (punctuality === "late") alarms.push({ code: "late", words: `late: last message ${spanText(lag)} ago, expected ${everyText(expectedEveryMinutes)}` });
  if (rate.usual !== null && rate.usual >= LEAST_USUAL && rate.received < LOW_SHARE * rate.usual) alarms.push({ code: "rate-low", words: `${rate.received} in the last whole hour, where ${Math.round(rate.usual)} are usual` });
  if (rejectedShare !== null && rejectedShare > MOST_REJECTED) alarms.push({ code: "rejects", words: `${rejected} of ${received} refused in 24 hours (${(rejectedShare * 100).toFixed(1)} %)` });
  if (oldestWaiting !== null && now.getTime() - oldestWaiting.getTime() > BACKLOG_MS) alarms.push({ code: "backlog", words: `a message has waited ${spanText(now.getTime() - oldestWaiting.getTime())} to be applied` });
  return { punctuality, hours, rate, rejectedShare, alarms };
}

function usualAt(by: ReadonlyMap<number, Tally>, first: Date | undefined, hour: number): number | null {
  if (first === undefined) return null;
  const days = Math.min(USUAL_DAYS, Math.floor((hour - first.getTime()) / (24 * HOUR_MS)));
  if (days < 1) return null;
  let sum = 0;
  for (let day = 1; day <= days; day++) sum += by.get(hour - day * 24 * HOUR_MS)?.received ?? 0;
  return sum / days;
}
