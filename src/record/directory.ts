/** Things that belong to no person: organisations, practitioners, locations. */
import type { Sql } from "#platform";
import type { Resource } from "#standards";

/** A thing that belongs to no person: organisation, practitioner, location. */
export type DirectoryItem = { key: string; sourceKey: string; resource: Resource };

/** Stores directory items; an equal one changes nothing. */
export async function storeDirectory(sql: Sql, feed: string, messageId: string, received: Date, items: readonly DirectoryItem[]): Promise<number> {
  if (items.length === 0) return 0;
  const unique = [...new Map(items.map((item) => [item.key, item])).values()];
  const { rowCount } = await sql.query(
    `insert into record.directory as d (directory_key, type, feed, source_key, body, received, message_id)
     select n.key, n.type, $1, n.source_key, n.body, $2, $3 from unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) as n(key, type, source_key, body)
     on conflict (directory_key) do update set body = excluded.body, received = excluded.received, message_id = excluded.message_id where d.body <> excluded.body`,
    [feed, received, messageId, unique.map((item) => item.key), unique.map((item) => item.resource.resourceType), unique.map((item) => item.sourceKey), unique.map((item) => JSON.stringify(item.resource))],
  );
  return rowCount ?? 0;
}
