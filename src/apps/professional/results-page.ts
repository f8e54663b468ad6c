/** Results by test: latest, previous, range, flag, trend; and one test's own page with every value. */
import { unitText } from "#standards";
import { html, type Html } from "#platform";
import type { Removal } from "#record";
import { isPositive, sectionPart, seriesOf, type PersonInputs, type Series } from "#sections";
import type { RowsPage, TestValues } from "./deps.ts";
import { valueLine } from "./columns.ts";
import { recordPage, organisationName, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedLines } from "./removed.ts";
import { itemHref, recordedOf, statusHtml, whenOf } from "./rows.ts";
import { sparkline, trendChart } from "./sparkline.ts";
import { coverage, headlineOf } from "./state.ts";
import { WORDS } from "./words.ts";

/** Values that the results page reads; older ones are on each test's own page. */
export const RESULTS_LIMIT = 1000;
/** Values on a test's own page. */
export const TEST_LIMIT = 500;

/** The results page. */
export function resultsPage(context: RecordContext, inputs: PersonInputs, page: RowsPage, removals: readonly Removal[]): RecordPage {
  const part = sectionPart(inputs, "results", page, "each");
  for (const row of part.rows) context.shown.row(row);
  const series = seriesOf(page.entries.filter(isPositive));
  const main = html`<section class="panel panel--list" aria-labelledby="h-results" id="s-results"><div class="panel__head"><h2 id="h-results">By test</h2>${page.total > 0 && html`<span class="panel__note">${series.length} ${series.length === 1 ? "test" : "tests"} from the newest ${page.entries.length} of ${page.total} results</span>`}<span class="panel__links"></span>${coverage(context, part.states)}</div>
${headlineOf(part.headline)}${series.length > 0 && table(context, series)}${removedLines(context, removals)}
${part.headline.statement === null && html`<p class="hint">Where values come from several sources, methods may differ. Reports without a value of their own are under <a href="${context.base}/reports">Reports and imaging</a>. <a href="${context.base}/section/results">All results, one by one</a>.</p>`}</section>`;
  return recordPage(context, { title: "Test results", group: "results", slug: "results", main });
}

function table(context: RecordContext, all: readonly Series[]): Html {
  return html`<table class="t t--list"><caption class="vh">Test results, newest first</caption><thead><tr><th scope="col">Test</th><th scope="col">Latest</th><th scope="col">Previous</th><th scope="col">Range</th><th scope="col">Trend</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${all.map((series) => {
    const { latest, previous, row } = series;
    return html`<tr><th scope="row" data-label="Test"><div><a href="${context.base}/test/${latest.id}">${latest.display}</a>${latest.line.specimen !== undefined && html` <span class="dim">${latest.line.specimen}</span>`}</div></th><td data-label="Latest"><div>${valueLine(latest)}</div></td><td data-label="Previous"><div>${previous === null ? html`<span class="dim">none</span>` : html`${valueLine(previous)} <span class="dim">${whenOf(previous)}</span>`}</div></td><td data-label="Range"><div class="nobr">${latest.line.range ?? html`<span class="dim">not given</span>`}</div></td><td data-label="Trend"><div>${sparkline(series)} <span class="dim nobr">${row.entries.length} ${row.entries.length === 1 ? "value" : "values"}${row.organisations.length > 1 && html`, ${row.organisations.length} sources`}</span></div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, latest)}</div></td><td data-label="${WORDS.date}" class="nobr"><div>${whenOf(latest)}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, latest)}">${organisationName(context, latest)}<span class="vh">: ${latest.display}</span></a><br><span class="dim">${latest.author ?? WORDS.authorMissing}, ${recordedOf(latest)}</span></div></td></tr>`;
  })}</tbody></table>`;
}

/** A test's own page: every value in time order, each unit or specimen a series of its own. */
export function testPage(context: RecordContext, { entry, entries, total }: TestValues): RecordPage {
  const all = seriesOf(entries);
  const main = html`<p class="hint">${entries.length < total ? `The newest ${entries.length} of ${total} values.` : `${total} ${total === 1 ? "value" : "values"}, newest first.`}${all.length > 1 && html` Values with another unit or specimen are not mixed: ${all.length} tables.`}</p>${all.map((series, index) => {
    const { latest, row, undrawn } = series;
    context.shown.row(row);
    const name = [latest.display, latest.line.specimen, latest.line.unit && unitText(latest.line.unit)].filter((part) => part !== undefined && part !== "").join(", ");
    return html`<section class="panel panel--list" aria-labelledby="h-${index}"><div class="panel__head"><h2 id="h-${index}">${name}</h2>${row.organisations.length > 1 && html`<span class="panel__note">Values from ${row.organisations.length} sources, methods may differ</span>`}</div>
<div class="trend">${trendChart(series)}</div>${undrawn > 0 && series.points.length > 1 && html`<p class="hint">${undrawn} ${undrawn === 1 ? "value is" : "values are"} not a plain number with a date, and only in the table.</p>`}
<table class="t t--list"><caption class="vh">${name}: all values, newest first</caption><thead><tr><th scope="col">${WORDS.date}</th><th scope="col">Value</th><th scope="col">Range</th><th scope="col">${WORDS.status}</th><th scope="col">Report</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${row.entries.map(
      (value) => html`<tr><th scope="row" data-label="${WORDS.date}" class="nobr"><div>${whenOf(value, false)}</div></th><td data-label="Value"><div>${valueLine(value)}</div></td><td data-label="Range"><div>${value.line.range ?? html`<span class="dim">not given</span>`}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, value)}</div></td><td data-label="Report"><div>${value.line.group ?? ""}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, value)}">${organisationName(context, value)}<span class="vh">: ${value.display} ${whenOf(value)}</span></a><br><span class="dim">${value.author ?? WORDS.authorMissing}, ${recordedOf(value)}</span></div></td></tr>`,
    )}</tbody></table></section>`;
  })}<p><a href="${context.base}/results">All test results</a></p>`;
  return recordPage(context, { title: "One test", heading: entry.display, group: "results", slug: "test", main });
}
