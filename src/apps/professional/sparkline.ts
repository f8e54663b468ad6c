/** Small drawings of a series, made on the server. A table of the same values always stands beside them. */
import { dateText, html, localText, type Html } from "#platform";
import type { Series } from "#sections";

type Size = { readonly width: number; readonly height: number };

const bound = (text: string | undefined): number | null => (text !== undefined && /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : null);

/**
 * A line on a true time scale, with the laboratory's own range as a band. The
 * scale takes in the whole band, so that a small change within range is not
 * stretched into a cliff. Nothing is drawn for fewer than two numbers.
 */
export function sparkline(series: Series, size: Size = { width: 96, height: 22 }): Html | null {
  const { points, latest } = series;
  if (points.length < 2) return null;
  const { width, height } = size;
  const low = bound(latest.line.low);
  const high = bound(latest.line.high);
  const values = points.map(({ value }) => value);
  let least = Math.min(...values, low ?? Infinity);
  let most = Math.max(...values, high ?? -Infinity);
  if (least === most) {
    least -= 1;
    most += 1;
  }
  const margin = (most - least) * 0.08;
  const from = points[0]!.time;
  const span = points.at(-1)!.time - from || 1;
  const x = (time: number): string => (3 + ((time - from) / span) * (width - 6)).toFixed(1);
  const y = (value: number): string => (height - 2 - ((value - least + margin) / (most - least + 2 * margin)) * (height - 4)).toFixed(1);
  const top = high === null ? 0 : Number(y(high));
  const bottom = low === null ? height : Number(y(low));
  const last = points.at(-1)!;
  return html`<svg class="spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Trend of ${points.length} values, see the table">${(low !== null || high !== null) && html`<rect class="spark__band" x="0" y="${top}" width="${width}" height="${Math.max(0, bottom - top).toFixed(1)}"/>`}<polyline class="spark__line" points="${points.map(({ time, value }) => `${x(time)},${y(value)}`).join(" ")}"/><circle class="spark__end" cx="${x(last.time)}" cy="${y(last.value)}" r="2.5"/></svg>`;
}

/**
 * The same series large enough to read values from: its least and greatest
 * value, the laboratory's range as a band with its bounds, first and last day.
 */
export function trendChart(series: Series): Html | null {
  const { points, latest } = series;
  if (points.length < 2) return null;
  const [width, height, left, bottomEdge] = [680, 190, 64, 166] as const;
  const low = bound(latest.line.low);
  const high = bound(latest.line.high);
  const values = points.map(({ value }) => value);
  const marks = [...new Set([Math.min(...values), Math.max(...values), ...[low, high].filter((edge) => edge !== null)])];
  const least = Math.min(...marks);
  const span = Math.max(...marks) - least || 1;
  const from = points[0]!.time;
  const length = points.at(-1)!.time - from || 1;
  const x = (time: number): string => (left + 6 + ((time - from) / length) * (width - left - 18)).toFixed(1);
  const y = (value: number): number => bottomEdge - 8 - ((value - least) / span) * (bottomEdge - 24);
  const day = (time: number): string => dateText(localText(new Date(time)).slice(0, 10));
  // Bounds that would print over each other are left out; the table has them all.
  const labels = marks.toSorted((a, b) => b - a).filter((mark, index, all) => index === 0 || Math.abs(y(mark) - y(all[index - 1]!)) > 13);
  return html`<svg class="spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Trend of ${points.length} values in ${latest.line.unit ?? "units not given"}, see the table">${(low !== null || high !== null) && html`<rect class="spark__band" x="${left}" y="${(high === null ? 8 : y(high)).toFixed(1)}" width="${width - left}" height="${Math.max(0, (low === null ? bottomEdge : y(low)) - (high === null ? 8 : y(high))).toFixed(1)}"/>`}${labels.map((mark) => html`<line x1="${left}" x2="${width}" y1="${y(mark).toFixed(1)}" y2="${y(mark).toFixed(1)}"/><text x="${left - 6}" y="${(y(mark) + 4).toFixed(1)}" text-anchor="end">${mark}</text>`)}<polyline class="spark__line" points="${points.map(({ time, value }) => `${x(time)},${y(value).toFixed(1)}`).join(" ")}"/>${points.map(({ time, value }) => html`<circle class="spark__end" cx="${x(time)}" cy="${y(value).toFixed(1)}" r="3"/>`)}<text x="${left}" y="${height - 6}">${day(from)}</text><text x="${width}" y="${height - 6}" text-anchor="end">${day(points.at(-1)!.time)}</text></svg>`;
}
