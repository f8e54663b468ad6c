import { checkDigit } from "#standards";

/** How many of the 999 numbers stay free for story people. */
const STORIES = 1000;

/** The number of a story person: the `index`th valid one from 999 000 0000 on (index below 900). */
export function storyNhsNumber(index: number): string {
  let seen = -1;
  for (let nine = 999_000_000; ; nine++) {
    const check = checkDigit(String(nine));
    if (check !== null && ++seen === index) return `${nine}${check}`;
  }
}

/**
 * Numbers that no real person has, each once: first all of 999, which is about
 * 900,000 people, then the wider 9xx range. Strides that share no factor with
 * the size of a range visit all of it without telling the order of people.
 */
export function* nhsNumbers(): Generator<string, never, undefined> {
  yield* range(999_000_000 + STORIES, 1_000_000 - STORIES, 7_919);
  yield* range(900_000_000, 99_000_000, 7_368_787);
  throw new Error("no test NHS numbers are left");
}

function* range(start: number, size: number, stride: number): Generator<string, void, undefined> {
  for (let index = 0, at = 0; index < size; index++, at = (at + stride) % size) {
    const nine = String(start + at);
    const check = checkDigit(nine);
    if (check !== null) yield `${nine}${check}`;
  }
}
