/** An NHS number of ten digits that passed its modulus 11 check. */
export type NhsNumber = string & { readonly __nhsNumber: unique symbol };

/** Why a text is no usable NHS number; the original text stays with the caller. */
export type NhsNumberFault = "empty" | "not-ten-digits" | "placeholder" | "check-digit";

export type NhsNumberResult = { ok: true; value: NhsNumber } | { ok: false; fault: NhsNumberFault };

/** Values that systems send for "no number"; they pass no identity. Source: NHS England MPS code. */
const PLACEHOLDERS = new Set(["0000000000", "9999999999", "1111111111", "2222222222"]);

/**
 * Reads an NHS number from a sender's text: spaces and hyphens are dropped, then
 * ten digits are required and the modulus 11 check digit must agree (weights 10
 * to 2; 11 becomes 0; 10 is invalid). Never repairs, never returns a guess.
 * Source: NHS Data Dictionary, NHS NUMBER.
 */
export function parseNhsNumber(text: string | null | undefined): NhsNumberResult {
  const digits = (text ?? "").replace(/[\s-]/g, "");
  if (digits === "") return { ok: false, fault: "empty" };
  if (!/^\d{10}$/.test(digits)) return { ok: false, fault: "not-ten-digits" };
  if (PLACEHOLDERS.has(digits)) return { ok: false, fault: "placeholder" };
  if (checkDigit(digits) !== Number(digits[9])) return { ok: false, fault: "check-digit" };
  return { ok: true, value: digits as NhsNumber };
}

/** The modulus 11 check digit of the first nine digits, or `null` where none exists. */
export function checkDigit(firstNine: string): number | null {
  let sum = 0;
  for (let index = 0; index < 9; index++) sum += (firstNine.charCodeAt(index) - 48) * (10 - index);
  const check = 11 - (sum % 11);
  return check === 11 ? 0 : check === 10 ? null : check;
}

/** For screens: `999 123 4567`. Any other text is given back as it is. */
export function formatNhsNumber(text: string): string {
  return /^\d{10}$/.test(text) ? `${text.slice(0, 3)} ${text.slice(3, 6)} ${text.slice(6)}` : text;
}

/** PDS verification status of a number (UKCore-NHSNumberVerificationStatusEngland): `01` present and verified. */
export const VERIFIED = "01";

/**
 * What a number's status says, in words. Source: NHS Data Dictionary, NHS NUMBER
 * STATUS INDICATOR CODE; the last three are ours, for what a source did not say.
 */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  "01": "verified", "02": "not traced", "03": "trace required", "04": "traced without a single match", "05": "trace to be resolved", "06": "trace in progress", "07": "no number, trace not required", "08": "trace postponed (baby under six weeks)",
  absent: "no number", invalid: "not valid", unverified: "not said to be verified",
};
export const numberStatusWords = (status: string): string => STATUS_WORDS[status] ?? "not said to be verified";
