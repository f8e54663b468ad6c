/** How one row says where it comes from: source, author, date, and all originals one activation away. */
import { unitText } from "#standards";
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { listed, type MergedRow } from "#sections";
import { ownRecordMark } from "./own-record-page.ts";
import { queried, queryHref } from "./query-page.ts";
import { isDoubtful, isOfDoubted, organisationName, organisationShort, type RecordContext } from "./record-page.ts";
import { STATUS_WORDS, WORDS } from "./words/index.ts";

const SAID = WORDS.rows;

/** The address of an entry's own page. */
export const itemHref = (context: Pick<RecordContext, "base">, entry: Entry): string => `${context.base}/item/${entry.id}`;

/** Where a document is read: beside the list of the others. */
export const documentHref = (context: Pick<RecordContext, "base">, entry: Pick<Entry, "id">): string => `${context.base}/documents/${entry.id}`;

/** Whether an entry is one of a row's originals. */
export const rowIsOf = (row: MergedRow, entryId: string): boolean => row.entries.some(({ id }) => id === entryId);

export const statusWords = (entry: Entry): string => STATUS_WORDS[entry.status] ?? entry.status;

/** Statuses by which a source says that it said something else before. */
const CHANGED_STATUSES = new Set(["corrected", "amended", "appended", "cancelled", "entered-in-error"]);

/** The status in a list; where it corrects what was here before, since when, and the way to what was said then. */
export function statusHtml(context: Pick<RecordContext, "base">, entry: Entry): Content {
  const words = statusWords(entry);
  if (entry.version < 2 || !CHANGED_STATUSES.has(entry.status)) return words;
  return html`<span class="tag">${words}</span> <span class="dim">${dateHtml(entry.received)}, <a href="${itemHref(context, entry)}#h-versions">${SAID.earlierVersion}<span class="vh">${SAID.of(entry.display)}</span></a></span>`;
}

/** The clinical date of an entry; the day is enough in lists. */
export function whenOf(entry: Entry, dayOnly = true): Content {
  return entry.when === null ? WORDS.dateMissing : dateHtml(entry.when, dayOnly);
}

/** The date of a row in a list: from and to where the source gave them, the time of day where it matters. */
export function spanOf(entry: Entry): Content {
  const start = entry.line.start ?? entry.line.onset ?? null;
  const end = entry.line.end ?? null;
  // Where and when somebody is seen is asked to the minute.
  const timed = entry.section === "appointments" || entry.section === "contacts";
  if (timed) return start === null ? whenOf(entry, false) : dateHtml(start);
  if (end === null) return start === null ? whenOf(entry) : dateHtml(start, true);
  return SAID.span(start === null ? whenOf(entry) : dateHtml(start, true), dateHtml(end, true));
}

/** When the source recorded it, or when it came. */
export function recordedOf(entry: Entry): Html {
  return entry.recorded === null ? html`${WORDS.received} ${dateHtml(entry.received, true)}` : dateHtml(entry.recorded, true);
}

/** That a row, or one of its originals, comes from a record that is said to be somebody else's. */
export function doubt(context: RecordContext, row: MergedRow): Content {
  if (context.doubted.length === 0 || !row.entries.some((entry) => isOfDoubted(context, entry))) return null;
  return html` <span class="tag tag--differs">${isDoubtful(context, row) ? WORDS.doubtful : SAID.oneDoubtful}</span> `;
}

/** That a row carries a label which asks for a second look (ACC-14). */
export function sensitiveTag(context: Pick<RecordContext, "sensitive">, row: MergedRow): Content {
  const words = new Set(row.entries.flatMap((entry) => entry.labels.flatMap((label) => context.sensitive.get(label) ?? [])));
  return [...words].map((each) => html` <span class="tag">${each}</span>`);
}

/** Short form for the summary: organisation, linked, and the recorded date; several sources fold. */
export function sourceShort(context: RecordContext, row: MergedRow): Html {
  context.shown.row(row);
  const { lead } = row;
  if (row.entries.length === 1) return html`<span class="src"><a href="${itemHref(context, lead)}">${organisationShort(context, lead)}</a> ${recordedOf(lead)}${queried(context, row.entries)}</span>`;
  return html`${queried(context, row.entries)}<details class="src"><summary>${row.organisations.length > 1 ? WORDS.sourceCount(row.organisations.length) : html`${organisationShort(context, lead)}<span class="vh">, ${WORDS.entryCount(row.entries.length)}</span>`}, ${recordedOf(lead)}</summary>${originals(context, row)}</details>`;
}

/** Long form for list pages: organisation, author, recorded date. */
export function sourceLong(context: RecordContext, row: MergedRow): Html {
  context.shown.row(row);
  const { lead } = row;
  const first = html`${doubt(context, row)}<a href="${itemHref(context, lead)}">${organisationName(context, lead)}<span class="vh">: ${lead.display}</span></a><br><span class="dim">${lead.author ?? WORDS.authorMissing}, ${lead.recorded === null ? null : `${WORDS.recorded} `}${recordedOf(lead)}</span>${queried(context, row.entries)}${ownRecordMark(context, row.entries)} <a class="ask" href="${queryHref(context, lead, row.entries)}">${SAID.wrong}<span class="vh">${SAID.wrongWith(lead.display)}</span></a>`;
  if (row.entries.length === 1) return first;
  return html`${first}<details class="src"><summary>${row.organisations.length > 1 ? WORDS.sourceCount(row.organisations.length) : WORDS.entryCount(row.entries.length)}<span class="vh">${SAID.sourcesFor(lead.display)}</span></summary>${originals(context, row)}</details>`;
}

/** Every original of a row, newest first. */
function originals(context: RecordContext, row: MergedRow): Html {
  return html`<ul class="originals">${row.entries.map((entry) => html`<li><a href="${itemHref(context, entry)}">${organisationName(context, entry)}</a>${isOfDoubted(context, entry) && ` (${WORDS.doubtful})`}: ${entry.display}${detailsOf(entry).map((detail) => html` — ${detail}`)}, ${statusWords(entry).toLowerCase()}, ${entry.author ?? WORDS.authorMissing}, ${recordedOf(entry)}</li>`)}</ul>`;
}

function detailsOf({ line }: Entry): readonly string[] {
  return [line.reaction, line.severity, line.certainty, line.dose, line.route, line.frequency, line.value === undefined ? undefined : `${line.value} ${unitText(line.unit ?? "")}`.trim(), line.phone].filter((part) => part !== undefined);
}

/** What sources differ about, with every value and its source; the tag alone would only raise the question. */
export function differences(context: RecordContext, row: MergedRow): Html {
  if (row.outcome !== "differs") return row.near === null ? html`` : html` <span class="tag">${row.near}</span>`;
  // The lead's own values stand in the row, its status does not; each other source's are said once, together.
  const status = row.differences.some(({ attribute }) => attribute === "Status");
  const others = (status ? row.organisations : row.organisations.slice(1)).map((organisation) => row.entries.find((entry) => entry.organisation === organisation)!);
  const saying = others.map((entry) => ({ entry, values: row.differences.map(({ values }) => values.find((one) => one.entry === entry)?.value ?? null).filter((value) => value !== null) })).filter(({ values }) => values.length > 0);
  return html` <span class="tag tag--differs">${WORDS.differs}<span class="vh">${SAID.differsIn(listed(row.differences.map(({ attribute }) => attribute.toLowerCase())))}</span></span> <span class="diff">${saying.map(({ entry, values }, index) => html`${index > 0 ? "; " : null}${organisationShort(context, entry)} <b>${values.join(", ")}</b> ${recordedOf(entry)}`)}</span>`;
}
