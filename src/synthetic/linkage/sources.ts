import { ageAt } from "../calendar.ts";
import type { Random } from "../random.ts";
import type { Region, Town } from "../region.ts";
import type { Level } from "./levels.ts";
import { heldAt, type LinkagePerson } from "./person.ts";
import { NO_FIXED_ABODE, NO_PRACTICE, PRACTICE_UNKNOWN, type Home } from "./places.ts";
import { dayAndMonthExchanged, slipOfDay, slipOfDigit, slipOfMonth, slipOfYear } from "./slips.ts";
import { registeredName, writtenName } from "./written.ts";

/** A source patient as a matcher is given it: several values of a field are its history, newest first; none, the source does not say. */
export type LinkageFields = Readonly<Record<"nhsNumber" | "nhsNumberStatus" | "family" | "given" | "dateOfBirth" | "sex" | "postcode" | "address" | "phone" | "email" | "gpPractice", readonly string[]>>;

export type SourceKind = "practice" | "former-practice" | "hospital" | "other-hospital" | "hospital-twice" | "newborn" | "community" | "mental-health" | "out-of-hours" | "ambulance" | "council";

/** What a kind of organisation asks its people for, as the share of its records that have it; and its NHS numbers. */
type Habit = { readonly verified: number; readonly unverified: number; readonly dateOfBirth: number; readonly address: number; readonly phone: number; readonly email: number; readonly practice: number };

const HABITS: Readonly<Record<SourceKind, Habit>> = {
  practice: { verified: 0.98, unverified: 0.015, dateOfBirth: 1, address: 1, phone: 0.88, email: 0.6, practice: 1 },
  "former-practice": { verified: 0.98, unverified: 0.015, dateOfBirth: 1, address: 1, phone: 0.7, email: 0.2, practice: 1 },
  hospital: { verified: 0.93, unverified: 0.04, dateOfBirth: 0.9999, address: 0.98, phone: 0.8, email: 0.2, practice: 0.94 },
  "other-hospital": { verified: 0.92, unverified: 0.04, dateOfBirth: 0.9999, address: 0.98, phone: 0.8, email: 0.2, practice: 0.94 },
  "hospital-twice": { verified: 0.35, unverified: 0.15, dateOfBirth: 0.99, address: 0.9, phone: 0.6, email: 0.1, practice: 0.7 },
  newborn: { verified: 0.88, unverified: 0.04, dateOfBirth: 1, address: 0.98, phone: 0.7, email: 0, practice: 0.6 },
  community: { verified: 0.94, unverified: 0.03, dateOfBirth: 0.9999, address: 0.97, phone: 0.85, email: 0.15, practice: 0.94 },
  "mental-health": { verified: 0.9, unverified: 0.05, dateOfBirth: 0.9999, address: 0.95, phone: 0.8, email: 0.2, practice: 0.88 },
  "out-of-hours": { verified: 0.85, unverified: 0.07, dateOfBirth: 0.999, address: 0.93, phone: 0.92, email: 0, practice: 0.85 },
  ambulance: { verified: 0.45, unverified: 0.05, dateOfBirth: 0.85, address: 0.75, phone: 0.35, email: 0, practice: 0.25 },
  council: { verified: 0, unverified: 0, dateOfBirth: 0.985, address: 0.97, phone: 0.7, email: 0.35, practice: 0.3 },
};

/** What is wrong on purpose with a record that no level speaks of. */
export type RecordFlaw = "unknown patient" | "baby" | "another person's number" | "default birth date";

/** One organisation's record; `truth` the human, or a key of its own for one whom nobody could name. */
export type SourceRecord = { readonly fields: LinkageFields; readonly kind: SourceKind; readonly organisation: string; readonly truth: string; readonly flaws: readonly RecordFlaw[] };

const NONE: readonly string[] = [];
const upTo = (wanted: boolean, values: readonly string[]): readonly string[] => (wanted ? values : NONE);

/** Which organisations a person is known to and what each wrote down. */
export class Sources {
  readonly #random: Random;
  readonly #level: Level;
  readonly #now: Date;
  readonly #odsOf: ReadonlyMap<string, string>;
  readonly #region: Region;
  readonly #strangers: string[] = [];
  #unknown = 0;

  constructor(random: Random, level: Level, region: Region, now: Date) {
    this.#random = random;
    this.#level = level;
    this.#now = now;
    this.#region = region;
    this.#odsOf = new Map([...region.acute.map((one) => [one.feed, one.ods] as const), ...region.fhir.map((one) => [one.feed, one.ods] as const), ...region.councils.map((one) => [one.id, one.ods] as const)]);
  }

  /** All records of one person. */
  recordsOf(person: LinkagePerson): SourceRecord[] {
    const random = this.#random;
    const records: SourceRecord[] = [];
    const { age } = person;
    const add = (kind: SourceKind, chance: number): void => {
      if (random.chance(chance)) records.push(this.#record(person, kind));
    };
    add("practice", person.noFixedAbode ? 0.6 : 0.985);
    if (person.homes.length > 1 && person.homes[0]!.place.practice !== person.homes[1]!.place.practice) add("former-practice", 0.16);
    if (age < 8) add("newborn", age < 1 ? 0.8 : 0.3);
    add("hospital", age < 1 ? 0.4 : 0.85);
    add("other-hospital", 0.28);
    add("hospital-twice", 0.015);
    add("community", age > 64 ? 0.6 : age < 18 ? 0.55 : 0.15);
    add("mental-health", age > 11 ? 0.1 : 0.01);
    add("out-of-hours", 0.38);
    add("ambulance", age > 64 ? 0.25 : 0.08);
    add("council", person.noFixedAbode || age > 74 ? 0.35 : age < 18 ? 0.09 : 0.05);
    if (records.length === 0) records.push(this.#record(person, "hospital"));
    if (random.chance(0.0005)) records.push(this.#unknownPatient(person));
    if (this.#strangers.push(person.nhsNumber) > 200) this.#strangers.shift();
    return records;
  }

  #record(person: LinkagePerson, kind: SourceKind): SourceRecord {
    const random = this.#random;
    const level = this.#level;
    const habit = HABITS[kind];
    const registered = kind === "practice";
    // A practice traces its patients at registration, so its own slips are few; those of the others are the level's.
    const years = registered ? 0 : kind === "newborn" ? person.age : kind === "former-practice" ? person.homes[0]!.since + 0.01 : Math.min(Math.max(0, person.age - 0.1), -Math.log(1 - random.next()) * level.yearsSinceContact);
    const home = heldAt(person.homes, years);
    const flaws: RecordFlaw[] = [];
    let { given, family } = registered || kind === "former-practice" ? registeredName(person) : writtenName(person, years, level, random);
    if (kind === "former-practice") family = heldAt(person.families, years).value;
    if (kind === "newborn") {
      const twin = person.difficulties.includes("twin");
      given = twin ? `TWIN ${random.whole(1, 2)}` : random.pick(["BABY", "BABY", person.sex === "male" ? "BABY BOY" : "BABY GIRL"]);
      flaws.push("baby");
    }
    const kept = (share: number): boolean => random.chance(registered ? share : 1 - (1 - share) * level.missing);
    const dateOfBirth = kept(habit.dateOfBirth) ? this.#birthDate(person, kind, flaws) : null;
    const sex = random.chance(registered ? 0.0001 : level.sex) ? (random.chance(0.5) ? "unknown" : person.sex === "male" ? "female" : "male") : person.sex;
    const [number, status] = this.#number(person, habit, registered, flaws);
    const where = person.noFixedAbode && random.chance(0.7) ? null : home;
    const addressed = kept(habit.address) || where === null;
    const older = this.#olderHomes(person, home, registered);
    const upperCase = kind === "hospital" || kind === "hospital-twice" || kind === "ambulance";
    const mobile = heldAt(person.phones, years).value;
    const shared = random.chance(0.25);
    return {
      kind,
      organisation: this.#organisation(kind, home.place.town, home.place.practice),
      truth: person.key,
      flaws,
      fields: {
        nhsNumber: upTo(number !== null, [number ?? ""]),
        nhsNumberStatus: upTo(number !== null, [status]),
        family: this.#families(person, upperCase ? family.toUpperCase() : family, years, registered),
        given: upTo(given !== "", [upperCase ? given.toUpperCase() : given]),
        dateOfBirth: upTo(dateOfBirth !== null, [dateOfBirth ?? ""]),
        sex: [sex],
        postcode: upTo(addressed, where === null ? [NO_FIXED_ABODE] : [this.#postcode(home, registered), ...older.map((each) => each.place.postcode)]),
        address: upTo(addressed, where === null ? ["No fixed abode"] : [lineOf(home), ...older.map(lineOf)]),
        phone: upTo(kept(habit.phone), shared && registered ? [mobile, person.sharedPhone] : [shared ? person.sharedPhone : mobile]),
        email: upTo(person.email !== null && kept(habit.email), [person.email ?? ""]),
        gpPractice: upTo(kept(habit.practice), [person.noFixedAbode && !registered ? NO_PRACTICE : random.chance(0.01) && !registered ? PRACTICE_UNKNOWN : home.place.practice]),
      },
    };
  }

  #birthDate(person: LinkagePerson, kind: SourceKind, flaws: RecordFlaw[]): string {
    const random = this.#random;
    const level = this.#level;
    const date = person.birthDate;
    // Crews and call handlers are told an age: the year stands with 1 January.
    if ((kind === "ambulance" || kind === "council") && random.chance(0.006)) {
      flaws.push("default birth date");
      return random.chance(0.7) ? `${date.slice(0, 4)}-01-01` : "1900-01-01";
    }
    const factor = kind === "practice" || kind === "former-practice" || kind === "newborn" ? 0 : 1;
    if (factor === 0) return date;
    if (random.chance(level.exchanged)) return dayAndMonthExchanged(date) ?? date;
    let said = date;
    if (random.chance(level.year)) said = slipOfYear(said, random);
    if (random.chance(level.month - level.exchanged * 0.35)) said = slipOfMonth(said, random);
    if (random.chance(level.day - level.exchanged * 0.35)) said = slipOfDay(said, random);
    return ageAt(said, this.#now) < 0 ? date : said;
  }

  #number(person: LinkagePerson, habit: Habit, registered: boolean, flaws: RecordFlaw[]): [string | null, string] {
    const random = this.#random;
    const missing = registered ? 1 : this.#level.missing;
    const draw = random.next();
    const verified = 1 - (1 - habit.verified) * (habit.verified > 0.5 ? missing : 1);
    if (draw >= verified + habit.unverified) return [null, ""];
    if (!registered && this.#strangers.length > 0 && random.chance(0.0004)) {
      flaws.push("another person's number");
      return [random.pick(this.#strangers), random.chance(0.6) ? "01" : "02"];
    }
    const number = person.otherNumber !== null && random.chance(0.4) ? person.otherNumber : person.nhsNumber;
    return draw < verified ? [number, "01"] : [number, random.pick(["02", "03"])];
  }

  #postcode(home: Home, registered: boolean): string {
    const { postcode } = home.place;
    return !registered && this.#random.chance(this.#level.postcode) ? slipOfDigit(postcode, this.#random) : postcode;
  }

  /** Former addresses that a system still shows. */
  #olderHomes(person: LinkagePerson, home: Home, registered: boolean): readonly Home[] {
    if (!this.#random.chance(registered ? 0.35 : 0.12)) return [];
    const at = person.homes.indexOf(home);
    return person.homes.slice(at + 1, at + 1 + this.#random.whole(1, 2));
  }

  /** The family name, and the one before where the system keeps it. */
  #families(person: LinkagePerson, family: string, years: number, registered: boolean): readonly string[] {
    const at = person.families.indexOf(heldAt(person.families, years));
    const former = person.families[at + 1]?.value;
    return former !== undefined && former !== family && this.#random.chance(registered ? 0.5 : 0.15) ? [family, former] : [family];
  }

  /** Somebody brought in who could not say who they are: a record without a human until a later message names one. */
  #unknownPatient(person: LinkagePerson): SourceRecord {
    const truth = `unknown-${++this.#unknown}`;
    const { town } = person.homes[0]!.place;
    return {
      kind: "hospital", organisation: this.#organisation("hospital", town, ""), truth, flaws: ["unknown patient"],
      fields: {
        nhsNumber: NONE, nhsNumberStatus: NONE, family: ["UNKNOWN"], given: [person.sex === "male" ? "MALE" : "FEMALE"], dateOfBirth: ["1900-01-01"], sex: [person.sex], postcode: [this.#random.chance(0.5) ? NO_FIXED_ABODE : "ZZ99 3WZ"], address: NONE, phone: NONE, email: NONE, gpPractice: [PRACTICE_UNKNOWN],
      },
    };
  }

  #organisation(kind: SourceKind, town: Town, practice: string): string {
    const region = this.#region;
    const ods = (feed: string): string => this.#odsOf.get(feed) ?? feed;
    const ofKind = (wanted: string): string => region.fhir.find((one) => one.kind === wanted)?.ods ?? region.fhir[0]!.ods;
    switch (kind) {
      case "practice":
      case "former-practice":
        return practice;
      case "hospital":
      case "hospital-twice":
      case "newborn":
        return ods(town.acute);
      case "other-hospital":
        return this.#random.pick(region.acute.filter((one) => one.feed !== town.acute)).ods;
      case "community":
        return ods(town.community);
      case "council":
        return ods(town.council);
      default:
        return ofKind(kind);
    }
  }
}

const lineOf = (home: Home): string => `${home.line}, ${home.place.town.name}`;
