/**
 * Guarded agglomeration: two clusters join where the mean over all pairs across
 * them is high enough, so that one strong pair never chains two people together.
 * (Plain connected components put 963 people into one on a public set.)
 */
import type { Matcher } from "./matcher.ts";
import type { Pairs } from "./pairs.ts";
import { mayPair } from "./pairs.ts";
import type { Prepared } from "./record.ts";

/** All pairs across two clusters: the sum of their bits, and whether a guard keeps one of them apart. */
type Across = { sum: number; guarded: boolean };

/**
 * The cluster of each record, named by the smallest record number in it. Pairs that were
 * no candidates are compared where they matter. The result depends on the records and
 * their numbers alone: whoever numbers by a sorted id has the same partition in whatever order they came.
 */
export function clusterPairs(matcher: Matcher, prepared: readonly Prepared[], pairs: Pairs): Int32Array {
  const { floor, most, least, cap } = matcher.spec.cluster;
  const clusterOf = Int32Array.from(prepared, (_, record) => record);
  const members = new Map<number, number[]>();
  const across = new Map<number, Map<number, Across>>();
  const queue = new MergeQueue();
  const held = (bits: number): number => Math.min(most, Math.max(least, bits));
  const membersOf = (cluster: number): number[] => members.get(cluster) ?? [cluster];
  const put = (from: number, to: number, value: Across): void => {
    for (const [one, other] of [[from, to], [to, from]] as const) {
      let row = across.get(one);
      if (row === undefined) across.set(one, (row = new Map()));
      row.set(other, value);
    }
  };
  const propose = (one: number, other: number, value: Across): void => {
    const size = membersOf(one).length * membersOf(other).length;
    if (!value.guarded && value.sum / size >= floor && membersOf(one).length + membersOf(other).length <= cap) queue.push(value.sum / size, Math.min(one, other), Math.max(one, other), value);
  };
  /** Pairs that shared no key, or too little to be kept. */
  const score = (one: number, other: number): Across => {
    const value: Across = { sum: 0, guarded: false };
    for (const a of membersOf(one)) {
      for (const b of membersOf(other)) {
        if (!mayPair(matcher, prepared[a]!, prepared[b]!)) return { sum: 0, guarded: true };
        value.sum += held(matcher.weigh(prepared[a]!, prepared[b]!) + matcher.prior);
        if (matcher.guarded > 0) value.guarded = true;
      }
    }
    return value;
  };
  for (let at = 0; at < pairs.size; at++) put(pairs.a[at]!, pairs.b[at]!, { sum: held(pairs.bits[at]!), guarded: pairs.guarded[at]! > 0 });
  for (let at = 0; at < pairs.size; at++) propose(pairs.a[at]!, pairs.b[at]!, across.get(pairs.a[at]!)!.get(pairs.b[at]!)!);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { one, other, value } = next;
    if (across.get(one)?.get(other) !== value) continue;
    const mine = across.get(one)!;
    const theirs = across.get(other)!;
    const joined = new Map<number, Across>();
    for (const neighbour of new Set([...mine.keys(), ...theirs.keys()])) {
      if (neighbour === one || neighbour === other) continue;
      const left = mine.get(neighbour) ?? score(one, neighbour);
      const right = theirs.get(neighbour) ?? score(other, neighbour);
      joined.set(neighbour, { sum: left.sum + right.sum, guarded: left.guarded || right.guarded });
      across.get(neighbour)!.delete(one);
      across.get(neighbour)!.delete(other);
    }
    across.delete(one);
    across.delete(other);
    const all = [...membersOf(one), ...membersOf(other)];
    members.set(one, all);
    members.delete(other);
    for (const [neighbour, value] of joined) put(one, neighbour, value);
    for (const [neighbour, value] of joined) propose(one, neighbour, value);
  }
  for (const [cluster, all] of members) for (const record of all) clusterOf[record] = cluster;
  return clusterOf;
}

type Proposal = { mean: number; one: number; other: number; value: Across };

/** The best proposal first; equal ones by their record numbers. */
class MergeQueue {
  readonly #heap: Proposal[] = [];

  push(mean: number, one: number, other: number, value: Across): void {
    const heap = this.#heap;
    heap.push({ mean, one, other, value });
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  pop(): Proposal | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      if (left >= heap.length) return first;
      const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!before(heap[child]!, heap[at]!)) return first;
      [heap[at], heap[child]] = [heap[child]!, heap[at]!];
      at = child;
    }
  }
}

const before = (a: Proposal, b: Proposal): boolean => (a.mean !== b.mean ? a.mean > b.mean : a.one !== b.one ? a.one < b.one : a.other < b.other);
