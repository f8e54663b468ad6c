/**
 * A quarter's lawful work: care happens, staff look because of it, and the record
 * of the care is as records are: some is lost, late, under another unit or without
 * a name. What staff do follows from the work, never from what an engine may explain.
 */
import { ACT, CARE_KIND, FLAG, NEVER, shiftAt } from "#monitoring";
import type { Random } from "../random.ts";
import type { People } from "./people.ts";
import type { Organisation, Places, Unit, UnitKind } from "./places.ts";
import { LAWFUL, type AccessRows, type CareRows } from "./rows.ts";

const DAY = 86_400;
const HOUR = 3600;

/** How faulty the record of care is, and how often work leaves no trace at all. */
export type Noise = { readonly lost: number; readonly late: number; readonly wrongUnit: number; readonly noUnit: number; readonly named: number; readonly wrongPerson: number; readonly noTrace: number; readonly cover: number; readonly otherSite: number };
export const USUAL_NOISE: Noise = { lost: 0.012, late: 0.04, wrongUnit: 0.02, noUnit: 0.03, named: 0.6, wrongPerson: 0.002, noTrace: 0.004, cover: 0.04, otherSite: 0.015 };

export class Work {
  readonly #people: People;
  readonly #places: Places;
  readonly #from: number;
  readonly #until: number;
  readonly #random: Random;
  readonly #accesses: AccessRows;
  readonly #care: CareRows;
  readonly #noise: Noise;
  readonly #unitsOf: ReadonlyMap<string, readonly Unit[]>;

  constructor(people: People, places: Places, from: number, until: number, random: Random, accesses: AccessRows, care: CareRows, noise: Noise) {
    [this.#people, this.#places, this.#from, this.#until, this.#random, this.#accesses, this.#care, this.#noise] = [people, places, from, until, random, accesses, care, noise];
    this.#unitsOf = Map.groupBy(places.units, (unit) => `${unit.organisation} ${unit.kind}`);
  }

  /** Works until there are so many accesses. */
  run(wanted: number): void {
    this.#register();
    const of = (kind: Organisation["kind"]): Organisation[] => this.#places.organisations.filter((each) => each.kind === kind);
    const [hospitals, practices, community, ambulance, mental, social] = [of("hospital"), of("practice"), of("community"), of("ambulance"), of("mental-health"), of("social-care")];
    const kinds = [
      { weight: 14, go: () => this.#admission(this.#bySize(hospitals)) }, { weight: 16, go: () => this.#attendance(this.#bySize(hospitals)) }, { weight: 30, go: () => this.#clinic(this.#bySize(hospitals)) }, { weight: 60, go: () => this.#practice(this.#random.pick(practices)) },
      { weight: 5, go: () => this.#caseload(this.#bySize(community), "community", 20) }, { weight: 12, go: () => this.#crew(this.#bySize(ambulance), this.#bySize(hospitals)) }, { weight: 3, go: () => this.#caseload(this.#bySize(mental), "mental-health", 14) }, { weight: 2, go: () => this.#caseload(this.#bySize(social), "social-care", 12) },
      { weight: 6, go: () => this.#referral(this.#bySize([...community, ...mental, ...hospitals])) },
    ];
    while (this.#accesses.size < wanted) this.#random.weighted(kinds).go();
  }

  #bySize(organisations: readonly Organisation[]): Organisation {
    return this.#random.weighted(organisations.map((each) => ({ each, weight: each.units.length }))).each;
  }

  /** Everybody has a practice, nearly always the one of the area, and nearly always it is known. */
  #register(): void {
    const practices = this.#places.organisations.filter((each) => each.kind === "practice");
    for (let person = 0; person < this.#people.size; person++) {
      const near = practices[Math.min(practices.length - 1, Math.floor((person * practices.length) / this.#people.size))]!;
      const practice = this.#random.chance(0.04) ? this.#random.pick(practices) : near;
      this.#practiceOf.set(person, practice);
      if (!this.#random.chance(0.004)) this.#care.add(person, CARE_KIND.registration, practice.number, 0, -1, this.#from - this.#random.whole(30, 6000) * DAY, NEVER);
    }
  }
  readonly #practiceOf = new Map<number, Organisation>();

  #personOf(organisation: Organisation): number {
    const [from, until] = organisation.area;
    const person = this.#random.chance(0.9) ? this.#random.whole(from, until - 1) : this.#random.whole(0, this.#people.size - 1);
    return this.#people.diedAt[person]! < this.#from ? this.#personOf(organisation) : person;
  }

  #moment(): number {
    return this.#from + Math.floor(this.#random.next() * (this.#until - this.#from));
  }
  /** In working hours of a weekday near a moment. */
  #officeHour(time: number): number {
    let day = Math.floor((time - this.#from) / DAY);
    while ((((day + 4) % 7) + 7) % 7 >= 5) day++;
    return this.#from + day * DAY + 8 * HOUR + this.#random.whole(0, 9 * HOUR);
  }

  #unit(organisation: Organisation, kind: UnitKind): Unit {
    return this.#random.pick(this.#unitsOf.get(`${organisation.number} ${kind}`) ?? organisation.units);
  }

  /** Keeps a piece of care as its source would. */
  #record(person: number, kind: number, organisation: Organisation, unit: Unit | null, professional: number, start: number, end: number): void {
    const { lost, late, wrongUnit, noUnit, named } = this.#noise;
    if (this.#random.chance(lost)) return;
    const at = this.#random.chance(late) ? start + this.#random.whole(1, 4 * 24) * HOUR : start;
    const under = unit === null || this.#random.chance(noUnit) ? 0 : this.#random.chance(wrongUnit) ? this.#random.pick(organisation.units).number : unit.number;
    this.#care.add(person, kind, organisation.number, under, professional >= 0 && this.#random.chance(kind === CARE_KIND.crew ? 0.97 : named) ? professional : -1, at, end === NEVER ? NEVER : Math.max(end, at));
  }

  /** Somebody of a unit, now and then of another one who covers, with or without a rota that says so; on shift where a rota is kept, but for overtime and swapped shifts. */
  #someone(unit: Unit, time: number): number {
    const { cover, otherSite } = this.#noise;
    let from = unit;
    if (this.#random.chance(cover)) from = this.#random.pick(this.#places.organisations[unit.organisation - 1]!.units);
    else if (this.#random.chance(otherSite)) from = this.#random.pick(this.#unitsOf.get(`${unit.organisation} ${unit.kind}`)!);
    let who = this.#random.pick(from.staff);
    for (let tries = 0; tries < 12 && !this.#isThere(who, time); tries++) who = this.#random.pick(from.staff);
    return who;
  }

  #isThere(professional: number, time: number): boolean {
    const { staff } = this.#places;
    return staff.rotaFrom[professional] === staff.rotaFrom[professional + 1] || shiftAt(staff, professional, time, 1800) >= 0;
  }

  /** Whoever knows the person where they are on shift, else somebody of the unit. */
  #knownOr(known: number, unit: Unit, time: number): number {
    return this.#isThere(known, time) ? known : this.#someone(unit, time);
  }

  /** Whether a professional works at all: nobody looks lawfully after leaving, and untrained they are not let in. */
  #works(professional: number, time: number): boolean {
    const { staff, sleepers } = this.#places;
    return !sleepers.has(professional) && time <= staff.leftAt[professional]! && time <= staff.trainedUntil[professional]!;
  }

  /** Nobody is let in after an objection; after a death there is a little to write up, and then nothing. */
  #isClosed(person: number, time: number): boolean {
    return time >= this.#people.objectedAt[person]! || time > this.#people.diedAt[person]! + 30 * DAY;
  }

  /** One sitting at one record: found or handed over, opened, read a little further, now and then printed. */
  look(professional: number, person: number, time: number, flags = 0, truth: number = LAWFUL, device?: number): void {
    const { staff } = this.#places;
    if (truth === LAWFUL && (!this.#works(professional, time) || this.#isClosed(person, time))) return;
    const random = this.#random;
    const unit = this.#places.units[staff.postings.unit[professional]! - 1]!;
    const on = device ?? random.pick(unit.devices);
    const add = (act: number, who: number, at: number): void => this.#accesses.add(professional, who, at, act, flags, on, truth);
    if (truth === LAWFUL) {
      if (random.chance(0.002)) this.#accesses.add(professional, person, time - 40, ACT.refused, 0, on, LAWFUL);
      if (random.chance(this.#noise.wrongPerson)) this.#accesses.add(professional, random.whole(0, this.#people.size - 1), time - 30, ACT.open, 0, on, LAWFUL);
      if (random.chance(0.25)) {
        add(ACT.found, person, time - 12);
        for (let other = random.whole(0, 2); other > 0; other--) this.#accesses.add(professional, random.whole(0, this.#people.size - 1), time - 12, ACT.found, 0, on, LAWFUL);
      } else flags |= FLAG.launched;
    } else add(ACT.found, person, time - 12);
    add(ACT.open, person, time);
    for (let more = random.whole(0, 2); more > 0; more--) add(random.chance(0.6) ? ACT.section : random.chance(0.6) ? ACT.item : ACT.document, person, time + random.whole(5, 400));
    if (truth === LAWFUL && random.chance(0.01)) add(ACT.print, person, time + 420);
    if (random.chance(0.02)) add(ACT.search, person, time + 60);
    // A helpline, an audit of notes, a question by telephone: work that no source ever records.
    if (truth === LAWFUL && random.chance(this.#noise.noTrace)) {
      const who = random.pick(random.pick(this.#places.units).staff);
      if (this.#works(who, time + 3 * DAY)) this.#accesses.add(who, person, this.#officeHour(time), ACT.open, random.chance(0.4) ? FLAG.reason : 0, 0, LAWFUL);
    }
  }

  #admission(hospital: Organisation): void {
    const random = this.#random;
    const person = this.#personOf(hospital);
    const start = this.#from - 10 * DAY + Math.floor(random.next() * (this.#until - this.#from + 10 * DAY));
    this.#stay(hospital, person, start);
  }

  #stay(hospital: Organisation, person: number, start: number): void {
    const random = this.#random;
    let at = start;
    let last = this.#unit(hospital, "ward");
    for (let leg = random.chance(0.3) ? 2 : 1; leg > 0; leg--) {
      const ward = (last = this.#unit(hospital, "ward"));
      const length = Math.ceil(-Math.log(1 - random.next()) * 4.5 * DAY) + 6 * HOUR;
      const consultant = this.#someone(ward, at);
      this.#record(person, CARE_KIND.admission, hospital, ward, consultant, at, at + length);
      for (let day = 0; day < Math.min(length / DAY, 21); day++) {
        const hour = (): number => at + day * DAY + Math.floor(random.next() * Math.min(DAY, length - day * DAY));
        for (let looks = random.whole(1, 3); looks > 0; looks--) this.#lookAt(ward, person, hour(), random.chance(0.25) ? consultant : -1);
        if (random.chance(0.25)) this.#lookAt(this.#unit(hospital, random.pick(["pharmacy", "imaging", "therapies"] as const)), person, this.#officeHour(at + day * DAY));
        if (random.chance(0.06)) this.#consult(hospital, person, hour());
      }
      at += length;
    }
    // Letters are typed and stays are coded afterwards.
    if (random.chance(0.5)) this.#lookAt(random.chance(0.9) ? last : this.#unit(hospital, "clinic"), person, this.#officeHour(at + random.whole(0, 14) * DAY));
    // The practice reads the discharge letter.
    if (random.chance(0.7)) this.look(random.pick(this.#practiceOf.get(person)!.units[0]!.staff), person, this.#officeHour(at + random.whole(0, 5) * DAY));
  }

  /** Another team is asked for its opinion; seven in ten times the request is on record. */
  #consult(hospital: Organisation, person: number, time: number): void {
    const unit = this.#unit(hospital, this.#random.chance(0.5) ? "clinic" : "ward");
    const then = this.#officeHour(time) + DAY;
    const asked = this.#someone(unit, then);
    if (this.#random.chance(0.7)) this.#record(person, CARE_KIND.request, hospital, unit, asked, time, time + 2 * DAY);
    this.look(asked, person, then);
  }

  #lookAt(unit: Unit, person: number, time: number, known = -1): void {
    this.look(known < 0 ? this.#someone(unit, time) : this.#knownOr(known, unit, time), person, time);
  }

  #attendance(hospital: Organisation): void {
    const random = this.#random;
    const person = this.#personOf(hospital);
    const at = this.#moment();
    const emergency = this.#unit(hospital, "emergency");
    this.#record(person, CARE_KIND.attendance, hospital, emergency, this.#someone(emergency, at), at, at + random.whole(1, 9) * HOUR);
    for (let looks = random.whole(1, 4); looks > 0; looks--) {
      const time = at + random.whole(0, 6 * HOUR);
      this.look(this.#someone(emergency, time), person, time, random.chance(0.02) ? FLAG.breakGlass : 0);
    }
    if (random.chance(0.2)) this.#stay(hospital, person, at + random.whole(3, 9) * HOUR);
  }

  #clinic(hospital: Organisation): void {
    const random = this.#random;
    const person = this.#personOf(hospital);
    const clinic = this.#unit(hospital, "clinic");
    const at = this.#officeHour(this.#moment());
    const clinician = this.#someone(clinic, at);
    // An appointment that was cancelled leaves no relationship, and the clinic had looked all the same.
    if (!random.chance(0.02)) this.#record(person, CARE_KIND.appointment, hospital, clinic, clinician, at, at + HOUR);
    if (random.chance(0.4)) this.#lookAt(clinic, person, this.#officeHour(at - random.whole(1, 35) * DAY));
    this.look(clinician, person, at + random.whole(-1200, 1200));
    if (random.chance(0.5)) this.#lookAt(clinic, person, this.#officeHour(at + random.whole(1, 32) * DAY));
  }

  #practice(practice: Organisation): void {
    const random = this.#random;
    const [from, until] = practice.area;
    const person = random.whole(from, until - 1);
    if (this.#people.diedAt[person]! < this.#from) return;
    const own = this.#practiceOf.get(person) ?? practice;
    const at = this.#officeHour(this.#moment());
    if (random.chance(0.03)) {
      // Extended hours are at another practice; most of these appointments are on record.
      const hub = this.#random.pick(this.#places.organisations.filter((each) => each.kind === "practice"));
      const who = random.pick(hub.units[0]!.staff);
      if (random.chance(0.85)) this.#record(person, CARE_KIND.appointment, hub, null, who, at, at + HOUR);
      this.look(who, person, at);
      return;
    }
    for (let looks = random.whole(1, 3); looks > 0; looks--) this.look(random.pick(own.units[0]!.staff), person, at + random.whole(0, 2) * DAY);
  }

  #caseload(organisation: Organisation, kind: "community" | "mental-health" | "social-care", looks: number): void {
    const random = this.#random;
    const person = this.#personOf(organisation);
    const team = this.#unit(organisation, kind);
    const start = this.#from + random.whole(-120, 80) * DAY;
    const end = random.chance(0.4) ? NEVER : start + random.whole(20, 200) * DAY;
    const worker = this.#someone(team, start);
    this.#record(person, CARE_KIND.caseload, organisation, team, worker, start, end);
    const [first, last] = [Math.max(start, this.#from), Math.min(end, this.#until)];
    if (last <= first) return;
    for (let each = Math.max(1, Math.round((looks * (last - first)) / (60 * DAY))); each > 0; each--) {
      const time = this.#officeHour(first + Math.floor(random.next() * (last - first)));
      this.#lookAt(team, person, time, random.chance(0.4) ? worker : -1);
      // Meetings about one person bring others to the record, with a reason and without a relationship.
      if (random.chance(0.008)) this.look(random.pick(random.pick(this.#places.units).staff), person, this.#officeHour(time), FLAG.reason);
    }
  }

  #crew(ambulance: Organisation, hospital: Organisation): void {
    const random = this.#random;
    const person = this.#personOf(hospital);
    const station = this.#unit(ambulance, "station");
    const at = this.#moment();
    const crew = [this.#someone(station, at), this.#someone(station, at)];
    const known = !random.chance(0.05);
    for (const each of crew) {
      const time = at + random.whole(0, 2400);
      if (known) this.#record(person, CARE_KIND.crew, ambulance, station, each, at - random.whole(0, 900), at + 2 * HOUR);
      this.look(each, person, time, known && !random.chance(0.05) ? 0 : FLAG.breakGlass);
    }
    if (random.chance(0.6)) {
      const emergency = this.#unit(hospital, "emergency");
      this.#record(person, CARE_KIND.attendance, hospital, emergency, -1, at + HOUR, at + 7 * HOUR);
      for (let looks = random.whole(1, 3); looks > 0; looks--) this.#lookAt(emergency, person, at + HOUR + random.whole(0, 6 * HOUR));
    }
  }

  #referral(to: Organisation): void {
    const random = this.#random;
    const person = this.#personOf(to);
    const unit = to.kind === "hospital" ? this.#unit(to, "clinic") : random.pick(to.units);
    const at = this.#officeHour(this.#moment());
    this.#record(person, CARE_KIND.referral, to, unit, -1, at, at + random.whole(10, 90) * DAY);
    for (let looks = random.whole(1, 3); looks > 0; looks--) this.#lookAt(unit, person, this.#officeHour(at + random.whole(0, 25) * DAY));
  }
}
