/** A source patient as the comparison sees it: the fields of the region's comparison specification. */
import type { MatchRecord } from "./match/index.ts";
import { VERIFIED } from "#standards";
import { linkingBirthDate, verifiedNumber, type Demographics, type SourcePatient } from "./source-patient.ts";

const said = (...values: readonly (string | null | undefined)[]): string[] => [...new Set(values.filter((each): each is string => each !== null && each !== undefined && each.trim() !== ""))];
const formerly = (names: readonly string[], part: 0 | 1): string[] => names.map((name) => name.split("^")[part] ?? "");

/**
 * The details that take part in a comparison. A protected person's whereabouts
 * (S-flag) take no part: address, postcode, telephone and practice would let a
 * match tell where they live.
 * @param current the number that stands today for a superseded one
 */
export function matchRecordOf(each: Demographics & Pick<SourcePatient, "nhsNumber" | "status" | "tracedNumber" | "traceOutcome">, current: (nhsNumber: string) => string = (same) => same): MatchRecord {
  const verified = verifiedNumber(each);
  const number = verified ?? each.nhsNumber;
  const whereabouts: MatchRecord = each.protectedAddress === true ? {} : {
    postcode: said(each.postcode, ...each.otherPostcodes),
    address: said(each.address[0]),
    phone: said(each.phone),
    gpPractice: said(each.gpPractice),
  };
  return {
    nhsNumber: said(number === null ? null : current(number)),
    nhsNumberStatus: said(verified !== null ? VERIFIED : each.status),
    family: said(each.family, ...formerly(each.otherNames, 0)),
    given: said(each.given, ...formerly(each.otherNames, 1)),
    dateOfBirth: said(linkingBirthDate(each.birthDate)),
    sex: said(each.sex === "male" || each.sex === "female" ? each.sex : null),
    birthOrder: said(each.birthOrder === null ? null : String(each.birthOrder)),
    email: said(each.email),
    ...whereabouts,
  };
}

/** Fields that tell where somebody is. */
const WHEREABOUTS = ["postcode", "address", "phone", "gpPractice"];

/** The record without whereabouts. */
export const withoutWhereabouts = (record: MatchRecord): MatchRecord => Object.fromEntries(Object.entries(record).filter(([field]) => !WHEREABOUTS.includes(field)));
