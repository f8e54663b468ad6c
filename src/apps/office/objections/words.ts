/** The English of the objections office. */
import type { Region } from "#governance";
import type { CaseStepName, Channel, LetterKind, ObjectionScope, ObjectionState, SafetyAssessment } from "#objections";
import { sectionTitle } from "#standards";

export const STEPS: Readonly<Record<CaseStepName, string>> = {
  lodged: "Lodged", "identity-confirmed": "Identity confirmed", "not-identified": "Closed: nobody could be identified", interim: "Held back while it is considered", "information-requested": "Information asked for", "information-received": "Information received", "review-asked": "With a clinician",
  "safety-assessed": "Safety assessed", upheld: "Upheld", "partly-upheld": "Partly upheld", "not-upheld": "Not upheld", notified: "Letter sent", reviewed: "Reviewed", withdrawn: "Withdrawn", "carry-kept": "Holds for this person too", "carry-ended": "Ended: not this person's",
};
/** What it means for readers, in the list. */
export const EFFECT: Readonly<Record<ObjectionState, string>> = { lodged: "nothing held back", interim: "held back, authors see their own", upheld: "closed", "not-upheld": "shared", withdrawn: "shared", closed: "shared" };
export const CHANNELS: Readonly<Record<Channel, string>> = { person: "by the person, on the public page", "gp-practice": "with a GP practice", provider: "with a provider" };
export const LETTER_NAMES: Readonly<Record<LetterKind, string>> = { acknowledgement: "Acknowledgement", "information-request": "Request for information", upheld: "Outcome: upheld", "partly-upheld": "Outcome: partly upheld", "not-upheld": "Outcome: not upheld", "not-identified": "Could not go on", withdrawn: "Taken back" };
export const SAFE_CARE: Readonly<Record<SafetyAssessment["safeCare"], string>> = { yes: "Yes", "with-measures": "Yes, with measures", no: "No" };
export const HOW = ["A document with a photograph was seen", "Known to the practice, confirmed in person", "Called back on a number that the practice holds", "NHS login, identity proved", "Power of attorney or parental responsibility, document seen"] as const;

/** What an objection is about, for an officer. */
export function scopeWords(region: Pick<Region, "organisation">, parts: readonly ObjectionScope[]): string {
  const name = (odsCode: string): string => region.organisation(odsCode)?.name ?? odsCode;
  return parts.map((part) => (part.kind === "everything" ? "Everything" : part.kind === "organisation" ? `Data of ${name(part.odsCode)}` : part.kind === "viewer" ? `${name(part.odsCode)} as reader` : part.kind === "section" ? sectionTitle(part.section) : "One entry")).join(" · ");
}
