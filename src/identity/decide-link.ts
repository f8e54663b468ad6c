import { VERIFIED, fold } from "#standards";
import { linkingBirthDate, type SourcePatient } from "./source-patient.ts";

/** One field compared, in words that a reviewer reads. */
export type Evidence = { field: string; mine: string | null; theirs: string | null; verdict: "agrees" | "differs" | "unknown" };

export type LinkDecision = {
  /** The person to belong to; `null`: a person of its own. */
  personId: string | null;
  reason: string;
  evidence: readonly Evidence[];
  /** Who has the same number where something else disagrees: for a human to look at. */
  review: readonly Doubt[];
};

/** A source patient that carries the same number but something else disagrees. */
export type Doubt = { sourcePatientId: string; personId: string; reason: string; evidence: readonly Evidence[] };

/**
 * Which person a source patient belongs to, from those that carry the same NHS
 * number: only verified numbers (status 01 on both sides) with agreeing dates of
 * birth link; the same number with a differing birth date, sex or whole name
 * never links by itself and goes to the review list. Anything less stays apart.
 */
export function decideLink(me: SourcePatient, sameNumber: readonly SourcePatient[]): LinkDecision {
  const alone = (reason: string, review: LinkDecision["review"] = []): LinkDecision => ({ personId: null, reason, evidence: [], review });
  if (me.nhsNumber === null) return alone(me.status === "invalid" ? "the NHS number is not valid" : "no NHS number");
  if (me.status !== VERIFIED) return alone("the NHS number is not verified");
  const verified = sameNumber.filter((other) => other.nhsNumber === me.nhsNumber && other.status === VERIFIED && other.sourcePatientId !== me.sourcePatientId);
  const review: Doubt[] = [];
  const agreeing: Omit<Doubt, "reason">[] = [];
  for (const other of verified) {
    const evidence = compare(me, other);
    const { personId, sourcePatientId } = other;
    const conflicts = evidence.filter((each) => each.verdict === "differs").map((each) => each.field);
    const weighty = conflicts.filter((field) => field !== "family name" && field !== "given name");
    const wholeName = conflicts.includes("family name") && conflicts.includes("given name");
    if (weighty.length > 0 || wholeName) {
      review.push({ personId, sourcePatientId, reason: `same NHS number, but ${[...weighty, ...(wholeName ? ["whole name"] : [])].join(" and ")} differs`, evidence });
    } else if (evidence.some((each) => each.field === "date of birth" && each.verdict === "agrees")) agreeing.push({ personId, sourcePatientId, evidence });
  }
  // A number on which its holders disagree is in doubt for everyone who comes after, too.
  const persons = new Set(agreeing.map((each) => each.personId));
  if (persons.size > 1) {
    for (const each of agreeing) review.push({ ...each, reason: "the same verified number belongs to more than one person here" });
    return alone("the number belongs to more than one person here", review);
  }
  const first = agreeing[0];
  if (first === undefined) return alone(review.length > 0 ? "same NHS number, but the details disagree" : linkingBirthDate(me.birthDate) === null ? "no full date of birth" : "the first with this NHS number", review);
  return { personId: first.personId, reason: "verified NHS number and date of birth agree", evidence: first.evidence, review: review.filter((each) => each.personId !== first.personId) };
}

function compare(me: SourcePatient, other: SourcePatient): Evidence[] {
  const pair = (field: string, mine: string | null, theirs: string | null, same: (a: string, b: string) => boolean = (a, b) => a === b): Evidence => ({
    field, mine, theirs, verdict: mine === null || theirs === null ? "unknown" : same(mine, theirs) ? "agrees" : "differs",
  });
  return [
    pair("NHS number", me.nhsNumber, other.nhsNumber),
    pair("date of birth", linkingBirthDate(me.birthDate), linkingBirthDate(other.birthDate)),
    pair("sex", knownSex(me.sex), knownSex(other.sex)),
    pair("family name", me.family, other.family, sharesAWord),
    pair("given name", me.given, other.given, sharesAWord),
  ];
}

const knownSex = (sex: string | null): string | null => (sex === "male" || sex === "female" ? sex : null);
/** "Smith-Jones" agrees with "Smith", "Ann Marie" with "Marie", "Jon" with "Jonathan". */
function sharesAWord(a: string, b: string): boolean {
  const theirs = fold(b).split(" ");
  return fold(a).split(" ").some((mine) => theirs.some((each) => each === mine || (mine.length > 1 && each.length > 1 && (each.startsWith(mine) || mine.startsWith(each)))));
}
