/** A usual week's rota turned into shifts. */
import type { StaffMember } from "../region-monitoring.ts";

const DAY = 86_400_000;

/** Seconds by which local time is ahead of universal time at a moment. */
export function offsetOf(at: Date, timeZone: string): number {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" }).formatToParts(at).map((each) => [each.type, Number(each.value)]));
  return (Date.UTC(parts["year"]!, parts["month"]! - 1, parts["day"]!, parts["hour"]!, parts["minute"]!, parts["second"]!) - Math.floor(at.getTime() / 1000) * 1000) / 1000;
}

/** The shifts of a rota in a span of days; one that ends earlier than it begins goes on past midnight. */
export function shiftsOf(rota: NonNullable<StaffMember["rota"]>, [from, until]: readonly [Date, Date], timeZone: string): { start: number; end: number; unit: string | null }[] {
  const shifts: { start: number; end: number; unit: string | null }[] = [];
  for (let day = Math.floor(from.getTime() / DAY) * DAY; day <= until.getTime() + DAY; day += DAY) {
    const weekday = ((new Date(day).getUTCDay() + 6) % 7) + 1;
    for (const each of rota) {
      if (!each.days.includes(weekday)) continue;
      const instant = (time: string): number => {
        const local = day + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000;
        return Math.floor(local / 1000) - offsetOf(new Date(local), timeZone);
      };
      const [start, end] = [instant(each.from), instant(each.to)];
      shifts.push({ start, end: end <= start ? end + 86_400 : end, unit: each.unit ?? null });
    }
  }
  return shifts.sort((a, b) => a.start - b.start);
}
