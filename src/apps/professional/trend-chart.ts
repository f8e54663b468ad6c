/**
 * A series large enough to read values from, drawn on the server: a true time
 * scale over the period asked for, the laboratory's range as a band, few pale
 * gridlines, and a scale that is never stretched to make a small change large.
 * Each value leads to its own entry; values too close to pick lead to their rows
 * in the table, which always stands below. Flags are shapes and words too.
 */
import { dateText, html, localText, type Html } from "#platform";
import type { Entry } from "#record";
import { FLAG_WORDS, flagOf, type Line, type Point, type Series } from "#sections";
import { unitText } from "#standards";
import { organisationName, type RecordContext } from "./record-page.ts";
import { itemHref, statusWords } from "./rows.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.test;

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 260, 56, 74, 28, 226] as const;
/** The least that a finger or a pointer can pick. */
const TARGET = 24;
const DAY = 86_400_000;

/** Which rows of the table stand for an entry: what a picked group of values leads to. */
export type RowIds = ReadonlyMap<Entry, string>;

/** The chart of the points since a moment; `null` for fewer than two, which a table says as well. */
export function trendChart(context: RecordContext, series: Series, since: Date | null, rowIds: RowIds): Html | null {
  const lines = series.lines.map((line) => ({ ...line, points: line.points.filter(({ time }) => since === null || time >= since.getTime()) })).filter(({ points }) => points.length > 0);
  const points = lines.flatMap((line) => line.points);
  if (new Set(points.map(({ time }) => time)).size < 2) return null;
  const from = since?.getTime() ?? Math.min(...points.map(({ time }) => time));
  // To the end of the day: the same points stand at the same place all day long.
  const until = Math.max(since === null ? 0 : Math.ceil(context.now.getTime() / DAY) * DAY, ...points.map(({ time }) => time));
  const x = (time: number): number => LEFT + 12 + ((time - from) / (until - from || 1)) * (WIDTH - LEFT - RIGHT - 24);
  const scale = scaleOf(points.map(({ value }) => value), series.band?.low ?? null, series.band?.high ?? null);
  const y = (value: number): number => BOTTOM - ((value - scale.least) / (scale.most - scale.least)) * (BOTTOM - TOP);
  const unit = unitText(series.unit);
  return html`<div class="scroll scroll--newest" tabindex="0" role="region" aria-label="${SAID.chartOf(series.latest.display)}"><svg class="chart" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="${SAID.chart(points.length, series.latest.display, unit)}"><text class="chart__unit" x="4" y="14">${unit === "" ? SAID.noUnit : unit}</text>${band(series, y)}${scale.marks.map((mark) => html`<line class="chart__grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(mark).toFixed(1)}" y2="${y(mark).toFixed(1)}"/><text x="${LEFT - 6}" y="${(y(mark) + 4).toFixed(1)}" text-anchor="end">${mark}</text>`)}${daysOf(from, until).map(({ at, words }) => html`<line class="chart__tick" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${BOTTOM}" y2="${BOTTOM + 5}"/><text x="${x(at).toFixed(1)}" y="${BOTTOM + 19}" text-anchor="middle">${words}</text>`)}${lines.map((line, index) => drawn(line, index, lines.length, x, y))}${picked(context, series, lines, x, rowIds)}</svg></div>`;
}

function band({ band: range }: Series, y: (value: number) => number): Html | null {
  if (range === null) return null;
  const [top, bottom] = [range.high === null ? TOP - 6 : y(range.high), range.low === null ? BOTTOM + 6 : y(range.low)];
  return html`<rect class="spark__band" x="${LEFT}" y="${top.toFixed(1)}" width="${WIDTH - LEFT - RIGHT}" height="${Math.max(0, bottom - top).toFixed(1)}"/>`;
}

/**
 * From where to where the scale goes, and where its gridlines are: the whole
 * range of the laboratory with a margin, all values, and at least a third of the
 * values' size where no range was given, so that noise is no cliff.
 */
export function scaleOf(values: readonly number[], low: number | null, high: number | null): { readonly least: number; readonly most: number; readonly marks: readonly number[] } {
  const edges = [...values, ...[low, high].filter((edge) => edge !== null)];
  let [least, most] = [Math.min(...edges), Math.max(...edges)];
  const middle = (least + most) / 2;
  const wanted = Math.max(most - least, low !== null && high !== null ? (high - low) * 1.5 : Math.abs(middle) / 3, Number.MIN_VALUE * 1e10);
  const spread = Math.max(wanted, (most - least) * 1.2);
  const atLeastZero = least >= 0;
  [least, most] = [middle - spread / 2, middle + spread / 2];
  if (atLeastZero && least < 0) [least, most] = [0, most - least * 0.5];
  const step = niceStep((most - least) / 4);
  const marks: number[] = [];
  for (let index = Math.ceil(least / step); index * step <= most && marks.length < 7; index++) marks.push(Number((index * step).toPrecision(12)));
  return { least, most, marks };
}

function niceStep(rough: number): number {
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ten * ([1, 2, 5, 10].find((each) => each * ten >= rough) ?? 10);
}

/** Days, months or years under the chart, at most seven. */
function daysOf(from: number, until: number): readonly { readonly at: number; readonly words: string }[] {
  const days = (until - from) / DAY;
  if (days <= 62) {
    const step = days <= 7 ? 1 : days <= 35 ? 7 : 14;
    const first = Math.ceil(from / DAY) * DAY;
    return Array.from({ length: Math.floor((until - first) / (step * DAY)) + 1 }, (_, index) => first + index * step * DAY).map((at) => ({ at, words: dateText(localText(new Date(at)).slice(0, 10)).slice(0, 6) }));
  }
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((each) => days / (each * 30.4) <= 7) ?? 480;
  const start = new Date(from);
  const ticks: { at: number; words: string }[] = [];
  for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months; ticks.length < 9; month += months) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > until) break;
    if (at >= from) ticks.push({ at, words: months >= 12 ? String(Math.floor(month / 12)) : dateText(new Date(at).toISOString().slice(0, 7)) });
  }
  return ticks;
}

/** A line and its marks: circles, triangles for what was flagged, squares on a second line; the newest larger, with its value. */
function drawn({ name, points }: Line, index: number, of: number, x: (time: number) => number, y: (value: number) => number): Html {
  const last = points.at(-1)!;
  const label = `${of > 1 && name !== null ? `${name} ` : ""}${last.entry.line.components === undefined ? "" : last.value}`.trim();
  return html`<polyline class="spark__line${index > 0 ? html` chart__second` : null}" points="${points.map(({ time, value }) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}"/>${points.map((point) => mark(point, x(point.time), y(point.value), point === last ? 5 : 3.5, index > 0))}${label !== "" && html`<text class="chart__last" x="${(x(last.time) + 8).toFixed(1)}" y="${(y(last.value) - 8).toFixed(1)}" text-anchor="${of > 1 ? "end" : "start"}">${label}</text>`}`;
}

function mark({ entry }: Point, x: number, y: number, size: number, square: boolean): Html {
  const flag = flagOf(entry);
  const [at, up] = [(dx: number, dy: number): string => `${(x + dx * size * 1.4).toFixed(1)},${(y + dy * size * 1.4).toFixed(1)}`, flag !== null && flag.includes("low") ? -1 : 1];
  if (flag !== null && flag !== "abnormal") return html`<polygon class="chart__flag" points="${at(0, -up)} ${at(1, up * 0.8)} ${at(-1, up * 0.8)}"/>`;
  if (flag === "abnormal") return html`<polygon class="chart__flag" points="${at(0, -1)} ${at(1, 0)} ${at(0, 1)} ${at(-1, 0)}"/>`;
  if (square) return html`<rect class="spark__end" x="${(x - size).toFixed(1)}" y="${(y - size).toFixed(1)}" width="${2 * size}" height="${2 * size}"/>`;
  return html`<circle class="spark__end" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size}"/>`;
}

/** What a key or pointer picks: a strip over each moment, which shows as a line with its value while it is held. */
function picked(context: RecordContext, series: Series, lines: readonly Line[], x: (time: number) => number, rowIds: RowIds): readonly Html[] {
  const entries = [...new Set(lines.flatMap(({ points }) => points.map(({ entry }) => entry)))].toSorted((a, b) => a.sortTime!.getTime() - b.sortTime!.getTime());
  const groups: { at: number; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const at = x(entry.sortTime!.getTime());
    const group = groups.at(-1);
    if (group !== undefined && at - group.at < TARGET) group.entries.push(entry);
    else groups.push({ at, entries: [entry] });
  }
  return groups.map(({ at, entries: own }) => {
    const [first, last] = [own[0]!, own.at(-1)!];
    const words = own.length === 1 ? `${dayOf(first)}: ${valueWords(series, first)}` : SAID.group(own.length, dayOf(first), dayOf(last));
    const href = own.length === 1 ? itemHref(context, first) : `#${rowIds.get(last) ?? "values"}`;
    const middle = at + Math.min(TARGET, x(last.sortTime!.getTime()) - at) / 2 - (own.length === 1 ? 0 : TARGET / 4);
    const anchor = middle < WIDTH * 0.35 ? "start" : middle > WIDTH * 0.65 ? "end" : "middle";
    return html`<a class="chart__pick" href="${href}" aria-label="${words}${own.length === 1 ? SAID.openValue(organisationName(context, first)) : ""}"><rect class="chart__strip" x="${(at - TARGET / 2).toFixed(1)}" y="${TOP - 8}" width="${TARGET}" height="${BOTTOM - TOP + 8}"/><line class="chart__focus" x1="${middle.toFixed(1)}" x2="${middle.toFixed(1)}" y1="${TOP - 8}" y2="${BOTTOM}"/><text class="chart__tip" aria-hidden="true" x="${middle.toFixed(1)}" y="14" text-anchor="${anchor}">${words}</text></a>`;
  });
}

const dayOf = (entry: Entry): string => dateText(localText(entry.sortTime!).slice(0, 10));

/** A value in words: as the series shows it, its flag, and its status where that is not plainly final. */
export function valueWords(series: Series, entry: Entry): string {
  const flag = flagOf(entry);
  const shown = series.shown(entry);
  const value = shown === null ? (entry.line.components ?? []).map((part) => `${part.name} ${part.value} ${unitText(part.unit ?? "")}`.trim()).join(", ") : `${shown.text} ${unitText(shown.unit)}`.trim();
  return [value, flag === null ? "" : FLAG_WORDS[flag], shown?.convertedFrom == null ? "" : SAID.convertedFrom(shown.convertedFrom), entry.status === "final" || entry.status === "" ? "" : statusWords(entry).toLowerCase()].filter((part) => part !== "").join(", ");
}
