/**
 * The two ceremonies of WebAuthn Level 3: making a passkey (section 7.1) and signing in with
 * it (section 7.2). Pure but for the library's signatures. What makes a refusal is looked at here
 * first, so that each has its own name; the library then verifies all of it again. Attestation
 * is not asked for and not believed: `docs/decisions/0012-passkeys.md`.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { isRefusal, type Refusal } from "#platform";
import { passkeyProblems as problems } from "./problems.ts";

/** The library, loaded at the first passkey: a quarter of a second that no start has to wait for. */
const library = () => import("@simplewebauthn/server");
const helpers = () => import("@simplewebauthn/server/helpers");
type Helpers = Awaited<ReturnType<typeof helpers>>;

/** Who asks for the passkey: our host and our address, exact. */
export type RelyingParty = { readonly id: string; readonly origin: string; readonly name: string };

export function relyingParty(publicUrl: string, name: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin, name };
}

/** How long a challenge waits for its answer. */
export const CHALLENGE_MINUTES = 5;

/** What the authenticator keeps of whose passkey it is: the same for all of one professional's, and no name or number. */
export const userHandleOf = (secret: string, professionalId: string): string => createHmac("sha256", secret).update(`passkey ${professionalId}`).digest("base64url");

const TIMEOUT_MS = CHALLENGE_MINUTES * 60_000;
/** EdDSA, ES256 and RS256 (COSE): what authenticators have. */
const ALGORITHMS = [-8, -7, -257];

/** What the browser is asked to sign in with: any passkey that it holds for us, the user verified; no name is typed and none is told. */
export const signInOptions = async (rp: RelyingParty) => (await library()).generateAuthenticationOptions({ rpID: rp.id, challenge: randomBytes(32), timeout: TIMEOUT_MS, userVerification: "required", allowCredentials: [] });

/** What the browser is asked to make: a passkey that is found without a name, with the user verified, not a second one on the same authenticator. */
export const makingOptions = async (rp: RelyingParty, whose: { readonly userHandle: string; readonly name: string; readonly has: readonly { readonly credentialId: string; readonly transports: readonly string[] }[] }) =>
  (await library()).generateRegistrationOptions({
    rpName: rp.name, rpID: rp.id, userID: (await helpers()).isoBase64URL.toBuffer(whose.userHandle), userName: whose.name, userDisplayName: whose.name, challenge: randomBytes(32), timeout: TIMEOUT_MS,
    attestationType: "none", authenticatorSelection: { residentKey: "required", userVerification: "required" }, supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: whose.has.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] as never })),
  });

/** A passkey as it was made, before it is kept. */
export type MadePasskey = { readonly credentialId: string; readonly publicKey: Buffer; readonly counter: number; readonly synced: boolean; readonly transports: readonly string[] };

/** Takes what an authenticator made for `challenge`, as the browser posted it. */
export async function takeMade(rp: RelyingParty, challenge: string, posted: string): Promise<MadePasskey | Refusal> {
  const answer = answerIn(posted, ["attestationObject"]);
  if (isRefusal(answer)) return answer;
  const { id, response, transports } = answer;
  const [{ verifyRegistrationResponse }, help] = await Promise.all([library(), helpers()]);
  try {
    const authData = help.decodeAttestationObject(help.isoBase64URL.toBuffer(response["attestationObject"]!)).get("authData");
    const misfit = misfitOf(help, rp, "webauthn.create", challenge, response["clientDataJSON"]!, authData);
    if (misfit !== null) return misfit;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response: { clientDataJSON: response["clientDataJSON"]!, attestationObject: response["attestationObject"]! } },
      expectedChallenge: challenge, expectedOrigin: rp.origin, expectedRPID: rp.id, requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return problems.malformed();
    const { credential, credentialDeviceType } = registrationInfo;
    // The id that is kept is the one inside the signed data, not the one beside it.
    return credential.id === id ? { credentialId: id, publicKey: Buffer.from(credential.publicKey), counter: credential.counter, synced: credentialDeviceType === "multiDevice", transports } : problems.malformed();
  } catch {
    // The library throws for whatever does not fit; what a person can do about it was told above.
    return problems.malformed();
  }
}

/** The id of the credential that a posted assertion names: what to look up. */
export function credentialIdIn(posted: string): string | Refusal {
  const answer = answerIn(posted, ["authenticatorData", "signature"]);
  return isRefusal(answer) ? answer : answer.id;
}

/** What is known of the passkey that is said to have signed. */
export type KnownPasskey = { readonly credentialId: string; readonly userHandle: string; readonly publicKey: Buffer; readonly counter: number; readonly endedHow: string | null };

/**
 * Takes an assertion for `challenge`. What it says about itself is believed only once its signature holds, so
 * that nobody without the key can lock a passkey or learn how it stands.
 * @returns the counter to keep; `counter-went-back` where a copy must have signed meanwhile (section 6.1.1)
 */
export async function takeAssertion(rp: RelyingParty, challenge: string, posted: string, known: KnownPasskey | null): Promise<{ readonly counter: number } | "counter-went-back" | Refusal> {
  const answer = answerIn(posted, ["authenticatorData", "signature"]);
  if (isRefusal(answer)) return answer;
  const { id, response } = answer;
  const [{ verifyAuthenticationResponse }, help] = await Promise.all([library(), helpers()]);
  try {
    const misfit = misfitOf(help, rp, "webauthn.get", challenge, response["clientDataJSON"]!, help.isoBase64URL.toBuffer(response["authenticatorData"]!));
    if (misfit !== null) return misfit;
    if (known === null || known.credentialId !== id) return problems.notRegistered("unknown-credential");
    // Found without a name, it has to say whose it is.
    if (response["userHandle"] !== known.userHandle) return problems.notRegistered("another-persons");
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response: { clientDataJSON: response["clientDataJSON"]!, authenticatorData: response["authenticatorData"]!, signature: response["signature"]!, userHandle: known.userHandle } },
      expectedChallenge: challenge, expectedOrigin: rp.origin, expectedRPID: rp.id, requireUserVerification: true,
      // The counter is judged below: the library would throw before it looked at the signature.
      credential: { id, publicKey: Uint8Array.from(known.publicKey), counter: 0 },
    });
    if (!verified) return problems.notRegistered("wrong-signature");
    if (known.endedHow === "locked") return problems.locked();
    if (known.endedHow !== null) return problems.notRegistered("ended");
    return counterFits(known.counter, authenticationInfo.newCounter) ? { counter: authenticationInfo.newCounter } : "counter-went-back";
  } catch {
    return problems.notRegistered("wrong-signature");
  }
}

/** Grows with each signature; an authenticator that does not count (a synced passkey) stays at 0 for ever. */
export const counterFits = (before: number, now: number): boolean => (before === 0 && now === 0) || now > before;

/** What in the client's and the authenticator's data was not made for us, now, with the user verified. */
function misfitOf({ decodeClientDataJSON, parseAuthenticatorData }: Helpers, rp: RelyingParty, type: string, challenge: string, clientDataJSON: string, authData: Uint8Array<ArrayBuffer>): Refusal | null {
  const client = decodeClientDataJSON(clientDataJSON);
  if (client.type !== type) return problems.malformed();
  if (client.challenge !== challenge) return problems.expired();
  if (client.origin !== rp.origin || client.crossOrigin === true) return problems.wrongOrigin(rp.origin);
  const { rpIdHash, flags } = parseAuthenticatorData(authData);
  if (!createHash("sha256").update(rp.id).digest().equals(rpIdHash)) return problems.wrongOrigin(rp.origin);
  return flags.up && flags.uv ? null : problems.notVerified();
}

type Answer = { readonly id: string; readonly transports: readonly string[]; readonly response: Readonly<Record<string, string>> };

const BASE64URL = /^[\w-]+$/;
const TRANSPORTS = new Set(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);
const LONGEST = 20_000;

/** A credential as `toJSON` of the browser writes it, with the fields that are wanted; everything else is left where it is. */
function answerIn(posted: string, fields: readonly string[]): Answer | Refusal {
  if (posted === "" || posted.length > LONGEST) return posted === "" ? problems.noScript() : problems.malformed();
  let value: { id?: unknown; rawId?: unknown; type?: unknown; response?: Record<string, unknown> | null } | null;
  try {
    value = JSON.parse(posted) as typeof value;
  } catch {
    return problems.malformed();
  }
  const response: Record<string, string> = {};
  for (const field of ["clientDataJSON", "userHandle", ...fields]) {
    const text = value?.response?.[field];
    if (typeof text === "string" && BASE64URL.test(text)) response[field] = text;
    else if (field !== "userHandle") return problems.malformed();
  }
  const id = value?.id;
  if (typeof id !== "string" || !BASE64URL.test(id) || id.length > 1400 || value?.rawId !== id || value.type !== "public-key") return problems.malformed();
  const { transports } = value.response!;
  return { id, response, transports: Array.isArray(transports) ? transports.filter((each) => typeof each === "string" && TRANSPORTS.has(each)) as string[] : [] };
}
