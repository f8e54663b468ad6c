import { refuse, type Refusal } from "#platform";

/** No such issue, or one of another organisation's feed: the two look alike. */
export function noIssue(): Refusal {
  return refuse("not-found", "data-quality.no-issue", "There is no such issue on the feeds that are yours.");
}

/** Somebody closed it in between. */
export function alreadyClosed(): Refusal {
  return refuse("conflict", "data-quality.already-closed", "This issue has been closed meanwhile.");
}
