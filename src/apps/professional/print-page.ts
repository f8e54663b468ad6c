/**
 * The printed form of a record: a page of its own, not a picture of the screen
 * (experience.md 6.4; ACC-13). Every sheet says whose it is, who made it, when,
 * why, and its number; a pale watermark names the maker behind the text. It loads
 * nothing, so the same bytes serve as a print view and as a downloaded file.
 */
import { createHash } from "node:crypto";
import { dateText, html, trusted, type Content, type Html } from "#platform";
import { headlineOf } from "./state.ts";
import { mergeKindOf, COLUMNS } from "./categories.ts";
import { COLUMN } from "./columns.ts";
import { ASKED_NOT_TO_SHARE, sectionPart, wordsOf, type MergedRow, type PersonInputs } from "#sections";
import { formatNhsNumber, sectionTitle } from "#standards";
import type { RowsPage } from "./deps.ts";
import type { PrintOrder } from "./print-form.ts";
import { queried } from "./query-page.ts";
import { nameText, organisationName, type RecordContext } from "./record-page.ts";
import { spanOf, statusWords } from "./rows.ts";
import { WORDS } from "./words.ts";

/** The document, and the policy under which it may be shown: only its own style, by its hash. */
export type PrintDocument = { readonly html: Html; readonly contentSecurityPolicy: string };

/** Rows of a section at most; the document says where there are more. */
export const PRINT_LIMIT = 500;

export function printDocument(context: RecordContext, inputs: PersonInputs, order: PrintOrder, pages: readonly RowsPage[]): PrintDocument {
  const { demographics, now, strip, shell } = context;
  const { decision } = inputs;
  const { facts } = demographics;
  const number = facts.nhsNumber.lead?.value;
  const who = `${decision.actor.name}, ${decision.actor.roleName}, ${decision.actor.organisationName}`;
  const when = dateText(now.toISOString());
  const why = [order.reason.words, order.words].filter((part) => part !== "").join(": ");
  const person = `${nameText(demographics)}   born ${facts.dateOfBirth.lead === null ? WORDS.notRecorded : dateText(facts.dateOfBirth.lead.value)}   NHS No. ${number === undefined ? WORDS.noNhsNumber : formatNhsNumber(number)}`;
  const style = sheet(person, `${order.as === "print" ? "Printed" : "Downloaded"} by ${who}, ${when}`, why);
  const mark = `${decision.actor.name} · ${when} · `;
  context.shown.section("person-demographics");
  const document = html`<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Record of ${nameText(demographics).replace(/[^A-Z]/g, "").slice(0, 2)} – ${shell.serviceName}</title><meta name="robots" content="noindex"><meta name="viewport" content="width=device-width, initial-scale=1"><style>${trusted(style)}</style></head>
<body><div class="mark" aria-hidden="true">${Array.from({ length: 14 }, () => html`<p>${mark.repeat(6)}</p>`)}</div>
<header><p class="service">${shell.serviceName}</p><h1>${nameText(demographics)}</h1>
<dl><div><dt>Born</dt><dd>${facts.dateOfBirth.lead === null ? WORDS.notRecorded : dateText(facts.dateOfBirth.lead.value)}</dd></div><div><dt>NHS number</dt><dd>${number === undefined ? WORDS.noNhsNumber : formatNhsNumber(number)}${number !== undefined && !demographics.nhsNumberVerified ? ` (${WORDS.unverified})` : null}</dd></div><div><dt>${order.as === "print" ? "Printed" : "Downloaded"} by</dt><dd>${who}</dd></div><div><dt>At</dt><dd>${when}. Valid at this time only: look again before you rely on it.</dd></div><div><dt>Reason</dt><dd>${why}</dd></div></dl>
<p>${strip.answered} of ${strip.expected} sources answered.${strip.troubled.map((source) => ` ${source.organisationName} ${source.failed ? "did not answer" : source.lastCopy === null ? "has sent nothing yet" : `sent last ${dateText(source.lastCopy.toISOString())}`}.`)}${strip.heldApart > 0 ? ` ${strip.heldApart} held apart.` : ""} ${strip.askedNotToShare ? html`<strong>${WORDS.askedNotToShare}</strong>` : strip.roleLimited ? WORDS.roleLimited : ""}</p>
<p>Chosen: ${order.sections.map((section) => sectionTitle(section)).join(", ")}. Nothing else of the record is in this document.</p></header>
<main>${order.sections.map((section, index) => part(context, inputs, section, pages[index]!))}</main>
<footer><p>End of the document. Destroy it when its reason has ended.</p></footer></body></html>`;
  return { html: document, contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` };
}

function part(context: RecordContext, inputs: PersonInputs, section: PrintOrder["sections"][number], page: RowsPage): Html {
  const { rows, headline, states } = sectionPart(inputs, section, page, mergeKindOf(section));
  context.shown.states(states);
  const columns = COLUMNS[section].map((column) => COLUMN[column]);
  const told = states.filter((state) => state.state !== "has-data" && state.state !== "nothing-sent" && state.state !== "not-known-to-source" && state.state !== "not-supplied" && !(state.state === "withheld-person" && state.text === ASKED_NOT_TO_SHARE.source)).map((state) => wordsOf(state, context.now));
  return html`<section><h2>${sectionTitle(section)}</h2>${headlineOf(headline)}${page.total > page.entries.length && html`<p><strong>The newest ${page.entries.length} of ${page.total}.</strong></p>`}
${rows.length > 0 && html`<table><thead><tr>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}<th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${rows.map((row) => html`<tr>${columns.map(({ cell }) => html`<td>${cell(row.lead, context)}</td>`)}<td class="n">${statusWords(row.lead)}</td><td class="n">${spanOf(row.lead)}</td><td>${sources(context, row)}</td></tr>`)}</tbody></table>`}
${told.length > 0 && html`<ul class="told">${[...new Set(told)].map((words) => html`<li>${words}</li>`)}</ul>`}</section>`;
}

/** Every original of a row with what it said where sources differ: paper has nothing to open. */
function sources(context: RecordContext, row: MergedRow): Content {
  context.shown.row(row);
  const differ = row.differences.map(({ attribute, values }) => `${attribute} differs: ${values.map(({ entry, value }) => `${organisationName(context, entry)} ${value}`).join("; ")}`);
  return html`${row.entries.map((entry, index) => html`${index > 0 ? html`<br>` : null}${organisationName(context, entry)}, ${entry.author ?? WORDS.authorMissing}, ${entry.recorded === null ? `received ${dateText(entry.received.toISOString())}` : dateText(entry.recorded)}`)}${queried(context, row.entries)}${differ.map((words) => html`<br><strong>${words}</strong>`)}`;
}

/** A CSS string that holds any text: everything but plain letters and digits as an escape, so that nothing of a name can end it. */
const cssString = (text: string): string => `"${[...text].map((character) => (/[A-Za-z0-9]/.test(character) ? character : `\\${character.codePointAt(0)!.toString(16)} `)).join("")}"`;

const sheet = (person: string, maker: string, why: string): string => `
@page { size: A4; margin: 22mm 14mm 24mm;
 @top-left { content: ${cssString(person)}; font: 700 9pt Arial, sans-serif; white-space: pre-wrap; }
 @bottom-left { content: ${cssString(`${maker}. ${why}. Valid at time of printing.`)}; font: 8pt Arial, sans-serif; width: 80%; }
 @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt Arial, sans-serif; } }
body { font: 10pt/1.35 Arial, sans-serif; color: #212b32; margin: 0 auto; max-width: 190mm; padding: 0 4mm; background: #fff; }
h1 { font-size: 15pt; margin: 2mm 0; } h2 { font-size: 11.5pt; margin: 5mm 0 1mm; border-bottom: 1px solid #768692; break-after: avoid; }
.service { margin: 4mm 0 0; font-weight: 700; } p { margin: 1mm 0; }
dl { margin: 1mm 0; } dl div { display: flex; gap: 3mm; } dt { min-width: 28mm; color: #4c6272; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 1px solid #d8dde0; overflow-wrap: break-word; } @media print, (min-width: 50em) { .n { white-space: nowrap; } }
thead { display: table-header-group; } tr { break-inside: avoid; } a { color: inherit; text-decoration: none; } svg { display: none; }
.told { margin: 1mm 0; padding-left: 5mm; color: #4c6272; } .vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.mark { position: fixed; inset: -20% -30%; z-index: -1; overflow: hidden; transform: rotate(-35deg); color: #212b32; opacity: .1; font-size: 13pt; white-space: nowrap; pointer-events: none; } .mark p { margin: 0 0 22mm; }
@media screen { body { padding-top: 4mm; padding-bottom: 10mm; } }
`;
