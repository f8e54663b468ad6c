/** The practice's inbox as a page: what came, from whom, about whom, when, and what became of it. */
import type { DescribedPerson } from "#identity";
import type { Delivery } from "#mailbox";
import { csrfField, dateHtml, html, layout, type Html, type Shell } from "#platform";
import type { Entry } from "#record";

export type InboxRow = {
  readonly delivery: Delivery;
  readonly entry: Entry;
  readonly person: DescribedPerson | null;
  readonly sender: string;
  /** False where the sender has sent a newer version since. */
  readonly isLatest: boolean;
};
export type InboxView = { readonly rows: readonly InboxRow[]; readonly next: string | null; /** Without what was acknowledged. */ readonly open: boolean; readonly acknowledged: boolean; readonly practice: string; readonly isFirst: boolean };

export function inboxPage(shell: Shell, view: InboxView): Html {
  const { rows, next, open } = view;
  return layout(shell, {
    title: "Inbox",
    wide: true,
    main: html`<h1 class="h1">Inbox</h1>
${view.acknowledged && html`<p class="said" role="status">Acknowledged. The sender can see that you have it.</p>`}
<p>Documents that providers sent about people registered with ${view.practice}${open && ", not acknowledged yet"}. ${open ? html`<a href="/inbox?show=all">Show acknowledged ones too</a>` : html`<a href="/inbox">Only those not acknowledged</a>`}</p>
${rows.length === 0 ? html`<p>${view.isFirst ? "No document that your role may see waits here." : "No older document that your role may see."} Documents are on each person's record too.</p>` : table(shell, view)}
${(next !== null || !view.isFirst) && html`<p class="pager">${!view.isFirst && html`<a href="/inbox${open ? null : html`?show=all`}">Newest</a>`}${next !== null && html`<a href="/inbox?before=${next}${open ? null : html`&amp;show=all`}">Older</a>`}</p>`}`,
  });
}

const HEADS = ["Received", "About", "Document", "From", "State", "What to do"] as const;

function table(shell: Shell, { rows }: InboxView): Html {
  return html`<section class="panel panel--list" aria-labelledby="h-documents"><div class="panel__head"><h2 id="h-documents">Documents</h2></div>
<div class="scroll" tabindex="0" role="region" aria-labelledby="h-documents"><table class="t t--list"><caption class="vh">Documents received, newest first</caption><thead><tr>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr><td data-label="Received" class="when">${dateHtml(row.delivery.queuedAt)}</td>
<td data-label="About"><span>${about(row.person)}</span></td>
<td data-label="Document"><span><strong>${row.entry.display}</strong>${row.entry.line.documentType !== undefined && row.entry.line.documentType !== row.entry.display && html`, ${row.entry.line.documentType}`}${row.entry.when !== null && html`<br><span class="dim">dated ${dateHtml(row.entry.when, true)}</span>`}${row.entry.status === "entered-in-error" && html` <strong class="tag tag--differs">Entered in error</strong>`}${!row.isLatest && html` <span class="tag tag--new">Newer version since</span>`}</span></td>
<td data-label="From"><span>${row.sender}${row.entry.author !== null && html`<br><span class="dim">${row.entry.author}</span>`}</span></td>
<td data-label="State"><span>${state(row.delivery)}</span></td>
<td data-label="What to do"><div class="acts">${act(shell, row, "open", "Open")}${row.delivery.acknowledged === null && act(shell, row, "acknowledge", "Acknowledge")}</div></td></tr>`)}
</tbody></table></div></section>`;
}

function about(person: DescribedPerson | null): Html {
  if (person === null) return html`Name not recorded`;
  const number = person.nhsNumber?.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");
  return html`<strong>${person.family.toUpperCase()}, ${person.given}</strong><br><span class="dim">born ${person.dateOfBirth === "" ? "not recorded" : dateHtml(person.dateOfBirth, true)}${number !== undefined && html`, NHS No. <span class="nobr">${number}</span>`}</span>`;
}

function state({ read, acknowledged }: Delivery): Html {
  if (acknowledged !== null) return html`Acknowledged <span class="dim">${dateHtml(acknowledged.at)} by ${acknowledged.name}</span>`;
  return read === null ? html`<strong class="tag tag--new">New</strong>` : html`Read <span class="dim">${dateHtml(read.at)} by ${read.name}</span>`;
}

/** One button; its name says which document it is for, for those who hear the buttons one after another. */
function act(shell: Shell, { delivery, entry, person }: InboxRow, what: "open" | "acknowledge", words: string): Html {
  return html`<form method="post" action="/inbox/${delivery.sourcePatientId}.${delivery.deliveryId}/${what}">${csrfField(shell)}<button class="button${what === "open" ? html` button--plain` : null}" type="submit">${words}<span class="vh">: ${entry.display}${person !== null && html`, ${person.family.toUpperCase()}, ${person.given}`}</span></button></form>`;
}
