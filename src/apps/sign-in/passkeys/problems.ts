import { refuse, type Refusal } from "#platform";

/**
 * Why a passkey was not taken; each has its own code. What somebody without the key could try
 * (an unknown credential, one that ended, a wrong signature, another's) reads the same
 * outside; the trail holds which it was, by `trailCodeOf`.
 */
export const passkeyProblems = {
  cancelled: (): Refusal => refuse("invalid", "passkeys.cancelled", "Nothing was signed: it was cancelled, took too long, or this device holds no passkey for this service. Try again, or use the device on which you made your passkey."),
  notRegistered: (trail: "unknown-credential" | "ended" | "wrong-signature" | "another-persons"): Refusal =>
    refuse("forbidden", "passkeys.not-registered", "This passkey is not registered here. Use the device on which you made yours. If you have none, or it was taken off, ask your organisation's administrator for an invitation.", { trail: `passkeys.${trail}` }),
  notVerified: (): Refusal => refuse("forbidden", "passkeys.user-not-verified", "Your device did not check that it is you. Set a screen lock on it (PIN, fingerprint or face), or a PIN on your security key, and try again."),
  locked: (): Refusal => refuse("forbidden", "passkeys.locked", "This passkey is locked: it may have been copied. Tell your organisation's administrator today; with a new invitation you can make another."),
  expired: (): Refusal => refuse("gone", "passkeys.challenge-expired", "This took longer than five minutes, was begun in another window, or was used already. Try again."),
  wrongOrigin: (address: string): Refusal => refuse("forbidden", "passkeys.wrong-origin", `This passkey was asked for by another address than ours. Open ${address} yourself, by typing it, and try again. If a message or a page led you here, tell your organisation's security team.`),
  noScript: (): Refusal => refuse("invalid", "passkeys.no-script", "A passkey needs JavaScript, which is switched off or was blocked in this browser. Switch it on for this address and reload the page, or use another browser. In an emergency, ring the source."),
  unsupported: (): Refusal => refuse("unsupported", "passkeys.unsupported", "This browser cannot use passkeys. Use a current browser, or another device."),
  alreadyHere: (): Refusal => refuse("conflict", "passkeys.already-here", "This device holds a passkey of yours for this service already. Use that one, or make the new one on another device."),
  failed: (): Refusal => refuse("invalid", "passkeys.failed", "This device could not do it. Try again; if it goes on, use another device or tell your service desk."),
  malformed: (): Refusal => refuse("invalid", "passkeys.malformed", "What came from the device could not be read. Try again; if it goes on, tell your service desk."),
  useCis2: (): Refusal => refuse("forbidden", "passkeys.use-cis2", "You work for an organisation that signs in by NHS CIS2. Sign in with that: a passkey never takes its place."),
  notInRegister: (): Refusal => refuse("forbidden", "passkeys.not-in-register", "No organisation lists you as its professional here any more, so this passkey opens nothing. Ask your organisation's administrator."),
  noDeviceName: (): Refusal => refuse("invalid", "passkeys.no-device-name", "Give the device a name by which you will know it again, in up to 60 letters.", { field: "deviceName" }),
  signInAgain: (): Refusal => refuse("forbidden", "passkeys.sign-in-again", "Sign in again with your passkey before you add or remove one."),
  lastOne: (): Refusal => refuse("conflict", "passkeys.last-one", "This is your only passkey. Add another first, or ask your organisation's administrator to revoke it."),
  notYours: (): Refusal => refuse("not-found", "passkeys.not-yours", "You have no such passkey."),
};

/** Why an invitation was not taken. Who holds its link may know; who made a link up learns that there is none. */
export const invitationProblems = {
  unknown: (): Refusal => refuse("not-found", "passkeys.invitation-unknown", "This invitation is not one of ours. Open the link whole, as you were given it, or ask for a new one."),
  expired: (): Refusal => refuse("gone", "passkeys.invitation-expired", "This invitation has expired; invitations last for 24 hours. Ask the one who invited you for a new one."),
  used: (): Refusal => refuse("gone", "passkeys.invitation-used", "This invitation was used already: a passkey was made with it. If that was not you, tell the one who invited you at once, so that it is revoked."),
  withdrawn: (): Refusal => refuse("gone", "passkeys.invitation-withdrawn", "This invitation was withdrawn. Ask the one who invited you."),
  otherOrganisation: (): Refusal => refuse("forbidden", "passkeys.other-organisation", "You may invite only professionals of your own organisation."),
  notAdministrator: (): Refusal => refuse("forbidden", "passkeys.not-administrator", "Your role may not invite staff to make passkeys."),
  oneself: (): Refusal => refuse("forbidden", "passkeys.oneself", "Nobody invites or revokes themselves. Add a device at My passkeys, or ask another administrator or the operator of this service."),
  notChecked: (): Refusal => refuse("invalid", "passkeys.identity-not-checked", "Choose how you made sure who it is.", { field: "identityCheck" }),
};

/** What the trail keeps of a refusal: more than the one refused is told. */
export const trailCodeOf = (refusal: Refusal): string => String(refusal.details?.["trail"] ?? refusal.code);
