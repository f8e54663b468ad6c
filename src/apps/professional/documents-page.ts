/** Documents of a record: the list with its filters, and one of them read beside the list. On a phone these are two steps. */
import { csrfField, dateHtml, html, type Html } from "#platform";
import type { Entry, Removal } from "#record";
import { DOCUMENT_KINDS, type MergedRow, type Part, type PersonInputs } from "#sections";
import type { SearchMatcher } from "#standards";
import { documentPanel, type ShownDocument } from "./document-panel.ts";
import { filterBar, queryOf, type Filters } from "./filters.ts";
import { table } from "./list-page.ts";
import { organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedLines } from "./removed.ts";
import { documentHref, doubt, itemHref, recordedOf, sensitiveTag, statusWords, whenOf } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.documentPages;

export const DOCUMENTS_PERIOD = "all";
/** Documents on one page of the list. */
export const DOCUMENTS_SHOWN = 50;

/** The documents that were asked for, a page of them. */
export type DocumentList = {
  readonly part: Part;
  readonly filters: Filters;
  readonly rows: readonly MergedRow[];
  /** Documents that agree with the filters, and all that there are for this reader. */
  readonly agree: number;
  readonly total: number;
  /** Fewer were read than there are. */
  readonly read: number;
  /** Cursor of the following page, and whether this is the first. */
  readonly next: string | null;
  readonly paged: boolean;
};

/** The list alone. */
export function documentsPage(context: RecordContext, inputs: PersonInputs, list: DocumentList, removals: readonly Removal[]): RecordPage {
  const address = `${context.base}/documents`;
  const { filters, part, rows } = list;
  const query = queryOf(filters, DOCUMENTS_PERIOD);
  const page = (before: string): string => `${address}${query === "" ? "?" : `${query}&`}before=${encodeURIComponent(before)}`;
  const shown = WORDS.totalShown(rows.length, list.agree);
  const main = html`<p class="hint">${WORDS.leadRule}</p>${filterBar(context, inputs, { filters, preset: DOCUMENTS_PERIOD, address, kinds: DOCUMENT_KINDS, kindLabel: SAID.type, withUnread: false }, WORDS.filters.showing(list.agree, list.total))}
<section class="panel panel--list" id="s-documents" aria-labelledby="h-s-documents" data-announce="${SAID.announced(shown)}"><div class="panel__head"><h2 id="h-s-documents">${SAID.title}</h2>${list.agree > 0 && html`<span class="panel__note">${shown}</span>`}<span class="panel__links">${wordsForm(context)}</span>${part.rows.length === 0 ? null : coverage(context, part.states)}</div>
${headlineOf(part.headline)}${part.rows.length === 0 ? coverage(context, part.states, true) : null}
${list.read < list.total && html`<p class="said said--amber">${SAID.newestRead(list.read, html`<a href="${context.base}/section/documents">${SAID.oneByOne}</a>`)}</p>`}
${list.agree === 0 && list.total > 0 && html`<p class="said said--grey">${SAID.noneAgrees} <a href="${address}">${SAID.takeOff}</a></p>`}
${table(context, { section: "documents" }, rows, SAID.title)}
${removedLines(context, removals)}
${(list.next !== null || list.paged) && html`<nav class="pager" aria-label="${SAID.pages}">${list.paged && html`<a href="${address}${query}" data-swap="s-documents">${WORDS.newest}</a>`}${list.next !== null && html`<a href="${page(list.next)}" data-swap="s-documents">${WORDS.older}</a>`}</nav>`}</section>`;
  return recordPage(context, { title: SAID.title, group: "documents", slug: "documents", main });
}

/** Words inside documents are found by the search of the record, here kept to documents. */
function wordsForm(context: RecordContext): Html {
  return html`<form class="row row--tight" action="${context.base}/search" method="post" novalidate>${csrfField(context.shell)}<input type="hidden" name="kind" value="document"><label class="vh" for="document-words">${SAID.words}</label><input class="office-input" id="document-words" name="words" type="search" autocomplete="off" placeholder="${SAID.words}"><button class="sift__button" type="submit">${SAID.search}</button></form>`;
}

/** A document that is open, with what its source sent or why nothing can be shown. */
export type OpenDocument = { readonly entry: Entry; readonly documents: readonly ShownDocument[] | string; readonly page: number | null; readonly matcher: SearchMatcher | null };

/** One document beside the list. */
export function documentPage(context: RecordContext, list: DocumentList, open: OpenDocument): RecordPage {
  const { entry, documents, page, matcher } = open;
  context.shown.entry(entry);
  const drawing = { framed: true, page, matcher };
  const main = html`<p class="docs__back"><a href="${context.base}/documents${queryOf(list.filters, DOCUMENTS_PERIOD)}">${SAID.back}</a></p>
<div class="docs">${besideList(context, list, entry)}<div class="docs__open">
<p class="hint">${whenOf(entry)}, ${organisationName(context, entry)}, ${entry.author ?? WORDS.authorMissing}, ${recordedOf(entry)}, ${statusWords(entry).toLowerCase()}. <a href="${itemHref(context, entry)}">${SAID.whereFrom}</a></p>
${typeof documents === "string" ? html`<section class="panel panel--list" id="document" aria-labelledby="h-document"><div class="panel__head"><h2 id="h-document">${WORDS.document}</h2></div><p class="said said--grey">${documents}</p></section>` : documents.map((each, index) => documentPanel(context, entry, each, index, documents.length, drawing))}
</div></div>`;
  return recordPage(context, { title: SAID.one, heading: entry.display, group: "documents", slug: "document", main });
}

/** The page of the list on which the open document is. */
function besideList(context: RecordContext, list: DocumentList, open: Entry): Html {
  const query = queryOf(list.filters, DOCUMENTS_PERIOD);
  return html`<nav class="docs__list panel" aria-label="${SAID.list}"><ol class="plainlist">${list.rows.map((row) => {
    context.shown.row(row);
    const { lead } = row;
    return html`<li><a href="${documentHref(context, lead)}${query}"${row.entries.some(({ id }) => id === open.id) ? html` aria-current="page"` : null}>${lead.display}</a><span class="dim"> ${dateOf(lead)}, ${organisationName(context, lead)}</span>${doubt(context, row)}${sensitiveTag(context, row)}</li>`;
  })}</ol>${list.agree > list.rows.length && html`<p class="hint">${SAID.partOf(list.rows.length, list.agree)} <a href="${context.base}/documents${query}">${SAID.all}</a></p>`}</nav>`;
}

const dateOf = (entry: Entry): Html => (entry.when === null ? html`${WORDS.dateMissing}` : dateHtml(entry.when, true));
