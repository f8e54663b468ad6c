/** Credentials of feeds over HTTP: OAuth 2.0 client credentials, short tokens, no secret stored anywhere. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { SignJWT, jwtVerify } from "jose";
import type { Feed, Region } from "#governance";
import { refuse, type Refusal } from "#platform";

export const TOKEN_SECONDS = 600;

/** A client's secret follows from the installation's key, so that nothing about it is stored; a new key renews them all. */
export function clientSecret(installationKey: string, clientId: string): string {
  return createHmac("sha256", installationKey).update(`feed client ${clientId}`).digest("base64url");
}

const tokenKey = (installationKey: string): Uint8Array => createHmac("sha256", installationKey).update("feed tokens").digest();

/** A token for a client whose secret agrees; the same refusal whether the client or its secret is wrong. */
export async function issueToken(installationKey: string, region: Region, clientId: string, secret: string, now: Date): Promise<{ token: string; expiresIn: number } | Refusal> {
  const expected = Buffer.from(clientSecret(installationKey, clientId));
  const given = Buffer.from(secret);
  const agrees = given.length === expected.length && timingSafeEqual(given, expected);
  if (!agrees || !feedsOfClient(region, clientId).length) return refuse("forbidden", "feeds.client", "The client id or its secret is wrong.");
  const seconds = Math.floor(now.getTime() / 1000);
  const token = await new SignJWT({ scope: "feed.write" }).setProtectedHeader({ alg: "HS256" }).setSubject(clientId).setAudience("kmcr-feeds").setIssuedAt(seconds).setExpirationTime(seconds + TOKEN_SECONDS).sign(tokenKey(installationKey));
  return { token, expiresIn: TOKEN_SECONDS };
}

/** The client that a bearer token names. */
export async function clientOf(installationKey: string, authorization: string | undefined): Promise<string | Refusal> {
  const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return refuse("forbidden", "feeds.no-token", "A bearer token is needed: POST /oauth2/token with your client id and secret.");
  try {
    const { payload } = await jwtVerify(token, tokenKey(installationKey), { audience: "kmcr-feeds", algorithms: ["HS256"] });
    return payload.sub!;
  } catch {
    return refuse("forbidden", "feeds.token", "The token is not valid or has expired.");
  }
}

/** The feeds that a client may send on. */
export function feedsOfClient(region: Region, clientId: string): Feed[] {
  return region.feeds.filter((feed) => "http" in feed.transport && feed.transport.http.clientId === clientId);
}
