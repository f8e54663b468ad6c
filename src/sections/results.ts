/**
 * Results and measurements as series: one test, one specimen, one quantity, from
 * whichever laboratory. Values keep the text that was sent; where units differ
 * within a quantity they are converted to that of the latest value, and say so.
 */
import type { Entry } from "#record";
import { converterOf, isNumber, unitText, type Analyte, type UnitConverter } from "#standards";
import { isCurrent, merge, newestFirst, type MergedRow } from "./merge.ts";
import { analyteOfEntry, testKey, unitOf } from "./series-key.ts";

export type Flag = "high" | "low" | "very-high" | "very-low" | "abnormal" | null;

/** One number of a series that can be drawn, in the series' unit. */
export type Point = { readonly time: number; readonly value: number; readonly entry: Entry };

/** One line of a chart; `name` where a measurement has several: systolic and diastolic. */
export type Line = { readonly name: string | null; readonly points: readonly Point[] };

/** A value as the series shows it: as it was sent, or converted, with what was sent beside it. */
export type ShownValue = { readonly text: string; readonly unit: string; readonly convertedFrom: string | null };

/** The laboratory's own range, in the series' unit. */
export type Band = { readonly low: number | null; readonly high: number | null; /** Whose range it is. */ readonly of: Entry };

export type Series = {
  readonly row: MergedRow;
  readonly analyte: Analyte | null;
  /** As the latest value's source wrote it; every point is in it. */
  readonly unit: string;
  /** The newest value that counts: of those that were cancelled or sent in error, one leads only where there is no other. */
  readonly latest: Entry;
  readonly previous: Entry | null;
  /** Oldest first; only values that are plain numbers with a time. The first of the lines. */
  readonly points: readonly Point[];
  readonly lines: readonly Line[];
  /** Values that count and can't be drawn (`<5`, words), so that the drawing can say so. */
  readonly undrawn: number;
  /** Values that were cancelled or sent in error: listed, not drawn. */
  readonly withdrawn: number;
  /** Values that stand in another unit than they were sent in. */
  readonly converted: number;
  /** Laboratories and practices, by name or code: methods may differ between them. */
  readonly laboratories: readonly string[];
  readonly band: Band | null;
  /** True where not every value came with the band's range. */
  readonly severalRanges: boolean;
  /** The value of an entry of this series as it is shown. */
  readonly shown: (entry: Entry) => ShownValue | null;
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

const WITHDRAWN: ReadonlySet<string> = new Set(["cancelled", "entered-in-error"]);

/** False for a value that its source cancelled or sent in error. */
export const isCounted = (entry: Entry): boolean => !WITHDRAWN.has(entry.status);

/** A plain number, or `null`: `<5` and words are shown and not drawn. */
export function numberOf(entry: Entry): number | null {
  return plainNumber(entry.line.value);
}

const plainNumber = (text: string | undefined): number | null => {
  const said = text?.trim() ?? "";
  return /^[+-]?\d+(?:\.\d+)?$/.test(said) ? Number(said) : null;
};

/** Series of the values among the entries, newest first. Reports without a value of their own are no series; an observation without one stands with the others of its test. */
export function seriesOf(entries: readonly Entry[]): readonly Series[] {
  const values = entries.filter(hasValue);
  const rows = withoutValue(merge("results", values), entries.filter((entry) => entry.type === "Observation" && !hasValue(entry)));
  return rows.map(seriesOfRow).toSorted((a, b) => byTime(a.latest, b.latest));
}

const hasValue = ({ line }: Entry): boolean => line.value !== undefined || line.components !== undefined;

/** Words and silence have no unit: `haemolysed`, a cancelled test, one that is not done yet. They join the series of their test whose newest value is newest. */
function withoutValue(rows: readonly MergedRow[], silent: readonly Entry[]): readonly MergedRow[] {
  const isNumeric = (row: MergedRow): boolean => row.entries.some((entry) => unitOf(entry) !== "" || numberOf(entry) !== null);
  if (silent.length === 0 && rows.every(isNumeric)) return rows;
  const homes = new Map<string, MergedRow>();
  for (const row of rows.filter(isNumeric)) {
    const key = testKey(row.lead);
    const known = homes.get(key);
    if (known === undefined || byTime(newestOf(row), newestOf(known)) < 0) homes.set(key, row);
  }
  const joining = Map.groupBy([...silent, ...rows.filter((row) => !isNumeric(row) && homes.has(testKey(row.lead))).flatMap((row) => row.entries)].filter((entry) => homes.has(testKey(entry))), (entry) => homes.get(testKey(entry))!);
  return rows.filter((row) => isNumeric(row) || !homes.has(testKey(row.lead))).map((row) => {
    const more = joining.get(row);
    return more === undefined ? row : { ...row, entries: [...row.entries, ...more], organisations: [...new Set([...row.organisations, ...more.map((entry) => entry.organisation)])] };
  });
}

const newestOf = (row: MergedRow): Entry => row.entries.toSorted(byTime)[0]!;

function seriesOfRow(row: MergedRow): Series {
  const ordered = row.entries.toSorted(byTime);
  const counted = ordered.filter((entry) => isCounted(entry) && hasValue(entry));
  const latest = counted[0] ?? ordered[0]!;
  const analyte = analyteOfEntry(latest);
  const unit = unitOf(counted.find((entry) => unitOf(entry) !== "") ?? latest);
  const converters = new Map<string, UnitConverter | null>();
  const converter = (from: string): UnitConverter | null => {
    let known = converters.get(from);
    if (known === undefined) converters.set(from, (known = converterOf(from, unit, analyte ?? undefined)));
    return known;
  };
  const inUnit = (text: string | undefined, from: string): number | null => {
    const number = plainNumber(text);
    if (number === null) return null;
    const by = converter(from);
    return by === null || by.isSame ? number : by.number(text!);
  };
  const lines = linesOf(counted, analyte, inUnit);
  const drawn = new Set(lines.flatMap(({ points }) => points.map(({ entry }) => entry)));
  const decimals = decimalsOf(counted, converter, inUnit);
  const bands = ordered.filter(isCounted).flatMap((entry) => {
    const [low, high] = [inUnit(entry.line.low, unitOf(entry)), inUnit(entry.line.high, unitOf(entry))];
    return low === null && high === null ? [] : [{ low, high, of: entry }];
  });
  const isConverted = (entry: Entry): boolean => entry.line.value !== undefined && isNumber(entry.line.value) && converter(unitOf(entry))?.isSame === false;
  return {
    row: { ...row, lead: latest, entries: ordered },
    analyte,
    unit,
    latest,
    previous: counted[0] === undefined ? (ordered[1] ?? null) : (counted[1] ?? null),
    points: lines[0]?.points ?? [],
    lines,
    undrawn: counted.length - drawn.size,
    withdrawn: ordered.filter((entry) => !isCounted(entry)).length,
    converted: ordered.filter(isConverted).length,
    laboratories: [...new Set(ordered.filter(hasValue).map((entry) => entry.line.performer ?? entry.organisation))],
    band: bands[0] ?? null,
    severalRanges: new Set(bands.map(({ low, high }) => `${low} ${high}`)).size > 1,
    shown: (entry) => {
      const { value } = entry.line;
      if (value === undefined) return null;
      if (!isConverted(entry)) return { text: value, unit: unitOf(entry), convertedFrom: null };
      return { text: converter(unitOf(entry))!.text(value, decimals), unit, convertedFrom: `${value} ${unitText(unitOf(entry))}` };
    },
  };
}

/** The series' lines, oldest point first: one, or one for each part of a measurement. */
function linesOf(counted: readonly Entry[], analyte: Analyte | null, inUnit: (text: string | undefined, from: string) => number | null): readonly Line[] {
  const points = new Map<string | null, Point[]>();
  const add = (name: string | null, entry: Entry, text: string | undefined, unit: string): void => {
    const value = inUnit(text, unit);
    if (value === null || entry.sortTime === null) return;
    const point = { time: entry.sortTime.getTime(), value, entry };
    const known = points.get(name);
    if (known === undefined) points.set(name, [point]);
    else known.push(point);
  };
  for (const entry of counted.toReversed()) {
    if (entry.line.components === undefined) add(lineOfCode(entry, analyte), entry, entry.line.value, unitOf(entry));
    else for (const part of entry.line.components) if ((part.unit ?? "") === unitOf(entry)) add(lineOfName(part.name, analyte), entry, part.value, part.unit ?? "");
  }
  const order = (name: string | null): number => (name === null ? -1 : (analyte?.lines.indexOf(name) ?? -1));
  return [...points].map(([name, own]) => ({ name, points: own })).toSorted((a, b) => order(a.name) - order(b.name) || ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
}

const lineOfCode = (entry: Entry, analyte: Analyte | null): string | null => analyte?.codings.find(({ code }) => code === entry.code)?.line ?? null;
/** A part by the name that the table has for it, whatever else stands in its name. */
const lineOfName = (name: string, analyte: Analyte | null): string => analyte?.lines.find((line) => name.toLowerCase().includes(line.toLowerCase())) ?? name;

/** To how many decimals converted values are written, all alike so that none changes places: as many as values sent in the unit have, and two digits of the smallest at least. */
function decimalsOf(counted: readonly Entry[], converter: (from: string) => UnitConverter | null, inUnit: (text: string | undefined, from: string) => number | null): number {
  let decimals = 0;
  for (const entry of counted) {
    const number = inUnit(entry.line.value, unitOf(entry));
    if (number === null) continue;
    if (converter(unitOf(entry))?.isSame !== false) decimals = Math.max(decimals, entry.line.value!.split(".")[1]?.length ?? 0);
    else if (number !== 0) decimals = Math.max(decimals, 1 - Math.floor(Math.log10(Math.abs(number))));
  }
  return Math.min(decimals, 6);
}

/** True where the newest value of a series was flagged by its laboratory. */
export const isAbnormal = (series: Series): boolean => flagOf(series.latest) !== null;

/** Series in the groups of the table of tests, in its order; what the table does not know stands under the name of its report, and last. */
export function groupedSeries(all: readonly Series[]): readonly { readonly title: string; readonly series: readonly Series[] }[] {
  const groups = new Map<string, { title: string; place: number; series: Series[] }>();
  for (const series of all) {
    const group = series.analyte?.group;
    const title = group?.title ?? series.latest.line.group ?? "Other tests";
    const known = groups.get(title) ?? { title, place: group?.place ?? (series.latest.line.group === undefined ? 2000 : 1000), series: [] };
    known.series.push(series);
    groups.set(title, known);
  }
  return [...groups.values()].toSorted((a, b) => a.place - b.place || (a.title < b.title ? -1 : 1));
}

/** Values of the time since a moment; what has no time is in none but the whole. */
export const isSince = (entry: Entry, since: Date | null): boolean => since === null || (entry.sortTime !== null && entry.sortTime >= since);

/** A request for an investigation whose result has not come: asked for, still standing, and no result that names it or its test since. */
export function isAwaited(request: Entry, results: readonly Entry[]): boolean {
  if (!isCurrent(request) || request.sortTime === null) return false;
  return !results.some((result) => isAnswer(result, request));
}

/** A result answers a request by the order that both name, or by its test, or the name of its report, on the same day or later. */
export function isAnswer(result: Entry, request: Entry): boolean {
  const { order } = result.line;
  if (order !== undefined && (order === request.line.order || order === request.id)) return true;
  if (result.sortTime === null || request.sortTime === null || result.sortTime.getTime() < request.sortTime.getTime() - 86_400_000) return false;
  const name = request.display.toLowerCase();
  return (request.code !== null && result.code === request.code && result.codeSystem === request.codeSystem) || result.display.toLowerCase() === name || result.line.group?.toLowerCase() === name;
}
