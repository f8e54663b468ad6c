/** Find a person, and the landing page with the people a reader opened recently. No banner here: several people are on screen. */
import { ageText, csrfField, dateHtml, html, layout, type Html, type Shell } from "#platform";
import { formatNhsNumber } from "#standards";
import type { Found, FoundPerson, RecentPerson } from "./deps.ts";
import { EMPTY, type FieldFault, type FindFields } from "./find-form.ts";
import { icon, sprite } from "./icons.ts";
import { WORDS } from "./words.ts";

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
    title: state.faults.length > 0 ? `Error: ${WORDS.find}` : WORDS.find,
    main: html`${sprite}<h1 class="h1">${WORDS.find}</h1>${errorSummary(state.faults)}${state.found && results(state.found, now)}${form(shell, state)}`,
  });
}

/** `/`: the find form and the people opened recently. */
export function landingPage(shell: Shell, recent: readonly RecentPerson[], now: Date): Html {
  return layout({ ...shell, find: null }, {
    title: WORDS.find,
    main: html`${sprite}<h1 class="h1">${WORDS.find}</h1>${form(shell, NOT_ASKED)}<section aria-labelledby="h-recent"><h2 class="h2" id="h-recent">${WORDS.recent}</h2>${recent.length === 0 ? html`<p>${WORDS.noRecent}</p>` : people(recent, WORDS.recent, now)}</section>`,
  });
}

/** The list of faults above a form, each a link to its field. */
export function errorSummary(faults: readonly FieldFault[]): Html | null {
  if (faults.length === 0) return null;
  return html`<div class="nhsuk-error-summary" tabindex="-1" id="errors"><div role="alert"><h2 class="nhsuk-error-summary__heading">${WORDS.problemTitle}</h2><div class="nhsuk-error-summary__body"><ul class="nhsuk-list nhsuk-error-summary__list">${faults.map(({ field, text }) => html`<li><a href="#${field}">${text}</a></li>`)}</ul></div></div></div>`;
}

function form(shell: Shell, { fields, faults }: FindState): Html {
  const fault = (field: string): string | undefined => faults.find((one) => one.field === field)?.text;
  const dateFault = fault("day") ?? fault("month") ?? fault("year");
  const group = (field: string, label: string, value: string, options: { hint?: string; width: number; numeric?: boolean }): Html => {
    const wrong = fault(field);
    return html`<div class="nhsuk-form-group${wrong === undefined ? null : html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="${field}">${label}</label>${options.hint !== undefined && html`<div class="nhsuk-hint" id="${field}-hint">${options.hint}</div>`}${message(field, wrong)}<input class="nhsuk-input nhsuk-input--width-${options.width}${wrong === undefined ? null : html` nhsuk-input--error`}" id="${field}" name="${field}" type="text" autocomplete="off" spellcheck="false" value="${value}"${options.numeric === true ? html` inputmode="numeric"` : null}${describedBy(options.hint === undefined ? null : `${field}-hint`, wrong === undefined ? null : `${field}-error`)}></div>`;
  };
  return html`<div class="two">
<form action="/find" method="post" novalidate class="panel panel--form">${csrfField(shell)}<h2 class="h2">${WORDS.findByNumber}</h2>${group("nhsNumber", "NHS number", fields.nhsNumber, { hint: "10 digits, like 999 123 4560", width: 10, numeric: true })}<button class="nhsuk-button" type="submit">Find by NHS number</button></form>
<form action="/find" method="post" novalidate class="panel panel--form">${csrfField(shell)}<h2 class="h2">${WORDS.findByName}</h2>
${group("family", "Family name", fields.family, { width: 20 })}${group("given", "Given name (optional)", fields.given, { width: 20 })}
<div class="nhsuk-form-group${dateFault === undefined ? null : html` nhsuk-form-group--error`}"><fieldset class="nhsuk-fieldset" role="group"${describedBy("dob-hint", dateFault === undefined ? null : "day-error")}><legend class="nhsuk-fieldset__legend">Date of birth</legend><div class="nhsuk-hint" id="dob-hint">For example, 14 7 1945</div>${message("day", dateFault)}<div class="nhsuk-date-input">${(["day", "month", "year"] as const).map((field) => html`<div class="nhsuk-date-input__item"><div class="nhsuk-form-group"><label class="nhsuk-label nhsuk-date-input__label" for="${field}">${field.charAt(0).toUpperCase()}${field.slice(1)}</label><input class="nhsuk-input nhsuk-date-input__input nhsuk-input--width-${field === "year" ? 4 : 2}${dateFault === undefined ? null : html` nhsuk-input--error`}" id="${field}" name="${field}" type="text" inputmode="numeric" autocomplete="off" value="${fields[field]}"></div></div>`)}</div></fieldset></div>
${group("postcode", "Postcode (optional)", fields.postcode, { width: 10 })}<button class="nhsuk-button" type="submit">Find by name</button></form>
</div>`;
}

const message = (field: string, text: string | undefined): Html | null => (text === undefined ? null : html`<span class="nhsuk-error-message" id="${field}-error"><span class="nhsuk-u-visually-hidden">Error:</span> ${text}</span>`);

function describedBy(...ids: readonly (string | null)[]): Html | null {
  const present = ids.filter((id) => id !== null);
  return present.length === 0 ? null : html` aria-describedby="${present.join(" ")}"`;
}

function results(found: Found, now: Date): Html {
  const { people: list, more, limit } = found;
  const title = list.length === 0 ? "No match" : more ? `More than ${limit} matches` : `${list.length} ${list.length === 1 ? "match" : "matches"}`;
  const words =
    list.length === 0
      ? html`<p>No person here matches what you entered. Check the spelling and the date of birth, or search by NHS number. A person can be known to an organisation and not be here.</p>`
      : more
        ? html`<p class="said said--amber">${icon("warn")}More than ${limit} matches, narrow the search: add a given name or a postcode. The first ${limit} are listed.</p>`
        : null;
  return html`<section aria-labelledby="h-found"><h2 class="h2" id="h-found">${title}</h2>${words}${list.length > 0 && people(list, title, now)}</section>`;
}

function people(list: readonly (FoundPerson & { readonly openedAt?: Date })[], caption: string, now: Date): Html {
  const opened = list.some(({ openedAt }) => openedAt !== undefined);
  // Found, and not shared: never "no match", and nothing beside what was asked for.
  const closed = (person: FoundPerson): Html => html`<tr><th scope="row" data-label="Name"><div><a href="/person/${person.personId}">${icon("lock")}${WORDS.closedFind}</a>${person.family !== "" && html`<br><span class="dim">${personName(person)}</span>`}</div></th><td data-label="${WORDS.born}"><div>${person.dateOfBirth === "" ? "not shown" : dateHtml(person.dateOfBirth)}</div></td><td data-label="${WORDS.sex}"><div>not shown</div></td><td data-label="NHS number"><div class="nobr">${person.nhsNumber === null ? "not shown" : formatNhsNumber(person.nhsNumber)}</div></td><td data-label="Postcode area"><div>not shown</div></td>${opened && html`<td data-label="Opened"><div></div></td>`}</tr>`;
  return html`<table class="t t--list t--people"><caption class="vh">${caption}</caption><thead><tr><th scope="col">Name</th><th scope="col">${WORDS.born}</th><th scope="col">${WORDS.sex}</th><th scope="col">NHS number</th><th scope="col">Postcode area</th>${opened && html`<th scope="col">Opened</th>`}</tr></thead><tbody>${list.map((person) => {
    if (person.notShared === true) return closed(person);
    const age = person.dateOfDeath === null ? ageText(person.dateOfBirth, now) : null;
    return html`<tr><th scope="row" data-label="Name"><div><a href="/person/${person.personId}">${personName(person)}</a></div></th><td data-label="${WORDS.born}"><div>${person.dateOfBirth === "" ? WORDS.notRecorded : dateHtml(person.dateOfBirth)}${age !== null && html` (${age})`}${person.dateOfDeath !== null && html`, died ${person.dateOfDeath === "" ? "(date not given)" : dateHtml(person.dateOfDeath, true)}`}</div></td><td data-label="${WORDS.sex}"><div>${person.sex === "" ? WORDS.notRecorded : person.sex}</div></td><td data-label="NHS number"><div class="nobr">${person.nhsNumber === null ? WORDS.noNhsNumber : formatNhsNumber(person.nhsNumber)}</div></td><td data-label="Postcode area"><div>${person.postcodeArea === "" ? "not shown" : person.postcodeArea}</div></td>${opened && html`<td data-label="Opened"><div>${person.openedAt === undefined ? "" : dateHtml(person.openedAt)}</div></td>`}</tr>`;
  })}</tbody></table>`;
}

/** `SMITH, Jane (Mrs)`. */
export function personName({ family, given, title }: FoundPerson): string {
  const name = [family.toUpperCase(), given].filter((part) => part !== "").join(", ");
  return name === "" ? WORDS.noName : title === "" ? name : `${name} (${title})`;
}
