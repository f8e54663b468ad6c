/**
 * Signing in again before what is most sensitive: breaking the glass, and the offices.
 * CIS2 is always asked with `prompt=login`, and a passkey signs anew each time, so a session
 * began with a fresh authentication, and its age is the age of that.
 */
import type { Session } from "#platform";

/** True while the authentication that began the session is not older than this. */
export function signedInLately(session: Pick<Session, "startedAt">, minutes: number, now: Date): boolean {
  return now.getTime() - session.startedAt.getTime() <= minutes * 60_000;
}

/** Where to sign in again, in the way of the session, and what to come back to. */
export const signInAgain = (session: Pick<Session, "method">, returnTo: string): string => `/sign-in/${session.method === "passkey" ? "passkey" : "cis2"}?return=${encodeURIComponent(returnTo)}`;

/**
 * Whether an emergency has to wait for signing in again.
 * @param answers asks whether the identity provider answers at all: where it does not, the
 *   emergency goes on, and the trail says so (a paramedic at night must not be locked out)
 */
export async function emergencyStepUp(session: Pick<Session, "startedAt" | "method">, minutes: number, now: Date, answers: () => Promise<boolean>): Promise<"fresh" | "sign-in-again" | "provider-away"> {
  if (signedInLately(session, minutes, now)) return "fresh";
  // For a passkey we are the provider: whoever reaches this page can be asked.
  if (session.method === "passkey") return "sign-in-again";
  return (await answers()) ? "sign-in-again" : "provider-away";
}
