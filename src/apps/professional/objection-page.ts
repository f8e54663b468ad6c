/** Lodging an objection with the person (OPT-08), and, where the region offers it, opening against one to protect life. */
import { csrfField, html, layout, type Content, type Html, type Shell } from "#platform";
import type { ObjectionForm } from "./deps.ts";
import { errorSummary } from "./find-page.ts";
import type { FieldFault } from "./find-form.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.objection;

/** How a professional knows that the person is who they say; what was seen stands in the words beside it. */
export const IDENTITY_CHECKS = SAID.identityChecks;
export const isIdentityCheck = (text: unknown): text is keyof typeof IDENTITY_CHECKS => typeof text === "string" && Object.hasOwn(IDENTITY_CHECKS, text);

export type ObjectionFields = Readonly<Record<string, unknown>>;

const text = (fields: ObjectionFields, name: string): string => (typeof fields[name] === "string" ? (fields[name] as string) : "");

export function lodgePage(context: RecordContext, form: ObjectionForm, fields: ObjectionFields, itemId: string | null, faults: readonly FieldFault[]): RecordPage {
  const fault = (name: string): string | undefined => faults.find((each) => each.field === name)?.text;
  const group = (name: string, inside: Content): Html => html`<div class="nhsuk-form-group${fault(name) !== undefined && html` nhsuk-form-group--error`}">${fault(name) !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${fault(name)}</span>`}${inside}</div>`;
  context.shown.section("person-demographics");
  const main = html`${errorSummary(faults)}
<section class="panel panel--form" aria-labelledby="h-guide"><h2 class="h2" id="h-guide">${SAID.guide}</h2>
<ul><li>${SAID.emergency(form.emergencyWords)}</li><li>${SAID.part}</li><li>${SAID.decided}</li><li>${SAID.notOptOut}</li></ul></section>
<form class="panel panel--form" method="post" action="${context.base}/objection" novalidate>${csrfField(context.shell)}
${group("told", html`<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="told" name="told" type="checkbox" value="yes"${text(fields, "told") === "yes" ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="told">${SAID.told}</label></div></div>`)}
<h2 class="h2">${SAID.everything}</h2>${group("everything", form.fields(form.read(fields), itemId))}
${group("words", html`<label class="nhsuk-label" for="words">${SAID.words}</label><textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="2000">${text(fields, "words")}</textarea>`)}
${group("contact", html`<label class="nhsuk-label" for="contact">${SAID.contact}</label><div class="nhsuk-hint">${SAID.contactHint}</div><input class="nhsuk-input" id="contact" name="contact" type="text" maxlength="200" autocomplete="off" value="${text(fields, "contact")}"><div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="doNotWrite" name="doNotWrite" type="checkbox" value="yes"${text(fields, "doNotWrite") === "yes" ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="doNotWrite">${SAID.doNotWrite}</label></div></div>`)}
${group("how", html`<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${SAID.how}</legend><div class="nhsuk-hint">${SAID.howHint}</div><div class="nhsuk-radios nhsuk-radios--small">${Object.entries(IDENTITY_CHECKS).map(([id, words], index) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="${index === 0 ? "how" : `how-${id}`}" name="how" type="radio" value="${id}"${text(fields, "how") === id ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="${index === 0 ? "how" : `how-${id}`}">${words}</label></div>`)}</div></fieldset>`)}
${group("seen", html`<label class="nhsuk-label" for="seen">${SAID.seen}</label><input class="nhsuk-input" id="seen" name="seen" type="text" maxlength="200" autocomplete="off" value="${text(fields, "seen")}">`)}
<button class="nhsuk-button" type="submit">${SAID.lodge}</button></form>`;
  return recordPage(context, { title: faults.length > 0 ? WORDS.errorTitle(SAID.title) : SAID.title, group: "details", slug: "details", main });
}

/** After lodging: the record may be closed to this reader already, so nothing of it stands here. */
export function lodgedPage(shell: Shell, reference: string, isRestricted: boolean): Html {
  return layout(shell, { title: SAID.lodged, main: html`<h1 class="h1">${SAID.lodged}</h1><p>${SAID.reference} <strong>${reference}</strong>. ${SAID.giveIt}</p><p>${isRestricted ? SAID.restricted : SAID.notRestricted}</p><p><a href="/find">${WORDS.back}</a></p>` });
}

/** The one form that opens a closed record; it names nobody. */
export function overridePage(shell: Shell, personId: string, words: string, faults: readonly FieldFault[]): Html {
  const fault = (name: string): string | undefined => faults.find((each) => each.field === name)?.text;
  return layout(shell, {
    title: faults.length > 0 ? WORDS.errorTitle(SAID.override) : SAID.override,
    main: html`${errorSummary(faults)}<div class="panel panel--form panel--reason"><h1 class="h1">${SAID.overrideHeading}</h1>
<p>${SAID.overrideWhen}</p><p>${SAID.overrideTold}</p>
<form method="post" action="/person/${personId}/objection/override" novalidate>${csrfField(shell)}
<div class="nhsuk-form-group${fault("life") !== undefined && html` nhsuk-form-group--error`}">${fault("life") !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${fault("life")}</span>`}<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="life" name="life" type="checkbox" value="yes"><label class="nhsuk-label nhsuk-checkboxes__label" for="life">${SAID.life}</label></div></div></div>
<div class="nhsuk-form-group${fault("words") !== undefined && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="words">${SAID.danger}</label>${fault("words") !== undefined && html`<span class="nhsuk-error-message"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${fault("words")}</span>`}<textarea class="nhsuk-textarea" id="words" name="words" rows="3" maxlength="500">${words}</textarea></div>
<button class="nhsuk-button nhsuk-button--warning" type="submit">${SAID.open}</button> <a class="panel__more" href="/find">${WORDS.back}</a></form></div>`,
  });
}
