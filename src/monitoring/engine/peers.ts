/** What is usual among peers: the median, and the median absolute deviation, which one wild value cannot move. */

export type Usual = { readonly median: number; readonly deviation: number; readonly of: number };

export function usualOf(values: readonly number[]): Usual {
  const median = middle(values.toSorted((a, b) => a - b));
  return { median, deviation: middle(values.map((each) => Math.abs(each - median)).toSorted((a, b) => a - b)), of: values.length };
}

function middle(sorted: readonly number[]): number {
  if (sorted.length === 0) return 0;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Of fewer peers nothing can be said to be usual. */
const FEWEST = 5;

/**
 * The value from which on a count is out of the ordinary. Where all peers do the
 * same the deviation is nothing; one unit stands in for it, so that a single more is no outlier.
 */
export const edgeOf = (usual: Usual, rule: { readonly least: number; readonly spread: number }): number => (usual.of < FEWEST ? rule.least : Math.max(rule.least, usual.median + rule.spread * 1.4826 * Math.max(1, usual.deviation)));
