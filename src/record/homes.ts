import type { Sql } from "#platform";
import { feedResourceKey } from "./resource-id.ts";

/**
 * Whose items of a feed are, by the source's own ids: for a deletion that does
 * not say whose it deletes. The one statement of intake that does not carry a home
 * key, since that is what it asks for; PostgreSQL skips through the primary key.
 */
export async function homesOf(sql: Sql, feed: string, items: readonly { type: string; sourceKey: string }[]): Promise<Map<string, string>> {
  if (items.length === 0) return new Map();
  const { rows } = await sql.query<{ resource_key: string; source_patient_id: string }>("select resource_key, source_patient_id from record.resource where resource_key = any($1::uuid[]) and feed = $2", [items.map(({ type, sourceKey }) => feedResourceKey(feed, type, sourceKey)), feed]);
  return new Map(rows.map((row) => [row.resource_key, row.source_patient_id]));
}
