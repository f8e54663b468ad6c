/**
 * The `Authorization` header of the MESH API: a keyed digest over the mailbox,
 * a nonce, the password and the minute. Each header is good for one request.
 * Source: NHSDigital/mesh-api-specification, "MESH Authorization header".
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export type MeshCredentials = {
  /** Mailbox id, upper case. */
  readonly mailbox: string;
  readonly password: string;
  /** The environment's shared key. */
  readonly sharedKey: string;
};

/** The clock of both ends may differ by this much. */
const MOST_APART_MS = 2 * 3_600_000;

/** `NHSMESH mailbox:nonce:count:yyyyMMddHHmm:hash`, with a nonce that was never used before. */
export function meshAuthorization(credentials: MeshCredentials, now: Date): string {
  const nonce = randomUUID();
  const timestamp = minuteOf(now);
  return `NHSMESH ${credentials.mailbox}:${nonce}:0:${timestamp}:${digest(credentials, nonce, "0", timestamp)}`;
}

/** Why a header does not let its sender in; `null` where it does. `used` remembers what was used; for the stand-in. */
export function whyNotAuthorized(header: string | undefined, mailbox: string, credentials: MeshCredentials | undefined, used: Set<string>, now: Date): string | null {
  const [, named, nonce, count, timestamp, hash] = /^NHSMESH ([^:]+):([^:]+):(\d+):(\d{12}):([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (named === undefined) return "no header of the schema NHSMESH";
  if (named !== mailbox || credentials === undefined) return "the mailbox is not the one of the header";
  const expected = Buffer.from(digest(credentials, nonce!, count!, timestamp!), "hex");
  if (!timingSafeEqual(expected, Buffer.from(hash!, "hex"))) return "the digest does not agree";
  if (Math.abs(instantOf(timestamp!) - now.getTime()) > MOST_APART_MS) return "the timestamp is more than two hours away";
  const key = `${nonce} ${count}`;
  if (used.has(key)) return "the nonce was used before";
  used.add(key);
  return null;
}

function digest({ mailbox, password, sharedKey }: MeshCredentials, nonce: string, count: string, timestamp: string): string {
  return createHmac("sha256", sharedKey).update(`${mailbox}:${nonce}:${count}:${password}:${timestamp}`).digest("hex");
}

/** `202611210930`, in UTC. */
const minuteOf = (at: Date): string => at.toISOString().replace(/[-T:]/g, "").slice(0, 12);
const instantOf = (minute: string): number => Date.parse(`${minute.slice(0, 4)}-${minute.slice(4, 6)}-${minute.slice(6, 8)}T${minute.slice(8, 10)}:${minute.slice(10, 12)}:00Z`);
