/**
 * What the engine reads, as columns: eight million accesses are typed arrays and
 * numbers, never objects. Everything that has a name outside (professionals,
 * persons, organisations, units) is a number here; 0 is "not known" where a
 * column says so. Times are seconds since 1970.
 */

/** What was done. `seen` acts put a record in front of somebody. */
export const ACTS = ["open", "section", "item", "document", "search", "found", "print", "export", "refused", "reason-given", "write", "other"] as const;
export type Act = (typeof ACTS)[number];
export const ACT = Object.fromEntries(ACTS.map((each, index) => [each, index])) as Readonly<Record<Act, number>>;
const SEEN: ReadonlySet<number> = new Set(["open", "section", "item", "document", "print", "export", "write"].map((each) => ACT[each as Act]));
export const isSeen = (act: number): boolean => SEEN.has(act);

export const FLAG = {
  /** Opened under a break-glass reason. */
  breakGlass: 1,
  /** Opened under another stated reason. */
  reason: 2,
  /** Handed over by the professional's own system. */
  launched: 4,
  /** Where a protected person lives or is treated was asked for. */
  location: 8,
  /** Something of a sensitive kind was shown. */
  sensitive: 16,
  /** Looked at before: gives context to the others and gets no finding of its own. */
  context: 32,
} as const;

export const NEVER = 0xffffffff;

/** Accesses in order of time. */
export type Accesses = {
  readonly size: number;
  /** Row of `Staff.postings`. */
  readonly posting: Int32Array;
  /** Row of `Persons`; -1: concerns nobody (a search without a hit). */
  readonly person: Int32Array;
  readonly at: Uint32Array;
  readonly act: Uint8Array;
  readonly flags: Uint8Array;
  /** 0: not known. */
  readonly device: Uint32Array;
};

/** Who works where, and what the employer's register says about each. */
export type Staff = {
  /** A professional in one role at one employer. */
  readonly postings: {
    readonly size: number;
    readonly professional: Int32Array;
    readonly organisation: Uint16Array;
    /** 0: not known. */
    readonly unit: Uint16Array;
    readonly role: Uint16Array;
  };
  readonly size: number;
  /** Row of `Persons` of the professional's own record; -1: not known. */
  readonly ownPerson: Int32Array;
  /** Blind hashes of surname, postcode, whole address and telephone; 0: not known. */
  readonly surname: Uint32Array;
  readonly postcode: Uint32Array;
  readonly household: Uint32Array;
  readonly phone: Uint32Array;
  /** `NEVER`: still employed, or training without an end. */
  readonly leftAt: Uint32Array;
  readonly trainedUntil: Uint32Array;
  /** Shifts of professional `p` are rows `rotaFrom[p]` to `rotaFrom[p + 1]`, by start. Nobody without a rota is judged by it. */
  readonly rotaFrom: Int32Array;
  readonly rotaStart: Uint32Array;
  readonly rotaEnd: Uint32Array;
  readonly rotaUnit: Uint16Array;
};

/** Persons, by what rules compare; nothing that says who they are. */
export type Persons = {
  readonly size: number;
  readonly surname: Uint32Array;
  readonly postcode: Uint32Array;
  readonly household: Uint32Array;
  readonly phone: Uint32Array;
  /** 0: not known. */
  readonly born: Float64Array;
  /** `NEVER`: alive. */
  readonly diedAt: Uint32Array;
  /** Row of `Staff` of a person who is a professional; -1: nobody's. */
  readonly staff: Int32Array;
  /** Well-known here: the list itself is sealed. */
  readonly wellKnown: Uint8Array;
  /** From when an objection to everything holds; `NEVER`: none. */
  readonly objectedAt: Uint32Array;
  /** Organisations that a person does not want to look, and from when: rows `barredFrom[p]` to `barredFrom[p + 1]`. */
  readonly barredFrom: Int32Array;
  readonly barredOrganisation: Uint16Array;
  readonly barredAt: Uint32Array;
  /** Contacts (relatives, carers) of person `p`: blind hashes of telephones, rows `contactFrom[p]` to `contactFrom[p + 1]`. */
  readonly contactFrom: Int32Array;
  readonly contactPhone: Uint32Array;
};

/** Kinds of care that explain an access. */
export const CARE = ["registration", "admission", "attendance", "referral", "appointment", "caseload", "care-team", "crew", "form", "request"] as const;
export type CareKind = (typeof CARE)[number];
export const CARE_KIND = Object.fromEntries(CARE.map((each, index) => [each, index])) as Readonly<Record<CareKind, number>>;

/** Pieces of care: those of person `p` are rows `from[p]` to `from[p + 1]`. */
export type Care = {
  readonly from: Int32Array;
  readonly kind: Uint8Array;
  readonly organisation: Uint16Array;
  /** 0: the source named none. */
  readonly unit: Uint16Array;
  /** Who is named, as row of `Staff`; -1: nobody. */
  readonly professional: Int32Array;
  readonly start: Uint32Array;
  /** `NEVER`: still open, or the source gave no end. */
  readonly end: Uint32Array;
};

export type Context = { readonly staff: Staff; readonly persons: Persons; readonly care: Care };

/** Row numbers grouped by a key from 0 to `keys - 1`, each group in the order of rows; key -1 is left out. */
export function groupBy(keyOf: ArrayLike<number>, size: number, keys: number): { readonly from: Int32Array; readonly rows: Int32Array } {
  const from = new Int32Array(keys + 1);
  for (let row = 0; row < size; row++) if (keyOf[row]! >= 0) from[keyOf[row]! + 1]!++;
  for (let key = 0; key < keys; key++) from[key + 1]! += from[key]!;
  const next = from.slice(0, keys);
  const rows = new Int32Array(from[keys]!);
  for (let row = 0; row < size; row++) if (keyOf[row]! >= 0) rows[next[keyOf[row]!]!++] = row;
  return { from, rows };
}
