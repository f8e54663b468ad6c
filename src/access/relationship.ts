/** Legitimate relationships: which kinds there are and how long each still opens a record. Pure. */
import type { RelationshipKind, RelationshipRules } from "#governance";

/** A relationship that a feed gave rise to. */
export type RelationshipFact = {
  readonly sourcePatientId: string;
  /** ODS code of the organisation that has to do with the person. */
  readonly organisation: string;
  readonly kind: RelationshipKind;
  readonly start: Date;
  /** `null` where the source gave no end. */
  readonly end: Date | null;
  /** Slug of the service, where the source named one. */
  readonly service: string | null;
  /** Plain words, for example `admitted to Medway Maritime`. */
  readonly words: string;
};

const DAY = 86_400_000;

/**
 * True when the relationship opens the record at `now`: from some days before
 * its start until some days after its end. Where the source gave no end, it
 * lasts as long as its kind usually does (an attendance), or until ended.
 */
export function isCurrent(relationship: Pick<RelationshipFact, "kind" | "start" | "end">, now: Date, rules: RelationshipRules): boolean {
  const rule = rules[relationship.kind];
  const at = now.getTime();
  if (at < relationship.start.getTime() - rule.beforeDays * DAY) return false;
  const end = relationship.end?.getTime() ?? (rule.openDays === null ? Infinity : relationship.start.getTime() + rule.openDays * DAY);
  return at <= end + rule.afterDays * DAY;
}
