/** Who may be meant by these details: the same engine as linking, asked by a person or a system (`Patient/$match`). */
import type { Sql } from "#platform";
import { readCandidates } from "./candidates.ts";
import type { Evidence } from "./evidence.ts";
import type { Matcher, MatchRecord } from "./match/index.ts";
import { matchRecordOf } from "./match-record.ts";
import { readCurrentNumbers } from "./number-alias.ts";
import { readMembers } from "./rows.ts";
import type { SourcePatient } from "./source-patient.ts";

/** One person who may be meant, with the source patient that fits best and why. */
export type MatchAnswer = { personId: string; best: SourcePatient; members: readonly SourcePatient[]; probability: number; weight: number; band: "link" | "review" | "apart"; why: string; evidence: readonly Evidence[] };

/**
 * Persons who fit, best first; those that the comparison keeps apart are left out.
 * Only the first may be in the band `link`, and only with its lead over the second.
 */
export async function matchPeople(sql: Sql, matcher: Matcher, asked: MatchRecord, limit: number): Promise<MatchAnswer[]> {
  const number = asked["nhsNumber"]?.[0];
  const current = number === undefined ? undefined : (await readCurrentNumbers(sql, [number])).get(number);
  const record = current === undefined ? asked : { ...asked, nhsNumber: [current] };
  const mine = matcher.prepare(record);
  const { personIds } = await readCandidates(sql, matcher, mine);
  const members = (await readMembers(sql, personIds)).filter((each) => !each.sealed);
  const persons = [...Map.groupBy(members, (each) => each.personId)].map(([personId, own]) => {
    const compared = own.map((each) => ({ each, comparison: matcher.compare(mine, matcher.prepare(matchRecordOf(each))) })).sort((a, b) => b.comparison.weight - a.comparison.weight);
    return { personId, own, best: compared[0]!.each, comparison: compared[0]!.comparison };
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
