/**
 * An objection as a case (governance.md 4.5): which step may follow which, and what each must
 * say. Pure. No sequence of steps reaches a decision without a checked identity, a safety
 * assessment and a registered clinician who was asked by name; none restricts
 * anything before the identity is checked.
 */
import { isRefusal, type Refusal } from "#platform";
import type { Decider } from "./decider.ts";
import type { ObjectionState } from "./objection.ts";
import { incomplete, notTheReviewer, stepCannotFollow, widerThanAsked } from "./problems.ts";
import { distinctScopes, isWithin, scopeKey, type ObjectionScope } from "./scope.ts";

export const CASE_STEPS = [
  "lodged", "identity-confirmed", "not-identified", "interim", "information-requested", "information-received", "review-asked", "safety-assessed",
  "upheld", "partly-upheld", "not-upheld", "notified", "reviewed", "withdrawn", "carry-kept", "carry-ended",
] as const;
export type CaseStepName = (typeof CASE_STEPS)[number];
export type Outcome = "upheld" | "partly-upheld" | "not-upheld";

export const CHANNELS = ["person", "gp-practice", "provider"] as const;
export type Channel = (typeof CHANNELS)[number];

/** How the person may be reached without harm: the record's own address is never used. */
export type Contact = { readonly name: string; readonly where: string; /** Nothing may be sent there: they ask, or are told in person. */ readonly doNotWrite: boolean };

/** What the clinician has considered before deciding (OPT-07). Every field is in own words; none may be left out. */
export type SafetyAssessment = {
  /** Is safe individual care still possible without sharing? */
  readonly safeCare: "yes" | "with-measures" | "no";
  readonly allergies: string;
  readonly anticoagulants: string;
  readonly emergencies: string;
  readonly others: string;
  /** What makes it safe, for example a card that the person carries. */
  readonly measures: string;
};

/** What somebody does to a case. */
export type CaseAct =
  | { readonly step: "lodged"; readonly channel: Channel; readonly reference: string; readonly asked: readonly ObjectionScope[]; readonly words: string; readonly contact: Contact; /** When it was received, where that is earlier than now. */ readonly receivedAt?: Date }
  | { readonly step: "identity-confirmed"; readonly how: string; readonly words: string }
  | { readonly step: "not-identified" | "interim" | "information-received" | "carry-kept" | "carry-ended"; readonly words: string }
  | { readonly step: "information-requested"; readonly from: string; readonly words: string }
  | { readonly step: "review-asked"; readonly reviewer: { readonly id: string; readonly name: string }; readonly words: string }
  | { readonly step: "safety-assessed"; readonly decider: Decider; readonly assessment: SafetyAssessment }
  | { readonly step: Outcome; readonly decider: Decider; readonly words: string; readonly granted: readonly ObjectionScope[]; /** `2027-05-31`. */ readonly reviewOn: string }
  | { readonly step: "notified"; readonly letterId: string; readonly words: string }
  | { readonly step: "reviewed"; readonly reviewOn: string; readonly words: string }
  | { readonly step: "withdrawn"; readonly how: string; readonly words: string };

/** One step as kept. */
export type CaseStep = {
  readonly revision: number;
  readonly step: CaseStepName;
  readonly state: ObjectionState;
  readonly parts: readonly ObjectionScope[];
  readonly by: { readonly id: string; readonly name: string };
  readonly words: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
  readonly carriedFrom: string | null;
  /** When the link carried it; it holds for this person from then. */
  readonly carriedAt: Date | null;
};

/** A case of one person: all of its steps, the first first; never empty. */
export type ObjectionCase = { readonly personId: string; readonly objectionId: string; readonly steps: readonly CaseStep[] };

const OPEN_WORK = ["information-requested", "review-asked", "withdrawn"] as const;
/** A letter that was sent, or a carried case that is kept, leaves the case where it stands. */
const ASIDE = ["notified", "carry-kept"] as const;
const next: Readonly<Record<Exclude<CaseStepName, (typeof ASIDE)[number]>, readonly CaseStepName[]>> = {
  lodged: ["identity-confirmed", "not-identified", "withdrawn"],
  "identity-confirmed": ["interim", ...OPEN_WORK],
  "not-identified": [],
  interim: OPEN_WORK,
  "information-requested": ["information-received", "interim", "withdrawn"],
  "information-received": ["interim", ...OPEN_WORK],
  "review-asked": ["safety-assessed", "interim", ...OPEN_WORK],
  "safety-assessed": ["safety-assessed", "upheld", "partly-upheld", "not-upheld", "interim", ...OPEN_WORK],
  upheld: ["reviewed", "review-asked", "withdrawn"],
  "partly-upheld": ["reviewed", "review-asked", "withdrawn"],
  "not-upheld": ["reviewed", "review-asked", "withdrawn"],
  reviewed: ["reviewed", "review-asked", "withdrawn"],
  withdrawn: [],
  "carry-ended": [],
};

const DECISIONS: readonly CaseStepName[] = ["upheld", "partly-upheld", "not-upheld"];
const ENDED: readonly CaseStepName[] = ["not-identified", "withdrawn", "carry-ended"];

/** Where a case stands in its work. */
export function standsAt(objection: ObjectionCase): keyof typeof next {
  return objection.steps.map((each) => each.step).findLast((step): step is keyof typeof next => step !== "notified" && step !== "carry-kept") ?? "lodged";
}

export const stateOf = (objection: ObjectionCase): ObjectionState => objection.steps.at(-1)!.state;
export const partsOf = (objection: ObjectionCase): readonly ObjectionScope[] => objection.steps.at(-1)!.parts;
export const askedOf = (objection: ObjectionCase): readonly ObjectionScope[] => objection.steps[0]!.parts;
export const isEnded = (objection: ObjectionCase): boolean => ENDED.includes(standsAt(objection));
/** The last decision, if any. */
export const decisionOf = (objection: ObjectionCase): CaseStep | null => objection.steps.findLast((each) => DECISIONS.includes(each.step)) ?? null;
/** True until a decision; again while a review by a clinician goes on. */
export const awaitsDecision = (objection: ObjectionCase): boolean => {
  const asked = objection.steps.findLastIndex((each) => each.step === "review-asked");
  return !isEnded(objection) && (decisionOf(objection) === null || asked > objection.steps.lastIndexOf(decisionOf(objection)!));
};
/** Who was asked last to assess and decide. */
export const reviewerOf = (objection: ObjectionCase): { id: string; name: string } | null => (objection.steps.findLast((each) => each.step === "review-asked")?.details["reviewer"] as { id: string; name: string } | undefined) ?? null;
/** True while a link carried it here and nobody has said whether it holds for this person. */
export const isCarried = (objection: ObjectionCase): boolean => objection.steps.findLastIndex((each) => each.carriedFrom !== null) > objection.steps.findLastIndex((each) => each.step === "carry-kept" || each.step === "carry-ended");
/** When the request was received: its clock starts there. */
export const receivedAt = (objection: ObjectionCase): Date => new Date((objection.steps[0]!.details["receivedAt"] as string | undefined) ?? objection.steps[0]!.at);
export const referenceOf = (objection: ObjectionCase): string => String(objection.steps[0]!.details["reference"] ?? objection.objectionId.slice(0, 8));
export const contactOf = (objection: ObjectionCase): Contact => (objection.steps[0]!.details["contact"] as Contact | undefined) ?? { name: "", where: "", doNotWrite: true };
export const isIdentified = (objection: ObjectionCase): boolean => objection.steps.some((each) => each.step === "identity-confirmed" || DECISIONS.includes(each.step));

/** True when the step may come next. A new case starts as `lodged`, and only so. */
export function mayFollow(objection: ObjectionCase | null, step: CaseStepName): boolean {
  if (objection === null) return step === "lodged";
  if (standsAt(objection) === "carry-ended") return false;
  if (step === "carry-kept" || step === "carry-ended") return isCarried(objection);
  if (step === "notified") return true;
  return next[standsAt(objection)].includes(step);
}

/** The steps that may come next, in their usual order. */
export const nextSteps = (objection: ObjectionCase): readonly CaseStepName[] => CASE_STEPS.filter((step) => mayFollow(objection, step));

const FEWEST = 5;
const FEWEST_GROUNDS = 20;
const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/**
 * The step that an act makes of a case.
 * @param by who acts; for an assessment and a decision the decider themselves
 * @returns the step; refuses `objections.step-cannot-follow`, `objections.incomplete`, `objections.not-the-reviewer`, `objections.wider-than-asked`
 */
export function takeNext(objection: ObjectionCase | null, act: CaseAct, by: { readonly id: string; readonly name: string }, at: Date): CaseStep | Refusal {
  if (!mayFollow(objection, act.step)) return stepCannotFollow(objection === null ? null : standsAt(objection), act.step);
  const said = contentOf(objection, act);
  if (isRefusal(said)) return said;
  const who = "decider" in act ? { id: act.decider.id, name: act.decider.name } : { id: by.id, name: by.name };
  return { revision: (objection?.steps.at(-1)!.revision ?? 0) + 1, step: act.step, state: stateAfter(objection, act.step), parts: said.parts ?? partsOf(objection!), by: who, words: said.words, details: said.details ?? {}, at, carriedFrom: null, carriedAt: null };
}

/** What access reads from this step on: work on a case changes nothing, only restriction, decision and end do. */
function stateAfter(objection: ObjectionCase | null, step: CaseStepName): ObjectionState {
  if (objection === null) return "lodged";
  if (step === "interim") return stateOf(objection) === "upheld" ? "upheld" : "interim";
  if (step === "upheld" || step === "partly-upheld") return "upheld";
  if (step === "not-upheld" || step === "withdrawn") return step;
  if (step === "not-identified" || step === "carry-ended") return "closed";
  return stateOf(objection);
}

type Content = { words: string; parts?: readonly ObjectionScope[]; details?: Readonly<Record<string, unknown>> };

function contentOf(objection: ObjectionCase | null, act: CaseAct): Content | Refusal {
  if (act.step === "safety-assessed") return assessed(objection!, act);
  const words = act.words.trim();
  const lacking = words.length < FEWEST ? incomplete("words", "Say why, in a few words.") : null;
  switch (act.step) {
    case "lodged": {
      const parts = distinctScopes(act.asked);
      if (parts.length === 0) return incomplete("parts", "Say what the person objects to.");
      if (act.contact.name.trim() === "") return incomplete("contact", "Say who the person is, and how to reach them.");
      return { words, parts, details: { channel: act.channel, reference: act.reference, contact: act.contact, ...(act.receivedAt !== undefined && { receivedAt: act.receivedAt.toISOString() }) } };
    }
    case "identity-confirmed":
      if (act.how === "") return incomplete("how", "Say how the identity was checked.");
      return lacking ?? { words, details: { how: act.how } };
    case "withdrawn":
      // Whoever could withdraw for somebody else could open their record.
      if (act.how === "") return incomplete("how", "Say how it was checked that the person themselves withdraws.");
      return lacking ?? { words, details: { how: act.how } };
    case "information-requested":
      if (act.from.trim() === "") return incomplete("from", "Say who was asked.");
      return lacking ?? { words, details: { from: act.from.trim() } };
    case "review-asked":
      return { words, details: { reviewer: { id: act.reviewer.id, name: act.reviewer.name } } };
    case "upheld":
    case "partly-upheld":
    case "not-upheld":
      return decided(objection!, act);
    case "notified":
      return { words, details: { letterId: act.letterId } };
    case "reviewed":
      if (!isDay(act.reviewOn)) return incomplete("reviewOn", "Enter the day of the next review.");
      return lacking ?? { words, details: { reviewOn: act.reviewOn } };
    default:
      return lacking ?? { words };
  }
}

function assessed(objection: ObjectionCase, { decider, assessment }: Extract<CaseAct, { step: "safety-assessed" }>): Content | Refusal {
  if (reviewerOf(objection)?.id !== decider.id) return notTheReviewer();
  if (!["yes", "with-measures", "no"].includes(assessment.safeCare)) return incomplete("safeCare", "Say whether safe care is still possible.");
  for (const field of ["allergies", "anticoagulants", "emergencies", "others"] as const) if (assessment[field].trim().length < FEWEST) return incomplete(field, "Every part of the safety assessment must be answered in words.");
  if (assessment.safeCare === "with-measures" && assessment.measures.trim().length < FEWEST) return incomplete("measures", "Say which measures make it safe.");
  return { words: "", details: { assessment, decider: signatureOf(decider) } };
}

function decided(objection: ObjectionCase, { step, decider, words, granted, reviewOn }: Extract<CaseAct, { step: Outcome }>): Content | Refusal {
  if (reviewerOf(objection)?.id !== decider.id) return notTheReviewer();
  if (words.trim().length < FEWEST_GROUNDS) return incomplete("words", step === "not-upheld" ? "Give the compelling legitimate grounds, in words that the person can read." : "Give the reasons for the decision, in words that the person can read.");
  if (!isDay(reviewOn)) return incomplete("reviewOn", "Enter the day on which the decision will be reviewed.");
  const asked = askedOf(objection);
  const parts = step === "partly-upheld" ? distinctScopes(granted) : asked;
  if (parts.length === 0) return incomplete("parts", "Say which parts are upheld.");
  if (!isWithin(parts, asked)) return widerThanAsked();
  if (step === "partly-upheld" && new Set(parts.map(scopeKey)).symmetricDifference(new Set(asked.map(scopeKey))).size === 0) return incomplete("parts", "This grants everything that was asked: choose upheld.");
  return { words: words.trim(), parts, details: { reviewOn, decider: signatureOf(decider) } };
}

const signatureOf = ({ roleName, organisationName, registration }: Decider): Readonly<Record<string, string>> => ({ roleName, organisationName, registration });
