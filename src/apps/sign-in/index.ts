/**
 * Signing in: by NHS CIS2, by a passkey, by a launch link from a professional's own system,
 * choosing a role, signing out.
 */
export { Attempts } from "./attempts.ts";
export { mustWait } from "./problems.ts";
export { emergencyStepUp, signedInLately, signInAgain } from "./step-up.ts";
export { takeLaunch } from "./launch.ts";
export { actorOf, purposeOf } from "./actor.ts";
export { acceptHref, mustAccept } from "./confidentiality.ts";
export { safeReturn, SESSION_COOKIE, sessionCookie, signIn, type SignInDeps, type SignInEvent } from "./plugin.ts";
export { readAcceptances } from "./store.ts";
export { demonstrationKey, launchAddress, LAUNCH_SECONDS, signLaunch, type Launch, type LaunchRequest } from "./launch-token.ts";
export {
  administrationRefusal, ENDED_WORDS, endPasskey, firstAdministratorRefusal, identityCheckWords, invitationAddress, invite, INVITATION_HOURS, listOpenInvitations, listPasskeys, METHOD_WORDS, POLICY_WORDS, syncedWords,
  withdrawInvitations, type Invitation, type Passkey,
} from "./passkeys/index.ts";
