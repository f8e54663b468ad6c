/** The people of a quarter of accesses: households in streets, by number alone; nobody has a name here. */
import { NEVER } from "#monitoring";
import type { Random } from "../random.ts";

const DAY = 86_400;
const YEAR = 31_557_600;

export type People = {
  readonly size: number;
  readonly surname: Uint32Array;
  readonly postcode: Uint32Array;
  readonly household: Uint32Array;
  readonly phone: Uint32Array;
  readonly born: Float64Array;
  readonly diedAt: Uint32Array;
  readonly objectedAt: Uint32Array;
  readonly wellKnown: Uint8Array;
  readonly contactFrom: Int32Array;
  readonly contactPhone: Uint32Array;
  /** Persons who share a household stand beside each other: where each one's begins and ends. */
  readonly homeFrom: Int32Array;
  readonly homeUntil: Int32Array;
};

const SURNAMES = 4000;
const HOMES_A_POSTCODE = 15;

/** Persons in order of where they live, so that neighbours have neighbouring numbers. */
export function makePeople(size: number, from: number, random: Random): People {
  const [surname, postcode, household, phone] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
  const born = new Float64Array(size);
  const [diedAt, objectedAt] = [new Uint32Array(size).fill(NEVER), new Uint32Array(size).fill(NEVER)];
  const wellKnown = new Uint8Array(size);
  const [homeFrom, homeUntil] = [new Int32Array(size), new Int32Array(size)];
  let home = 0;
  for (let person = 0; person < size; ) {
    const many = Math.min(size - person, random.weighted([{ people: 1, weight: 30 }, { people: 2, weight: 35 }, { people: 3, weight: 15 }, { people: 4, weight: 14 }, { people: 5, weight: 6 }]).people);
    // Few surnames are common, most are rare.
    const name = 1 + Math.floor(SURNAMES * random.next() ** 3);
    const hasChildren = many > 2;
    const age = random.whole(22, hasChildren ? 50 : 92);
    for (let member = 0; member < many; member++, person++) {
      homeFrom[person] = person - member;
      homeUntil[person] = person - member + many;
      surname[person] = random.chance(0.22) ? 1 + Math.floor(SURNAMES * random.next() ** 3) : name;
      household[person] = home + 1;
      postcode[person] = 1 + Math.floor(home / HOMES_A_POSTCODE);
      phone[person] = random.chance(0.15) ? 0 : random.chance(0.25) ? 0x40000000 + home : 0x80000000 + person;
      const years = member < 2 ? Math.max(18, age + random.whole(-5, 5)) : random.whole(0, Math.min(24, age - 18));
      born[person] = from - years * YEAR - random.whole(0, 364) * DAY;
      if (random.chance(years > 70 ? 0.05 : 0.003)) diedAt[person] = from + random.whole(-300, 90) * DAY;
      else if (random.chance(0.0004)) objectedAt[person] = from + random.whole(-200, 60) * DAY;
    }
    home++;
  }
  for (let each = Math.max(8, Math.round(size / 25_000)); each > 0; each--) wellKnown[random.whole(0, size - 1)] = 1;
  const contactFrom = new Int32Array(size + 1);
  const contacts: number[] = [];
  for (let person = 0; person < size; person++) {
    if (random.chance(0.5)) {
      const other = random.chance(0.6) ? random.whole(homeFrom[person]!, homeUntil[person]! - 1) : random.whole(Math.max(0, person - 3000), Math.min(size - 1, person + 3000));
      if (other !== person && phone[other] !== 0) contacts.push(phone[other]!);
    }
    contactFrom[person + 1] = contacts.length;
  }
  return { size, surname, postcode, household, phone, born, diedAt, objectedAt, wellKnown, contactFrom, contactPhone: Uint32Array.from(contacts), homeFrom, homeUntil };
}
