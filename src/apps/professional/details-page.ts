/** Details and identity: who the person is by each source, what they disagree about, and records held apart. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Removal } from "#record";
import { sectionPart, type FactId, type FactValue, type PersonInputs } from "#sections";
import { formatNhsNumber, numberStatusWords, VERIFIED } from "#standards";
import type { RowsPage, SaidBefore } from "./deps.ts";
import { icon } from "./icons.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedFrom, removedLines } from "./removed.ts";
import { valueLine } from "./columns.ts";
import { itemHref, sourceLong, statusHtml, whenOf } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { sectionTitle } from "#standards";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.details;

/** The details page; `pages` are the rows of demographics and GP practice. */
export function detailsPage(context: RecordContext, inputs: PersonInputs, pages: readonly RowsPage[], removals: readonly Removal[], saidBefore: readonly SaidBefore[]): RecordPage {
  const { demographics } = context;
  context.shown.section("person-demographics");
  // What a reader set apart stands above with its own words.
  const apart = demographics.heldApart.filter(({ organisationName: name }) => !context.doubted.some((each) => each.organisationName === name));
  const main = html`
${context.doubted.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-set-apart"><div class="panel__head"><h2 id="h-set-apart">${WORDS.setApart}</h2></div><ul class="states">${context.doubted.map((each) => html`<li class="state state--amber">${icon("warn")}<strong>${each.organisationName}</strong>, ${each.localId}. ${SAID.setApart(each.why, dateHtml(each.due))}</li>`)}</ul></section>`}
${apart.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-apart"><div class="panel__head"><h2 id="h-apart">${WORDS.heldApart}</h2></div><ul class="states">${apart.map(({ organisationName: name, why }) => html`<li class="state state--amber">${icon("warn")}${SAID.heldApart(name, why)}</li>`)}</ul></section>`}
${demographics.disagreements.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-disagree"><div class="panel__head"><h2 id="h-disagree">${WORDS.disagreementsTitle}</h2></div><ul class="states">${demographics.disagreements.map((fact) => html`<li class="state state--amber">${icon("warn")}<strong>${fact.title}</strong>: ${distinct(fact.id, fact.values).map(({ value, from }, index) => html`${index > 0 ? "; " : null}${shownValue(fact.id, value)} (${from.join(", ")})`)}</li>`)}</ul></section>`}
<section class="panel panel--list" aria-labelledby="h-by-source"><div class="panel__head"><h2 id="h-by-source">${WORDS.bySource}</h2></div><p class="hint">${WORDS.leadRuleDetails}</p>${bySource(context, inputs)}</section>
${earlier(inputs, saidBefore)}
${pages.map((page) => {
    const part = sectionPart(inputs, page.section, page, "each");
    return html`<section class="panel panel--list" aria-labelledby="h-${page.section}"><div class="panel__head"><h2 id="h-${page.section}">${SAID.entries(sectionTitle(page.section))}</h2><span class="panel__links"></span>${coverage(context, part.states)}</div>${headlineOf(part.headline)}${part.rows.length > 0 && html`<table class="t t--list"><caption class="vh">${sectionTitle(page.section)}</caption><thead><tr><th scope="col">${WORDS.rows.columns.what}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${part.rows.map((row) => html`<tr><td data-label="${WORDS.rows.columns.what}"><div><a href="${itemHref(context, row.lead)}">${row.lead.display}</a>${(row.lead.line.value !== undefined || row.lead.line.text !== undefined) && html` — ${valueLine(row.lead)}`}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, row.lead)}</div></td><td data-label="${WORDS.date}" class="nobr"><div>${whenOf(row.lead)}</div></td><td data-label="${WORDS.source}"><div>${sourceLong(context, row)}</div></td></tr>`)}</tbody></table>`}${removedLines(context, removedFrom(removals, page))}</section>`;
  })}`;
  const objection = html`<p><a href="${context.base}/objection">${SAID.objects}</a></p>`;
  return recordPage(context, { title: SAID.title, group: "details", slug: "details", main: html`${main}${objection}` });
}

const SHOWN: readonly FactId[] = ["family", "given", "preferredName", "dateOfBirth", "dateOfDeath", "sex", "nhsNumber", "address", "phone", "gpPractice"];

function bySource(context: RecordContext, { sources }: PersonInputs): Html {
  const { facts } = context.demographics;
  const patients = sources.flatMap((source) => source.sourcePatients.map((patient) => ({ source, patient })));
  if (patients.length === 0) return html`<p class="said said--grey">${icon("dash")}${SAID.noDetails}</p>`;
  const used = SHOWN.filter((fact) => facts[fact].values.length > 0 || (fact === "nhsNumber" && context.demographics.onlyNotValidNumber));
  // Facts down, sources across: what differs stands side by side.
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${WORDS.rows.table(WORDS.bySource)}"><table class="t"><caption class="vh">${WORDS.bySource}</caption><thead><tr><th scope="col">${SAID.detail}</th>${patients.map(({ source }) => html`<th scope="col" class="wrap">${source.organisationName}</th>`)}</tr></thead><tbody>${used.map((fact) => html`<tr><th scope="row">${facts[fact].title}${facts[fact].disagree ? html` <span class="mark">${icon("warn")}<span class="vh">${WORDS.sourcesDisagree}</span></span>` : null}</th>${patients.map(({ patient }) => {
    const value = facts[fact].values.find((one) => one.sourcePatientId === patient.sourcePatientId)?.value;
    const differs = facts[fact].disagree && value !== undefined && value !== facts[fact].lead?.value;
    const notValid = fact === "nhsNumber" && value === undefined ? patient.nhsNumberNotValid : undefined;
    if (notValid !== undefined) return html`<td>${formatNhsNumber(notValid)} <span class="mark">${icon("warn")}${WORDS.numberNotValid}</span></td>`;
    const shown = value === undefined ? html`<span class="dim">${WORDS.notRecorded}</span>` : shownValue(fact, value);
    // How far the number can be trusted stands beside it, for each source.
    const status = fact === "nhsNumber" && value !== undefined && html` <span class="${patient.nhsNumberStatus === VERIFIED ? "dim" : "tag"}">${patient.nhsNumberStatus === VERIFIED ? numberStatusWords(VERIFIED) : `${WORDS.unverified}: ${numberStatusWords(patient.nhsNumberStatus)}`}</span>`;
    const now = fact === "nhsNumber" && patient.nhsNumberNow !== undefined && html` <span class="tag">${WORDS.numberReplaced} <span class="nobr">${formatNhsNumber(patient.nhsNumberNow)}</span></span>`;
    return html`<td>${differs ? html`<b>${shown}</b>` : shown}${now}${status}</td>`;
  })}</tr>`)}<tr><th scope="row">${SAID.localNumber}</th>${patients.map(({ patient }) => html`<td>${patient.localId}</td>`)}</tr><tr><th scope="row">${SAID.lastReceived}</th>${patients.map(({ patient }) => html`<td>${dateHtml(patient.lastReceived)}</td>`)}</tr></tbody></table></div>`;
}

const KINDS: Readonly<Record<string, string>> = SAID.kinds;

/** Former names, addresses and the rest, by the source that said them. */
function earlier({ sources }: PersonInputs, saidBefore: readonly SaidBefore[]): Content {
  if (saidBefore.length === 0) return null;
  const nameOf = new Map(sources.flatMap((source) => source.sourcePatients.map((each) => [each.sourcePatientId, source.organisationName] as const)));
  const value = ({ kind, value: said }: SaidBefore): Content => (kind === "nhsNumber" ? html`<span class="nobr">${formatNhsNumber(said)}</span>` : kind === "dateOfBirth" ? dateHtml(said, true) : kind === "name" ? said.split("^").toReversed().join(" ") : said.replaceAll("\n", ", "));
  return html`<section class="panel panel--list" aria-labelledby="h-before"><div class="panel__head"><h2 id="h-before">${WORDS.saidBefore}</h2></div><table class="t t--list"><caption class="vh">${WORDS.saidBefore}</caption><thead><tr><th scope="col">${SAID.detail}</th><th scope="col">${SAID.was}</th><th scope="col">${SAID.until}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${saidBefore.map((each) => html`<tr><th scope="row" data-label="${SAID.detail}"><div>${KINDS[each.kind] ?? each.kind}</div></th><td data-label="${SAID.was}"><div>${value(each)}</div></td><td data-label="${SAID.until}"><div>${dateHtml(each.until, true)}</div></td><td data-label="${WORDS.source}"><div>${nameOf.get(each.sourcePatientId)}</div></td></tr>`)}</tbody></table></section>`;
}

function shownValue(fact: FactId, value: string): Content {
  if (fact === "nhsNumber") return html`<span class="nobr">${formatNhsNumber(value)}</span>`;
  if (fact === "dateOfBirth" || fact === "dateOfDeath") return dateHtml(value, true);
  return value;
}

function distinct(_fact: FactId, values: readonly FactValue[]): readonly { readonly value: string; readonly from: readonly string[] }[] {
  const by = new Map<string, string[]>();
  for (const { value, organisationName: name } of values) {
    const from = by.get(value);
    if (from === undefined) by.set(value, [name]);
    else from.push(name);
  }
  return [...by].map(([value, from]) => ({ value, from }));
}

