/** The interruption page: a record that nothing connects the reader with opens only for a reason, given each time it is unusual. */
import { csrfField, dateHtml, html, layout, type Html, type Shell } from "#platform";
import { formatNhsNumber } from "#standards";
import type { FoundPerson, GivenReason } from "./deps.ts";
import type { FieldFault } from "./find-form.ts";
import { errorSummary } from "./find-page.ts";
import { personName } from "./people-table.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.reason;

export type ReasonState = { readonly kind: string; readonly words: string; readonly faults: readonly FieldFault[] };

/** Shortest explanation that says something. */
const SHORTEST = 10;

/** One reason of the region pack: what is posted, and the words that stand in the access history. */
export type Reason = { readonly id: string; readonly words: string };

/** Address of the first choice: where the error summary leads. */
const FIRST = "kind-0";

/** The reason as given, or what to put right. */
export function readReason(body: unknown, reasons: readonly Reason[]): { readonly reason: GivenReason } | ReasonState {
  const from = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const kind = typeof from["kind"] === "string" ? from["kind"] : "";
  const words = typeof from["words"] === "string" ? from["words"].trim().slice(0, 500) : "";
  const faults: FieldFault[] = [];
  if (!reasons.some(({ id }) => id === kind)) faults.push({ field: FIRST, text: SAID.select });
  if (words.length < SHORTEST) faults.push({ field: "words", text: SAID.sayWhy });
  return faults.length > 0 ? { kind, words, faults } : { reason: { kind, words } };
}

/** `/person/:id/reason`. */
export function reasonPage(shell: Shell, person: FoundPerson, reasons: readonly Reason[], state: ReasonState): Html {
  const fault = (field: string): string | undefined => state.faults.find((one) => one.field === field)?.text;
  const kindFault = fault(FIRST);
  const wordsFault = fault("words");
  return layout(shell, {
    title: state.faults.length > 0 ? WORDS.errorTitle(SAID.title) : SAID.title,
    main: html`${errorSummary(state.faults)}<div class="panel panel--form panel--reason">
<h1 class="h1">${WORDS.reasonTitle}</h1>
<p><strong>${personName(person)}</strong>, ${SAID.born} ${person.dateOfBirth === "" ? WORDS.notRecorded : dateHtml(person.dateOfBirth)}, ${SAID.nhsNumber} ${person.nhsNumber === null ? WORDS.noNhsNumber : formatNhsNumber(person.nhsNumber)}</p>
<p>${WORDS.reasonExplain}</p><p>${WORDS.reasonWarning}</p>
<form method="post" novalidate>${csrfField(shell)}
<div class="nhsuk-form-group${kindFault === undefined ? null : html` nhsuk-form-group--error`}"><fieldset class="nhsuk-fieldset"${kindFault === undefined ? null : html` aria-describedby="kind-error"`}><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${SAID.reason}</legend>${kindFault !== undefined && html`<span class="nhsuk-error-message" id="kind-error"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${kindFault}</span>`}<div class="nhsuk-radios nhsuk-radios--small">${reasons.map(({ id, words }, index) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" type="radio" id="kind-${index}" name="kind" value="${id}"${state.kind === id ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="kind-${index}">${words}</label></div>`)}</div></fieldset></div>
<div class="nhsuk-form-group${wordsFault === undefined ? null : html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="words">${SAID.words}</label><div class="nhsuk-hint" id="words-hint">${SAID.wordsHint}</div>${wordsFault !== undefined && html`<span class="nhsuk-error-message" id="words-error"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${wordsFault}</span>`}<textarea class="nhsuk-textarea${wordsFault === undefined ? null : html` nhsuk-textarea--error`}" id="words" name="words" rows="3" maxlength="500" aria-describedby="${wordsFault === undefined ? "words-hint" : "words-hint words-error"}">${state.words}</textarea></div>
<button class="nhsuk-button" type="submit">${WORDS.continue}</button> <a class="panel__more" href="/find">${WORDS.back}</a>
</form></div>`,
  });
}
