/**
 * Partners' systems as witnesses: each remembers what it saw of the log, checks that the log only
 * grew, and says so under its own key (C2SP tlog-cosignature). The cosignature is the credential:
 * who posts it does not matter.
 */
import { log, refuse, type Refusal, type Sql } from "#platform";
import { cosignedAt, isSignedBy, parseCheckpoint, parseNote, parseVerifierKey, type VerifierKey } from "./note.ts";
import { readKeys } from "./checkpoint.ts";
import { tileReader } from "./tiles.ts";
import { rootAt } from "./tree.ts";

/** A witness that has not cosigned for so long is asked after. */
export const WITNESS_OVERDUE_MS = 24 * 3_600_000;
/** Clocks differ; a cosignature from further ahead says nothing about now. */
const AHEAD_MS = 5 * 60_000;

export type Witness = { readonly organisation: string; /** As C2SP writes it, with the algorithm byte of cosignatures. */ readonly key: string };

/** True for a key that a witness can be registered with. */
export function isWitnessKey(text: string): boolean {
  return parseVerifierKey(text)?.algorithm === 0x04;
}

/** What became of a cosignature; `agrees` is false where our own key signed what this log does not say. */
export type Cosigned = { readonly size: number; readonly at: Date; readonly agrees: boolean };

/**
 * Takes a checkpoint that a witness has cosigned. Refuses with `audit.not-a-checkpoint`,
 * `audit.not-our-checkpoint` (no good signature of this log's keys), `audit.bad-cosignature` or
 * `audit.cosignature-time`. A checkpoint of ours that is not what the log says is kept, and is the gravest alarm there is.
 */
export async function takeCosignature(sql: Sql, witness: Witness, text: string, now: Date): Promise<Cosigned | Refusal> {
  const note = parseNote(text);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) return refuse("invalid", "audit.not-a-checkpoint", "This is not a signed checkpoint.");
  const [keys, { rows: heads }] = await Promise.all([readKeys(sql), sql.query<{ origin: string; size: number }>("select origin, size from audit.log_head")]);
  const ring = keys.flatMap((each) => parseVerifierKey(each.verifierKey) ?? []);
  if (checkpoint.origin !== heads[0]?.origin || !isSignedBy(note, ring)) return refuse("invalid", "audit.not-our-checkpoint", "This checkpoint does not bear a good signature of this log.");
  const cosigned = cosignedAt(note, parseVerifierKey(witness.key) as VerifierKey);
  if (cosigned === null) return refuse("forbidden", "audit.bad-cosignature", "This checkpoint does not bear a good cosignature of the witness's registered key.");
  if (cosigned.at.getTime() > now.getTime() + AHEAD_MS) return refuse("invalid", "audit.cosignature-time", "The cosignature is dated ahead of now.");
  const agrees = checkpoint.size <= heads[0].size && (await rootAt(checkpoint.size, tileReader(sql))).equals(checkpoint.root);
  if (!agrees) log("error", "audit.two-stories", { witness: witness.organisation, size: checkpoint.size });
  await sql.query(
    `insert into audit.cosignature (organisation, size, root, cosigned, received, verifier_key, line, note, agrees) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (organisation, size, root) do update set cosigned = excluded.cosigned, received = excluded.received, verifier_key = excluded.verifier_key, line = excluded.line, note = excluded.note where audit.cosignature.cosigned < excluded.cosigned`,
    [witness.organisation, checkpoint.size, checkpoint.root, cosigned.at, now, witness.key, cosigned.line, text, agrees],
  );
  return { size: checkpoint.size, at: cosigned.at, agrees };
}

/** How a registered witness stands. */
export type WitnessState = { readonly organisation: string; readonly key: string; /** The latest that it cosigned and that agrees. */ readonly last: { readonly size: number; readonly at: Date } | null; /** Sizes for which it holds another story under our signature. */ readonly disagrees: readonly number[]; readonly overdue: boolean };

/** Every registered witness as it stands now. One that has just been registered is overdue until it first cosigns. */
export async function readWitnesses(sql: Sql, registered: readonly Witness[], now: Date): Promise<WitnessState[]> {
  const organisations = registered.map((each) => each.organisation);
  const [{ rows: last }, { rows: other }] = await Promise.all([
    sql.query<{ organisation: string; size: number; at: Date }>("select distinct on (organisation) organisation, size, cosigned as at from audit.cosignature where agrees and organisation = any($1) order by organisation, cosigned desc, size desc", [organisations]),
    sql.query<{ organisation: string; size: number }>("select organisation, size from audit.cosignature where not agrees and organisation = any($1) order by size", [organisations]),
  ]);
  return registered.map(({ organisation, key }) => {
    const mine = last.find((each) => each.organisation === organisation);
    return {
      organisation, key, last: mine === undefined ? null : { size: mine.size, at: mine.at }, disagrees: other.filter((each) => each.organisation === organisation).map((each) => each.size),
      overdue: mine === undefined || now.getTime() - mine.at.getTime() > WITNESS_OVERDUE_MS,
    };
  });
}
