/** What is to be printed or downloaded, and what for (ACC-13; experience.md 6.4). */
import { may, maySee } from "#decision";
import { csrfField, html, type Html } from "#platform";
import type { PersonInputs } from "#sections";
import { sectionTitle, SECTIONS, type SectionId } from "#standards";
import type { OpenPerson, PrintReason } from "./deps.ts";
import type { FieldFault } from "./find-form.ts";
import { errorSummary } from "./find-page.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.printing;

/** `comparison`: ODS codes of the sources whose medicines stand side by side, none for the fullest; `null`: not asked for. */
export type PrintOrder = { readonly sections: readonly SectionId[]; readonly comparison: readonly string[] | null; readonly reason: PrintReason; readonly words: string; readonly as: "print" | "download" };
export type PrintState = { readonly sections: readonly SectionId[]; readonly comparison: readonly string[] | null; readonly reason: string; readonly words: string; readonly faults: readonly FieldFault[] };

/** What a handover needs; more is the reader's choice, and from a certain number on an unusual one. */
const USUAL: readonly SectionId[] = ["allergies", "alerts", "medicines", "problems", "end-of-life", "individual-requirements"];

/** What protects the person stands first, as on the summary; then the standard's order. */
export const FIRST: readonly SectionId[] = ["allergies", "end-of-life", "alerts", "safeguarding", "legal-information", "medicines"];
const IN_ORDER: readonly SectionId[] = [...FIRST, ...SECTIONS.map(({ id }) => id).filter((id) => !FIRST.includes(id))];

/** More sections than this is most of a record. */
const MOST_USUAL = 10;
/** Shortest explanation that says something. */
const SHORTEST = 10;

/** Why a print is out of the ordinary, in words, or `null`: then a reason of the list is enough. */
export function unusual(person: Pick<OpenPerson, "decision">, sections: readonly SectionId[]): string | null {
  const { kind } = person.decision.relationship;
  if (kind === "break-glass" || kind === "reason-given") return SAID.unusualReason;
  return sections.length > MOST_USUAL ? SAID.unusualMany(sections.length) : null;
}

export const emptyPrint = (person: Pick<OpenPerson, "decision">): PrintState => ({ sections: USUAL.filter((section) => maySee(person.decision, section)), comparison: null, reason: "", words: "", faults: [] });

/** The form as a comparison of medicines leads to it: with that chosen and nothing else. */
export function printOfComparison(person: Pick<OpenPerson, "decision">, query: unknown): PrintState {
  const comparison = readComparison(query, person);
  return comparison === null ? emptyPrint(person) : { sections: [], comparison, reason: "", words: "", faults: [] };
}

/** Sources of a comparison from an address or a form: `compare=yes&sources=RN7,RYY`. */
function readComparison(from: unknown, person: Pick<OpenPerson, "decision">): readonly string[] | null {
  const { compare, sources } = (typeof from === "object" && from !== null ? from : {}) as Record<string, unknown>;
  if (compare !== "yes" || !maySee(person.decision, "medicines")) return null;
  return typeof sources === "string" ? sources.slice(0, 500).split(",").filter((each) => each !== "") : [];
}

/** The order, or what to put right. */
export function readPrint(body: unknown, person: Pick<OpenPerson, "decision">, reasons: readonly PrintReason[]): PrintOrder | PrintState {
  const from = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof from[name] === "string" ? from[name] : "");
  const sections = IN_ORDER.filter((id) => text(`section-${id}`) !== "" && maySee(person.decision, id));
  const [reasonId, words] = [text("reason"), text("words").trim().slice(0, 300)];
  const reason = reasons.find(({ id }) => id === reasonId);
  const comparison = readComparison(body, person);
  const faults: FieldFault[] = [];
  if (sections.length === 0 && comparison === null) faults.push({ field: "section-0", text: SAID.chooseWhat });
  if (reason === undefined) faults.push({ field: "reason-0", text: SAID.chooseReason });
  // A comparison shows the medicines too: it is no way to an eleventh kind without a word.
  const why = unusual(person, comparison === null || sections.includes("medicines") ? sections : [...sections, "medicines"]);
  if (why !== null && words.length < SHORTEST) faults.push({ field: "words", text: SAID.sayWhy(SHORTEST, why) });
  if (faults.length > 0 || reason === undefined) return { sections, comparison, reason: reasonId, words, faults };
  return { sections, comparison, reason, words, as: text("as") === "download" ? "download" : "print" };
}

const choice = (id: string, name: string, words: string, isChosen: boolean): Html => html`<div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" type="checkbox" id="${id}" name="${name}" value="yes"${isChosen ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="${id}">${words}</label></div>`;

/** `/person/:id/print`. */
export function printForm(context: RecordContext, { decision }: PersonInputs, reasons: readonly PrintReason[], state: PrintState): RecordPage {
  const fault = (field: string): Html | null => {
    const found = state.faults.find((one) => one.field === field);
    return found === undefined ? null : html`<span class="nhsuk-error-message" id="${field}-error"><span class="nhsuk-u-visually-hidden">${WORDS.errorPrefix}</span> ${found.text}</span>`;
  };
  const group = (field: string): Html | null => (fault(field) === null ? null : html` nhsuk-form-group--error`);
  const choices = IN_ORDER.filter((id) => maySee(decision, id));
  const allowed = may(decision, "print") || may(decision, "download");
  const main = allowed
    ? html`${errorSummary(state.faults)}<form class="panel panel--form" method="post" action="${context.base}/print" novalidate>${csrfField(context.shell)}
<p>${SAID.leaves}</p>
<div class="nhsuk-form-group${group("section-0")}"><fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${SAID.what}</legend>${fault("section-0")}<div class="nhsuk-checkboxes nhsuk-checkboxes--small print-choices">${choices.map((id, index) => html`${choice(`section-${index}`, `section-${id}`, sectionTitle(id), state.sections.includes(id))}${id === "medicines" && choice("compare", "compare", WORDS.comparing.onPaper, state.comparison !== null)}`)}</div></fieldset>${state.comparison !== null && html`<input type="hidden" name="sources" value="${state.comparison.join(",")}">`}</div>
<div class="nhsuk-form-group${group("reason-0")}"><fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${SAID.reason}</legend>${fault("reason-0")}<div class="nhsuk-radios nhsuk-radios--small">${reasons.map(({ id, words }, index) => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" type="radio" id="reason-${index}" name="reason" value="${id}"${state.reason === id ? html` checked` : null}><label class="nhsuk-label nhsuk-radios__label" for="reason-${index}">${words}</label></div>`)}</div></fieldset></div>
<div class="nhsuk-form-group${group("words")}"><label class="nhsuk-label" for="words">${SAID.words}</label><div class="nhsuk-hint" id="words-hint">${SAID.wordsHint(MOST_USUAL)}</div>${fault("words")}<input class="nhsuk-input" id="words" name="words" type="text" maxlength="300" autocomplete="off" value="${state.words}" aria-describedby="words-hint"></div>
${may(decision, "print") && html`<button class="nhsuk-button" type="submit" name="as" value="print">${SAID.print}</button> `}${may(decision, "download") && html`<button class="nhsuk-button nhsuk-button--secondary" type="submit" name="as" value="download">${SAID.download}</button>`}</form>`
    : html`<p class="said said--lock">${SAID.notAllowed(decision.actor.roleName)}</p>`;
  return recordPage(context, { title: state.faults.length > 0 ? WORDS.errorTitle(WORDS.print) : WORDS.print, heading: WORDS.print, group: "details", slug: "print", main });
}
