import type { Random } from "../random.ts";
import { NICKNAMES, SPELLINGS } from "./names.ts";
import type { Level } from "./levels.ts";
import { heldAt, type LinkagePerson } from "./person.ts";
import { slipOfName } from "./slips.ts";

export type WrittenName = { given: string; family: string };

const plain = (text: string): string => text.replaceAll("ł", "l").replaceAll("Ł", "L").normalize("NFD").replace(/\p{M}/gu, "");
const HAS_MARKS = /[^\x20-\x7e]/;

/** The name as the practice has it that registered the person: whole, as on the documents. */
export function registeredName(person: LinkagePerson): WrittenName {
  return { given: person.given.join(" "), family: person.families[0]!.value };
}

/**
 * The name as some other organisation has it, `years` ago: with the everyday
 * variants of the person's naming tradition (which are no mistakes and of which
 * both levels have as many), then with the level's mistakes.
 */
export function writtenName(person: LinkagePerson, years: number, level: Level, random: Random): WrittenName {
  let name = inTradition({ given: [...person.given], family: heldAt(person.families, years).value }, person, random);
  if (HAS_MARKS.test(name.given + name.family) && random.chance(0.85)) name = { given: plain(name.given), family: plain(name.family) };
  if (random.chance(level.forename)) name = wrongForename(name, person, random);
  if (random.chance(level.surname)) name = wrongSurname(name, person, random);
  return name;
}

/** Everyday variants: who the person is called, which of several names counts as the last, how another script is spelt. */
function inTradition(name: { given: string[]; family: string }, person: LinkagePerson, random: Random): WrittenName {
  let { given, family } = name;
  const respelt = (share: number): void => {
    given = given.map((each) => (random.chance(share) ? spelling(each, random) : each));
    if (random.chance(share)) family = spelling(family, random);
  };
  switch (person.tradition.key) {
    case "sikh":
      if (given.length > 1 && random.chance(0.12)) [given, family] = [given.slice(0, 1), given[1]!];
      else if (random.chance(0.4)) given = given.slice(0, 1);
      break;
    case "polish":
      if (person.sex === "female" && random.chance(0.06)) family = family.replace(/(sk|ck)a$/, "$1i");
      break;
    case "spanish": {
      const [first = family, second = ""] = family.split(" ");
      const draw = random.next();
      if (second !== "" && draw < 0.45) family = draw < 0.25 ? first : draw < 0.37 ? second : `${first}-${second}`;
      break;
    }
    case "chinese": {
      const own = given.at(-1)!;
      const draw = random.next();
      if (given.length > 1) given = draw < 0.3 ? given.slice(0, 1) : draw < 0.6 ? given.slice(1) : given;
      else if (draw < 0.35) given = [own.replace(" ", draw < 0.25 ? "" : "-")];
      if (random.chance(0.07)) [given, family] = [[family], own];
      break;
    }
    case "pakistani":
    case "bangladeshi":
      if (given[0] === "Mohammed" && given.length > 1 && random.chance(0.2)) given = given.slice(1);
      respelt(0.07);
      break;
    case "somali":
      if (given.length > 1 && random.chance(0.12)) [given, family] = [given.slice(0, 1), given[1]!];
      respelt(0.07);
      break;
    case "arab":
      if (/^(Al|El)-/.test(family) && random.chance(0.3)) family = random.chance(0.5) ? family.slice(3) : family.replace("-", " ");
      respelt(0.07);
      break;
    case "afghan":
      // A single name: some systems refuse an empty field and are given the name twice.
      if (given.length === 0 && random.chance(0.5)) given = random.chance(0.6) ? [family] : ["Unknown"];
      else if (given.length > 0 && person.difficulties.includes("single name") && random.chance(0.3)) [given, family] = [[], given[0]!];
      respelt(0.05);
      break;
    case "african":
    case "hindu":
      if (random.chance(0.02) && given.length > 0) [given, family] = [[family, ...given.slice(1)], given[0]!];
      respelt(0.02);
      break;
    default:
      if (given.length > 1 && random.chance(0.4)) given = given.slice(0, 1);
  }
  const short = NICKNAMES.get(given[0] ?? "");
  if (short !== undefined && random.chance(0.03)) given = [random.pick(short), ...given.slice(1)];
  if (family.includes("-") && person.difficulties.includes("double-barrelled") && random.chance(0.3)) {
    const [first, second] = family.split("-") as [string, string];
    family = random.chance(0.4) ? `${first} ${second}` : random.chance(0.6) ? second : first;
  }
  return { given: given.join(" "), family };
}

function spelling(name: string, random: Random): string {
  const others = SPELLINGS.get(name);
  return others === undefined ? name : random.pick(others);
}

/** What surveys find on a forename: a short form, another spelling, a slip, an initial, the second name, both names exchanged. */
function wrongForename(name: WrittenName, person: LinkagePerson, random: Random): WrittenName {
  const [first = "", ...rest] = name.given.split(" ");
  const again = (given: string): WrittenName => ({ ...name, given: [given, ...rest].join(" ") });
  const draw = random.next();
  const short = NICKNAMES.get(first);
  if (draw < 0.3 && short !== undefined) return again(random.pick(short));
  if (draw < 0.45 && SPELLINGS.has(first)) return again(spelling(first, random));
  if (draw < 0.55 && first.length > 1) return { ...name, given: first[0]! };
  if (draw < 0.6 && person.given.length > 1) return { ...name, given: person.given.at(-1)! };
  if (draw < 0.65) return { given: name.family, family: name.given === "" ? name.family : name.given };
  return again(slipOfName(first, random));
}

/** On a surname: another spelling, a slip, cut short. (A name given up is in the person's own history.) */
function wrongSurname(name: WrittenName, person: LinkagePerson, random: Random): WrittenName {
  const draw = random.next();
  if (draw < 0.3 && SPELLINGS.has(name.family)) return { ...name, family: spelling(name.family, random) };
  if (draw < 0.4 && person.families.length > 1) return { ...name, family: person.families[1]!.value };
  if (draw < 0.47 && name.family.length > 6) return { ...name, family: name.family.slice(0, random.whole(4, name.family.length - 2)) };
  return { ...name, family: slipOfName(name.family, random) };
}
