/** What person audit and user audit need of the audit trail, and the scope that it puts on it. */
import type { AuditEntry } from "#audit";

/** The reading side of `#audit`, bound to a client. */
export type AuditTrail = {
  listByPerson(personId: string, page: AuditPage): Promise<AuditEntry[]>;
  listByActor(actorId: string, page: AuditPage): Promise<AuditEntry[]>;
  listRecent(organisation: string, page: AuditPage): Promise<AuditEntry[]>;
};
export type AuditPage = { limit: number; before?: Date };

/** What is asked about. */
export type Review = { readonly of: "organisation" } | { readonly of: "person"; readonly personId: string } | { readonly of: "professional"; readonly professionalId: string };

const PAGE = 50;
const BATCH = 500;
/** Batches read for one page at most: a person whom other organisations open all day must not hold the page up. */
const MOST_BATCHES = 10;

/** One page of entries, newest first, and where the next one begins (`null`: there are no more). */
export type Reviewed = { readonly entries: readonly AuditEntry[]; readonly next: Date | null };

/**
 * Entries about what was asked, made by professionals of one organisation: an
 * employer polices its own staff (AUD-06). Entries of others are passed over
 * here and never counted on screen. `purpose` narrows to one purpose of use (PUR-18).
 */
export async function review(trail: AuditTrail, organisation: string, asked: Review, purpose: string | null, before: Date | undefined): Promise<Reviewed> {
  const entries: AuditEntry[] = [];
  let from = before;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const page: AuditPage = from === undefined ? { limit: BATCH } : { limit: BATCH, before: from };
    const read = await list(trail, organisation, asked, page);
    for (const entry of read) {
      if (entry.organisation !== organisation || (purpose !== null && entry.purpose !== purpose)) continue;
      if (entries.length === PAGE) return { entries, next: entries.at(-1)!.recorded };
      entries.push(entry);
    }
    if (read.length < BATCH) return { entries, next: null };
    from = read.at(-1)!.recorded;
  }
  return { entries, next: from ?? null };
}

function list(trail: AuditTrail, organisation: string, asked: Review, page: AuditPage): Promise<AuditEntry[]> {
  if (asked.of === "person") return trail.listByPerson(asked.personId, page);
  if (asked.of === "professional") return trail.listByActor(asked.professionalId, page);
  return trail.listRecent(organisation, page);
}
