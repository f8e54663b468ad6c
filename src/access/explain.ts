/** Why a professional may, or may not, open a person's record: for the policy office, in words. Pure. */
import type { AccessDecision } from "#decision";
import type { Region } from "#governance";
import type { Refusal } from "#platform";
import type { Reader, Standing } from "./derive.ts";
import type { AccessRequest } from "./facts.ts";

/** All that applied, the deciding one first, and the facts that policies were asked with. */
export type Explanation = {
  readonly answer: AccessDecision | Refusal;
  readonly applied: readonly { readonly policy: string; readonly effect: "permit" | "forbid"; readonly words: string }[];
  readonly facts: Readonly<Record<string, string>>;
};

/** The facts of a decision, for whoever has to explain it. */
export function factsInWords(region: Region, { actor, purpose }: AccessRequest, reader: Reader, standing: Standing): Record<string, string> {
  const yes = (value: boolean): string => (value ? "yes" : "no");
  return {
    "In the register of professionals, in this role, at this organisation": yes(reader.known),
    "Strength of sign-in": `${reader.assurance}, at least ${region.rules.minimumAssurance} is needed`,
    "Organisation onboarded": yes(reader.organisation.onboarded),
    [`Sharing agreement for ${region.purpose(purpose)?.name.toLowerCase() ?? purpose}`]: reader.organisation.agreement.replaceAll("-", " "),
    "Organisation may view records": yes(reader.organisation.mayView),
    "Training in date": yes(reader.trainingInDate),
    "Duty of confidentiality accepted": yes(reader.confidentialityAccepted),
    "Registered as the role needs it": yes(reader.registered),
    "Role works for this purpose": yes(reader.rolePurposes.includes(purpose)),
    "Links of the organisation with the person": standing.relationships.map((each) => each.words).join("; ") || (standing.launched ? "opened from the own system" : "none found"),
    "Reason given": standing.reason === "" ? "none" : standing.reason.replaceAll("-", " "),
    "Objection closes the record to this reader": yes(standing.objectedToAll),
    "The reader's own record": yes(standing.ownRecord),
    "Within the organisation's limits (age, service)": yes(standing.withinAgeLimit && standing.withinServiceLimit),
    Employer: actor.organisationName,
  };
}
