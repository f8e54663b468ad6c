/**
 * How dates are written on professionals' screens: `05-Apr-2008` and `09:05`
 * (NHS Common User Interface), with the whole month in words for screen readers.
 * A date keeps the precision that its source gave it: a year stays a year.
 * Citizens' pages have a profile of their own and must not use this one.
 */
import { Html, escape } from "./html.ts";

const SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const FORM = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/;

type Parts = { year: number; month: number | null; day: number | null; hour: string | null; minute: string | null };

/** Reads a clinical date as a source gave it; `null` where it is not one, so that the caller shows the source's text. */
function partsOf(when: string): Parts | null {
  const found = FORM.exec(when);
  if (found === null) return null;
  const [, year, month, day, hour, minute, zone] = found;
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return null;
  if (day !== undefined && (Number(day) < 1 || Number(day) > 31)) return null;
  // A time in the source's own zone is what its staff read on the wall; only a time in universal time is turned into ours.
  if (zone === "Z") return partsOf(localText(new Date(when)));
  return {
    year: Number(year),
    month: month === undefined ? null : Number(month),
    day: day === undefined ? null : Number(day),
    hour: hour ?? null,
    minute: minute ?? null,
  };
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

const summer = new Map<number, readonly [number, number]>();

/** Start and end of British Summer Time: 01:00 universal time on the last Sundays of March and October. */
function summerTime(year: number): readonly [number, number] {
  let span = summer.get(year);
  if (span === undefined) {
    const lastSunday = (month: number): number => {
      const last = new Date(Date.UTC(year, month + 1, 0, 1));
      return last.getTime() - last.getUTCDay() * 86_400_000;
    };
    span = [lastSunday(2), lastSunday(9)];
    summer.set(year, span);
  }
  return span;
}

/** An instant as local clinical text, `2026-11-21T14:31`. UK time, worked out by hand: `Intl` costs more than the rest of the page. */
export function localText(instant: Date): string {
  const [from, to] = summerTime(instant.getUTCFullYear());
  const time = instant.getTime();
  const local = time >= from && time < to ? new Date(time + 3_600_000) : instant;
  return `${local.getUTCFullYear()}-${two(local.getUTCMonth() + 1)}-${two(local.getUTCDate())}T${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}

/** `05-Apr-2008`, `05-Apr-2008 09:05`, `Apr-2008`, `2008`; any other text as it is. */
export function dateText(when: string | Date): string {
  const given = typeof when === "string" ? when : localText(when);
  const parts = partsOf(given);
  if (parts === null) return given;
  if (parts.month === null) return String(parts.year);
  const month = SHORT[parts.month - 1]!;
  if (parts.day === null) return `${month}-${parts.year}`;
  const day = `${two(parts.day)}-${month}-${parts.year}`;
  return parts.hour === null ? day : `${day} ${parts.hour}:${parts.minute}`;
}

function spoken(parts: Parts): string {
  if (parts.month === null) return String(parts.year);
  const month = LONG[parts.month - 1]!;
  if (parts.day === null) return `${month} ${parts.year}`;
  const day = `${parts.day} ${month} ${parts.year}`;
  return parts.hour === null ? day : `${day} at ${parts.hour}:${parts.minute}`;
}

function machine(parts: Parts): string {
  if (parts.month === null) return String(parts.year);
  const month = `${parts.year}-${two(parts.month)}`;
  if (parts.day === null) return month;
  const day = `${month}-${two(parts.day)}`;
  return parts.hour === null ? day : `${day}T${parts.hour}:${parts.minute}`;
}

/**
 * A date as `<time>`, read out with its month in full. `dayOnly` leaves the time
 * of day away where only the day matters. Text that is no date is shown as the
 * source gave it, never guessed at.
 */
export function dateHtml(when: string | Date, dayOnly = false): Html {
  const given = typeof when === "string" ? when : localText(when);
  const drawn = dayOnly ? days : moments;
  let html = drawn.get(given);
  if (html === undefined) {
    html = draw(given, dayOnly);
    // Dates repeat from page to page; the table is emptied rather than grown without end.
    if (drawn.size >= 20_000) drawn.clear();
    if (given.length <= 40) drawn.set(given, html);
  }
  return html;
}

const moments = new Map<string, Html>();
const days = new Map<string, Html>();

function draw(given: string, dayOnly: boolean): Html {
  let parts = partsOf(given);
  if (parts === null) return new Html(escape(given));
  if (dayOnly && parts.hour !== null) parts = { ...parts, hour: null, minute: null };
  const at = machine(parts);
  const shown = dateText(at);
  if (parts.month === null) return new Html(`<time datetime="${at}">${shown}</time>`);
  return new Html(`<time datetime="${at}"><span aria-hidden="true">${shown}</span><span class="vh">${spoken(parts)}</span></time>`);
}

/** The time of day alone, `14:31`. */
export function timeText(instant: Date): string {
  return localText(instant).slice(11);
}

/** `3 days`, `2 hours`, `5 minutes`: how long ago something was, rounded down. */
export function spanText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  const count = (value: number, unit: string): string => `${value} ${unit}${value === 1 ? "" : "s"}`;
  if (minutes < 60) return count(minutes, "minute");
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), "hour");
  return count(Math.floor(minutes / 1440), "day");
}

/** An agreed interval in words: `daily`, `hourly`, `every 15 minutes`. */
export function everyText(minutes: number): string {
  if (minutes === 1440) return "daily";
  if (minutes === 60) return "hourly";
  if (minutes === 10_080) return "weekly";
  return `every ${spanText(minutes * 60_000)}`;
}

/**
 * Age in the form of the NHS Common User Interface: minutes under 2 hours, hours
 * under 2 days, days under 4 weeks, weeks and days under 1 year, months and days
 * under 2 years, years and months under 18, then years. `null` where the birth
 * date is not one or lies ahead; `about` where only the year or month is known.
 */
export function ageText(born: string, at: Date): string | null {
  const parts = partsOf(born);
  if (parts === null) return null;
  const now = partsOf(localText(at))!;
  if (parts.month === null || parts.day === null) {
    const years = now.year - parts.year - (parts.month !== null && now.month! < parts.month ? 1 : 0);
    return years < 0 ? null : `about ${years}y`;
  }
  const day = (of: Parts): number => Date.UTC(of.year, of.month! - 1, of.day!) / 86_400_000;
  const days = day(now) - day(parts);
  if (days < 0) return null;
  if (days < 2 && parts.hour !== null) {
    const minutes = days * 1440 + (Number(now.hour) - Number(parts.hour)) * 60 + Number(now.minute) - Number(parts.minute);
    if (minutes < 0) return null;
    return minutes < 120 ? `${minutes}min` : `${Math.floor(minutes / 60)}hr`;
  }
  if (days < 28) return `${days}d`;
  let months = (now.year - parts.year) * 12 + now.month! - parts.month;
  if (now.day! < parts.day) months -= 1;
  if (months < 12) return `${Math.floor(days / 7)}w ${days % 7}d`;
  if (months < 24) {
    const since = Date.UTC(parts.year, parts.month - 1 + months, parts.day) / 86_400_000;
    return `${months}m ${Math.max(0, day(now) - since)}d`;
  }
  const years = Math.floor(months / 12);
  return years < 18 ? `${years}y ${months % 12}m` : `${years}y`;
}
