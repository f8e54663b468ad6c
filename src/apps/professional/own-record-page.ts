/** What the person sees of an entry on their own pages: on rows, on the entry's page, and the form by which it is released or kept back again (REC-42). */
import type { OwnRecordAnswer, Release } from "#access";
import { csrfField, dateHtml, html, type Content, type Html, type Refusal } from "#platform";
import type { Entry } from "#record";
import { controllerName, recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { itemHref, recordedOf } from "./rows.ts";
import { icon } from "./icons.ts";
import { WORDS } from "./words/index.ts";

/** Fewest and most letters of why. */
export const RELEASE_WORDS = { least: 5, most: 500 } as const;

/** What a page may say of an entry: the answer of the one rule, and who decided, in words. */
export type OwnRecordView = { readonly answer: OwnRecordAnswer; readonly by: string | null };

const decided = ({ at }: Release, by: string | null): Html => html`${WORDS.decidedBy(by)} ${dateHtml(at, true)}`;

/** The mark of a row of which the person sees nothing or only a part, or what somebody released; nothing where they see it all anyway. */
export function ownRecordMark(context: Pick<RecordContext, "ownRecord">, entries: readonly Entry[]): Content {
  const views = entries.map((entry) => context.ownRecord(entry));
  const hidden = views.filter(({ answer }) => !answer.shown).length;
  const [released] = views.filter(({ answer }) => answer.shown && answer.release !== null);
  if (hidden > 0) return html` <span class="own">${icon("lock")}${hidden === entries.length ? WORDS.personDoesNotSee : WORDS.personSeesInPart}</span>`;
  return released !== undefined && released.answer.shown && released.answer.release !== null ? html` <span class="own">${WORDS.releasedToPerson} ${decided(released.answer.release, released.by)}</span>` : null;
}

export const ownRecordHref = (context: Pick<RecordContext, "base">, entry: Entry): string => `${itemHref(context, entry)}/own-record`;

/** On the page of an entry that is kept back by rule, or was released; nothing elsewhere. */
export function ownRecordPanel(context: RecordContext, entry: Entry, mayRelease: true | Refusal): Html | null {
  const { answer, by } = context.ownRecord(entry);
  if (answer.shown && answer.release === null) return null;
  const said = answer.shown
    ? html`<p>${WORDS.releasedToPerson} ${decided(answer.release!, by)}: ${answer.release!.words}</p>`
    : html`<p>${icon("lock")}${WORDS.doesNotSeeSince(html`<strong>${WORDS.personDoesNotSee}</strong>`, answer.kind.words)}${answer.changed !== null && html` ${WORDS.wasReleased} ${decided(answer.changed, by)}, ${WORDS.changedSinceRelease}`}</p>`;
  return html`<section class="panel panel--list" aria-labelledby="h-own-record"><div class="panel__head"><h2 id="h-own-record">${WORDS.whatThePersonSees}</h2></div>${said}<p>${mayRelease === true ? html`<a href="${ownRecordHref(context, entry)}">${answer.shown ? WORDS.keepBack : WORDS.release}</a>` : html`<span class="dim">${mayRelease.message}</span>`}</p></section>`;
}

export type OwnRecordForm = { readonly words: string; readonly fault: string | null };

/** The form that releases, or keeps back again. */
export function ownRecordPage(context: RecordContext, entry: Entry, form: OwnRecordForm): RecordPage {
  context.shown.entry(entry);
  const { answer } = context.ownRecord(entry);
  const title = answer.shown ? WORDS.keepBack : WORDS.release;
  const main = html`${form.fault !== null && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">${WORDS.problemTitle}</h2><p><a href="#words">${form.fault}</a></p></div>`}
<p class="hint"><a href="${itemHref(context, entry)}">${entry.display}</a>, ${controllerName(context, entry)}, ${recordedOf(entry)}</p>
<section class="panel panel--form panel--reason"><p>${answer.shown ? WORDS.keepBackMeans : WORDS.releaseMeans(answer.kind.words)}</p>
<form method="post" action="${ownRecordHref(context, entry)}">${csrfField(context.shell)}<input type="hidden" name="act" value="${answer.shown ? "kept-back" : "released"}"><input type="hidden" name="version" value="${entry.version}">
<div class="nhsuk-form-group${form.fault !== null && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="words">${WORDS.releaseWhy}</label><textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="${RELEASE_WORDS.most}" required>${form.words}</textarea></div>
<p><button class="nhsuk-button" type="submit">${title}</button></p></form></section>`;
  return recordPage(context, { title, group: "details", slug: "own-record", main });
}
