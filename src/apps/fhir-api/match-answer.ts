/** The answer to `Patient/$match`: a searchset with scores and grades (FHIR R4, patient-operation-match). Pure. */
import type { DescribedPerson, MatchAnswer } from "#identity";

/** http://hl7.org/fhir/ValueSet/match-grade; who certainly is not meant is left out. */
export type MatchGrade = "certain" | "probable" | "possible";

/** Where a doubtful match is likelier right than wrong, nine to one. */
const PROBABLE = 0.9;

/** `certain` where the engine would link by itself, lead over the second included. */
export const gradeOf = (match: Pick<MatchAnswer, "band" | "probability">): MatchGrade => (match.band === "link" ? "certain" : match.probability >= PROBABLE ? "probable" : "possible");

export type Matched = {
  readonly person: DescribedPerson;
  readonly grade: MatchGrade;
  readonly probability: number;
  /** Source patients that the reader's decision opens; empty where it opens none: what is on record where is not told before. */
  readonly sourcePatientIds: readonly string[];
  /** The person's objection closes the record: that is said, and nothing else of them. */
  readonly notShared: boolean;
};

/** v3-ActCode: not to be disclosed without the person's own consent. */
const NOT_DISCLOSED = { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "NODSCLCDS" };
const NOT_SHARED = {
  search: { mode: "outcome" },
  resource: { resourceType: "OperationOutcome", issue: [{ severity: "warning", code: "suppressed", diagnostics: "Somebody who may be meant has objected to sharing. The record is not shared; this is not the same as no record." }] },
};

/** The Bundle, best first, as they come. No location of anybody: its absence then says nothing of a protected address. */
export function matchBundle(matches: readonly Matched[], base: string): Record<string, unknown> {
  return {
    resourceType: "Bundle",
    type: "searchset",
    total: matches.length,
    ...(matches.length > 0 && {
      entry: [...matches.map(({ person, grade, probability, sourcePatientIds, notShared }) => (notShared ? {
        // Neither score nor grade: by trying details one could find them out.
        fullUrl: `${base}/Patient/${person.personId}`,
        resource: { resourceType: "Patient", id: person.personId, meta: { security: [NOT_DISCLOSED] } },
        search: { mode: "match" },
      } : {
        fullUrl: `${base}/Patient/${person.personId}`,
        resource: patientOf(person, sourcePatientIds),
        search: { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/match-grade", valueCode: grade }], mode: "match", score: Math.round(probability * 1000) / 1000 },
      })), ...(matches.some((each) => each.notShared) ? [NOT_SHARED] : [])],
    }),
  };
}

/** What find-a-person shows, and links to the source patients where the record may be opened. */
function patientOf(person: DescribedPerson, sourcePatientIds: readonly string[]): Record<string, unknown> {
  const given = person.given.split(" ").filter((each) => each !== "");
  return {
    resourceType: "Patient",
    id: person.personId,
    ...(person.nhsNumber !== null && { identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: person.nhsNumber }] }),
    ...((person.family !== "" || given.length > 0) && { name: [{ ...(person.family !== "" && { family: person.family }), ...(given.length > 0 && { given }), ...(person.title !== "" && { prefix: [person.title] }) }] }),
    ...(["male", "female", "other", "unknown"].includes(person.sex) && { gender: person.sex }),
    ...(person.dateOfBirth !== "" && { birthDate: person.dateOfBirth }),
    ...(person.dateOfDeath !== null && (person.dateOfDeath === "" ? { deceasedBoolean: true } : { deceasedDateTime: person.dateOfDeath })),
    ...(sourcePatientIds.length > 0 && { link: sourcePatientIds.map((id) => ({ other: { reference: `Patient/${id}` }, type: "seealso" })) }),
  };
}
