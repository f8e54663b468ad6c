/** Rows, items and documents of one opened person. */
import { readEnvelope } from "#feeds";
import type { Region } from "#governance";
import { readSaidBefore } from "#identity";
import { dateText, isRefusal, type Refusal } from "#platform";
import { openRecord, organisationShown, readArrivedSince, readDocumentText, readFollowing, readItem, readItemDocuments, readRemovals } from "#record";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { storedDocuments } from "../attachment.ts";
import { decisionFor, joined, rowsInDoubt, rowsOf, together } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

/** What came of all referrals of a person; more than these nobody reads on one page. */
const MOST_FOLLOWING = 500;

export function readingDeps(rooms: Rooms): Pick<ProfessionalDeps, "rows" | "following" | "changedSince" | "removals" | "item" | "documents" | "saidBefore"> {
  const { region, pages } = rooms;
  return {
    async rows(_request, person, queries) {
      const [certain, doubtful] = await Promise.all([
        rowsOf(pages, person, queries),
        rowsInDoubt(pages, person, queries),
      ]);
      return certain.map((page, index) => joined(page, doubtful[index]));
    },
    following: (_request, person) => together(pages, person, (sql) => readFollowing(sql, person.decision, MOST_FOLLOWING)),
    changedSince: (_request, person, since, limit) => together(pages, person, (sql) => readArrivedSince(sql, person.decision, since, limit)),
    removals: (_request, person, sections, since) => together(pages, person, (sql) => readRemovals(sql, person.decision, sections, since)),
    async item(_request, person, itemId) {
      const decision = decisionFor(person, itemId);
      const found = await openRecord(pages, decision, (sql) => readItem(sql, decision, itemId));
      if (isRefusal(found)) return removedBy(region, found);
      const { entry } = found;
      const envelope = await readEnvelope(pages, entry.feed, entry.messageId);
      // The feed and the sender's own ids name a practice as well as its name does.
      const isNamed = region.feed(entry.feed) === undefined || organisationShown(region.feed(entry.feed)!.organisation, decision.hiddenWhereabouts) === region.feed(entry.feed)!.organisation;
      return {
        entry,
        resource: found.resource,
        versions: [{ version: entry.version, received: entry.received, messageId: entry.messageId, status: entry.status, display: entry.display, when: entry.when, line: entry.line }, ...found.versions],
        message: {
          messageId: entry.messageId, feed: entry.feed, feedTitle: isNamed ? (region.feed(entry.feed)?.title ?? entry.feed) : entry.organisation, organisationName: isNamed ? (region.organisation(entry.organisation)?.name ?? entry.organisation) : entry.organisation,
          receivedAt: envelope?.receivedAt ?? entry.received, format: envelope?.format ?? "unknown", controlId: isNamed ? envelope?.controlId || null : null,
        },
      };
    },
    async documents(_request, person, itemId) {
      const decision = decisionFor(person, itemId);
      const [found, rows] = await openRecord(pages, decision, (sql) => Promise.all([readItem(sql, decision, itemId), readItemDocuments(sql, decision, itemId)]));
      if (isRefusal(found)) return found;
      if (isRefusal(rows)) return rows;
      const texts = await openRecord(pages, decision, (sql) => Promise.all(rows.map((row) => (row.textState === "read" ? readDocumentText(sql, decision, itemId, row.hash) : Promise.resolve([])))));
      return storedDocuments(found.resource, rows.map((row, index) => ({ ...row, textPages: texts[index]! })), rooms.documents);
    },
    saidBefore: (_request, person) => readSaidBefore(pages, person.sources.flatMap((source) => source.sourcePatients.map((each) => each.sourcePatientId)), person.decision.hiddenWhereabouts !== null),
  };
}

/** The refusal of a removed item with its organisation's name and the day as pages write it. */
export function removedBy(region: Region, refusal: Refusal): Refusal {
  if (refusal.code !== "record.item-removed") return refusal;
  const { display, organisation, removed } = refusal.details as { display: string; organisation: string; removed: string };
  return { ...refusal, message: `The source has taken this entry back: "${display}" was removed at its source on ${dateText(removed)}, by ${region.organisation(organisation)?.name ?? organisation}. What was sent is kept.` };
}
