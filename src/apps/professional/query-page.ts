/** "Something is wrong with this": what a reader says of an entry, and how an entry says that somebody did. */
import { csrfField, dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import { QUERY_ANSWER_WORDS, QUERY_KIND_WORDS, QUERY_KINDS, QUERY_WORDS, type QueryAnswer, type QueryKind } from "#data-quality";
import { controllerName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { itemHref, recordedOf } from "./rows.ts";
import { icon } from "./icons.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.query;

/** A query as those see it who see its entry: who asked and what kind, never the words, which may tell of other entries. */
export type QueryMark = { readonly entryId: string; readonly kind: QueryKind; /** Name and organisation; the role alone where an organisation would tell where the person is. */ readonly by: string; readonly at: Date };
/** The same with what its owner answered. */
export type AnsweredQuery = QueryMark & { readonly answer: { readonly answer: QueryAnswer; readonly words: string; readonly by: string; readonly at: Date } | null };

/** Where a query of an entry is asked, with the entries that it stands together with. */
export function queryHref(context: Pick<RecordContext, "base">, entry: Entry, together: readonly Entry[] = []): string {
  const others = together.filter((other) => other !== entry).slice(0, 20).map((other) => `with=${other.id}`);
  return `${itemHref(context, entry)}/query${others.length === 0 ? "" : `?${others.join("&")}`}`;
}

const said = (mark: QueryMark): Html => SAID.said(dateHtml(mark.at, true), mark.by, QUERY_KIND_WORDS[mark.kind]);

/** The mark of entries that are queried, on every row that shows them; nothing where none is. */
export function queried(context: Pick<RecordContext, "queried">, entries: readonly Entry[]): Content {
  if (context.queried.size === 0) return null;
  const marks = entries.flatMap((entry) => context.queried.get(entry.id) ?? []);
  return marks.length === 0 ? null : html`${marks.map((mark) => html` <span class="queried">${icon("warn")}${said(mark)}</span>`)}`;
}

/** What was said of an entry and answered, on its own page. */
export function queriesPanel(context: RecordContext, entry: Entry, queries: readonly AnsweredQuery[]): Html {
  return html`<section class="panel panel--list" aria-labelledby="h-queries"><div class="panel__head"><h2 id="h-queries">${SAID.heading}</h2></div>${queries.length > 0 && html`<ul class="states">${queries.map((query) => html`<li class="state${query.answer === null ? html` state--amber` : null}">${query.answer === null ? icon("warn") : icon("tick")}${said(query)}. ${query.answer === null ? SAID.notAnswered(controllerName(context, entry)) : SAID.answered(dateHtml(query.answer.at, true), query.answer.by, QUERY_ANSWER_WORDS[query.answer.answer], query.answer.words)}</li>`)}</ul>`}
<p><a href="${queryHref(context, entry)}">${WORDS.somethingWrong}</a></p></section>`;
}

export type QueryForm = { readonly kind: string; readonly words: string; readonly together: readonly string[]; readonly fault: { readonly field: string; readonly text: string } | null };

/** The form; the second of two clicks from any row sends it. */
export function queryPage(context: RecordContext, entry: Entry, form: QueryForm): RecordPage {
  context.shown.entry(entry);
  const owner = controllerName(context, entry);
  const kinds: readonly { readonly id: QueryKind; readonly hint: string }[] = QUERY_KINDS.map((id) => ({ id, hint: SAID.hints[id] }));
  const chosen = form.kind === "" ? (form.together.length > 0 ? "" : "wrong-fact") : form.kind;
  const main = html`${form.fault !== null && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">${WORDS.problemTitle}</h2><p><a href="#${form.fault.field}">${form.fault.text}</a></p></div>`}
<p class="hint"><a href="${itemHref(context, entry)}">${entry.display}</a>, ${owner}, ${recordedOf(entry)}</p>
<section class="panel panel--form panel--reason"><p>${SAID.goesTo(owner, html`<a href="${context.base}/not-same">${SAID.notSame}</a>`)}</p>
<form method="post" action="${itemHref(context, entry)}/query">${csrfField(context.shell)}${form.together.map((id) => html`<input type="hidden" name="with-${id}" value="yes">`)}
<fieldset class="nhsuk-fieldset" id="kind"><legend class="nhsuk-fieldset__legend">${SAID.kind}</legend><div class="nhsuk-radios">${kinds.map(({ id, hint }) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="kind-${id}" name="kind" type="radio" value="${id}"${id === chosen ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="kind-${id}">${QUERY_KIND_WORDS[id].replace(/^./, (letter) => letter.toUpperCase())} <span class="dim">${hint}</span></label></div>`)}</div></fieldset>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">${SAID.words}</label><textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="${QUERY_WORDS.most}" required>${form.words}</textarea></div>
<p><button class="nhsuk-button" type="submit">${SAID.send(owner)}</button></p></form></section>`;
  return recordPage(context, { title: WORDS.somethingWrong, group: "details", slug: "query", main });
}
