/** Who may be meant by these details: the same engine as linking, asked by a person or a system (`Patient/$match`). */
import type { Sql } from "#platform";
import { readAlike } from "./candidates.ts";
import type { Evidence } from "./evidence.ts";
import type { Matcher, MatchRecord } from "./match/index.ts";
import { matchRecordOf, withoutWhereabouts } from "./match-record.ts";
import { readCurrentNumbers, readSameNumbers } from "./number-alias.ts";
import { readProtectedPersons } from "./whereabouts.ts";
import { numberOf, type Demographics, type SourcePatient } from "./source-patient.ts";

/** One person who may be meant, with the source patient that fits best and why. */
export type MatchAnswer = { personId: string; best: SourcePatient; members: readonly SourcePatient[]; probability: number; weight: number; band: "link" | "review" | "apart"; why: string; evidence: readonly Evidence[] };

/** What somebody who asks says of a person, as the comparison sees it. A number that they give counts as verified only where they say so. */
export function askedRecord(asked: Demographics): MatchRecord {
  const { nhsNumber, status } = numberOf(asked);
  return matchRecordOf({ ...asked, nhsNumber, status, tracedNumber: null, traceOutcome: null });
}

/**
 * Persons who fit, best first; those that the comparison keeps apart are left out.
 * Only the first may be in the band `link`, and only with its lead over the second.
 * A superseded number means the one that stands today, on both sides.
 *
 * Whoever has one protected source patient (S-flag), or one held apart that may be theirs, is compared, and found, as if
 * nobody had said where they are: else another source's address would answer a
 * guess at it, by the score or by the person being there at all.
 */
export async function matchPeople(sql: Sql, matcher: Matcher, asked: MatchRecord, limit: number): Promise<MatchAnswer[]> {
  const number = asked["nhsNumber"]?.[0];
  const same = number === undefined ? null : await readSameNumbers(sql, number);
  // The keys of source patients are made of the numbers that they carry: the old ones are looked for, too.
  const members = await readAlike(sql, matcher, { keys: matcher.keys(matcher.prepare(same === null ? asked : { ...asked, nhsNumber: same.all })) });
  const hidden = await readProtectedPersons(sql, [...new Set(members.map((each) => each.personId))]);
  const today = await readCurrentNumbers(sql, members.flatMap((each) => each.nhsNumber ?? []));
  const current = (nhsNumber: string): string => today.get(nhsNumber) ?? nhsNumber;
  const record = same === null ? asked : { ...asked, nhsNumber: [same.current] };
  const [mine, mineWithoutPlace] = [matcher.prepare(record), matcher.prepare(withoutWhereabouts(record))];
  const keysWithoutPlace = new Set(matcher.keys(matcher.prepare(withoutWhereabouts(same === null ? asked : { ...asked, nhsNumber: same.all }))));
  const persons = [...Map.groupBy(members, (each) => each.personId)].flatMap(([personId, own]) => {
    const isProtected = hidden.has(personId);
    if (isProtected && !own.some((each) => matcher.keys(matcher.prepare(withoutWhereabouts(matchRecordOf(each)))).some((key) => keysWithoutPlace.has(key)))) return [];
    const compared = own.map((each) => {
      const theirs = matchRecordOf(each, current);
      return { each, comparison: isProtected ? matcher.compare(mineWithoutPlace, matcher.prepare(withoutWhereabouts(theirs))) : matcher.compare(mine, matcher.prepare(theirs)) };
    }).sort((a, b) => b.comparison.weight - a.comparison.weight);
    return [{ personId, own, best: compared[0]!.each, comparison: compared[0]!.comparison }];
  });
  persons.sort((a, b) => b.comparison.weight - a.comparison.weight || (a.personId < b.personId ? -1 : 1));
  return persons.slice(0, limit).flatMap(({ personId, own, best, comparison }, index) => {
    const rival = persons[index === 0 ? 1 : 0]?.comparison ?? null;
    const { band, why } = matcher.band(comparison, rival);
    if (band === "apart") return [];
    const { weight, probability } = comparison;
    return [{ personId, best, members: own, probability, weight, band, why, evidence: comparison.evidence.map((each) => ({ field: each.field, mine: null, theirs: null, verdict: each.verdict, weight: each.weight, words: each.words })) }];
  });
}
