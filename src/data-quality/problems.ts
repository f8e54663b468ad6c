import { refuse, type Refusal } from "#platform";

/** No such issue, or one of another organisation's feed: the two look alike. */
export function noIssue(): Refusal {
  return refuse("not-found", "data-quality.no-issue", "There is no such issue on the feeds that are yours.");
}

/** Somebody closed it in between. */
export function alreadyClosed(): Refusal {
  return refuse("conflict", "data-quality.already-closed", "This issue has been closed meanwhile.");
}

/** No such query, or one about another organisation's data: the two look alike. */
export function noQuery(): Refusal {
  return refuse("not-found", "data-quality.no-query", "There is no such query about data that is yours.");
}

/** Somebody answered it in between. */
export function alreadyAnswered(): Refusal {
  return refuse("conflict", "data-quality.already-answered", "This query has been answered meanwhile.");
}
