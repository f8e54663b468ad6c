/**
 * The 38 sections of the PRSB Core Information Standard v2.0, in its order,
 * with our own slug for addresses and data files. Only `person-demographics`
 * and `gp-practice` are mandatory in the standard; a section that holds
 * nothing still states why (see `#sections`, the twelve states).
 * Source: PRSB Core Information Standard v2.0, headings only.
 */
export const SECTIONS = [
  { number: 1, id: "person-demographics", title: "Person demographics" },
  { number: 2, id: "gp-practice", title: "GP practice" },
  { number: 3, id: "about-me", title: "About me" },
  { number: 4, id: "individual-requirements", title: "Individual requirements" },
  { number: 5, id: "alerts", title: "Alerts" },
  { number: 6, id: "legal-information", title: "Legal information" },
  { number: 7, id: "safeguarding", title: "Safeguarding" },
  { number: 8, id: "professional-contacts", title: "Professional contacts" },
  { number: 9, id: "personal-contacts", title: "Personal contacts" },
  { number: 10, id: "research", title: "Participation in research" },
  { number: 11, id: "referrals", title: "Referral details" },
  { number: 12, id: "contacts", title: "Contacts with professionals" },
  { number: 13, id: "admissions", title: "Admission details" },
  { number: 14, id: "discharges", title: "Discharge details" },
  { number: 15, id: "appointments", title: "Future appointments" },
  { number: 16, id: "vaccinations", title: "Vaccinations" },
  { number: 17, id: "problems", title: "Problem list" },
  { number: 18, id: "procedures", title: "Procedures and therapies" },
  { number: 19, id: "social-context", title: "Social context" },
  { number: 20, id: "services", title: "Services and care" },
  { number: 21, id: "support-reason", title: "Primary support reason" },
  { number: 22, id: "family-history", title: "Family history" },
  { number: 23, id: "results", title: "Investigation results" },
  { number: 24, id: "requests", title: "Investigations requested" },
  { number: 25, id: "examinations", title: "Examination findings" },
  { number: 26, id: "pregnancy", title: "Pregnancy status" },
  { number: 27, id: "assessments", title: "Assessments" },
  { number: 28, id: "formulation", title: "Formulation" },
  { number: 29, id: "risks", title: "Risks" },
  { number: 30, id: "allergies", title: "Allergies and adverse reactions" },
  { number: 31, id: "medicines", title: "Medications and medical devices" },
  { number: 32, id: "equipment", title: "Equipment and adaptations" },
  { number: 33, id: "requested-actions", title: "Plan and requested actions" },
  { number: 34, id: "care-plan", title: "Care and support plan" },
  { number: 35, id: "contingency-plans", title: "Contingency/safety plans" },
  { number: 36, id: "additional-plans", title: "Additional support plans" },
  { number: 37, id: "end-of-life", title: "End of life care" },
  { number: 38, id: "documents", title: "Documents (including correspondence, audio and images)" },
  // Not a PRSB section: what has no PRSB home (claims, devices' logs, REC-33) is kept and reachable here.
  { number: 39, id: "other", title: "Other entries" },
] as const;

/**
 * `meta.tag` system by which a sender, or our own mapping, says which section a
 * resource belongs to where its type alone does not (a Flag may be an alert, a
 * legal status or an end-of-life decision). Codes are `SectionId`s.
 */
export const SECTION_TAG = "https://kmcr.org.uk/CodeSystem/prsb-section";

/** `meta.security` system of our own sensitivity labels; codes are `Label`s. */
export const LABEL_SYSTEM = "https://kmcr.org.uk/CodeSystem/label";

/** The slug of one PRSB section, for example `"allergies"`. */
export type SectionId = (typeof SECTIONS)[number]["id"];

const byId: ReadonlyMap<string, (typeof SECTIONS)[number]> = new Map(SECTIONS.map((section) => [section.id, section]));

/** True when `text` is the slug of a PRSB section. */
export function isSectionId(text: string): text is SectionId {
  return byId.has(text);
}

/** The section's published title, for example `"Problem list"`. */
export function sectionTitle(id: SectionId): string {
  return byId.get(id)!.title;
}

/**
 * Sensitivity labels that a stored row may carry. A reader's decision lists the
 * labels that the reader may see; a row is given out only when **all** of its
 * labels are in that list. A row without labels is ordinary (confidentiality N).
 */
export const LABELS = [
  "restricted",
  "very-restricted",
  "ethnicity",
  "religion",
  "orientation",
  "immigration",
  "protected-address",
  "safeguarding",
  "mental-health",
  "sexual-health",
  "substance-misuse",
  "criminal-offence",
  "third-party",
  "staff-safety",
  "not-for-citizen",
  "legally-barred",
  /** The person asked that only the organisation that wrote it shows it; an emergency may open it (break-glass), and is told. */
  "sealed",
  /** As `sealed`, and locked: nothing opens it here. */
  "sealed-locked",
] as const;

/** One sensitivity label. */
export type Label = (typeof LABELS)[number];
