/**
 * The time limits of UK data protection law (Article 12(3); ICO guidance): the corresponding
 * date of the next month, the last day of a month that has none, and the next working
 * day where that is a weekend or a bank holiday in England. Days as `2026-11-21`; pure.
 */

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const weekday = (day: string): number => new Date(utc(day)).getUTCDay();

/** The day so many months after, for a limit that ends `months` after the day of receipt. */
export function statutoryMonthsAfter(day: string, months: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  let due = iso(Date.UTC(year, month - 1 + months, Math.min(date, last)));
  while (!isWorkingDay(due)) due = iso(utc(due) + DAY);
  return due;
}

/** True on a day that is no Saturday, Sunday or bank holiday in England. */
export function isWorkingDay(day: string): boolean {
  return weekday(day) !== 0 && weekday(day) !== 6 && !bankHolidays(Number(day.slice(0, 4))).has(day);
}

const known = new Map<number, ReadonlySet<string>>();

/** Bank holidays in England by the rules of the Banking and Financial Dealings Act 1971 and custom; days proclaimed for one year alone are not among them. */
export function bankHolidays(year: number): ReadonlySet<string> {
  const before = known.get(year);
  if (before !== undefined) return before;
  const easter = easterOf(year);
  const firstMonday = (month: number): string => iso(Date.UTC(year, month - 1, 1 + ((8 - new Date(Date.UTC(year, month - 1, 1)).getUTCDay()) % 7)));
  const lastMonday = (month: number): string => {
    const end = Date.UTC(year, month, 0);
    return iso(end - ((new Date(end).getUTCDay() + 6) % 7) * DAY);
  };
  const days = new Set([iso(easter - 2 * DAY), iso(easter + DAY), firstMonday(5), lastMonday(5), lastMonday(8)]);
  // A holiday on a weekend moves to the next day that is neither a weekend nor taken.
  for (const fixed of [`${year}-01-01`, `${year}-12-25`, `${year}-12-26`]) {
    let day = fixed;
    while (weekday(day) === 0 || weekday(day) === 6 || days.has(day)) day = iso(utc(day) + DAY);
    days.add(day);
  }
  known.set(year, days);
  return days;
}

/** Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher). */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return Date.UTC(year, month - 1, ((h + l - 7 * m + 114) % 31) + 1);
}
