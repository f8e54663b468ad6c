/** Days and instants as the senders write them; all wall-clock times are UTC, so that a seed gives the same bytes everywhere. */
export const DAY = 86_400_000;

/** `2026-11-21`. */
export function isoDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `2026-11-21T09:30:00+00:00`, to the second. */
export function isoInstant(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+00:00`;
}

/** HL7 v2: `20261121093000`. */
export function hl7Instant(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-T:]/g, "");
}

/** Councils: `21/11/2026`. */
export function britishDay(isoDate: string): string {
  return isoDate.split("-").reverse().join("/");
}

/** The instant `days` before (negative: after) another. */
export function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * DAY);
}

/** Whole years between a day of birth and an instant. */
export function ageAt(birth: string, at: Date): number {
  const [year, month, day] = birth.split("-").map(Number) as [number, number, number];
  const before = at.getUTCMonth() + 1 < month || (at.getUTCMonth() + 1 === month && at.getUTCDate() < day);
  return at.getUTCFullYear() - year - (before ? 1 : 0);
}
