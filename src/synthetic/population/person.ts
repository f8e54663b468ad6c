import type { Town } from "../region.ts";

export type Sex = "male" | "female";

export type Address = {
  readonly line: string;
  readonly town: string;
  readonly county: string;
  readonly postcode: string;
};

export type Contact = { readonly name: string; readonly relationship: string; readonly phone: string };

/** One human as they truly are; organisations know them through views that may differ. */
export type Person = {
  /** `p000123`, or a story's key. */
  readonly key: string;
  readonly nhsNumber: string | null;
  readonly title: string;
  readonly given: readonly string[];
  readonly family: string;
  readonly sex: Sex;
  /** `1948-03-27`. */
  readonly birthDate: string;
  readonly deceased: string | null;
  /** Ethnic category A to Z. */
  readonly ethnicity: string;
  readonly religion: string;
  readonly language: string;
  readonly address: Address;
  readonly formerAddress: Address;
  readonly phone: string;
  readonly town: Town;
  /** ODS code of the practice where the person is registered; `null` for visitors and the unknown. */
  readonly practice: string | null;
  readonly household: string;
  readonly nextOfKin: Contact | null;
  /** PDS marks the person as sensitive: no sender of this region may pass the address on. */
  readonly protectedAddress: boolean;
};

/** `Ada May Fry`. */
export function fullName(person: Person): string {
  return [...person.given, person.family].join(" ");
}
