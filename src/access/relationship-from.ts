/**
 * Which relationship a piece of care gives rise to. Read at intake; the rule
 * table is here and not in the feeds, so that all of access is in one room.
 */
import type { RelationshipKind } from "#governance";
import { uuidOf } from "#platform";
import type { Label } from "#standards";
import type { RelationshipFact } from "./relationship.ts";

/** The few facts of a resource that decide; the feeds fill them from what they stored. */
export type CareFact = {
  readonly sourcePatientId: string;
  /** Id of the resource here; a later version of it replaces the relationship. */
  readonly resourceId: string;
  /** FHIR R4 type; `Patient` stands for registration when a GP practice is its source. */
  readonly type: string;
  readonly status: string;
  /** Organisation whose data it is. */
  readonly organisation: string;
  readonly organisationName: string;
  readonly fromGpPractice: boolean;
  readonly fromAmbulance: boolean;
  /** `inpatient`, `emergency`, `outpatient`, `community` and so on, for encounters. */
  readonly encounterKind: string | null;
  /** ODS code of the organisation that a referral went to. */
  readonly referredTo: string | null;
  readonly service: string | null;
  readonly start: Date | null;
  readonly end: Date | null;
  /** Ward or team as the source calls it. */
  readonly unit: string | null;
  /** The professional whom the source names with it. */
  readonly professional: string | null;
  /** Labels of the resource: who may not see it may not read from a list that it is there. */
  readonly labels: readonly Label[];
};

/** Statuses that undo: the relationship is taken away, not ended (A11, A13, S15, entered in error). */
const UNDONE = new Set(["cancelled", "entered-in-error", "revoked", "rejected", "proposed", "draft"]);

const INPATIENT = new Set(["inpatient", "IMP", "ACUTE", "NONAC", "OBSENC"]);

function kindOf(fact: CareFact): RelationshipKind | null {
  switch (fact.type) {
    case "Patient":
      return fact.fromGpPractice ? "registration" : null;
    case "Encounter":
      if (fact.fromAmbulance) return "crew";
      return fact.encounterKind !== null && INPATIENT.has(fact.encounterKind) ? "admission" : "attendance";
    case "Appointment":
      return "appointment";
    case "EpisodeOfCare":
      return "caseload";
    case "CareTeam":
      return "care-team";
    case "CarePlan":
    case "QuestionnaireResponse":
      return "form-written";
    case "ServiceRequest":
      return fact.referredTo === null ? null : "referral";
    default:
      return null;
  }
}

const WORDS: Readonly<Record<RelationshipKind, string>> = {
  registration: "registered with",
  admission: "admitted to",
  attendance: "seen at",
  referral: "referred to",
  appointment: "has an appointment with",
  caseload: "on the caseload of",
  "care-team": "in the care of a team of",
  crew: "attended by a crew of",
  "form-written": "plan or form written by",
};

/** What to do with the relationship of one resource. */
export type RelationshipChange =
  | { readonly change: "keep"; readonly relationshipId: string; readonly relationship: RelationshipFact; readonly listed: Pick<CareFact, "unit" | "professional" | "labels"> }
  | { readonly change: "remove"; readonly relationshipId: string; readonly sourcePatientId: string };

/**
 * The relationship that a resource gives rise to, or takes away.
 * @param received used as the start where the source gave none: a relationship never reaches into an unknown past
 * @returns `null` where this type says nothing about who cares for the person
 */
export function relationshipFrom(fact: CareFact, received: Date): RelationshipChange | null {
  const kind = kindOf(fact);
  if (kind === null) return null;
  const relationshipId = relationshipIdOf(fact.resourceId);
  if (UNDONE.has(fact.status)) return { change: "remove", relationshipId, sourcePatientId: fact.sourcePatientId };
  const organisation = kind === "referral" ? fact.referredTo! : fact.organisation;
  return {
    change: "keep",
    relationshipId,
    relationship: {
      sourcePatientId: fact.sourcePatientId,
      organisation,
      kind,
      start: fact.start ?? received,
      end: fact.end,
      service: fact.service,
      words: `${WORDS[kind]} ${kind === "referral" ? (fact.service ?? organisation) : fact.organisationName}`,
    },
    listed: { unit: fact.unit, professional: fact.professional, labels: fact.labels },
  };
}

/** Follows from the resource's id, so that a replayed message writes the same row. */
export function relationshipIdOf(resourceId: string): string {
  return uuidOf(`relationship ${resourceId}`);
}
