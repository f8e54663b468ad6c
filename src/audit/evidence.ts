/** Evidence that stands without this system: entries with their salts, proofs that the log holds them, and a checkpoint that signatures vouch for. `kmcr-verify bundle` checks it offline. */
import { refuse, type Refusal, type Sql } from "#platform";
import { STORED_COLUMNS, toStored, type StoredEntry } from "./commitment.ts";
import { inclusionProof } from "./tree.ts";
import { tileReader } from "./tiles.ts";

/** One entry of an evidence bundle. Person data: whoever hands one on answers for it. */
export type EvidenceEntry = {
  /** Its line in the log, from 0. */
  readonly index: number;
  readonly entry: StoredEntry;
  /** 32 bytes in hexadecimal. */
  readonly salt: string;
  /** When it was committed to, where that was later than it was written (it is from before there was a log); else `null`. */
  readonly committedLater: string | null;
  /** Inclusion proof to the checkpoint's root, the lowest hash first, base64. */
  readonly proof: readonly string[];
};

/** An evidence bundle; the form is written down in `kmcr-verify/README.md`. */
export type Evidence = {
  readonly format: "kmcr-evidence/1";
  /** When the bundle was made. */
  readonly made: string;
  readonly origin: string;
  /** The signed checkpoint with the cosignatures that it has. */
  readonly checkpoint: string;
  /** Keys by which the log has signed and witnesses have cosigned; whoever checks compares them with what they were told by another way. */
  readonly logKeys: readonly string[];
  readonly witnessKeys: readonly string[];
  readonly entries: readonly EvidenceEntry[];
};

/**
 * Makes a bundle of these entries, in the order of the log, against the latest checkpoint that a
 * witness has cosigned and that covers them all, else against the latest one.
 *
 * Refuses with `audit.no-such-entry` where one is not there (never was, or was destroyed), and with
 * `audit.not-yet-in-log` where one was written in the last moments: ask again after a second or two.
 * @param sql under `kmcr_pages` or the command line's role; whoever calls has checked that the reader may have these entries
 */
export async function makeEvidence(sql: Sql, entryIds: readonly string[], now: Date = new Date()): Promise<Evidence | Refusal> {
  const wanted = [...new Set(entryIds)];
  const { rows } = await sql.query<StoredEntry & { leaf_index: number; salt: Buffer; committed: Date | null }>(
    `select s.leaf_index, coalesce(e.salt, l.salt) as salt, l.committed, ${STORED_COLUMNS} from audit.sequenced s join audit.entry e using (person_id, entry_id) left join audit.committed_later l using (person_id, entry_id)
     where s.entry_id = any($1::uuid[]) order by s.leaf_index`,
    [wanted],
  );
  if (rows.length < wanted.length) {
    const { rows: waiting } = await sql.query<{ entry_id: string }>("select entry_id from audit.unsequenced where entry_id = any($1::uuid[])", [wanted]);
    return rows.length + waiting.length < wanted.length
      ? refuse("not-found", "audit.no-such-entry", "An entry that was asked for is not in the audit trail.")
      : refuse("unavailable", "audit.not-yet-in-log", "An entry was written a moment ago and is not in the log yet. Try again in a few seconds.");
  }
  const least = (rows.at(-1)?.leaf_index ?? -1) + 1;
  const { rows: checkpoints } = await sql.query<{ size: number; note: string }>(
    `select size, note from audit.checkpoint where size >= $1
     order by exists (select 1 from audit.cosignature c where c.size = checkpoint.size and c.root = checkpoint.root and c.agrees) desc, size desc limit 1`,
    [least],
  );
  const checkpoint = checkpoints[0];
  if (checkpoint === undefined) return refuse("unavailable", "audit.not-yet-in-log", "The log has no checkpoint yet. Try again in a few seconds.");
  const [{ rows: cosignatures }, { rows: keys }, { rows: heads }] = await Promise.all([
    sql.query<{ line: string; verifier_key: string }>("select line, verifier_key from audit.cosignature where size = $1 and agrees order by organisation", [checkpoint.size]),
    sql.query<{ verifier_key: string }>("select verifier_key from audit.signing_key order by since"),
    sql.query<{ origin: string }>("select origin from audit.log_head"),
  ]);
  const read = tileReader(sql);
  const entries: EvidenceEntry[] = [];
  for (const { leaf_index: index, salt, committed, ...row } of rows) {
    const proof = await inclusionProof(index, checkpoint.size, read);
    entries.push({ index, entry: toStored(row), salt: salt.toString("hex"), committedLater: committed?.toISOString() ?? null, proof: proof.map((each) => each.toString("base64")) });
  }
  return {
    format: "kmcr-evidence/1", made: now.toISOString(), origin: heads[0]?.origin ?? "", checkpoint: `${checkpoint.note}${cosignatures.map((each) => each.line).join("")}`,
    logKeys: keys.map((each) => each.verifier_key), witnessKeys: cosignatures.map((each) => each.verifier_key), entries,
  };
}
