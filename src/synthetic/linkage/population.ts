import { Random } from "../random.ts";
import { loadRegion, type Region } from "../region.ts";
import { Households } from "./households.ts";
import { LEVELS, type LevelName } from "./levels.ts";
import type { LinkagePerson } from "./person.ts";
import { Places } from "./places.ts";
import { Sources, type LinkageFields, type SourceRecord } from "./sources.ts";

export type LinkageOptions = { readonly people: number; readonly seed: number; readonly level: LevelName; readonly now: Date; readonly region?: Region };

/** Groups by which the matcher's errors are counted, since those of its forerunners were unequal. */
export type LinkageGroups = { readonly ageBand: string; readonly ethnicGroup: string; readonly deprivation: string };

/** One source record for the matcher and, apart from it, whose it is and what makes it hard. */
export type LinkageRecord = { readonly record: LinkageFields; readonly personKey: string; readonly organisation: string; readonly groups: LinkageGroups; readonly difficulties: readonly string[] };

/** A person with all source records of theirs. */
export type LinkedPerson = { readonly person: LinkagePerson; readonly groups: LinkageGroups; readonly records: readonly SourceRecord[] };

/**
 * People household by household, each with the records that organisations hold:
 * the same options give the same people and bytes. The people depend on `people`
 * and `seed` alone, so that two levels are two sets of mistakes about one population.
 */
export function* linkagePeople({ people, seed, level, now, region = loadRegion() }: LinkageOptions): Generator<LinkedPerson, void, undefined> {
  const random = new Random(`linkage/${seed}`);
  const households = new Households(random.fork("people"), new Places(region, people), now);
  const sources = new Sources(random.fork("records"), LEVELS[level], region, now);
  for (let made = 0; made < people; )
    for (const person of households.next()) {
      if (made++ >= people) return;
      yield { person, groups: groupsOf(person), records: sources.recordsOf(person) };
    }
}

/** The same as a stream of records, in the order of people; a judge of the matcher shuffles them. */
export function* linkageRecords(options: LinkageOptions): Generator<LinkageRecord, void, undefined> {
  for (const { person, groups, records } of linkagePeople(options))
    for (const { fields, truth, organisation, flaws } of records)
      yield { record: fields, personKey: truth, organisation, groups, difficulties: flaws.length === 0 ? person.difficulties : [...person.difficulties, ...flaws] };
}

function groupsOf(person: LinkagePerson): LinkageGroups {
  const { age } = person;
  const ageBand = age < 1 ? "0" : age < 5 ? "1-4" : age < 16 ? "5-15" : age < 25 ? "16-24" : age < 45 ? "25-44" : age < 65 ? "45-64" : age < 80 ? "65-79" : "80+";
  return { ageBand, ethnicGroup: person.tradition.ethnicGroup, deprivation: person.noFixedAbode ? "none" : String(person.homes[0]!.place.deprivation) };
}
