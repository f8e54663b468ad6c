/** Tiles as they are named, served and stored (C2SP tlog-tiles). */
import type { Sql } from "#platform";
import { HASH_BYTES, TILE_WIDTH, type TileReader, type TileWrite } from "./tree.ts";

/** A tile or an entry bundle (level -1), full or its first `width` hashes. */
export type TileName = { readonly level: number; readonly tileIndex: number; readonly width: number };

/** `tile/0/x001/x234/067`, `tile/entries/000.p/3`: the index in groups of three digits, all but the last with an x. */
export function tilePath({ level, tileIndex, width }: TileName): string {
  const digits = String(tileIndex).padStart(Math.ceil(String(tileIndex).length / 3) * 3, "0");
  const groups = digits.match(/\d{3}/g)!;
  const index = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level === -1 ? "entries" : level}/${index}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** What a path names, or `null` where it is not written as it has to be: each tile has one address. */
export function parseTilePath(path: string): TileName | null {
  const found = /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (found === null) return null;
  const name = { level: found[1] === "entries" ? -1 : Number(found[1]), tileIndex: Number(found[2]!.replace(/[x/]/g, "")), width: found[3] === undefined ? TILE_WIDTH : Number(found[3]) };
  return Number.isSafeInteger(name.tileIndex) && tilePath(name) === path && name.width >= 1 ? name : null;
}

/** The tiles that a log of this size consists of, bundles too. */
export function* tilesOf(size: number): Generator<TileName> {
  for (let level = -1, count = size; count > 0; level++) {
    for (let tileIndex = 0; tileIndex * TILE_WIDTH < count; tileIndex++) yield { level, tileIndex, width: Math.min(TILE_WIDTH, count - tileIndex * TILE_WIDTH) };
    if (level >= 0) count = Math.floor(count / TILE_WIDTH);
  }
}

/** An entry bundle: each commitment after its length, two bytes, the higher first. */
export function bundleOf(commitments: Buffer): Buffer {
  const count = commitments.length / HASH_BYTES;
  const bundle = Buffer.alloc(count * (HASH_BYTES + 2));
  for (let index = 0; index < count; index++) {
    bundle.writeUInt16BE(HASH_BYTES, index * (HASH_BYTES + 2));
    commitments.copy(bundle, index * (HASH_BYTES + 2) + 2, index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
  return bundle;
}

/** The bytes of a tile as it is served, or `null` where the log has not so many. What is stored may have grown since: its beginning never changes. */
export async function readTile(sql: Sql, { level, tileIndex, width }: TileName): Promise<Buffer | null> {
  const { rows } = await sql.query<{ hashes: Buffer }>("select hashes from audit.tile where level = $1 and tile_index = $2", [level, tileIndex]);
  const stored = rows[0]?.hashes;
  if (stored === undefined || stored.length < width * HASH_BYTES) return null;
  const part = stored.subarray(0, width * HASH_BYTES);
  return level === -1 ? bundleOf(part) : part;
}

/** Reads tiles through a cache of its own: for one proof or one look at the whole log. */
export function tileReader(sql: Sql): TileReader {
  const read = new Map<string, Promise<Buffer | null>>();
  return (level, tileIndex) => {
    const key = `${level}/${tileIndex}`;
    let tile = read.get(key);
    if (tile === undefined) {
      if (read.size > 2000) read.clear();
      tile = sql.query<{ hashes: Buffer }>("select hashes from audit.tile where level = $1 and tile_index = $2", [level, tileIndex]).then(({ rows }) => rows[0]?.hashes ?? null);
      read.set(key, tile);
    }
    return tile;
  };
}

export async function writeTiles(sql: Sql, tiles: readonly TileWrite[]): Promise<void> {
  await sql.query(
    `insert into audit.tile (level, tile_index, hashes) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
     on conflict (level, tile_index) do update set hashes = excluded.hashes`,
    [tiles.map((each) => each.level), tiles.map((each) => each.tileIndex), tiles.map((each) => each.hashes)],
  );
}
