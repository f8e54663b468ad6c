/** Passkeys: what the sign-in routes, the office of staff and the command line use of them. */
export { passkeyRoutes, type Door, type PasskeyEvent } from "./routes.ts";
export { ENDED_WORDS, METHOD_WORDS, POLICY_WORDS, signInPage, syncedWords } from "./pages.ts";
export { administrationRefusal, firstAdministratorRefusal, identityCheckWords, invitationAddress, invite, INVITATION_HOURS, type Inviter } from "./invite.ts";
export { endPasskey, listOpenInvitations, listPasskeys, withdrawInvitations, type Invitation, type Passkey } from "./store.ts";
