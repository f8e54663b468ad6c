/** One set: trained without the truth, linked, and only then held against the truth. */
import { CandidateIndex, clusterPairs, readMatcher, scorePairs, train, type Matcher, type MatchSpec, type NameLists } from "#identity";
import { measured, measurePairs, measureRecords, type Measured } from "./measure.ts";
import type { TruthRecord } from "./outside-sets.ts";

export type Judged = {
  clustered: Measured; byRecord: { precision: number; recall: number; f1: number };
  /** Pairs in the link band, and in the review band, before clustering. */
  link: Measured; review: number;
  candidateRecall: number; largest: number; compared: number; seconds: number; matcher: Matcher;
};

/** Learns from `learnFrom`, links `records`. Records are numbered by their id, so that their order says nothing. */
export function judge(spec: MatchSpec, lists: NameLists, learnFrom: readonly TruthRecord[], records: readonly TruthRecord[], pairsOfStrangers?: number): Judged {
  const learned = train(spec, learnFrom.map((each) => each.record), lists, { what: "the set itself, without its truth", when: "2026-11-22" }, pairsOfStrangers);
  const read = readMatcher(spec, learned.model, lists);
  if (!read.ok) throw new Error(read.faults.join("\n"));
  const { matcher } = read;
  const began = performance.now();
  const sorted = records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const prepared = sorted.map((each) => matcher.prepare(each.record));
  const index = new CandidateIndex(matcher, prepared);
  const pairs = scorePairs(matcher, prepared, index, Math.min(-4, spec.cluster.floor - 6));
  const clusterOf = clusterPairs(matcher, prepared, pairs);
  const seconds = (performance.now() - began) / 1000;

  const humans = sorted.map((each) => each.human);
  const clustered = measurePairs(humans, clusterOf);
  let [said, right, review, candidates] = [0, 0, 0, 0];
  for (let record = 0; record < prepared.length; record++) index.eachBefore(record, (other) => (candidates += humans[record] === humans[other] ? 1 : 0));
  for (let at = 0; at < pairs.size; at++) {
    if (pairs.bits[at]! >= matcher.edges.link && pairs.guarded[at] === 0) {
      said++;
      if (humans[pairs.a[at]!] === humans[pairs.b[at]!]) right++;
    } else if (pairs.bits[at]! >= matcher.edges.review) review++;
  }
  const sizes = new Map<number, number>();
  for (const cluster of clusterOf) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return {
    clustered, byRecord: measureRecords(humans, clusterOf), link: measured(right, said, clustered.truePairs), review,
    candidateRecall: candidates / clustered.truePairs, largest: Math.max(...sizes.values()), compared: pairs.compared, seconds, matcher,
  };
}
