/** Documents that no row names: kept for a message that then failed, or whose rows were erased. */
import type { DocumentStore, Sql } from "#platform";

/** Younger ones may belong to a message that is on its way. */
const YOUNGEST_MS = 24 * 3_600_000;
const AT_ONCE = 500;

/** Removes what is nobody's and older than a day; returns how many. A document that is kept again meanwhile counts as new (`DocumentStore.put`). */
export async function sweepDocuments(intake: Sql, store: DocumentStore, now: Date): Promise<number> {
  let removed = 0;
  let old: string[] = [];
  const sweep = async (): Promise<void> => {
    const { rows } = await intake.query<{ hash: string }>("select n.hash from unnest($1::text[]) as n(hash) where not exists (select 1 from record.document d where d.hash = decode(n.hash, 'hex'))", [old]);
    for (const { hash } of rows) await store.remove(hash);
    removed += rows.length;
    old = [];
  };
  for await (const each of store.list()) {
    if (now.getTime() - each.written.getTime() < YOUNGEST_MS) continue;
    old.push(each.hash);
    if (old.length === AT_ONCE) await sweep();
  }
  if (old.length > 0) await sweep();
  return removed;
}
