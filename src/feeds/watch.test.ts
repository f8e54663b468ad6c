import assert from "node:assert/strict";
import test from "node:test";
import { HOUR_MS, type Tally } from "./tally.ts";
import { watch } from "./watch.ts";

const NOW = new Date("2026-11-22T10:20:00Z");
const HOUR = new Date("2026-11-22T10:00:00Z").getTime();
const ago = (hours: number, received: number, rejected = 0): Tally => ({ feed: "f", hour: new Date(HOUR - hours * HOUR_MS), received, repeated: 0, rejected, bytes: 0 });
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const FIRST = new Date(HOUR - 30 * 24 * HOUR_MS);
const codes = (...asked: Parameters<typeof watch>): string[] => watch(...asked).alarms.map(({ code }) => code);

test("EXC-01 a feed is on time within its interval, late after it, silent after three times, and never where it never sent", () => {
  for (const [minutes, expected] of [[59, "on-time"], [61, "late"], [180, "late"], [181, "silent"]] as const) assert.equal(watch([], FIRST, minutesAgo(minutes), null, 60, NOW).punctuality, expected, String(minutes));
  const never = watch([], undefined, null, null, 1440, NOW);
  assert.deepEqual([never.punctuality, never.alarms[0]!.words], ["never", "has sent nothing yet; expected daily"]);
});

test("EXC-01 a last whole hour under a quarter of what that hour of the day usually brings is an alarm, in words", () => {
  const usual = Array.from({ length: 14 }, (_, day) => ago(1 + (day + 1) * 24, 40));
  const low = watch([...usual, ago(1, 9)], FIRST, minutesAgo(5), null, 60, NOW);
  assert.deepEqual(low.alarms, [{ code: "rate-low", words: "9 in the last whole hour, where 40 are usual" }]);
  assert.deepEqual(codes([...usual, ago(1, 10)], FIRST, minutesAgo(5), null, 60, NOW), []);
  // Another hour of the day may be quiet.
  assert.deepEqual(codes(usual.map((each) => ({ ...each, hour: new Date(each.hour.getTime() - 3 * HOUR_MS) })), FIRST, minutesAgo(5), null, 60, NOW), []);
});

test("few messages an hour, and a feed's first day, raise no alarm of the rate", () => {
  assert.deepEqual(codes(Array.from({ length: 14 }, (_, day) => ago(1 + (day + 1) * 24, 7)), FIRST, minutesAgo(5), null, 60, NOW), []);
  assert.equal(watch([ago(1, 3)], new Date(HOUR - 5 * HOUR_MS), minutesAgo(5), null, 60, NOW).rate.usual, null);
  const young = watch([ago(25, 40), ago(1, 40)], new Date(HOUR - 25 * HOUR_MS), minutesAgo(5), null, 60, NOW);
  assert.equal(young.rate.usual, 40, "the mean of the days that it has sent, not of fourteen");
});

test("EXC-01 more than one in a hundred refused in 24 hours is an alarm, and so is a message that waits", () => {
  assert.deepEqual(codes([ago(2, 100, 1)], FIRST, minutesAgo(5), null, 60, NOW), []);
  assert.deepEqual(codes([ago(2, 100, 2)], FIRST, minutesAgo(5), null, 60, NOW), ["rejects"]);
  assert.deepEqual(codes([ago(25, 100, 50), ago(2, 100, 0)], FIRST, minutesAgo(5), null, 60, NOW), [], "yesterday's refusals are over");
  assert.deepEqual(codes([], FIRST, minutesAgo(5), minutesAgo(6), 60, NOW), ["backlog"]);
});

test("the strip has 24 hours, oldest first, the running one last", () => {
  const { hours } = watch([ago(0, 5), ago(23, 7), ago(24, 9)], FIRST, minutesAgo(1), null, 60, NOW);
  assert.deepEqual([hours.length, hours[0], hours[23]], [24, 7, 5]);
});
