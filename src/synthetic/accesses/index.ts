/**
 * A quarter of a region's accesses, with the care behind them and the truth about
 * them: lawful work, misuse of every kind, and fakes (a professional and a person
 * drawn at random). The same options give the same columns.
 */
import type { Accesses, Context } from "#monitoring";
import { ACT } from "#monitoring";
import { Random } from "../random.ts";
import { misuse, type Misuse } from "./misuse.ts";
import { makePeople } from "./people.ts";
import { makePlaces, ROLES } from "./places.ts";
import { AccessRows, CareRows, FAKE, LAWFUL } from "./rows.ts";
import { USUAL_NOISE, Work, type Noise } from "./work.ts";

export { FAKE, LAWFUL } from "./rows.ts";
export { USUAL_NOISE, type Noise } from "./work.ts";
export type { Misuse } from "./misuse.ts";

export type QuarterOptions = { readonly accesses: number; readonly seed: string; /** Start, in seconds since 1970. */ readonly from: number; readonly noise?: Noise; /** How many fakes to add; none by default, since they are no part of a quarter. */ readonly fakes?: number };

export type Quarter = {
  readonly accesses: Accesses;
  readonly context: Context;
  readonly places: { readonly houseUnits: ReadonlySet<number>; readonly oneTeam: ReadonlySet<number> };
  /** Names of roles by their number in the postings. */
  readonly roles: ReadonlyMap<number, string>;
  /** Of each access: `LAWFUL`, `FAKE`, or its misuse. */
  readonly truth: Int32Array;
  readonly misuses: readonly Misuse[];
  readonly from: number;
  readonly until: number;
};

const DAYS = 91;
const DAY = 86_400;

export function accessQuarter(options: QuarterOptions): Quarter {
  const { from } = options;
  const until = from + DAYS * DAY;
  const random = new Random(options.seed);
  const people = makePeople(Math.max(6000, Math.round(options.accesses / 8)), from, random.fork("people"));
  const places = makePlaces(Math.round(options.accesses / 420), people, from, DAYS, random.fork("places"));
  const [accesses, care] = [new AccessRows(from, until), new CareRows()];
  const work = new Work(people, places, from, until, random.fork("work"), accesses, care, options.noise ?? USUAL_NOISE);
  work.run(options.accesses);
  const misuses = misuse({ people, places, from, until, random: random.fork("misuse"), accesses, care, work }, Math.max(3, Math.round(options.accesses / 400_000)));
  const fakes = random.fork("fakes");
  for (let fake = 0; fake < (options.fakes ?? 0); fake++) accesses.add(fakes.whole(0, places.staff.size - 1), fakes.whole(0, people.size - 1), from + fakes.whole(0, DAYS * DAY - 1), ACT.open, 0, 0, FAKE);
  const staffOf = new Int32Array(people.size).fill(-1);
  places.staff.ownPerson.forEach((person, professional) => person >= 0 && (staffOf[person] = professional));
  const persons = { size: people.size, surname: people.surname, postcode: people.postcode, household: people.household, phone: people.phone, born: people.born, diedAt: people.diedAt, staff: staffOf, wellKnown: people.wellKnown, objectedAt: people.objectedAt, barredFrom: new Int32Array(people.size + 1), barredOrganisation: new Uint16Array(0), barredAt: new Uint32Array(0), contactFrom: people.contactFrom, contactPhone: people.contactPhone };
  return {
    ...accesses.inOrder(), context: { staff: places.staff, persons, care: care.byPerson(people.size) },
    places: { houseUnits: new Set(places.units.filter((each) => ["pharmacy", "imaging", "therapies"].includes(each.kind)).map((each) => each.number)), oneTeam: new Set(places.organisations.filter((each) => each.kind === "practice").map((each) => each.number)) },
    roles: new Map(ROLES.map((role, index) => [index + 1, role])), misuses, from, until,
  };
}

/** Whether an access is part of lawful work. */
export const isLawful = (quarter: Quarter, row: number): boolean => quarter.truth[row] === LAWFUL;
