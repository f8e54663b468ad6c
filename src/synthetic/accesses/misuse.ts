/** What people do who should not: one scenario for each rule, and some that are like nothing a rule says. */
import { ACT, CARE_KIND, FLAG, NEVER, type RuleId } from "#monitoring";
import type { Random } from "../random.ts";
import type { People } from "./people.ts";
import type { Places } from "./places.ts";
import type { AccessRows, CareRows } from "./rows.ts";
import type { Work } from "./work.ts";

const DAY = 86_400;

/** One thing that one person did; `rule`: what must find it, `null` where no single rule can. */
export type Misuse = { readonly kind: string; readonly rule: RuleId | null; readonly professional: number; readonly person: number };

type Hands = { people: People; places: Places; from: number; until: number; random: Random; accesses: AccessRows; care: CareRows; work: Work };

/** Plays each scenario so many times; what was done is told by its number in the truth of each access. */
export function misuse(hands: Hands, times: number): Misuse[] {
  const { people, places, from, until, random, accesses, care, work } = hands;
  const done: Misuse[] = [];
  const { staff } = places;
  const known = [...Array(staff.size).keys()].filter((each) => staff.ownPerson[each]! >= 0 && !places.sleepers.has(each) && staff.leftAt[each] === NEVER && staff.trainedUntil[each] === NEVER);
  const anybody = (): number => random.pick(known);
  const stranger = (): number => random.whole(0, people.size - 1);
  const adult = (): number => drawn(() => stranger(), (each) => people.born[each]! < from - 30 * 31_557_600 && people.diedAt[each] === NEVER);
  /** Somebody with whom the professional's employer never had to do. */
  const strangerTo = (who: number): number => drawn(adult, (each) => !care.knows(staff.postings.organisation[who]!, each));
  const moment = (first = 2, last = 88): number => from + random.whole(first, last) * DAY + random.whole(8 * 3600, 20 * 3600);
  function drawn<T>(draw: () => T, fits: (one: T) => boolean): T {
    for (let tries = 0; tries < 20_000; tries++) {
      const one = draw();
      if (fits(one)) return one;
    }
    throw new Error("nobody fits this scenario: too few people");
  }
  const note = (kind: string, rule: RuleId | null, professional: number, person: number): number => done.push({ kind, rule, professional, person }) - 1;
  const isAt = (professional: number, organisation: number): boolean => staff.postings.organisation[professional] === organisation;
  const home = (professional: number): number => places.person[professional]!;
  const atHome = (professional: number, isNamesake: boolean): number[] => [...Array(people.homeUntil[home(professional)]! - people.homeFrom[home(professional)]!).keys()].map((each) => people.homeFrom[home(professional)]! + each).filter((each) => each !== home(professional) && (people.surname[each] === people.surname[home(professional)]) === isNamesake);
  const hasPhoneContact = (person: number, professional: number): boolean => staff.phone[professional] !== 0 && people.contactPhone.subarray(people.contactFrom[person], people.contactFrom[person + 1]).includes(staff.phone[professional]!);
  const rotaed = known.filter((each) => staff.rotaFrom[each + 1]! > staff.rotaFrom[each]!);
  const wellKnown = [...Array(people.size).keys()].filter((each) => people.wellKnown[each] === 1);
  const objected = [...Array(people.size).keys()].filter((each) => people.objectedAt[each]! < until - 10 * DAY);
  const dead = [...Array(people.size).keys()].filter((each) => people.diedAt[each]! < from);
  const children = [...Array(people.size).keys()].filter((each) => people.born[each]! > from - 13 * 31_557_600);
  const sleepers = [...places.sleepers];
  const adultOnly = known.filter((each) => [1, 2, 3, 6, 9, 11, 12].includes(staff.postings.role[each]!));

  for (let time = 0; time < times; time++) {
    const single = (kind: string, rule: RuleId, professional: number, person: number, at = moment(), flags = 0, device?: number): void => work.look(professional, person, at, flags, note(kind, rule, professional, person), device);
    {
      const who = anybody();
      single("own record", "own-record", who, home(who));
    }
    {
      const who = drawn(anybody, (each) => atHome(each, true).length > 0);
      single("a relative of the same home", "family", who, random.pick(atHome(who, true)));
    }
    {
      const who = drawn(anybody, (each) => atHome(each, false).some((other) => !hasPhoneContact(other, each)));
      single("somebody of the same home with another name", "household", who, random.pick(atHome(who, false).filter((other) => !hasPhoneContact(other, who))));
    }
    {
      const near = (each: number): number => Math.min(people.size - 1, Math.max(0, home(each) + random.whole(-30, 30)));
      const pair = drawn(() => {
        const who = anybody();
        return { who, person: near(who) };
      }, ({ who, person }) => people.postcode[person] === people.postcode[home(who)] && people.household[person] !== people.household[home(who)] && people.surname[person] !== people.surname[home(who)] && !hasPhoneContact(person, who) && (people.phone[person] === 0 || people.phone[person] !== people.phone[home(who)]));
      single("a neighbour", "neighbour", pair.who, pair.person);
    }
    {
      const other = anybody();
      const who = drawn(anybody, (each) => each !== other && isAt(each, staff.postings.organisation[other]!));
      single("a colleague", "colleague", who, home(other));
    }
    single("a well-known person", "well-known", anybody(), random.pick(wellKnown));
    {
      const who = anybody();
      single("a stranger", "no-relationship", who, strangerTo(who));
    }
    {
      const who = anybody();
      single("a stranger, by breaking the glass", "no-later-contact", who, drawn(adult, (each) => !care.isInCare(each)), moment(2, 75), FLAG.breakGlass);
    }
    single("somebody who has died", "deceased", anybody(), random.pick(dead), moment(60, 88));
    single("a child, by somebody who sees none", "child", random.pick(adultOnly), random.pick(children));
    {
      const person = random.pick(objected);
      single("somebody who objected", "after-objection", anybody(), person, Math.max(people.objectedAt[person]! + 3600, from + DAY) + random.whole(0, 8 * DAY));
    }
    single("a protected address", "protected-location", anybody(), adult(), moment(), FLAG.location);
    single("sensitive information of a stranger", "sensitive", anybody(), adult(), moment(), FLAG.sensitive);
    {
      const who = random.pick(places.leavers);
      single("after leaving", "leaver", who, adult(), staff.leftAt[who]! + random.whole(1, 20) * DAY);
    }
    {
      const who = random.pick(places.untrained);
      single("without training", "untrained", who, adult(), staff.trainedUntil[who]! + random.whole(1, 20) * DAY);
    }
    {
      const who = random.pick(rotaed);
      const at = drawn(() => moment() + random.whole(0, 12) * 3600, (each) => !onShift(staff, who, each, 3 * 3600));
      single("off shift", "off-shift", who, adult(), at);
    }
    single("from a computer at home", "new-device", anybody(), adult(), moment(50, 88), 0, 0xf0000000 + time);
    {
      // Worked in the first days, then not at all.
      const who = sleepers.pop();
      if (who === undefined) throw new Error("too few accounts that sleep");
      const first = from + random.whole(0, 3) * DAY + 36_000;
      accesses.add(who, -1, first, ACT.search, 0, 0, -1);
      single("an account that wakes", "dormant", who, adult(), moment(75, 88));
    }
    {
      const who = anybody();
      const person = strangerTo(who);
      care.add(person, CARE_KIND.caseload, staff.postings.organisation[who]!, staff.postings.unit[who]!, who, from - 400 * DAY, from - 130 * DAY);
      single("a former patient", "former-patient", who, person, moment(20, 88));
    }
    {
      const who = anybody();
      const number = note("a day of a hundred and twenty records", "volume", who, -1);
      const at = moment();
      for (let each = 0; each < 120; each++) accesses.add(who, stranger(), at + each * 50 - 5400, ACT.open, 0, 0, number);
    }
    {
      const who = anybody();
      const number = note("a pile of prints", "prints", who, -1);
      const at = moment();
      for (let each = 0; each < 40; each++) accesses.add(who, stranger(), at + each * 60, ACT.print, 0, 0, number);
    }
    {
      const who = anybody();
      const number = note("names looked through", "browsed", who, -1);
      const at = moment();
      for (let each = 0; each < 45; each++) accesses.add(who, stranger(), at + each * 45, ACT.found, 0, 0, number);
    }
    {
      const who = anybody();
      const number = note("tried again and again", "denied", who, -1);
      const at = moment();
      for (let each = 0; each < 8; each++) accesses.add(who, stranger(), at + each * 70, ACT.refused, 0, 0, number);
    }
    {
      const hospital = random.pick(places.organisations.filter((each) => each.kind === "hospital"));
      const person = drawn(adult, (each) => !care.knows(hospital.number, each));
      const number = note("the talk of the house", "many-on-one", -1, person);
      const at = moment(5, 80);
      const crowd = new Set<number>();
      while (crowd.size < 14) crowd.add(random.pick(random.pick(hospital.units).staff));
      for (const each of crowd) if (!places.sleepers.has(each)) accesses.add(each, person, at + random.whole(0, 4 * DAY), ACT.open, 0, 0, number);
    }
    {
      const who = anybody();
      const number = note("one or two a week, for months", "serial", who, -1);
      for (let week = 0; week < 13; week++) for (let each = random.whole(1, 2); each > 0; each--) work.look(who, stranger(), from + (week * 7 + random.whole(0, 6)) * DAY + random.whole(8, 20) * 3600, 0, number);
    }
  }
  // Like nothing in particular.
  for (let time = 0; time < times * 2; time++) {
    {
      const [who, person] = [anybody(), adult()];
      const number = note("one person, over and over", null, who, person);
      for (let each = random.whole(4, 12); each > 0; each--) work.look(who, person, moment(), 0, number);
    }
    {
      const who = anybody();
      const number = note("people of the own street, now and then", null, who, -1);
      for (let each = random.whole(2, 6); each > 0; each--) work.look(who, Math.min(people.size - 1, Math.max(0, home(who) + random.whole(-400, 400))), moment(), 0, number);
    }
    {
      // Under cover of care: a colleague lies on the professional's own ward.
      const other = anybody();
      const who = drawn(anybody, (each) => each !== other && isAt(each, staff.postings.organisation[other]!));
      const at = moment(5, 80);
      care.add(home(other), CARE_KIND.admission, staff.postings.organisation[who]!, staff.postings.unit[who]!, -1, at - 2 * DAY, at + 3 * DAY);
      work.look(who, home(other), at, 0, note("a colleague, under cover of care", null, who, home(other)));
    }
  }
  return done;
}

function onShift(staff: Places["staff"], professional: number, at: number, slack: number): boolean {
  for (let shift = staff.rotaFrom[professional]!; shift < staff.rotaFrom[professional + 1]!; shift++) if (staff.rotaStart[shift]! - slack <= at && at <= staff.rotaEnd[shift]! + slack) return true;
  return false;
}
