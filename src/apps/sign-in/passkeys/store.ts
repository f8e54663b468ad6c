/** All SQL of passkeys: credentials, invitations, and challenges on their way. */
import { createHash, randomBytes } from "node:crypto";
import { uuidv7, type Sql } from "#platform";
import { CHALLENGE_MINUTES, type KnownPasskey, type MadePasskey } from "./ceremony.ts";

/** How a passkey came to its end: by an administrator, by its holder, or by a counter that went back. */
export type PasskeyEnd = "revoked" | "removed" | "locked";

/** A passkey as pages and officers see it. */
export type Passkey = {
  readonly credentialId: string;
  readonly passkeyId: string;
  readonly professionalId: string;
  readonly deviceName: string;
  readonly synced: boolean;
  readonly transports: readonly string[];
  readonly madeAt: Date;
  readonly lastUsedAt: Date | null;
  /** `null` while it opens sessions. */
  readonly ended: { readonly at: Date; readonly how: PasskeyEnd } | null;
};

/** A one-time invitation; its token stands nowhere. */
export type Invitation = {
  readonly invitationId: string;
  readonly professionalId: string;
  readonly organisation: string;
  readonly invitedBy: string;
  readonly invitedByName: string;
  /** Which of the region's ways of making sure who it is. */
  readonly identityCheck: string;
  readonly madeAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly withdrawnAt: Date | null;
};

/** What a challenge was made for, and whose: `sign-in`, `invitation` by the hash of its token, `another-device` by professional. */
export type MadeFor = "sign-in" | `invitation ${string}` | `another-device ${string}`;

export const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** Remembers a challenge; returns the value of the cookie that binds it to one browser. */
export async function rememberChallenge(sql: Sql, challenge: string, madeFor: MadeFor, now: Date): Promise<string> {
  const binding = randomBytes(32).toString("base64url");
  await sql.query("insert into platform.passkey_challenge (binding_hash, challenge, made_for, expires_at) values ($1, $2, $3, $4)", [hashOf(binding), challenge, madeFor, new Date(now.getTime() + CHALLENGE_MINUTES * 60_000)]);
  return binding;
}

/** Takes a remembered challenge: it is gone afterwards, whatever comes of it. `null`: there is none in time for this. */
export async function takeChallenge(sql: Sql, binding: string, madeFor: MadeFor, now: Date): Promise<string | null> {
  const { rows } = await sql.query<{ challenge: string; made_for: string; expires_at: Date }>("delete from platform.passkey_challenge where binding_hash = $1 returning challenge, made_for, expires_at", [hashOf(binding)]);
  const row = rows[0];
  return row === undefined || row.expires_at <= now || row.made_for !== madeFor ? null : row.challenge;
}

export async function readCredential(sql: Sql, credentialId: string): Promise<(KnownPasskey & { readonly professionalId: string; readonly passkeyId: string }) | null> {
  const { rows } = await sql.query<{ passkey_id: string; professional_id: string; user_handle: string; public_key: Buffer; counter: number; ended_how: string | null }>("select passkey_id, professional_id, user_handle, public_key, counter, ended_how from platform.passkey where credential_id = $1", [credentialId]);
  const row = rows[0];
  return row === undefined ? null : { credentialId, passkeyId: row.passkey_id, professionalId: row.professional_id, userHandle: row.user_handle, publicKey: row.public_key, counter: Number(row.counter), endedHow: row.ended_how };
}

/** Notes a use. False where the passkey ended, or a use with a later counter came between: two at once cannot both be right. */
export async function noteUse(sql: Sql, credentialId: string, counter: number, now: Date): Promise<boolean> {
  const { rowCount } = await sql.query("update platform.passkey set counter = $2, last_used_at = $3 where credential_id = $1 and ended_at is null and (counter < $2 or (counter = 0 and $2 = 0))", [credentialId, counter, now]);
  return rowCount === 1;
}

/** Ends a passkey of this professional, and the sessions that it opened. False where they have none such that holds. `unlessLast`: keeps the only one. */
export async function endPasskey(sql: Sql, passkey: { readonly passkeyId: string; readonly professionalId: string; readonly how: PasskeyEnd; readonly by: string | null; readonly unlessLast?: boolean }, now: Date): Promise<boolean> {
  const { rows } = await sql.query<{ credential_id: string }>(
    `update platform.passkey set ended_at = $3, ended_how = $4, ended_by = $5
      where passkey_id = $1 and professional_id = $2 and ended_at is null
        and (not $6 or exists (select 1 from platform.passkey other where other.professional_id = $2 and other.passkey_id <> $1 and other.ended_at is null))
      returning credential_id`,
    [passkey.passkeyId, passkey.professionalId, now, passkey.how, passkey.by, passkey.unlessLast === true],
  );
  if (rows.length === 0) return false;
  await sql.query("delete from platform.session where passkey_id = $1", [rows[0]!.credential_id]);
  return true;
}

/** Passkeys of these professionals, those that hold first, then the latest. */
export async function listPasskeys(sql: Sql, professionalIds: readonly string[]): Promise<readonly Passkey[]> {
  if (professionalIds.length === 0) return [];
  const { rows } = await sql.query<{ credential_id: string; passkey_id: string; professional_id: string; device_name: string; synced: boolean; transports: string[]; made_at: Date; last_used_at: Date | null; ended_at: Date | null; ended_how: PasskeyEnd | null }>(
    "select credential_id, passkey_id, professional_id, device_name, synced, transports, made_at, last_used_at, ended_at, ended_how from platform.passkey where professional_id = any($1::text[]) order by ended_at desc nulls first, made_at desc",
    [[...professionalIds]],
  );
  return rows.map((row) => ({
    credentialId: row.credential_id, passkeyId: row.passkey_id, professionalId: row.professional_id, deviceName: row.device_name, synced: row.synced, transports: row.transports, madeAt: row.made_at, lastUsedAt: row.last_used_at,
    ended: row.ended_at === null ? null : { at: row.ended_at, how: row.ended_how ?? "revoked" },
  }));
}

/** What is kept of a passkey besides what the authenticator made. */
export type NewPasskey = MadePasskey & { readonly professionalId: string; readonly userHandle: string; readonly deviceName: string; readonly invitationId: string | null };

const COLUMNS = "credential_id, passkey_id, professional_id, user_handle, public_key, counter, synced, transports, device_name, invitation_id, made_at";
const rowOf = (made: NewPasskey, passkeyId: string, now: Date): unknown[] => [made.credentialId, passkeyId, made.professionalId, made.userHandle, made.publicKey, made.counter, made.synced, [...made.transports], made.deviceName, made.invitationId, now];

/** Keeps a passkey and uses its invitation up, both or neither; `null` where the invitation was used or withdrawn meanwhile, or the credential is known. */
export async function keepInvited(sql: Sql, tokenHash: string, made: NewPasskey, now: Date): Promise<string | null> {
  const passkeyId = uuidv7();
  const { rowCount } = await sql.query(
    `with taken as (
       update platform.passkey_invitation set used_at = $11
        where token_hash = $12 and used_at is null and withdrawn_at is null and expires_at > $11 and not exists (select 1 from platform.passkey where credential_id = $1)
        returning token_hash)
     insert into platform.passkey (${COLUMNS}) select $1, $2::uuid, $3, $4, $5::bytea, $6::bigint, $7::boolean, $8::text[], $9, $10::uuid, $11::timestamptz from taken`,
    [...rowOf(made, passkeyId, now), tokenHash],
  );
  return rowCount === 1 ? passkeyId : null;
}

/** Keeps another passkey of somebody who is signed in with one; `null` where the credential is known. */
export async function keepAnother(sql: Sql, made: NewPasskey, now: Date): Promise<string | null> {
  const passkeyId = uuidv7();
  const { rowCount } = await sql.query(`insert into platform.passkey (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`, rowOf(made, passkeyId, now));
  return rowCount === 1 ? passkeyId : null;
}

export async function keepInvitation(sql: Sql, tokenHash: string, invitation: Omit<Invitation, "usedAt" | "withdrawnAt">): Promise<void> {
  const { invitationId, professionalId, organisation, invitedBy, invitedByName, identityCheck, madeAt, expiresAt } = invitation;
  await sql.query(
    "insert into platform.passkey_invitation (token_hash, invitation_id, professional_id, organisation, invited_by, invited_by_name, identity_check, made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [tokenHash, invitationId, professionalId, organisation, invitedBy, invitedByName, identityCheck, madeAt, expiresAt],
  );
}

type InvitationRow = { invitation_id: string; professional_id: string; organisation: string; invited_by: string; invited_by_name: string; identity_check: string; made_at: Date; expires_at: Date; used_at: Date | null; withdrawn_at: Date | null };
const INVITATION = "invitation_id, professional_id, organisation, invited_by, invited_by_name, identity_check, made_at, expires_at, used_at, withdrawn_at";
const invitationOf = (row: InvitationRow): Invitation => ({
  invitationId: row.invitation_id, professionalId: row.professional_id, organisation: row.organisation, invitedBy: row.invited_by, invitedByName: row.invited_by_name, identityCheck: row.identity_check,
  madeAt: row.made_at, expiresAt: row.expires_at, usedAt: row.used_at, withdrawnAt: row.withdrawn_at,
});

export async function readInvitation(sql: Sql, tokenHash: string): Promise<Invitation | null> {
  const { rows } = await sql.query<InvitationRow>(`select ${INVITATION} from platform.passkey_invitation where token_hash = $1`, [tokenHash]);
  return rows[0] === undefined ? null : invitationOf(rows[0]);
}

/** Invitations of these professionals that could still be used. */
export async function listOpenInvitations(sql: Sql, professionalIds: readonly string[], now: Date): Promise<readonly Invitation[]> {
  if (professionalIds.length === 0) return [];
  const { rows } = await sql.query<InvitationRow>(`select ${INVITATION} from platform.passkey_invitation where professional_id = any($1::text[]) and used_at is null and withdrawn_at is null and expires_at > $2 order by made_at desc`, [[...professionalIds], now]);
  return rows.map(invitationOf);
}

/** Withdraws what is open of a professional; returns which. */
export async function withdrawInvitations(sql: Sql, professionalId: string, by: string, now: Date): Promise<readonly string[]> {
  const { rows } = await sql.query<{ invitation_id: string }>("update platform.passkey_invitation set withdrawn_at = $2, withdrawn_by = $3 where professional_id = $1 and used_at is null and withdrawn_at is null and expires_at > $2 returning invitation_id", [professionalId, now, by]);
  return rows.map((row) => row.invitation_id);
}
