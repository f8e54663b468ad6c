/** The first rung of the ladder: a verified NHS number on both sides, and the dates of birth agree. */
import { fold } from "#standards";
import type { Doubt, Evidence } from "./evidence.ts";
import { linkingBirthDate, verifiedNumber, type SourcePatient } from "./source-patient.ts";

export type NumberRung = {
  /** The one person to belong to, with what agreed; `null`: this rung links nobody. */
  link: { personId: string; evidence: readonly Evidence[] } | null;
  reason: string;
  review: readonly Doubt[];
};

/**
 * Which person the NHS number names, from those that carry the same one: the same
 * number with a differing birth date, sex or whole name never links by itself, and
 * a number on which its holders disagree links nobody.
 * @param current the number that stands today for a superseded one
 * @param isOneName whether the region's comparison takes two names that share no word for one: short forms, spellings, names in each other's place
 */
export function numberRung(me: SourcePatient, others: readonly SourcePatient[], current: (nhsNumber: string) => string = (same) => same, isOneName: (me: SourcePatient, other: SourcePatient) => boolean = () => false): NumberRung {
  const none = (reason: string, review: readonly Doubt[] = []): NumberRung => ({ link: null, reason, review });
  const mine = verifiedNumber(me);
  if (mine === null) return none(me.nhsNumber === null ? (me.status === "invalid" ? "the NHS number is not valid" : "no NHS number") : "the NHS number is not verified");
  const verified = others.filter((other) => other.sourcePatientId !== me.sourcePatientId && verifiedNumber(other) !== null && current(verifiedNumber(other)!) === current(mine));
  const review: Doubt[] = [];
  const agreeing: Omit<Doubt, "reason" | "kind" | "weight">[] = [];
  for (const other of verified) {
    const evidence = compareByNumber(me, other);
    const { personId, sourcePatientId } = other;
    const conflict = conflictIn(evidence, () => isOneName(me, other));
    if (conflict !== null) review.push({ personId, sourcePatientId, kind: "number-conflict", reason: `same NHS number, but ${conflict} differs`, evidence, weight: null });
    else if (evidence.some((each) => each.field === "date of birth" && each.verdict === "agrees")) agreeing.push({ personId, sourcePatientId, evidence });
  }
  // A number on which its holders disagree is in doubt for everyone who comes after, too.
  const persons = new Set(agreeing.map((each) => each.personId));
  if (persons.size > 1) {
    for (const each of agreeing) review.push({ ...each, kind: "ambiguous", reason: "the same verified number belongs to more than one person here", weight: null });
    return none("the number belongs to more than one person here", review);
  }
  const first = agreeing[0];
  if (first === undefined) return none(review.length > 0 ? "same NHS number, but the details disagree" : linkingBirthDate(me.birthDate) === null ? "no full date of birth" : "the first with this NHS number", review);
  return { link: { personId: first.personId, evidence: first.evidence }, reason: "verified NHS number and date of birth agree", review: review.filter((each) => each.personId !== first.personId) };
}

/** What weighty thing differs where the number agrees, in words; `null`: nothing. One name that changed is no conflict, a whole name is. */
export function conflictIn(evidence: readonly Evidence[], isOneName: () => boolean = () => false): string | null {
  const conflicts = evidence.filter((each) => each.verdict === "differs").map((each) => each.field);
  const weighty = conflicts.filter((field) => field === "date of birth" || field === "sex" || field === "birth order");
  const wholeName = conflicts.includes("family name") && conflicts.includes("given name") && !isOneName();
  const all = [...weighty, ...(wholeName ? ["whole name"] : [])];
  return all.length > 0 ? all.join(" and ") : null;
}

/** The five details that the number rung looks at, and birth order where both are one of several. */
export function compareByNumber(me: SourcePatient, other: SourcePatient): Evidence[] {
  const pair = (field: string, mine: string | null, theirs: string | null, same: (a: string, b: string) => boolean = (a, b) => a === b): Evidence => ({
    field, mine, theirs, verdict: mine === null || theirs === null ? "unknown" : same(mine, theirs) ? "agrees" : "differs",
  });
  return [
    pair("NHS number", verifiedNumber(me), verifiedNumber(other), () => true),
    pair("date of birth", linkingBirthDate(me.birthDate), linkingBirthDate(other.birthDate)),
    pair("sex", knownSex(me.sex), knownSex(other.sex)),
    pair("family name", me.family, other.family, (a, b) => sharesAWord(a, b) || namesBefore(me, 0).some((each) => sharesAWord(each, b)) || namesBefore(other, 0).some((each) => sharesAWord(a, each))),
    pair("given name", me.given, other.given, (a, b) => sharesAWord(a, b) || namesBefore(me, 1).some((each) => sharesAWord(each, b)) || namesBefore(other, 1).some((each) => sharesAWord(a, each))),
    ...(me.birthOrder !== null && other.birthOrder !== null ? [pair("birth order", String(me.birthOrder), String(other.birthOrder))] : []),
  ];
}

const namesBefore = (each: SourcePatient, part: 0 | 1): string[] => each.otherNames.map((name) => name.split("^")[part] ?? "").filter((name) => name !== "");
const knownSex = (sex: string | null): string | null => (sex === "male" || sex === "female" ? sex : null);
/** "Smith-Jones" agrees with "Smith", "Ann Marie" with "Marie", "Jon" with "Jonathan". */
function sharesAWord(a: string, b: string): boolean {
  const theirs = fold(b).split(" ");
  return fold(a).split(" ").some((mine) => theirs.some((each) => each === mine || (mine.length > 1 && each.length > 1 && (each.startsWith(mine) || mine.startsWith(each)))));
}
