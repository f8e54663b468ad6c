/**
 * The linking ladder: verified number and date of birth; a number in conflict
 * never; then the details. Pure: everything that decides is an argument.
 */
import { VERIFIED } from "#standards";
import type { Doubt, Evidence } from "./evidence.ts";
import type { ApartKind } from "./keep-apart.ts";
import type { Matcher } from "./match/index.ts";
import { matchRung, oneName, stillFits } from "./match-rung.ts";
import { numberRung } from "./number-rung.ts";
import type { SourcePatient } from "./source-patient.ts";

/** What a link is decided from. */
export type LinkMatter = {
  me: SourcePatient;
  /** Who carries the same number, and who is alike: every person whole, without `me`. */
  others: readonly SourcePatient[];
  /** Whom `me` must never be linked to. */
  apart?: ReadonlyMap<string, ApartKind>;
  /** The number that stands today for a superseded one. */
  current?: (nhsNumber: string) => string;
  /** Compares details; `null`: the region has no comparison specification, and the number alone links. */
  matcher: Matcher | null;
};

export type LinkDecision = {
  /** The person to belong to; `null`: a person of its own. */
  personId: string | null;
  by: "number" | "match" | null;
  reason: string;
  evidence: readonly Evidence[];
  weight: number | null;
  /** For a human to look at. */
  review: readonly Doubt[];
};

/** Which person a source patient belongs to by what is known of it, as if it came first. */
export function decideLink({ me, others, apart = new Map(), current, matcher }: LinkMatter): LinkDecision {
  const alone = (reason: string, review: readonly Doubt[] = []): LinkDecision => ({ personId: null, by: null, reason, evidence: [], weight: null, review });
  if (me.sealed) return alone("a sealed identity");
  // Kept apart from one, kept apart from the whole person; of a sealed identity not even a doubt may be seen.
  const closed = new Set(others.filter((each) => each.sealed || apart.has(each.sourcePatientId)).map((each) => each.personId));
  const allowed = others.filter((each) => each.sourcePatientId !== me.sourcePatientId && !closed.has(each.personId));
  const number = numberRung(me, allowed, current, oneName(matcher));
  if (number.link !== null) return { personId: number.link.personId, by: "number", reason: number.reason, evidence: number.link.evidence, weight: null, review: number.review };
  // A number in conflict, or one that two people hold, is a human's to settle: details do not outvote it.
  if (number.review.length > 0 || matcher === null) return alone(number.reason, number.review);
  const match = matchRung(matcher, me, allowed, current);
  if (match.link !== null) return { personId: match.link.personId, by: "match", reason: match.reason, evidence: match.link.evidence, weight: match.link.weight, review: [] };
  return alone(match.reason === "nobody alike" ? number.reason : match.reason, match.review);
}

/** How the present link of a source patient came about decides what may end it. */
export type Standing = { kind: "first" | "number" | "match" | "source" | "person"; company: readonly SourcePatient[] };

/**
 * What becomes of a link that stands, after the source said something else:
 * `stay`, `leave` for a person of its own or another, or stay and let a human look.
 * A named person's act and a source's own merge hold until a named person says
 * otherwise; a link by number ends with its ground unless the details still carry
 * it; a link by details ends where something now speaks against it, or where
 * somebody came who fits as well: whoever came first has no better claim.
 */
export function settleLink(matter: LinkMatter, standing: Standing): LinkDecision & { stays: boolean } {
  const { me, matcher, current } = matter;
  const decided = decideLink(matter);
  if (standing.company.length === 0) return { ...decided, stays: decided.personId === null };
  const here = me.personId;
  const fits = matcher === null ? { conflict: null, isLinkable: false } : stillFits(matcher, me, standing.company, current);
  const byNumber = numberRung(me, standing.company, current, oneName(matcher));
  const conflicts = [...byNumber.review, ...(byNumber.link === null && fits.conflict !== null ? [fits.conflict] : [])];
  if (standing.kind === "source" || standing.kind === "person") return { ...decided, personId: here, stays: true, review: conflicts.length > 0 ? conflicts : [] };
  if (decided.by === "number") return { ...decided, stays: decided.personId === here };
  if (conflicts.length > 0) return { ...decided, personId: null, by: null, stays: false, review: [...decided.review, ...conflicts.filter((each) => !decided.review.some((known) => known.sourcePatientId === each.sourcePatientId))] };
  const isRivalled = standing.kind === "match" && decided.review.some((each) => each.kind === "ambiguous" && each.personId === here) && decided.review.some((each) => each.kind === "ambiguous" && each.personId !== here);
  if (isRivalled || (standing.kind === "match" && decided.by === "match" && decided.personId !== here)) return { ...decided, stays: false };
  if (standing.kind === "match" || fits.isLinkable) return { ...decided, personId: here, stays: true, review: decided.review };
  return { ...decided, stays: false };
}

export { VERIFIED };
export type { Doubt, Evidence, ReviewKind } from "./evidence.ts";
