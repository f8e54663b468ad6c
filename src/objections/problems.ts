import { refuse, type Refusal } from "#platform";
import type { CaseStepName } from "./case.ts";

/** The step asked for cannot follow the one that the case is at. */
export function stepCannotFollow(from: CaseStepName | null, to: CaseStepName): Refusal {
  return refuse("conflict", "objections.step-cannot-follow", `An objection cannot go from ${from ?? "nothing"} to ${to}.`, { from, to });
}

/** Someone else recorded a step in between. */
export function changedMeanwhile(): Refusal {
  return refuse("conflict", "objections.changed-meanwhile", "This objection was changed by someone else meanwhile. Look again before deciding.");
}

/** No case of this id for this person. */
export function noCase(): Refusal {
  return refuse("not-found", "objections.no-case", "There is no such objection.");
}

/** Something that this step must say is missing. */
export function incomplete(field: string, message: string): Refusal {
  return refuse("invalid", "objections.incomplete", message, { field });
}

/** Only the clinician who was asked assesses and decides. */
export function notTheReviewer(): Refusal {
  return refuse("forbidden", "objections.not-the-reviewer", "Another clinician was asked to decide this objection.");
}

/** The one who would decide is no clinician of the region's list. */
export function noDecider(message: string): Refusal {
  return refuse("forbidden", "objections.no-decider", message);
}

/** Nobody works on their own objection. */
export function ownCase(): Refusal {
  return refuse("forbidden", "objections.own-case", "This objection is about your own record. Somebody else has to deal with it.");
}

/** What would be granted goes beyond what was asked. */
export function widerThanAsked(): Refusal {
  return refuse("invalid", "objections.wider-than-asked", "A decision can grant what was asked for, or less. It cannot restrict more.", { field: "parts" });
}

/** Too many forms from one place, or in all. */
export function tooMany(): Refusal {
  return refuse("unavailable", "objections.too-many", "Too many forms have been sent from here. Try again in an hour, or ask your GP practice.");
}

/** The form was dealt with already. */
export function alreadyDealtWith(): Refusal {
  return refuse("conflict", "objections.already-dealt-with", "Somebody else has dealt with this form meanwhile.");
}
