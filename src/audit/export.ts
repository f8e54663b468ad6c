/** A copy of the log as `kmcr-verify` reads it: checkpoint, keys and tiles, which hold hashes alone; on demand the entries with their salts, which are person data. */
import { mkdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse, type Refusal, type Sql } from "#platform";
import { canonicalText, STORED_COLUMNS, toStored, type StoredEntry } from "./commitment.ts";
import { readLatestCheckpoint, readKeys } from "./checkpoint.ts";
import { bundleOf, tilePath, tilesOf } from "./tiles.ts";
import { HASH_BYTES } from "./tree.ts";

const TILES_AT_ONCE = 256;
const ENTRIES_AT_ONCE = 5000;

/** What a copy holds. */
export type Exported = { readonly size: number; readonly tiles: number; readonly entries: number };

/**
 * Writes the log up to its latest checkpoint into a folder. With `entries`, also `entries.jsonl`: a
 * line for each entry that has not been destroyed, in the order of the log. Refuses with
 * `audit.no-checkpoint` where nothing was signed yet.
 */
export async function exportLog(sql: Sql, folder: string, { entries }: { entries: boolean }): Promise<Exported | Refusal> {
  const checkpoint = await readLatestCheckpoint(sql);
  if (checkpoint === null) return refuse("unavailable", "audit.no-checkpoint", "The log has no checkpoint yet. Try again in a few seconds.");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "checkpoint"), checkpoint.note);
  writeFileSync(join(folder, "keys"), (await readKeys(sql)).map((each) => `${each.verifierKey}\n`).join(""));
  const wanted = [...tilesOf(checkpoint.size)];
  for (let at = 0; at < wanted.length; at += TILES_AT_ONCE) {
    const names = wanted.slice(at, at + TILES_AT_ONCE);
    const { rows } = await sql.query<{ level: number; tile_index: number; hashes: Buffer }>("select level, tile_index, hashes from audit.tile join unnest($1::smallint[], $2::bigint[]) n(level, tile_index) using (level, tile_index)", [names.map((each) => each.level), names.map((each) => each.tileIndex)]);
    const found = new Map(rows.map((row) => [`${row.level}/${row.tile_index}`, row.hashes]));
    for (const name of names) {
      const hashes = found.get(`${name.level}/${name.tileIndex}`)?.subarray(0, name.width * HASH_BYTES) ?? Buffer.alloc(0);
      const path = join(folder, tilePath(name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, name.level === -1 ? bundleOf(hashes) : hashes);
    }
  }
  return { size: checkpoint.size, tiles: wanted.length, entries: entries ? await exportEntries(sql, join(folder, "entries.jsonl"), checkpoint.size) : 0 };
}

async function exportEntries(sql: Sql, path: string, size: number): Promise<number> {
  const file = await open(path, "w", 0o600);
  let count = 0;
  try {
    for (let from = 0; from < size; from += ENTRIES_AT_ONCE) {
      const rows = await readLines(sql, from, Math.min(size, from + ENTRIES_AT_ONCE));
      await file.write(rows.map(({ index, salt, entry }) => `${entryLine(index, canonicalText(entry), salt)}\n`).join(""));
      count += rows.length;
    }
  } finally {
    await file.close();
  }
  return count;
}

/** A line of an entries file. */
export const entryLine = (index: number, canonical: string, salt: Buffer): string => `{"entry":${canonical},"index":${index},"salt":"${salt.toString("hex")}"}`;

/** Lines of the log with their entries, in order; a line whose entry is not stored any more is left out. */
export async function readLines(sql: Sql, from: number, to: number): Promise<{ index: number; entry: StoredEntry; salt: Buffer; committedLater: boolean }[]> {
  const { rows } = await sql.query<StoredEntry & { leaf_index: number; salt: Buffer | null; late: Buffer | null }>(
    `select s.leaf_index, e.salt, l.salt as late, ${STORED_COLUMNS} from audit.sequenced s join audit.entry e using (person_id, entry_id) left join audit.committed_later l using (person_id, entry_id)
     where s.leaf_index >= $1 and s.leaf_index < $2 order by s.leaf_index`,
    [from, to],
  );
  return rows.map(({ leaf_index: index, salt, late, ...row }) => ({ index, entry: toStored(row), salt: salt ?? late ?? Buffer.alloc(0), committedLater: salt === null }));
}
