/** Medicines of several sources side by side, differences first; a static page of links and one form, for screen and for paper. */
import { may } from "#decision";
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { compareMedicines, isCurrent, listed, MOST_COMPARED, sectionPart, shortfalls, wordsOf, type ComparedCell, type ComparedRow, type Comparison, type ComparisonGroup, type Part, type PersonInputs, type SourceState } from "#sections";
import { doseText } from "./columns.ts";
import type { RowsPage } from "./deps.ts";
import { icon } from "./icons.ts";
import { queried, queryHref } from "./query-page.ts";
import { isOfDoubted, organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { itemHref, recordedOf, sensitiveTag, statusWords } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { MEDICINE_KINDS, WORDS } from "./words/index.ts";

const SAID = WORDS.comparing;

/** Medicines that are read for a comparison; a person with more is told so. */
export const COMPARE_LIMIT = 500;

/** ODS codes of an address: `?source=RN7&source=RYY`. */
export function readChosen(query: unknown): readonly string[] {
  const { source } = (query ?? {}) as Record<string, unknown>;
  return (Array.isArray(source) ? source : [source]).filter((each) => typeof each === "string" && each.length <= 40).slice(0, 50) as string[];
}

export const TITLES: Readonly<Record<ComparisonGroup, { readonly title: string; readonly hint: string }>> = SAID.groups;

/** A comparison with what has to be said above it, on screen and on paper. */
export type ComparedMedicines = Comparison & {
  readonly part: Part;
  /** What policy could keep back. A cell that lists nothing is a negative: this is said once above all, and each cell says no more than what is shown. */
  readonly lacking: readonly string[];
  readonly mayLack: boolean;
};

export function compared(inputs: PersonInputs, page: RowsPage, chosen: readonly string[]): ComparedMedicines {
  const part = sectionPart(inputs, "medicines", page, "medicines");
  return { ...compareMedicines(inputs, page, chosen), part, lacking: shortfalls(inputs, "medicines").filter((words) => !part.headline.cautions.includes(words)), mayLack: inputs.decision.askedNotToShare || inputs.decision.mayWithhold.has("medicines") };
}

/** The way to paper and file, with the same sources. */
const printHref = (context: RecordContext, columns: readonly SourceState[]): string => `${context.base}/print?compare=yes&sources=${columns.map(({ organisation }) => encodeURIComponent(organisation)).join(",")}`;

export function comparePage(context: RecordContext, inputs: PersonInputs, page: RowsPage, chosen: readonly string[]): RecordPage {
  const comparison = compared(inputs, page, chosen);
  const { columns, groups, leftOut, part, lacking, mayLack } = comparison;
  const mayLeave = columns.length > 0 && (may(inputs.decision, "print") || may(inputs.decision, "download"));
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const main = html`<p class="hint">${SAID.hint} <a href="${context.base}/medicines">${SAID.asOneList}</a>${mayLeave && html` <a href="${printHref(context, columns)}">${SAID.print}</a>`}</p>
<section class="panel panel--list" aria-labelledby="h-compare"><div class="panel__head"><h2 id="h-compare">${SAID.compared(columns.length)}</h2><span class="panel__note">${SAID.medicines(count)}${page.entries.length < page.total && SAID.fromNewest(page.entries.length, page.total)}${leftOut > 0 && SAID.leftOut(leftOut)}</span><span class="panel__links"></span>${coverage(context, part.states)}</div>
${headlineOf(part.headline)}${lacking.length > 0 && html`<p class="cautions">${icon("warn")}${lacking.join(". ")}.</p>`}${chooser(context, comparison)}
${columns.length > 0 && html`<ul class="states">${columns.filter(({ count: own }) => own === 0).map((column) => html`<li class="state state--amber">${icon("warn")}${wordsOf(column, context.now)}</li>`)}</ul>`}</section>
${groups.map((each) => groupPanel(context, columns, each.group, each.rows, mayLack))}`;
  return recordPage(context, { title: SAID.title, group: "medicines", slug: "medicines/compare", main });
}

/** Which sources stand side by side: a plain form, so that the address holds codes of organisations and nothing of the person. */
function chooser(context: RecordContext, { columns, others }: Comparison): Html {
  const box = (state: SourceState, index: number, isChosen: boolean): Html => html`<label for="source-${isChosen ? "c" : "o"}${index}"><input type="checkbox" id="source-${isChosen ? "c" : "o"}${index}" name="source" value="${state.organisation}"${isChosen ? html` checked` : null}> ${wordsOf(state, context.now)}</label>`;
  return html`<details class="cover"><summary>${SAID.choose}</summary><form class="office-form" method="get" action="${context.base}/medicines/compare"><fieldset class="office-set"><legend class="hint">${SAID.most(MOST_COMPARED)}</legend>${columns.map((state, index) => box(state, index, true))}${others.map((state, index) => box(state, index, false))}</fieldset><button class="sift__button" type="submit">${SAID.compare}</button></form></details>`;
}

function groupPanel(context: RecordContext, columns: readonly SourceState[], group: ComparisonGroup, rows: readonly ComparedRow[], mayLack: boolean): Html {
  const { title, hint } = TITLES[group];
  return html`<section class="panel panel--list${group === "stopped" ? html` panel--conflict` : null}" id="s-${group}" aria-labelledby="h-${group}"><div class="panel__head"><h2 id="h-${group}">${group === "stopped" ? icon("warn") : null}${title}</h2><span class="panel__note">${rows.length}</span></div>${hint !== "" && html`<p class="hint">${hint}</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="${WORDS.rows.table(title)}"><table class="t t--list t--compare"><caption class="vh">${SAID.caption(title)}</caption><thead><tr><th scope="col">${SAID.medicine}</th>${columns.map((column) => html`<th scope="col" class="wrap">${column.organisationName}</th>`)}</tr></thead><tbody>${rows.map((row) => line(context, group, row, mayLack))}</tbody></table></div></section>`;
}

function line(context: RecordContext, group: ComparisonGroup, row: ComparedRow, mayLack: boolean): Html {
  return html`<tr><th scope="row" data-label="${SAID.medicine}"><div>${medicineCell(context, group, row)}</div></th>${row.cells.map((cell) => html`<td data-label="${cell.source.organisationName}"><div>${cellOf(context, row, cell, mayLack)}</div></td>`)}</tr>`;
}

/** The medicine of a row with what has to be known of it before all columns; tells `context.shown`. */
export function medicineCell(context: RecordContext, group: ComparisonGroup, row: ComparedRow): Html {
  const { lead, near, outcome } = row.row;
  context.shown.row(row.row);
  const tag = group === "stopped" || group === "past" ? null : outcome === "differs" ? html` <span class="tag tag--differs">${WORDS.differs}<span class="vh">${SAID.differsIn(listed([...row.differing].map((each) => each.toLowerCase())))}</span></span>` : outcome === "only-here" && group !== "only-here" ? html` <span class="tag">${SAID.onlyHere}</span>` : outcome === "same" && group !== "same" ? html` <span class="tag">${SAID.same}</span>` : null;
  return html`<strong>${lead.display}</strong>${lead.line.form !== undefined && html` <span class="dim">${lead.line.form}</span>`}${tag}${near !== null && html` <span class="tag">${near}</span>`}${sensitiveTag(context, row.row)}${stoppedWords(context, row)}`;
}

/** The danger in a sentence, so that nobody has to find it in the columns. */
function stoppedWords(context: RecordContext, { stopped }: ComparedRow): Content {
  if (stopped === null) return null;
  const at = (entries: readonly Entry[]): string => listed(entries.map((entry) => organisationName(context, entry)));
  const [end] = stopped.by.flatMap((entry) => entry.line.end ?? entry.recorded ?? []);
  return html`<br><span class="caution">${icon("warn")}<strong>${SAID.stopped(stopped.isRecent, html`${at(stopped.by)}${end !== undefined && html` ${dateHtml(end, true)}`}`, at(stopped.currentAt))}</strong></span>`;
}

/** What one source says, on screen: with the ways to its entry, to a query, and to its other entries. */
function cellOf(context: RecordContext, row: ComparedRow, cell: ComparedCell, mayLack: boolean): Html {
  const { says, others } = cell;
  if (says === null) return html`<span class="dim">${silence(cell.source, mayLack)}</span>`;
  return html`${saidCell(context, row, says)}${queried(context, others)} <a class="ask" href="${queryHref(context, says, row.row.entries)}">${WORDS.rows.wrong}<span class="vh">${SAID.wrongWith(says.display, organisationName(context, says))}</span></a>${others.length > 0 && html`<details class="src"><summary>${SAID.more(others.length)}<span class="vh">${SAID.moreOf(says.display, organisationName(context, says))}</span></summary><ul class="originals">${others.map((entry) => html`<li>${otherEntry(context, entry)}</li>`)}</ul></details>`}`;
}

/** The same for paper, which has nothing to open. */
export function paperCell(context: RecordContext, row: ComparedRow, { source, says, others }: ComparedCell, mayLack: boolean): Html {
  if (says === null) return html`${silence(source, mayLack)}`;
  const isSame = (entry: Entry): boolean => entry.display === says.display && entry.line.dose === says.line.dose && entry.line.frequency === says.line.frequency;
  // Repeats of the same words need no line each: by status and author, with their dates.
  const repeats = Map.groupBy(others.filter(isSame), (entry) => `${statusWords(entry).toLowerCase()}, ${entry.author ?? WORDS.authorMissing}`);
  return html`${saidCell(context, row, says)}${queried(context, others)}${others.filter((entry) => !isSame(entry)).map((entry) => html`<br>${otherEntry(context, entry)}`)}${repeats.size > 0 && html`<br>${SAID.also}${[...repeats].map(([words, entries], index) => html`${index > 0 && "; "}${words}${entries.map((entry) => html`, ${recordedOf(entry)}`)}`)}`}`;
}

/** Label and value, what differs bold; then who said it and when. */
function saidCell(context: RecordContext, { differing }: ComparedRow, says: Entry): Html {
  const { line: said } = says;
  const part = (attribute: string, value: Content): Content => (value === undefined ? (differing.has(attribute) ? html`<b>${SAID.notSaid(attribute)}</b>` : null) : differing.has(attribute) ? html`<b>${value}</b>` : value);
  const parts = [
    part("Dose", said.dose === undefined ? undefined : html`<span class="dose">${WORDS.rows.dose}</span>\u00a0${doseText(said.dose)}`),
    part("Route", said.route),
    part("Frequency", said.frequency),
    part("Status", isCurrent(says) ? statusWords(says) : html`${statusWords(says)}${said.end !== undefined && html` ${dateHtml(said.end, true)}`}`),
    said.medicineKind === undefined ? null : (MEDICINE_KINDS[said.medicineKind] ?? said.medicineKind),
  ].filter((each) => each !== null);
  return html`${parts.map((each, index) => html`${index > 0 ? " — " : null}${each}`)}<br><span class="dim"><a href="${itemHref(context, says)}">${says.author ?? WORDS.authorMissing}<span class="vh">, ${organisationName(context, says)}: ${says.display}</span></a>, ${recordedOf(says)}${isOfDoubted(context, says) && html` (${WORDS.doubtful})`}</span>${queried(context, [says])}`;
}

const otherEntry = (context: RecordContext, entry: Entry): Html => html`<a href="${itemHref(context, entry)}">${entry.display}</a>${[entry.line.dose, entry.line.frequency].filter((each) => each !== undefined).map((each) => html` — ${each}`)}, ${statusWords(entry).toLowerCase()}, ${entry.author ?? WORDS.authorMissing}, ${recordedOf(entry)}`;

/** Why a cell is empty, in two words; the state in full stands above the table. */
function silence(source: SourceState, mayLack: boolean): string {
  if (mayLack && source.count > 0) return SAID.silence.noneShown;
  switch (source.state) {
    case "has-data":
      return SAID.silence.notListed;
    case "stale":
      return source.count > 0 ? SAID.silence.notListedLate : SAID.silence.late;
    case "identity-doubt":
      return source.count > 0 ? SAID.silence.notListedApart : SAID.silence.apart;
    case "no-answer":
      return source.count > 0 ? SAID.silence.notOnCopy : SAID.silence.noAnswer;
    case "nothing-sent":
      return SAID.silence.nothingSent;
    case "not-supplied":
      return SAID.silence.notSupplied;
    case "not-known-to-source":
      return SAID.silence.notKnown;
    case "withheld-person":
    case "withheld-role":
      return SAID.silence.withheld;
    case "asserted-none":
      return SAID.silence.assertedNone;
    case "not-asked":
      return SAID.silence.notAsked;
    case "none-held":
      return SAID.silence.noneHeld;
  }
}
