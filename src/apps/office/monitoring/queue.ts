/** `/office/privacy`: the start of the day. What waits, ranked, with a count by rule. */
import type { FastifyInstance } from "fastify";
import { NOBODY } from "#audit";
import { countQueue, isRuleId, readDay, readQueue, type Alert, type AlertState, type QueueFilter } from "#monitoring";
import { html, spanText, type Html } from "#platform";
import { send } from "../officer.ts";
import { when } from "../words.ts";
import { auditMonitoring, enterMonitoring, professionalName, roleName, tabs, tokenField, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { masked, ruleTitle } from "./words.ts";

const MOST = 50;
const STATES: Readonly<Record<QueueFilter["state"], string>> = { waiting: "Waiting", new: "New", asked: "Manager asked", justified: "Justified", "in-case": "In a case" };
const AGES: Readonly<Record<string, [number | null, string]>> = { "": [null, "any age"], "1": [1, "since yesterday"], "7": [7, "7 days"], "30": [30, "30 days"] };

/** What narrows the queue; it travels with every link, so that "next" stays in the same list. */
export function filterOf(query: Readonly<Record<string, unknown>>): QueueFilter & { readonly text: string } {
  const state = typeof query["state"] === "string" && Object.hasOwn(STATES, query["state"]) ? (query["state"] as AlertState) : "waiting";
  const age = typeof query["age"] === "string" && Object.hasOwn(AGES, query["age"]) ? query["age"] : "";
  const rule = isRuleId(query["rule"]) ? query["rule"] : undefined;
  const glass = query["glass"] === "1";
  const text = new URLSearchParams({ ...(rule && { rule }), ...(glass && { glass: "1" }), ...(state !== "waiting" && { state }), ...(age !== "" && { age }) }).toString();
  return { state, sinceDays: AGES[age]![0], ...(rule && { rule }), ...(glass && { breakGlass: true }), text: text === "" ? "" : `?${text}` };
}

const SAID: Readonly<Record<string, string>> = { justified: "Justified. That was the last one of this list.", asked: "The question is kept; the alert stays in the list until it is answered.", case: "The case is open." };

export function queueRoutes(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  app.get<{ Querystring: Record<string, unknown> }>("/office/privacy", async (request, reply) => {
    const { person } = request.query;
    if (typeof person === "string") return reply.redirect(`/office/privacy/person?person=${encodeURIComponent(person)}`, 303);
    const who = await enterMonitoring(deps, request, reply);
    if (who === null) return reply;
    const { organisation } = who.actor;
    const now = deps.clock.now();
    const filter = filterOf(request.query);
    const yesterday = deps.region.dayOf(new Date(now.getTime() - 86_400_000));
    const [counts, alerts, day, today] = await Promise.all([countQueue(deps.pages, organisation, now), readQueue(deps.pages, organisation, filter, now, MOST), readDay(deps.pages, organisation, yesterday), readDay(deps.pages, organisation, deps.region.dayOf(now))]);
    const figures = day.openings > 0 ? { ...day, name: "Yesterday" } : { ...today, name: "Today" };
    const said = SAID[String(request.query["done"])];
    const main = html`${tabs("alerts")}<h1 class="h1">Alerts</h1>
${said !== undefined && html`<p class="said said--plain" role="status">${said}</p>`}
<p>${figures.openings === 0 ? "Nobody of your organisation opened a record yesterday or today." : html`${figures.name}: ${figures.openings} record openings · ${figures.explained} explained (${((100 * figures.explained) / figures.openings).toFixed(1)} %) · ${figures.openings - figures.explained} not.`} <strong>${counts.waiting} ${counts.waiting === 1 ? "alert waits" : "alerts wait"}</strong>${counts.escalated > 0 && html`, <span class="tag tag--differs">${counts.escalated} escalated</span>`}.</p>
${rules(who, filter, counts)}
${narrow(filter)}
${list(deps, who, filter, alerts, now)}
${findForm(who)}`;
    await auditMonitoring(deps, request, who, "audit-read", [], { page: "alerts", alerts: alerts.length });
    return send(reply, 200, who.shell, "Alerts", main);
  });
}

function rules({ monitoring: { settings } }: PrivacyOfficer, filter: ReturnType<typeof filterOf>, counts: Awaited<ReturnType<typeof countQueue>>): Html | null {
  if (counts.waiting === 0) return null;
  const link = (query: string, current: boolean, words: string): Html => html`<li><a href="/office/privacy${query}"${current ? html` aria-current="page"` : null}>${words}</a></li>`;
  return html`<nav aria-label="Alerts by rule"><ul class="chips">${link("", filter.rule === undefined && filter.breakGlass === undefined, `All: ${counts.waiting}`)}${counts.breakGlass > 0 && link("?glass=1", filter.breakGlass === true, `Break-glass to review: ${counts.breakGlass}${counts.breakGlassLate > 0 ? `, ${counts.breakGlassLate} late` : ""}`)}${counts.byRule.map(({ rule, count }) => link(`?rule=${rule}`, filter.rule === rule, `${ruleTitle(settings, rule)}: ${count}`))}</ul></nav>`;
}

function narrow(filter: ReturnType<typeof filterOf>): Html {
  const age = Object.keys(AGES).find((each) => AGES[each]![0] === filter.sinceDays) ?? "";
  return html`<form class="row" method="get" action="/office/privacy">${filter.rule && html`<input type="hidden" name="rule" value="${filter.rule}">`}${filter.breakGlass && html`<input type="hidden" name="glass" value="1">`}<label class="nhsuk-label" for="state">State</label><select class="nhsuk-select" id="state" name="state">${Object.entries(STATES).map(([id, words]) => html`<option value="${id}"${id === filter.state ? html` selected` : null}>${words}</option>`)}</select><label class="nhsuk-label" for="age">Age</label><select class="nhsuk-select" id="age" name="age">${Object.entries(AGES).map(([id, [, words]]) => html`<option value="${id}"${id === age ? html` selected` : null}>${words}</option>`)}</select><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Show</button></form>`;
}

function list(deps: MonitoringOfficeDeps, { monitoring: { settings }, actor }: PrivacyOfficer, filter: ReturnType<typeof filterOf>, alerts: readonly Alert[], now: Date): Html {
  if (alerts.length === 0) return html`<p class="said said--grey">Nothing of this kind is in the list.</p>`;
  const row = (alert: Alert): Html => html`<tr><td data-label="Score"><div><strong>${alert.score}</strong></div></td><th scope="row" data-label="Alert"><div><a href="/office/privacy/alerts/${alert.alertId}${filter.text}" data-step>${alert.parts[0] === undefined ? "Alert" : ruleTitle(settings, alert.parts[0].rule)}<span class="vh">, ${professionalName(deps, alert.professionalId)}</span></a>${alert.parts.length > 1 && html`<br><span class="dim">${alert.parts.slice(1).map(({ rule }) => ruleTitle(settings, rule)).join(", ")}</span>`}</div></th><td data-label="Who"><div>${professionalName(deps, alert.professionalId)}${alert.role !== "" && html`<br><span class="dim">${roleName(deps, alert.role)}</span>`}${alert.professionalId === actor.id && html` <span class="tag">you: another officer deals with it</span>`}</div></td><td data-label="Whose record"><div>${alert.personId === NOBODY ? html`<span class="dim">several</span>` : masked(alert.personId)}</div></td><td data-label="When"><div>${when(alert.firstAt, deps.region.timeZone)}<br><span class="dim">${spanText(now.getTime() - alert.firstAt.getTime())} ago</span></div></td><td data-label="State"><div>${STATES[alert.state]}${alert.escalatedAt !== null && html` <span class="tag tag--differs">escalated</span>`}<br><span class="dim">${alert.ownerId === "" ? "nobody's yet" : professionalName(deps, alert.ownerId)}, due</span> ${when(alert.dueAt, deps.region.timeZone)}</div></td></tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Alerts, the highest score first"><table class="t t--list"><caption class="vh">Alerts, the highest score first</caption><thead><tr>${["Score", "Alert", "Who", "Whose record", "When", "State"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${alerts.map(row)}</tbody></table></div>${alerts.length === MOST && html`<p class="hint">The first ${MOST} are shown.</p>`}<p class="hint">Names of the persons are masked until they are revealed with a reason. What you do here is on record too.</p>`;
}

/** By POST, so that no NHS number stands in an address, a history or a log. */
const findForm = (who: PrivacyOfficer): Html => html`<h2 class="h2">Who has looked at a person</h2><form class="row" method="post" action="/office/privacy">${tokenField(who)}<label class="nhsuk-label" for="nhsNumber">NHS number</label><input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" type="text" inputmode="numeric" autocomplete="off" required><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">Show who opened it</button></form>`;
