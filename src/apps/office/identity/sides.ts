/** Two or more source patients beside each other, facts down and sources across, with what differs marked; nothing of where a protected person is. */
import type { Region } from "#governance";
import type { SourcePatient } from "#identity";
import { dateHtml, html, type Content, type Html } from "#platform";
import { fold, formatNhsNumber, numberStatusWords, VERIFIED } from "#standards";

/** Words that stand in place of where a protected person lives, is treated or can be called. */
export const PROTECTED = "protected, not shown";

type Fact = { readonly title: string; readonly text: (each: SourcePatient) => string; readonly shown?: (each: SourcePatient, region: Region) => Content; /** Says where the person is. */ readonly isLocation?: boolean; /** Never marked: it differs between organisations by its nature. */ readonly differsAlways?: boolean };

const FACTS: readonly Fact[] = [
  { title: "Family name", text: (each) => fold(each.family ?? ""), shown: (each) => each.family },
  { title: "Given names", text: (each) => fold(each.given ?? ""), shown: (each) => each.given },
  { title: "Other names", text: (each) => each.otherNames.join(", "), shown: (each) => each.otherNames.map((name) => name.split("^").toReversed().join(" ")).join("; "), differsAlways: true },
  { title: "Date of birth", text: (each) => each.birthDate ?? "", shown: (each) => each.birthDate && dateHtml(each.birthDate, true) },
  { title: "Sex", text: (each) => each.sex ?? "" },
  { title: "NHS number", text: (each) => each.nhsNumber ?? each.nhsNumberText ?? "", shown: numberShown },
  { title: "Trace at PDS", text: (each) => each.traceOutcome ?? "", shown: (each) => each.traceOutcome && html`${each.traceOutcome}${each.tracedNumber !== null && html` <span class="nobr">${formatNhsNumber(each.tracedNumber)}</span>`}`, differsAlways: true },
  { title: "Died", text: (each) => (each.deceased === true ? (each.dateOfDeath ?? "yes") : ""), shown: (each) => (each.deceased !== true ? null : each.dateOfDeath === null ? "yes, no date given" : dateHtml(each.dateOfDeath, true)) },
  { title: "Order of birth", text: (each) => (each.birthOrder === null ? "" : String(each.birthOrder)) },
  { title: "Address", text: (each) => fold(each.address[0] ?? ""), shown: (each) => each.address.join(", "), isLocation: true },
  { title: "Postcode", text: (each) => (each.postcode ?? "").replace(/\s/g, "").toUpperCase(), shown: (each) => each.postcode, isLocation: true },
  { title: "Earlier postcodes", text: (each) => each.otherPostcodes.join(", "), isLocation: true, differsAlways: true },
  { title: "Telephone", text: (each) => (each.phone ?? "").replace(/\D/g, ""), shown: (each) => each.phone, isLocation: true },
  { title: "Email", text: (each) => (each.email ?? "").toLowerCase(), shown: (each) => each.email, isLocation: true },
  { title: "GP practice", text: (each) => each.gpPractice ?? "", shown: (each, region) => each.gpPractice && (region.organisation(each.gpPractice)?.name ?? each.gpPractice), isLocation: true },
];

function numberShown(each: SourcePatient): Content {
  if (each.nhsNumber === null) return each.nhsNumberText === null ? null : html`${each.nhsNumberText} <span class="tag tag--differs">not valid</span>`;
  return html`<span class="nobr">${formatNhsNumber(each.nhsNumber)}</span> <span class="${each.status === VERIFIED ? "dim" : "tag"}">${numberStatusWords(each.status)}</span>`;
}

/** Whether the whereabouts of any of them are protected: then nothing of the others' is shown either, since they may be the same. */
export const isProtected = (sides: readonly Pick<SourcePatient, "protectedAddress">[]): boolean => sides.some((each) => each.protectedAddress === true);

/** The organisation by its name; the practice of a protected person is only called one. */
export function organisationOf(region: Region, each: Pick<SourcePatient, "organisation">, hidden: boolean): string {
  const organisation = region.organisation(each.organisation);
  if (hidden && (organisation === undefined || organisation.type === "gp-practice")) return "A GP practice";
  return organisation?.name ?? each.organisation;
}

/** How a name stands in a list: `PACKHAM, Barry, born 29-Feb-1952`. */
export const nameOf = (each: Pick<SourcePatient, "family" | "given">): string => [each.family?.toUpperCase(), each.given].filter(Boolean).join(", ") || "no name";

/** The table. A fact that nobody states is left out; `extra` rows come last, one cell a side. `hidden`: nothing that says where they are. */
export function sidesTable(region: Region, caption: string, sides: readonly SourcePatient[], extra: readonly { readonly title: string; readonly cells: readonly Content[] }[] = [], hidden = isProtected(sides)): Html {
  const facts = FACTS.filter((fact) => (hidden && fact.isLocation === true ? false : sides.some((each) => fact.text(each) !== "")));
  const headings = sides.map((each, index) => html`<th scope="col" class="wrap">${sides.length === 2 ? (index === 0 ? "One: " : "Other: ") : null}${organisationOf(region, each, hidden)}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="t t--sides"><caption class="vh">${caption}</caption><thead><tr><th scope="col">Detail</th>${headings}</tr></thead><tbody>
<tr><th scope="row">Local number</th>${sides.map((each) => html`<td>${each.localId}</td>`)}</tr>
${facts.map((fact) => {
    const differ = fact.differsAlways !== true && new Set(sides.map(fact.text).filter((text) => text !== "")).size > 1;
    return html`<tr${differ ? html` class="differs"` : null}><th scope="row">${fact.title}${differ && html` <span class="tag tag--differs">differs</span>`}</th>${sides.map((each) => html`<td>${cell(region, fact, each, differ)}</td>`)}</tr>`;
  })}
${hidden && html`<tr><th scope="row">Whereabouts</th>${sides.map(() => html`<td>${PROTECTED}</td>`)}</tr>`}
<tr><th scope="row">First and last heard of</th>${sides.map((each) => html`<td>${dateHtml(each.firstSeen, true)} to ${dateHtml(each.lastSeen, true)}</td>`)}</tr>
${extra.map((row) => html`<tr><th scope="row">${row.title}</th>${row.cells.map((content) => html`<td>${content}</td>`)}</tr>`)}
</tbody></table></div>${hidden && html`<p class="hint">Where one of these people lives is protected. Address, telephone, email and practice are neither shown nor compared, on either side.</p>`}`;
}

function cell(region: Region, fact: Fact, each: SourcePatient, differ: boolean): Content {
  if (fact.text(each) === "") return html`<span class="dim">not said</span>`;
  const shown = fact.shown?.(each, region) ?? fact.text(each);
  return differ ? html`<b>${shown}</b>` : shown;
}
