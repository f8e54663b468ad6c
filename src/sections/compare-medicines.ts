/**
 * What several sources say of the same medicines, side by side, differences
 * first. Most dangerous first of all: stopped by one source and still given by
 * another. Products of one ingredient stand together and are never joined. A
 * source without a list is a column with its state; it is never an empty one.
 */
import type { Entry } from "#record";
import { statesOf, isPositive } from "./coverage.ts";
import type { PersonInputs, SectionRows } from "./inputs.ts";
import { ingredient, isCurrent, merge, newestFirst, saysToday, type MergedRow } from "./merge.ts";
import { WORST_FIRST, type SourceState } from "./states.ts";

/** How many sources are compared at once: what fits a screen. */
export const MOST_COMPARED = 6;
/** A stop is recent for so many days: discharge letters and reviews take that long to reach everybody. */
export const RECENT_STOP_DAYS = 90;

/** What one source says of one medicine; `says` is `null` where it lists none of it. */
export type ComparedCell = { readonly source: SourceState; readonly says: Entry | null; /** Its other entries of it, newest first. */ readonly others: readonly Entry[] };

export type ComparedRow = {
  readonly row: MergedRow;
  readonly cells: readonly ComparedCell[];
  /** Names of what differs: these values stand out. */
  readonly differing: ReadonlySet<string>;
  /** Set where one source has stopped it and another still gives it. */
  readonly stopped: { readonly by: readonly Entry[]; readonly currentAt: readonly Entry[]; readonly isRecent: boolean } | null;
};

export const COMPARISON_GROUPS = ["stopped", "differs", "only-here", "same", "past"] as const;
export type ComparisonGroup = (typeof COMPARISON_GROUPS)[number];

export type Comparison = {
  readonly columns: readonly SourceState[];
  /** Sources that are not compared now, those that matter first. */
  readonly others: readonly SourceState[];
  readonly groups: readonly { readonly group: ComparisonGroup; readonly rows: readonly ComparedRow[] }[];
  /** Entries of sources that are not compared. */
  readonly leftOut: number;
};

/** @param chosen ODS codes of the sources to compare; those that are none of the person's are passed over, and without any the fullest are taken */
export function compareMedicines(inputs: PersonInputs, rows: SectionRows, chosen: readonly string[]): Comparison {
  const states = inColumnOrder(statesOf(inputs, "medicines", rows).filter(({ organisation }) => organisation !== ""));
  const wanted = states.filter(({ organisation }) => chosen.includes(organisation)).slice(0, MOST_COMPARED);
  const columns = wanted.length > 0 ? wanted : states.filter(isWorthAColumn).slice(0, MOST_COMPARED);
  const compared = new Set(columns.map(({ organisation }) => organisation));
  const positives = rows.entries.filter(isPositive);
  const entries = positives.filter(({ organisation }) => compared.has(organisation));
  const all = merge("medicines", entries).map((row) => rowOf(row, columns, inputs.now));
  return {
    columns,
    others: states.filter((state) => !columns.includes(state)),
    groups: grouped(all),
    leftOut: positives.length - entries.length,
  };
}

/** The fullest list first, then sources of which a reader must know that they are missing, worst first. */
function inColumnOrder(states: readonly SourceState[]): readonly SourceState[] {
  const rank = (state: SourceState): number => (state.count > 0 ? -1 : WORST_FIRST.indexOf(state.state));
  return states.toSorted((a, b) => rank(a) - rank(b) || b.count - a.count || (a.organisation < b.organisation ? -1 : 1));
}

/** Sources that share no medicines, do not know the person or have never sent anything of anybody take no column unless they are chosen: the section's own words name them. */
const isWorthAColumn = ({ state, count }: SourceState): boolean => count > 0 || (state !== "not-supplied" && state !== "not-known-to-source" && state !== "nothing-sent" && state !== "withheld-person");

function rowOf(row: MergedRow, columns: readonly SourceState[], now: Date): ComparedRow {
  const cells = columns.map((source) => {
    const own = row.entries.filter(({ organisation }) => organisation === source.organisation).toSorted(newestFirst);
    const says = own.length === 0 ? null : saysToday(row.entries, source.organisation);
    return { source, says, others: own.filter((entry) => entry !== says) };
  });
  const saying = cells.flatMap(({ says }) => says ?? []);
  const [by, currentAt] = [saying.filter((entry) => !isCurrent(entry)), saying.filter(isCurrent)];
  const differs = row.differences.some(({ attribute }) => attribute === "Status");
  return {
    row,
    cells,
    differing: new Set(row.differences.map(({ attribute }) => attribute)),
    stopped: differs && by.length > 0 && currentAt.length > 0 ? { by, currentAt, isRecent: by.some((entry) => isRecent(entry, now)) } : null,
  };
}

function isRecent(entry: Entry, now: Date): boolean {
  const at = Date.parse(entry.line.end ?? entry.recorded ?? "");
  return Number.isNaN(at) || now.getTime() - at < RECENT_STOP_DAYS * 86_400_000;
}

function groupOf({ row, cells, stopped }: ComparedRow): ComparisonGroup {
  if (stopped !== null) return "stopped";
  if (cells.every(({ says }) => says === null || !isCurrent(says))) return "past";
  return row.outcome;
}

/** A family of one ingredient goes where its most pressing row belongs, so that its products stand together; what is past for everybody stays past. */
function grouped(rows: readonly ComparedRow[]): Comparison["groups"] {
  const place = (group: ComparisonGroup): number => COMPARISON_GROUPS.indexOf(group);
  const families = Map.groupBy(rows, (each) => (groupOf(each) === "past" ? "past" : ingredient(each.row.lead)));
  const placed = [...families.values()].flatMap((family) => {
    const group = COMPARISON_GROUPS[Math.min(...family.map((each) => place(groupOf(each))))]!;
    const ordered = family.toSorted((a, b) => place(groupOf(a)) - place(groupOf(b)) || Number(b.stopped?.isRecent ?? false) - Number(a.stopped?.isRecent ?? false));
    return ordered.map((row) => ({ group, row }));
  });
  return COMPARISON_GROUPS.map((group) => ({ group, rows: placed.filter((each) => each.group === group).map(({ row }) => row) })).filter((each) => each.rows.length > 0);
}
