import { isUuid, uuidOf } from "#platform";

/**
 * A resource's FHIR id is its home key and its own key in one: 64 hexadecimal
 * digits, the longest that FHIR allows. A read by id needs no look-up table, and
 * the id stays when a source patient is relinked to another person.
 */
export function resourceId(sourcePatientId: string, resourceKey: string): string {
  return bare(sourcePatientId) + bare(resourceKey);
}

const bare = (uuid: string): string => uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);

/** Takes an id apart; `null` where the text is no id of this store. */
export function parseResourceId(id: string): { sourcePatientId: string; resourceKey: string } | null {
  if (!/^[0-9a-f]{64}$/.test(id)) return null;
  const [sourcePatientId, resourceKey] = [dashed(id.slice(0, 32)), dashed(id.slice(32))];
  return isUuid(sourcePatientId) && isUuid(resourceKey) ? { sourcePatientId, resourceKey } : null;
}

/** The key of a feed's item: the same (feed, type, source's id) is the same resource for ever, so a feed can be played twice. */
export function feedResourceKey(feed: string, type: string, sourceKey: string): string {
  return uuidOf(`${feed}\n${type}\n${sourceKey}`);
}

const dashed = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
