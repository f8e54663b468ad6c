/**
 * Why an access may be fine, from the data: the first thing asked of every
 * access. Hand-written windows around pieces of care, by how near the care is to
 * the professional; then colleagues of the same team, then the professional's own
 * earlier access. Nothing is learned or mined.
 */
import { Carriers } from "./carriers.ts";
import { CARE_KIND, groupBy, isSeen, NEVER, type Accesses, type Context } from "./columns.ts";
import { NEARNESS, type Settings } from "./settings.ts";

const DAY = 86_400;

/** How an access is explained: one of the settings' windows by its number from 1, or one of these. */
export const NOT_EXPLAINED = 0;
export const CONSULTATION = 254;
export const REPEAT = 255;

export type Explained = {
  /** `NOT_EXPLAINED`, the number of a window counted from 1, `CONSULTATION` or `REPEAT`. */
  readonly by: Uint8Array;
  /** The row of care, or the access that it leans on; -1: none. */
  readonly because: Int32Array;
  /** 1: only weakly. */
  readonly weak: Uint8Array;
  /** Accesses by person, in order of time. */
  readonly byPerson: ReturnType<typeof groupBy>;
};

/** Which units serve a whole house, and which organisations are one team, by their numbers. */
export type Places = { readonly houseUnits: ReadonlySet<number>; readonly oneTeam: ReadonlySet<number> };

type Reach = { number: number; nearness: number; before: number; after: number; open: number; weak: number };
/** As `NEARNESS` numbers them; the last is the organisation. */
const [NAMED, TEAM, HOUSE] = [0, 1, 2] as const;

/** Explains every access that put a record in front of somebody. */
export function explain(accesses: Accesses, context: Context, places: Places, settings: Settings): Explained {
  const { staff, care } = context;
  const { postings } = staff;
  const by = new Uint8Array(accesses.size);
  const because = new Int32Array(accesses.size).fill(-1);
  const weak = new Uint8Array(accesses.size);
  const byPerson = groupBy(accesses.person, accesses.size, context.persons.size);
  const reaches = reachesByCare(settings);
  const consultation = settings.consultationDays * DAY;
  const repeat = settings.repeatDays * DAY;

  for (let person = 0; person < context.persons.size; person++) {
    const [first, last] = [byPerson.from[person]!, byPerson.from[person + 1]!];
    if (first === last) continue;
    const [careFirst, careLast] = [care.from[person]!, care.from[person + 1]!];
    let missing = 0;
    for (let at = first; at < last; at++) {
      const row = byPerson.rows[at]!;
      if (!isSeen(accesses.act[row]!)) continue;
      const posting = accesses.posting[row]!;
      const professional = postings.professional[posting]!;
      const organisation = postings.organisation[posting]!;
      const unit = postings.unit[posting]!;
      const time = accesses.at[row]!;
      const shiftUnit = unitOnShift(context, professional, time);
      let bestRank = 1_000;
      for (let piece = careFirst; piece < careLast; piece++) {
        const isNamed = care.professional[piece] === professional;
        const isHere = care.organisation[piece] === organisation;
        if (!isNamed && !isHere) continue;
        const careUnit = care.unit[piece]!;
        const isTeam = isHere && ((careUnit !== 0 && (careUnit === unit || careUnit === shiftUnit)) || places.oneTeam.has(organisation));
        for (const reach of reaches[care.kind[piece]!]!) {
          const near = reach.nearness === NAMED ? isNamed : reach.nearness === TEAM ? isTeam : reach.nearness === HOUSE ? isHere && (places.houseUnits.has(unit) || places.houseUnits.has(shiftUnit)) : isHere;
          if (!near) continue;
          const start = care.start[piece]!;
          if (time < start - reach.before) continue;
          const end = care.end[piece]!;
          if (time > (end === NEVER ? start + reach.open : end) + reach.after) continue;
          const rank = reach.weak * 100 + reach.nearness;
          if (rank >= bestRank) continue;
          bestRank = rank;
          by[row] = reach.number;
          because[row] = piece;
          weak[row] = reach.weak;
        }
      }
      if (by[row] === NOT_EXPLAINED) missing++;
    }
    if (missing === 0) continue;
    // Only what care explains carries others along: a chain of repeats would explain anything after one slip.
    const carriers = new Carriers(accesses, postings);
    for (let at = first; at < last; at++) {
      const row = byPerson.rows[at]!;
      if (by[row] !== NOT_EXPLAINED && weak[row] === 0) carriers.add(row);
    }
    if (carriers.size === 0) continue;
    for (let at = first; at < last; at++) {
      const row = byPerson.rows[at]!;
      if (by[row] !== NOT_EXPLAINED || !isSeen(accesses.act[row]!)) continue;
      const found = carriers.before(row, repeat, consultation) ?? carriers.after(row, consultation);
      if (found === null) continue;
      because[row] = found;
      const isOwn = postings.professional[accesses.posting[found]!] === postings.professional[accesses.posting[row]!];
      by[row] = isOwn ? REPEAT : CONSULTATION;
      weak[row] = isOwn ? 0 : 1;
    }
  }
  return { by, because, weak, byPerson };
}

/** The unit that a professional works in at a moment by the rota; 0: not on shift, or no rota. */
function unitOnShift({ staff }: Context, professional: number, time: number): number {
  const shift = shiftAt(staff, professional, time, 0);
  return shift < 0 ? 0 : staff.rotaUnit[shift]!;
}

/** The row of the shift at a moment, give or take some seconds; -1: none. Shifts stand in order of their start. */
export function shiftAt(staff: Context["staff"], professional: number, time: number, slack: number): number {
  let low = staff.rotaFrom[professional]!;
  const first = low;
  let high = staff.rotaFrom[professional + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (staff.rotaStart[middle]! <= time + slack) low = middle + 1;
    else high = middle;
  }
  for (let shift = low - 1; shift >= first && shift >= low - 3; shift--) if (staff.rotaEnd[shift]! + slack >= time) return shift;
  return -1;
}

function reachesByCare(settings: Settings): Reach[][] {
  const reaches: Reach[][] = Object.keys(CARE_KIND).map(() => []);
  settings.explanations.forEach((each, index) => reaches[CARE_KIND[each.care]]!.push({ number: index + 1, nearness: NEARNESS.indexOf(each.nearness), before: each.beforeDays * DAY, after: each.afterDays * DAY, open: each.openDays * DAY, weak: each.weak ? 1 : 0 }));
  return reaches;
}
