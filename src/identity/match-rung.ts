/** The last rung of the ladder: details compared, where no verified number decides. */
import type { Comparison, FieldEvidence, Guard, Matcher, MatchRecord } from "./match/index.ts";
import type { Doubt, Evidence, ReviewKind } from "./evidence.ts";
import { matchRecordOf } from "./match-record.ts";
import { numberRung } from "./number-rung.ts";
import type { SourcePatient } from "./source-patient.ts";

export type MatchRung = {
  link: { personId: string; sourcePatientId: string; evidence: readonly Evidence[]; weight: number } | null;
  reason: string;
  review: readonly Doubt[];
};

type Compared = { other: SourcePatient; comparison: Comparison; evidence: () => Evidence[] };
/** One person who may be meant: the source patient that fits best, and whether every other one of theirs allows it. */
type Candidate = { personId: string; members: readonly Compared[]; best: Compared; against: Compared | null };

/**
 * Which person the details name. Each candidate is a whole person: all source
 * patients linked to them are compared, a guard of any of them holds, and one
 * that speaks against the link makes it a review. More than one person who fits
 * is a review too, whoever came first.
 * @param others everyone who may be meant, each person whole
 */
export function matchRung(matcher: Matcher, me: SourcePatient, others: readonly SourcePatient[], current: (nhsNumber: string) => string = (same) => same): MatchRung {
  const compare = comparer(matcher, me, current);
  const candidates = [...Map.groupBy(others.filter((each) => each.sourcePatientId !== me.sourcePatientId), (each) => each.personId)]
    .map(([personId, members]) => candidateOf(matcher, personId, members.map(compare)))
    .sort((a, b) => b.best.comparison.weight - a.best.comparison.weight || (a.personId < b.personId ? -1 : 1));
  const [first, second] = candidates;
  if (first === undefined) return { link: null, reason: "nobody alike", review: [] };
  const { band, why } = matcher.band(first.best.comparison, second?.best.comparison ?? null);
  if (band === "apart") return { link: null, reason: why, review: [] };
  const doubt = (each: Candidate, kind: Doubt["kind"], reason: string): Doubt => ({ personId: each.personId, sourcePatientId: each.best.other.sourcePatientId, kind, reason, evidence: each.best.evidence(), weight: each.best.comparison.weight });
  const contender = band === "link" && first.against === null ? contenderFor(matcher, first, candidates, current) : null;
  if (contender !== null) {
    const reason = `${first.best.other.organisation}'s record fits ${contender.best.other.organisation}'s as well, and the two cannot be one person`;
    return { link: null, reason, review: [doubt(first, "ambiguous", reason)] };
  }
  if (band === "link" && first.against === null) {
    return { link: { personId: first.personId, sourcePatientId: first.best.other.sourcePatientId, evidence: first.best.evidence(), weight: first.best.comparison.weight }, reason: why, review: [] };
  }
  if (band === "link") {
    return { link: null, reason: "a part of that person's record disagrees", review: [doubt(first, "probable", `${first.best.other.organisation} agrees, ${first.against!.other.organisation} of the same person does not`)] };
  }
  // Review: the best, and the second where it is the second that stands in the way.
  const isRival = second !== undefined && matcher.band(second.best.comparison, null).band !== "apart";
  return { link: null, reason: why, review: isRival ? [doubt(first, "ambiguous", why), doubt(second, "ambiguous", why)] : [doubt(first, kindOf(first.best.comparison), why)] };
}

/**
 * Another person whom the best candidate fits as well as it fits me, where that
 * other and I cannot be one: asked from the candidate's side, it would be a
 * doubt, and it must not matter who asks.
 */
function contenderFor(matcher: Matcher, { best, personId }: Candidate, candidates: readonly Candidate[], current: (nhsNumber: string) => string): Candidate | null {
  const rivals = candidates.filter((each) => each.personId !== personId && each.members.some((member) => speaksAgainst(matcher, member.comparison)));
  if (rivals.length === 0) return null;
  const compare = comparer(matcher, best.other, current);
  return rivals.find((rival) => rival.members.some((member) => matcher.band(best.comparison, compare(member.other).comparison).band !== "link")) ?? null;
}

function candidateOf(matcher: Matcher, personId: string, members: readonly Compared[]): Candidate {
  const compared = [...members].sort((a, b) => b.comparison.weight - a.comparison.weight || (a.other.sourcePatientId < b.other.sourcePatientId ? -1 : 1));
  const best = compared[0]!;
  return { personId, members: compared, best, against: compared.find((each) => each !== best && speaksAgainst(matcher, each.comparison)) ?? null };
}

/** Compares one source patient with others; words and values of the evidence are made when somebody asks for them. */
function comparer(matcher: Matcher, me: SourcePatient, current: (nhsNumber: string) => string): (other: SourcePatient) => Compared {
  const myRecord = matchRecordOf(me, current);
  const mine = matcher.prepare(myRecord);
  return (other) => {
    const theirRecord = matchRecordOf(other, current);
    const comparison = matcher.compare(mine, matcher.prepare(theirRecord));
    return { other, comparison, evidence: () => comparison.evidence.map((each) => withValues(matcher, each, myRecord, theirRecord)) };
  };
}

/** Evidence with what both sides said, by the attribute that the field is about. */
function withValues(matcher: Matcher, { field, verdict, weight, words }: FieldEvidence, mine: MatchRecord, theirs: MatchRecord): Evidence {
  const attribute = matcher.spec.attributes[matcher.spec.fields.find((each) => each.name === field)?.needs[0] ?? ""];
  const valuesOf = (record: MatchRecord): string | null => [...new Set((attribute?.from ?? []).flatMap((name) => record[name] ?? []))].join(", ") || null;
  return { field, mine: valuesOf(mine), theirs: valuesOf(theirs), verdict, weight, words };
}

/** A guard, or details that together speak against one person. Details that are missing speak for nothing. */
const speaksAgainst = (matcher: Matcher, comparison: Comparison): boolean => conflictsOf(matcher, comparison).length > 0 || comparison.weight < 0;

/** Guards that hold because something differs; one that holds because something is missing keeps from linking by it and is no conflict. */
function conflictsOf(matcher: Matcher, comparison: Comparison): readonly Guard[] {
  if (comparison.guards.length === 0) return [];
  const ofAbsence = new Set(matcher.spec.guards.filter((guard) => Object.values(guard.when).some((levels) => levels.length === 1 && levels[0] === "unknown")).map((guard) => guard.name));
  return comparison.guards.filter((guard) => !ofAbsence.has(guard.name));
}

/** What kind of doubt a comparison leaves: the guards name it, or it is a matter of likelihood. */
const kindOf = (comparison: Comparison): ReviewKind =>
  comparison.guards.some((each) => each.name === "two numbers") ? "two-numbers" : comparison.guards.some((each) => each.name.startsWith("same number")) ? "number-conflict" : "probable";

/** True where everything that a source patient is linked to still allows it: no guard, nothing that speaks against it. */
export function stillFits(matcher: Matcher, me: SourcePatient, company: readonly SourcePatient[], current: (nhsNumber: string) => string = (same) => same): { conflict: Doubt | null; isLinkable: boolean } {
  const compared = company.map(comparer(matcher, me, current));
  const guarded = compared.find((each) => conflictsOf(matcher, each.comparison).length > 0);
  const conflict: Doubt | null = guarded === undefined ? null : {
    personId: guarded.other.personId, sourcePatientId: guarded.other.sourcePatientId, kind: kindOf(guarded.comparison),
    reason: conflictsOf(matcher, guarded.comparison).map((each) => each.words).join("; "), evidence: guarded.evidence(), weight: guarded.comparison.weight,
  };
  return { conflict, isLinkable: compared.some((each) => matcher.band(each.comparison, null).band === "link") && !compared.some((each) => speaksAgainst(matcher, each.comparison)) };
}

/** Whether given or family name of two source patients are alike to the region's comparison; without one, words alone tell. */
export function oneName(matcher: Matcher | null): ((me: SourcePatient, other: SourcePatient) => boolean) | undefined {
  if (matcher === null) return undefined;
  return (me, other) => {
    const { evidence } = matcher.compare(matcher.prepare(matchRecordOf(me)), matcher.prepare(matchRecordOf(other)));
    return evidence.some(({ field, verdict }) => (field === "given name" || field === "family name") && verdict !== "differs");
  };
}

/** True where a pair by itself still gives cause to ask: one number in conflict, or details that are neither enough nor too little. */
export function isDoubtful(matcher: Matcher | null, me: SourcePatient, other: SourcePatient, current: (nhsNumber: string) => string = (same) => same): boolean {
  if (numberRung(me, [other], current).review.length > 0) return true;
  return matcher !== null && matcher.band(comparer(matcher, me, current)(other).comparison, null).band !== "apart";
}
