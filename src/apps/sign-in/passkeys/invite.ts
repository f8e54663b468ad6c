/** Inviting a professional to make a passkey: who may, whom, and the link that is shown once. */
import { randomBytes } from "node:crypto";
import type { Professional, Region } from "#governance";
import { isRefusal, uuidv7, type Refusal, type Sql } from "#platform";
import { invitationProblems as problems, passkeyProblems } from "./problems.ts";
import { hashOf, keepInvitation, readInvitation, withdrawInvitations, type Invitation } from "./store.ts";

export const INVITATION_HOURS = 24;

/** Who invites: an administrator of an organisation, or the operator of the installation for the first of them. */
export type Inviter = { readonly id: string; readonly name: string; readonly role: string; readonly organisation: string };

/** Why this administrator deals with no passkeys of this professional, or `null`. Pure. */
export function administrationRefusal(region: Region, inviter: Inviter, professional: Professional | undefined): Refusal | null {
  if (!(region.rules.passkeys?.administrators ?? []).includes(inviter.role)) return problems.notAdministrator();
  if (professional === undefined || !professional.profiles.some((each) => each.organisation === inviter.organisation)) return problems.otherOrganisation();
  if (professional.uid === inviter.id) return problems.oneself();
  return region.signInOf(professional) === "passkey" ? null : passkeyProblems.useCis2();
}

/** The same for the operator at the command line, who invites the first administrator of an organisation: nobody of it could. Pure. */
export function firstAdministratorRefusal(region: Region, professional: Professional | undefined): Refusal | null {
  if (professional === undefined) return passkeyProblems.notInRegister();
  if (region.signInOf(professional) !== "passkey") return passkeyProblems.useCis2();
  return professional.profiles.some((each) => region.rules.passkeys?.administrators.includes(each.role)) ? null : problems.notAdministrator();
}

/** The words of a way of making sure who it is, or the refusal where none of the region's was chosen. */
export function identityCheckWords(region: Region, id: unknown): string | Refusal {
  return region.rules.passkeys?.identityChecks.find((each) => each.id === id)?.words ?? problems.notChecked();
}

/** Makes an invitation, and withdraws what was open before: the last link is the only one. The token is given here and kept nowhere. */
export async function invite(sql: Sql, inviter: Inviter, professionalId: string, identityCheck: string, now: Date): Promise<{ readonly token: string; readonly invitation: Invitation; readonly withdrawn: readonly string[] }> {
  const withdrawn = await withdrawInvitations(sql, professionalId, inviter.id, now);
  const token = randomBytes(32).toString("base64url");
  const invitation = { invitationId: uuidv7(), professionalId, organisation: inviter.organisation, invitedBy: inviter.id, invitedByName: inviter.name, identityCheck, madeAt: now, expiresAt: new Date(now.getTime() + INVITATION_HOURS * 3_600_000), usedAt: null, withdrawnAt: null };
  await keepInvitation(sql, hashOf(token), invitation);
  return { token, invitation, withdrawn };
}

export const invitationAddress = (publicUrl: string, token: string): string => `${publicUrl}/passkeys/invitation?token=${token}`;

/** An invitation that can be used now, and for whom. */
export type OpenInvitation = { readonly tokenHash: string; readonly invitation: Invitation; readonly professional: Professional };

/** The invitation of a link while it holds. The register is asked again: who left, or got CIS2 meanwhile, makes no passkey. */
export async function openInvitation(sql: Sql, region: Region, token: unknown, now: Date): Promise<OpenInvitation | Refusal> {
  if (typeof token !== "string" || token.length !== 43) return problems.unknown();
  const tokenHash = hashOf(token);
  const invitation = await readInvitation(sql, tokenHash);
  const state = stateOf(invitation, now);
  if (isRefusal(state)) return state;
  const professional = region.professional(state.professionalId);
  if (professional === undefined || !professional.profiles.some((each) => each.organisation === state.organisation)) return problems.withdrawn();
  return region.signInOf(professional) === "passkey" ? { tokenHash, invitation: state, professional } : passkeyProblems.useCis2();
}

/** The invitation, or why it cannot be used any more. Pure. */
export function stateOf(invitation: Invitation | null, now: Date): Invitation | Refusal {
  if (invitation === null) return problems.unknown();
  if (invitation.usedAt !== null) return problems.used();
  if (invitation.withdrawnAt !== null) return problems.withdrawn();
  return invitation.expiresAt <= now ? problems.expired() : invitation;
}
