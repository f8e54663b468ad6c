/** How sections are named in the middle of a sentence. The states' own words are in `states.ts`, a headline's in `headline.ts`. */
import type { SectionId } from "#standards";

type Nouns = {
  /** `holds no ___ entry`. */
  readonly one: string;
  /** `does not share ___ here`. */
  readonly many: string;
};

export const NOUNS: Readonly<Record<SectionId, Nouns>> = {
  "person-demographics": { one: "demographic", many: "demographics" },
  "gp-practice": { one: "GP practice", many: "the GP practice" },
  "about-me": { one: "about-me", many: "about-me statements" },
  "individual-requirements": { one: "individual requirement", many: "individual requirements" },
  alerts: { one: "alert", many: "alerts" },
  "legal-information": { one: "legal information", many: "legal information" },
  safeguarding: { one: "safeguarding", many: "safeguarding information" },
  "professional-contacts": { one: "professional contact", many: "professional contacts" },
  "personal-contacts": { one: "personal contact", many: "personal contacts" },
  research: { one: "research", many: "research participation" },
  referrals: { one: "referral", many: "referrals" },
  contacts: { one: "contact", many: "contacts with professionals" },
  admissions: { one: "admission", many: "admissions" },
  discharges: { one: "discharge", many: "discharges" },
  appointments: { one: "appointment", many: "appointments" },
  vaccinations: { one: "vaccination", many: "vaccinations" },
  problems: { one: "problem", many: "problems" },
  procedures: { one: "procedure", many: "procedures" },
  "social-context": { one: "social context", many: "social context" },
  services: { one: "service", many: "services" },
  "support-reason": { one: "support reason", many: "support reasons" },
  "family-history": { one: "family history", many: "family history" },
  results: { one: "result", many: "results" },
  requests: { one: "request", many: "requests for investigations" },
  examinations: { one: "examination", many: "examination findings" },
  pregnancy: { one: "pregnancy", many: "pregnancy information" },
  assessments: { one: "assessment", many: "assessments" },
  formulation: { one: "formulation", many: "formulations" },
  risks: { one: "risk", many: "risks" },
  allergies: { one: "allergy", many: "allergies" },
  medicines: { one: "medicine", many: "medicines" },
  equipment: { one: "equipment", many: "equipment" },
  "requested-actions": { one: "requested action", many: "requested actions" },
  "care-plan": { one: "care plan", many: "care plans" },
  "contingency-plans": { one: "contingency plan", many: "contingency plans" },
  "additional-plans": { one: "additional plan", many: "additional plans" },
  "end-of-life": { one: "end-of-life decision", many: "end-of-life decisions" },
  documents: { one: "document", many: "documents" },
  other: { one: "other", many: "other entries" },
};

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
