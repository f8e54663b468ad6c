import { refuse, type Refusal } from "#platform";

/** A claim without which nobody can be signed in. */
export function claimsUnusable(claim: string): Refusal {
  return refuse("invalid", "national.claims-unusable", "The identity provider did not say who you are. Sign in again; if it happens again, tell your service desk.", { claim });
}

/** The provider says that it is a stand-in, and this is production. */
export function standInInProduction(issuer: string): Refusal {
  return refuse("forbidden", "national.stand-in-in-production", "The identity provider is a stand-in for demonstration; production does not accept it.", { issuer });
}

/** Production speaks to identity providers over https only. */
export function issuerNotHttps(issuer: string): Refusal {
  return refuse("forbidden", "national.issuer-not-https", "The identity provider is not reached over https; production does not accept it.", { issuer });
}

/** The provider could not be reached or answered with an error of its own. */
export function providerUnavailable(what: string): Refusal {
  return refuse("unavailable", "national.provider-unavailable", "NHS sign-in does not answer at the moment. Try again in a minute.", { what });
}

/** The provider's answer failed a check: state, nonce, signature, issuer, audience or time. */
export function signInRejected(check: string): Refusal {
  return refuse("forbidden", "national.sign-in-rejected", "The answer of NHS sign-in could not be trusted, so you are not signed in. Start again.", { check });
}

/** The professional did not complete the sign-in at the provider. */
export function signInNotCompleted(error: string): Refusal {
  return refuse("forbidden", "national.sign-in-not-completed", "You did not complete the sign-in.", { error });
}
