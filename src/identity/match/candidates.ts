/** Who shares a candidate key with whom, for a batch: sorted hashes and runs of record numbers, no object a pair. */
import type { Matcher } from "./matcher.ts";
import type { Prepared } from "./record.ts";

/** A key that more records share than the specification allows: nobody is compared because of it alone. */
export type PassedOver = { recipe: string; keys: number; records: number; largest: number };

/** 2^21 records fit beside 32 bits of hash in a double's 53. */
const MOST_RECORDS = 2_097_152;

/** The index of a batch. Records are named by their number in it. */
export class CandidateIndex {
  readonly passedOver: readonly PassedOver[];
  readonly #members: readonly Int32Array[];
  /** By recipe and entry of a record: where its run begins and ends in `members`. */
  readonly #runs: readonly { first: Int32Array; begin: Int32Array; end: Int32Array }[];
  /** The visit in which a record was met last. */
  readonly #seen: Int32Array;
  #visit = 0;

  /** Throws a `RangeError` beyond two million records: those are taken in parts. */
  constructor(matcher: Matcher, prepared: readonly Prepared[]) {
    if (prepared.length > MOST_RECORDS) throw new RangeError(`${prepared.length} records are more than the ${MOST_RECORDS} of one batch`);
    this.#seen = new Int32Array(prepared.length);
    const members: Int32Array[] = [];
    const runs: { first: Int32Array; begin: Int32Array; end: Int32Array }[] = [];
    const over: PassedOver[] = [];
    matcher.spec.keys.recipes.forEach((recipe, place) => {
      const entries = sortedEntries(matcher, place, prepared);
      const made = runsOf(entries, prepared.length, matcher.spec.keys.cap);
      members.push(made.members);
      runs.push(made);
      if (made.over.keys > 0) over.push({ recipe: recipe.name, ...made.over });
    });
    this.#members = members;
    this.#runs = runs;
    this.passedOver = over;
  }

  /** Calls `visit` with each record before `record` that shares a key with it, once. */
  eachBefore(record: number, visit: (other: number) => void): void {
    const seen = this.#seen;
    const now = ++this.#visit;
    for (let recipe = 0; recipe < this.#runs.length; recipe++) {
      const { first, begin, end } = this.#runs[recipe]!;
      const members = this.#members[recipe]!;
      for (let entry = first[record]!; entry < first[record + 1]!; entry++) {
        // A run is in rising order.
        for (let at = begin[entry]!; at < end[entry]!; at++) {
          const other = members[at]!;
          if (other >= record) break;
          if (seen[other] === now) continue;
          seen[other] = now;
          visit(other);
        }
      }
    }
  }
}

/** Hash and record of every key of one recipe as one number each, sorted: 32 bits of hash above 21 of record. A few strangers share a hash; comparing tells them apart. */
function sortedEntries(matcher: Matcher, recipe: number, prepared: readonly Prepared[]): Float64Array {
  let entries = new Float64Array(prepared.length * 2 + 16);
  let size = 0;
  for (let record = 0; record < prepared.length; record++) {
    matcher.eachKey(recipe, prepared[record]!, (low) => {
      if (size === entries.length) {
        const larger = new Float64Array(size * 2);
        larger.set(entries);
        entries = larger;
      }
      entries[size++] = (low >>> 0) * MOST_RECORDS + record;
    });
  }
  return entries.subarray(0, size).sort();
}

function runsOf(entries: Float64Array, records: number, cap: number): { members: Int32Array; first: Int32Array; begin: Int32Array; end: Int32Array; over: Omit<PassedOver, "recipe"> } {
  const members = new Int32Array(entries.length);
  const first = new Int32Array(records + 1);
  for (let at = 0; at < entries.length; at++) {
    members[at] = entries[at]! % MOST_RECORDS;
    first[members[at]! + 1]!++;
  }
  for (let record = 0; record < records; record++) first[record + 1]! += first[record]!;
  const next = first.slice(0, records);
  const begin = new Int32Array(entries.length);
  const end = new Int32Array(entries.length);
  const over = { keys: 0, records: 0, largest: 0 };
  for (let from = 0; from < entries.length; ) {
    const hash = Math.floor(entries[from]! / MOST_RECORDS);
    let to = from + 1;
    while (to < entries.length && Math.floor(entries[to]! / MOST_RECORDS) === hash) to++;
    const tooMany = to - from > cap;
    if (tooMany) {
      over.keys++;
      over.records += to - from;
      over.largest = Math.max(over.largest, to - from);
    }
    for (let at = from; at < to; at++) {
      const entry = next[members[at]!]!++;
      begin[entry] = from;
      end[entry] = tooMany ? from : to;
    }
    from = to;
  }
  return { members, first, begin, end, over };
}
