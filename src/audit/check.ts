/**
 * The check of the whole log: every entry against what was committed to, every tile against what
 * lies below it, every checkpoint and cosignature against the tree, and every entry that is stored
 * against the log. What it finds wrong it names by its line.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { log, uuidv7, type Clock, type Pool, type Sql } from "#platform";
import { commitmentOf } from "./commitment.ts";
import { cosignedAt, isSignedBy, parseCheckpoint, parseNote, parseVerifierKey, type VerifierKey } from "./note.ts";
import { readDestructions, type Destruction } from "./destroy.ts";
import { readLines } from "./export.ts";
import { readKeys, readWaiting } from "./checkpoint.ts";
import { tilePath, tileReader } from "./tiles.ts";
import { GrowingTree, HASH_BYTES, TILE_WIDTH } from "./tree.ts";

/** Tiles looked at together with their entries. */
const TILES_AT_ONCE = 16;
const MOST_FAULTS = 100;

export type CheckFault = { readonly what: "entry" | "tile" | "checkpoint" | "cosignature" | "outside"; /** Line of the log, where it is one. */ readonly index: number | null; readonly words: string };

export type CheckReport = {
  /** Lines of the log that were checked: up to the latest checkpoint when the check began. */
  readonly size: number;
  readonly root: string;
  readonly entries: number;
  readonly committedLater: number;
  readonly destroyed: number;
  readonly destructions: readonly Destruction[];
  readonly checkpoints: number;
  readonly cosignatures: number;
  /** Entries written and not yet in the log. */
  readonly waiting: number;
  readonly seconds: number;
  /** The first hundred; `faultCount` has all. */
  readonly faults: readonly CheckFault[];
  readonly faultCount: number;
};

/** Checks the log as it stands. @param progress is told how many lines are done, of how many. */
export async function checkLog(sql: Sql, now: () => Date, progress: (done: number, of: number) => Promise<void> = async () => undefined): Promise<CheckReport> {
  const began = now().getTime();
  const found = new Findings();
  // By one statement: the log grows meanwhile.
  const { rows: heads } = await sql.query<{ origin: string; size: number; signed: number }>("select origin, size, (select coalesce(max(size), 0) from audit.checkpoint) as signed from audit.log_head");
  const head = heads[0] ?? { origin: "", size: 0, signed: 0 };
  const size = head.signed;
  const { rows: checkpoints } = await sql.query<{ size: number; root: Buffer; note: string }>("select size, root, note from audit.checkpoint where size <= $1 order by size", [size]);
  if (size !== head.size) found.add("checkpoint", null, `The log has ${head.size} lines and the latest checkpoint covers ${size}.`);
  const lines = await checkLines(sql, head.origin, size, checkpoints, found, progress);
  const cosignatures = await checkCosignatures(sql, found);
  await checkOutside(sql, found);
  const { waiting } = await readWaiting(sql);
  const { missing, ...counts } = lines;
  const destructions = await readDestructions(sql);
  let destroyed = 0;
  for (const index of missing) {
    if (destructions.some(({ ranges }) => ranges.some(([from, to]) => index >= from && index <= to))) destroyed++;
    else found.add("entry", index, `Entry ${index} is missing: it is in the log, it is not stored any more, and no entry says that it was destroyed.`);
  }
  return { size, ...counts, destroyed, destructions, checkpoints: checkpoints.length, cosignatures, waiting, seconds: Math.round((now().getTime() - began) / 100) / 10, faults: found.first, faultCount: found.count };
}

class Findings {
  readonly first: CheckFault[] = [];
  count = 0;

  add(what: CheckFault["what"], index: number | null, words: string): void {
    if (this.count++ < MOST_FAULTS) this.first.push({ what, index, words });
  }
}

/** Entries, tiles and checkpoints in one pass over the log. */
async function checkLines(sql: Sql, origin: string, size: number, checkpoints: readonly { size: number; root: Buffer; note: string }[], found: Findings, progress: (done: number, of: number) => Promise<void>): Promise<{ root: string; entries: number; committedLater: number; missing: number[] }> {
  const ring = (await readKeys(sql)).flatMap((each) => parseVerifierKey(each.verifierKey) ?? []);
  const tree = new GrowingTree();
  const read = tileReader(sql);
  const missing: number[] = [];
  let [entries, committedLater, at] = [0, 0, 0];
  /** Tiles that the bundles lead to, against those that are stored: these may have grown since. */
  const compare = async (tiles: ReturnType<GrowingTree["append"]>): Promise<void> => {
    for (const { level, tileIndex, hashes } of tiles) {
      if (level < 0) continue;
      const stored = (await read(level, tileIndex)) ?? Buffer.alloc(0);
      if (stored.subarray(0, hashes.length).equals(hashes)) continue;
      const place = Array.from({ length: hashes.length / HASH_BYTES }, (_, index) => index).find((index) => stored.compare(hashes, index * HASH_BYTES, (index + 1) * HASH_BYTES, Math.min(stored.length, index * HASH_BYTES), Math.min(stored.length, (index + 1) * HASH_BYTES)) !== 0) ?? 0;
      const index = level === 0 ? tileIndex * TILE_WIDTH + place : null;
      found.add("tile", index, `${tilePath({ level, tileIndex, width: TILE_WIDTH })} is not what lies below it, at its hash ${place}${index === null ? "" : ` (entry ${index})`}.`);
    }
  };
  for (let from = 0; from < size; from += TILES_AT_ONCE * TILE_WIDTH) {
    const to = Math.min(size, from + TILES_AT_ONCE * TILE_WIDTH);
    const [{ rows: bundles }, stored] = await Promise.all([
      sql.query<{ tile_index: number; hashes: Buffer }>("select tile_index, hashes from audit.tile where level = -1 and tile_index >= $1 and tile_index < $2 order by tile_index", [from / TILE_WIDTH, Math.ceil(to / TILE_WIDTH)]),
      readLines(sql, from, to),
    ]);
    const held = Buffer.alloc((to - from) * HASH_BYTES);
    for (const { tile_index, hashes } of bundles) hashes.copy(held, (tile_index * TILE_WIDTH - from) * HASH_BYTES);
    for (let index = from, line = 0; index < to; index++) {
      if (stored[line]?.index !== index) missing.push(index);
      for (let same = 0; stored[line]?.index === index; line++, same++) {
        const { entry, salt, committedLater: late } = stored[line]!;
        entries++;
        if (late) committedLater++;
        if (same > 0) found.add("entry", index, `Entry ${index}: two stored entries (the other is ${entry.entryId}) say that they are this line.`);
        else if (commitmentOf(entry, salt).compare(held, (index - from) * HASH_BYTES, (index - from + 1) * HASH_BYTES) !== 0) found.add("entry", index, `Entry ${index} (${entry.entryId}) is not what was committed to: it, its salt or its line in the log was changed.`);
      }
    }
    while (tree.size < to) {
      const next = checkpoints[at]?.size ?? size;
      const upTo = Math.min(to, Math.max(next, tree.size + 1));
      await compare(tree.append(Array.from({ length: upTo - tree.size }, (_, index) => Buffer.from(held.subarray((tree.size - from + index) * HASH_BYTES, (tree.size - from + index + 1) * HASH_BYTES)))));
      for (; checkpoints[at]?.size === tree.size; at++) checkCheckpoint(checkpoints[at]!, origin, tree.root(), ring, found);
    }
    await progress(to, size);
  }
  return { root: tree.root().toString("base64"), entries, committedLater, missing };
}

function checkCheckpoint(stored: { size: number; root: Buffer; note: string }, origin: string, root: Buffer, ring: readonly VerifierKey[], found: Findings): void {
  const note = parseNote(stored.note);
  const said = note === null ? null : parseCheckpoint(note.text);
  if (note === null || said === null || said.origin !== origin || said.size !== stored.size || !said.root.equals(stored.root)) found.add("checkpoint", null, `The checkpoint of ${stored.size} lines is not what was signed.`);
  else if (!isSignedBy(note, ring)) found.add("checkpoint", null, `The checkpoint of ${stored.size} lines does not bear a good signature of the log's keys.`);
  else if (!stored.root.equals(root)) found.add("checkpoint", null, `The checkpoint of ${stored.size} lines was signed over another log than the one that is stored.`);
}

async function checkCosignatures(sql: Sql, found: Findings): Promise<number> {
  const { rows } = await sql.query<{ organisation: string; size: number; root: Buffer; verifier_key: string; line: string; note: string; agrees: boolean; signed: Buffer | null }>(
    "select c.organisation, c.size, c.root, c.verifier_key, c.line, c.note, c.agrees, p.root as signed from audit.cosignature c left join audit.checkpoint p using (size) order by c.size, c.organisation",
  );
  for (const each of rows) {
    const note = parseNote(each.note);
    const key = parseVerifierKey(each.verifier_key);
    const said = note === null ? null : parseCheckpoint(note.text);
    if (note === null || said === null || key === null || said.size !== each.size || !said.root.equals(each.root) || cosignedAt(note, key)?.line !== each.line) found.add("cosignature", null, `The cosignature of ${each.organisation} over ${each.size} lines is not good.`);
    else if (!each.agrees || (each.signed !== null && !each.signed.equals(each.root))) found.add("cosignature", null, `${each.organisation} holds a checkpoint of ${each.size} lines that this log's key signed and that is not what this log says.`);
  }
  return rows.length;
}

/** Entries that are stored and stand neither in the log nor in its queue: written past the product. */
async function checkOutside(sql: Sql, found: Findings): Promise<void> {
  const { rows } = await sql.query<{ entry_id: string; count: number }>(
    `select min(e.entry_id::text) as entry_id, count(*)::int as count from audit.entry e
     where not exists (select 1 from audit.sequenced s where s.person_id = e.person_id and s.entry_id = e.entry_id) and not exists (select 1 from audit.unsequenced u where u.person_id = e.person_id and u.entry_id = e.entry_id)`,
  );
  const { entry_id: first, count } = rows[0]!;
  if (count > 0) found.add("outside", null, `${count} stored ${count === 1 ? "entry is" : "entries are"} in neither the log nor its queue: written past the product. The first is ${first}.`);
}

/** A check that was asked for on a page. */
export type CheckRun = { readonly checkId: string; readonly asked: Date; readonly askedBy: string; readonly state: "asked" | "running" | "done" | "failed"; readonly checked: number; readonly size: number; readonly finished: Date | null; readonly report: CheckReport | null };

const RUN = `select check_id as "checkId", asked, asked_by as "askedBy", state, checked, size, finished, report from audit.check_run`;
const toRun = (row: Omit<CheckRun, "report"> & { report: string | null }): CheckRun => ({ ...row, report: row.report === null ? null : (JSON.parse(row.report) as CheckReport) });

/** Asks for a check; the log's own process does it. One that was asked for and is not done answers for this one too. */
export async function askForCheck(sql: Sql, askedBy: string, now: Date): Promise<string> {
  const open = (await sql.query<{ check_id: string }>("select check_id from audit.check_run where state in ('asked', 'running') order by asked desc limit 1")).rows[0];
  if (open !== undefined) return open.check_id;
  const checkId = uuidv7();
  await sql.query("insert into audit.check_run (check_id, asked, asked_by, state, checked, size) values ($1, $2, $3, 'asked', 0, 0)", [checkId, now, askedBy]);
  return checkId;
}

/** The latest checks, the last first. */
export async function readChecks(sql: Sql, limit: number): Promise<CheckRun[]> {
  return (await sql.query<Omit<CheckRun, "report"> & { report: string | null }>(`${RUN} order by asked desc limit $1`, [limit])).rows.map(toRun);
}

/** Does what was asked for, until `stop.stopped`. @param pool under the role `kmcr_log` */
export async function runChecks(pool: Pool, clock: Clock, stop: { stopped: boolean }): Promise<void> {
  // What a process that ended had begun is not done by anybody.
  await pool.query("update audit.check_run set state = 'failed', finished = $1 where state = 'running'", [clock.now()]).catch(() => undefined);
  while (!stop.stopped) {
    try {
      await runNext(pool, clock);
    } catch (error) {
      log("error", "audit.check", { error: (error as Error).message });
    }
    for (let tick = 0; tick < 5 && !stop.stopped; tick++) await sleep(100);
  }
}

async function runNext(pool: Pool, clock: Clock): Promise<void> {
  const { rows } = await pool.query<{ check_id: string }>("update audit.check_run set state = 'running' where check_id = (select check_id from audit.check_run where state = 'asked' order by asked limit 1 for update skip locked) returning check_id");
  const checkId = rows[0]?.check_id;
  if (checkId === undefined) return;
  try {
    const report = await checkLog(pool, () => clock.now(), async (done, of) => void (await pool.query("update audit.check_run set checked = $2, size = $3 where check_id = $1", [checkId, done, of])));
    if (report.faultCount > 0) log("error", "audit.check-found", { faults: report.faultCount });
    await pool.query("update audit.check_run set state = 'done', checked = $2, size = $2, finished = $3, report = $4 where check_id = $1", [checkId, report.size, clock.now(), JSON.stringify(report)]);
  } catch (error) {
    await pool.query("update audit.check_run set state = 'failed', finished = $2 where check_id = $1", [checkId, clock.now()]);
    throw error;
  }
}
