/** The English of the summary's own lines; its headings stand in `index.ts`. */
import { html, type Content, type Html } from "#platform";

export const SUMMARY = {
  details: "Details",
  detailsAnd: (past: string): string => `Details, ${past}`,
  many: { medicines: "medicines", entries: "entries", problems: "problems", tests: "tests", documents: "documents", plans: "plans" },
  allMedicines: "All medicines",
  allResults: "All results",
  allDocuments: "All documents",
  atSince: (place: Content, since: Content): Html => html`${place} since ${since}`,
  since: (day: Html): Html => html`since ${day}`,
  next: (appointment: Html): Html => html`Next: ${appointment}`,
  alsoPast: "also past",
  test: "Test",
  latest: "Latest (range)",
  previous: "Previous",
  trend: "Trend",
  convertedFrom: (sent: string): string => `(from ${sent})`,
  emergencyContact: (order: number | string): string => `emergency contact ${order}`,
} as const;
