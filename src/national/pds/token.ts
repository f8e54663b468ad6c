/**
 * Access tokens of an application: a client assertion, signed with our key
 * (RS512), against a token of the API platform. Signed JWT authentication,
 * digital.nhs.uk/developer, "Application-restricted RESTful APIs": iss and sub
 * are the API key, aud is the token address letter by letter, exp lies at most
 * five minutes ahead, jti is used once, kid names the key that was registered.
 */
import { randomUUID } from "node:crypto";
import type { Refusal } from "#platform";
import type { Wire } from "../wire.ts";
import { pdsForbidden, pdsUnavailable } from "./problems.ts";

export type ApplicationCredentials = {
  /** For example `https://api.service.nhs.uk/oauth2/token`. */
  readonly tokenUrl: string;
  readonly apiKey: string;
  /** `kid` of the key that was registered. */
  readonly keyId: string;
  /** PKCS 8, PEM. */
  readonly privateKey: string;
};

/** Longest life of an assertion that the platform takes is 300 s; a clock that is a little off must not pass that. */
const ASSERTION_SECONDS = 240;
/** A token is not used in its last seconds: it would end under way. */
const SPARE_MS = 30_000;

/** Keeps one token until shortly before its end; callers that want one at the same moment share the asking. */
export class TokenKeeper {
  readonly #credentials: ApplicationCredentials;
  readonly #wire: Wire;
  readonly #now: () => Date;
  #held: { token: string; until: number } | null = null;
  #asking: Promise<string | Refusal> | null = null;

  /** `wire` leads to the token address's host. */
  constructor(credentials: ApplicationCredentials, wire: Wire, now: () => Date) {
    this.#credentials = credentials;
    this.#wire = wire;
    this.#now = now;
  }

  token(): Promise<string | Refusal> {
    if (this.#held !== null && this.#held.until > this.#now().getTime()) return Promise.resolve(this.#held.token);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** The platform did not take it: the next call gets a fresh one. */
  forget(token: string): void {
    if (this.#held?.token === token) this.#held = null;
  }

  async #ask(): Promise<string | Refusal> {
    const assertion = await this.#assertion();
    const body = Buffer.from(new URLSearchParams({ grant_type: "client_credentials", client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: assertion }).toString());
    // Never sent twice: its jti is good once.
    const answer = await this.#wire.ask({ method: "POST", path: new URL(this.#credentials.tokenUrl).pathname, headers: () => ({ "content-type": "application/x-www-form-urlencoded", accept: "application/json" }), body }, false);
    if (!("headers" in answer)) return pdsUnavailable(`token: ${answer.why}`);
    const said = objectOf(answer.body);
    if (answer.status === 429 || answer.status >= 500) return pdsUnavailable(`token: HTTP ${answer.status}`);
    if (answer.status !== 200) return pdsForbidden(`token: ${String(said["error"] ?? `HTTP ${answer.status}`)}: ${String(said["error_description"] ?? "no reason given")}`);
    // The platform says the seconds as a text.
    const seconds = Number(said["expires_in"]);
    if (typeof said["access_token"] !== "string" || !(seconds > 0)) return pdsUnavailable("token: the answer holds no token");
    this.#held = { token: said["access_token"], until: this.#now().getTime() + Math.max(0, seconds * 1000 - SPARE_MS) };
    return this.#held.token;
  }

  async #assertion(): Promise<string> {
    // Loaded when it signs: most processes never do.
    const { importPKCS8, SignJWT } = await import("jose");
    const { apiKey, keyId, privateKey, tokenUrl } = this.#credentials;
    return new SignJWT()
      .setProtectedHeader({ alg: "RS512", typ: "JWT", kid: keyId })
      .setIssuer(apiKey)
      .setSubject(apiKey)
      .setAudience(tokenUrl)
      .setJti(randomUUID())
      .setExpirationTime(Math.floor(this.#now().getTime() / 1000) + ASSERTION_SECONDS)
      .sign(await importPKCS8(privateKey, "RS512"));
  }
}

function objectOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
