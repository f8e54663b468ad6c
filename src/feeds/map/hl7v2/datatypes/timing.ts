/** TQ, RPT and RI[Timing]: when and how often. */
import type { Hl7Segment } from "#standards";
import { REPEAT_PATTERN } from "../codes/tables.ts";
import { filledOrNone } from "../reading.ts";
import { quantity, whole } from "./numbers.ts";
import { later, timeOf, timeOfDay } from "./ts.ts";

/** `Q6H`, `Q2D`: every so many hours, days, minutes, weeks, months. */
const EVERY = /^Q(\d{1,3})(S|M|H|D|W|L|J\d?)$/;
const EVERY_UNIT: Readonly<Record<string, readonly [string, string]>> = { S: ["s", "seconds"], M: ["min", "minutes"], H: ["h", "hours"], D: ["d", "days"], W: ["wk", "weeks"], L: ["mo", "months"] };

/** A repeat pattern in words and, where it is one of the usual, in numbers. */
export function repeatPattern(code: string): { code?: Record<string, unknown>; repeat?: Record<string, unknown> } {
  const trimmed = code.trim();
  if (trimmed === "") return {};
  const known = REPEAT_PATTERN[trimmed.toUpperCase()];
  if (known) {
    const { text, ...repeat } = known;
    return { code: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0335", code: trimmed }], text }, ...(repeat.frequency && { repeat }) };
  }
  const every = EVERY.exec(trimmed.toUpperCase());
  const unit = every && EVERY_UNIT[every[2]!];
  return { code: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0335", code: trimmed }], text: unit ? `every ${every[1]} ${unit[1]}` : trimmed }, ...(unit && { repeat: { frequency: 1, period: Number(every![1]), periodUnit: unit[0] } }) };
}

/** RPT of TQ1-3, with the explicit times and bounds of the segment. */
export function timingOfTq1(tq1: Hl7Segment, zone: string): Record<string, unknown> | undefined {
  const pattern = repeatPattern(tq1.text(3));
  const [begins, ends] = [timeOf(tq1.text(7), zone), timeOf(tq1.text(8), zone)];
  const [amount, units] = [tq1.text(6, 1).trim(), tq1.text(6, 2)];
  // A duration gives the bound that is not said.
  const bounds = filledOrNone({ start: begins ?? later(ends, amount && `-${amount}`, units), end: ends ?? later(begins, amount, units) });
  const duration = quantity(tq1.text(13, 1), undefined)?.["value"];
  const unit = { S: "s", MIN: "min", M: "min", H: "h", HR: "h", D: "d", W: "wk", WK: "wk", MO: "mo", L: "mo" }[tq1.text(13, 2).trim().toUpperCase()];
  const length = bounds === undefined ? quantity(amount, units ? { text: units } : undefined) : null;
  const repeat = filledOrNone({
    ...(bounds ? { boundsPeriod: bounds } : length ? { boundsDuration: length } : {}), ...pattern.repeat, count: whole(tq1.text(14), 1), countMax: whole(tq1.text(14), 1),
    ...(duration !== undefined && unit ? { duration, durationUnit: unit } : {}), timeOfDay: tq1.repetitions(4).map((each) => timeOfDay(tq1.part(each))).filter((each) => each !== undefined),
  });
  return filledOrNone({ code: pattern.code, repeat });
}

/** TQ of ORC-7, OBR-27, RXE-1 and SCH-11: amount, interval, duration, start, end, priority, condition, text. */
export function quantityTiming(segment: Hl7Segment, field: number, zone: string): { dose?: Record<string, unknown>; timing?: Record<string, unknown>; start?: string; end?: string; priority: string; text: string } {
  const pattern = repeatPattern(segment.text(field, 2, 1, 1));
  const [start, end] = [timeOf(segment.text(field, 4), zone), timeOf(segment.text(field, 5), zone)];
  const repeat = filledOrNone({ ...(start || end ? { boundsPeriod: filledOrNone({ start, end }) } : {}), ...pattern.repeat });
  const timing = filledOrNone({ code: pattern.code, repeat });
  const units = segment.text(field, 1, 1, 2).trim();
  const dose = quantity(segment.text(field, 1), units ? { text: units } : undefined);
  return { ...(dose && { dose }), ...(timing && { timing }), ...(start && { start }), ...(end && { end }), priority: segment.text(field, 6).trim().toUpperCase(), text: segment.text(field, 8).trim() };
}
