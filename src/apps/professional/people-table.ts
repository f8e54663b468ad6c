/** Several people in one table, few fields each: enough to tell two apart, no clinical fact. */
import { ageText, dateHtml, html, type Html } from "#platform";
import { formatNhsNumber } from "#standards";
import type { FoundPerson } from "./deps.ts";
import { icon } from "./icons.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.finding;

/** A person with what the list says of them beyond who they are. */
export type RowPerson = FoundPerson & { readonly openedAt?: Date; readonly unit?: string | null; readonly professional?: string | null; readonly since?: Date | null };

export function peopleTable(list: readonly RowPerson[], caption: string, now: Date): Html {
  const opened = list.some(({ openedAt }) => openedAt !== undefined);
  const units = list.some(({ since }) => since !== undefined);
  const cell = (label: string, content: unknown, nobr = false): Html => html`<td data-label="${label}"><div${nobr && html` class="nobr"`}>${content as Html}</div></td>`;
  const more = (person: RowPerson): Html => html`${opened && cell(SAID.opened, person.openedAt === undefined ? "" : dateHtml(person.openedAt))}${units && html`${cell(WORDS.lists.unit, [person.unit, person.professional].filter(Boolean).join(", "))}${cell(WORDS.lists.since, person.since === undefined || person.since === null ? "" : dateHtml(person.since, true))}`}`;
  // There, and not shared: never "no match", and nothing beside what was asked for.
  const closed = (person: RowPerson): Html => html`<tr><th scope="row" data-label="${SAID.name}"><div><a href="/person/${person.personId}">${icon("lock")}${WORDS.closedFind}</a>${person.family !== "" && html`<br><span class="dim">${personName(person)}</span>`}</div></th>${cell(WORDS.born, person.dateOfBirth === "" ? SAID.notShown : dateHtml(person.dateOfBirth))}${cell(WORDS.sex, SAID.notShown)}${cell(SAID.nhsNumber, person.nhsNumber === null ? SAID.notShown : formatNhsNumber(person.nhsNumber), true)}${cell(SAID.postcodeArea, SAID.notShown)}${more(person)}</tr>`;
  const open = (person: RowPerson): Html => {
    const age = person.dateOfDeath === null ? ageText(person.dateOfBirth, now) : null;
    return html`<tr><th scope="row" data-label="${SAID.name}"><div><a href="/person/${person.personId}">${personName(person)}</a></div></th>${cell(WORDS.born, html`${person.dateOfBirth === "" ? WORDS.notRecorded : dateHtml(person.dateOfBirth)}${age !== null && html` (${age})`}${person.dateOfDeath !== null && html`${SAID.died} ${person.dateOfDeath === "" ? SAID.diedWhenMissing : dateHtml(person.dateOfDeath, true)}`}`)}${cell(WORDS.sex, person.sex === "" ? WORDS.notRecorded : person.sex)}${cell(SAID.nhsNumber, person.nhsNumber === null ? WORDS.noNhsNumber : formatNhsNumber(person.nhsNumber), true)}${cell(SAID.postcodeArea, person.postcodeArea === "" ? SAID.notShown : person.postcodeArea)}${more(person)}</tr>`;
  };
  return html`<table class="t t--list t--people"><caption class="vh">${caption}</caption><thead><tr><th scope="col">${SAID.name}</th><th scope="col">${WORDS.born}</th><th scope="col">${WORDS.sex}</th><th scope="col">${SAID.nhsNumber}</th><th scope="col">${SAID.postcodeArea}</th>${opened && html`<th scope="col">${SAID.opened}</th>`}${units && html`<th scope="col">${WORDS.lists.unit}</th><th scope="col">${WORDS.lists.since}</th>`}</tr></thead><tbody>${list.map((person) => (person.notShared === true ? closed(person) : open(person)))}</tbody></table>`;
}

/** `SMITH, Jane (Mrs)`. */
export function personName({ family, given, title }: FoundPerson): string {
  const name = [family.toUpperCase(), given].filter((part) => part !== "").join(", ");
  return name === "" ? WORDS.noName : title === "" ? name : `${name} (${title})`;
}
