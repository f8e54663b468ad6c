/** Search in one opened person, records in doubt included for what protects. */
import { newestFirst, openRecord, searchDocuments, searchEntries, type DocumentHits, type EntryHits } from "#record";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { doubtfulDecision } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

const NO_DOCUMENTS: DocumentHits = { documents: 0, alsoByRow: 0, hits: [], unread: 0 };

export function searchingDeps({ pages }: Rooms): Pick<ProfessionalDeps, "search"> {
  return {
    async search(_request, person, asked, groups, limit, withDocuments) {
      const doubtful = doubtfulDecision(person);
      const [[entries, documents], doubted] = await Promise.all([
        openRecord(pages, person.decision, (sql) => Promise.all([searchEntries(sql, person.decision, asked, groups, limit), withDocuments ? searchDocuments(sql, person.decision, asked, limit) : NO_DOCUMENTS])),
        doubtful === null ? null : openRecord(pages, doubtful, (sql) => searchEntries(sql, doubtful, asked, groups, limit)),
      ]);
      return { entries: doubted === null ? entries : entries.map((each, index) => both(each, doubted[index]!, limit)), documents };
    },
  };
}

/** A warning from a record in doubt stands among the others, newest first. */
function both(one: EntryHits, other: EntryHits, limit: number): EntryHits {
  if (other.hits.length === 0) return one;
  return { entries: one.entries + other.entries, lines: one.lines + other.lines, hits: [...one.hits, ...other.hits].sort((a, b) => newestFirst(a.entry, b.entry)).slice(0, limit), more: one.more || other.more };
}
