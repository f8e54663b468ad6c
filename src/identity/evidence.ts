/** What was compared and what came of it: the words that a reviewer and the journal keep. */

/** One field compared, in words that a reviewer reads. */
export type Evidence = {
  field: string;
  mine: string | null;
  theirs: string | null;
  verdict: "agrees" | "similar" | "differs" | "unknown";
  /** log2 of the odds that this field speaks for or against one person; `null` where no comparison was weighed. */
  weight?: number | null;
  /** For example "Jon is a short form of Jonathan". */
  words?: string;
};

/**
 * Why a human must look: `number-conflict`, one number and something weighty
 * differs; `two-numbers`, all else agrees but the numbers differ; `probable`,
 * likely one person but not sure; `ambiguous`, more than one person fits;
 * `said-not-same`, a reader of the record said so; `source-disputes`, a source
 * joins two whom a named person has held apart.
 */
export type ReviewKind = "number-conflict" | "two-numbers" | "probable" | "ambiguous" | "said-not-same" | "source-disputes";

/** A source patient that may be the same person, or must not be, for a human to look at. */
export type Doubt = { sourcePatientId: string; personId: string; kind: ReviewKind; reason: string; evidence: readonly Evidence[]; weight: number | null };
