import names from "../data/names.json" with { type: "json" };
import { daysBefore, isoDay } from "../calendar.ts";
import type { Random } from "../random.ts";
import type { Region, Town } from "../region.ts";
import type { Address, Person, Sex } from "./person.ts";

type Group = {
  code: string;
  weight: number;
  language: string;
  male?: string[];
  female?: string[];
  surnames: string[] | null;
};

/** Shapes of households by how common they are: ages of the adults and how many children. */
const SHAPES = [
  { weight: 16, adults: [[66, 92]], children: [0, 0] },
  { weight: 14, adults: [[25, 64]], children: [0, 0] },
  {
    weight: 17,
    adults: [
      [62, 88],
      [60, 86],
    ],
    children: [0, 0],
  },
  {
    weight: 18,
    adults: [
      [28, 62],
      [27, 60],
    ],
    children: [0, 0],
  },
  {
    weight: 24,
    adults: [
      [28, 50],
      [26, 48],
    ],
    children: [1, 3],
  },
  { weight: 7, adults: [[24, 46]], children: [1, 3] },
  {
    weight: 4,
    adults: [
      [38, 58],
      [36, 56],
      [70, 90],
    ],
    children: [0, 2],
  },
] as const;

/** The next household of the region: people under one roof, mostly with one surname and one ethnic group. */
export function household(
  random: Random,
  region: Region,
  numbers: Iterator<string>,
  firstIndex: number,
  now: Date,
): Person[] {
  const town = random.weighted(region.towns);
  const shape = random.weighted(SHAPES);
  const group = random.weighted(names.groups as Group[]);
  const surname = random.pick(group.surnames ?? names.surnames);
  const address = addressIn(town, region, random);
  const former = addressIn(random.chance(0.6) ? town : random.weighted(region.towns), region, random);
  const ages: number[] = shape.adults.map(([low, high]) => random.whole(low, high));
  const youngest = Math.min(...ages);
  const children = random.whole(shape.children[0], shape.children[1]);
  for (let child = 0; child < children; child++) ages.push(random.whole(0, Math.max(0, Math.min(17, youngest - 20))));
  const landline = `${town.dialling} 960${String(random.whole(0, 999)).padStart(3, "0")}`;
  const roof = `h${String(firstIndex).padStart(6, "0")}`;
  const people = ages.map((age, place): Person => {
    const sex: Sex =
      place < 2 && shape.adults.length === 2 && random.chance(0.94)
        ? place === 0
          ? "male"
          : "female"
        : random.chance(0.5)
          ? "male"
          : "female";
    const birth = daysBefore(now, age * 365.25 + random.whole(1, 364));
    const birthDate = isoDay(birth);
    const dead = age > 74 && random.chance(0.03) ? isoDay(daysBefore(now, random.whole(20, 600))) : null;
    return {
      key: `p${String(firstIndex + place).padStart(6, "0")}`,
      nhsNumber: numbers.next().value as string,
      title: titleOf(sex, age, random),
      given: givenNames(group, sex, birth.getUTCFullYear(), random),
      family: random.chance(place < 2 ? 0.9 : 0.97) ? surname : random.pick(names.surnames),
      sex,
      birthDate,
      deceased: dead,
      ethnicity: group.code,
      religion: random.pick(names.religions),
      language: group.language,
      address,
      formerAddress: former,
      phone: age > 14 && random.chance(0.7) ? `07700 900${String(random.whole(0, 999)).padStart(3, "0")}` : landline,
      town,
      practice: town.practice,
      household: roof,
      nextOfKin: null,
      protectedAddress: false,
    };
  });
  return people.map((person, place) => ({ ...person, nextOfKin: kinOf(people, ages, place, landline) }));
}

/** An invented street and house with a postcode of the town's real outward area and an inward part that no street uses. */
export function addressIn(town: Town, region: Region, random: Random): Address {
  const outward = random.pick(town.outward);
  // Inward codes with C, I, K, M, O or V are never issued: no real letter box answers to these.
  const inward = `${random.whole(1, 9)}${random.pick(["VK", "KV", "OM", "CO", "MV"])}`;
  return {
    line: `${random.whole(1, 180)} ${random.pick(region.streets)}`,
    town: town.name,
    county: region.county,
    postcode: `${outward} ${inward}`,
  };
}

/** Names that were common for the decade of birth, or of the ethnic group. */
function givenNames(group: Group, sex: Sex, year: number, random: Random): string[] {
  const own = group[sex];
  if (own !== undefined) return [random.pick(own)];
  const decade = year < 1945 ? "1930" : year < 1965 ? "1950" : year < 1985 ? "1970" : year < 2006 ? "1990" : "2010";
  const list = names.decades[decade][sex];
  const first = random.pick(list);
  const second = random.pick(list);
  return second === first || random.chance(0.4) ? [first] : [first, second];
}

function titleOf(sex: Sex, age: number, random: Random): string {
  if (age < 16) return sex === "male" ? "Master" : "Miss";
  return sex === "male" ? "Mr" : random.pick(["Mrs", "Ms", "Miss"]);
}

function kinOf(people: readonly Person[], ages: readonly number[], place: number, phone: string): Person["nextOfKin"] {
  const adult = people.findIndex((_, index) => index !== place && ages[index]! >= 18);
  if (adult < 0) return null;
  const other = people[adult]!;
  const child = ages[place]! < 18;
  const relationship = child ? (other.sex === "male" ? "Father" : "Mother") : "Partner";
  return { name: [...other.given.slice(0, 1), other.family].join(" "), relationship, phone };
}
