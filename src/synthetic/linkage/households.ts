import { ageAt, daysBefore, isoDay } from "../calendar.ts";
import type { Random } from "../random.ts";
import { familyName, givenName, givenNames, TRADITIONS, type Sex, type Tradition } from "./names.ts";
import { NumberBlocks } from "./numbers.ts";
import type { Difficulty, Held, LinkagePerson } from "./person.ts";
import { doorAt, type Home, type Places } from "./places.ts";

/** Households by how common they are: ages of the adults, how many children. */
const FAMILIES = [
  { weight: 17, adults: [[64, 92]], children: [0, 0] },
  { weight: 14, adults: [[22, 64]], children: [0, 0] },
  { weight: 17, adults: [[60, 88], [58, 86]], children: [0, 0] },
  { weight: 18, adults: [[24, 62], [23, 60]], children: [0, 0] },
  { weight: 24, adults: [[29, 56], [28, 54]], children: [1, 4] },
  { weight: 7, adults: [[23, 50]], children: [1, 3] },
] as const;

/**
 * Where many people share an address without being a family: few doors with many people.
 */
const SHARED = {
  student: { difficulty: "student house", size: [3, 7], ages: [18, 23], name: "" },
  hostel: { difficulty: "hostel", size: [15, 50], ages: [18, 66], name: "Harbour House" },
  careHome: { difficulty: "care home", size: [20, 55], ages: [72, 100], name: "The Laurels Care Home" },
  prison: { difficulty: "prison", size: [120, 300], ages: [21, 70], name: "HMP Marshgate" },
} as const;

/** Chances of a household to be something other than a family, from the size of those places in the census. */
const CHANCE = { student: 0.012, hostel: 0.0006, careHome: 0.0009, prison: 0.00003, noFixedAbode: 0.004, namesake: 0.001 } as const;

type Draft = { tradition: Tradition; given: string[]; families: Held<string>[]; sex: Sex; birthDate: string; age: number; ownHomes: Home[] | null; phone: Held<string>[]; number: string; difficulties: Difficulty[] };

/** Makes people household by household; one object a stream. */
export class Households {
  readonly #random: Random;
  readonly #places: Places;
  readonly #now: Date;
  readonly #numbers = new NumberBlocks();
  readonly #met: LinkagePerson[] = [];
  #people = 0;

  constructor(random: Random, places: Places, now: Date) {
    this.#random = random;
    this.#places = places;
    this.#now = now;
  }

  next(): LinkagePerson[] {
    const random = this.#random;
    let draw = random.next();
    for (const [kind, chance] of Object.entries(CHANCE) as [keyof typeof CHANCE, number][]) {
      if ((draw -= chance) >= 0) continue;
      if (kind === "noFixedAbode") return this.#finish([this.#adult(random.weighted(TRADITIONS), random.whole(17, 62), null)], this.#homes(30), true);
      if (kind === "namesake") return this.#namesake();
      return this.#shared(SHARED[kind]);
    }
    return this.#family();
  }

  #family(): LinkagePerson[] {
    const random = this.#random;
    const tradition = random.weighted(TRADITIONS);
    const shape = random.weighted(FAMILIES);
    const [older, younger] = shape.adults;
    const first = random.whole(older[0], older[1]);
    const ages = younger === undefined ? [first] : [first, Math.min(younger[1], Math.max(younger[0], first + random.whole(-7, 4)))];
    const base = this.#base(tradition);
    const couple = ages.length === 2;
    const homes = this.#homes(Math.min(...ages));
    const double = couple && tradition.key === "british" && random.chance(0.035) ? `${base}-${tradition.family.pick(random)}` : null;
    const married = random.chance(0.82);
    const drafts = ages.map((age, place) => {
      const sex: Sex = couple && random.chance(0.97) ? (place === 0 ? "male" : "female") : random.chance(0.5) ? "male" : "female";
      const draft = this.#adult(tradition, age, sex, place === 1 && !married ? this.#base(tradition) : base);
      const takesName = couple && place === 1 && married && ["british", "irish", "caribbean", "mixed", "polish", "hindu", "romanian", "african"].includes(tradition.key);
      const years = Math.max(0, age - random.whole(21, 34));
      if (double !== null) this.#rename(draft, familyName(tradition, double, draft.sex, random), years, "double-barrelled");
      else if (takesName && age > 21) {
        // The name at birth was another; some take it up again.
        const born = familyName(tradition, this.#base(tradition), draft.sex, random);
        const taken = draft.families[0]!.value;
        draft.families = [{ value: taken, since: years }, { value: born, since: 200 }];
        if (random.chance(0.07)) draft.families.unshift({ value: born, since: random.next() * years });
        draft.difficulties.push("family name changed");
      }
      return draft;
    });
    const youngest = Math.min(...ages);
    const children = random.whole(shape.children[0], shape.children[1]);
    const father = drafts.find((each) => each.sex === "male");
    const mother = drafts.find((each) => each.sex === "female");
    const childrensName = double ?? (tradition.key === "spanish" && father && mother ? `${father.families[0]!.value.split(" ")[0]!} ${mother.families[0]!.value.split(" ")[0]!}` : base);
    for (let child = 0; child < children; child++) {
      const age = random.whole(0, Math.max(0, Math.min(23, youngest - 19)));
      const one = this.#child(tradition, age, childrensName, father, mother);
      drafts.push(one);
      const draw = random.next();
      // 1.6 % of maternities are of twins, 2 in 10,000 of triplets.
      for (let more = draw < 0.0002 ? 2 : draw < 0.016 ? 1 : 0; more > 0; more--) drafts.push(this.#twin(tradition, one, childrensName, father));
    }
    if (["hindu", "sikh", "pakistani", "bangladeshi"].includes(tradition.key) && children > 0 && random.chance(0.25)) drafts.push(this.#adult(tradition, Math.min(92, first + random.whole(21, 34)), null, base));
    return this.#finish(drafts, homes, false);
  }

  #shared(kind: (typeof SHARED)[keyof typeof SHARED]): LinkagePerson[] {
    const random = this.#random;
    const door = doorAt(this.#places.anywhere(random), 0, random);
    const line = kind.name === "" ? door.line : `${kind.name}, ${door.line}`;
    const drafts = Array.from({ length: random.whole(kind.size[0], kind.size[1]) }, () => {
      const draft = this.#adult(random.weighted(TRADITIONS), random.whole(kind.ages[0], kind.ages[1]), kind.difficulty === "prison" ? "male" : null);
      draft.ownHomes = [{ place: door.place, line, since: random.next() * 3 }, ...this.#homes(draft.age)];
      draft.difficulties.push(kind.difficulty);
      return draft;
    });
    return this.#finish(drafts, [door], false);
  }

  /**
   * Another human with the name, sex and birth date of somebody who lives elsewhere.
   * Chance alone gives a region of two million some hundreds of these and a sample
   * of it hardly any, so they are put in as often as the whole region would meet them.
   */
  #namesake(): LinkagePerson[] {
    const random = this.#random;
    const twinOf = this.#met.length > 0 ? random.pick(this.#met) : null;
    const tradition = twinOf?.tradition ?? TRADITIONS[0]!;
    const draft = this.#adult(tradition, random.whole(20, 70), null);
    if (twinOf !== null) {
      const { sex, birthDate, age } = twinOf;
      Object.assign(draft, { given: [...twinOf.given], families: [{ value: twinOf.families[0]!.value, since: 200 }], sex, birthDate, age, difficulties: ["namesake"] });
    }
    return this.#finish([draft], this.#homes(draft.age), false);
  }

  /** What the members of a household build their family names from. */
  #base(tradition: Tradition): string {
    const random = this.#random;
    if (tradition.key === "sikh" && random.chance(0.45)) return "";
    const name = tradition.family.pick(random);
    return tradition.key === "spanish" ? `${name} ${tradition.family.pick(random)}` : name;
  }

  #adult(tradition: Tradition, age: number, sex: Sex | null, base?: string): Draft {
    const random = this.#random;
    const chosen = sex ?? (random.chance(0.5) ? "male" : "female");
    const bornOn = this.#birth(age);
    const year = Number(bornOn.slice(0, 4));
    const difficulties: Difficulty[] = [];
    const given = givenNames(tradition, chosen, year, givenName(tradition, "male", year - 28, random), random);
    let family = familyName(tradition, base ?? this.#base(tradition), chosen, random);
    if (given.length > 1 && given.at(-1) === family) given.pop();
    if (tradition.key === "afghan" && random.chance(0.3)) {
      [family, difficulties[0]] = [given.shift()!, "single name"];
    }
    // Where no birth certificate was, an office wrote 1 January: true for the person and useless for telling people apart.
    const atBorder = (tradition.key === "afghan" || tradition.key === "somali") && random.chance(0.25);
    if (atBorder) difficulties.push("default birth date");
    const birthDate = atBorder ? `${bornOn.slice(0, 4)}-01-01` : bornOn;
    const number = this.#numbers.fresh();
    const draft: Draft = { tradition, given, families: [{ value: family, since: 200 }], sex: chosen, birthDate, age: ageAt(birthDate, this.#now), ownHomes: null, phone: this.#mobiles(), number, difficulties };
    if (random.chance(0.005)) this.#rename(draft, tradition.family.pick(random), random.next() * 15, "family name changed");
    return draft;
  }

  #child(tradition: Tradition, age: number, base: string, father: Draft | undefined, mother: Draft | undefined): Draft {
    const random = this.#random;
    const sex: Sex = random.chance(0.513) ? "male" : "female";
    const birthDate = this.#birth(age);
    let given = givenNames(tradition, sex, Number(birthDate.slice(0, 4)), father?.given[0] ?? givenName(tradition, "male", 1990, random), random);
    const family = familyName(tradition, base, sex, random);
    if (given.length > 1 && given.at(-1) === family) given = given.slice(0, -1);
    const difficulties: Difficulty[] = [];
    const named = sex === "male" ? father : mother;
    if (named !== undefined && named.given.length > 0 && random.chance(sex === "male" ? 0.025 : 0.004)) {
      given = [named.given[0]!, ...given.slice(1)];
      difficulties.push("same name in the family");
    }
    if (base.includes("-")) difficulties.push("double-barrelled");
    const number = this.#numbers.fresh();
    return { tradition, given, families: [{ value: family, since: 200 }], sex, birthDate, age, ownHomes: null, phone: age > 13 ? this.#mobiles() : (mother ?? father)?.phone ?? this.#mobiles(), number, difficulties };
  }

  /** Born the same day, next number, living together; a quarter of parents choose a name with the same first letter. */
  #twin(tradition: Tradition, first: Draft, base: string, father: Draft | undefined): Draft {
    const random = this.#random;
    const sex: Sex = random.chance(0.65) ? first.sex : first.sex === "male" ? "female" : "male";
    const alike = random.chance(0.25);
    let given = first.given;
    for (let tries = 0; tries < 12 && (given[0] === first.given[0] || (alike && tries < 11 && given[0]![0] !== first.given[0]![0])); tries++)
      given = givenNames(tradition, sex, Number(first.birthDate.slice(0, 4)), father?.given[0] ?? "Ali", random);
    first.difficulties.push("twin");
    const family = familyName(tradition, base, sex, random);
    if (given.length > 1 && given.at(-1) === family) given = given.slice(0, -1);
    return { ...first, given: given[0] === first.given[0] ? ["Robin"] : given, sex, families: [{ value: family, since: 200 }], number: this.#numbers.next(), difficulties: first.difficulties.filter((each) => each !== "same name in the family") };
  }

  #rename(draft: Draft, name: string, years: number, difficulty: Difficulty): void {
    if (name === draft.families[0]!.value) return;
    draft.families = [{ value: name, since: years }, { ...draft.families[0]!, since: 200 }];
    draft.difficulties.push(difficulty);
  }

  #birth(age: number): string {
    return isoDay(daysBefore(this.#now, age * 365.25 + this.#random.whole(1, 364)));
  }

  /** Where a household has lived, newest first: the young move every few years, the old hardly. */
  #homes(age: number): Home[] {
    const random = this.#random;
    const yearsAHome = age < 30 ? 4 : age < 45 ? 9 : age < 65 ? 15 : 22;
    let place = this.#places.anywhere(random);
    let since = -Math.log(1 - random.next()) * yearsAHome;
    const homes = [doorAt(place, since, random)];
    while (since < 25 && homes.length < 6) {
      place = this.#places.before(place, random);
      since += -Math.log(1 - random.next()) * yearsAHome;
      homes.push(doorAt(place, since, random));
    }
    return homes;
  }

  /** Mobile numbers over time, of the 072 range, which no operator issues. */
  #mobiles(): Held<string>[] {
    const random = this.#random;
    const one = (): string => `072${String(random.whole(0, 99_999_999)).padStart(8, "0")}`;
    const since = -Math.log(1 - random.next()) * 9;
    return since > 20 ? [{ value: one(), since }] : [{ value: one(), since }, { value: one(), since: 200 }];
  }

  #finish(drafts: readonly Draft[], homes: readonly Home[], noFixedAbode: boolean): LinkagePerson[] {
    const random = this.#random;
    const landline = `${homes[0]!.place.town.dialling} 9${String(random.whole(0, 99_999)).padStart(5, "0")}`;
    return drafts.map((draft): LinkagePerson => {
      const { given, families, sex, birthDate, age, phone, number, ownHomes } = draft;
      const difficulties = [...draft.difficulties, ...(noFixedAbode ? (["no fixed abode"] as const) : [])];
      const twice = random.chance(0.0008);
      if (twice) difficulties.push("two numbers");
      const folded = `${given[0] ?? ""}.${families[0]!.value}`.toLowerCase().normalize("NFD").replace(/[^a-z.]/g, "");
      const person: LinkagePerson = {
        key: `p${String(++this.#people).padStart(7, "0")}`, nhsNumber: number, otherNumber: twice ? this.#numbers.fresh() : null, tradition: draft.tradition, given, families, sex, birthDate, age,
        homes: ownHomes ?? homes, phones: phone, sharedPhone: landline, email: age > 15 && random.chance(0.45) ? `${folded}${random.whole(1, 999)}@example.${random.pick(["org", "com", "net"])}` : null, noFixedAbode, difficulties,
      };
      if (difficulties.length === 0 && this.#people % 7 === 0) {
        if (this.#met.length > 400) this.#met.shift();
        this.#met.push(person);
      }
      return person;
    });
  }
}
