import assert from "node:assert/strict";
import { test } from "node:test";
import { bankHolidays, isWorkingDay, statutoryMonthsAfter } from "./statutory-month.ts";

test("one month ends on the corresponding date, the month's last day, or the next working day", () => {
  for (const [from, due] of [["2026-09-03", "2026-10-05"], ["2026-01-30", "2026-03-02"], ["2026-01-31", "2026-03-02"], ["2026-03-31", "2026-04-30"], ["2026-07-31", "2026-09-01"], ["2026-11-25", "2026-12-29"]] as const) assert.equal(statutoryMonthsAfter(from, 1), due, from);
});

test("an extension ends three months after receipt by the same rule", () => {
  for (const [from, due] of [["2026-01-31", "2026-04-30"], ["2026-07-31", "2026-11-02"], ["2026-11-25", "2027-02-25"]] as const) assert.equal(statutoryMonthsAfter(from, 3), due, from);
});

test("bank holidays of England move off weekends: 2026 to 2028", () => {
  assert.deepEqual([...bankHolidays(2026)].sort(), ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28"]);
  assert.deepEqual([...bankHolidays(2027)].sort(), ["2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28"]);
  assert.deepEqual([...bankHolidays(2028)].sort(), ["2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26"]);
  assert.equal(isWorkingDay("2026-12-28"), false);
  assert.equal(isWorkingDay("2026-12-29"), true);
});
