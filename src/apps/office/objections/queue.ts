/** `/office/objections`: forms that wait for an owner, and cases with their clocks, the most urgent first. */
import type { FastifyInstance } from "fastify";
import { describePeople } from "#identity";
import { awaitsDecision, decisionOf, dueOf, isCarried, isEnded, isOverdue, readCases, readOpenRequests, readOverrides, referenceOf, reviewerOf, reviewOf, standsAt, stateOf, partsOf, type ObjectionCase, type ObjectionRequest, type Override } from "#objections";
import { dateHtml, html, type Content, type Html } from "#platform";
import { send, type OfficeDeps } from "../officer.ts";
import { mark, table } from "../words.ts";
import { auditObjections, enterObjections, type ObjectionsOfficer } from "./officer.ts";
import { EFFECT, scopeWords, STEPS } from "./words.ts";

const VIEWS = { open: "Open", mine: "Mine", decided: "Decided", ended: "Ended", all: "All" } as const;
type View = keyof typeof VIEWS;
const isView = (text: unknown): text is View => typeof text === "string" && Object.hasOwn(VIEWS, text);
const OVERRIDES_SHOWN_MS = 90 * 86_400_000;

export function queueRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<{ Querystring: Record<string, unknown> }>("/office/objections", async (request, reply) => {
    const officer = await enterObjections(deps, request, reply);
    if (officer === null) return reply;
    const now = deps.clock.now();
    const view: View = isView(request.query["show"]) ? request.query["show"] : "open";
    const [cases, forms, overrides] = await Promise.all([readCases(deps.pages), officer.side === "office" ? readOpenRequests(deps.pages) : [], officer.side === "office" ? readOverrides(deps.pages, new Date(now.getTime() - OVERRIDES_SHOWN_MS)) : []]);
    const mine = officer.side === "office" ? cases : cases.filter((each) => reviewerOf(each)?.id === officer.actor.id || decisionOf(each)?.by.id === officer.actor.id);
    const wanted = mine.filter((each) => isIn(view, each, officer));
    const people = new Map((await describePeople(deps.search, [...new Set([...wanted, ...overrides].map((each) => each.personId))])).map((person) => [person.personId, `${person.family.toUpperCase()}, ${person.given}`]));
    // Whoever was joined with another is no person of their own any more; the case stands with the other.
    const shown = wanted.filter((each) => people.has(each.personId)).toSorted((a, b) => urgency(deps, a) - urgency(deps, b));
    const done = request.query["done"] === "yes";
    const main = html`<h1 class="h1">Objections to sharing</h1>${done && html`<p class="said said--plain" role="status">Done.</p>`}
<p>${officer.side === "office" ? html`Every objection has one month. Nothing is held back before the identity is checked; only the clinician who was asked decides. <a href="/office/objections/report">Compliance report</a>` : "Objections that the office asked you to decide."}</p>
${forms.length > 0 && formsTable(forms, deps, now)}
<nav aria-label="Which objections"><ul class="chips">${(Object.keys(VIEWS) as View[]).map((each) => html`<li><a href="/office/objections?show=${each}"${each === view ? html` aria-current="page"` : null}>${VIEWS[each]}: ${mine.filter((one) => isIn(each, one, officer)).length}</a></li>`)}</ul></nav>
${shown.length === 0 ? html`<p>None.</p>` : casesTable(shown, deps, people, now)}
${overrides.length > 0 && overridesTable(overrides, deps, people)}`;
    await auditObjections(deps, request, officer, "objection-read", [...shown.map((each) => each.personId), ...overrides.map((each) => each.personId)], { page: "objections", cases: shown.length, forms: forms.length });
    return send(reply, 200, officer.shell, "Objections", main);
  });
}

function isIn(view: View, objection: ObjectionCase, { actor, side }: ObjectionsOfficer): boolean {
  if (view === "all") return true;
  if (view === "ended") return isEnded(objection);
  if (view === "mine") return side === "office" ? objection.steps.some((each) => each.by.id === actor.id) && !isEnded(objection) : awaitsDecision(objection) && reviewerOf(objection)?.id === actor.id;
  if (view === "decided") return decisionOf(objection) !== null && !isEnded(objection);
  return awaitsDecision(objection) || isCarried(objection);
}

const urgency = (deps: OfficeDeps, objection: ObjectionCase): number => Date.parse(decisionOf(objection) === null ? dueOf(deps.region, objection) : (reviewOf(objection) ?? "9999-12-31"));

function casesTable(cases: readonly ObjectionCase[], deps: OfficeDeps, people: ReadonlyMap<string, string>, now: Date): Html {
  return table("Objections, the most urgent first", ["Person", "About", "Stands at", "For readers", "Clock"], cases.map((each) => {
    const late = isOverdue(deps.region, each, now);
    const review = reviewOf(each);
    const clock: Content = isEnded(each) ? "ended" : decisionOf(each) === null ? html`answer by ${dateHtml(dueOf(deps.region, each), true)}` : review === null ? "decided" : html`review on ${dateHtml(review, true)}`;
    return html`<tr><th scope="row"><a href="/office/objections/case/${each.personId}/${each.objectionId}">${people.get(each.personId)}<span class="vh">, ${referenceOf(each)}</span></a><br><span class="dim">${referenceOf(each)}</span></th><td>${scopeWords(deps.region, partsOf(each))}</td><td>${STEPS[standsAt(each)]}${standsAt(each) === "review-asked" && html`: ${reviewerOf(each)!.name}`}${isCarried(each) && html` <span class="tag tag--differs">carried here by a link: look</span>`}</td><td>${EFFECT[stateOf(each)]}</td><td>${late && html`${mark("bad", "late")} `}${clock}</td></tr>`;
  }));
}

function formsTable(forms: readonly ObjectionRequest[], deps: OfficeDeps, now: Date): Html {
  return html`<h2 class="h2">Forms from the public page: whose are they?</h2>${table("Forms that wait, the oldest first", ["Reference", "Name as filled in", "Received", "Waiting"], forms.map((each) => html`<tr><th scope="row"><a href="/office/objections/form/${each.reference}">${each.reference}</a></th><td>${each.form.name}</td><td>${dateHtml(each.receivedAt)}</td><td>${now.getTime() - each.receivedAt.getTime() > 7 * 86_400_000 ? mark("late", "more than a week") : "in time"}</td></tr>`))}`;
}

function overridesTable(overrides: readonly Override[], deps: OfficeDeps, people: ReadonlyMap<string, string>): Html {
  return html`<h2 class="h2">Opened against an objection, to protect life</h2><p class="hint">Each is read by the office and told to the person.</p>${table("Records opened to protect life, the newest first", ["When", "Person", "Who", "Why"], overrides.map((each) => html`<tr><td>${dateHtml(each.givenAt)}</td><th scope="row">${people.get(each.personId) ?? "joined with another record"}</th><td>${each.professionalName}, ${deps.region.organisation(each.organisation)?.name ?? each.organisation}</td><td>${each.words}</td></tr>`))}`;
}
