/** Organisations, their units and who works in them, with a rota where there would be one. */
import { NEVER, type Staff } from "#monitoring";
import type { Random } from "../random.ts";
import type { People } from "./people.ts";

const DAY = 86_400;
const HOUR = 3600;

export type UnitKind = "ward" | "clinic" | "emergency" | "pharmacy" | "imaging" | "therapies" | "practice" | "community" | "station" | "mental-health" | "social-care";
export type Unit = { readonly number: number; readonly organisation: number; readonly kind: UnitKind; readonly staff: number[]; devices: number[] };
export type Organisation = { readonly number: number; readonly kind: "hospital" | "practice" | "community" | "ambulance" | "mental-health" | "social-care"; readonly units: Unit[]; /** Persons of its area: from, until. */ readonly area: readonly [number, number] };

/** Roles of the region pack that work in each kind of unit. */
export const ROLES = ["hospital-doctor", "hospital-nurse", "support-staff", "ed-doctor", "pharmacist", "therapist", "gp", "practice-nurse", "community-nurse", "paramedic", "mental-health-nurse", "adult-social-worker", "childrens-social-worker"] as const;
type RoleName = (typeof ROLES)[number];
const WORKS: Readonly<Record<UnitKind, readonly { role: RoleName; weight: number }[]>> = {
  ward: [{ role: "hospital-nurse", weight: 6 }, { role: "hospital-doctor", weight: 3 }, { role: "support-staff", weight: 2 }], clinic: [{ role: "hospital-doctor", weight: 3 }, { role: "hospital-nurse", weight: 2 }, { role: "support-staff", weight: 2 }],
  emergency: [{ role: "ed-doctor", weight: 4 }, { role: "hospital-nurse", weight: 6 }, { role: "support-staff", weight: 1 }], pharmacy: [{ role: "pharmacist", weight: 1 }], imaging: [{ role: "hospital-doctor", weight: 1 }, { role: "support-staff", weight: 1 }], therapies: [{ role: "therapist", weight: 1 }],
  practice: [{ role: "gp", weight: 4 }, { role: "practice-nurse", weight: 3 }, { role: "support-staff", weight: 4 }], community: [{ role: "community-nurse", weight: 5 }, { role: "therapist", weight: 1 }], station: [{ role: "paramedic", weight: 1 }], "mental-health": [{ role: "mental-health-nurse", weight: 1 }],
  "social-care": [{ role: "adult-social-worker", weight: 4 }, { role: "childrens-social-worker", weight: 1 }],
};

export type Places = { readonly organisations: readonly Organisation[]; readonly units: readonly Unit[]; readonly staff: Staff; /** Who each professional is, whether the employer knows it or not. */ readonly person: Int32Array; /** Professionals who are kept for one misuse and do nothing else. */ readonly sleepers: ReadonlySet<number>; readonly leavers: readonly number[]; readonly untrained: readonly number[] };

/** How people of a size are employed: shares of the staff. */
const SHARES = { hospital: 0.46, practice: 0.25, community: 0.11, ambulance: 0.06, "mental-health": 0.07, "social-care": 0.05 } as const;
const UNIT_SIZE: Readonly<Record<Organisation["kind"], number>> = { hospital: 26, practice: 20, community: 15, ambulance: 30, "mental-health": 15, "social-care": 15 };
const LARGEST: Readonly<Record<Organisation["kind"], number>> = { hospital: 1900, practice: 20, community: 800, ambulance: 1300, "mental-health": 1400, "social-care": 700 };
const HOSPITAL: readonly UnitKind[] = ["ward", "clinic", "emergency", "pharmacy", "imaging", "therapies"];

export function makePlaces(size: number, people: People, from: number, days: number, random: Random): Places {
  const organisations: Organisation[] = [];
  const units: Unit[] = [];
  const posts: { organisation: number; unit: number; role: number; person: number; kind: UnitKind }[] = [];
  for (const kind of Object.keys(SHARES) as Organisation["kind"][]) {
    const employed = Math.max(UNIT_SIZE[kind] * (kind === "hospital" ? 7 : 2), Math.round(size * SHARES[kind]));
    const many = Math.max(kind === "practice" ? 2 : 1, Math.round(employed / LARGEST[kind]));
    for (let index = 0; index < many; index++) {
      const area = [Math.floor((people.size * index) / many), Math.floor((people.size * (index + 1)) / many)] as const;
      const organisation: Organisation = { number: organisations.length + 1, kind, units: [], area };
      organisations.push(organisation);
      const unitCount = Math.max(kind === "hospital" ? 7 : 1, Math.round(employed / many / UNIT_SIZE[kind]));
      for (let at = 0; at < unitCount; at++) {
        const unitKind: UnitKind = kind === "hospital" ? (at < HOSPITAL.length ? HOSPITAL[at]! : random.chance(0.7) ? "ward" : "clinic") : kind === "ambulance" ? "station" : kind;
        const unit: Unit = { number: units.length + 1, organisation: organisation.number, kind: unitKind, staff: [], devices: [] };
        units.push(unit);
        organisation.units.push(unit);
        const posted = Math.max(6, Math.round(employed / many / unitCount));
        unit.devices = Array.from({ length: Math.ceil(posted / 3) }, (_, device) => unit.number * 1000 + device + 1);
        for (let each = 0; each < posted; each++) {
          // Most live where they work.
          const person = random.chance(0.85) ? random.whole(area[0], area[1] - 1) : random.whole(0, people.size - 1);
          unit.staff.push(posts.length);
          posts.push({ organisation: organisation.number, unit: unit.number, role: 1 + ROLES.indexOf(random.weighted(WORKS[unitKind]).role), person, kind: unitKind });
        }
      }
    }
  }
  const taken = new Set<number>();
  for (const post of posts) {
    while (taken.has(post.person) || people.born[post.person]! > from - 22 * 31_557_600 || people.born[post.person]! < from - 66 * 31_557_600 || people.diedAt[post.person] !== NEVER) post.person = random.whole(0, people.size - 1);
    taken.add(post.person);
  }
  const count = posts.length;
  const person = Int32Array.from(posts.map((each) => each.person));
  // Each of these is used once, so there are some even in a small region.
  const odd = new Set<number>();
  while (odd.size < Math.max(36, count / 50)) odd.add(random.whole(0, count - 1));
  const third = Math.floor(odd.size / 3);
  const [leavers, untrained, sleepers] = [[...odd].slice(0, third), [...odd].slice(third, 2 * third), new Set([...odd].slice(2 * third))];
  const leftAt = new Uint32Array(count).fill(NEVER);
  const trainedUntil = new Uint32Array(count).fill(NEVER);
  for (const each of leavers) leftAt[each] = from + random.whole(5, 60) * DAY;
  for (const each of untrained) trainedUntil[each] = from + random.whole(5, 60) * DAY;
  const rota = makeRota(posts, from, days, random);
  const staff: Staff = {
    size: count,
    postings: { size: count, professional: Int32Array.from(posts.keys()), organisation: Uint16Array.from(posts.map((each) => each.organisation)), unit: Uint16Array.from(posts.map((each) => each.unit)), role: Uint16Array.from(posts.map((each) => each.role)) },
    // Three in four told their employer their own number.
    ownPerson: person.map((each) => (random.chance(0.75) ? each : -1)),
    surname: Uint32Array.from(person, (each) => people.surname[each]!), postcode: Uint32Array.from(person, (each) => people.postcode[each]!), household: Uint32Array.from(person, (each) => people.household[each]!), phone: Uint32Array.from(person, (each) => people.phone[each]!),
    leftAt, trainedUntil, ...rota,
  };
  return { organisations, units, staff, person, sleepers, leavers, untrained };
}

/** Hospitals and ambulances give their rota, half of the community teams do, nobody else. Some shifts are of another unit. */
function makeRota(posts: readonly { organisation: number; unit: number; kind: UnitKind }[], from: number, days: number, random: Random): Pick<Staff, "rotaFrom" | "rotaStart" | "rotaEnd" | "rotaUnit"> {
  const rotaFrom = new Int32Array(posts.length + 1);
  const [start, end, unit]: [number[], number[], number[]] = [[], [], []];
  const byOrganisation = Map.groupBy(posts, (each) => each.organisation);
  const hasRota = new Set(posts.filter((each) => each.kind !== "practice" && each.kind !== "social-care" && each.kind !== "mental-health" && (each.kind !== "community" || each.unit % 2 === 0)).map((each) => each.unit));
  posts.forEach((post, index) => {
    if (hasRota.has(post.unit)) {
      const roundTheClock = post.kind === "ward" || post.kind === "emergency" || post.kind === "station";
      const offset = random.whole(0, 6);
      for (let day = 0; day < days; day++) {
        const works = roundTheClock ? (day + offset) % 7 < 3 || random.chance(0.08) : (day + 4) % 7 < 5;
        if (!works || random.chance(0.05)) continue;
        const night = roundTheClock && Math.floor((day + offset) / 7) % 3 === 2;
        const begins = from + day * DAY + (night ? 19.5 : roundTheClock ? 7.5 : 8) * HOUR;
        start.push(begins);
        end.push(begins + (roundTheClock ? 12.5 : 10) * HOUR);
        unit.push(roundTheClock && random.chance(0.04) ? random.pick(byOrganisation.get(post.organisation)!).unit : post.unit);
      }
    }
    rotaFrom[index + 1] = start.length;
  });
  return { rotaFrom, rotaStart: Uint32Array.from(start), rotaEnd: Uint32Array.from(end), rotaUnit: Uint16Array.from(unit) };
}
