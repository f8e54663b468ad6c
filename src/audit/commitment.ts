/**
 * What the log holds of an entry: a salted hash, so that tiles and checkpoints can be given to
 * anyone, and so that an entry can be destroyed without breaking a proof. Whoever has the entry and
 * its salt can show that it is the one; whoever has only the hash can't try out what it might be.
 */
import { randomFillSync } from "node:crypto";
import { channelOf, type Stamped } from "./entry.ts";
import { sha256 } from "./tree.ts";

/** What stands before salt and entry, so that a hash of this kind is never one of another kind. */
const DOMAIN = Buffer.from("kmcr-audit-entry/v1\n");
const SALT_BYTES = 32;

let salts = Buffer.alloc(0);
let used = 0;

/** 32 random bytes; drawn 256 at a time, a call costs less than a microsecond. */
export function freshSalt(): Buffer {
  if (used === salts.length) {
    salts = randomFillSync(Buffer.allocUnsafeSlow(SALT_BYTES * 256));
    used = 0;
  }
  return salts.subarray(used, (used += SALT_BYTES));
}

/** An entry as it is stored: the columns of `audit.entry`, times as `canonicalTime` writes them. */
export type StoredEntry = {
  readonly action: string; readonly actorId: string; readonly actorName: string; readonly channel: string; readonly decisionId: string | null; readonly entryId: string;
  readonly organisation: string; readonly organisationName: string; readonly outcome: string; readonly personId: string; readonly policy: string; readonly purpose: string; readonly reason: string | null;
  readonly recorded: string; readonly relationship: string; readonly requestId: string; readonly role: string; readonly roleName: string; readonly route: string; readonly sessionId: string;
  /** The JSON as it is stored, letter by letter. */
  readonly shown: string;
  readonly sourcePatients: readonly string[]; readonly sourceRole: string;
};

/** A text as PostgreSQL can hold it: without a NUL, which would fail everybody's entries of the same commit, and without lone surrogates. */
const storable = (text: string): string => (text.isWellFormed() && !text.includes("\0") ? text : text.toWellFormed().replaceAll("\0", "\ufffd"));

/** The entry as PostgreSQL will hold it. */
export function storedFormOf({ input, entryId, recorded }: Stamped): StoredEntry {
  const { actor } = input;
  return {
    action: input.action, actorId: storable(actor.id), actorName: storable(actor.name), channel: input.channel ?? channelOf(input.route), decisionId: input.decisionId ?? null, entryId,
    organisation: storable(actor.organisation), organisationName: storable(actor.organisationName), outcome: input.outcome, personId: input.personId, policy: storable(input.policy), purpose: storable(input.purpose), reason: input.reason === null ? null : storable(input.reason),
    recorded: recorded.toISOString(), relationship: storable(input.relationship), requestId: input.requestId, role: storable(actor.role), roleName: storable(actor.roleName), route: storable(input.route), sessionId: storable(actor.sessionId),
    shown: storable(JSON.stringify(input.shown)), sourcePatients: input.sourcePatients, sourceRole: storable(actor.sourceRole),
  };
}

/**
 * The entry's canonical JSON (RFC 8785): keys in the order of their code units, no spaces. It holds
 * strings, nulls and one list of strings alone, so that no number has to be written in a canonical way.
 */
export function canonicalText(e: StoredEntry): string {
  const q = JSON.stringify;
  return `{"action":${q(e.action)},"actorId":${q(e.actorId)},"actorName":${q(e.actorName)},"channel":${q(e.channel)},"decisionId":${q(e.decisionId)},"entryId":${q(e.entryId)},"organisation":${q(e.organisation)},"organisationName":${q(e.organisationName)},"outcome":${q(e.outcome)},"personId":${q(e.personId)},"policy":${q(e.policy)},"purpose":${q(e.purpose)},"reason":${q(e.reason)},"recorded":${q(e.recorded)},"relationship":${q(e.relationship)},"requestId":${q(e.requestId)},"role":${q(e.role)},"roleName":${q(e.roleName)},"route":${q(e.route)},"sessionId":${q(e.sessionId)},"shown":${q(e.shown)},"sourcePatients":${q(e.sourcePatients)},"sourceRole":${q(e.sourceRole)}}`;
}

/** SHA-256 over domain, salt and canonical entry: the 32 bytes that the log's entry bundles hold. */
export function commitmentOf(entry: StoredEntry, salt: Buffer): Buffer {
  return sha256(Buffer.concat([DOMAIN, salt, Buffer.from(canonicalText(entry))]));
}

/** Columns of an entry for `toStored`, of a table named `e`. Time is read to the microsecond, so that no change of it is too small to be found. */
export const STORED_COLUMNS = `e.action, e.actor_id as "actorId", e.actor_name as "actorName", e.channel, e.decision_id as "decisionId", e.entry_id as "entryId", e.organisation, e.organisation_name as "organisationName", e.outcome, e.person_id as "personId", e.policy, e.purpose, e.reason,
  to_char(e.recorded at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as recorded, e.relationship, e.request_id as "requestId", e.role, e.role_name as "roleName", e.route, e.session_id as "sessionId", e.shown, e.source_patients as "sourcePatients", e.source_role as "sourceRole"`;

/** A row of `STORED_COLUMNS` as it was committed to. */
export function toStored<R extends StoredEntry>(row: R): R {
  return { ...row, recorded: canonicalTime(row.recorded) };
}

/** `2026-11-21T09:00:00.123000` to `2026-11-21T09:00:00.123Z`; microseconds that nobody wrote stay, and make the hash another. */
const canonicalTime = (text: string): string => `${text.endsWith("000") ? text.slice(0, -3) : text}Z`;
