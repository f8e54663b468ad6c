/**
 * What a feed may give: the sections that its definition lists (REC-34). An item
 * of another section does not enter the record; it stands in quarantine with its
 * section and place, for the organisation whose item it is.
 */
import type { Feed } from "#governance";
import { feedResourceKey, sectionOf } from "#record";
import { sectionTitle } from "#standards";
import type { Mapped, MappedPatient, Mark } from "./mapped.ts";

export const OUT_OF_REMIT = "feeds.out-of-remit";

/** The mapped message without what lies outside the feed's remit, and a mark for each item left out. */
export function withinRemit(feed: Feed, mapped: Mapped): { mapped: Mapped; marks: Mark[] } {
  const supplies = new Set(feed.supplies);
  const marks: Mark[] = [];
  const leftOut = new Set<string>();
  const patients = mapped.patients.map((patient): MappedPatient => {
    const items = patient.items.filter(({ resource, sourceKey, resourceKey }) => {
      const section = sectionOf(resource);
      if (supplies.has(section)) return true;
      leftOut.add(resourceKey ?? feedResourceKey(feed.id, resource.resourceType, sourceKey));
      marks.push({ code: OUT_OF_REMIT, why: `feed ${feed.id} does not supply "${sectionTitle(section)}": this ${resource.resourceType} is kept with its message and does not enter the record`, place: `${resource.resourceType} ${sourceKey}` });
      return false;
    });
    return items.length === patient.items.length ? patient : { ...patient, items };
  });
  if (marks.length === 0) return { mapped, marks };
  const entries = mapped.entries?.map((entry) => (entry.resourceKey !== null && leftOut.has(entry.resourceKey) ? { ...entry, resourceKey: null } : entry));
  return { mapped: { ...mapped, patients, ...(entries && { entries }) }, marks };
}
