/**
 * The in-context launch link of a host system: a compact JWS over who asks and
 * which person is open, signed by the host's key. Lasts a minute, works once.
 */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";
import { errors, jwtVerify, SignJWT, decodeJwt, type JWTPayload } from "jose";
import { parseNhsNumber } from "#standards";
import type { Host } from "#governance";
import { uuidv7, type Refusal } from "#platform";
import { launchProblems } from "./problems.ts";

/** Seconds that a launch link may last. */
export const LAUNCH_SECONDS = 60;
/** Difference between the clocks of host and server that is tolerated, in seconds. */
const CLOCK_SECONDS = 5;
const TYPE = "kmcr-launch+jwt";

/** What a launch link says. */
export type Launch = {
  readonly host: string;
  readonly professional: string;
  readonly organisation: string;
  /** National role code in full. */
  readonly roleCode: string;
  readonly areaOfWork: string | null;
  readonly nhsNumber: string;
  /** `1950-03-01`. */
  readonly dateOfBirth: string;
  /** Id of the token; used once. */
  readonly jti: string;
  readonly expiresAt: Date;
};

export type LaunchRequest = Omit<Launch, "jti" | "expiresAt" | "host">;

/** Signs a launch link's token as a host system does. */
export function signLaunch(hostId: string, key: KeyObject, audience: string, launch: LaunchRequest, now: Date): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  return new SignJWT({
    organisation: launch.organisation,
    role_code: launch.roleCode,
    ...(launch.areaOfWork === null ? {} : { area_of_work: launch.areaOfWork }),
    nhs_number: launch.nhsNumber,
    birth_date: launch.dateOfBirth,
  })
    .setProtectedHeader({ alg: "EdDSA", typ: TYPE })
    .setIssuer(hostId)
    .setSubject(launch.professional)
    .setAudience(audience)
    .setJti(uuidv7())
    .setIssuedAt(iat)
    .setExpirationTime(iat + LAUNCH_SECONDS)
    .sign(key);
}

/** The address that a host system sends the browser to. */
export function launchAddress(publicUrl: string, token: string): string {
  return `${publicUrl}/launch?token=${encodeURIComponent(token)}`;
}

/**
 * Checks a token; says nothing about whether it was used before, and looks nobody up.
 * @param keyOf the public key of a registered host, `null` for one that is not
 */
export async function verifyLaunch(token: string, audience: string, keyOf: (hostId: string) => KeyObject | null, now: Date): Promise<Launch | Refusal> {
  let hostId: unknown;
  try {
    hostId = decodeJwt(token).iss;
  } catch {
    return launchProblems.malformed();
  }
  if (typeof hostId !== "string") return launchProblems.malformed();
  const key = keyOf(hostId);
  if (key === null) return launchProblems.unknownHost();
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["EdDSA", "ES256"],
      typ: TYPE,
      audience,
      issuer: hostId,
      clockTolerance: CLOCK_SECONDS,
      // Also refuses a token that says it was issued in the future.
      maxTokenAge: LAUNCH_SECONDS,
      currentDate: now,
      requiredClaims: ["sub", "jti", "iat", "exp"],
    });
    return launchOf(hostId, payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return launchProblems.expired();
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed) return launchProblems.wrongSignature();
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return launchProblems.wrongAudience();
    return launchProblems.malformed();
  }
}

function launchOf(host: string, payload: JWTPayload): Launch | Refusal {
  const { sub, jti, iat, exp, organisation, role_code: roleCode, area_of_work: areaOfWork, nhs_number: number, birth_date: dateOfBirth } = payload;
  if (typeof sub !== "string" || typeof jti !== "string" || jti === "" || jti.length > 100 || typeof iat !== "number" || typeof exp !== "number") return launchProblems.malformed();
  if (typeof organisation !== "string" || typeof roleCode !== "string" || typeof number !== "string") return launchProblems.malformed();
  if (typeof dateOfBirth !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(dateOfBirth)) return launchProblems.malformed();
  if (exp - iat > LAUNCH_SECONDS) return launchProblems.lastsTooLong();
  const nhsNumber = parseNhsNumber(number);
  if (!nhsNumber.ok) return launchProblems.patientMismatch();
  return {
    host,
    professional: sub,
    organisation,
    roleCode,
    areaOfWork: typeof areaOfWork === "string" ? areaOfWork : null,
    nhsNumber: nhsNumber.value,
    dateOfBirth,
    jti,
    expiresAt: new Date((exp + CLOCK_SECONDS) * 1000),
  };
}

/** PKCS #8 wrapping of an Ed25519 seed (RFC 8410). */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * The key of a demonstration host: it follows from the installation's secret, so
 * that the stand-in and the web processes agree on it without a file.
 */
export function demonstrationKey(secret: string, hostId: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", secret, "", `launch host ${hostId}`, 32));
  return createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** The public key of a host: its own, or that of a demonstration host outside production. */
export function hostKey(host: Host | undefined, secret: string, mode: "demo" | "production"): KeyObject | null {
  if (host === undefined) return null;
  if (host.demonstration) return mode === "production" ? null : createPublicKey(demonstrationKey(secret, host.id));
  if (host.publicKey === null) return null;
  return createPublicKey({ key: host.publicKey, format: "jwk" });
}
