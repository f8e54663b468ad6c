/** Medicines of several sources side by side, differences first; a static page of links and one form, for screen and for paper. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { compareMedicines, isCurrent, listed, MOST_COMPARED, sectionPart, shortfalls, wordsOf, type ComparedCell, type ComparedRow, type Comparison, type ComparisonGroup, type PersonInputs, type SourceState } from "#sections";
import { doseText } from "./columns.ts";
import type { RowsPage } from "./deps.ts";
import { icon } from "./icons.ts";
import { queried, queryHref } from "./query-page.ts";
import { isOfDoubted, organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { itemHref, recordedOf, sensitiveTag, statusWords } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { MEDICINE_KINDS, WORDS } from "./words/index.ts";

/** Medicines that are read for a comparison; a person with more is told so. */
export const COMPARE_LIMIT = 500;

/** ODS codes of an address: `?source=RN7&source=RYY`. */
export function readChosen(query: unknown): readonly string[] {
  const { source } = (query ?? {}) as Record<string, unknown>;
  return (Array.isArray(source) ? source : [source]).filter((each) => typeof each === "string" && each.length <= 40).slice(0, 50) as string[];
}

const TITLES: Readonly<Record<ComparisonGroup, { readonly title: string; readonly hint: string }>> = {
  stopped: { title: "Stopped by one source, current at another", hint: "Find out which holds before anything is given." },
  differs: { title: "Differs", hint: "What differs is bold." },
  "only-here": { title: "Only one source lists it", hint: "That another does not list it does not mean that it was stopped." },
  same: { title: "Same", hint: "" },
  past: { title: "Past or stopped wherever it is listed", hint: "" },
};

export function comparePage(context: RecordContext, inputs: PersonInputs, page: RowsPage, chosen: readonly string[]): RecordPage {
  const part = sectionPart(inputs, "medicines", page, "medicines");
  const comparison = compareMedicines(inputs, page, chosen);
  const { columns, groups, leftOut } = comparison;
  // A cell that lists nothing is a negative: what policy could keep back is said once above, and each cell says no more than what is shown.
  const lacking = shortfalls(inputs, "medicines").filter((words) => !part.headline.cautions.includes(words));
  const mayLack = inputs.decision.askedNotToShare || inputs.decision.mayWithhold.has("medicines");
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const main = html`<p class="hint">Differences first. Products of one ingredient stand together and are not joined. <a href="${context.base}/medicines">Medicines as one list</a></p>
<section class="panel panel--list" aria-labelledby="h-compare"><div class="panel__head"><h2 id="h-compare">${columns.length} ${columns.length === 1 ? "source" : "sources"} compared</h2><span class="panel__note">${count} ${count === 1 ? "medicine" : "medicines"}${page.entries.length < page.total && html`, from ${page.entries.length} of ${page.total} entries`}${leftOut > 0 && html` – ${leftOut} ${leftOut === 1 ? "entry" : "entries"} of sources that are not compared now`}</span><span class="panel__links"></span>${coverage(context, part.states)}</div>
${headlineOf(part.headline)}${lacking.length > 0 && html`<p class="cautions">${icon("warn")}${lacking.join(". ")}.</p>`}${chooser(context, comparison)}
${columns.length > 0 && html`<ul class="states">${columns.filter(({ count: own }) => own === 0).map((column) => html`<li class="state state--amber">${icon("warn")}${wordsOf(column, context.now)}</li>`)}</ul>`}</section>
${groups.map((each) => groupPanel(context, columns, each.group, each.rows, mayLack))}`;
  return recordPage(context, { title: "Compare medicines", group: "medicines", slug: "medicines/compare", main });
}

/** Which sources stand side by side: a plain form, so that the address holds codes of organisations and nothing of the person. */
function chooser(context: RecordContext, { columns, others }: Comparison): Html {
  const box = (state: SourceState, index: number, isChosen: boolean): Html => html`<label for="source-${isChosen ? "c" : "o"}${index}"><input type="checkbox" id="source-${isChosen ? "c" : "o"}${index}" name="source" value="${state.organisation}"${isChosen ? html` checked` : null}> ${wordsOf(state, context.now)}</label>`;
  return html`<details class="cover"><summary>Choose sources</summary><form class="office-form" method="get" action="${context.base}/medicines/compare"><fieldset class="office-set"><legend class="hint">Up to ${MOST_COMPARED} at once</legend>${columns.map((state, index) => box(state, index, true))}${others.map((state, index) => box(state, index, false))}</fieldset><button class="sift__button" type="submit">Compare these</button></form></details>`;
}

function groupPanel(context: RecordContext, columns: readonly SourceState[], group: ComparisonGroup, rows: readonly ComparedRow[], mayLack: boolean): Html {
  const { title, hint } = TITLES[group];
  return html`<section class="panel panel--list${group === "stopped" ? html` panel--conflict` : null}" id="s-${group}" aria-labelledby="h-${group}"><div class="panel__head"><h2 id="h-${group}">${group === "stopped" ? icon("warn") : null}${title}</h2><span class="panel__note">${rows.length}</span></div>${hint !== "" && html`<p class="hint">${hint}</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="${title}, table"><table class="t t--list t--compare"><caption class="vh">${title}: what each source says</caption><thead><tr><th scope="col">Medicine</th>${columns.map((column) => html`<th scope="col" class="wrap">${column.organisationName}</th>`)}</tr></thead><tbody>${rows.map((row) => line(context, group, row, mayLack))}</tbody></table></div></section>`;
}

function line(context: RecordContext, group: ComparisonGroup, row: ComparedRow, mayLack: boolean): Html {
  const { lead, near, outcome } = row.row;
  context.shown.row(row.row);
  const tag = group === "stopped" || group === "past" ? null : outcome === "differs" ? html` <span class="tag tag--differs">${WORDS.differs}<span class="vh"> in ${listed([...row.differing].map((each) => each.toLowerCase()))}</span></span>` : outcome === "only-here" && group !== "only-here" ? html` <span class="tag">Only here</span>` : outcome === "same" && group !== "same" ? html` <span class="tag">Same</span>` : null;
  return html`<tr><th scope="row" data-label="Medicine"><div><strong>${lead.display}</strong>${lead.line.form !== undefined && html` <span class="dim">${lead.line.form}</span>`}${tag}${near !== null && html` <span class="tag">${near}</span>`}${sensitiveTag(context, row.row)}${stoppedWords(context, row)}</div></th>${row.cells.map((cell) => html`<td data-label="${cell.source.organisationName}"><div>${cellOf(context, row, cell, mayLack)}</div></td>`)}</tr>`;
}

/** The danger in a sentence, so that nobody has to find it in the columns. */
function stoppedWords(context: RecordContext, { stopped }: ComparedRow): Content {
  if (stopped === null) return null;
  const at = (entries: readonly Entry[]): string => listed(entries.map((entry) => organisationName(context, entry)));
  const [end] = stopped.by.flatMap((entry) => entry.line.end ?? entry.recorded ?? []);
  return html`<br><span class="caution">${icon("warn")}<strong>${stopped.isRecent ? "Lately stopped" : "Stopped"} by ${at(stopped.by)}${end !== undefined && html` ${dateHtml(end, true)}`}; still current at ${at(stopped.currentAt)}.</strong></span>`;
}

/** What one source says: label and value, what differs bold; a source that lists nothing of it says which silence that is. */
function cellOf(context: RecordContext, { differing, row }: ComparedRow, { source, says, others }: ComparedCell, mayLack: boolean): Html {
  if (says === null) return html`<span class="dim">${silence(source, mayLack)}</span>`;
  const { line: said } = says;
  const part = (attribute: string, value: Content): Content => (value === undefined ? (differing.has(attribute) ? html`<b>${attribute.toLowerCase()} not said</b>` : null) : differing.has(attribute) ? html`<b>${value}</b>` : value);
  const parts = [
    part("Dose", said.dose === undefined ? undefined : html`<span class="dose">Dose</span>\u00a0${doseText(said.dose)}`),
    part("Route", said.route),
    part("Frequency", said.frequency),
    part("Status", isCurrent(says) ? statusWords(says) : html`${statusWords(says)}${said.end !== undefined && html` ${dateHtml(said.end, true)}`}`),
    said.medicineKind === undefined ? null : (MEDICINE_KINDS[said.medicineKind] ?? said.medicineKind),
  ].filter((each) => each !== null);
  return html`${parts.map((each, index) => html`${index > 0 ? " — " : null}${each}`)}<br><span class="dim"><a href="${itemHref(context, says)}">${says.author ?? WORDS.authorMissing}<span class="vh">, ${organisationName(context, says)}: ${says.display}</span></a>, ${recordedOf(says)}${isOfDoubted(context, says) && html` (${WORDS.doubtful})`}</span>${queried(context, [says, ...others])} <a class="ask" href="${queryHref(context, says, row.entries)}">Wrong?<span class="vh"> Something is wrong with ${says.display}, ${organisationName(context, says)}</span></a>${others.length > 0 && html`<details class="src"><summary>${others.length} more<span class="vh"> of ${says.display} from ${organisationName(context, says)}</span></summary><ul class="originals">${others.map((entry) => html`<li><a href="${itemHref(context, entry)}">${entry.display}</a>${[entry.line.dose, entry.line.frequency].filter((each) => each !== undefined).map((each) => html` — ${each}`)}, ${statusWords(entry).toLowerCase()}, ${entry.author ?? WORDS.authorMissing}, ${recordedOf(entry)}</li>`)}</ul></details>`}`;
}

/** Why a cell is empty, in two words; the state in full stands above the table. */
function silence(source: SourceState, mayLack: boolean): string {
  if (mayLack && source.count > 0) return "none shown";
  switch (source.state) {
    case "has-data":
      return "not on its list";
    case "stale":
      return source.count > 0 ? "not on its list, which is late" : "list is late";
    case "identity-doubt":
      return source.count > 0 ? "not on its list; another record held apart" : "held apart";
    case "no-answer":
      return source.count > 0 ? "not on its last copy" : "did not answer";
    case "nothing-sent":
      return "has sent nothing yet";
    case "not-supplied":
      return "does not share medicines";
    case "not-known-to-source":
      return "does not know this person";
    case "withheld-person":
    case "withheld-role":
      return "shows nothing here";
    case "asserted-none":
      return "says that there are none";
    case "not-asked":
      return "did not ask";
    case "none-held":
      return "holds no medicine";
  }
}
