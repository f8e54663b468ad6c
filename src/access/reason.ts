/** Stating a reason to open a record where no relationship is known (ACC-05, ACC-06). Pure. */
import type { Actor } from "#decision";
import type { Region } from "#governance";
import { isRefusal, type Refusal } from "#platform";
import { reasonWithoutWords, unknownReason } from "./problems.ts";
import type { ReasonRecord } from "./store.ts";

/** What the professional filled in. */
export type ReasonForm = {
  /** Id of one of the region's reasons. */
  readonly reason: string;
  readonly words: string;
  readonly service?: string | null;
};

/** Fewer characters than this explain nothing to whoever reviews the reason. */
const FEWEST = 5;

/**
 * Checks a stated reason and says how long it lasts.
 * @returns the row for `recordReason`; refuses `access.unknown-reason`, `access.reason-without-words`
 */
export function makeReason(region: Region, actor: Actor, personId: string, reasonId: string, form: ReasonForm, now: Date): ReasonRecord | Refusal {
  const chosen = region.rules.reasons.find((each) => each.id === form.reason);
  if (chosen === undefined) return unknownReason(form.reason);
  const words = form.words.trim();
  if (words.length < FEWEST) return reasonWithoutWords();
  return {
    personId,
    reasonId,
    professionalId: actor.id,
    organisation: actor.organisation,
    kind: chosen.kind,
    reasonCode: chosen.id,
    words: `${chosen.words}: ${words}`,
    service: form.service ?? null,
    givenAt: now,
    until: new Date(now.getTime() + region.rules.reasonLastsHours * 3_600_000),
  };
}

/** True when `makeReason` answered with a row. */
export function isReason(answer: ReasonRecord | Refusal): answer is ReasonRecord {
  return !isRefusal(answer);
}
