/** The English of the timeline: its drawing and its tables. */
import { html, type Content, type Html } from "#platform";

/** Whether one thing is meant or several. */
const isOne = (count: number): boolean => count === 1;

export const TIMELINE = {
  title: "Timeline",
  kind: "Kind",
  moveAlong: "Move along time",
  shorter: "Shorter",
  longer: "Longer",
  earlier: "Earlier",
  later: "Later",
  skipToTables: "Skip to the tables",
  drawing: "Drawing of the timeline; the same is in the tables under it",
  span: (from: Content, until: Content): Html => html`${from} to ${until}`,
  since: (from: Content): Html => html`since ${from}`,
  undated: (count: number): string => (isOne(count) ? "1 entry has no date and is on no timeline; the lists of each kind have it." : `${count} entries have no date and are on no timeline; the lists of each kind have them.`),
  inPeriod: (entries: number): string => `${entries} in this period`,
  inClusters: (entries: number, clusters: number, before: number): string => `${entries} in this period, shown as ${clusters} ${isOne(clusters) ? "cluster" : "clusters"}${before > 0 ? ` and ${before} that began before` : ""}`,
  newestFirst: (lane: string): string => `${lane}, newest first`,
  ofLane: (lane: string, from: string, until: string): string => ` of ${lane.toLowerCase()}, ${from} to ${until}`,
  unread: (count: number, list: Html): Html => html`${count} more of this day are not told here: ${list}.`,
  clusterOf: (count: number): string => `${count} entries`,
  notDrawn: (count: number): string => `and ${count} more in the table`,
  months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
} as const;
