/**
 * A small seeded generator (sfc32 over a hashed seed): the same seed gives the
 * same draws on every machine. `fork` gives an independent stream by name, so
 * that a change in one part of the region leaves the others as they were.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
    let hash = 2166136261;
    const word = (): number => {
      for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 16777619);
      hash ^= hash >>> 15;
      hash = Math.imul(hash, 2246822507);
      return (hash ^= hash >>> 13) | 0;
    };
    this.#a = word();
    this.#b = word();
    this.#c = word();
    this.#d = 1;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** An independent stream under a name of its own. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True once in `1 / share` draws. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }

  /** One of a list, by its `weight`. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.next() * list.reduce((sum, one) => sum + one.weight, 0);
    for (const one of list) if ((left -= one.weight) < 0) return one;
    return list[list.length - 1]!;
  }

  /** A bell-shaped number around `mean` (sum of four draws, so never wild). */
  around(mean: number, spread: number): number {
    const bell = this.next() + this.next() + this.next() + this.next() - 2;
    return mean + bell * spread * 1.7;
  }

  /** A UUID (version 4 by its marks) from this stream. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      Math.floor(this.next() * 4294967296)
        .toString(16)
        .padStart(8, "0"),
    ).join("");
    const variant = "89ab"[parseInt(hex[16]!, 16) & 3]!;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
