import { checkDigit } from "#standards";

const START = 900_000_000;
const BLOCK = 8;
const BLOCKS = 12_375_000;

/**
 * NHS numbers that no real person has, in blocks of eight neighbours: brothers and
 * sisters of one birth get neighbours, as they do at a maternity unit. A stride
 * without a common factor visits every block once without telling the order of people.
 */
export class NumberBlocks {
  #block = -1;
  #left: string[] = [];

  /** The first number of a fresh block. */
  fresh(): string {
    const nine = START + ((++this.#block * 7_368_787) % BLOCKS) * BLOCK;
    this.#left = [];
    for (let at = 0; at < BLOCK; at++) {
      const check = checkDigit(String(nine + at));
      if (check !== null) this.#left.push(`${nine + at}${check}`);
    }
    return this.#left.shift()!;
  }

  /** The neighbour of the last one given. */
  next(): string {
    return this.#left.shift() ?? this.fresh();
  }
}
