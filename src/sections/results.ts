/** Results as series: one test, one specimen, one unit. Values keep the text their laboratory sent. */
import type { Entry } from "#record";
import { merge, newestFirst, type MergedRow } from "./merge.ts";

export type Flag = "high" | "low" | "very-high" | "very-low" | "abnormal" | null;

export type Series = {
  readonly row: MergedRow;
  readonly latest: Entry;
  readonly previous: Entry | null;
  /** Oldest first; only values that are plain numbers with a time. */
  readonly points: readonly { readonly time: number; readonly value: number }[];
  /** Values that can't be drawn (`<5`, words), so that the drawing can say so. */
  readonly undrawn: number;
};

/** What the laboratory flagged; never worked out from the range here. */
export function flagOf(entry: Entry): Flag {
  switch (entry.line.flag?.toUpperCase()) {
    case "H":
    case "HU":
      return "high";
    case "L":
    case "LU":
      return "low";
    case "HH":
    case ">":
      return "very-high";
    case "LL":
    case "<":
      return "very-low";
    case "A":
    case "AA":
    case "POS":
      return "abnormal";
    default:
      return null;
  }
}

export const FLAG_WORDS: Readonly<Record<NonNullable<Flag>, string>> = { high: "High", low: "Low", "very-high": "Very high", "very-low": "Very low", abnormal: "Abnormal" };

const byTime = (a: Entry, b: Entry): number => (b.sortTime?.getTime() ?? 0) - (a.sortTime?.getTime() ?? 0) || newestFirst(a, b);

/** A plain number, or `null`: `<5` and words are shown and not drawn. */
export function numberOf(entry: Entry): number | null {
  const text = entry.line.value?.trim() ?? "";
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

/** Series of the values among the entries, newest first. Reports without a value of their own are no series. */
export function seriesOf(entries: readonly Entry[]): readonly Series[] {
  const values = entries.filter((entry) => entry.line.value !== undefined || entry.line.components !== undefined);
  return merge("results", values)
    .map((row) => {
      const ordered = row.entries.toSorted(byTime);
      const points: { time: number; value: number }[] = [];
      for (let index = ordered.length - 1; index >= 0; index--) {
        const entry = ordered[index]!;
        const value = numberOf(entry);
        if (value !== null && entry.sortTime !== null) points.push({ time: entry.sortTime.getTime(), value });
      }
      return { row: { ...row, lead: ordered[0]!, entries: ordered }, latest: ordered[0]!, previous: ordered[1] ?? null, points, undrawn: ordered.length - points.length };
    })
    .toSorted((a, b) => byTime(a.latest, b.latest));
}
