/** Precision and recall of a partition against the truth. */

export type Measured = { precision: number; recall: number; f1: number; wrong: number; missed: number; truePairs: number };

/** Over pairs: of all pairs that share a cluster, and of all that are one human. */
export function measurePairs(humans: readonly string[], clusterOf: ArrayLike<number>): Measured {
  const byHuman = new Map<string, number>();
  const byCluster = new Map<number, number>();
  const both = new Map<string, number>();
  humans.forEach((human, record) => {
    const cluster = clusterOf[record]!;
    add(byHuman, human);
    add(byCluster, cluster);
    add(both, `${human}|${cluster}`);
  });
  return measured(pairsIn(both), pairsIn(byCluster), pairsIn(byHuman));
}

/** B-cubed (Bagga and Baldwin 1998): the mean over records of how pure and how whole their cluster is. */
export function measureRecords(humans: readonly string[], clusterOf: ArrayLike<number>): { precision: number; recall: number; f1: number } {
  const byHuman = new Map<string, number>();
  const byCluster = new Map<number, number>();
  const both = new Map<string, number>();
  humans.forEach((human, record) => {
    add(byHuman, human);
    add(byCluster, clusterOf[record]!);
    add(both, `${human}|${clusterOf[record]!}`);
  });
  let [precision, recall] = [0, 0];
  humans.forEach((human, record) => {
    const right = both.get(`${human}|${clusterOf[record]!}`)!;
    precision += right / byCluster.get(clusterOf[record]!)!;
    recall += right / byHuman.get(human)!;
  });
  precision /= humans.length;
  recall /= humans.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/** From the counts of right pairs, of pairs said, and of true pairs. */
export function measured(right: number, said: number, truePairs: number): Measured {
  const precision = said === 0 ? 1 : right / said;
  const recall = truePairs === 0 ? 1 : right / truePairs;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), wrong: said - right, missed: truePairs - right, truePairs };
}

function add<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const pairsIn = (counts: Map<unknown, number>): number => [...counts.values()].reduce((sum, each) => sum + (each * (each - 1)) / 2, 0);
