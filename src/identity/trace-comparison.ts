/** A source's patient beside what PDS holds of somebody: field by field in words, and how sure it is that they are one. Pure. */
import type { TracedName, TracedPatient } from "#national";
import { fold } from "#standards";
import { linkingBirthDate, type Demographics } from "./source-patient.ts";

export type TraceField = { readonly field: string; readonly verdict: "agrees" | "similar" | "differs" | "unknown"; readonly words: string };
export type TraceComparison = {
  readonly fields: readonly TraceField[];
  /** Fields on which two records of one person do not differ: date of birth, sex, whole name; of twins the given name and the place among them. */
  readonly against: readonly string[];
  readonly confidence: number;
  /** Why it is as sure as it is. */
  readonly words: string;
};

/** Words of a name, folded: `O'Reilly-Smith` is `o reilly smith`. */
export const nameWords = (name: string | null): string[] => fold(name ?? "").split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

/** Compares with former names and addresses too. Of a place it says whether it agrees, never which it is. */
export function compareWithTraced(who: Demographics, traced: TracedPatient): TraceComparison {
  const fields = { birthDate: birthDates(who, traced), sex: sexes(who, traced), family: familyNames(who, traced), given: givenNames(who, traced), place: places(who, traced) };
  const isTurned = turnedRound(who, traced);
  const against = [
    ...(fields.birthDate.verdict === "differs" || fields.birthDate.verdict === "similar" ? ["date of birth"] : []),
    ...(fields.sex.verdict === "differs" ? ["sex"] : []),
    ...(fields.family.verdict === "differs" && fields.given.verdict === "differs" && !isTurned ? ["whole name"] : []),
    ...(who.birthOrder !== null && traced.multipleBirth !== null && who.birthOrder !== traced.multipleBirth ? ["birth order"] : []),
    // Twins have all but the given name in common, and their numbers are easily mixed up.
    ...(traced.multipleBirth !== null && fields.family.verdict !== "differs" && fields.given.verdict === "differs" && !isTurned ? ["given name"] : []),
  ];
  const { confidence, words } = against.length > 0 ? { confidence: 0, words: `${against.join(" and ")} differs` } : sureness(fields, isTurned, traced.multipleBirth !== null);
  return { fields: Object.values(fields), against, confidence, words };
}

type Fields = Readonly<Record<"birthDate" | "sex" | "family" | "given" | "place", TraceField>>;

/**
 * First line that fits. The place (postcode, practice, telephone) tells people of one
 * name apart, and names tell people of one house apart: a twin has birth date, house
 * and family name in common with another, so a given name that is only alike is not enough.
 */
function sureness(fields: Fields, isTurned: boolean, isOneOfSeveral: boolean): { confidence: number; words: string } {
  const says = (field: keyof Fields, ...verdicts: TraceField["verdict"][]): boolean => verdicts.includes(fields[field].verdict);
  const lines: [boolean, number, string][] = [
    [!says("birthDate", "agrees"), 0, "no date of birth to compare"],
    [isOneOfSeveral && !says("given", "agrees"), 0.4, "one of a multiple birth, and the given name is not the same"],
    [says("family", "agrees") && says("given", "agrees") && says("place", "agrees"), 0.99, "names, date of birth and place agree"],
    [isTurned && says("place", "agrees"), 0.96, "date of birth and place agree, and the names stand the other way round"],
    [says("family", "similar") && says("given", "agrees") && says("place", "agrees"), 0.96, "given name, date of birth and place agree, and the family name nearly"],
    [says("family", "agrees") && says("given", "similar") && says("place", "agrees"), 0.9, "family name, date of birth and place agree, but the given name only nearly"],
    [says("family", "agrees") && says("given", "agrees") && says("place", "unknown"), 0.9, "names and date of birth agree, and there is no place to compare"],
    [says("family", "agrees") && says("given", "agrees"), 0.85, "names and date of birth agree, but the place differs"],
    [isTurned, 0.7, "date of birth agrees, and the names stand the other way round"],
    [says("place", "agrees"), 0.6, "date of birth and place agree, but the names do not"],
  ];
  const [, confidence, words] = lines.find(([fits]) => fits) ?? [true, 0.4, "too little agrees"];
  return { confidence, words };
}

function birthDates(who: Demographics, traced: TracedPatient): TraceField {
  const mine = linkingBirthDate(who.birthDate);
  const theirs = traced.birthDate?.slice(0, 10) ?? null;
  if (mine === null || theirs === null || theirs.length < 10) return { field: "date of birth", verdict: "unknown", words: "date of birth: one side has no full one" };
  if (mine === theirs) return { field: "date of birth", verdict: "agrees", words: "date of birth: the same" };
  const [a, b] = [mine.split("-"), theirs.split("-")];
  if (a[0] === b[0] && a[1] === b[2] && a[2] === b[1]) return { field: "date of birth", verdict: "similar", words: "date of birth: day and month stand the other way round" };
  const different = ["year", "month", "day"].filter((_, index) => a[index] !== b[index]);
  return different.length === 1 ? { field: "date of birth", verdict: "similar", words: `date of birth: the ${different[0]} differs` } : { field: "date of birth", verdict: "differs", words: "date of birth: differs" };
}

function sexes(who: Demographics, traced: TracedPatient): TraceField {
  const known = (sex: string | null): boolean => sex === "male" || sex === "female";
  if (!known(who.sex) || !known(traced.gender)) return { field: "sex", verdict: "unknown", words: "sex: not said on both sides" };
  return who.sex === traced.gender ? { field: "sex", verdict: "agrees", words: "sex: the same" } : { field: "sex", verdict: "differs", words: `sex: ${who.sex} here, ${traced.gender} at PDS` };
}

/** ZZ99: no fixed abode, abroad, not known. */
export const isNoPlace = (postcode: string): boolean => /^ZZ99/i.test(postcode);

const former = (name: TracedName): string => (name.use === "old" || name.use === "maiden" || name.period.end !== null ? ", a former name" : "");

/** The source's names, as family name and first given name, the one of today first. */
const namesOf = (who: Demographics): { family: string[]; given: string | undefined }[] =>
  [[who.family, who.given] as const, ...who.otherNames.map((name) => name.split("^"))].map(([family, given]) => ({ family: nameWords(family ?? null), given: nameWords(given ?? null)[0] }));

/** The best that any of the source's names comes to. */
function best(fields: readonly TraceField[]): TraceField {
  return fields.find((each) => each.verdict === "agrees") ?? fields.find((each) => each.verdict === "similar") ?? fields[0]!;
}

const familyNames = (who: Demographics, traced: TracedPatient): TraceField => best(namesOf(who).map((name) => familyName(name.family, traced)));
const givenNames = (who: Demographics, traced: TracedPatient): TraceField => best(namesOf(who).map((name) => givenName(name.given, traced)));

function familyName(mine: readonly string[], traced: TracedPatient): TraceField {
  const theirs = traced.names.filter((name) => name.family !== null);
  if (mine.length === 0 || theirs.length === 0) return { field: "family name", verdict: "unknown", words: "family name: not on both sides" };
  const whole = theirs.find((name) => nameWords(name.family).join("") === mine.join(""));
  if (whole) return { field: "family name", verdict: "agrees", words: `family name: the same${former(whole)}` };
  const part = theirs.find((name) => nameWords(name.family).some((word) => word.length > 2 && mine.includes(word)));
  if (part) return { field: "family name", verdict: "similar", words: `family name: one part of it is the same${former(part)}` };
  const slip = theirs.find((name) => isOneSlip(nameWords(name.family).join(""), mine.join("")));
  return slip ? { field: "family name", verdict: "similar", words: `family name: one letter differs${former(slip)}` } : { field: "family name", verdict: "differs", words: "family name: differs" };
}

function givenName(mine: string | undefined, traced: TracedPatient): TraceField {
  const theirs = traced.names.filter((name) => name.given.length > 0);
  if (mine === undefined || theirs.length === 0) return { field: "given name", verdict: "unknown", words: "given name: not on both sides" };
  const words = theirs.flatMap((name) => nameWords(name.given.join(" ")).map((word, place) => ({ word, place })));
  const first = words.find(({ word }) => word === mine);
  // The first of one side as a middle name of the other may be a brother's or sister's.
  if (first) return first.place === 0 ? { field: "given name", verdict: "agrees", words: "given name: the same" } : { field: "given name", verdict: "similar", words: "given name: a middle name at PDS" };
  const near = words.find(({ word, place }) => place === 0 && (isOneSlip(word, mine) || beginsAlike(word, mine)));
  if (near) return { field: "given name", verdict: "similar", words: near.word.length === 1 || mine.length === 1 ? "given name: the initial is the same" : "given name: a short form or one letter differs" };
  return { field: "given name", verdict: "differs", words: "given name: differs" };
}

const beginsAlike = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

function turnedRound(who: Demographics, traced: TracedPatient): boolean {
  const [family, given] = [nameWords(who.family).join(""), nameWords(who.given)[0] ?? ""];
  return family !== "" && given !== "" && traced.names.some((name) => nameWords(name.family).join("") === given && nameWords(name.given[0] ?? null).join("") === family);
}

/** Postcode now or before, practice, telephone or e-mail. A protected person's place takes no part on either side. */
function places(who: Demographics, traced: TracedPatient): TraceField {
  if (traced.location === "withheld" || who.protectedAddress === true) return { field: "place", verdict: "unknown", words: "place: not compared" };
  const { addresses, telecoms, practice } = traced.location;
  const squeeze = (text: string | null): string => (text ?? "").replace(/[\s()-]/g, "").toUpperCase();
  const postcodes = [who.postcode, ...who.otherPostcodes].map(squeeze).filter((each) => each !== "" && !isNoPlace(each));
  const at = addresses.find((address) => postcodes.includes(squeeze(address.postcode)));
  if (at) return { field: "place", verdict: "agrees", words: at.period.end === null ? "place: the postcode is the same" : "place: a former postcode is the same" };
  if (telecoms.some((each) => squeeze(each.value) !== "" && [squeeze(who.phone), squeeze(who.email)].includes(squeeze(each.value)))) return { field: "place", verdict: "agrees", words: "place: a telephone number or e-mail address is the same" };
  if (postcodes.length === 0 || addresses.length === 0) return { field: "place", verdict: "unknown", words: "place: no postcode on both sides" };
  const isOfPractice = practice !== null && practice.odsCode === who.gpPractice;
  return { field: "place", verdict: "differs", words: isOfPractice ? "place: the postcode differs, the practice is the same" : "place: the postcode differs" };
}

/** One letter more, less, other, or two changed places; short words have no slips, since one letter makes another name of them. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < 4 || Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - from && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(from, a.length - end), b.slice(from, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
