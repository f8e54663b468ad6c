import { readLocalId } from "#identity";
import type { Feed } from "#governance";
import type { Sql } from "#platform";
import { feedResourceKey, homesOf } from "#record";
import type { Mapped, MappedPatient } from "./mapped.ts";

/** Gives deletions that name an item only to the patients whose items they are; what is not here needs no deleting. */
export async function placeRemovals(sql: Sql, feed: Feed, mapped: Mapped): Promise<Mapped> {
  const removed = mapped.removed ?? [];
  if (removed.length === 0) return mapped;
  const homes = await homesOf(sql, feed.id, removed);
  const patients = new Map<string, MappedPatient>(mapped.patients.map((patient) => [patient.localId, patient]));
  for (const item of removed) {
    const home = homes.get(feedResourceKey(feed.id, item.type, item.sourceKey));
    const localId = home === undefined ? null : await readLocalId(sql, home, feed.organisation);
    if (localId === null) continue;
    const patient = patients.get(localId) ?? { localId, demographics: null, at: new Date(), items: [] };
    patients.set(localId, { ...patient, removed: [...(patient.removed ?? []), item] });
  }
  return { ...mapped, patients: [...patients.values()] };
}
