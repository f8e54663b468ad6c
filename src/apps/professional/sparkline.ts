/** Small drawings of a series, made on the server. A table of the same values always stands beside them. */
import { html, type Html } from "#platform";
import type { Series } from "#sections";
import { WORDS } from "./words/index.ts";

type Size = { readonly width: number; readonly height: number };

/**
 * A line on a true time scale, with the laboratory's own range as a band. The
 * scale takes in the whole band, so that a small change within range is not
 * stretched into a cliff. Nothing is drawn for fewer than two numbers.
 */
export function sparkline(series: Series, size: Size = { width: 96, height: 22 }): Html | null {
  const { points, lines, band } = series;
  if (points.length < 2) return null;
  const { width, height } = size;
  const [low, high] = [band?.low ?? null, band?.high ?? null];
  const values = lines.flatMap((line) => line.points.map(({ value }) => value));
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
  return html`<svg class="spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${WORDS.test.sparkline(points.length)}">${(low !== null || high !== null) && html`<rect class="spark__band" x="0" y="${top}" width="${width}" height="${Math.max(0, bottom - top).toFixed(1)}"/>`}${lines.map((line) => html`<polyline class="spark__line" points="${line.points.map(({ time, value }) => `${x(time)},${y(value)}`).join(" ")}"/>`)}<circle class="spark__end" cx="${x(last.time)}" cy="${y(last.value)}" r="2.5"/></svg>`;
}
