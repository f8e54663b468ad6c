import { makeDecision } from "#decision/make";
import type { AccessDecision } from "#decision";
import type { SectionId } from "#standards";

/**
 * A decision about less: only these source patients and sections of those that it
 * allows. Never more, whatever is asked for, so that who narrows needs no right.
 */
export function narrowed(decision: AccessDecision, to: { readonly sourcePatientIds?: readonly string[]; readonly sections?: ReadonlySet<SectionId> }): AccessDecision {
  const { sourcePatientIds, sections } = to;
  return makeDecision({
    ...decision,
    sourcePatientIds: sourcePatientIds === undefined ? decision.sourcePatientIds : decision.sourcePatientIds.filter((each) => sourcePatientIds.includes(each)),
    sections: sections === undefined ? decision.sections : new Set([...decision.sections].filter((each) => sections.has(each))),
  });
}
