/**
 * Does a message agree with what other sources say of the same person (DQU-06)? Which
 * of them is right no rule knows: an issue goes to the owner of the feed that spoke
 * last, and names no other organisation. Only what the message itself states is judged.
 */
import type { AppliedMessage } from "#feeds";
import type { CompanyMember } from "#identity";
import type { AllergyStand } from "#record";
import { elementPlace, placeOf } from "../places.ts";
import type { Issue, Rule } from "../rule.ts";

/** A source patient among the others of its person. */
export type Company = { readonly members: readonly CompanyMember[]; readonly allergies: readonly AllergyStand[] };

type Taken = AppliedMessage["taken"][number];
type CrossRule = Omit<Rule, "look"> & { /** The place where it is so, or `null`. */ readonly across: (message: AppliedMessage, taken: Taken, others: readonly CompanyMember[], company: Company) => string | null };

const known = (sex: string | null): boolean => sex === "male" || sex === "female";

export const ACROSS_SOURCES: readonly CrossRule[] = [
  {
    id: "sex-differs-across-sources", dimension: "consistency", severity: "information", words: "The sex differs from what another source says of the same person",
    across: (message, { patient, source }, others) => (known(patient.demographics?.sex ?? null) && others.some((each) => known(each.sex) && each.sex !== source.sex) ? elementPlace(message, "Patient.gender") : null),
  },
  {
    id: "date-of-birth-differs-across-sources", dimension: "consistency", severity: "warning", words: "The date of birth differs from what another source says of the same person",
    across: (message, { patient, source }, others) => ((patient.demographics?.birthDate ?? null) !== null && source.dateOfBirth !== null && others.some((each) => each.dateOfBirth !== null && each.dateOfBirth !== source.dateOfBirth) ? placeOf(message, "dateOfBirth") : null),
  },
  {
    id: "death-differs-across-sources", dimension: "consistency", severity: "warning", words: "A death is stated that another source does not state, or on another day, or the person is said to be alive whom another source says has died",
    across: (message, { patient, source }, others) => {
      const said = patient.demographics?.deceased ?? null;
      const day = (date: string | null): string | null => date?.slice(0, 10) ?? null;
      const differs = said === true ? others.some((each) => !each.deceased || (day(each.dateOfDeath) !== null && day(source.dateOfDeath) !== null && day(each.dateOfDeath) !== day(source.dateOfDeath))) : said === false && others.some((each) => each.deceased);
      return differs ? placeOf(message, "dateOfDeath") : null;
    },
  },
  {
    id: "allergies-contradict-across-sources", dimension: "consistency", severity: "warning", words: "One source says that there are no allergies, another holds one of the same person",
    across: (message, taken, others, { allergies }) => {
      if (!speaksOfAllergies(taken)) return null;
      const mine = allergies.find((each) => each.sourcePatientId === taken.source.sourcePatientId);
      const theirs = allergies.filter((each) => others.some((other) => other.sourcePatientId === each.sourcePatientId));
      const contradict = mine !== undefined && theirs.some((each) => (mine.assertsNone && !mine.holdsOne && each.holdsOne) || (mine.holdsOne && each.assertsNone && !each.holdsOne));
      return contradict ? elementPlace(message, "AllergyIntolerance.code") : null;
    },
  },
];

/** Whether a message says anything of a patient's allergies. */
export const speaksOfAllergies = ({ patient }: Taken): boolean => patient.items.some((each) => each.resource.resourceType === "AllergyIntolerance") || (patient.statements ?? []).some((each) => each.section === "allergies");

/** What the rules find in a message against the others of its persons. */
export function issuesAcross(message: AppliedMessage, companyOf: (personId: string) => Company): Issue[] {
  return ACROSS_SOURCES.flatMap(({ across, ...rule }) => {
    const places = message.taken.flatMap((taken) => {
      const company = companyOf(taken.source.personId);
      const others = company.members.filter((each) => each.sourcePatientId !== taken.source.sourcePatientId);
      return others.length === 0 ? [] : (across(message, taken, others, company) ?? []);
    });
    return places.length === 0 ? [] : [{ rule, place: places[0]!, found: places.length }];
  });
}
