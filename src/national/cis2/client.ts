/**
 * Client of NHS CIS2: OpenID Connect authorization code flow with PKCE (S256),
 * state and nonce. Claims of the ID token and of the user info are read together.
 */
import * as oidc from "openid-client";
import { isRefusal, type Refusal } from "#platform";
import { issuerNotHttps, providerUnavailable, signInNotCompleted, signInRejected, standInInProduction } from "../problems.ts";
import { identityOf, type Cis2Identity } from "./claims.ts";

export type Cis2Settings = {
  /** For example `https://am.nhsidentity.spineservices.nhs.uk/...`; its discovery document says the rest. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Our own callback, absolute. */
  readonly redirectUri: string;
  readonly mode: "demo" | "production";
};

/** What has to be remembered between going to CIS2 and coming back. Secret: bound to one browser, used once. */
export type SignInState = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type Cis2Client = {
  /** Where to send the browser, and what to remember. Always asks who it is: a shared computer must not sign in the last person. */
  begin(): Promise<{ url: string; remember: SignInState } | Refusal>;
  /** Whether the provider answers now, within two seconds: what must not wait for it asks first. */
  answers(): Promise<boolean>;
  /** Checks the answer and says who signed in. */
  complete(callbackUrl: URL, remembered: SignInState): Promise<Cis2Identity | Refusal>;
};

const ANSWERS_WITHIN_MS = 2000;
/** Between showing the card and coming back with the code; OpenID Connect Core 1.0, 2: auth_time. */
const OLDEST_AUTHENTICATION_S = 900;

const SCOPES = "openid profile nhsperson nationalrbacaccess associatedorgs selectedrole";

/** A client; the provider is asked for its metadata at the first use and again after a failure. */
export function createCis2Client(settings: Cis2Settings): Cis2Client {
  let found: Promise<oidc.Configuration | Refusal> | undefined;
  const configuration = async (): Promise<oidc.Configuration | Refusal> => {
    found ??= discover(settings);
    const answer = await found;
    if (isRefusal(answer)) found = undefined;
    return answer;
  };
  return {
    async begin() {
      const config = await configuration();
      if (isRefusal(config)) return config;
      const remember = { state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: settings.redirectUri,
        scope: SCOPES,
        state: remember.state,
        nonce: remember.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(remember.codeVerifier),
        code_challenge_method: "S256",
        prompt: "login",
      });
      return { url: url.href, remember };
    },
    async answers() {
      try {
        const answer = await fetch(`${settings.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
        return answer.ok;
      } catch {
        return false;
      }
    },
    async complete(callbackUrl, remembered) {
      const config = await configuration();
      if (isRefusal(config)) return config;
      try {
        const tokens = await oidc.authorizationCodeGrant(config, callbackUrl, {
          pkceCodeVerifier: remembered.codeVerifier,
          expectedState: remembered.state,
          expectedNonce: remembered.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // Asked with prompt=login: who it is was shown now, not hours ago at another screen.
        if (typeof claims.auth_time === "number" && Date.now() / 1000 - claims.auth_time > OLDEST_AUTHENTICATION_S) return signInRejected("auth_time");
        const userInfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
        return identityOf({ ...userInfo, ...claims });
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

async function discover(settings: Cis2Settings): Promise<oidc.Configuration | Refusal> {
  const production = settings.mode === "production";
  const issuer = new URL(settings.issuer);
  if (production && issuer.protocol !== "https:") return issuerNotHttps(settings.issuer);
  try {
    // A demonstration runs on one machine without certificates; production never takes this branch.
    const options = issuer.protocol === "http:" ? { execute: [oidc.allowInsecureRequests] } : {};
    const config = await oidc.discovery(issuer, settings.clientId, settings.clientSecret, oidc.ClientSecretPost(settings.clientSecret), { ...options, timeout: 10 });
    return standInRefusal(settings, { ...config.serverMetadata() }) ?? config;
  } catch {
    return providerUnavailable("discovery");
  }
}

/** Refuses a provider that says of itself that it is a stand-in, in production; `null` where it may be used. Pure. */
export function standInRefusal(settings: Pick<Cis2Settings, "mode" | "issuer">, metadata: Readonly<Record<string, unknown>>): Refusal | null {
  return settings.mode === "production" && metadata["kmcr_stand_in"] !== undefined ? standInInProduction(settings.issuer) : null;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof oidc.AuthorizationResponseError) return signInNotCompleted(error.error);
  if (error instanceof oidc.ResponseBodyError) {
    return error.status >= 500 ? providerUnavailable(error.error) : signInRejected(error.error);
  }
  const code = (error as { code?: unknown }).code;
  const status = (error as { cause?: { status?: unknown } }).cause?.status;
  if (typeof status === "number" && status >= 500) return providerUnavailable(`HTTP ${status}`);
  if (error instanceof TypeError || code === "OAUTH_TIMEOUT") return providerUnavailable(String(code ?? "network"));
  return signInRejected(String(code ?? (error as Error).message));
}
