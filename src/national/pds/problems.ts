/** What PDS refuses, and where it can't be asked. What it answers about a person is no refusal. */
import { refuse, type Refusal } from "#platform";

/** PDS does not answer, or with a fault of its own; `forMs` where it is known how long it is not worth asking. */
export const pdsUnavailable = (why: string, forMs?: number): Refusal => refuse("unavailable", "national.pds-unavailable", "The Personal Demographics Service does not answer at the moment.", { why, ...(forMs !== undefined && { forMs }) });

/** 429, or more calls than may be made now. */
export const pdsRateLimited = (forMs: number): Refusal => refuse("unavailable", "national.pds-rate-limited", "The Personal Demographics Service takes no more calls from us at the moment.", { forMs });

/** 401 and 403, and a token that was not given. */
export const pdsForbidden = (why: string): Refusal => refuse("forbidden", "national.pds-forbidden", "The Personal Demographics Service does not let us in: check the API key, the signing key and its id, the clock, and what the application may do.", { why });

/** A question that may not be put, found before it was sent or by PDS (400). */
export const pdsQuestion = (what: string, field?: string): Refusal => refuse("invalid", "national.pds-question", `The Personal Demographics Service cannot be asked this: ${what}.`, { what, ...(field !== undefined && { field }) });

/** An answer whose person cannot be made out: nothing of it is used. */
export const pdsUnreadable = (problems: readonly unknown[]): Refusal => refuse("unavailable", "national.pds-unreadable", "The answer of the Personal Demographics Service cannot be read, so none of it is used.", { problems });

/** An answer that the interface does not name. */
export const pdsUnexpected = (status: number, code: string): Refusal => refuse("unavailable", "national.pds-unexpected", `The Personal Demographics Service answered ${status} ${code}, which its interface does not name.`, { status, code });

/** A server that says of itself that it is a stand-in, in production. */
export const pdsStandIn = (url: string): Refusal => refuse("forbidden", "national.pds-stand-in", "This Personal Demographics Service is a stand-in for demonstration; production does not accept it.", { url });
