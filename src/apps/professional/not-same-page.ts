/** "This is not the same person": one button a source; the second of two clicks from anywhere in the record. */
import { csrfField, dateHtml, html, type Content, type Html } from "#platform";
import type { PersonInputs, SourceAtPerson, SourcePatient } from "#sections";
import { formatNhsNumber } from "#standards";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.notSamePage;

/** Longest word of a reader that is kept. */
export const MOST_WORDS = 300;

export function notSamePage(context: RecordContext, { sources }: PersonInputs): RecordPage {
  const records = sources.flatMap((source) => source.sourcePatients.map((patient) => ({ source, patient })));
  context.shown.section("person-demographics");
  const main = html`<p>${SAID.means}</p>
${records.length < 2 ? html`<p class="said said--grey">${SAID.onlyOne(records[0]?.source.organisationName ?? null)}</p>` : html`<form method="post" action="${context.base}/not-same">${csrfField(context.shell)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">${SAID.words}</label><input class="nhsuk-input" id="words" name="words" type="text" maxlength="${MOST_WORDS}" autocomplete="off"></div>
<table class="t t--list"><caption class="vh">${WORDS.bySource}</caption><thead><tr><th scope="col">${SAID.source}</th><th scope="col">${SAID.name}</th><th scope="col">${SAID.born}</th><th scope="col">${SAID.nhsNumber}</th><th scope="col">${SAID.address}</th><th scope="col"><span class="vh">${SAID.setApart}</span></th></tr></thead><tbody>${records.map((each) => line(each))}</tbody></table></form>`}`;
  return recordPage(context, { title: WORDS.notSame, group: "details", slug: "details", main });
}

function line({ source, patient }: { source: SourceAtPerson; patient: SourcePatient }): Html {
  const said = (text: string): Content => (text === "" ? html`<span class="dim">${WORDS.notRecorded}</span>` : text);
  return html`<tr><th scope="row" data-label="${SAID.source}"><div>${source.organisationName}<br><span class="dim">${patient.localId}</span></div></th><td data-label="${SAID.name}"><div>${said([patient.family.toUpperCase(), patient.given].filter((part) => part !== "").join(", "))}</div></td><td data-label="${SAID.born}"><div>${patient.dateOfBirth === "" ? said("") : dateHtml(patient.dateOfBirth, true)}</div></td><td data-label="${SAID.nhsNumber}"><div class="nobr">${said(formatNhsNumber(patient.nhsNumber ?? patient.nhsNumberNotValid ?? ""))}</div></td><td data-label="${SAID.address}"><div>${said([patient.addressLines[0] ?? "", patient.postcode].filter((part) => part !== "").join(", "))}</div></td><td data-label="${WORDS.notSame}"><div><button class="button button--plain" type="submit" name="source" value="${patient.sourcePatientId}">${WORDS.notSamePerson}<span class="vh">: ${source.organisationName}, ${patient.localId}</span></button></div></td></tr>`;
}
