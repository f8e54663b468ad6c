import { SECTION_TAG, isSectionId, type CodeableConcept, type Resource, type SectionId } from "#standards";

/** Sections that follow from the type alone. */
const BY_TYPE: Readonly<Record<string, SectionId>> = {
  Patient: "person-demographics",
  AllergyIntolerance: "allergies",
  MedicationStatement: "medicines",
  MedicationRequest: "medicines",
  MedicationDispense: "medicines",
  MedicationAdministration: "medicines",
  Condition: "problems",
  Procedure: "procedures",
  Immunization: "vaccinations",
  FamilyMemberHistory: "family-history",
  DiagnosticReport: "results",
  ImagingStudy: "results",
  Appointment: "appointments",
  EpisodeOfCare: "services",
  CareTeam: "professional-contacts",
  RelatedPerson: "personal-contacts",
  Flag: "alerts",
  DetectedIssue: "risks",
  RiskAssessment: "risks",
  Consent: "legal-information",
  CarePlan: "care-plan",
  Goal: "care-plan",
  QuestionnaireResponse: "assessments",
  ClinicalImpression: "formulation",
  Device: "equipment",
  DeviceUseStatement: "equipment",
  ResearchSubject: "research",
  DocumentReference: "documents",
  Composition: "documents",
  Communication: "contacts",
  Task: "requested-actions",
};

/** SNOMED CT and LOINC codes of pregnancy status, and of birth: weight, gestation and Apgar score stand with the birth, not among later examinations. */
const PREGNANCY = new Set(["77386006", "60001007", "161732006", "82810-3", "11449-6", "11778-8", "161714006", "364589006", "8339-4", "412726003", "11884-4", "169895004", "169909004", "169922007", "9272-6", "9274-2"]);

/**
 * The PRSB section of a resource: a tag of the sender's or our mapping's first,
 * then its type and category. What has no PRSB home goes to `other`, never away.
 */
export function sectionOf(resource: Resource): SectionId {
  for (const tag of resource.meta?.tag ?? []) if (tag.system === SECTION_TAG && tag.code !== undefined && isSectionId(tag.code)) return tag.code;
  switch (resource.resourceType) {
    case "Observation":
      return observationSection(resource);
    case "ServiceRequest":
      return hasCode(resource["category"], "3457005") || hasCode(resource["category"], "referral") ? "referrals" : "requests";
    case "Encounter": {
      const code = resource["class"]?.code as string | undefined;
      return code === "IMP" || code === "ACUTE" || code === "NONAC" || code === "OBSENC" ? "admissions" : "contacts";
    }
  }
  return BY_TYPE[resource.resourceType] ?? "other";
}

function observationSection(resource: Resource): SectionId {
  const codings = (resource["code"] as CodeableConcept | undefined)?.coding;
  if (codings?.some((coding) => PREGNANCY.has(coding.code ?? ""))) return "pregnancy";
  const categories = (resource["category"] as CodeableConcept[] | undefined)?.flatMap((each) => each.coding?.map((coding) => coding.code) ?? []) ?? [];
  if (categories.includes("vital-signs") || categories.includes("exam")) return "examinations";
  if (categories.includes("social-history")) return "social-context";
  if (categories.includes("survey")) return "assessments";
  if (categories.includes("therapy") || categories.includes("procedure")) return "procedures";
  return "results";
}

function hasCode(concepts: CodeableConcept[] | undefined, code: string): boolean {
  return concepts?.some((concept) => concept.coding?.some((coding) => coding.code === code)) ?? false;
}
