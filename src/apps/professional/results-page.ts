/** Results and measurements by test: grouped, latest, previous, range, flag, trend; what was asked for and has not come. */
import { unitText, type SectionId } from "#standards";
import { html, type Content, type Html } from "#platform";
import type { Entry, Removal } from "#record";
import { groupedSeries, isAbnormal, isAwaited, isPositive, isSince, RECENT_PERIODS, sectionPart, seriesOf, shortfalls, sinceOf, type Period, type PersonInputs, type Series } from "#sections";
import type { RowsPage } from "./deps.ts";
import { valueLine } from "./columns.ts";
import type { GroupId } from "./categories.ts";
import { queried, queryHref } from "./query-page.ts";
import { recordPage, organisationName, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedLines } from "./removed.ts";
import { itemHref, recordedOf, sensitiveTag, statusHtml, statusWords, whenOf } from "./rows.ts";
import { sparkline } from "./sparkline.ts";
import { coverage, headlineOf } from "./state.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.byTest;

/** Values that the page reads; older ones are on each test's own page. */
export const RESULTS_LIMIT = 1000;
/** Requests that are looked through for one without a result. */
export const REQUESTS_LIMIT = 200;

/** How the page was asked for, in its address. */
export type ResultsOrder = { readonly period: Period; readonly abnormalFirst: boolean };

/** Reads the order from an address; what it does not know is all of it, by group. */
export function readResultsOrder(query: unknown): ResultsOrder {
  const { period, first } = (query ?? {}) as Record<string, unknown>;
  return { period: RECENT_PERIODS.find(({ id }) => id === period) ?? RECENT_PERIODS.at(-1)!, abnormalFirst: first === "abnormal" };
}

/** What stands on the page beside the rows: what values said before they were corrected, requests, what was taken back. */
export type ResultsRows = { readonly page: RowsPage; /** Scores that were worked out at an assessment, such as NEWS2: they stand with what was measured. */ readonly scores: readonly Entry[]; readonly earlier: ReadonlyMap<string, readonly Entry[]>; readonly requests: RowsPage | null; readonly removals: readonly Removal[] };

/** Which of the two pages: results of laboratories and departments, or what was measured at the person. */
const PAGES = { results: { slug: "results", ...SAID.pages.results }, examinations: { slug: "observations", ...SAID.pages.examinations } } as const satisfies Partial<Record<SectionId, { title: string; many: string; slug: string }>>;
export type SeriesSection = keyof typeof PAGES;

/** The page of one of the two sections. */
export function resultsPage(context: RecordContext, inputs: PersonInputs, section: SeriesSection, rows: ResultsRows, order: ResultsOrder): RecordPage {
  const { page } = rows;
  const { title, many, slug } = PAGES[section];
  const part = sectionPart(inputs, section, page, "each");
  const since = sinceOf(order.period, context.now);
  const entries = page.entries.filter(isPositive);
  const all = seriesOf([...entries, ...rows.scores]);
  const shown = all.filter((series) => isSince(series.latest, since));
  for (const series of shown) context.shown.row(series.row);
  const values = shown.reduce((sum, { row }) => sum + row.entries.length, 0);
  const ordered = order.abnormalFirst ? [...shown.filter(isAbnormal), ...shown.filter((series) => !isAbnormal(series))] : shown;
  const groups = order.abnormalFirst ? [{ title: "", series: ordered }] : groupedSeries(ordered);
  const main = html`${part.headline.statement === null || page.total > 0 ? filters(context, slug, order) : null}${rows.requests === null ? null : awaited(context, inputs, rows.requests, entries)}<section class="panel panel--list" aria-labelledby="h-results" id="s-results" data-announce="${SAID.announced(shown.length, all.length)}"><div class="panel__head"><h2 id="h-results">${order.abnormalFirst ? SAID.flaggedFirst : SAID.byTest}</h2>${page.total > 0 && html`<span class="panel__note">${SAID.read(shown.length, all.length, page.entries.length, page.total, many)}${since !== null && SAID.filtered(values, entries.length + rows.scores.length, order.period.title)}</span>`}<span class="panel__links"></span>${coverage(context, part.states)}</div>
${all.length === 0 || part.headline.statement === null ? headlineOf(part.headline) : null}${shown.length > 0 && table(context, groups, rows.earlier)}${shown.length === 0 && all.length > 0 && nothingSince(context, inputs, section, slug, order)}${removedLines(context, rows.removals)}
${part.headline.statement === null && html`<p class="hint">${SAID.methods} ${section === "results" ? html`${SAID.reportsElsewhere(html`<a href="${context.base}/reports">${SAID.reports}</a>`)} ` : null}<a href="${context.base}/section/${section}">${SAID.oneByOne(many)}</a>.</p>`}</section>`;
  return recordPage(context, { title, group: "results" satisfies GroupId, slug, main });
}

/** Links, no form: a period is one activation, and its address can be kept without naming anybody. */
function filters(context: RecordContext, slug: string, order: ResultsOrder): Html {
  const href = (period: string, first: boolean): string => {
    const query = [period === "all" ? "" : `period=${period}`, first ? "first=abnormal" : ""].filter((part) => part !== "").join("&");
    return `${context.base}/${slug}${query === "" ? "" : `?${query}`}`;
  };
  const link = (to: string, words: string, isCurrent: boolean): Html => html`<li><a href="${to}"${isCurrent ? html` aria-current="true"` : null}>${words}</a></li>`;
  return html`<nav class="choices" aria-label="${SAID.whichResults}"><span>${SAID.last}</span><ul>${RECENT_PERIODS.map(({ id, title }) => link(href(id, order.abnormalFirst), title, id === order.period.id))}</ul><span>${SAID.order}</span><ul>${link(href(order.period.id, false), SAID.byGroup, !order.abnormalFirst)}${link(href(order.period.id, true), SAID.flaggedFirst, order.abnormalFirst)}</ul></nav>`;
}

/** Silence in a period is not "none": what could be missing stands beside it. */
function nothingSince(context: RecordContext, inputs: PersonInputs, section: SeriesSection, slug: string, { period }: ResultsOrder): Html {
  return html`<p class="said said--amber">${SAID.nothingSince(period.title)} ${shortfalls(inputs, section).map((words) => `${words}. `)}<a href="${context.base}/${slug}">${SAID.showAll}</a></p>`;
}

function table(context: RecordContext, groups: readonly { readonly title: string; readonly series: readonly Series[] }[], earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  return html`<table class="t t--list"><caption class="vh">${SAID.caption}</caption><thead><tr><th scope="col">${SAID.test}</th><th scope="col">${SAID.latest}</th><th scope="col">${SAID.previous}</th><th scope="col">${SAID.range}</th><th scope="col">${SAID.trend}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead>${groups.map(({ title, series }) => html`<tbody>${title !== "" && html`<tr class="t__group"><th scope="rowgroup" colspan="8">${title}</th></tr>`}${series.map((each) => row(context, each, earlier))}</tbody>`)}</table>`;
}

function row(context: RecordContext, series: Series, earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  const { latest, previous, row: merged } = series;
  const count = merged.entries.length;
  return html`<tr><th scope="row" data-label="${SAID.test}"><div><a href="${context.base}/test/${latest.id}">${latest.display}</a>${latest.line.specimen !== undefined && html` <span class="dim">${latest.line.specimen}</span>`}${sensitiveTag(context, merged)}</div></th><td data-label="${SAID.latest}"><div>${valueIn(series, latest)}${saidBefore(latest, earlier)}</div></td><td data-label="${SAID.previous}"><div>${previous === null ? html`<span class="dim">${SAID.none}</span>` : html`${valueIn(series, previous)} <span class="dim">${whenOf(previous)}</span>`}</div></td><td data-label="${SAID.range}"><div class="nobr">${rangeIn(series, latest)}</div></td><td data-label="${SAID.trend}"><div>${sparkline(series)} <span class="dim nobr">${SAID.values(count)}${merged.organisations.length > 1 && SAID.sources(merged.organisations.length)}</span></div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, latest)}</div></td><td data-label="${WORDS.date}" class="nobr"><div>${whenOf(latest)}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, latest)}">${organisationName(context, latest)}<span class="vh">: ${latest.display}</span></a><br><span class="dim">${performedBy(latest)}, ${recordedOf(latest)}</span>${queried(context, merged.entries)} <a class="ask" href="${queryHref(context, latest)}">${WORDS.rows.wrong}<span class="vh">${WORDS.rows.wrongWith(latest.display)}</span></a></div></td></tr>`;
}

/** A value in its series: as it was sent, or converted with what was sent beside it. */
export function valueIn(series: Series, entry: Entry): Html {
  const shown = series.shown(entry);
  if (shown === null || shown.convertedFrom === null) return valueLine(entry);
  return html`${valueLine({ ...entry, line: { ...entry.line, value: shown.text, unit: shown.unit } })} <span class="dim">${SAID.convertedFrom(shown.convertedFrom)}</span>`;
}

/** The range as it was sent; beside a value that stands in another unit, with the unit that it is in. */
export function rangeIn(series: Series, entry: Entry): Content {
  const { range, unit } = entry.line;
  if (range === undefined) return html`<span class="dim">${SAID.rangeMissing}</span>`;
  return series.shown(entry)?.convertedFrom == null ? range : `${range} ${unitText(unit ?? "")}`;
}

/** Who did it and who signed it, once where they are one. */
export const performedBy = ({ line: { performer }, author }: Entry): string => [performer, author].filter((each, index, all) => each !== undefined && each !== null && all.indexOf(each) === index).join(", ") || WORDS.authorMissing;

/** What a corrected value said before: a decision may have been made on it. */
export function saidBefore(entry: Entry, earlier: ReadonlyMap<string, readonly Entry[]>): Content {
  const other = (earlier.get(entry.id) ?? []).filter((then) => then.line.value !== undefined && (then.line.value !== entry.line.value || then.line.unit !== entry.line.unit || then.line.flag !== entry.line.flag));
  return other.length === 0 ? null : html`<br><span class="was">${SAID.was(other.map((then, index) => html`${index > 0 ? SAID.beforeThat : null}<s>${then.line.value} ${unitText(then.line.unit ?? "")}</s>${then.status !== entry.status && html` (${statusWords(then).toLowerCase()})`}`))}</span>`;
}

/** Asked for, and no result among those that this reader is shown. */
function awaited(context: RecordContext, inputs: PersonInputs, requests: RowsPage, results: readonly Entry[]): Html | null {
  const waiting = requests.entries.filter((request) => isPositive(request) && isAwaited(request, results));
  if (waiting.length === 0) return null;
  for (const request of waiting) context.shown.entry(request);
  return html`<section class="panel panel--list" id="s-awaited" aria-labelledby="h-awaited"><div class="panel__head"><h2 id="h-awaited">${SAID.awaited}</h2><span class="panel__note">${waiting.length}</span><span class="panel__links"></span><a class="panel__more" href="${context.base}/requests">${SAID.allRequests}</a></div>
<p class="hint">${SAID.awaitedHint} ${shortfalls(inputs, "results").map((words) => `${words}. `)}</p>
<table class="t t--list"><caption class="vh">${SAID.awaitedCaption}</caption><thead><tr><th scope="col">${SAID.askedFor}</th><th scope="col">${SAID.byAndTo}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${waiting.map((request) => html`<tr><th scope="row" data-label="${SAID.askedFor}"><div><a href="${itemHref(context, request)}">${request.display}</a>${request.line.urgency !== undefined && html` <span class="tag">${request.line.urgency}</span>`}${request.line.reason !== undefined && html` <span class="dim">${request.line.reason}</span>`}</div></th><td data-label="${SAID.byAndTo}"><div>${request.line.from ?? request.author ?? WORDS.authorMissing}${request.line.to !== undefined && html` → ${request.line.to}`}</div></td><td data-label="${WORDS.status}"><div>${statusWords(request)}</div></td><td data-label="${WORDS.date}" class="nobr"><div>${whenOf(request)}</div></td><td data-label="${WORDS.source}"><div>${organisationName(context, request)}</div></td></tr>`)}</tbody></table></section>`;
}
