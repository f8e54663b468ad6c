/** The OpenID Connect provider that stands in for CIS2, built on `oidc-provider`. */
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createHmac } from "node:crypto";
import Provider from "oidc-provider";
import type { Region } from "#governance";
import { claimsOf } from "./claims.ts";
import type { Faults } from "./faults.ts";
import { Memory } from "./memory.ts";

export type ProviderSettings = {
  readonly region: Region;
  /** Absolute, with the path that the provider is mounted at. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly faults: Faults;
};

const SCOPE_CLAIMS = {
  openid: ["sub"],
  profile: ["name", "given_name", "family_name"],
  nhsperson: ["nhsid_useruid", "uid", "idassurancelevel", "authentication_assurance_level"],
  nationalrbacaccess: ["nhsid_nrbac_roles"],
  associatedorgs: ["nhsid_user_orgs"],
  selectedrole: ["selected_roleid"],
};

/** Makes the provider, with a signing key of its own that lives as long as the process. */
export async function createProvider(settings: ProviderSettings): Promise<Provider> {
  const { region, faults } = settings;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "stand-in" };
  const provider = new Provider(settings.issuer, {
    clients: [
      {
        client_id: settings.clientId,
        client_secret: settings.clientSecret,
        redirect_uris: [settings.redirectUri],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    adapter: Memory,
    jwks: { keys: [key] },
    cookies: { keys: [createHmac("sha256", settings.clientSecret).update("stand-in cookies").digest("hex")], long: { signed: true }, short: { signed: true } },
    claims: SCOPE_CLAIMS,
    scopes: ["openid"],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_: unknown, interaction: { uid: string }) => `/cis2/interaction/${interaction.uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 900, Session: 900, Grant: 900 },
    discovery: { kmcr_stand_in: true },
    findAccount: (_: unknown, uid: string) => {
      const professional = region.professional(uid);
      if (professional === undefined) return undefined;
      const claims = claimsOf(region, professional);
      return { accountId: uid, claims: () => (faults.current() === "no-roles" ? { ...claims, nhsid_nrbac_roles: [] } : claims) };
    },
    // Nobody is asked to consent: CIS2 does not ask either.
    loadExistingGrant: async (context: { oidc: { provider: Provider; session: { accountId: string }; client: { clientId: string } } }) => {
      const { oidc } = context;
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope(Object.keys(SCOPE_CLAIMS).join(" "));
      await grant.save();
      return grant;
    },
  });
  // The provider will not make an expired token by itself, so a correct one is signed again with an old date.
  provider.use(async (context, next) => {
    await next();
    const body = context.body as { id_token?: string } | undefined;
    if (faults.current() !== "expired-token" || body?.id_token === undefined) return;
    const past = Math.floor(Date.now() / 1000) - 600;
    body.id_token = await new SignJWT({ ...decodeJwt(body.id_token), iat: past - 300, exp: past }).setProtectedHeader({ alg: "RS256", kid: "stand-in" }).sign(privateKey);
  });
  return provider;
}
