/** All SQL of signing in: sign-ins on their way, and launch links that were used. */
import { createHash, randomBytes } from "node:crypto";
import type { SignInState } from "#national";
import type { Sql } from "#platform";

/** What a browser left with, and where it wants to go afterwards. */
export type PendingSignIn = SignInState & { readonly returnTo: string };

const PENDING_MINUTES = 15;

/** Remembers a sign-in; returns the value of the cookie that binds it to the browser. */
export async function rememberSignIn(sql: Sql, pending: PendingSignIn, now: Date): Promise<string> {
  const binding = randomBytes(32).toString("base64url");
  await sql.query(
    "insert into platform.sign_in (binding_hash, state, nonce, code_verifier, return_to, expires_at) values ($1, $2, $3, $4, $5, $6)",
    [hashOf(binding), pending.state, pending.nonce, pending.codeVerifier, pending.returnTo, new Date(now.getTime() + PENDING_MINUTES * 60_000)],
  );
  return binding;
}

/** Takes a remembered sign-in: it is gone afterwards, whatever comes of it. */
export async function takeSignIn(sql: Sql, binding: string, now: Date): Promise<PendingSignIn | null> {
  const { rows } = await sql.query<{ state: string; nonce: string; code_verifier: string; return_to: string; expires_at: Date }>(
    "delete from platform.sign_in where binding_hash = $1 returning state, nonce, code_verifier, return_to, expires_at",
    [hashOf(binding)],
  );
  const row = rows[0];
  if (row === undefined || row.expires_at <= now) return null;
  return { state: row.state, nonce: row.nonce, codeVerifier: row.code_verifier, returnTo: row.return_to };
}

/** Uses a launch link up. False when it was used before, also by another process at the same time. */
export async function useLaunch(sql: Sql, host: string, jti: string, now: Date, expiresAt: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    "insert into platform.launch_used (launch_key, used_at, expires_at) values ($1, $2, $3) on conflict do nothing",
    [`${host} ${jti}`, now, expiresAt],
  );
  return rowCount === 1;
}

function hashOf(binding: string): string {
  return createHash("sha256").update(binding).digest("base64url");
}

/** One acceptance of the duty of confidentiality, as it is kept for good. */
export type Acceptance = { readonly professionalId: string; readonly acceptanceId: string; readonly version: string; readonly organisation: string; readonly acceptedAt: Date };

export async function recordAcceptance(sql: Sql, { professionalId, acceptanceId, version, organisation, acceptedAt }: Acceptance): Promise<void> {
  await sql.query("insert into platform.confidentiality_acceptance (professional_id, acceptance_id, version, organisation, accepted_at) values ($1, $2, $3, $4, $5)", [professionalId, acceptanceId, version, organisation, acceptedAt]);
}

/** When each of these professionals last accepted it here; who never did is not in it. */
export async function readAcceptances(sql: Sql, professionalIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  if (professionalIds.length === 0) return new Map();
  const { rows } = await sql.query<{ professional_id: string; accepted_at: Date }>("select professional_id, max(accepted_at) as accepted_at from platform.confidentiality_acceptance where professional_id = any($1::text[]) group by professional_id", [[...professionalIds]]);
  return new Map(rows.map((row) => [row.professional_id, row.accepted_at]));
}
