/** TS, DTM, DT, TM and DR[dateTime, Period]. */
import { fhirDateTime, type Hl7Segment } from "#standards";
import { filledOrNone } from "../reading.ts";

/** A text in the sender's zone; `undefined` where it is empty or no time. */
export const timeOf = (text: string, zone: string): string | undefined => (text.trim() === "" ? undefined : (fhirDateTime(text, zone) ?? undefined));

/** TS/DTM[dateTime] of a field. */
export const time = (segment: Hl7Segment, field: number, zone: string): string | undefined => timeOf(segment.text(field), zone);

/** An instant, for elements that must have a time of day. */
export function instant(segment: Hl7Segment, field: number, zone: string): string | undefined {
  const found = time(segment, field, zone);
  return found?.includes("T") ? found : undefined;
}

/** The day alone. */
export const date = (segment: Hl7Segment, field: number): string | undefined => timeOf(segment.text(field).slice(0, 8), "UTC");

/** DR[Period]. */
export function period(segment: Hl7Segment, field: number, zone: string): Record<string, unknown> | undefined {
  return filledOrNone({ start: timeOf(segment.text(field, 1), zone), end: timeOf(segment.text(field, 2), zone) });
}

/** `HHMM[SS]` as `hh:mm:ss`. */
export function timeOfDay(text: string): string | undefined {
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(text.trim());
  return match === null ? undefined : `${match[1]}:${match[2]}:${match[3] ?? "00"}`;
}

const MILLISECONDS: Readonly<Record<string, number>> = { S: 1000, SEC: 1000, M: 60_000, MIN: 60_000, MINS: 60_000, MINUTE: 60_000, MINUTES: 60_000, H: 3_600_000, HR: 3_600_000, HOUR: 3_600_000, HOURS: 3_600_000, D: 86_400_000, DAY: 86_400_000, DAYS: 86_400_000 };

/** A time that lies an amount of a unit behind another: minutes where no unit is said. It keeps the offset of the first. */
export function later(from: string | undefined, amount: string, unit: string): string | undefined {
  const step = MILLISECONDS[unit.trim().toUpperCase() || "MIN"];
  if (from === undefined || !from.includes("T") || step === undefined || !/^-?\d{1,6}(\.\d+)?$/.test(amount.trim())) return undefined;
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(from) ?? [];
  const offset = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = new Date(new Date(from).getTime() + offset + Number(amount) * step).toISOString().slice(0, 19);
  return `${local}${sign === undefined ? "Z" : from.slice(-6)}`;
}
