/**
 * Every list page of the record, as one table: which sections it draws, in which
 * columns, and which category of the record it is. A page exists for each row
 * and for each section of the standard by itself, so that nothing is unreachable.
 */
import { SECTIONS, sectionTitle, type Label, type SectionId } from "#standards";
import type { MergeKind } from "#sections";
import type { ColumnId } from "./columns.ts";

/** The pages of the record's own navigation, in the same order for every role; `tab` is the short name in the navigation. */
export const GROUPS = [
  { id: "summary", tab: "Summary", title: "Summary" },
  { id: "timeline", tab: "Timeline", title: "Timeline" },
  { id: "medicines", tab: "Medicines", title: "Medicines" },
  { id: "problems", tab: "Problems", title: "Problems and history" },
  { id: "results", tab: "Results", title: "Results and observations" },
  { id: "documents", tab: "Documents", title: "Documents" },
  { id: "plans", tab: "Plans", title: "Plans and wishes" },
  { id: "care", tab: "Care", title: "Care and support" },
  { id: "details", tab: "Details", title: "Details and identity" },
  { id: "sources", tab: "Sources", title: "Sources" },
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
  { slug: "medicines", title: "Medicines", recIds: ["REC-09"], group: "medicines", sections: one("medicines", "Medicines") },
  { slug: "allergies", title: "Allergies and adverse reactions", recIds: ["REC-24"], group: "medicines", sections: one("allergies") },
  { slug: "vaccinations", title: "Vaccinations", recIds: [], group: "medicines", sections: one("vaccinations") },

  { slug: "problems", title: "Conditions and illnesses", recIds: ["REC-07", "REC-23"], group: "problems", sections: one("problems", "Conditions and illnesses") },
  { slug: "operations", title: "Operations and procedures", recIds: ["REC-08"], group: "problems", sections: one("procedures") },
  { slug: "history", title: "History on one page", recIds: ["REC-11"], group: "problems", sections: [{ section: "problems", title: "Medical history" }, { section: "procedures", title: "Operations and therapies" }, { section: "pregnancy", title: "Pregnancy and maternity" }, { section: "family-history", title: "Family history" }, { section: "social-context", title: "Circumstances and household" }] },
  { slug: "birth", title: "Birth and neonatal details", recIds: ["REC-12"], group: "problems", sections: [{ section: "pregnancy", title: "Birth and pregnancy entries" }] },
  { slug: "family-history", title: "Family history", recIds: [], group: "problems", sections: one("family-history") },

  { slug: "reports", title: "Reports and imaging", recIds: ["REC-17"], group: "results", sections: [{ section: "results", title: "Reports", types: ["DiagnosticReport", "ImagingStudy", "Media"] }] },
  { slug: "examinations", title: "Examinations", recIds: ["REC-18"], group: "results", sections: one("examinations") },
  { slug: "requests", title: "Investigations requested", recIds: ["REC-39"], group: "results", sections: one("requests") },

  { slug: "documents", title: "Documents", recIds: ["REC-15"], group: "documents", sections: one("documents", "Documents") },
  { slug: "care-finished", title: "Summaries of care that has finished", recIds: ["REC-22"], group: "documents", sections: one("discharges") },

  { slug: "plans", title: "Plans", recIds: ["REC-26"], group: "plans", sections: [{ section: "care-plan" }, { section: "contingency-plans" }, { section: "additional-plans" }, { section: "requested-actions" }] },
  { slug: "end-of-life", title: "End of life care and wishes", recIds: ["REC-21", "REC-44"], group: "plans", sections: one("end-of-life") },
  { slug: "legal", title: "Legal information, Mental Health Act", recIds: ["REC-20"], group: "plans", sections: one("legal-information") },
  { slug: "about-me", title: "About me and what I need", recIds: ["REC-29"], group: "plans", sections: [{ section: "about-me" }, { section: "individual-requirements" }] },

  { slug: "services", title: "Services and care", recIds: ["REC-04", "REC-27"], group: "care", sections: [{ section: "services" }, { section: "equipment" }] },
  { slug: "alerts", title: "Alerts and risks", recIds: ["REC-10"], group: "care", sections: [{ section: "alerts" }, { section: "risks" }] },
  { slug: "safeguarding", title: "Safeguarding", recIds: ["REC-05"], group: "care", sections: one("safeguarding") },
  { slug: "hospital-care", title: "Inpatient and outpatient care", recIds: ["REC-13"], group: "care", sections: [{ section: "admissions" }, { section: "contacts" }, { section: "discharges" }] },
  { slug: "appointments", title: "Appointments", recIds: ["REC-14"], group: "care", sections: one("appointments", "Appointments") },
  { slug: "referrals", title: "Referrals", recIds: ["REC-38"], group: "care", sections: one("referrals") },
  { slug: "assessments", title: "Assessments", recIds: ["REC-03", "REC-32"], group: "care", sections: [{ section: "assessments" }, { section: "support-reason" }, { section: "formulation" }] },
  { slug: "people", title: "Who is involved", recIds: ["REC-43"], group: "care", sections: [{ section: "professional-contacts" }] },

  { slug: "emergency-contacts", title: "People to contact in an emergency", recIds: ["REC-02"], group: "details", sections: one("personal-contacts") },
  { slug: "circumstances", title: "Circumstances and household", recIds: ["REC-35"], group: "details", sections: one("social-context") },
  {
    slug: "uk-status",
    title: "Legal status for being in the UK",
    recIds: ["REC-06"],
    group: "details",
    sections: [
      { section: "person-demographics", title: "Legal status for being in the UK", label: "immigration" },
      { section: "legal-information", title: "Legal information on being in the UK", label: "immigration" },
    ],
  },
  { slug: "research", title: "Trials and studies", recIds: ["REC-19"], group: "details", sections: one("research") },
  { slug: "other", title: "Other entries", recIds: ["REC-33"], group: "details", sections: one("other") },
];

/** Pages that are not plain lists, with the categories they answer for. */
export const OWN_PAGES = [
  { slug: "medicines/compare", title: "Compare sources", recIds: ["REC-09"], group: "medicines", after: "medicines" },
  { slug: "results", title: "Test results", recIds: ["REC-16", "REC-25"], group: "results" },
  { slug: "observations", title: "Observations over time", recIds: ["REC-18"], group: "results" },
  { slug: "details", title: "Details and identity", recIds: ["REC-01", "REC-28"], group: "details" },
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
