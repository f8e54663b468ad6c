/** Search in a record: what was found by kind, newest first, with the words marked; where nothing was, what that means. */
import { csrfField, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { isPositive, noMatchWords, SEARCH_KINDS, type FoundOfKind, type SearchHit, type SearchKind } from "#sections";
import { MOST_CHARACTERS, SearchMatcher, unitText, type SearchWord } from "#standards";
import { sensitiveWords } from "./confirm-page.ts";
import { doseText } from "./columns.ts";
import { icon } from "./icons.ts";
import { isOfDoubted, organisationName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { documentHref, itemHref, spanOf, statusWords, whenOf } from "./rows.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.searching;

/** What the page is drawn from. */
export type SearchView = {
  /** As it was typed. */
  readonly typed: string;
  /** Who wrote it, as it was typed; empty: anybody. */
  readonly author: string;
  readonly words: readonly SearchWord[];
  /** Part of what was typed was not looked for. */
  readonly cut: boolean;
  /** The kind that was chosen; `null`: all. */
  readonly chosen: SearchKind | null;
  /** A kind that was typed and that there is not. */
  readonly noKind: string | null;
  /** Lines without the filters; `null` where none is on. */
  readonly unfiltered: number | null;
  readonly found: readonly FoundOfKind[];
  readonly cautions: readonly string[];
};

/** The page; without words the page that says how to search. */
export function searchPage(context: RecordContext, view: SearchView): RecordPage {
  const { typed, author, words, found, chosen, unfiltered } = view;
  const isAsked = words.length > 0 || author !== "";
  const main = !isAsked ? html`<div class="panel panel--list">${typed !== "" && html`<p class="said said--amber">${icon("warn")}${SAID.noWord}</p>`}<p>${SAID.how}</p><p>${SAID.filtersTyped}</p></div>` : results(context, view, new SearchMatcher(words));
  const lines = found.reduce((sum, each) => sum + each.lines, 0);
  return recordPage(context, { title: SAID.title, heading: !isAsked ? WORDS.search : lines === 0 ? (unfiltered !== null && unfiltered > 0 ? SAID.nothingFiltered(unfiltered) : SAID.nothing) : SAID.found(lines, chosen?.title ?? null), group: "search", slug: "search", searched: typed, main });
}

function results(context: RecordContext, { typed, author, cut, chosen, noKind, unfiltered, found, cautions }: SearchView, matcher: SearchMatcher): Html {
  const lines = found.reduce((sum, each) => sum + each.lines, 0);
  const caution = cautions.map((each) => html`<span class="said__caution">${each}. </span>`);
  return html`${cut && html`<p class="said said--amber">${icon("warn")}${SAID.cut(matcher.words.map(({ text }) => text).join(" "))}</p>`}
${noKind !== null && html`<p class="said said--amber">${icon("warn")}${SAID.noKind(noKind, SEARCH_KINDS.map(({ id }) => id).join(", "))}</p>`}
${lines === 0 ? html`<p class="said said--amber" id="no-match">${icon("warn")}${noMatchWords(context.strip)} ${caution}</p>` : cautions.length > 0 && html`<p class="cautions">${icon("warn")}${caution}</p>`}
<form action="${searchHref(context, chosen)}" method="post" novalidate>${csrfField(context.shell)}<input type="hidden" name="words" value="${typed}">
<div class="sift"><label for="search-author">${SAID.writer}</label><input class="office-input" id="search-author" name="author" type="text" autocomplete="off" spellcheck="false" maxlength="${MOST_CHARACTERS}" value="${author}"><button class="sift__button" type="submit">${SAID.show}</button></div>
${(chosen !== null || author !== "") && html`<p class="hint" id="showing"><strong>${SAID.showing(lines, unfiltered)}</strong> ${chosen !== null && html`<button class="link" formaction="${searchHref(context, null)}">${chosen.title}<span class="vh">: ${SAID.takeOff}</span> ×</button>`} ${author !== "" && html`<button class="link" name="clear" value="author">${SAID.writtenBy} ${author}<span class="vh">: ${SAID.takeOff}</span> ×</button>`}</p>`}
${chosen === null && found.length > 1 && html`<div class="chips" role="group" aria-label="${SAID.kinds}">${found.map(({ kind, lines: count }) => html`<button class="link" formaction="${searchHref(context, kind)}">${kind.title} (${count})</button>`)}</div>`}
${found.map((each) => ofKind(context, each, matcher))}</form>`;
}

/** The address of a search: the kind may stand in it, words and names may not. */
const searchHref = (context: RecordContext, kind: SearchKind | null): string => `${context.base}/search${kind === null ? "" : `?kind=${kind.id}`}`;

function ofKind(context: RecordContext, { kind, lines, hits, more }: FoundOfKind, matcher: SearchMatcher): Html {
  const id = `found-${kind.id}`;
  return html`<section class="panel panel--list" id="${id}" aria-labelledby="h-${id}"><div class="panel__head"><h2 id="h-${id}">${kind.title}</h2><span class="panel__note">${more && `${SAID.atLeast} `}${lines}</span></div>
<table class="t t--list"><caption class="vh">${SAID.foundNewest(kind.title)}</caption><thead><tr><th scope="col">${WORDS.rows.columns.what}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${hits.map((hit) => line(context, hit, matcher))}</tbody></table>
${lines > hits.length && html`<p class="hint">${SAID.newestOf(hits.length, lines)} <button class="link" formaction="${searchHref(context, kind)}">${SAID.more(kind.title)}</button></p>`}</section>`;
}

/** One hit; of an entry that its list asks about first, no more than its list shows, and no word of its document. */
function line(context: RecordContext, hit: SearchHit, matcher: SearchMatcher): Html {
  const { entry, count } = hit;
  context.shown.entry(entry);
  const why = sensitiveWords(context.sensitive, entry);
  const asks = why.length > 0;
  const isTest = entry.section === "results" || entry.section === "examinations" ? isPositive(entry) && (entry.line.value !== undefined || entry.line.components !== undefined) : false;
  const facts = asks ? [] : factsOf(entry, matcher);
  const other = asks ? [] : matcher.otherNamesIn([entry.display, ...facts, hit.words?.text ?? ""].join(" "));
  return html`<tr><td data-label="${WORDS.rows.columns.what}"><div><strong><a href="${hrefOf(context, hit, isTest)}">${marked(matcher, entry.line.name !== undefined && entry.section.endsWith("contacts") ? entry.line.name : entry.display)}</a></strong>${isTest && html` ${marked(matcher, `${entry.line.value ?? (entry.line.components ?? []).map((each) => each.value).join("/")} ${unitText(entry.line.unit ?? "")}`)} <span class="dim">${SAID.values(count)}</span>`}${facts.map((fact) => html` — ${marked(matcher, fact)}`)}${other.length > 0 && html` <span class="tag">${SAID.matches(other.join(", "))}</span>`}${why.map((each) => html` <span class="tag">${each}</span>`)}${isOfDoubted(context, entry) && html` <span class="tag tag--differs">${WORDS.doubtful}</span>`}${hit.words !== null && snippet(context, entry, hit.words, asks, matcher)}</div></td>
<td data-label="${WORDS.date}" class="when"><div>${isTest ? whenOf(entry) : spanOf(entry)}</div></td><td data-label="${WORDS.source}"><div><a href="${itemHref(context, entry)}">${organisationName(context, entry)}<span class="vh">: ${entry.display}</span></a><br><span class="dim">${entry.author === null ? WORDS.authorMissing : marked(matcher, entry.author)}</span></div></td></tr>`;
}

/** Two lines of a document around the first word, and the page. */
function snippet(context: RecordContext, entry: Entry, { page, pages, text }: NonNullable<SearchHit["words"]>, asks: boolean, matcher: SearchMatcher): Html {
  const where = pages > 1 ? html`<span class="dim">${SAID.page(page, pages)}</span> ` : null;
  if (asks) return html`<br>${where}<span class="dim">${SAID.inDocument}</span>`;
  return html`<br><span class="snippet">${where}${marked(matcher, around(text, matcher.firstIn(text)))}</span><br><button class="link" formaction="${documentHref(context, entry)}#marked">${SAID.openMarked}<span class="vh">${SAID.inEntry(entry.display)}</span></button>`;
}

/** A value leads to its trend, a document to the page where the words are, all else to its entry. */
function hrefOf(context: RecordContext, { entry, words }: SearchHit, isTest: boolean): string {
  if (isTest) return `${context.base}/test/${entry.id}`;
  if (words !== null) return `${documentHref(context, entry)}${words.pages > 1 ? `?page=${words.page}#page-${words.page}` : ""}`;
  return entry.section === "documents" ? documentHref(context, entry) : itemHref(context, entry);
}

/** Some 200 letters around a place, cut between words. */
export function around(text: string, at: number): string {
  const [from, to] = [Math.max(0, at - 70), Math.min(text.length, Math.max(0, at) + 170)];
  const start = from === 0 ? 0 : text.indexOf(" ", from) + 1 || from;
  const end = to === text.length ? to : Math.max(text.lastIndexOf(" ", to), at + 20);
  return `${start > 0 ? "… " : ""}${text.slice(Math.min(start, Math.max(0, at)), end).replace(/\s+/g, " ").trim()}${end < text.length ? " …" : ""}`;
}

export const marked = (matcher: SearchMatcher, text: string): Content => matcher.marked(text).map((piece) => (piece.marked ? html`<mark>${piece.text}</mark>` : piece.text));

/** Facts that stand beside a name whatever was looked for, and those in which a word is. */
function factsOf(entry: Entry, matcher: SearchMatcher): readonly string[] {
  const { line } = entry;
  const always = [
    line.dose === undefined ? undefined : doseText(line.dose), line.frequency, line.reaction, line.laterality, line.place, line.service, line.relationship,
    entry.section === "problems" || entry.section === "medicines" || entry.section === "procedures" ? statusWords(entry).toLowerCase() : undefined,
  ];
  const others = [line.form, line.route, line.severity, line.specimen, line.group, line.professional, line.professionalRole, line.organisationName, line.reason, line.outcome, line.from, line.to, line.name, line.phone, line.email, line.address, line.owner, line.category, line.legalStatus, line.locationOfDocument, line.documentType, line.title, line.site, line.product, line.text, line.value, ...(line.components ?? []).map((each) => `${each.name} ${each.value}`)];
  const said = [...always, ...others.filter((fact) => fact !== undefined && matcher.countIn(fact) > 0).map((fact) => around(fact!, matcher.firstIn(fact!)))];
  return [...new Set(said.filter((fact) => fact !== undefined && fact !== "" && fact !== entry.display))] as string[];
}
