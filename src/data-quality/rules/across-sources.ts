/** Does what this message says of a person agree with what other organisations say? Which of them is right, no rule can tell: both are asked to look (DQU-06). */
import { linkingBirthDate, type Demographics, type SourcePatient } from "#identity";
import type { AppliedMessage } from "#feeds";
import type { Across } from "../across-sources.ts";
import { elementPlace, placeOf } from "../places.ts";
import type { Rule } from "../rule.ts";

const known = (sex: string | null): string | null => (sex === "male" || sex === "female" ? sex : null);
const differ = <T>(mine: T | null, theirs: T | null): boolean => mine !== null && theirs !== null && mine !== theirs;

/** The place, once for every described patient whom another organisation describes otherwise. */
function where(message: AppliedMessage, across: Across, place: string, isSo: (mine: Demographics, theirs: SourcePatient) => boolean): readonly string[] {
  return message.taken.flatMap(({ patient: { demographics }, source }) => (demographics !== null && (across.get(source.sourcePatientId)?.peers ?? []).some((theirs) => isSo(demographics, theirs)) ? [place] : []));
}

export const ACROSS_SOURCES: readonly Rule[] = [
  { id: "sources-differ-birth-date", dimension: "consistency", severity: "error", words: "Another organisation has another date of birth of the same person", look: (message, across) => where(message, across, placeOf(message, "dateOfBirth"), (mine, theirs) => differ(linkingBirthDate(mine.birthDate), theirs.dateOfBirth)) },
  { id: "sources-differ-sex", dimension: "consistency", severity: "warning", words: "Another organisation has another sex of the same person", look: (message, across) => where(message, across, placeOf(message, "sex"), (mine, theirs) => differ(known(mine.sex), known(theirs.sex))) },
  // That a source has not heard of a death is no error of its own; a death that others do not know is looked at.
  { id: "sources-differ-death", dimension: "consistency", severity: "warning", words: "One organisation says that the person has died, another described them as alive since", look: (message, across) => where(message, across, placeOf(message, "dateOfDeath"), (mine, theirs) => (mine.deceased === true && theirs.deceased !== true) || (mine.deceased === false && theirs.deceased === true)) },
  {
    id: "sources-differ-allergies", dimension: "consistency", severity: "error", words: "One organisation says that there is no known allergy, another holds one",
    look: (message, across) => message.taken.flatMap(({ source }) => {
      const others = across.get(source.sourcePatientId);
      if (others === undefined || others.mine === null) return [];
      const { mine, theirs } = others;
      return (mine.saysNone && !mine.hasAllergy && theirs.some((each) => each.hasAllergy)) || (mine.hasAllergy && theirs.some((each) => each.saysNone && !each.hasAllergy)) ? [elementPlace(message, "AllergyIntolerance.code")] : [];
    }),
  },
];
