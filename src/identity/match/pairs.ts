/** Scored pairs of a batch: typed columns that grow. */
import type { CandidateIndex } from "./candidates.ts";
import type { Matcher } from "./matcher.ts";
import type { Prepared } from "./record.ts";

/** Of each pair its records' numbers, its bits after the prior, and what a guard said. */
export type Columns = { a: Int32Array<ArrayBuffer>; b: Int32Array<ArrayBuffer>; bits: Float32Array<ArrayBuffer>; guarded: Uint8Array<ArrayBuffer>; compared: number };

export class Pairs {
  size = 0;
  /** How many pairs were compared to find these. */
  compared = 0;
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  /** Bits after the prior. */
  bits = new Float32Array(1024);
  /** What a guard said: 0 nothing, 1 review, 2 apart. */
  guarded = new Uint8Array(1024);

  add(a: number, b: number, bits: number, guarded: number): void {
    if (this.size === this.a.length) this.#grow();
    this.a[this.size] = a;
    this.b[this.size] = b;
    this.bits[this.size] = bits;
    this.guarded[this.size++] = guarded;
  }

  #grow(): void {
    const { a, b, bits, guarded } = this;
    const room = a.length * 2;
    [this.a, this.b, this.bits, this.guarded] = [new Int32Array(room), new Int32Array(room), new Float32Array(room), new Uint8Array(room)];
    this.a.set(a);
    this.b.set(b);
    this.bits.set(bits);
    this.guarded.set(guarded);
  }

  /** Pairs that another thread found. */
  append({ a, b, bits, guarded, compared }: Columns): void {
    for (let at = 0; at < a.length; at++) this.add(a[at]!, b[at]!, bits[at]!, guarded[at]!);
    this.compared += compared;
  }

  /** The filled part of each column, for another thread. */
  columns(): Columns {
    return { a: this.a.slice(0, this.size), b: this.b.slice(0, this.size), bits: this.bits.slice(0, this.size), guarded: this.guarded.slice(0, this.size), compared: this.compared };
  }
}

/** Whether two records may be one person at all: not where their source has no duplicates and both are of it. */
export function mayPair(matcher: Matcher, a: Prepared, b: Prepared): boolean {
  const { onceEach } = matcher;
  return onceEach === -1 || a.values[onceEach]![0]?.text !== b.values[onceEach]![0]?.text;
}

/**
 * Compares the candidates of the records whose number leaves `part` when divided by `of`,
 * and keeps the pairs of at least `floor` bits. All parts together compare each pair once.
 */
export function scorePairs(matcher: Matcher, prepared: readonly Prepared[], index: CandidateIndex, floor: number, part = 0, of = 1): Pairs {
  const pairs = new Pairs();
  for (let record = part; record < prepared.length; record += of) {
    const mine = prepared[record]!;
    index.eachBefore(record, (other) => {
      const theirs = prepared[other]!;
      if (!mayPair(matcher, mine, theirs)) return;
      pairs.compared++;
      const bits = matcher.weigh(mine, theirs) + matcher.prior;
      if (bits >= floor) pairs.add(record, other, bits, matcher.guarded);
    });
  }
  return pairs;
}
