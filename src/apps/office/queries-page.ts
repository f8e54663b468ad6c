/** The markup of queries: which wait, and one of them to read and to answer. */
import { QUERY_ANSWER_WORDS, QUERY_ANSWERS, QUERY_KIND_WORDS, QUERY_WORDS, type Query } from "#data-quality";
import type { Region } from "#governance";
import { csrfField, dateHtml, html, type Content, type Html, type Shell } from "#platform";
import { sectionTitle } from "#standards";
import { messageHref } from "./data-quality-page.ts";

/** What is shown of the entry to who has given a reason. */
export type OpenedQuery = { readonly isClosed: true } | { readonly isClosed: false; readonly localId: string; readonly display: string | null };

const queryHref = (query: Query): string => `/office/queries/${query.sourcePatientId}/${query.queryId}`;
const nameOf = (region: Region, odsCode: string): string => region.organisation(odsCode)?.name ?? odsCode;
const capital = (text: string): string => text.replace(/^./, (letter) => letter.toUpperCase());

export function queriesPage({ region, queries, open, isWholeRegion }: { readonly region: Region; readonly queries: readonly Query[]; readonly open: number; readonly isWholeRegion: boolean }): Html {
  return html`<h1 class="h1">Queries</h1>
<p>What readers of the record said is wrong with an entry of ${isWholeRegion ? "an organisation of the region" : "your organisation"}. The entry says so to every reader until it is answered here. Put right at the source what is wrong: its next message changes the record. <a href="/office/data-quality">Data quality</a></p>
<p>${open} open${queries.length > open && html`; the newest ${queries.length - open} that were answered stand below`}.</p>
${queries.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Queries"><table class="t t--list"><caption class="vh">Queries, those that wait longest first</caption><thead><tr>${["Asked", "What is said to be wrong", "Of", "By", "State"].map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>${queries.map((query) => html`<tr><td data-label="Asked" class="nobr"><div>${dateHtml(query.askedAt)}</div></td><th scope="row" data-label="What is said to be wrong"><div><a href="${queryHref(query)}">${capital(QUERY_KIND_WORDS[query.kind])}<span class="vh">, ${sectionTitle(query.section)}, asked ${dateHtml(query.askedAt)}</span></a></div></th><td data-label="Of"><div>${sectionTitle(query.section)}<br><span class="dim">${nameOf(region, query.owner)}</span></div></td><td data-label="By"><div>${query.askedBy.role}, ${nameOf(region, query.askedBy.organisation)}</div></td><td data-label="State"><div>${query.answer === null ? html`<span class="mood mood--late">Open</span>` : html`${capital(QUERY_ANSWER_WORDS[query.answer.answer])} <span class="dim">${dateHtml(query.answer.at, true)}</span>`}</div></td></tr>`)}</tbody></table></div>`}`;
}

type Detail = { readonly region: Region; readonly shell: Shell; readonly query: Query; readonly opened: OpenedQuery | null; readonly reason: string; readonly fault: { readonly field: string; readonly text: string } | null };

/** One query: what it is about, and to who has said why, what was said of whom. */
export function queryDetailPage({ region, shell, query, opened, reason, fault }: Detail): Html {
  return html`<p><a href="/office/queries">Queries</a></p><h1 class="h1">A query</h1>
${fault && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#${fault.field}">${fault.text}</a></p></div>`}
${pairs([
    ["What is said to be wrong", capital(QUERY_KIND_WORDS[query.kind])], ["Of", sectionTitle(query.section)], ["Data of", nameOf(region, query.owner)], ["Asked", dateHtml(query.askedAt)], ["By", `${query.askedBy.name}, ${query.askedBy.role}, ${nameOf(region, query.askedBy.organisation)}`],
    ["Message that brought it", html`<a href="${messageHref(query.feed, query.messageId)}">${query.messageId}</a>, feed ${query.feed}`], ["Version that was read", String(query.version)],
    ["Answered", query.answer === null ? "not yet" : html`${capital(QUERY_ANSWER_WORDS[query.answer.answer])}, ${dateHtml(query.answer.at)}, by ${query.answer.byName}`],
  ])}
${opened === null ? openForm(shell, query) : opened.isClosed ? html`<p class="said said--grey" role="status">This is about a person of whom your role may not be shown anything here. That you asked, and why, is kept in the audit trail. Your administrator can say who may.</p>` : html`<p class="said said--plain" role="status">Open to you: ${reason}. Kept in the audit trail.</p>${pairs([["Your number of the patient", html`<code>${opened.localId}</code>`], ["Entry", opened.display ?? "no longer in the message that brought it"], ["What was said", html`<span class="pre">${query.words}</span>`], ["Stood together with", query.togetherWith.length === 0 ? "nothing else" : `${query.togetherWith.length} more ${query.togetherWith.length === 1 ? "entry" : "entries"}`], ["Your words then", query.answer === null ? null : query.answer.words]])}
${query.answer === null && answerForm(shell, query, reason)}`}`;
}

const pairs = (rows: readonly (readonly [string, Content])[]): Html => html`<dl class="pairs">${rows.filter(([, value]) => value !== null).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

const openForm = (shell: Shell, query: Query): Html => html`<section class="panel panel--form panel--reason" aria-labelledby="h-open"><h2 id="h-open">Read what was said</h2>
<p>It is about a person. Your name, your reason and whose data it is are kept in the audit trail, and the person may see it.</p>
<form method="post" action="${queryHref(query)}" novalidate>${csrfField(shell)}<label class="nhsuk-label" for="reason">Why do you open it?</label><input class="nhsuk-input office-input--wide" id="reason" name="reason" autocomplete="off"><button class="nhsuk-button" type="submit">Open</button></form></section>`;

const answerForm = (shell: Shell, query: Query, reason: string): Html => html`<section class="panel panel--form" aria-labelledby="h-answer"><h2 id="h-answer">Answer</h2>
<form method="post" action="${queryHref(query)}/answer" novalidate>${csrfField(shell)}<input type="hidden" name="reason" value="${reason}">
<fieldset class="nhsuk-fieldset" id="answer"><legend class="nhsuk-fieldset__legend">What was found</legend><div class="nhsuk-radios">${QUERY_ANSWERS.map((id) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="answer-${id}" name="answer" type="radio" value="${id}"><label class="nhsuk-label nhsuk-radios__label" for="answer-${id}">${capital(QUERY_ANSWER_WORDS[id])}</label></div>`)}</div></fieldset>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">In a few words, for everybody who may see the entry: name nobody else</label><textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="${QUERY_WORDS.most}"></textarea></div>
<p><button class="nhsuk-button" type="submit">Answer</button></p></form></section>`;
