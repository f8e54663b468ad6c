/** `/office/identity`: the doubts that wait, the most urgent first. */
import type { FastifyInstance } from "fastify";
import { countOpenReviews, readOpenReviews, readProtectedPersons, type Review, type ReviewKind } from "#identity";
import { dateHtml, html, isUuid, type Content, type Html } from "#platform";
import { send } from "../officer.ts";
import { auditIdentity, enterIdentity, tokenField, type IdentityOfficeDeps, type IdentityOfficer } from "./officer.ts";
import { nameOf, organisationOf } from "./sides.ts";
import { isKind, KINDS, riskWords } from "./words.ts";

const PAGE = 20;

/** What narrows the list; it travels with every link of the queue. */
export type Narrowed = { readonly kind: ReviewKind | null; readonly organisation: string | null };
export type Cursor = { readonly due: Date; readonly one: string; readonly other: string };

/** The organisation whose list it is: an officer of one organisation has that one alone. */
export const narrowedBy = (deps: IdentityOfficeDeps, officer: IdentityOfficer, query: Readonly<Record<string, unknown>>): Narrowed => {
  const { kind, organisation } = query;
  const asked = typeof organisation === "string" && deps.region.organisation(organisation) !== undefined ? organisation : null;
  return { kind: isKind(kind) ? kind : null, organisation: officer.organisation ?? asked };
};

/** `?kind=probable&organisation=RVV`, or nothing. */
export function queryOf(officer: IdentityOfficer, { kind, organisation }: Narrowed, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...(kind !== null && { kind }), ...(organisation !== null && officer.organisation === null && { organisation }), ...more });
  return query.size === 0 ? "" : `?${query}`;
}

export const pairOf = (review: Pick<Review, "one" | "other">): string => `${review.one.sourcePatientId}/${review.other.sourcePatientId}`;
export const cursorText = (review: Pick<Review, "due" | "one" | "other">): string => `${review.due.toISOString()}_${review.one.sourcePatientId}_${review.other.sourcePatientId}`;
export function cursorOf(text: unknown): Cursor | undefined {
  const [due = "", one = "", other = ""] = typeof text === "string" ? text.split("_") : [];
  return Number.isNaN(Date.parse(due)) || !isUuid(one) || !isUuid(other) ? undefined : { due: new Date(due), one, other };
}

const DONE: Readonly<Record<string, string>> = {
  linked: "Linked: the two are one person now.", apart: "Kept apart for good, until somebody takes that back.", proposed: "Proposed. It takes effect when a second person has said the same.", undone: "Taken back: every record is where it was.", split: "Taken out: the records are people of their own now.",
};

export function queueRoutes(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  app.get<{ Querystring: Record<string, unknown> }>("/office/identity", async (request, reply) => {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return reply;
    const narrowed = narrowedBy(deps, officer, request.query);
    const after = cursorOf(request.query["after"]);
    const now = deps.clock.now();
    const [counts, reviews] = await Promise.all([
      countOpenReviews(deps.pages, narrowed.organisation, now),
      readOpenReviews(deps.pages, { organisation: narrowed.organisation, limit: PAGE + 1, ...(narrowed.kind !== null && { kind: narrowed.kind }), ...(after && { after }) }),
    ]);
    const shown = reviews.slice(0, PAGE);
    // Whoever else is linked to a side protects it as well.
    const hidden = await readProtectedPersons(deps.pages, [...new Set(shown.flatMap(({ one, other }) => [one.personId, other.personId]))]);
    const done = request.query["done"];
    const main = html`<h1 class="h1">Who is who</h1>
${typeof done === "string" && DONE[done] !== undefined && html`<p class="said said--plain" role="status">${DONE[done]}</p>`}
<p>Pairs of records that may be one person, or are said not to be. A wrong link shows a stranger's record, a missed one hides an allergy. <a href="/office/identity/rates">How well linking works</a></p>
${summary(officer, narrowed, counts)}
${officer.organisation === null && organisations(deps, officer, narrowed)}
${list(deps, officer, narrowed, shown, hidden, now)}
${reviews.length > PAGE && html`<nav class="pager" aria-label="Pages of doubts"><a href="/office/identity${queryOf(officer, narrowed, { after: cursorText(shown.at(-1)!) })}">Later ones</a></nav>`}
${findForm(officer)}`;
    await auditIdentity(deps, request, officer, "identity-read", shown.flatMap(({ one, other }) => [one, other]), { page: "doubts", pairs: shown.length });
    return send(reply, 200, officer.shell, "Who is who", main);
  });
}

function summary(officer: IdentityOfficer, narrowed: Narrowed, counts: readonly { kind: ReviewKind; open: number; late: number }[]): Html {
  const open = counts.reduce((sum, each) => sum + each.open, 0);
  const late = counts.reduce((sum, each) => sum + each.late, 0);
  if (open === 0) return html`<p>No doubt is open.</p>`;
  const link = (kind: ReviewKind | null, words: Content): Html => html`<li><a href="/office/identity${queryOf(officer, { ...narrowed, kind })}"${kind === narrowed.kind ? html` aria-current="page"` : null}>${words}</a></li>`;
  return html`<nav aria-label="Kinds of doubt"><ul class="chips">${link(null, `All: ${open}${late > 0 ? `, ${late} late` : ""}`)}${counts.map((each) => link(each.kind, `${KINDS[each.kind]}: ${each.open}${each.late > 0 ? `, ${each.late} late` : ""}`))}</ul></nav>`;
}

function organisations(deps: IdentityOfficeDeps, officer: IdentityOfficer, narrowed: Narrowed): Html {
  const sources = deps.region.organisations.filter((each) => deps.region.feedsOf(each.odsCode).length > 0).toSorted((a, b) => a.name.localeCompare(b.name));
  return html`<form class="row" method="get" action="/office/identity">${narrowed.kind !== null && html`<input type="hidden" name="kind" value="${narrowed.kind}">`}<label class="nhsuk-label" for="organisation">Worklist of</label><select class="nhsuk-select" id="organisation" name="organisation"><option value="">every organisation</option>${sources.map((each) => html`<option value="${each.odsCode}"${each.odsCode === narrowed.organisation ? html` selected` : null}>${each.name}</option>`)}</select><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Show</button></form>`;
}

function list(deps: IdentityOfficeDeps, officer: IdentityOfficer, narrowed: Narrowed, reviews: readonly Review[], protectedPersons: ReadonlySet<string>, now: Date): Content {
  if (reviews.length === 0) return null;
  const caption = "Open doubts, the most urgent first";
  const row = (review: Review): Html => {
    const hidden = protectedPersons.has(review.one.personId) || protectedPersons.has(review.other.personId);
    const risk = riskWords(review);
    const href = `/office/identity/review/${pairOf(review)}${queryOf(officer, narrowed)}`;
    const side = (each: Review["one"]): Html => html`${nameOf(each)}, born ${each.birthDate === null ? "?" : dateHtml(each.birthDate, true)} <span class="dim">${organisationOf(deps.region, each, hidden)}</span>`;
    return html`<tr><th scope="row" data-label="Doubt"><div><a href="${href}" data-step>${KINDS[review.kind]}<span class="vh">: ${nameOf(review.one)} and ${nameOf(review.other)}</span></a><br><span class="dim">${review.reason}</span></div></th><td data-label="One"><div>${side(review.one)}</div></td><td data-label="Other"><div>${side(review.other)}</div></td><td data-label="Due"><div>${review.due < now ? html`<span class="tag tag--differs">late</span> ` : null}${dateHtml(review.due)}</div></td><td data-label="State"><div>${review.proposed === null ? (risk === null ? "waits" : html`waits; wants two people`) : html`<span class="tag">linking proposed</span> by ${review.proposed.by === officer.actor.id ? "you; a second person must agree" : "another officer; you may agree"}`}</div></td></tr>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="t t--list"><caption class="vh">${caption}</caption><thead><tr>${["Doubt", "One", "Other", "Due", "State"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${reviews.map(row)}</tbody></table></div><p class="hint" data-keys>Keys: j next, k previous, Enter opens.</p>`;
}

/** By POST, so that no NHS number stands in an address, a history or a log. */
const findForm = (officer: IdentityOfficer): Html => html`<h2 class="h2" id="find">A person's links</h2>
<form class="row" method="post" action="/office/identity/find">${tokenField(officer)}<label class="nhsuk-label" for="nhsNumber">NHS number</label><input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" type="text" inputmode="numeric" autocomplete="off" required><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Show links</button></form>`;
