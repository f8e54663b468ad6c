import { createHash } from "node:crypto";
import type { Random } from "../random.ts";
import type { Address, Person } from "../population/person.ts";

/**
 * One organisation's own picture of a person: its local number, and
 * demographics that may be older, misspelt, unverified or missing. The rates
 * follow what hospital statistics show against the national index: postcodes
 * differ often (people move), sex and date of birth almost never.
 */
export type View = {
  readonly feed: string;
  readonly localId: string;
  /** As this organisation sends it; `null` where it has none. */
  readonly nhsNumber: string | null;
  /** Verification status of the number, `01` verified, `02` not traced, `03` trace required. */
  readonly status: string;
  readonly title: string;
  readonly given: readonly string[];
  readonly family: string;
  readonly sex: Person["sex"] | "unknown";
  readonly birthDate: string;
  readonly address: Address | null;
  readonly phone: string | null;
  /** What is wrong on purpose, for the truth files. */
  readonly flaws: readonly string[];
};

/** The number that a feed's system gave a person; 62 bits of a digest, so that two people of a feed never meet. */
export function localNumber(feed: string, key: string): string {
  const digest = createHash("sha256").update(`${feed} ${key}`).digest();
  const digits = (digest.readBigUInt64BE(0) >> 2n).toString(36).toUpperCase().padStart(12, "0").slice(-11);
  return `${feed.slice(0, 1).toUpperCase()}${digits}`;
}

/** The view of a person whose organisation writes everything down rightly. */
export function trueView(person: Person, feed: string): View {
  return {
    feed,
    localId: localNumber(feed, person.key),
    nhsNumber: person.nhsNumber,
    status: person.nhsNumber === null ? "07" : "01",
    title: person.title,
    given: person.given,
    family: person.family,
    sex: person.sex,
    birthDate: person.birthDate,
    address: person.protectedAddress ? null : person.address,
    phone: person.protectedAddress ? null : person.phone,
    flaws: [],
  };
}

/** The view with this organisation's own errors; `traced` where it checks every number against the national index. */
export function viewOf(person: Person, feed: string, random: Random, traced = false): View {
  const flaws: string[] = [];
  const flawed = (share: number, what: string): boolean => random.chance(share) && flaws.push(what) > 0;
  let view: View = trueView(person, feed);
  if (flawed(0.18, "older address") && view.address !== null) view = { ...view, address: person.formerAddress };
  if (flawed(0.02, "family name misspelt")) view = { ...view, family: misspelt(view.family, random) };
  if (view.given.length > 1 && flawed(0.3, "middle name missing")) view = { ...view, given: view.given.slice(0, 1) };
  if (flawed(0.001, "date of birth wrong")) view = { ...view, birthDate: swappedDay(view.birthDate) };
  if (flawed(0.12, "phone missing")) view = { ...view, phone: null };
  if (!traced && view.nhsNumber !== null) {
    if (flawed(0.02, "NHS number missing")) view = { ...view, nhsNumber: null, status: "03" };
    else if (flawed(0.03, "NHS number not traced")) view = { ...view, status: "02" };
  }
  return { ...view, flaws };
}

/** A slip of the keyboard: a letter doubled, dropped or swapped with its neighbour. */
function misspelt(name: string, random: Random): string {
  const at = random.whole(1, Math.max(1, name.length - 2));
  const kind = random.whole(0, 2);
  if (kind === 0) return name.slice(0, at) + name[at]! + name.slice(at);
  if (kind === 1) return name.slice(0, at) + name.slice(at + 1);
  return name.slice(0, at) + (name[at + 1] ?? "e").toLowerCase() + name[at]! + name.slice(at + 2);
}

/** Day and month swapped where both are possible; else one day on. */
function swappedDay(birth: string): string {
  const [year, month, day] = birth.split("-") as [string, string, string];
  return Number(day) <= 12 && day !== month
    ? `${year}-${day}-${month}`
    : `${year}-${month}-${day === "28" ? "27" : "28"}`;
}
