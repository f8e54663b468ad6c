/**
 * The joined-up view of one person: which state each section is in at each
 * source, what belongs together, what disagrees, and the summary made of it.
 * Pure: no I/O, no decision of its own. Start at `journey.ts`.
 */
export * from "./inputs.ts";
export * from "./states.ts";
export * from "./coverage.ts";
export * from "./headline.ts";
export * from "./merge.ts";
export * from "./demographics.ts";
export * from "./results.ts";
export * from "./period.ts";
export * from "./compare-medicines.ts";
export { analyteOfEntry, unitOf } from "./series-key.ts";
export * from "./summary.ts";
export * from "./search.ts";
export * from "./timeline.ts";
export * from "./documents.ts";
export * from "./referral-course.ts";
export * from "./care-team.ts";
export * from "./plans.ts";
export * from "./journey.ts";
export { countOf, listed, NOUNS } from "./words.ts";
