/** Counts of people on pages: small ones are not written. */

/** Below this a count could be somebody: it is said to be few, and no rate is made of it. */
export const FEW = 5;

/** A total as it may be said: nothing by itself, few, or rounded to fives, so that a hidden cell cannot be subtracted out of it. */
export const few = (count: number): string => (count === 0 ? "none" : count < FEW ? `fewer than ${FEW}` : `about ${Math.round(count / 5) * 5}`);
