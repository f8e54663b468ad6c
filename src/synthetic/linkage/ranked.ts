import type { Random } from "../random.ts";

/**
 * A list whose first items come often and whose last seldom, as names do: the
 * weight of rank `r` is `1 / (r + offset) ^ steepness` (Zipf and Mandelbrot).
 */
export class Ranked<T> {
  readonly #items: readonly T[];
  readonly #upTo: Float64Array;

  constructor(items: readonly T[], offset: number, steepness: number) {
    this.#items = items;
    this.#upTo = new Float64Array(items.length);
    let sum = 0;
    for (let rank = 0; rank < items.length; rank++) this.#upTo[rank] = sum += 1 / Math.pow(rank + offset, steepness);
  }

  pick(random: Random): T {
    const wanted = random.next() * this.#upTo[this.#upTo.length - 1]!;
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return this.#items[low]!;
  }
}
