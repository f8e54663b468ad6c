/** What the two ceremonies lead to: a passkey that is kept, or somebody signed in. */
import type { Professional, Region } from "#governance";
import { isRefusal, type Clock, type Refusal, type SignedIn, type Sql } from "#platform";
import { profilesOf } from "../profiles.ts";
import { credentialIdIn, takeAssertion, takeMade, userHandleOf, type RelyingParty } from "./ceremony.ts";
import { openInvitation, type OpenInvitation } from "./invite.ts";
import { invitationProblems, passkeyProblems as problems } from "./problems.ts";
import { endPasskey, hashOf, keepAnother, keepInvited, noteUse, readCredential, takeChallenge } from "./store.ts";

export type PasskeyDeps = { readonly region: Region; readonly sql: Sql; readonly clock: Clock; readonly secret: string; readonly rp: RelyingParty };

/** Two factors: what is held, and what the authenticator checked (PIN or body). Not the smartcard's 3: a synced passkey can be copied. */
export const PASSKEY_ASSURANCE = 2;

/** A passkey whose counter went back: it is locked from now on, and its sessions are ended. */
export type Locked = { readonly locked: true; readonly professional: Professional | undefined; readonly passkeyId: string; readonly refusal: Refusal };

/** Signs in with what the browser posted. Who it is, and in which roles, says the register as it is now. */
export async function signInWith(deps: PasskeyDeps, binding: string | null, posted: string): Promise<{ readonly who: SignedIn; readonly passkeyId: string } | Locked | Refusal> {
  const { sql, region, clock } = deps;
  const credentialId = credentialIdIn(posted);
  if (isRefusal(credentialId)) return credentialId;
  const now = clock.now();
  const challenge = binding === null ? null : await takeChallenge(sql, binding, "sign-in", now);
  if (challenge === null) return problems.expired();
  const known = await readCredential(sql, credentialId);
  const taken = await takeAssertion(deps.rp, challenge, posted, known);
  if (isRefusal(taken)) return taken;
  const professional = region.professional(known!.professionalId);
  if (taken === "counter-went-back" || !(await noteUse(sql, credentialId, taken.counter, now))) {
    const ended = await endPasskey(sql, { passkeyId: known!.passkeyId, professionalId: known!.professionalId, how: "locked", by: null }, now);
    // It was revoked between the two questions: that is no copy.
    if (!ended) return problems.notRegistered("ended");
    return { locked: true, professional, passkeyId: known!.passkeyId, refusal: problems.locked() };
  }
  if (professional === undefined) return problems.notInRegister();
  if (region.signInOf(professional) !== "passkey") return professional.profiles.length === 0 ? problems.notInRegister() : problems.useCis2();
  const profiles = profilesOf(region, { uid: professional.uid, roles: [] });
  return {
    passkeyId: known!.passkeyId,
    who: { professionalId: professional.uid, name: professional.name, method: "passkey", passkeyId: credentialId, assurance: PASSKEY_ASSURANCE, profiles, profileId: profiles.length === 1 ? profiles[0]!.id : null, launch: null },
  };
}

/** A passkey that was kept. */
export type Kept = { readonly passkeyId: string; readonly deviceName: string; readonly synced: boolean };

/** Makes the passkey of an invitation, and uses the invitation up. */
export async function makeInvited(deps: PasskeyDeps, token: unknown, binding: string | null, posted: string, name: unknown): Promise<(Kept & OpenInvitation) | Refusal> {
  const now = deps.clock.now();
  const open = await openInvitation(deps.sql, deps.region, token, now);
  if (isRefusal(open)) return open;
  const deviceName = deviceNameIn(name);
  if (isRefusal(deviceName)) return deviceName;
  const challenge = binding === null ? null : await takeChallenge(deps.sql, binding, `invitation ${hashOf(String(token))}`, now);
  if (challenge === null) return posted === "" ? problems.noScript() : problems.expired();
  const made = await takeMade(deps.rp, challenge, posted);
  if (isRefusal(made)) return made;
  const { uid } = open.professional;
  const passkeyId = await keepInvited(deps.sql, open.tokenHash, { ...made, professionalId: uid, userHandle: userHandleOf(deps.secret, uid), deviceName, invitationId: open.invitation.invitationId }, now);
  return passkeyId === null ? invitationProblems.used() : { ...open, passkeyId, deviceName, synced: made.synced };
}

/** Makes another passkey for somebody who has just signed in with one. */
export async function makeAnother(deps: PasskeyDeps, professionalId: string, binding: string | null, posted: string, name: unknown): Promise<Kept | Refusal> {
  const professional = deps.region.professional(professionalId);
  if (professional === undefined) return problems.notInRegister();
  if (deps.region.signInOf(professional) !== "passkey") return problems.useCis2();
  const deviceName = deviceNameIn(name);
  if (isRefusal(deviceName)) return deviceName;
  const now = deps.clock.now();
  const challenge = binding === null ? null : await takeChallenge(deps.sql, binding, `another-device ${professionalId}`, now);
  if (challenge === null) return posted === "" ? problems.noScript() : problems.expired();
  const made = await takeMade(deps.rp, challenge, posted);
  if (isRefusal(made)) return made;
  const passkeyId = await keepAnother(deps.sql, { ...made, professionalId, userHandle: userHandleOf(deps.secret, professionalId), deviceName, invitationId: null }, now);
  return passkeyId === null ? problems.alreadyHere() : { passkeyId, deviceName, synced: made.synced };
}

function deviceNameIn(name: unknown): string | Refusal {
  const words = typeof name === "string" ? name.replace(/\s+/g, " ").trim() : "";
  return words === "" || words.length > 60 ? problems.noDeviceName() : words;
}
