/**
 * The accesses to one person that care explains, ready to be asked which of them another access
 * leans on. A record that one crew opened ten thousand times has ten thousand accesses to ask for:
 * each is answered from the two lists that it could be in, not from all (42 s of one round before).
 */
import type { Accesses, Staff } from "./columns.ts";

/** Accesses one behind the other by one professional; `to` is the last's place in the list. */
type Run = { readonly from: number; to: number };
type List = { readonly rows: number[]; readonly runs: Run[] };

export class Carriers {
  readonly #accesses: Accesses;
  readonly #postings: Staff["postings"];
  readonly #ofProfessional = new Map<number, List>();
  readonly #ofUnit = new Map<string, List>();
  size = 0;

  constructor(accesses: Accesses, postings: Staff["postings"]) {
    this.#accesses = accesses;
    this.#postings = postings;
  }

  /** Takes an access; they have to be given in order of time. */
  add(row: number): void {
    this.size++;
    this.#append(this.#ofProfessional, this.#professional(row), row);
    const unit = this.#unit(row);
    if (unit !== null) this.#append(this.#ofUnit, unit, row);
  }

  /** The nearest one before an access: the professional's own within `repeat` seconds, or another's of the same unit within `consultation`. */
  before(row: number, repeat: number, consultation: number): number | null {
    const earliest = (span: number): number => this.#accesses.at[row]! - span;
    const own = this.#nearestBefore(this.#ofProfessional.get(this.#professional(row)), row, false);
    const other = this.#nearestBefore(this.#ofUnit.get(this.#unit(row) ?? ""), row, true);
    const isOwn = own !== null && this.#accesses.at[own]! >= earliest(repeat);
    const isOther = other !== null && this.#accesses.at[other]! >= earliest(consultation);
    if (isOwn && isOther) return Math.max(own, other);
    return isOwn ? own : isOther ? other : null;
  }

  /** The nearest one after an access: another's of the same unit within `consultation` seconds, or the professional's own of the same second. */
  after(row: number, consultation: number): number | null {
    const time = this.#accesses.at[row]!;
    const own = this.#nearestAfter(this.#ofProfessional.get(this.#professional(row)), row, false);
    const other = this.#nearestAfter(this.#ofUnit.get(this.#unit(row) ?? ""), row, true);
    const isOwn = own !== null && this.#accesses.at[own]! === time;
    const isOther = other !== null && this.#accesses.at[other]! <= time + consultation;
    if (isOwn && isOther) return Math.min(own, other);
    return isOwn ? own : isOther ? other : null;
  }

  #nearestBefore(list: List | undefined, row: number, byAnother: boolean): number | null {
    if (list === undefined) return null;
    const at = firstFrom(list.rows, row) - 1;
    if (at < 0) return null;
    const passed = byAnother && this.#professional(list.rows[at]!) === this.#professional(row) ? list.runs[at]!.from - 1 : at;
    return list.rows[passed] ?? null;
  }

  #nearestAfter(list: List | undefined, row: number, byAnother: boolean): number | null {
    if (list === undefined) return null;
    const at = firstFrom(list.rows, row + 1);
    if (at === list.rows.length) return null;
    const passed = byAnother && this.#professional(list.rows[at]!) === this.#professional(row) ? list.runs[at]!.to + 1 : at;
    return list.rows[passed] ?? null;
  }

  #append<K>(lists: Map<K, List>, key: K, row: number): void {
    const list = lists.get(key) ?? { rows: [], runs: [] };
    lists.set(key, list);
    const last = list.rows.at(-1);
    const place = list.rows.length;
    const run = last !== undefined && this.#professional(last) === this.#professional(row) ? list.runs[place - 1]! : { from: place, to: place };
    run.to = place;
    list.rows.push(row);
    list.runs.push(run);
  }

  #professional(row: number): number {
    return this.#postings.professional[this.#accesses.posting[row]!]!;
  }

  /** Organisation and unit; null where no unit is known: a whole organisation is no team. */
  #unit(row: number): string | null {
    const posting = this.#accesses.posting[row]!;
    return this.#postings.unit[posting] === 0 ? null : `${this.#postings.organisation[posting]} ${this.#postings.unit[posting]}`;
  }
}

/** Place of the first row that is `row` or after it. */
function firstFrom(rows: readonly number[], row: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
