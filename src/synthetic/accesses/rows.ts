/** Columns that grow while a quarter is made, and their order by time at the end. */
import type { Accesses, Care } from "#monitoring";

type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array;
/** A column and what it becomes when it is full. */
function grown<C extends Column>(column: C, size: number): C {
  const larger = new (column.constructor as new (size: number) => C)(size);
  larger.set(column as never);
  return larger;
}

/** What truth says of an access: -1 lawful, -2 a fake, else the number of a misuse. */
export const LAWFUL = -1;
export const FAKE = -2;

/** Accesses as they are made, in any order. */
export class AccessRows {
  size = 0;
  readonly #from: number;
  readonly #until: number;
  #posting = new Int32Array(1 << 16);
  #person = new Int32Array(1 << 16);
  #at = new Uint32Array(1 << 16);
  #act = new Uint8Array(1 << 16);
  #flags = new Uint8Array(1 << 16);
  #device = new Uint32Array(1 << 16);
  #truth = new Int32Array(1 << 16);

  /** Accesses outside the span are not kept. */
  constructor(from: number, until: number) {
    [this.#from, this.#until] = [from, until];
  }

  add(posting: number, person: number, at: number, act: number, flags: number, device: number, truth: number): void {
    if (at < this.#from || at >= this.#until) return;
    const row = this.size++;
    if (row === this.#posting.length) {
      const size = row * 2;
      [this.#posting, this.#person, this.#at, this.#act, this.#flags, this.#device, this.#truth] = [grown(this.#posting, size), grown(this.#person, size), grown(this.#at, size), grown(this.#act, size), grown(this.#flags, size), grown(this.#device, size), grown(this.#truth, size)];
    }
    this.#posting[row] = posting;
    this.#person[row] = person;
    this.#at[row] = at;
    this.#act[row] = act;
    this.#flags[row] = flags;
    this.#device[row] = device;
    this.#truth[row] = truth;
  }

  /** In order of time, by a counting sort over the seconds of the span. */
  inOrder(): { accesses: Accesses; truth: Int32Array } {
    const kept = this.size;
    const next = new Int32Array(this.#until - this.#from + 1);
    for (let row = 0; row < kept; row++) next[this.#at[row]! - this.#from + 1]!++;
    for (let second = 1; second < next.length; second++) next[second]! += next[second - 1]!;
    const order = new Int32Array(kept);
    for (let row = 0; row < kept; row++) order[next[this.#at[row]! - this.#from]!++] = row;
    const take = <C extends Column>(column: C): C => {
      const taken = new (column.constructor as new (size: number) => C)(kept);
      for (let at = 0; at < kept; at++) taken[at] = column[order[at]!]!;
      return taken;
    };
    return { accesses: { size: kept, posting: take(this.#posting), person: take(this.#person), at: take(this.#at), act: take(this.#act), flags: take(this.#flags), device: take(this.#device) }, truth: take(this.#truth) };
  }
}

/** Pieces of care as they are made, and grouped by person at the end. */
export class CareRows {
  size = 0;
  readonly #rows: { person: Int32Array; kind: Uint8Array; organisation: Uint16Array; unit: Uint16Array; professional: Int32Array; start: Uint32Array; end: Uint32Array } = { person: new Int32Array(1 << 14), kind: new Uint8Array(1 << 14), organisation: new Uint16Array(1 << 14), unit: new Uint16Array(1 << 14), professional: new Int32Array(1 << 14), start: new Uint32Array(1 << 14), end: new Uint32Array(1 << 14) };

  /** Which organisations had to do with each person. */
  readonly #caredFor = new Map<number, Set<number>>();

  /** Whether an organisation ever had to do with a person in what is recorded here. */
  knows(organisation: number, person: number): boolean {
    return this.#caredFor.get(person)?.has(organisation) ?? false;
  }

  /** Whether anybody but the practice had to do with a person. */
  isInCare(person: number): boolean {
    return (this.#caredFor.get(person)?.size ?? 0) > 1;
  }

  add(person: number, kind: number, organisation: number, unit: number, professional: number, start: number, end: number): void {
    const row = this.size++;
    const rows = this.#rows;
    if (row === rows.person.length) for (const name of Object.keys(rows) as (keyof typeof rows)[]) (rows[name] as Column) = grown(rows[name], row * 2);
    (this.#caredFor.get(person) ?? this.#caredFor.set(person, new Set()).get(person)!).add(organisation);
    rows.person[row] = person;
    rows.kind[row] = kind;
    rows.organisation[row] = organisation;
    rows.unit[row] = unit;
    rows.professional[row] = professional;
    rows.start[row] = start;
    rows.end[row] = end;
  }

  byPerson(persons: number): Care {
    const rows = this.#rows;
    const from = new Int32Array(persons + 1);
    for (let row = 0; row < this.size; row++) from[rows.person[row]! + 1]!++;
    for (let person = 0; person < persons; person++) from[person + 1]! += from[person]!;
    const next = from.slice();
    const place = new Int32Array(this.size);
    for (let row = 0; row < this.size; row++) place[next[rows.person[row]!]!++] = row;
    const take = <C extends Column>(column: C): C => {
      const taken = new (column.constructor as new (size: number) => C)(this.size);
      for (let at = 0; at < this.size; at++) taken[at] = column[place[at]!]!;
      return taken;
    };
    return { from, kind: take(rows.kind), organisation: take(rows.organisation), unit: take(rows.unit), professional: take(rows.professional), start: take(rows.start), end: take(rows.end) };
  }
}
