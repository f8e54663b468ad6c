/** The English of results and measurements by test. */
import { html, type Content, type Html } from "#platform";

const values = (count: number): string => `${count} ${count === 1 ? "value" : "values"}`;
const tests = (count: number): string => `${count} ${count === 1 ? "test" : "tests"}`;
const partOf = (shown: number, all: number, counted: (count: number) => string): string => `${shown === all ? "" : `${shown} of `}${counted(all)}`;

export const RESULTS = {
  /** Which of the two pages: results of laboratories and departments, or what was measured at the person. */
  pages: {
    results: { title: "Test results", many: "results" },
    examinations: { title: "Observations over time", many: "observations" },
  },
  announced: (shown: number, all: number): string => `${shown} of ${all} tests`,
  byTest: "By test",
  byGroup: "By group",
  flaggedFirst: "Flagged first",
  read: (shown: number, all: number, read: number, total: number, many: string): string => `${partOf(shown, all, tests)} from the newest ${read} of ${total} ${many}`,
  filtered: (shown: number, all: number, period: string): string => ` – ${partOf(shown, all, values)}, filter on: last ${period}`,
  methods: "Where values come from several laboratories, methods may differ.",
  reportsElsewhere: (reports: Html): Html => html`Reports without a value of their own are under ${reports}.`,
  reports: "Reports and imaging",
  oneByOne: (many: string): string => `All ${many}, one by one`,
  whichResults: "Which results",
  last: "Last",
  order: "Order",
  nothingSince: (period: string): string => `Nothing dated in the last ${period} is among what is shown here.`,
  showAll: "Show all",
  caption: "By test, with the latest and the previous value",
  test: "Test",
  latest: "Latest",
  previous: "Previous",
  range: "Range",
  trend: "Trend",
  none: "none",
  values,
  sources: (count: number): string => `, ${count} sources`,
  convertedFrom: (sent: string): string => `(converted from ${sent})`,
  rangeMissing: "not given",
  was: (before: Content): Html => html`was ${before}`,
  beforeThat: ", before that ",
  awaited: "Asked for, no result here yet",
  allRequests: "All requests",
  awaitedHint: "No result that names the request or its test has come since. It may be on its way, or be kept elsewhere.",
  awaitedCaption: "Investigations asked for without a result here",
  askedFor: "Asked for",
  byAndTo: "By and to",
} as const;
