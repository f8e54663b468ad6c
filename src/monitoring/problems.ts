/** Refusals of the monitoring office. */
import { refuse, type Refusal } from "#platform";

export const noSuchAlert = (): Refusal => refuse("not-found", "monitoring.no-alert", "There is no such alert among those of your organisation.");
export const noSuchCase = (): Refusal => refuse("not-found", "monitoring.no-case", "There is no such case among those of your organisation.");
export const ownAccess = (): Refusal => refuse("forbidden", "monitoring.own-access", "This is about an access of your own. Another officer deals with it.");
export const wantsWords = (): Refusal => refuse("invalid", "monitoring.words", "Say it in a few words: they stand in the journal.", { field: "words" });
export const takenMeanwhile = (): Refusal => refuse("conflict", "monitoring.taken", "Somebody else has dealt with this meanwhile.");
export const isClosed = (): Refusal => refuse("conflict", "monitoring.closed", "This case is closed.");
export const wantsSecond = (): Refusal => refuse("forbidden", "monitoring.second-officer", "You proposed to close this case. A second officer must agree.");
export const notAnOutcome = (): Refusal => refuse("invalid", "monitoring.outcome", "Choose an outcome.", { field: "outcome" });
export const notANumber = (least: number, most: number): Refusal => refuse("invalid", "monitoring.number", `Enter a whole number from ${least} to ${most}.`, { field: "size" });
export const notADay = (field: string): Refusal => refuse("invalid", "monitoring.day", "Enter real days, the first not after the last.", { field });
