/** Periods that a list or chart may be narrowed to, and what may be said where nothing lies in one. */
import { maySee, type AccessDecision } from "#decision";
import type { SectionId } from "#standards";
import { statesOf } from "./coverage.ts";
import { headlineOf } from "./headline.ts";
import type { PersonInputs } from "./inputs.ts";

export type Period = { readonly id: string; readonly title: string; /** `null`: all of it. */ readonly days: number | null };

export const RECENT_PERIODS = [{ id: "30d", title: "30 days", days: 30 }, { id: "90d", title: "90 days", days: 90 }, { id: "1y", title: "1 year", days: 365 }, { id: "all", title: "All", days: null }] as const satisfies readonly Period[];
export const TREND_PERIODS = [{ id: "1m", title: "1 month", days: 31 }, { id: "6m", title: "6 months", days: 183 }, { id: "1y", title: "1 year", days: 365 }, { id: "5y", title: "5 years", days: 1826 }, { id: "all", title: "All", days: null }] as const satisfies readonly Period[];

const DAY = 86_400_000;

/** Where a period begins: with a day, so that a page is the same all day long. */
export const sinceOf = ({ days }: Period, now: Date): Date | null => (days === null ? null : new Date(Math.floor(now.getTime() / DAY) * DAY - days * DAY));

/** What must stand beside a list that a source or policy may have left short: the section's own cautions, and that of policy. */
export function shortfalls(inputs: PersonInputs, section: SectionId): readonly string[] {
  const { decision } = inputs;
  if (!maySee(decision, section)) return [];
  return [...new Set([...headlineOf(section, statesOf(inputs, section, undefined), 1, decision, inputs.now).cautions, ...policyCaution(decision, section)])];
}

/** That some is kept back, where policy could keep some back; whether or not any is. */
function policyCaution(decision: Pick<AccessDecision, "mayWithhold" | "askedNotToShare">, section: SectionId): readonly string[] {
  if (decision.askedNotToShare) return ["Some information may not be shown for your role, or at the person's request"];
  return decision.mayWithhold.has(section) ? ["Some information may not be shown for your role"] : [];
}
