import { refuse, type Refusal } from "#platform";
import type { ObjectionState } from "./objection.ts";

/** The state asked for cannot follow the one that the objection is in. */
export function stateCannotFollow(from: ObjectionState | null, to: ObjectionState): Refusal {
  return refuse("conflict", "objections.state-cannot-follow", `An objection cannot go from ${from ?? "nothing"} to ${to}.`, { from, to });
}

/** Someone else recorded a state in between. */
export function changedMeanwhile(): Refusal {
  return refuse("conflict", "objections.changed-meanwhile", "This objection was changed by someone else meanwhile. Look again before deciding.");
}
