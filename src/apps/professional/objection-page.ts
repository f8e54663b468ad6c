/** Lodging an objection with the person (OPT-08), and, where the region offers it, opening against one to protect life. */
import { csrfField, html, layout, type Content, type Html, type Shell } from "#platform";
import type { ObjectionForm } from "./deps.ts";
import { errorSummary } from "./find-page.ts";
import type { FieldFault } from "./find-form.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

/** How a professional knows that the person is who they say; what was seen stands in the words beside it. */
export const IDENTITY_CHECKS = { document: "A document with a photograph was seen", known: "Known to me in person", "not-checked": "Not checked: the objections office will do it" } as const;
export const isIdentityCheck = (text: unknown): text is keyof typeof IDENTITY_CHECKS => typeof text === "string" && Object.hasOwn(IDENTITY_CHECKS, text);

export type ObjectionFields = Readonly<Record<string, unknown>>;

const text = (fields: ObjectionFields, name: string): string => (typeof fields[name] === "string" ? (fields[name] as string) : "");

export function lodgePage(context: RecordContext, form: ObjectionForm, fields: ObjectionFields, itemId: string | null, faults: readonly FieldFault[]): RecordPage {
  const fault = (name: string): string | undefined => faults.find((each) => each.field === name)?.text;
  const group = (name: string, inside: Content): Html => html`<div class="nhsuk-form-group${fault(name) !== undefined && html` nhsuk-form-group--error`}">${fault(name) !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">Error:</span> ${fault(name)}</span>`}${inside}</div>`;
  context.shown.section("person-demographics");
  const main = html`${errorSummary(faults)}
<section class="panel panel--form" aria-labelledby="h-guide"><h2 class="h2" id="h-guide">Before the form: what the person must know</h2>
<ul><li>Whoever treats them may not see allergies, medicines or decisions. Their letter will say: "${form.emergencyWords}"</li><li>A part may be enough: one organisation's data, one organisation that looks, one category, one entry. A mistake in the record is corrected, not objected to.</li><li>It is not automatic: a clinician decides within one month, and says why.</li><li>It is not the national data opt-out and not a Summary Care Record choice; neither follows from the other.</li></ul></section>
<form class="panel panel--form" method="post" action="${context.base}/objection" novalidate>${csrfField(context.shell)}
${group("told", html`<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="told" name="told" type="checkbox" value="yes"${text(fields, "told") === "yes" ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="told">The person has been told this and still objects</label></div></div>`)}
<h2 class="h2">What the person objects to</h2>${group("everything", form.fields(form.read(fields), itemId))}
${group("words", html`<label class="nhsuk-label" for="words">Why, and what harm the person fears</label><textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="2000">${text(fields, "words")}</textarea>`)}
${group("contact", html`<label class="nhsuk-label" for="contact">How to reach the person safely</label><div class="nhsuk-hint">As they say it now. Addresses of the record are never used for letters about an objection</div><input class="nhsuk-input" id="contact" name="contact" type="text" maxlength="200" autocomplete="off" value="${text(fields, "contact")}"><div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="doNotWrite" name="doNotWrite" type="checkbox" value="yes"${text(fields, "doNotWrite") === "yes" ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="doNotWrite">Nothing may be sent there</label></div></div>`)}
${group("how", html`<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">Who the person is</legend><div class="nhsuk-hint">Once checked, what is objected to is held back at once, under your name. Nobody must be able to close somebody else's record</div><div class="nhsuk-radios nhsuk-radios--small">${Object.entries(IDENTITY_CHECKS).map(([id, words], index) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="${index === 0 ? "how" : `how-${id}`}" name="how" type="radio" value="${id}"${text(fields, "how") === id ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="${index === 0 ? "how" : `how-${id}`}">${words}</label></div>`)}</div></fieldset>`)}
${group("seen", html`<label class="nhsuk-label" for="seen">What was seen, or since when you know them</label><input class="nhsuk-input" id="seen" name="seen" type="text" maxlength="200" autocomplete="off" value="${text(fields, "seen")}">`)}
<button class="nhsuk-button" type="submit">Lodge the objection</button></form>`;
  return recordPage(context, { title: faults.length > 0 ? "Error: Objection to sharing" : "Objection to sharing", group: "details", slug: "details", main });
}

/** After lodging: the record may be closed to this reader already, so nothing of it stands here. */
export function lodgedPage(shell: Shell, reference: string, isRestricted: boolean): Html {
  return layout(shell, { title: "Objection lodged", main: html`<h1 class="h1">Objection lodged</h1><p>Reference <strong>${reference}</strong>. Give it to the person.</p><p>${isRestricted ? "What is objected to is held back from now on, for every reader but those who wrote it, until a clinician has decided." : "Nothing is held back yet: the objections office checks who the person is first."}</p><p><a href="/find">${WORDS.back}</a></p>` });
}

/** The one form that opens a closed record; it names nobody. */
export function overridePage(shell: Shell, personId: string, words: string, faults: readonly FieldFault[]): Html {
  const fault = (name: string): string | undefined => faults.find((each) => each.field === name)?.text;
  return layout(shell, {
    title: faults.length > 0 ? "Error: To protect life" : "To protect life",
    main: html`${errorSummary(faults)}<div class="panel panel--form panel--reason"><h1 class="h1">Open against the person's objection, to protect life</h1>
<p>This person has objected to sharing, and a clinician has upheld it. Go on only where opening the record is necessary to protect somebody's life and the person cannot be asked.</p><p>The objections office and your privacy officer are told at once, with your name. The person is told.</p>
<form method="post" action="/person/${personId}/objection/override" novalidate>${csrfField(shell)}
<div class="nhsuk-form-group${fault("life") !== undefined && html` nhsuk-form-group--error`}">${fault("life") !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">Error:</span> ${fault("life")}</span>`}<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="life" name="life" type="checkbox" value="yes"><label class="nhsuk-label nhsuk-checkboxes__label" for="life">Somebody's life is in danger, and this record is needed to protect it</label></div></div></div>
<div class="nhsuk-form-group${fault("words") !== undefined && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="words">What the danger is</label>${fault("words") !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">Error:</span> ${fault("words")}</span>`}<textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="500">${words}</textarea></div>
<button class="nhsuk-button nhsuk-button--warning" type="submit">Open the record</button> <a class="panel__more" href="/find">${WORDS.back}</a></form></div>`,
  });
}
