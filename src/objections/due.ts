/** The clocks of an objection: one month to decide and tell (Article 12(3)), 30 days to acknowledge, and the review. Pure. */
import type { Region } from "#governance";
import { statutoryMonthsAfter } from "#standards";
import { awaitsDecision, decisionOf, isEnded, receivedAt, type ObjectionCase } from "./case.ts";

/** The last day on which the person must have an answer, `2026-12-21`. */
export const dueOf = (region: Pick<Region, "dayOf">, objection: ObjectionCase): string => statutoryMonthsAfter(region.dayOf(receivedAt(objection)), 1);

/** The day of the next review of a decision, or `null`. */
export function reviewOf(objection: ObjectionCase): string | null {
  const last = objection.steps.findLast((each) => each.step === "reviewed" || each === decisionOf(objection));
  return isEnded(objection) || last === undefined ? null : ((last.details["reviewOn"] as string | undefined) ?? null);
}

/** True where a first decision is not made in time, or a review is due and nobody has made it. */
export function isOverdue(region: Pick<Region, "dayOf">, objection: ObjectionCase, now: Date): boolean {
  const today = region.dayOf(now);
  if (isEnded(objection)) return false;
  if (decisionOf(objection) === null) return awaitsDecision(objection) && today > dueOf(region, objection);
  const review = reviewOf(objection);
  return review !== null && today > review;
}
