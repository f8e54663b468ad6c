/** The timeline of a record: filters, a drawing of lanes, and the same as tables, which are what keyboards and screen readers use. */
import { dateHtml, dateText, html, type Content, type Html } from "#platform";
import { LANES, listed, type LaneView, type MergedRow, type PersonInputs, type TimelineRow, type TimelineView } from "#sections";
import { sectionTitle, type SectionId } from "#standards";
import { pageOfSection } from "./categories.ts";
import { dashed, medicineLine, valueLine } from "./columns.ts";
import { dayOf, filterBar, PERIODS, queryOf, type Filters } from "./filters.ts";
import { icon } from "./icons.ts";
import { organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { differences, documentHref, doubt, itemHref, sensitiveTag, sourceLong, statusHtml } from "./rows.ts";
import { timelineDrawing } from "./timeline-drawing.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.timeline;

/** What a timeline shows until somebody says otherwise. */
export const TIMELINE_PERIOD = "1y";
const DAY = 86_400_000;

export function timelinePage(context: RecordContext, inputs: PersonInputs, view: TimelineView, filters: Filters, inDoubt: readonly SectionId[]): RecordPage {
  const address = `${context.base}/timeline`;
  const to = (change: Partial<Filters>): string => `${address}${queryOf({ ...filters, ...change }, TIMELINE_PERIOD)}`;
  // A cluster opens as the same lane over its own days.
  const cluster = (first: Date, last: Date, { lane }: LaneView): string => to({ from: dayOf(first), until: dayOf(last), kind: lane.id });
  const row = ({ row: { lead } }: TimelineRow): string => (lead.section === "documents" ? documentHref(context, lead) : itemHref(context, lead));
  const showing = WORDS.filters.showing(view.shown, view.total);
  const main = html`${filterBar(context, inputs, { filters, preset: TIMELINE_PERIOD, address, kinds: LANES, kindLabel: SAID.kind, withUnread: true }, showing)}
${setApart(context, inDoubt)}
<section class="panel panel--list" aria-labelledby="h-drawing"><div class="panel__head"><h2 id="h-drawing">${SAID.span(dateText(dayOf(view.from)), dateText(dayOf(new Date(view.until.getTime() - DAY))))}</h2><nav class="panel__links" aria-label="${SAID.moveAlong}">${steps(view, filters, to)}</nav></div>${timelineDrawing(view, { row, cluster }, context.now)}
${view.undated > 0 && html`<p class="hint">${SAID.undated(view.undated)}</p>`}</section>
${view.lanes.map((lane) => laneTable(context, lane, cluster))}`;
  return recordPage(context, { title: SAID.title, group: "timeline", slug: "timeline", main, skips: [{ href: `#lane-${view.lanes[0]?.lane.id ?? ""}`, text: SAID.skipToTables }] });
}

/** Records in doubt stand in no lane: how many kinds of thing they hold that this reader sees all the same, and where. */
function setApart(context: RecordContext, inDoubt: readonly SectionId[]): Html | null {
  if (context.doubted.length === 0) return null;
  for (const section of inDoubt) context.shown.section(section);
  const whose = listed([...new Set(context.doubted.map(({ organisationName: name }) => name))]);
  return html`<p class="cautions" id="in-doubt">${icon("warn")}${WORDS.notOnTimeline(context.doubted.length, whose)} ${inDoubt.length === 0 ? WORDS.nothingProtecting : html`${WORDS.protectingKinds(inDoubt.length)} ${inDoubt.map((section, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${sectionTitle(section)}</a>`)}.`} <a href="${context.base}/details">${WORDS.setApartMore}</a></p>`;
}

/** Zoom and move by links: nothing has to be dragged. */
function steps(view: TimelineView, filters: Filters, to: (change: Partial<Filters>) => string): Html {
  const index = filters.from === null ? PERIODS.findIndex(({ id }) => id === filters.period) : -1;
  const link = (text: string, change: Partial<Filters> | null): Content => (change === null ? null : html`<a class="panel__more" href="${to(change)}">${text}</a>`);
  const half = Math.max(1, Math.round((view.until.getTime() - view.from.getTime()) / DAY / 2)) * DAY;
  const last = view.until.getTime() - DAY;
  const moved = (by: number): Partial<Filters> => (filters.from === null ? { until: dayOf(new Date(last + by)) } : { from: dayOf(new Date(view.from.getTime() + by)), until: dayOf(new Date(last + by)) });
  const whole = filters.from === null && filters.period === "all";
  return html`${link(SAID.shorter, index > 0 ? { period: PERIODS[index - 1]!.id } : null)}${link(SAID.longer, index >= 0 && index < PERIODS.length - 1 ? { period: PERIODS[index + 1]!.id, ...(PERIODS[index + 1]!.id === "all" && { until: null }) } : index < 0 ? { from: null, until: null } : null)}${link(SAID.earlier, whole ? null : moved(-half))}${link(SAID.later, whole ? null : moved(half))}`;
}

function laneTable(context: RecordContext, view: LaneView, cluster: (first: Date, last: Date, lane: LaneView) => string): Html {
  const { lane, rows, clusters, statement, cautions } = view;
  const id = `lane-${lane.id}`;
  if (!view.locked) for (const section of lane.sections) if (view.entries > 0) context.shown.section(section);
  const note = clusters.length > 0 ? SAID.inClusters(view.entries, clusters.length, rows.length) : SAID.inPeriod(view.entries);
  const caution = cautions.map((each) => html`<span class="said__caution">${each}. </span>`);
  return html`<section class="panel panel--list" id="${id}" aria-labelledby="h-${id}"><div class="panel__head"><h2 id="h-${id}">${lane.title}</h2>${view.entries > 0 && html`<span class="panel__note">${note}</span>`}</div>
${statement !== null ? html`<p class="said said--${view.locked ? "lock" : cautions.length > 0 ? "amber" : "grey"}">${icon(view.locked ? "lock" : cautions.length > 0 ? "warn" : "dash")}${statement}. ${caution}</p>` : cautions.length > 0 && html`<p class="cautions">${icon("warn")}${caution}</p>`}
${(rows.length > 0 || clusters.length > 0) && html`<table class="t t--list"><caption class="vh">${SAID.newestFirst(lane.title)}</caption><thead><tr><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.rows.columns.what}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${clusters.map((each) => html`<tr><td data-label="${WORDS.date}" class="when"><div>${days(each.first, each.last)}</div></td><td data-label="${WORDS.rows.columns.what}"><div><a href="${cluster(each.first, each.last, view)}">${WORDS.entryCount(each.count)}<span class="vh">${SAID.ofLane(lane.title, dateText(dayOf(each.first)), dateText(dayOf(each.last)))}</span></a></div></td><td data-label="${WORDS.status}"><div></div></td><td data-label="${WORDS.source}"><div>${each.organisations.map((organisation, index) => `${index > 0 ? ", " : ""}${context.names.get(organisation) ?? organisation}`)}</div></td></tr>`)}${rows.map((each) => html`<tr><td data-label="${WORDS.date}" class="when"><div>${spanHtml(each)}</div></td><td data-label="${WORDS.rows.columns.what}"><div>${what(context, each.row)}${doubt(context, each.row)}${sensitiveTag(context, each.row)}${differences(context, each.row)}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, each.row.lead)}</div></td><td data-label="${WORDS.source}"><div>${sourceLong(context, each.row)}</div></td></tr>`)}</tbody></table>`}${view.unread > 0 && html`<p class="hint">${SAID.unread(view.unread, html`<a href="${context.base}/${pageOfSection(lane.sections[0]!)}">${lane.title}</a>`)}</p>`}</section>`;
}

const days = (first: Date, last: Date): Html => (dayOf(first) === dayOf(last) ? dateHtml(dayOf(first)) : SAID.span(dateHtml(dayOf(first)), dateHtml(dayOf(last))));

/** From and to of a row; what stands today has no end. Dates of one source keep their precision. */
function spanHtml({ row: { lead, entries }, start, end, ongoing }: TimelineRow): Html {
  const begins = entries.length === 1 ? (lead.line.start ?? lead.line.onset ?? lead.when) : dayOf(new Date(start));
  const first = begins === null ? html`${WORDS.dateMissing}` : dateHtml(begins, true);
  if (ongoing) return SAID.since(first);
  return end === null || dayOf(new Date(end)) === dayOf(new Date(start)) ? first : SAID.span(first, dateHtml(dayOf(new Date(end))));
}

/** One line of an entry in any lane. */
function what(context: RecordContext, { lead }: MergedRow): Content {
  const { line } = lead;
  if (lead.section === "medicines") return medicineLine(lead);
  const isTest = (lead.section === "results" || lead.section === "examinations") && (line.value !== undefined || line.components !== undefined);
  if (isTest) return html`<a href="${context.base}/test/${lead.id}">${lead.display}</a> ${valueLine(lead)}`;
  return dashed([html`<a href="${lead.section === "documents" ? documentHref(context, lead) : itemHref(context, lead)}">${lead.display}<span class="vh">, ${organisationName(context, lead)}</span></a>`, line.laterality, line.place, line.service === lead.display ? null : line.service, line.professional, line.reason, line.outcome]);
}

