/** Which plans hold: those that another one replaces are superseded, whatever their own status says (PUR-07). Pure. */
import type { Entry } from "#record";
import { isCurrent, type MergedRow } from "./merge.ts";

/** Ids of entries that a plan among these replaces. */
export function replacedBy(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const replaced = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.status === "entered-in-error" || entry.status === "draft") continue;
    for (const reference of entry.line.replaces ?? []) replaced.set(reference.slice(reference.indexOf("/") + 1), entry);
  }
  return replaced;
}

/** True for a plan whose day of review has passed while it is in force. */
export function isReviewOverdue(entry: Entry, now: Date): boolean {
  const { reviewDate } = entry.line;
  if (reviewDate === undefined || !isCurrent(entry)) return false;
  const due = Date.parse(reviewDate);
  return !Number.isNaN(due) && due + 86_400_000 <= now.getTime();
}

/** Plans in force first, then the others, each in the order given. */
export function inForce(rows: readonly MergedRow[]): { readonly current: readonly MergedRow[]; readonly past: readonly MergedRow[] } {
  const replaced = replacedBy(rows.flatMap(({ entries }) => entries));
  const holds = ({ lead }: MergedRow): boolean => isCurrent(lead) && !replaced.has(lead.id);
  return { current: rows.filter(holds), past: rows.filter((row) => !holds(row)) };
}
