/** One test over time: latest and previous value, chart, every value in a table, and the values as a file for who may have one. */
import { unitText } from "#standards";
import { may } from "#decision";
import { csrfField, html, type Html } from "#platform";
import type { Entry } from "#record";
import { isSince, seriesOf, shortfalls, sinceOf, TREND_PERIODS, type Period, type PersonInputs, type Series } from "#sections";
import type { PrintReason } from "./deps.ts";
import { queried, queryHref } from "./query-page.ts";
import { recordPage, controllerName, organisationName, type RecordContext, type RecordPage } from "./record-page.ts";
import { performedBy, rangeIn, saidBefore, valueIn } from "./results-page.ts";
import type { TestValues } from "./results-routes.ts";
import { itemHref, recordedOf, sensitiveTag, statusHtml, whenOf } from "./rows.ts";
import { icon } from "./icons.ts";
import { trendChart } from "./trend-chart.ts";
import { WORDS } from "./words/index.ts";

/** Values on a test's own page, and in its file. */
export const TEST_LIMIT = 500;
export const FILE_LIMIT = 5000;

/** The period of an address; without one, the shortest that holds two values of the newest series, so that the first look is a trend. */
export function readTrendPeriod(query: unknown, entries: readonly Entry[], now: Date): Period {
  const asked = (query as Record<string, unknown> | null)?.["period"];
  const found = TREND_PERIODS.find(({ id }) => id === asked);
  if (found !== undefined) return found;
  const newest = seriesOf(entries)[0];
  return TREND_PERIODS.slice(2).find((period) => (newest?.points.filter(({ entry }) => isSince(entry, sinceOf(period, now))).length ?? 0) > 1) ?? TREND_PERIODS.at(-1)!;
}

/** A test's own page: every value of the period, each quantity or specimen a series of its own. */
export function testPage(context: RecordContext, inputs: PersonInputs, { entry, entries, total, earlier }: TestValues, period: Period, reasons: readonly PrintReason[]): RecordPage {
  const since = sinceOf(period, context.now);
  const all = seriesOf(entries);
  const cautions = shortfalls(inputs, entry.section);
  const main = html`<nav class="choices" aria-label="Period"><span>Last</span><ul>${TREND_PERIODS.map(({ id, title }) => html`<li><a href="${context.base}/test/${entry.id}?period=${id}"${id === period.id ? html` aria-current="true"` : null}>${title}</a></li>`)}</ul></nav>
<p class="hint">${entries.length < total ? `The newest ${entries.length} of ${total} values are read here.` : `${total} ${total === 1 ? "value" : "values"} on record.`}${all.length > 1 && html` Values of another quantity or specimen are not mixed: ${all.length} series.`}</p>${cautions.length > 0 && html`<p class="cautions">${icon("warn")}${cautions.join(". ")}.</p>`}${all.map((series, index) => panel(context, series, index, since, period, earlier))}${entries.length === 0 && html`<p class="said said--grey">This entry has no value of its own.</p>`}${may(inputs.decision, "download") && entries.length > 0 ? download(context, entry, period, reasons) : null}<p><a href="${context.base}/${entry.section === "examinations" ? "observations" : "results"}">${entry.section === "examinations" ? "All observations over time" : "All test results"}</a></p>`;
  return recordPage(context, { title: "One test", heading: entry.display, group: "results", slug: "test", main });
}

function panel(context: RecordContext, series: Series, index: number, since: Date | null, period: Period, earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  const { latest, previous, row, undrawn, withdrawn } = series;
  context.shown.row(row);
  const listed = row.entries.filter((entry) => isSince(entry, since));
  const rowIds = new Map(listed.map((entry, place) => [entry, `v-${index}-${place}`]));
  const name = [latest.display, latest.line.specimen, unitText(series.unit)].filter((part) => part !== undefined && part !== "").join(", ");
  return html`<section class="panel panel--list" aria-labelledby="h-${index}"><div class="panel__head"><h2 id="h-${index}">${name}</h2><span class="panel__note">${listed.length < row.entries.length ? `Showing ${listed.length} of ${row.entries.length} values, filter on: last ${period.title}` : `${row.entries.length} ${row.entries.length === 1 ? "value" : "values"}`}</span></div>
<p class="latest"><span class="latest__value">${valueIn(series, latest)}</span> <span class="dim">${whenOf(latest, false)}</span>${saidBefore(latest, earlier)}${previous !== null && html` <span class="latest__before"><span class="dim">before</span> ${valueIn(series, previous)} <span class="dim">${whenOf(previous)}</span></span>`}</p>
${notes(context, series).map((words) => html`<p class="hint">${words}</p>`)}
${trendChart(context, series, since, rowIds)}${undrawn > 0 && series.points.length > 1 && html`<p class="hint">${undrawn} ${undrawn === 1 ? "value is" : "values are"} not a plain number with a date, and only in the table.</p>`}${withdrawn > 0 && html`<p class="hint">${withdrawn} cancelled or sent in error: in the table, not in the chart.</p>`}
${listed.length === 0 ? html`<p class="said said--amber">Nothing dated in the last ${period.title} is among the values shown here. <a href="${context.base}/test/${latest.id}?period=all">Show all</a></p>` : values(context, series, name, listed, rowIds, earlier)}</section>`;
}

/** What a reader of the line must know of how it was made. */
function notes(context: RecordContext, series: Series): readonly string[] {
  const said: string[] = [];
  if (series.laboratories.length > 1) said.push(`Values from ${series.laboratories.length} laboratories, methods may differ: ${series.laboratories.map((each) => context.names.get(each) ?? each).join(", ")}.`);
  if (series.converted > 0) said.push(`${series.converted} ${series.converted === 1 ? "value was" : "values were"} sent in another unit and ${series.converted === 1 ? "is" : "are"} converted to ${unitText(series.unit)}; what was sent stands beside each.`);
  if (series.band !== null) said.push(`Shaded: the range that ${organisationName(context, series.band.of)} gave${series.severalRanges ? " with the newest value that has one. Ranges differ between values; each stands in the table" : ""}.`);
  else if (series.points.length > 0) said.push("No range was given: nothing is shaded.");
  return said;
}

function values(context: RecordContext, series: Series, name: string, listed: readonly Entry[], rowIds: ReadonlyMap<Entry, string>, earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  return html`<table class="t t--list"><caption class="vh">${name}: values, newest first</caption><thead><tr><th scope="col">${WORDS.date}</th><th scope="col">Value</th><th scope="col">Range</th><th scope="col">${WORDS.status}</th><th scope="col">Report</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${listed.map((value) => html`<tr id="${rowIds.get(value)}"${value.status === "entered-in-error" || value.status === "cancelled" ? html` class="error-row"` : null}><th scope="row" data-label="${WORDS.date}" class="nobr"><div>${whenOf(value, false)}</div></th><td data-label="Value"><div>${value.line.value === undefined && value.line.components === undefined ? (value.line.outcome ?? "No value") : valueIn(series, value)}${saidBefore(value, earlier)}${sensitiveTag(context, { ...series.row, entries: [value] })}</div></td><td data-label="Range"><div>${rangeIn(series, value)}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, value)}</div></td><td data-label="Report"><div>${value.line.group ?? ""}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, value)}">${organisationName(context, value)}<span class="vh">: ${value.display} ${whenOf(value)}</span></a><br><span class="dim">${performedBy(value)}, ${recordedOf(value)}</span>${queried(context, [value])} <a class="ask" href="${queryHref(context, value)}">Wrong?<span class="vh"> Something is wrong with ${value.display} ${whenOf(value)}</span></a></div></td></tr>`)}</tbody></table>`;
}

/** Asked for with its reason like every download: it is on record before it is made. */
function download(context: RecordContext, entry: Entry, period: Period, reasons: readonly PrintReason[]): Html {
  return html`<details class="cover"><summary>Download these values</summary><form class="office-form" method="post" action="${context.base}/test/${entry.id}/values">${csrfField(context.shell)}<input type="hidden" name="period" value="${period.id}">
<div class="nhsuk-form-group"><label class="nhsuk-label" for="reason">What it is for</label><select class="nhsuk-select" id="reason" name="reason">${reasons.map(({ id, words }) => html`<option value="${id}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">More about it (optional)</label><input class="nhsuk-input" id="words" name="words" type="text" maxlength="200" autocomplete="off"></div>
<p><button class="nhsuk-button nhsuk-button--secondary" type="submit">Download as CSV</button></p><p class="hint">The file names no person. The download is recorded in the person's access history.</p></form></details>`;
}

/** The values as comma-separated text, the newest first: as sent, and as the page shows them where a unit was converted. */
export function valuesFile(context: RecordContext, entries: readonly Entry[], since: Date | null): string {
  const lines = [["date", "test", "value as sent", "unit as sent", "value", "unit", "flag", "range", "specimen", "status", "laboratory", "source", "entry"]];
  for (const series of seriesOf(entries)) {
    const listed = series.row.entries.filter((entry) => isSince(entry, since));
    for (const entry of listed) {
      context.shown.entry(entry);
      const shown = series.shown(entry);
      const sent = entry.line.components === undefined ? [entry.line.value ?? "", entry.line.unit ?? ""] : [entry.line.components.map((part) => `${part.name} ${part.value}`).join("; "), entry.line.components[0]?.unit ?? ""];
      lines.push([entry.when ?? "", entry.display, ...sent, shown?.text ?? sent[0]!, shown?.unit ?? sent[1]!, entry.line.flag ?? "", entry.line.range ?? "", entry.line.specimen ?? "", entry.status, entry.line.performer ?? "", controllerName(context, entry), entry.id]);
    }
  }
  return lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** A cell that no spreadsheet takes for a formula: what a source sent could begin with `=`. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
