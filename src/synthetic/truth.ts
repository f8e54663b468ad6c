import type { Person } from "./population/person.ts";

/** That a local number of a feed is truly this person, and what the feed gets wrong. The product never reads this. */
export type SourceTruth = {
  readonly person: string;
  readonly feed: string;
  readonly localId: string;
  readonly nhsNumberSent: string | null;
  readonly status: string;
  readonly flaws: readonly string[];
};

/** One person as a line of `truth/people.ndjson`. */
export function personLine(person: Person): string {
  const { key, nhsNumber, given, family, sex, birthDate, deceased, ethnicity, household, address } = person;
  return `${JSON.stringify({ key, nhsNumber, given, family, sex, birthDate, deceased, ethnicity, household, address, town: person.town.name })}\n`;
}
