/** What a source patient is after a message: pure. */
import { linkingBirthDate, NO_DEMOGRAPHICS, numberOf, type Demographics, type SourcePatient } from "./source-patient.ts";

/** What is stored after `d` was written. */
export function stored(before: SourcePatient, d: Demographics, at: Date, received: Date): SourcePatient {
  const { nhsNumber, status } = numberOf(d);
  return { ...before, ...d, nhsNumber, status, nhsNumberStatus: status, dateOfBirth: linkingBirthDate(d.birthDate), demographicsAt: at, lastSeen: received };
}

/** Gathered over time, never replaced by the next message. */
const GATHERED = new Set<keyof Demographics>(["otherNames", "otherPostcodes"]);

/** The demographics after a message; `null` where it says nothing new. A field that it does not carry keeps its value. */
export function merged(before: SourcePatient, said: Demographics): Demographics | null {
  const next: Record<string, unknown> = { ...NO_DEMOGRAPHICS };
  let changed = false;
  for (const name of Object.keys(NO_DEMOGRAPHICS) as (keyof Demographics)[]) {
    const [mine, theirs] = [before[name], said[name]];
    if (GATHERED.has(name)) continue;
    const says = Array.isArray(theirs) ? theirs.length > 0 : theirs !== null && theirs !== "";
    next[name] = says ? theirs : mine;
    if (says && name !== "nhsNumberStatus" && (Array.isArray(theirs) ? theirs.join("\n") !== (mine as readonly string[]).join("\n") : theirs !== mine)) changed = true;
  }
  // PDS or the source itself asked for protection; a message that says nothing of it, or no, does not end it.
  if (before.protectedAddress === true && next["protectedAddress"] !== true) next["protectedAddress"] = true;
  // Who is said to be alive has no date of death.
  if (said.deceased === false && next["dateOfDeath"] !== null) [next["dateOfDeath"], changed] = [null, true];
  // A number without a status keeps the status of the same number; another number starts unverified.
  const sameNumber = said.nhsNumberText === null || said.nhsNumberText === before.nhsNumberText;
  next["nhsNumberStatus"] = said.nhsNumberStatus ?? (sameNumber ? before.nhsNumberStatus : null);
  const after = withHistory(before, next as Demographics, said);
  const hasGathered = after.otherNames.length !== before.otherNames.length || after.otherPostcodes.length !== before.otherPostcodes.length;
  return changed || hasGathered || numberOf(after).status !== before.status ? after : null;
}

/** At most so many names and postcodes of before are compared. */
const MOST_BEFORE = 12;

/**
 * Names and postcodes of before, for comparing. Where the date of birth changed
 * too, the source may have written another patient over this one: nothing of the
 * first is then carried over, or the second would be matched by the first's name.
 */
function withHistory(before: SourcePatient, next: Demographics, said: Demographics): Demographics {
  const isSamePatient = before.birthDate === null || next.birthDate === null || before.birthDate === next.birthDate;
  const nameOf = (each: Demographics): string => `${each.family ?? ""}^${each.given ?? ""}`;
  const [nameBefore, name] = [nameOf(before), nameOf(next)];
  const names = new Set([...(isSamePatient ? [...before.otherNames, ...(nameBefore !== name && nameBefore !== "^" ? [nameBefore] : [])] : []), ...said.otherNames]);
  names.delete(name);
  const postcodes = new Set([...(isSamePatient ? [...before.otherPostcodes, ...(before.postcode !== null && before.postcode !== next.postcode ? [before.postcode] : [])] : []), ...said.otherPostcodes]);
  if (next.postcode !== null) postcodes.delete(next.postcode);
  return { ...next, otherNames: [...names].slice(-MOST_BEFORE), otherPostcodes: [...postcodes].slice(-MOST_BEFORE) };
}

/** What was said before and is said otherwise now, for the record's page: kind and value as it stood. */
export function saidBefore(before: SourcePatient, next: Demographics): { kind: string; value: string }[] {
  const pairs: [kind: string, was: string, is: string][] = [
    ["name", [before.given, before.family].filter(Boolean).join(" "), [next.given, next.family].filter(Boolean).join(" ")],
    ["address", [...before.address, before.postcode].filter(Boolean).join(", "), [...next.address, next.postcode].filter(Boolean).join(", ")],
    ["dateOfBirth", before.birthDate ?? "", next.birthDate ?? ""],
    ["sex", before.sex ?? "", next.sex ?? ""],
    ["nhsNumber", before.nhsNumberText ?? "", next.nhsNumberText ?? ""],
    ["phone", before.phone ?? "", next.phone ?? ""],
    ["gpPractice", before.gpPractice ?? "", next.gpPractice ?? ""],
  ];
  return pairs.filter(([, was, is]) => was !== "" && was !== is).map(([kind, value]) => ({ kind, value }));
}
