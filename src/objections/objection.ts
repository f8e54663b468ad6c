/** An objection as access reads it: how it stands, and one thing that it is about. Pure. */
import type { ObjectionScope } from "./scope.ts";

/**
 * `lodged`: received, nothing closed. `interim`: restricted while it is considered
 * (Article 18(1)(d)), authors still see what they wrote. `upheld`: closed to all.
 * `not-upheld`: sharing goes on, with grounds. `withdrawn`: by the person. `closed`:
 * nobody could be identified, or it was carried to a person whose it is not.
 */
export const OBJECTION_STATES = ["lodged", "interim", "upheld", "not-upheld", "withdrawn", "closed"] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** One part of one case; a case with three parts is three of these. */
export type Objection = {
  readonly personId: string;
  readonly objectionId: string;
  /** Counts the steps of one case, from 1. */
  readonly revision: number;
  readonly state: ObjectionState;
  readonly scope: ObjectionScope;
  readonly recordedAt: Date;
};

/** True while the objection closes what it is about. */
export function isInForce(objection: Pick<Objection, "state">): boolean {
  return objection.state === "upheld" || objection.state === "interim";
}
