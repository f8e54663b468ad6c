import { parseNhsNumber, VERIFIED } from "#standards";

/** What a source says about who its patient is. Every text as sent; `null`: the source does not say. */
export type Demographics = {
  nhsNumberText: string | null;
  /** UKCore-NHSNumberVerificationStatusEngland as sent, for example `01`; `null` where none was sent. */
  nhsNumberStatus: string | null;
  family: string | null;
  given: string | null;
  title: string | null;
  preferredName: string | null;
  /** FHIR date of any precision; only a full date takes part in linking. */
  birthDate: string | null;
  sex: string | null;
  /** `null`: the source does not say, which makes nobody alive again. */
  deceased: boolean | null;
  dateOfDeath: string | null;
  address: readonly string[];
  postcode: string | null;
  phone: string | null;
  email: string | null;
  gpPractice: string | null;
  /** Every other name that the source gives, `Family^Given`: before marriage, in another order, an alias. */
  otherNames: readonly string[];
  /** Postcodes of other addresses that the source gives. */
  otherPostcodes: readonly string[];
  /** 1, 2 ... of a twin or triplet; `null`: not said. */
  birthOrder: number | null;
  language: string | null;
  interpreter: boolean | null;
  /** `null`: the source does not say, which lifts no protection. */
  protectedAddress: boolean | null;
};

export const NO_DEMOGRAPHICS: Demographics = {
  nhsNumberText: null, nhsNumberStatus: null, family: null, given: null, title: null, preferredName: null, birthDate: null, sex: null, deceased: null, dateOfDeath: null,
  address: [], postcode: null, phone: null, email: null, gpPractice: null, otherNames: [], otherPostcodes: [], birthOrder: null, language: null, interpreter: null, protectedAddress: null,
};

/** A stored source patient: one organisation's patient. */
export type SourcePatient = Demographics & {
  readonly sourcePatientId: string;
  readonly personId: string;
  readonly organisation: string;
  readonly localId: string;
  readonly feed: string;
  /** Ten digits that passed the check, else `null`. */
  readonly nhsNumber: string | null;
  readonly status: NumberStatus;
  readonly dateOfBirth: string | null;
  /** The number that took this one's place, where the reader asked for it. */
  readonly supersededBy?: string;
  /** What PDS answered when asked who this is; `null` where it was not asked or knew nobody. */
  readonly tracedNumber: string | null;
  readonly traceOutcome: string | null;
  /** A former identity (adoption, change of gender): found and linked by nobody. */
  readonly sealed: boolean;
  readonly active: boolean;
  readonly replacedBy: string | null;
  readonly demographicsAt: Date;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
};

/** Verification status of the number, or why there is none. An invalid number is kept as sent and links nobody. */
export type NumberStatus = "01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "absent" | "invalid" | "unverified";

/** Reads the number and what it may be used for. */
export function numberOf(demographics: Demographics): { nhsNumber: string | null; status: NumberStatus; fault: string | null } {
  const read = parseNhsNumber(demographics.nhsNumberText);
  if (!read.ok) return read.fault === "empty" ? { nhsNumber: null, status: "absent", fault: null } : { nhsNumber: null, status: "invalid", fault: read.fault };
  const sent = demographics.nhsNumberStatus;
  return { nhsNumber: read.value, status: sent !== null && /^0[1-8]$/.test(sent) ? (sent as NumberStatus) : "unverified", fault: null };
}

/** A full, plausible date of birth; partial and default dates take no part in linking. */
export function linkingBirthDate(birthDate: string | null): string | null {
  return birthDate !== null && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) && birthDate > "1900-01-01" ? birthDate : null;
}

/** Outcomes of a trace that leave a number which counts as verified. */
const TRACED = new Set(["verified", "superseded", "found"]);

/** The number by which a source patient may be linked: verified by its source, or by our own trace; `null` where neither is so. */
export function verifiedNumber(each: Pick<SourcePatient, "nhsNumber" | "status" | "tracedNumber" | "traceOutcome">): string | null {
  if (each.status === VERIFIED && each.nhsNumber !== null) return each.nhsNumber;
  return each.tracedNumber !== null && TRACED.has(each.traceOutcome ?? "") ? each.tracedNumber : null;
}
