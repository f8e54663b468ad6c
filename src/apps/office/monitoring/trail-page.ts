/** Person audit and user audit: who opened whose record, when, why, and what they were shown. */
import type { AuditEntry } from "#audit";
import { sectionTitle, isSectionId } from "#standards";
import { html, type Html, type Refusal, type Session } from "#platform";
import type { Review, Reviewed } from "./trail-scope.ts";

export type TrailView = {
  readonly session: Session;
  readonly asked: Review;
  /** Only entries of this purpose of use; `null`: of all. */
  readonly purpose: string | null;
  readonly purposes: readonly { readonly id: string; readonly name: string }[];
  readonly tabs: Html;
  readonly reviewed: Reviewed;
  readonly professionals: readonly { readonly uid: string; readonly name: string }[];
  /** Name and NHS number by person id; a person who is missing is shown by id. */
  readonly persons: ReadonlyMap<string, string>;
  readonly timeZone: string;
  readonly fault: Refusal | null;
};

const ACTIONS: Readonly<Record<string, string>> = {
  open: "Opened the record", digest: "Their own system showed the line of the record", section: "Looked at a section", item: "Looked at an item", document: "Opened a document", search: "Searched in the record",
  found: "Found by a search for a person", refused: "Was refused", "reason-given": "Gave a reason", launch: "Opened from another system", "sign-in": "Signed in",
  "sign-out": "Signed out", "confidentiality-accepted": "Accepted the duty of confidentiality", "passkey-invited": "Invited a professional to make a passkey", "passkey-withdrawn": "Withdrew an invitation to make a passkey", "passkey-made": "Made a passkey", "passkey-revoked": "Ended a passkey", "passkey-locked": "Signed with a passkey that may have been copied: locked", write: "Wrote", "audit-read": "Read the audit trail", "quarantine-read": "Read the quarantine", "message-read": "Read a message of a feed", "fact-queried": "Said that something is wrong with an entry", "own-record-act": "Decided whether the person sees an entry", "query-read": "Read what is said to be wrong with an entry", "query-answered": "Answered what was said to be wrong with an entry", "message-replayed": "Took a message up again", "findings-closed": "Closed findings of a message", "identity-read": "Looked at who is who", "identity-act": "Decided who is who", "monitoring-act": "Dealt with an alert or a case", "objection-read": "Looked at an objection", "objection-act": "Dealt with an objection", "objection-override": "Opened against an objection, to protect life", print: "Printed", "role-preview": "Previewed a role", "access-explained": "Asked why access is refused", download: "Downloaded", export: "Exported",
  inbox: "Looked at the practice's inbox", acknowledge: "Acknowledged a document", deliver: "Sent a document by MESH",
  "log-check": "Checked the audit log", "log-export": "Took a copy of the audit log", "log-heartbeat": "Nothing: the log of a quiet hour", "log-key": "Began to sign with another key", "log-destroy": "Destroyed entries at the end of their retention",
};

export function trailPage(view: TrailView): Html {
  const { session, reviewed, asked, fault } = view;
  return html`${view.tabs}<h1 class="h1">Who opened records</h1>
<p>Staff of ${session.profile?.organisationName}. Reading this page is kept in the audit trail too.</p>
${fault && html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#nhsNumber">${fault.message}</a></p></div>`}
<div class="nhsuk-grid-row">
<form class="nhsuk-grid-column-one-half" method="post" action="/office/privacy" novalidate><input type="hidden" name="_csrf" value="${session.csrf}">
<label class="nhsuk-label" for="nhsNumber">Whose record: NHS number</label><input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" inputmode="numeric" autocomplete="off">
<button class="nhsuk-button nhsuk-button--secondary" type="submit">Show who opened it</button></form>
<form class="nhsuk-grid-column-one-half" method="get" action="/office/privacy/staff">
<label class="nhsuk-label" for="professional">What one professional did</label><select class="nhsuk-select" id="professional" name="professional">${view.professionals.map(
    (each) => html`<option value="${each.uid}"${asked.of === "professional" && asked.professionalId === each.uid ? html` selected` : null}>${each.name}</option>`,
  )}</select>
<button class="nhsuk-button nhsuk-button--secondary" type="submit">Show</button></form>
</div>
${purposes(view)}
<h2 class="nhsuk-heading-m">${heading(view)}</h2>
${reviewed.entries.length === 0 ? html`<p class="nhsuk-body">Nobody of your organisation did anything here${reviewed.next === null ? "" : " in the time searched so far"}.</p>` : table(view)}
${reviewed.next === null ? null : html`<p class="nhsuk-body"><a class="nhsuk-link" href="${addressOf(view, { before: reviewed.next.toISOString() })}">Older</a></p>`}
${asked.of === "organisation" ? null : html`<p class="nhsuk-body"><a class="nhsuk-link" href="/office/privacy/staff">All of your organisation</a></p>`}`;
}

function heading({ asked, persons, professionals }: TrailView): string {
  if (asked.of === "person") return `Record of ${persons.get(asked.personId) ?? "the person asked for"}`;
  if (asked.of === "professional") return `What ${professionals.find((each) => each.uid === asked.professionalId)?.name ?? asked.professionalId} did`;
  return "Latest";
}

/** The address of what is asked, with something changed. */
function addressOf({ asked, purpose }: TrailView, more: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  if (asked.of === "person") query.set("person", asked.personId);
  if (asked.of === "professional") query.set("professional", asked.professionalId);
  if (purpose !== null) query.set("purpose", purpose);
  for (const [name, value] of Object.entries(more)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  return `/office/privacy/${asked.of === "person" ? "person" : "staff"}${query.size === 0 ? "" : `?${query}`}`;
}

/** Every access carries one purpose of use of the region's closed list; the trail can be narrowed by it. */
function purposes(view: TrailView): Html {
  const link = (id: string, words: string): Html => html`<li><a href="${addressOf(view, { purpose: id })}"${(view.purpose ?? "") === id ? html` aria-current="page"` : null}>${words}</a></li>`;
  return html`<nav aria-label="Purpose of use"><ul class="chips">${link("", "Every purpose")}${view.purposes.map((each) => link(each.id, each.name))}</ul></nav>`;
}

function table(view: TrailView): Html {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: view.timeZone, day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Accesses"><table class="nhsuk-table"><caption class="nhsuk-table__caption nhsuk-u-visually-hidden">Accesses, newest first</caption>
<thead class="nhsuk-table__head"><tr>${["When", "Who", "Whose record", "What", "Why", "Shown"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody class="nhsuk-table__body">${view.reviewed.entries.map(
    (entry) => html`<tr class="nhsuk-table__row">
<td class="nhsuk-table__cell"><time datetime="${entry.recorded.toISOString()}">${time.format(entry.recorded)}</time></td>
<td class="nhsuk-table__cell">${entry.actorName}<br>${entry.roleName}, ${entry.organisationName}</td>
<td class="nhsuk-table__cell">${personCell(view, entry)}</td>
<td class="nhsuk-table__cell">${ACTIONS[entry.action] ?? entry.action}${entry.outcome === "refused" ? html` <strong class="nhsuk-tag nhsuk-tag--red">Refused</strong>` : null}</td>
<td class="nhsuk-table__cell">${entry.relationshipWords}${entry.reason === null || entry.reason === entry.relationshipWords ? null : html`<br>Reason given: ${entry.reason}`}<br><span class="nhsuk-hint">${entry.purpose}; policy ${entry.policy}</span></td>
<td class="nhsuk-table__cell">${shownWords(entry)}</td></tr>`,
  )}</tbody></table></div>`;
}

const NIL = /^[0-]+$/;

function personCell({ persons }: TrailView, { personId }: AuditEntry): Html | string {
  return NIL.test(personId) ? "No single person" : html`<a class="nhsuk-link" href="${`/office/privacy/person?person=${personId}`}">${persons.get(personId) ?? personId}</a>`;
}

/** What the entry says was shown, in words: what was searched for, sections by title, and how many items. */
function shownWords({ shown }: AuditEntry): string {
  const { sections, items, searched } = shown;
  const names = Array.isArray(sections) ? sections.map((each) => (isSectionId(String(each)) ? sectionTitle(String(each) as never) : String(each))) : [];
  const count = typeof items === "number" ? `${items} ${items === 1 ? "item" : "items"}` : "";
  const words = typeof searched === "string" && searched !== "" ? `searched for "${searched}"` : "";
  return [words, names.join(", "), count].filter((part) => part !== "").join("; ") || "Nothing";
}
