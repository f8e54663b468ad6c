/** "This is not the same person": one button a source; the second of two clicks from anywhere in the record. */
import { csrfField, dateHtml, html, type Content, type Html } from "#platform";
import type { PersonInputs, SourceAtPerson, SourcePatient } from "#sections";
import { formatNhsNumber } from "#standards";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

/** Longest word of a reader that is kept. */
export const MOST_WORDS = 300;

export function notSamePage(context: RecordContext, { sources }: PersonInputs): RecordPage {
  const records = sources.flatMap((source) => source.sourcePatients.map((patient) => ({ source, patient })));
  context.shown.section("person-demographics");
  const main = html`<p>If what one organisation sent is about somebody else, set its record apart here. It leaves this record at once, for every reader. Its allergies, alerts and decisions about resuscitation stay on screen, marked doubtful. An identity officer looks at it within one working day.</p>
${records.length < 2 ? html`<p class="said said--grey">Only one organisation knows this person here. If the whole record is somebody else's, you may have opened the wrong person: find the right one. Tell ${records[0]?.source.organisationName ?? "the organisation"} if its record is wrong.</p>` : html`<form method="post" action="${context.base}/not-same">${csrfField(context.shell)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">What tells you so (optional)</label><input class="nhsuk-input" id="words" name="words" type="text" maxlength="${MOST_WORDS}" autocomplete="off"></div>
<table class="t t--list"><caption class="vh">${WORDS.bySource}</caption><thead><tr><th scope="col">Source</th><th scope="col">Name</th><th scope="col">Born</th><th scope="col">NHS number</th><th scope="col">Address</th><th scope="col"><span class="vh">Set apart</span></th></tr></thead><tbody>${records.map((each) => line(each))}</tbody></table></form>`}`;
  return recordPage(context, { title: WORDS.notSame, group: "details", slug: "details", main });
}

function line({ source, patient }: { source: SourceAtPerson; patient: SourcePatient }): Html {
  const said = (text: string): Content => (text === "" ? html`<span class="dim">${WORDS.notRecorded}</span>` : text);
  return html`<tr><th scope="row" data-label="Source"><div>${source.organisationName}<br><span class="dim">${patient.localId}</span></div></th><td data-label="Name"><div>${said([patient.family.toUpperCase(), patient.given].filter((part) => part !== "").join(", "))}</div></td><td data-label="Born"><div>${patient.dateOfBirth === "" ? said("") : dateHtml(patient.dateOfBirth, true)}</div></td><td data-label="NHS number"><div class="nobr">${said(formatNhsNumber(patient.nhsNumber ?? patient.nhsNumberNotValid ?? ""))}</div></td><td data-label="Address"><div>${said([patient.addressLines[0] ?? "", patient.postcode].filter((part) => part !== "").join(", "))}</div></td><td data-label="${WORDS.notSame}"><div><button class="button button--plain" type="submit" name="source" value="${patient.sourcePatientId}">${WORDS.notSamePerson}<span class="vh">: ${source.organisationName}, ${patient.localId}</span></button></div></td></tr>`;
}
