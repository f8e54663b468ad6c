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

const SAID = WORDS.test;
const SAID_BY_TEST = WORDS.byTest;

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
  const main = html`<nav class="choices" aria-label="${SAID.period}"><span>${SAID_BY_TEST.last}</span><ul>${TREND_PERIODS.map(({ id, title }) => html`<li><a href="${context.base}/test/${entry.id}?period=${id}"${id === period.id ? html` aria-current="true"` : null}>${title}</a></li>`)}</ul></nav>
<p class="hint">${entries.length < total ? SAID.newestRead(entries.length, total) : SAID.onRecord(total)}${all.length > 1 && ` ${SAID.notMixed(all.length)}`}</p>${cautions.length > 0 && html`<p class="cautions">${icon("warn")}${cautions.join(". ")}.</p>`}${all.map((series, index) => panel(context, series, index, since, period, earlier))}${entries.length === 0 && html`<p class="said said--grey">${SAID.noValueOfItsOwn}</p>`}${may(inputs.decision, "download") && entries.length > 0 ? download(context, entry, period, reasons) : null}<p><a href="${context.base}/${entry.section === "examinations" ? "observations" : "results"}">${entry.section === "examinations" ? SAID.allObservations : SAID.allResults}</a></p>`;
  return recordPage(context, { title: SAID.title, heading: entry.display, group: "results", slug: "test", main });
}

function panel(context: RecordContext, series: Series, index: number, since: Date | null, period: Period, earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  const { latest, previous, row, undrawn, withdrawn } = series;
  context.shown.row(row);
  const listed = row.entries.filter((entry) => isSince(entry, since));
  const rowIds = new Map(listed.map((entry, place) => [entry, `v-${index}-${place}`]));
  const name = [latest.display, latest.line.specimen, unitText(series.unit)].filter((part) => part !== undefined && part !== "").join(", ");
  return html`<section class="panel panel--list" aria-labelledby="h-${index}"><div class="panel__head"><h2 id="h-${index}">${name}</h2><span class="panel__note">${listed.length < row.entries.length ? SAID.showing(listed.length, row.entries.length, period.title) : SAID_BY_TEST.values(row.entries.length)}</span></div>
<p class="latest"><span class="latest__value">${valueIn(series, latest)}</span> <span class="dim">${whenOf(latest, false)}</span>${saidBefore(latest, earlier)}${previous !== null && html` <span class="latest__before">${SAID.before(html`${valueIn(series, previous)} <span class="dim">${whenOf(previous)}</span>`)}</span>`}</p>
${notes(context, series).map((words) => html`<p class="hint">${words}</p>`)}
${trendChart(context, series, since, rowIds)}${undrawn > 0 && series.points.length > 1 && html`<p class="hint">${SAID.undrawn(undrawn)}</p>`}${withdrawn > 0 && html`<p class="hint">${SAID.withdrawn(withdrawn)}</p>`}
${listed.length === 0 ? html`<p class="said said--amber">${SAID.nothingSince(period.title)} <a href="${context.base}/test/${latest.id}?period=all">${SAID_BY_TEST.showAll}</a></p>` : values(context, series, name, listed, rowIds, earlier)}</section>`;
}

/** What a reader of the line must know of how it was made. */
function notes(context: RecordContext, series: Series): readonly string[] {
  const said: string[] = [];
  if (series.laboratories.length > 1) said.push(SAID.laboratories(series.laboratories.length, series.laboratories.map((each) => context.names.get(each) ?? each).join(", ")));
  if (series.converted > 0) said.push(SAID.converted(series.converted, unitText(series.unit)));
  if (series.band !== null) said.push(SAID.shaded(organisationName(context, series.band.of), series.severalRanges));
  else if (series.points.length > 0) said.push(SAID.notShaded);
  return said;
}

function values(context: RecordContext, series: Series, name: string, listed: readonly Entry[], rowIds: ReadonlyMap<Entry, string>, earlier: ReadonlyMap<string, readonly Entry[]>): Html {
  return html`<table class="t t--list"><caption class="vh">${SAID.caption(name)}</caption><thead><tr><th scope="col">${WORDS.date}</th><th scope="col">${SAID.value}</th><th scope="col">${SAID_BY_TEST.range}</th><th scope="col">${WORDS.status}</th><th scope="col">${SAID.report}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${listed.map((value) => html`<tr id="${rowIds.get(value)}"${value.status === "entered-in-error" || value.status === "cancelled" ? html` class="error-row"` : null}><th scope="row" data-label="${WORDS.date}" class="nobr"><div>${whenOf(value, false)}</div></th><td data-label="${SAID.value}"><div>${value.line.value === undefined && value.line.components === undefined ? (value.line.outcome ?? SAID.noValue) : valueIn(series, value)}${saidBefore(value, earlier)}${sensitiveTag(context, { ...series.row, entries: [value] })}</div></td><td data-label="${SAID_BY_TEST.range}"><div>${rangeIn(series, value)}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, value)}</div></td><td data-label="${SAID.report}"><div>${value.line.group ?? ""}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, value)}">${organisationName(context, value)}<span class="vh">: ${value.display} ${whenOf(value)}</span></a><br><span class="dim">${performedBy(value)}, ${recordedOf(value)}</span>${queried(context, [value])} <a class="ask" href="${queryHref(context, value)}">${WORDS.rows.wrong}<span class="vh">${WORDS.rows.wrongWith(html`${value.display} ${whenOf(value)}`)}</span></a></div></td></tr>`)}</tbody></table>`;
}

/** Asked for with its reason like every download: it is on record before it is made. */
function download(context: RecordContext, entry: Entry, period: Period, reasons: readonly PrintReason[]): Html {
  return html`<details class="cover"><summary>${SAID.download}</summary><form class="office-form" method="post" action="${context.base}/test/${entry.id}/values">${csrfField(context.shell)}<input type="hidden" name="period" value="${period.id}">
<div class="nhsuk-form-group"><label class="nhsuk-label" for="reason">${SAID.reason}</label><select class="nhsuk-select" id="reason" name="reason">${reasons.map(({ id, words }) => html`<option value="${id}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">${SAID.words}</label><input class="nhsuk-input" id="words" name="words" type="text" maxlength="200" autocomplete="off"></div>
<p><button class="nhsuk-button nhsuk-button--secondary" type="submit">${SAID.downloadButton}</button></p><p class="hint">${SAID.downloadHint}</p></form></details>`;
}

/** The values as comma-separated text, the newest first: as sent, and as the page shows them where a unit was converted. */
export function valuesFile(context: RecordContext, entries: readonly Entry[], since: Date | null): string {
  const lines: string[][] = [[...SAID.file]];
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
