/** The English of the filters of the timeline and the documents. */
export const FILTERS = {
  period: "Period",
  periods: { "7d": "7 days", "30d": "30 days", "3m": "3 months", "1y": "1 year", "5y": "5 years", all: "All" },
  /** Kinds of organisation as places of care. */
  settings: { "gp-practice": "General practice", acute: "Hospital", community: "Community", "mental-health": "Mental health", "local-authority": "Social care", ambulance: "Ambulance", hospice: "Hospice", "out-of-hours": "Out of hours", pcn: "Primary care network", federation: "Primary care network", independent: "Independent hospital", "treatment-centre": "Treatment centre", voluntary: "Voluntary" },
  all: "All",
  organisation: "Organisation",
  setting: "Care setting",
  newToOrganisation: "New to my organisation",
  show: "Show",
  showing: (shown: number, total: number): string => `Showing ${shown} of ${total}${shown < total ? " – filters on" : ""}`,
  filters: "Filters:",
  takeOff: ", take this filter off",
  span: (from: string, until: string): string => `${from} to ${until}`,
  upTo: (until: string): string => `up to ${until}`,
} as const;
