/** Find a person, and the landing page with the people a reader opened recently. No banner here: several people are on screen. */
import type { LandingPart } from "#governance";
import { csrfField, html, layout, type Html, type Shell } from "#platform";
import type { Found, RecentPerson } from "./deps.ts";
import { EMPTY, type FieldFault, type FindFields } from "./find-form.ts";
import { icon, sprite } from "./icons.ts";
import { listSection, type ListKind, type PeopleList } from "./lists-page.ts";
import { peopleTable } from "./people-table.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.finding;

export type FindState = {
  readonly fields: FindFields;
  readonly faults: readonly FieldFault[];
  /** `null` before anything was asked. */
  readonly found: Found | null;
};

export const NOT_ASKED: FindState = { fields: EMPTY, faults: [], found: null };

/** `/find`. */
export function findPage(shell: Shell, state: FindState, now: Date): Html {
  return layout({ ...shell, find: null }, {
    title: state.faults.length > 0 ? WORDS.errorTitle(WORDS.find) : WORDS.find,
    main: html`${sprite}<h1 class="h1">${WORDS.find}</h1>${errorSummary(state.faults)}${state.found && results(state.found, now)}${form(shell, state)}`,
  });
}

/** `/`: what the reader's role works from stands first: the search, the people of their wards and teams, those opened recently. */
export function landingPage(shell: Shell, parts: readonly LandingPart[], lists: ReadonlyMap<ListKind, PeopleList>, recent: readonly RecentPerson[], now: Date): Html {
  const shown = parts.filter((part) => part === "find" || part === "recent" || lists.has(part));
  const draw = (part: LandingPart, isFirst: boolean): Html => {
    if (part === "find") return html`<section aria-labelledby="h-find">${isFirst ? html`<h1 class="h1" id="h-find">${WORDS.find}</h1>` : html`<h2 class="h2" id="h-find">${WORDS.find}</h2>`}${form(shell, NOT_ASKED, isFirst ? 2 : 3)}</section>`;
    if (part === "recent") return html`<section aria-labelledby="h-recent"><h2 class="h2" id="h-recent">${WORDS.recent}</h2>${recent.length === 0 ? html`<p>${WORDS.noRecent}</p>` : peopleTable(recent, WORDS.recent, now)}</section>`;
    return listSection(lists.get(part)!, now, isFirst ? 1 : 2);
  };
  const [first] = shown;
  return layout({ ...shell, find: null }, { title: first === "find" || first === "recent" ? WORDS.find : WORDS.lists[first!].title, main: html`${sprite}${shown.map((part, index) => draw(part, index === 0))}` });
}

/** The list of faults above a form, each a link to its field. */
export function errorSummary(faults: readonly FieldFault[]): Html | null {
  if (faults.length === 0) return null;
  return html`<div class="nhsuk-error-summary" tabindex="-1" id="errors"><div role="alert"><h2 class="nhsuk-error-summary__heading">${WORDS.problemTitle}</h2><div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list">${faults.map(({ field, text }) => html`<li><a href="#${field}">${text}</a></li>`)}</ul></div></div></div>`;
}

/** The two ways to find a person; `level` of their headings. */
function form(shell: Shell, { fields, faults }: FindState, level: 2 | 3 = 2): Html {
  const heading = (text: string): Html => (level === 2 ? html`<h2 class="h2">${text}</h2>` : html`<h3 class="h2">${text}</h3>`);
  const fault = (field: string): string | undefined => faults.find((one) => one.field === field)?.text;
  const dateFault = fault("day") ?? fault("month") ?? fault("year");
  const group = (field: string, label: string, value: string, options: { hint?: string; width: number; numeric?: boolean }): Html => {
    const wrong = fault(field);
    return html`<div class="nhsuk-form-group${wrong === undefined ? null : html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="${field}">${label}</label>${options.hint !== undefined && html`<div class="nhsuk-hint" id="${field}-hint">${options.hint}</div>`}${message(field, wrong)}<input class="nhsuk-input nhsuk-input--width-${options.width}${wrong === undefined ? null : html` nhsuk-input--error`}" id="${field}" name="${field}" type="text" autocomplete="off" spellcheck="false" value="${value}"${options.numeric === true ? html` inputmode="numeric"` : null}${describedBy(options.hint === undefined ? null : `${field}-hint`, wrong === undefined ? null : `${field}-error`)}></div>`;
  };
  return html`<div class="two">
<form action="/find" method="post" novalidate class="panel panel--form">${csrfField(shell)}${heading(WORDS.findByNumber)}${group("nhsNumber", SAID.nhsNumber, fields.nhsNumber, { hint: SAID.nhsNumberHint, width: 10, numeric: true })}<button class="nhsuk-button" type="submit">${SAID.byNumber}</button></form>
<form action="/find" method="post" novalidate class="panel panel--form">${csrfField(shell)}${heading(WORDS.findByName)}
${group("family", SAID.family, fields.family, { width: 20 })}${group("given", SAID.given, fields.given, { width: 20 })}
<div class="nhsuk-form-group${dateFault === undefined ? null : html` nhsuk-form-group--error`}"><fieldset class="nhsuk-fieldset" role="group"${describedBy("dob-hint", dateFault === undefined ? null : "day-error")}><legend class="nhsuk-fieldset__legend">${SAID.dateOfBirth}</legend><div class="nhsuk-hint" id="dob-hint">${SAID.dateOfBirthHint}</div>${message("day", dateFault)}<div class="nhsuk-date-input">${(["day", "month", "year"] as const).map((field) => html`<div class="nhsuk-date-input__item"><div class="nhsuk-form-group"><label class="nhsuk-label nhsuk-date-input__label" for="${field}">${SAID.dateParts[field]}</label><input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-${field === "year" ? 4 : 2}${dateFault === undefined ? null : html` nhsuk-input--error`}" id="${field}" name="${field}" type="text" inputmode="numeric" autocomplete="off" value="${fields[field]}"></div></div>`)}</div></fieldset></div>
${group("postcode", SAID.postcode, fields.postcode, { width: 10 })}<button class="nhsuk-button" type="submit">${SAID.byName}</button></form>
</div>`;
}

const message = (field: string, text: string | undefined): Html | null => (text === undefined ? null : html`<span class="nhsuk-error-message" id="${field}-error"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${text}</span>`);

function describedBy(...ids: readonly (string | null)[]): Html | null {
  const present = ids.filter((id) => id !== null);
  return present.length === 0 ? null : html` aria-describedby="${present.join(" ")}"`;
}

function results(found: Found, now: Date): Html {
  const { people: list, more, limit } = found;
  const title = list.length === 0 ? SAID.noMatch : more ? SAID.moreThan(limit) : SAID.matches(list.length);
  const words =
    list.length === 0
      ? html`<p>${SAID.noMatchMeans}</p>`
      : more
        ? html`<p class="said said--amber">${icon("warn")}${SAID.narrow(limit)}</p>`
        : null;
  return html`<section aria-labelledby="h-found"><h2 class="h2" id="h-found">${title}</h2>${words}${list.length > 0 && peopleTable(list, title, now)}</section>`;
}
