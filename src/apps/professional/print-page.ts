/**
 * The printed form of a record for a browser's own print: a page of its own, not
 * a picture of the screen (experience.md 6.4; ACC-13). Every sheet says whose it
 * is, who made it, when, why, and its number; a pale watermark names the maker
 * behind the text. It loads nothing.
 */
import { createHash } from "node:crypto";
import { html, trusted, type Html } from "#platform";
import type { PrintModel, PrintSection } from "./print-model.ts";
import { wordsHtml } from "./print-words.ts";

/** The document, and the policy under which it may be shown: only its own style, by its hash. */
export type PrintDocument = { readonly html: Html; readonly contentSecurityPolicy: string };

export function printDocument(model: PrintModel): PrintDocument {
  const style = sheet(model);
  const document = html`<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>${model.title}</title><meta name="robots" content="noindex"><meta name="viewport" content="width=device-width, initial-scale=1"><style>${trusted(style)}</style></head>
<body><div class="mark" aria-hidden="true">${Array.from({ length: 14 }, () => html`<p>${model.mark.repeat(6)}</p>`)}</div>
<header><p class="service">${model.service}</p><h1>${model.name}</h1>
<dl>${model.facts.map(({ term, words }) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`)}</dl>
<p>${wordsHtml(model.strip)}</p>
<p>${model.chosen}</p></header>
<main>${model.sections.map(part)}</main>
<footer><p>${model.end}</p></footer></body></html>`;
  return { html: document, contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` };
}

function part({ title, headline, shortened, tables, told }: PrintSection): Html {
  return html`<section><h2>${title}</h2>${headline.length > 0 && html`<p>${wordsHtml(headline)}</p>`}${shortened !== null && html`<p><strong>${shortened}</strong></p>`}
${tables.map(({ heading, isEven, columns, rows }) => html`${heading !== null && html`<h3>${heading}</h3>`}<table${isEven && html` class="even"`}><thead><tr>${columns.map((column) => html`<th scope="col">${column.title}</th>`)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((words, index) => html`<td${columns[index]!.narrow && html` class="n"`}>${wordsHtml(words)}</td>`)}</tr>`)}</tbody></table>`)}
${told.length > 0 && html`<ul class="told">${told.map((words) => html`<li>${words}</li>`)}</ul>`}</section>`;
}

/** A CSS string that holds any text: everything but plain letters and digits as an escape, so that nothing of a name can end it. */
const cssString = (text: string): string => `"${[...text].map((character) => (/[A-Za-z0-9]/.test(character) ? character : `\\${character.codePointAt(0)!.toString(16)} `)).join("")}"`;

const sheet = ({ person, maker }: PrintModel): string => `
@page { size: A4; margin: 22mm 14mm 24mm;
 @top-left { content: ${cssString(person)}; font: 700 9pt Arial, sans-serif; white-space: pre-wrap; }
 @bottom-left { content: ${cssString(maker)}; font: 8pt Arial, sans-serif; width: 80%; }
 @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt Arial, sans-serif; } }
body { font: 10pt/1.35 Arial, sans-serif; color: #212b32; margin: 0 auto; max-width: 190mm; padding: 0 4mm; background: #fff; }
h1 { font-size: 15pt; margin: 2mm 0; } h2 { font-size: 11.5pt; margin: 5mm 0 1mm; border-bottom: 1px solid #768692; break-after: avoid; } h3 { font-size: 10pt; margin: 3mm 0 1mm; break-after: avoid; }
.service { margin: 4mm 0 0; font-weight: 700; } p { margin: 1mm 0; }
dl { margin: 1mm 0; } dl div { display: flex; gap: 3mm; } dt { min-width: 28mm; color: #4c6272; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 1px solid #d8dde0; overflow-wrap: break-word; } .even { table-layout: fixed; } @media print, (min-width: 50em) { .n { white-space: nowrap; } }
thead { display: table-header-group; } tr { break-inside: avoid; }
.told { margin: 1mm 0; padding-left: 5mm; color: #4c6272; }
.mark { position: fixed; inset: -20% -30%; z-index: -1; overflow: hidden; transform: rotate(-35deg); color: #212b32; opacity: .1; font-size: 13pt; white-space: nowrap; pointer-events: none; } .mark p { margin: 0 0 22mm; }
@media screen { body { padding-top: 4mm; padding-bottom: 10mm; } }
@media screen and (max-width: 45em) { body { font-size: 8.5pt; } th, td { overflow-wrap: anywhere; } }
`;
