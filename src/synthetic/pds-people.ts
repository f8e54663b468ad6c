/**
 * The region's people as the Personal Demographics Service holds them: true names
 * and addresses with those of before, deaths, restricted people; and for some the
 * trouble that a national index has: a number that was replaced, a number that was
 * withdrawn, a stranger of the same name and birth date. For the stand-in of PDS.
 */
import type { StandInAddress, StandInName, StandInPdsPerson } from "#national";
import { checkDigit } from "#standards";
import names from "./data/names.json" with { type: "json" };
import { ageAt, daysBefore, isoDay } from "./calendar.ts";
import type { Address, Person } from "./population/person.ts";
import { Random } from "./random.ts";
import { regionPeople, type RegionOptions } from "./region-messages.ts";

/** Numbers that nobody in a region has: replaced, withdrawn, and strangers'. */
const OTHERS_FROM = 998_000_000;

/** Everybody of a region who has an NHS number; the same region gives the same people. */
export function* pdsPeople(options: RegionOptions): Generator<StandInPdsPerson, void, undefined> {
  const others = otherNumbers();
  for (const person of regionPeople(options)) {
    if (person.nhsNumber === null) continue;
    const random = new Random(`pds ${options.seed} ${person.key}`);
    const held = asHeld(person, person.nhsNumber, random, options.now);
    yield held;
    // One of each for every hundred or so, so that a small region has some of all.
    if (random.chance(0.01)) yield { ...held, nhsNumber: others.next().value as string, supersededBy: person.nhsNumber };
    if (random.chance(0.005)) yield { ...held, nhsNumber: others.next().value as string, invalidated: true };
    if (random.chance(0.01)) yield namesake(held, others.next().value as string, random);
  }
}

function asHeld(person: Person, nhsNumber: string, random: Random, now: Date): StandInPdsPerson {
  const age = ageAt(person.birthDate, now);
  const moved = isoDay(daysBefore(now, random.whole(200, 4000)));
  const sinceBirth = person.birthDate;
  const isMoved = moved > sinceBirth;
  const changed = person.sex === "female" && age > 24 && random.chance(0.4) ? isoDay(daysBefore(now, random.whole(300, (age - 20) * 365))) : null;
  const usual: StandInName = { use: "usual", period: { start: changed ?? sinceBirth }, prefix: [person.title], given: person.given, family: person.family };
  const maiden: StandInName[] = changed === null ? [] : [{ use: "maiden", period: { start: sinceBirth, end: changed }, prefix: ["Miss"], given: person.given, family: random.pick(names.surnames) }];
  return {
    nhsNumber, names: [usual, ...maiden], birthDate: person.birthDate, gender: person.sex, version: random.whole(1, 30),
    addresses: isMoved ? [home(person.address, moved), home(person.formerAddress, sinceBirth, moved)] : [home(person.address, sinceBirth)],
    telecoms: [{ system: "phone", value: person.phone.replace(/\s/g, ""), use: person.phone.startsWith("07") ? "mobile" : "home" }],
    ...(person.practice !== null && { practice: person.practice }),
    ...(person.protectedAddress && { restriction: "R" as const }),
    // The registrar's notice takes a while; until then a death is a local notice.
    ...(person.deceased !== null && { death: { date: person.deceased, status: person.deceased > isoDay(daysBefore(now, 30)) ? ("1" as const) : ("2" as const) } }),
  };
}

/** A stranger with the name, sex and birth date of somebody, who lives elsewhere. */
function namesake(of: StandInPdsPerson, nhsNumber: string, random: Random): StandInPdsPerson {
  const elsewhere: StandInAddress = { use: "home", period: { start: of.birthDate }, lines: [`${random.whole(1, 99)} Elsewhere Road`, "Otherton"], postcode: `XX${random.whole(1, 9)} ${random.whole(1, 9)}VK` };
  return { nhsNumber, names: [of.names[0]!], birthDate: of.birthDate, gender: of.gender, addresses: [elsewhere], practice: "X99999" };
}

const home = (address: Address, start: string, end?: string): StandInAddress => ({ use: "home", period: { start, ...(end !== undefined && { end }) }, lines: [address.line, address.town, address.county], postcode: address.postcode });

function* otherNumbers(): Generator<string, never, undefined> {
  for (let nine = OTHERS_FROM; ; nine++) {
    const check = checkDigit(String(nine));
    if (check !== null) yield `${nine}${check}`;
  }
}
