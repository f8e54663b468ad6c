/** The code of practice on confidential information that professionals accept, in the region's words; and until when an acceptance holds (ACC-11). */
import { Type, type Static } from "typebox";
import { closed, Words } from "./fields.ts";
import type { Professional } from "./professional.ts";

export const ConfidentialityCodeSchema = Type.Object(
  {
    /** Kept with each acceptance: which words somebody accepted. */
    version: Words,
    title: Words,
    parts: Type.Array(Type.Object({ title: Words, points: Type.Array(Words, { minItems: 1 }) }, closed), { minItems: 1 }),
    /** What follows from breaking it. */
    consequence: Words,
    /** What is ticked. */
    statement: Words,
  },
  closed,
);

export type ConfidentialityCode = Readonly<Static<typeof ConfidentialityCodeSchema>>;

const DAY_MS = 86_400_000;

/**
 * Days since the duty of confidentiality was accepted last, in the register or in the product; `null` when it never was.
 * @param day today's calendar date in the region's zone, `2026-11-21`
 */
export function daysSinceAccepted(professional: Pick<Professional, "confidentialityAcceptedDaysAgo"> | undefined, acceptedHere: Date | null, day: string): number | null {
  // An acceptance just after midnight may stand in the day before by UTC, never in the day after: nobody is bound for longer than the rule says.
  const here = acceptedHere === null ? null : Math.max(0, Math.round((Date.parse(day) - Date.parse(acceptedHere.toISOString().slice(0, 10))) / DAY_MS));
  const registered = professional?.confidentialityAcceptedDaysAgo ?? null;
  return here === null ? registered : registered === null ? here : Math.min(here, registered);
}

/** True while the last acceptance is not older than the region allows. */
export function confidentialityInDate(professional: Pick<Professional, "confidentialityAcceptedDaysAgo"> | undefined, acceptedHere: Date | null, validDays: number, day: string): boolean {
  const since = daysSinceAccepted(professional, acceptedHere, day);
  return since !== null && since <= validDays;
}
