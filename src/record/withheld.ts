/** What a decision keeps back entry by entry, as a condition of the statements that read: filtered before anything is counted. */
import type { AccessDecision } from "#decision";

/**
 * The condition, to be put behind another one, and its values; nothing where nothing is kept back, so that
 * the statements of nearly everybody stay as they are (counts come from the index alone).
 * @param next the number of the first parameter that is free
 */
export function unlessWithheld({ withheld }: Pick<AccessDecision, "withheld">, next: number, row: "r" | "h" = "r"): { readonly and: string; readonly values: readonly unknown[] } {
  if (withheld === null) return { and: "", values: [] };
  return {
    and: ` and ${row}.resource_key <> all($${next}::uuid[]) and not exists (select 1 from unnest($${next + 1}::uuid[], $${next + 2}::text[]) w(home, section) where w.home = ${row}.source_patient_id and w.section = ${row}.section)`,
    values: [withheld.items, withheld.sections.map((each) => each.sourcePatientId), withheld.sections.map((each) => each.section)],
  };
}

/** Whether what a source said of a whole section is kept back with it. */
export const isSectionWithheld = ({ withheld }: Pick<AccessDecision, "withheld">, sourcePatientId: string, section: string): boolean => withheld !== null && withheld.sections.some((each) => each.sourcePatientId === sourcePatientId && each.section === section);
