/**
 * Puts entries into the log: takes what is durable and not yet in it, in the order of its time, gives
 * it the next lines, grows the tree and signs over it. One process of an installation does; the row
 * of `audit.log_head` makes a second one wait, so that two are harmless.
 */
import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { log, uuidv7, type Clock, type Pool, type Sql } from "#platform";
import { commitmentOf, freshSalt, STORED_COLUMNS, toStored, type StoredEntry } from "./commitment.ts";
import { NOBODY, type AuditAction } from "./entry.ts";
import { checkpointText, signerOf } from "./note.ts";
import { GrowingTree } from "./tree.ts";
import { tileReader, writeTiles } from "./tiles.ts";
import { addEntries } from "./writer.ts";

/** Entries a transaction; a backlog is worked off without a pause between. */
const BATCH = 10_000;
const EVERY_MS = 1000;
/** With nobody at work the log still grows by an entry an hour, so that a witness can tell a quiet log from a held one. */
const HEARTBEAT_MS = 3_600_000;

export type LogSettings = {
  /** The log's name, as all its checkpoints bear it; what it first was stays. */
  readonly origin: string;
  /** Private key of Ed25519. */
  readonly key: KeyObject;
};

/** What one step did; `signed`: whether there is a new checkpoint. */
export type Step = { readonly size: number; readonly sequenced: number; readonly signed: boolean };

type Queued = { person_id: string; entry_id: string; commitment: Buffer | null };

export class Sequencer {
  readonly #pool: Pool;
  readonly #settings: LogSettings;
  #tree: GrowingTree | null = null;

  /** @param pool under the role `kmcr_log` */
  constructor(pool: Pool, settings: LogSettings) {
    this.#pool = pool;
    this.#settings = settings;
  }

  /** Takes up to a batch into the log and signs over it, in one transaction. Throws where the stored log is not what was last signed: nothing more is signed then. */
  async step(now: Date): Promise<Step> {
    try {
      return await this.#pool.transaction((sql) => this.#step(sql, now));
    } catch (error) {
      this.#tree = null; // what was added to it was not kept
      throw error;
    }
  }

  async #step(sql: Sql, now: Date): Promise<Step> {
    const head = await this.#hold(sql);
    const signer = signerOf(head.origin, this.#settings.key);
    const last = (await sql.query<{ size: number; root: Buffer; signed: Date }>("select size, root, signed from audit.checkpoint order by size desc limit 1")).rows[0];
    await this.#keepKey(sql, signer.verifier.text, head.size, now);
    if (last !== undefined && now.getTime() - last.signed.getTime() >= HEARTBEAT_MS) await addEntries(sql, [ownEntry("log-heartbeat", { lastSigned: last.signed.toISOString(), size: last.size })]);
    const tree = this.#tree?.size === head.size ? this.#tree : await reopen(sql, head.size, last);
    this.#tree = tree;
    const queued = (await sql.query<Queued>("select person_id, entry_id, commitment from audit.unsequenced order by recorded, entry_id limit $1", [BATCH])).rows;
    if (queued.length === 0) return { size: head.size, sequenced: 0, signed: false };
    const late = queued.some((each) => each.commitment === null) ? await commitLater(sql, queued.filter((each) => each.commitment === null), now) : new Map<string, Buffer>();
    const taken = queued.flatMap((each) => {
      const commitment = each.commitment ?? late.get(each.entry_id);
      return commitment === undefined ? [] : [{ ...each, commitment }];
    });
    const tiles = tree.append(taken.map((each) => each.commitment));
    const [persons, entries] = [taken.map((each) => each.person_id), taken.map((each) => each.entry_id)];
    const checkpoint = { origin: head.origin, size: tree.size, root: tree.root() };
    const text = checkpointText(checkpoint);
    await Promise.all([
      sql.query("insert into audit.sequenced (person_id, entry_id, leaf_index) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])", [persons, entries, taken.map((_, at) => head.size + at)]),
      writeTiles(sql, tiles),
      sql.query("delete from audit.unsequenced u using unnest($1::uuid[], $2::uuid[]) n(person_id, entry_id) where u.person_id = n.person_id and u.entry_id = n.entry_id", [queued.map((each) => each.person_id), queued.map((each) => each.entry_id)]),
      sql.query("update audit.log_head set size = $2 where origin = $1", [head.origin, tree.size]),
      taken.length > 0 && sql.query("insert into audit.checkpoint (size, root, signed, note) values ($1, $2, $3, $4)", [tree.size, checkpoint.root, now, `${text}\n${signer.sign(text)}`]),
    ]);
    return { size: tree.size, sequenced: taken.length, signed: taken.length > 0 };
  }

  /** The log's row, held until the end of the transaction. */
  async #hold(sql: Sql): Promise<{ origin: string; size: number }> {
    const hold = async (): Promise<{ origin: string; size: number } | undefined> => (await sql.query<{ origin: string; size: number }>("select origin, size from audit.log_head order by origin limit 1 for update")).rows[0];
    const held = await hold();
    if (held !== undefined) return held;
    await sql.query("insert into audit.log_head (origin, size) values ($1, 0) on conflict do nothing", [this.#settings.origin]);
    return (await hold())!;
  }

  /** A key signs only after it stands in the ring; one that follows another is told of in the log itself. */
  async #keepKey(sql: Sql, verifierKey: string, size: number, now: Date): Promise<void> {
    const ring = (await sql.query<{ verifier_key: string }>("select verifier_key from audit.signing_key")).rows;
    if (ring.some((each) => each.verifier_key === verifierKey)) return;
    await sql.query("insert into audit.signing_key (verifier_key, since, from_size) values ($1, $2, $3)", [verifierKey, now, size]);
    if (ring.length > 0) await addEntries(sql, [ownEntry("log-key", { signsFromNowOn: verifierKey, before: ring.map((each) => each.verifier_key) })]);
  }
}

/** The tree as stored, if it is what was last signed. */
async function reopen(sql: Sql, size: number, last: { size: number; root: Buffer } | undefined): Promise<GrowingTree> {
  const tree = await GrowingTree.open(size, tileReader(sql));
  if ((last?.size ?? 0) !== size || (last !== undefined && !tree.root().equals(last.root))) throw new Error("the stored audit log is not what was last signed; nothing more is signed until it has been looked into (docs/runbooks/audit-log.md)");
  return tree;
}

/** Commits to entries that were written before there was a log. One that is gone has nothing to commit to, and is said. */
async function commitLater(sql: Sql, queued: readonly Queued[], now: Date): Promise<Map<string, Buffer>> {
  const { rows } = await sql.query<StoredEntry>(`select ${STORED_COLUMNS} from unnest($1::uuid[], $2::uuid[]) n(person_id, entry_id) join audit.entry e using (person_id, entry_id)`, [queued.map((each) => each.person_id), queued.map((each) => each.entry_id)]);
  if (rows.length < queued.length) log("error", "audit.entry-missing", { entries: queued.length - rows.length });
  const salted = rows.map(toStored).map((entry) => ({ entry, salt: freshSalt() }));
  await sql.query("insert into audit.committed_later (person_id, entry_id, salt, committed) select n.person_id, n.entry_id, n.salt, $4 from unnest($1::uuid[], $2::uuid[], $3::bytea[]) n(person_id, entry_id, salt)", [
    salted.map(({ entry }) => entry.personId), salted.map(({ entry }) => entry.entryId), salted.map(({ salt }) => salt), now,
  ]);
  return new Map(salted.map(({ entry, salt }) => [entry.entryId, commitmentOf(entry, salt)]));
}

/** An entry that the log writes about itself. */
function ownEntry(action: AuditAction, shown: Readonly<Record<string, unknown>>): Parameters<typeof addEntries>[1][number] {
  const requestId = uuidv7();
  const actor = { id: "system:audit-log", name: "Audit log", role: "system", roleName: "System", sourceRole: "system", organisation: "", organisationName: "", sessionId: requestId };
  return { personId: NOBODY, actor, purpose: "audit", action, outcome: "allowed", relationship: "the log itself", reason: null, policy: "audit log", route: "system audit-log", requestId, sourcePatients: [], shown };
}

/** Runs until `stop.stopped`: a step a second, at once again while there is a backlog. */
export async function runSequencer(sequencer: Sequencer, clock: Clock, stop: { stopped: boolean }): Promise<void> {
  while (!stop.stopped) {
    const began = performance.now();
    let full = false;
    try {
      full = (await sequencer.step(clock.now())).sequenced === BATCH;
    } catch (error) {
      log("error", "audit.sequencer", { error: (error as Error).message });
    }
    for (let left = full ? 0 : EVERY_MS - (performance.now() - began); left > 0 && !stop.stopped; left -= 100) await sleep(Math.min(left, 100));
  }
}
