import lists from "../data/linkage-names.json" with { type: "json" };
import type { Random } from "../random.ts";
import { Ranked } from "./ranked.ts";

export type Sex = "male" | "female";

/** How a family makes and passes on its names; the rules are in this file and in `written.ts`. */
export type TraditionKey =
  | "british" | "irish" | "polish" | "romanian" | "spanish" | "sikh" | "hindu" | "pakistani" | "bangladeshi" | "nepali" | "chinese" | "african" | "somali" | "arab" | "afghan" | "caribbean" | "mixed";

export type Tradition = { readonly key: TraditionKey; readonly ethnicGroup: string; readonly weight: number; readonly family: Ranked<string>; readonly male: Ranked<string> | null; readonly female: Ranked<string> | null };

const words = (text: string): string[] => text.split(" ");

/**
 * About 5,000 British surnames: those that are common, in about their order, then
 * names built of the syllables of English place names. With this steepness the
 * first has about 1 % of the people and 1,000 names are needed for two thirds,
 * which is what surname counts of England look like.
 */
const BRITISH_SURNAMES = ((): Ranked<string> => {
  const common = words(lists.surnames);
  const seen = new Set(common);
  const built: string[] = [];
  const [first, last] = [words(lists.builtFrom.first), words(lists.builtFrom.last)];
  // Strides without a common factor mix the syllables, so that no syllable is common as a whole.
  for (let index = 0; index < first.length * last.length; index++) {
    const at = (index * 1009) % (first.length * last.length);
    const name = `${first[at % first.length]!}${last[Math.floor(at / first.length)]!}`;
    if (!seen.has(name)) built.push(name);
    seen.add(name);
  }
  return new Ranked([...common, ...built], 12, 0.86);
})();

const given = (text: string): Ranked<string> => new Ranked(words(text), 4, 0.9);
const COHORTS = { 1930: cohort("1930"), 1950: cohort("1950"), 1970: cohort("1970"), 1990: cohort("1990"), 2010: cohort("2010") };
const RARER = { male: new Ranked(words(lists.given.rarer.male), 50, 0.5), female: new Ranked(words(lists.given.rarer.female), 50, 0.5) };
const SYLLABLES = words(lists.traditions.find((one) => one.key === "chinese")!.syllables!);

function cohort(decade: "1930" | "1950" | "1970" | "1990" | "2010"): Record<Sex, Ranked<string>> {
  return { male: given(lists.given[decade].male), female: given(lists.given[decade].female) };
}

/** Every naming tradition with its share of households and the ethnic category (A to Z) that goes with it. */
export const TRADITIONS: readonly Tradition[] = lists.traditions.map((one) => ({
  key: one.key as TraditionKey,
  ethnicGroup: one.ethnicGroup,
  weight: one.weight,
  family: one.surnames === undefined ? BRITISH_SURNAMES : new Ranked(words(one.surnames), 3, 0.8),
  male: one.male === undefined ? null : given(one.male),
  female: one.female === undefined ? null : given(one.female),
}));

/** Short forms and everyday forms of a given name; empty where it has none. */
export const NICKNAMES: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(lists.nicknames).map(([name, short]) => [name, words(short)]));

/** Other spellings of the same name, given or family, transliterations among them. */
export const SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map(
  lists.spellings.split(";").flatMap((group) => words(group).map((name, _, all) => [name, all.filter((each) => each !== name)] as const)),
);

export const STREETS = { first: words(lists.streets.first), last: words(lists.streets.last) };

/** A given name that fits the tradition and the year of birth. */
export function givenName(tradition: Tradition, sex: Sex, year: number, random: Random): string {
  if (tradition.key === "chinese") return `${random.pick(SYLLABLES)} ${random.pick(SYLLABLES)}`;
  const own = tradition[sex];
  if (own !== null) return own.pick(random);
  if (random.chance(0.12)) return RARER[sex].pick(random);
  return COHORTS[year < 1945 ? 1930 : year < 1965 ? 1950 : year < 1985 ? 1970 : year < 2006 ? 1990 : 2010][sex].pick(random);
}

/** All given names of a person: the first, and what the tradition puts beside it. */
export function givenNames(tradition: Tradition, sex: Sex, year: number, fatherGiven: string, random: Random): string[] {
  const first = givenName(tradition, sex, year, random);
  switch (tradition.key) {
    case "sikh":
      return [first, sex === "male" ? "Singh" : "Kaur"];
    case "somali":
      return [first, fatherGiven];
    case "pakistani":
    case "bangladeshi":
      return sex === "male" && first !== "Mohammed" && random.chance(0.35) ? ["Mohammed", first] : [first];
    case "chinese":
      return random.chance(0.4) ? [(tradition[sex] ?? COHORTS[1970][sex]).pick(random), first] : [first];
    case "british":
    case "irish":
    case "caribbean":
    case "mixed": {
      const second = givenName(tradition, sex, year, random);
      return second === first || random.chance(0.35) ? [first] : [first, second];
    }
    default:
      return [first];
  }
}

const WOMENS_SECOND_NAMES = ["Begum", "Bibi", "Akhtar", "Kausar", "Khatun", "Akter", "Parveen"];

/** The family name that one member bears, from that of the household (`base`). */
export function familyName(tradition: Tradition, base: string, sex: Sex, random: Random): string {
  switch (tradition.key) {
    case "polish":
      return sex === "female" ? base.replace(/(sk|ck)i$/, "$1a") : base;
    case "sikh":
      // Half of the families use Singh and Kaur as their last name and no other.
      return base === "" ? (sex === "male" ? "Singh" : "Kaur") : base;
    case "pakistani":
      return sex === "female" && random.chance(0.4) ? random.pick(WOMENS_SECOND_NAMES) : base;
    case "bangladeshi":
      return sex === "female" && random.chance(0.65) ? random.pick(WOMENS_SECOND_NAMES) : random.chance(0.4) ? tradition.family.pick(random) : base;
    default:
      return base;
  }
}
