/**
 * Every list page of the record, as one table: which sections it draws, in which
 * columns, and which category of the record it is. A page exists for each row
 * and for each section of the standard by itself, so that nothing is unreachable.
 */
import { SECTIONS, sectionTitle, type Label, type SectionId } from "#standards";
import type { MergeKind } from "#sections";
import type { ColumnId } from "./columns.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.titles;

/** The pages of the record's own navigation, in the same order for every role; `tab` is the short name in the navigation. */
export const GROUPS = [
  { id: "summary", ...SAID.groups.summary },
  { id: "timeline", ...SAID.groups.timeline },
  { id: "medicines", ...SAID.groups.medicines },
  { id: "problems", ...SAID.groups.problems },
  { id: "results", ...SAID.groups.results },
  { id: "documents", ...SAID.groups.documents },
  { id: "plans", ...SAID.groups.plans },
  { id: "care", ...SAID.groups.care },
  { id: "details", ...SAID.groups.details },
  { id: "sources", ...SAID.groups.sources },
] as const;
/** `search` is a page of no group: its box stands beside the navigation. */
export type GroupId = (typeof GROUPS)[number]["id"] | "search";

export type CategorySection = {
  readonly section: SectionId;
  /** Heading where the section's own title is not the best here. */
  readonly title?: string;
  readonly types?: readonly string[];
  readonly label?: Label;
};

export type Category = {
  /** Address: `/person/:id/<slug>`. */
  readonly slug: string;
  readonly title: string;
  /** Categories of the record that the page answers for, for example `REC-07`. */
  readonly recIds: readonly string[];
  readonly group: GroupId;
  readonly sections: readonly CategorySection[];
};

const one = (section: SectionId, title?: string): CategorySection[] => [title === undefined ? { section } : { section, title }];

/** In the order of the navigation within each group. Details, results and sources have pages of their own beside these. */
export const CATEGORIES: readonly Category[] = [
  { slug: "medicines", title: SAID.pages.medicines, recIds: ["REC-09"], group: "medicines", sections: one("medicines", SAID.parts.medicines.medicines) },
  { slug: "allergies", title: SAID.pages.allergies, recIds: ["REC-24"], group: "medicines", sections: one("allergies") },
  { slug: "vaccinations", title: SAID.pages.vaccinations, recIds: [], group: "medicines", sections: one("vaccinations") },

  { slug: "problems", title: SAID.pages.problems, recIds: ["REC-07", "REC-23"], group: "problems", sections: one("problems", SAID.parts.problems.problems) },
  { slug: "operations", title: SAID.pages.operations, recIds: ["REC-08"], group: "problems", sections: one("procedures") },
  { slug: "history", title: SAID.pages.history, recIds: ["REC-11"], group: "problems", sections: [{ section: "problems", title: SAID.parts.history.problems }, { section: "procedures", title: SAID.parts.history.procedures }, { section: "pregnancy", title: SAID.parts.history.pregnancy }, { section: "family-history", title: SAID.parts.history["family-history"] }, { section: "social-context", title: SAID.parts.history["social-context"] }] },
  { slug: "birth", title: SAID.pages.birth, recIds: ["REC-12"], group: "problems", sections: [{ section: "pregnancy", title: SAID.parts.birth.pregnancy }] },
  { slug: "family-history", title: SAID.pages["family-history"], recIds: [], group: "problems", sections: one("family-history") },

  { slug: "reports", title: SAID.pages.reports, recIds: ["REC-17"], group: "results", sections: [{ section: "results", title: SAID.parts.reports.results, types: ["DiagnosticReport", "ImagingStudy", "Media"] }] },
  { slug: "examinations", title: SAID.pages.examinations, recIds: ["REC-18"], group: "results", sections: one("examinations") },
  { slug: "requests", title: SAID.pages.requests, recIds: ["REC-39"], group: "results", sections: one("requests") },

  { slug: "documents", title: SAID.pages.documents, recIds: ["REC-15"], group: "documents", sections: one("documents", SAID.parts.documents.documents) },
  { slug: "care-finished", title: SAID.pages["care-finished"], recIds: ["REC-22"], group: "documents", sections: one("discharges") },

  { slug: "plans", title: SAID.pages.plans, recIds: ["REC-26"], group: "plans", sections: [{ section: "care-plan" }, { section: "contingency-plans" }, { section: "additional-plans" }, { section: "requested-actions" }] },
  { slug: "end-of-life", title: SAID.pages["end-of-life"], recIds: ["REC-21", "REC-44"], group: "plans", sections: one("end-of-life") },
  { slug: "legal", title: SAID.pages.legal, recIds: ["REC-20"], group: "plans", sections: one("legal-information") },
  { slug: "about-me", title: SAID.pages["about-me"], recIds: ["REC-29"], group: "plans", sections: [{ section: "about-me" }, { section: "individual-requirements" }] },

  { slug: "services", title: SAID.pages.services, recIds: ["REC-04", "REC-27"], group: "care", sections: [{ section: "services" }, { section: "equipment" }] },
  { slug: "alerts", title: SAID.pages.alerts, recIds: ["REC-10"], group: "care", sections: [{ section: "alerts" }, { section: "risks" }] },
  { slug: "safeguarding", title: SAID.pages.safeguarding, recIds: ["REC-05"], group: "care", sections: one("safeguarding") },
  { slug: "hospital-care", title: SAID.pages["hospital-care"], recIds: ["REC-13"], group: "care", sections: [{ section: "admissions" }, { section: "contacts" }, { section: "discharges" }] },
  { slug: "appointments", title: SAID.pages.appointments, recIds: ["REC-14"], group: "care", sections: one("appointments", SAID.parts.appointments.appointments) },
  { slug: "referrals", title: SAID.pages.referrals, recIds: ["REC-38"], group: "care", sections: one("referrals") },
  { slug: "assessments", title: SAID.pages.assessments, recIds: ["REC-03", "REC-32"], group: "care", sections: [{ section: "assessments" }, { section: "support-reason" }, { section: "formulation" }] },
  { slug: "people", title: SAID.pages.people, recIds: ["REC-43"], group: "care", sections: [{ section: "professional-contacts" }] },

  { slug: "emergency-contacts", title: SAID.pages["emergency-contacts"], recIds: ["REC-02"], group: "details", sections: one("personal-contacts") },
  { slug: "circumstances", title: SAID.pages.circumstances, recIds: ["REC-35"], group: "details", sections: one("social-context") },
  {
    slug: "uk-status",
    title: SAID.pages["uk-status"],
    recIds: ["REC-06"],
    group: "details",
    sections: [
      { section: "person-demographics", title: SAID.parts["uk-status"]["person-demographics"], label: "immigration" },
      { section: "legal-information", title: SAID.parts["uk-status"]["legal-information"], label: "immigration" },
    ],
  },
  { slug: "research", title: SAID.pages.research, recIds: ["REC-19"], group: "details", sections: one("research") },
  { slug: "other", title: SAID.pages.other, recIds: ["REC-33"], group: "details", sections: one("other") },
];

/** Pages that are not plain lists, with the categories they answer for. */
export const OWN_PAGES = [
  { slug: "medicines/compare", title: SAID.pages["medicines/compare"], recIds: ["REC-09"], group: "medicines", after: "medicines" },
  { slug: "results", title: SAID.pages.results, recIds: ["REC-16", "REC-25"], group: "results" },
  { slug: "observations", title: SAID.pages.observations, recIds: ["REC-18"], group: "results" },
  { slug: "details", title: SAID.pages.details, recIds: ["REC-01", "REC-28"], group: "details" },
] as const;

const bySlug = new Map(CATEGORIES.map((category) => [category.slug, category]));

/** The category of an address, or `null`. */
export function categoryOf(slug: string): Category | null {
  return bySlug.get(slug) ?? null;
}

const PLAN_SECTIONS: ReadonlySet<SectionId> = new Set(["care-plan", "contingency-plans", "additional-plans"]);
/** True for sections of plans, of which the one in force is pinned. */
export const isPlanSection = (section: SectionId): boolean => PLAN_SECTIONS.has(section);

/** The page of one section alone, which every section has. */
export function categoryOfSection(section: SectionId): Category {
  const home = CATEGORIES.find((category) => category.sections.some((own) => own.section === section && own.types === undefined && own.label === undefined));
  return { slug: `section/${section}`, title: sectionTitle(section), recIds: [], group: home?.group ?? "details", sections: [{ section }] };
}

/** Where a section is best read: the list page that holds it alone, else its own page. */
export function pageOfSection(section: SectionId): string {
  if (section === "results") return "results";
  if (section === "person-demographics" || section === "gp-practice") return "details";
  const alone = CATEGORIES.find((category) => category.sections.length === 1 && category.sections[0]!.section === section && category.sections[0]!.types === undefined && category.sections[0]!.label === undefined);
  return alone?.slug ?? `section/${section}`;
}

/** Sections whose rows are joined when several sources say the same; the others are listed one by one. */
export function mergeKindOf(section: SectionId): MergeKind {
  switch (section) {
    case "medicines":
      return "medicines";
    case "allergies":
      return "allergies";
    case "problems":
      return "problems";
    case "documents":
      return "documents";
    case "personal-contacts":
    case "professional-contacts":
      return "contacts";
    default:
      return "each";
  }
}

/** What stands in a section's table between status and source. */
export const COLUMNS: Readonly<Record<SectionId, readonly ColumnId[]>> = {
  "person-demographics": ["what", "detail", "said-by"],
  "gp-practice": ["what", "contact"],
  "about-me": ["what", "detail", "said-by"],
  "individual-requirements": ["what", "detail", "said-by"],
  alerts: ["what", "detail"],
  "legal-information": ["what", "detail"],
  safeguarding: ["what", "detail"],
  "professional-contacts": ["what", "contact"],
  "personal-contacts": ["person", "contact"],
  research: ["what", "detail"],
  referrals: ["what", "step", "from-to", "reason"],
  contacts: ["what", "where", "reason"],
  admissions: ["what", "where", "reason"],
  discharges: ["what", "where", "reason"],
  appointments: ["what", "where", "reason"],
  vaccinations: ["what", "product"],
  problems: ["problem", "detail"],
  procedures: ["problem", "where", "reason", "detail"],
  "social-context": ["what", "value", "said-by"],
  services: ["what", "where", "contact", "detail"],
  "support-reason": ["what", "detail"],
  "family-history": ["what", "detail"],
  results: ["what", "value", "detail"],
  requests: ["what", "from-to", "reason"],
  examinations: ["what", "value", "detail"],
  pregnancy: ["what", "value", "detail"],
  assessments: ["what", "detail", "assessor", "said-by"],
  formulation: ["what", "detail"],
  risks: ["what", "detail"],
  allergies: ["allergy"],
  medicines: ["medicine"],
  equipment: ["what", "detail"],
  "requested-actions": ["what", "detail"],
  "care-plan": ["plan"],
  "contingency-plans": ["plan"],
  "additional-plans": ["plan"],
  "end-of-life": ["what", "detail"],
  documents: ["document"],
  other: ["what", "value", "detail"],
};

/** Every section, so that a test can show that each has a page. */
export const ALL_SECTIONS: readonly SectionId[] = SECTIONS.map(({ id }) => id);
