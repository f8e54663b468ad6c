/** A document of an entry as it may be shown: read into the page, in a frame of our own, as an image, or why not; with its words as they were read for search. */
import { dateHtml, html, type Content, type Html } from "#platform";
import type { Entry } from "#record";
import type { SearchMatcher } from "#standards";
import { mimeWords } from "./columns.ts";
import type { StoredDocument } from "./deps.ts";
import type { DocumentView } from "./document.ts";
import { pairs } from "./pairs.ts";
import { missingWords, readableHtml } from "./readable.ts";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.documentPages;

/** A document with how it may be shown. */
export type ShownDocument = { readonly document: StoredDocument; readonly view: DocumentView };

/** How a document is drawn: in a frame of the page where the browser draws it, at a page, with words marked. */
export type Drawing = { readonly framed: boolean; readonly page: number | null; readonly matcher: SearchMatcher | null };
const PLAIN: Drawing = { framed: false, page: null, matcher: null };

/** One document of an entry. */
export function documentPanel(context: RecordContext, entry: Entry, { document, view }: ShownDocument, index: number, of: number, drawing = PLAIN): Html {
  const suffix = index === 0 ? "" : `-${index + 1}`;
  const heading = SAID.heading(index + 1, of);
  const address = `${context.base}/item/${entry.id}/document?part=${index}${entry.labels.some((label) => context.sensitive.has(label)) ? "&confirmed=yes" : ""}`;
  return html`<section class="panel panel--list" id="document${suffix}" aria-labelledby="h-document${suffix}"><div class="panel__head"><h2 id="h-document${suffix}">${heading}</h2>${document.title !== null && document.title !== entry.display && html`<span class="dim">${document.title}</span>`}</div>
${view.typeLies !== null && html`<p class="said said--amber">${SAID.typeLies(mimeWords(view.typeLies))}</p>`}
${view.cda !== null && cdaFacts(view.cda)}
${documentBody(view, document, heading, address, drawing)}</section>`;
}

function documentBody({ show }: DocumentView, document: StoredDocument, heading: string, address: string, drawing: Drawing): Html {
  if (show.as === "nothing") return html`<p class="said said--grey">${show.why}</p>${document.text.state === "read" && wordsOfDocument(document, heading, drawing)}`;
  if (show.as === "readable") {
    const missing = missingWords(show.readable).map((words) => html`<p class="said said--amber">${words}</p>`);
    return show.readable.blocks.length === 0 ? html`<p class="said said--grey">${SAID.noWords}</p>${missing}` : html`${missing}${readableHtml(show.readable, heading, (image) => `${address}&image=${image}`, markerOf(drawing))}`;
  }
  if (show.kind !== "pdf") return html`<p><img class="doc__image" src="${address}" alt="${SAID.asSent(document.title ?? SAID.image)}"></p>`;
  const at = drawing.page === null ? "" : `#page=${drawing.page}`;
  // A frame that no phone draws is not fetched there: it is never in view. The words stand open under it, for browsers that draw no PDF.
  return html`<p><a class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" href="${address}${at}">${WORDS.openDocument} ${SAID.pdf}</a></p>${drawing.framed && drawing.matcher === null && html`<iframe class="frame" src="${address}${at}" title="${SAID.asSentPdf(heading)}" loading="lazy"></iframe>`}${wordsOfDocument(document, heading, drawing)}`;
}

/** Marks words in a text; the first of them is where the page is opened. */
function markerOf({ matcher }: Drawing): (text: string) => Content {
  if (matcher === null) return (text) => text;
  let first = true;
  return (text) =>
    matcher.marked(text).map((piece) => {
      if (!piece.marked) return piece.text;
      const id = first ? html` id="marked"` : null;
      first = false;
      return html`<mark${id}>${piece.text}</mark>`;
    });
}

/** The words of a PDF as they were read for search: for readers whose browser or screen reader cannot use the file. */
function wordsOfDocument({ text }: StoredDocument, heading: string, drawing: Drawing): Html {
  if (text.state === "waiting") return html`<p class="said said--grey">${SAID.wordsWaiting}</p>`;
  if (text.state !== "read") return html`<p class="said said--grey">${SAID.wordsNotRead(text.why)}</p>`;
  const mark = markerOf(drawing);
  return html`<details class="cover"${(drawing.framed || drawing.matcher !== null) && html` open`}><summary>${SAID.wordsRead}</summary><div class="doc">${text.pages.map((page, index) => html`<h3 id="page-${index + 1}">${SAID.page(index + 1)}</h3>${page === "" ? html`<p class="said said--grey">${SAID.noWordsOnPage}</p>` : html`<div class="text" tabindex="0" role="region" aria-label="${SAID.wordsOfPage(heading, index + 1)}">${mark(page)}</div>`}`)}</div></details>`;
}

/** Who wrote it about whom and when: part of the document, and shown with it so that a letter about somebody else is noticed. */
function cdaFacts(cda: NonNullable<DocumentView["cda"]>): Html {
  const date = (text: string): Content => (/^\d{8}/.test(text) ? dateHtml(cdaInstant(text)) : text);
  return pairs([
    [SAID.facts.title, html`<strong>${cda.title}</strong>`],
    [SAID.facts.written, date(cda.effectiveTime)],
    [SAID.facts.about, [cda.patient.name, ...cda.patient.identifiers].filter(Boolean).join(", ")],
    [SAID.facts.born, date(cda.patient.birthTime)],
    [SAID.facts.authors, cda.authors.join("; ")],
    [SAID.facts.keptBy, cda.custodian],
    [SAID.facts.recipients, cda.recipients.join("; ")],
  ]);
}

/** HL7's `20260131153000+0000` as ISO 8601, at the precision that was written. */
function cdaInstant(text: string): string {
  const [, year, month, day, hour, minute, zone] = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:\d\d)?(?:\.\d+)?([+-]\d{4}))?/.exec(text)!;
  return hour === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day}T${hour}:${minute}:00${zone!.slice(0, 3)}:${zone!.slice(3)}`;
}
