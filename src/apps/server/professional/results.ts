/** Values of one test over time, and what entries said before they were changed. */
import { isRefusal } from "#platform";
import { openRecordStepwise, readEarlier, readItem, readSameTest, type Entry } from "#record";
import type { ResultsDeps } from "../../professional/index.ts";
import { together } from "./opened.ts";
import { removedBy } from "./reading.ts";
import type { Rooms } from "./rooms.ts";

/** Entries of which there is an earlier version. */
const changed = (entries: readonly Entry[]): string[] => entries.filter(({ version }) => version > 1).map(({ id }) => id);

export function resultsDeps({ region, pages }: Rooms): ResultsDeps {
  return {
    earlier: async (_request, person, entries) => {
      const ids = changed(entries);
      return ids.length === 0 ? new Map() : together(pages, person, (sql) => readEarlier(sql, person.decision, ids));
    },
    async testValues(_request, person, itemId, limit) {
      const found = await openRecordStepwise(pages, person.decision, async (sql) => {
        const item = await readItem(sql, person.decision, itemId);
        if (isRefusal(item)) return item;
        const same = await readSameTest(sql, person.decision, item.entry, limit);
        return { entry: item.entry, ...same, earlier: await readEarlier(sql, person.decision, changed(same.entries)) };
      });
      return isRefusal(found) ? removedBy(region, found) : found;
    },
  };
}
