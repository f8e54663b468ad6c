/**
 * How wrong records are. Shares are of all records but those of the practice
 * where the person is registered, which in both levels are the side that others
 * are compared with (practices trace their patients when they register them).
 */
export type Level = {
  readonly forename: number;
  readonly surname: number;
  /** Said wrongly, or not said. */
  readonly sex: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  /** Of the slips in day and month, records in which the two are exchanged. */
  readonly exchanged: number;
  /** Mistyped, on top of those that are out of date. */
  readonly postcode: number;
  /** Mean age of a record in years: whoever moved since is there with the former address. */
  readonly yearsSinceContact: number;
  /** Factor on the share of fields that an organisation leaves empty. */
  readonly missing: number;
};

/**
 * `hes-like`: hospital statistics against the national index (Harron 2017): sex or
 * date of birth wrong or missing in 0.11 % of records, postcode differing in 53 %,
 * nearly all through moving house. That study says nothing of names; 2 % and 1.5 %
 * are ours, beside the everyday variants of `written.ts`.
 * `harsh`: the survey rates of the Office for National Statistics; the two sides
 * are weeks apart, so that an address differs by mistake, not by a move.
 */
export const LEVELS = {
  "hes-like": { forename: 0.02, surname: 0.015, sex: 0.0002, day: 0.0003, month: 0.0002, year: 0.0003, exchanged: 0.0001, postcode: 0.005, yearsSinceContact: 17, missing: 1 },
  harsh: { forename: 0.35, surname: 0.32, sex: 0.01, day: 0.15, month: 0.13, year: 0.13, exchanged: 0.03, postcode: 0.035, yearsSinceContact: 0.05, missing: 2 },
} as const satisfies Record<string, Level>;

export type LevelName = keyof typeof LEVELS;
