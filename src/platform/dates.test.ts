import assert from "node:assert/strict";
import test from "node:test";
import { ageText, dateHtml, dateText, everyText, localText, spanText } from "./dates.ts";

test("a clinical date keeps the precision that its source gave it", () => {
  assert.equal(dateText("2008-04-05"), "05-Apr-2008");
  assert.equal(dateText("2008-04"), "Apr-2008");
  assert.equal(dateText("2008"), "2008");
  assert.equal(dateText("2008-04-05T09:05:00+01:00"), "05-Apr-2008 09:05");
});

test("a time in universal time is shown in UK time, summer and winter", () => {
  assert.equal(dateText("2026-07-01T09:05:00Z"), "01-Jul-2026 10:05");
  assert.equal(dateText("2026-11-21T14:31:00Z"), "21-Nov-2026 14:31");
  assert.equal(localText(new Date("2026-03-29T00:59:00Z")), "2026-03-29T00:59");
  assert.equal(localText(new Date("2026-03-29T01:00:00Z")), "2026-03-29T02:00");
});

test("our own reckoning of UK time agrees with the platform's all through a year", () => {
  const form = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London", dateStyle: "short", timeStyle: "short" });
  for (let hour = 0; hour < 24 * 366; hour += 5) {
    const instant = new Date(Date.UTC(2027, 0, 1, hour));
    assert.equal(localText(instant).replace("T", " "), form.format(instant));
  }
});

test("text that is no date is shown as the source gave it, escaped", () => {
  assert.equal(dateText("spring 1998"), "spring 1998");
  assert.equal(dateHtml("<b>").text, "&lt;b&gt;");
  assert.equal(dateText("2008-13-05"), "2008-13-05");
});

test("a screen reader hears the whole month", () => {
  const { text } = dateHtml("2008-04-05");
  assert.match(text, /datetime="2008-04-05"/);
  assert.match(text, /5 April 2008/);
});

test("an age follows the clinical form at each stage of life", () => {
  const now = new Date("2026-11-21T14:31:00Z");
  assert.equal(ageText("1945-07-14", now), "81y");
  assert.equal(ageText("2019-07-14", now), "7y 4m");
  assert.equal(ageText("2025-06-14", now), "17m 7d");
  assert.equal(ageText("2026-08-01", now), "16w 0d");
  assert.equal(ageText("2026-11-10", now), "11d");
  assert.equal(ageText("2026-11-21T13:31", now), "60min");
  assert.equal(ageText("1945", now), "about 81y");
  assert.equal(ageText("2027-01-01", now), null);
  assert.equal(ageText("unknown", now), null);
});

test("spans and intervals are in words", () => {
  assert.equal(spanText(3 * 86_400_000), "3 days");
  assert.equal(spanText(60_000), "1 minute");
  assert.equal(everyText(1440), "daily");
  assert.equal(everyText(15), "every 15 minutes");
});
