import type { SectionId } from "#standards";

/**
 * `lodged`: received, nothing decided, nothing closed yet. `interim`: closed
 * while it is considered. `upheld`: closed. `not-upheld`: sharing goes on, with
 * grounds. `withdrawn`: by the person.
 */
export const OBJECTION_STATES = ["lodged", "interim", "upheld", "not-upheld", "withdrawn"] as const;
export type ObjectionState = (typeof OBJECTION_STATES)[number];

/** What is objected to (OPT-05). */
export type ObjectionScope =
  | { readonly kind: "everything" }
  /** What one organisation supplied. */
  | { readonly kind: "organisation"; readonly odsCode: string }
  | { readonly kind: "section"; readonly section: SectionId };

export type Objection = {
  readonly personId: string;
  readonly objectionId: string;
  /** Counts the states of one objection, from 1. */
  readonly revision: number;
  readonly state: ObjectionState;
  readonly scope: ObjectionScope;
  /** Who recorded or decided this state: a professional's id. */
  readonly decidedBy: string;
  readonly words: string;
  readonly recordedAt: Date;
};

/** True while the objection closes what it is about. */
export function isInForce(objection: Pick<Objection, "state">): boolean {
  return objection.state === "upheld" || objection.state === "interim";
}

/** Which state may follow which. A decision can be reviewed; nothing returns to `lodged`. */
const next: Readonly<Record<ObjectionState, readonly ObjectionState[]>> = {
  lodged: ["interim", "upheld", "not-upheld", "withdrawn"],
  interim: ["upheld", "not-upheld", "withdrawn"],
  upheld: ["not-upheld", "withdrawn"],
  "not-upheld": ["interim", "upheld", "withdrawn"],
  withdrawn: [],
};

/** True when `to` may follow `from`; a new objection starts as `lodged` or, where the region closes at once, `interim`. */
export function mayFollow(from: ObjectionState | null, to: ObjectionState): boolean {
  return from === null ? to === "lodged" || to === "interim" : next[from].includes(to);
}
