/** What MESH refuses, and what can't be reached. */
import { refuse, type Refusal } from "#platform";

/** MESH does not answer, or with a fault of its own. */
export const meshUnavailable = (what: string): Refusal => refuse("unavailable", "national.mesh-unavailable", "MESH does not answer at the moment.", { what });

/** 403: mailbox, password, shared key, certificate or clock. */
export const meshForbidden = (what: string): Refusal => refuse("forbidden", "national.mesh-forbidden", "MESH does not accept this mailbox: check the mailbox, its password, the shared key, the certificate and the clock.", { what });

/** 404: there is no such message in the mailbox. */
export const meshNoMessage = (messageId: string): Refusal => refuse("not-found", "national.mesh-no-message", "There is no such message in the mailbox.", { messageId });

/** 410: acknowledged before, so it is not given out again. */
export const meshGone = (messageId: string): Refusal => refuse("gone", "national.mesh-gone", "The message was acknowledged before and is gone.", { messageId });

/** 417: MESH does not take the message; the code is the specification's, 02 to 17. */
export const meshNotTaken = (errorCode: string, words: string): Refusal => refuse("invalid", "national.mesh-not-taken", `MESH does not take the message: ${words} (${errorCode})`, { errorCode });

/** Larger than this product takes in. */
export const meshTooLarge = (messageId: string): Refusal => refuse("unsupported", "national.mesh-too-large", "The message is larger than is taken in.", { messageId });

/** An answer that the interface does not know. */
export const meshUnexpected = (status: number, path: string): Refusal => refuse("unavailable", "national.mesh-unexpected", `MESH answered ${status}, which its interface does not name.`, { status, path });

/** A server that says of itself that it is a stand-in, in production. */
export const meshStandIn = (url: string): Refusal => refuse("forbidden", "national.mesh-stand-in", "This MESH is a stand-in for demonstration; production does not accept it.", { url });
