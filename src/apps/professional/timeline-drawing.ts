/**
 * The timeline as a drawing: lanes, bars for what lasts, marks for what happens,
 * clusters with their number. It repeats the tables under it, which keyboards and
 * screen readers use; each thing in it leads where its row leads.
 */
import { html, localText, type Html } from "#platform";
import type { LaneView, TimelineRow, TimelineView } from "#sections";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.timeline;

const [LEFT, RIGHT, LINE, TOP] = [176, 1180, 16, 26] as const;
/** Lines of bars in a lane that are drawn; the table has all of them. */
const MOST_LINES = 10;
const DAY = 86_400_000;

export type Leads = { readonly row: (row: TimelineRow) => string; readonly cluster: (first: Date, last: Date, lane: LaneView) => string };

/** Drawn for eyes and pointers alone. */
export function timelineDrawing(view: TimelineView, leads: Leads, now: Date): Html {
  const [from, until] = [view.from.getTime(), view.until.getTime()];
  const x = (time: number): number => LEFT + (Math.min(Math.max(time, from), until) - from) / (until - from) * (RIGHT - LEFT);
  let y: number = TOP;
  const lanes = view.lanes.map((lane) => {
    const { lines, hidden } = packed(lane.rows, x);
    const height = Math.max(1, lines.length + (lane.clusters.length > 0 ? 1 : 0)) * LINE + (hidden > 0 ? LINE : 0) + 8;
    const drawn = laneDrawing(lane, lines, hidden, x, y, height, leads);
    y += height;
    return drawn;
  });
  const ticks = ticksOf(view.from, view.until).map(({ at, text }) => html`<line x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${TOP - 6}" y2="${y}"/><text x="${(x(at) + 3).toFixed(1)}" y="14">${text}</text>`);
  // The day, not the moment: two pages of one day are drawn alike.
  const today = Math.floor(now.getTime() / DAY) * DAY + DAY / 2;
  const nowAt = today > from && today < until ? html`<line class="time__now" x1="${x(today).toFixed(1)}" x2="${x(today).toFixed(1)}" y1="${TOP - 6}" y2="${y}"/>` : null;
  return html`<div class="scroll time" tabindex="0" role="region" aria-label="${SAID.drawing}"><svg class="time__drawing" viewBox="0 0 ${RIGHT + 4} ${y + 2}" aria-hidden="true" focusable="false">${ticks}${lanes}${nowAt}</svg></div>`;
}

/** Rows in lines, so that no two lie over each other; each with its place. */
function packed(rows: readonly TimelineRow[], x: (time: number) => number): { lines: TimelineRow[][]; hidden: number } {
  const lines: { rows: TimelineRow[]; right: number }[] = [];
  let hidden = 0;
  for (const row of rows.toSorted((a, b) => a.start - b.start)) {
    const left = x(row.start);
    const free = lines.find(({ right }) => right + 6 < left) ?? (lines.length < MOST_LINES ? { rows: [], right: 0 } : null);
    if (free === null) {
      hidden += 1;
      continue;
    }
    if (free.rows.length === 0) lines.push(free);
    free.rows.push(row);
    free.right = rightOf(row, x);
  }
  return { lines: lines.map((line) => line.rows), hidden };
}

/** What lasts reaches to its end, what happens as far as its words. */
const rightOf = (row: TimelineRow, x: (time: number) => number): number => Math.max(isBar(row) ? x(row.end ?? Infinity) : x(row.start) + 12, x(row.start) + 12);
const isBar = (row: TimelineRow): boolean => row.ongoing || (row.end !== null && row.end - row.start >= DAY);

function laneDrawing(lane: LaneView, lines: readonly TimelineRow[][], hidden: number, x: (time: number) => number, y: number, height: number, leads: Leads): Html {
  const most = Math.max(1, ...lane.clusters.map(({ count }) => count));
  const middle = y + 4 + LINE / 2;
  const clusters = lane.clusters.map(({ count, first, last }) => {
    const radius = 3 + 5 * Math.sqrt(count / most);
    const at = (x(first.getTime()) + x(last.getTime())) / 2;
    return html`<a href="${leads.cluster(first, last, lane)}" tabindex="-1"><title>${SAID.clusterOf(count)}</title><rect class="time__hit" x="${(at - 12).toFixed(1)}" y="${y}" width="24" height="24"/><circle class="time__cluster" cx="${at.toFixed(1)}" cy="${middle.toFixed(1)}" r="${radius.toFixed(1)}"/></a>`;
  });
  const below = lane.clusters.length > 0 ? 1 : 0;
  const rows = lines.flatMap((line, index) => line.map((row) => rowDrawing(row, x, y + 4 + (index + below) * LINE, leads)));
  const empty = lane.statement !== null && html`<text class="time__none" x="${LEFT + 8}" y="${middle + 4}">(${lane.statement})</text>`;
  return html`<rect class="time__lane" x="0" y="${y}" width="${RIGHT}" height="${height - 2}"/><text class="time__title" x="8" y="${middle + 4}">${lane.lane.title}</text>${clusters}${rows}${hidden > 0 && html`<text class="time__none" x="${LEFT + 8}" y="${y + height - 8}">${SAID.notDrawn(hidden)}</text>`}${empty}`;
}

function rowDrawing(row: TimelineRow, x: (time: number) => number, y: number, leads: Leads): Html {
  const left = x(row.start);
  const name = row.row.lead.display;
  const middle = y + LINE / 2;
  if (!isBar(row)) return html`<a href="${leads.row(row)}" tabindex="-1"><title>${name}</title><rect class="time__hit" x="${(left - 8).toFixed(1)}" y="${y}" width="18" height="${LINE}"/><circle class="time__mark" cx="${(left + 4).toFixed(1)}" cy="${middle}" r="4.5"/></a>`;
  const right = Math.max(x(row.end ?? Infinity), left + 6);
  const letters = Math.floor((right - left - 8) / 6.4);
  return html`<a href="${leads.row(row)}" tabindex="-1"><title>${name}</title><rect class="time__bar${row.ongoing ? " time__bar--open" : ""}" x="${left.toFixed(1)}" y="${y + 1}" width="${(right - left).toFixed(1)}" height="${LINE - 3}"/>${letters > 4 && html`<text class="time__name" x="${(left + 4).toFixed(1)}" y="${middle + 3.5}">${name.length > letters ? `${name.slice(0, letters - 1)}…` : name}</text>`}</a>`;
}

/** Days, months or years, at most some fourteen of them. */
function ticksOf(from: Date, until: Date): readonly { readonly at: number; readonly text: string }[] {
  const days = (until.getTime() - from.getTime()) / DAY;
  const ticks: { at: number; text: string }[] = [];
  if (days <= 45) {
    const step = Math.max(1, Math.ceil(days / 12));
    for (let at = from.getTime(); at < until.getTime(); at += step * DAY) ticks.push({ at, text: `${localText(new Date(at)).slice(8, 10)} ${SAID.months[new Date(at).getUTCMonth()]!}` });
    return ticks;
  }
  const months = days / 30.4;
  const step = months <= 14 ? 1 : months <= 40 ? 3 : 12 * Math.max(1, Math.ceil(months / 12 / 12));
  for (let year = from.getUTCFullYear(), month = step >= 12 ? 0 : Math.ceil(from.getUTCMonth() / step) * step; Date.UTC(year, month) < until.getTime(); month += step) {
    const at = new Date(Date.UTC(year, month));
    if (at.getTime() >= from.getTime()) ticks.push({ at: at.getTime(), text: step >= 12 || at.getUTCMonth() === 0 ? String(at.getUTCFullYear()) : SAID.months[at.getUTCMonth()]! });
  }
  return ticks;
}
