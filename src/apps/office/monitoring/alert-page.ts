/** The markup of one alert. */
import { NOBODY, type AccessLine } from "#audit";
import type { DescribedPerson } from "#identity";
import type { Alert, JournalLine } from "#monitoring";
import { html, type Content, type Html, type Refusal } from "#platform";
import { when } from "../words.ts";
import { faultSummary, journalList, professionalName, roleName, tabs, tokenField, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { accessWords, GROUNDS, masked, ruleTitle } from "./words.ts";

export type AlertView = {
  readonly deps: MonitoringOfficeDeps; readonly who: PrivacyOfficer; readonly alert: Alert; readonly lines: readonly AccessLine[]; readonly journal: readonly JournalLine[]; readonly norm: { days: number; persons: number };
  /** Who the persons are, once revealed. */
  readonly people: ReadonlyMap<string, DescribedPerson>; readonly isRevealed: boolean;
  /** Further accesses that are not listed. */
  readonly more: number;
  /** Other alerts on the same professional that wait. */
  readonly others: readonly Alert[]; readonly query: string; readonly fault: Refusal | null; readonly next: string | null; readonly now: Date;
};

export const personName = (people: ReadonlyMap<string, DescribedPerson>, personId: string): string => {
  const one = people.get(personId);
  return one === undefined ? masked(personId) : [`${one.family.toUpperCase()}, ${one.given}`, one.nhsNumber].filter(Boolean).join(" · ");
};

export function alertPage(view: AlertView): Html {
  const { deps, who, alert, fault, query, next } = view;
  const { settings } = who.monitoring;
  const isOwn = alert.professionalId === who.actor.id;
  const isOpen = alert.state === "new" || alert.state === "asked";
  return html`${tabs("alerts")}<p><a href="/office/privacy${query}">Alerts</a></p>
<h1 class="h1">${alert.score} · ${alert.parts.map(({ rule }) => ruleTitle(settings, rule)).slice(0, 3).join(", ")}</h1>
${faultSummary(fault, "note")}
<p><strong>${professionalName(deps, alert.professionalId)}</strong>${alert.role !== "" && html`, ${roleName(deps, alert.role)}, ${deps.region.organisation(alert.organisation)?.name}`} · ${alert.personId === NOBODY ? "several persons" : personName(view.people, alert.personId)} · ${when(alert.firstAt, deps.region.timeZone)}${alert.escalatedAt !== null && html` <span class="tag tag--differs">escalated</span>`}</p>
<div class="two">
<section class="panel panel--list" aria-labelledby="h-why"><div class="panel__head"><h2 id="h-why">Why it fired</h2></div><ul class="facts">${alert.parts.map((part) => html`<li><div class="fact"><strong>${ruleTitle(settings, part.rule)}.</strong> ${part.words}</div><div class="src">weight ${Math.round(part.weight * 100)}</div></li>`)}</ul></section>
<section class="panel panel--list" aria-labelledby="h-fine"><div class="panel__head"><h2 id="h-fine">Why it may be fine</h2></div><p>${alert.explanation}</p><p class="hint">Would explain it:</p><ul class="facts">${alert.parts.map((part) => html`<li class="prose">${settings.rules[part.rule].wouldExplain}</li>`)}</ul></section>
<section class="panel panel--list" aria-labelledby="h-did"><div class="panel__head"><h2 id="h-did">What was done</h2><span class="panel__note">${view.lines.length + view.more} ${view.lines.length + view.more === 1 ? "access" : "accesses"}; a usual day: ${view.norm.days === 0 ? "not known" : `${Math.round(view.norm.persons)} persons`}</span></div>${timeline(view)}</section>
<section class="panel panel--list" aria-labelledby="h-journal"><div class="panel__head"><h2 id="h-journal">Journal</h2></div>${journalList(view.journal, (at) => when(at, deps.region.timeZone))}${alert.caseId !== null && html`<p><a href="/office/privacy/cases/${alert.caseId}">The case that it is part of</a></p>`}</section>
</div>
${isOwn && html`<p class="said said--amber">This is about an access of your own. Another officer deals with it.</p>`}
${isOpen && !isOwn && decision(view)}
${!isOpen && html`<p class="said said--grey">${alert.state === "justified" ? "It was found to be justified." : "It is part of a case."}</p>`}
${!isOwn && !view.isRevealed && reveal(view)}
${next !== null && html`<nav class="steps" aria-label="Alerts"><ul class="chips"><li><a href="/office/privacy/alerts/${next}${query}" data-key="s j">Next, decide later <kbd data-keys>S</kbd></a></li></ul></nav>`}`;
}

function timeline({ deps, lines, people, alert, more }: AlertView): Html {
  const several = new Set(lines.map((each) => each.personId)).size > 1 || alert.personId === NOBODY;
  return html`<ol class="facts">${lines.map((line) => html`<li><div class="fact">${accessWords(line)}${several && html` <span class="dim">${line.personId === NOBODY ? "no single person" : personName(people, line.personId)}</span>`}${alert.professionalId === "" && html` <span class="dim">${professionalName(deps, line.actorId)}</span>`}</div><div class="src">${when(line.recorded, deps.region.timeZone)}</div></li>`)}</ol>${more > 0 && html`<p class="hint">and ${more} more</p>`}`;
}

const radio = (value: string, words: Content, more: Content = null): Html => html`<div class="nhsuk-radios__item"><input class="nhsuk-radios__input" id="what-${value}" name="what" type="radio" value="${value}"><label class="nhsuk-label nhsuk-radios__label" for="what-${value}">${words}</label>${more}</div>`;

function decision(view: AlertView): Html {
  const { deps, who, alert, others, fault, query } = view;
  const asked = alert.state === "asked";
  return html`<section class="panel panel--form" aria-labelledby="h-decide"><h2 id="h-decide">What do you make of it?</h2>
<form method="post" action="/office/privacy/alerts/${alert.alertId}${query}">${tokenField(who)}
<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend">Outcome</legend><div class="nhsuk-radios nhsuk-radios--small">
${radio("justified", "Justified")}${asked ? radio("answered", "The manager has answered") : radio("ask-manager", "Ask the manager")}${radio("open-case", "Open a case")}</div></fieldset>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="ground">Where it is justified: why</label><select class="nhsuk-select" id="ground" name="ground">${Object.entries(GROUNDS).map(([id, words]) => html`<option value="${id}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="whom">Where the manager is asked or has answered: who</label><input class="nhsuk-input nhsuk-input--width-20" id="whom" name="whom" type="text" maxlength="100" autocomplete="off"></div>
${others.length > 0 && html`<fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend">Into the case too: what else waits on ${professionalName(deps, alert.professionalId)}</legend><div class="nhsuk-checkboxes nhsuk-checkboxes--small">${others.map((each, at) => html`<div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="also-${at}" name="also" type="checkbox" value="${each.alertId}"><label class="nhsuk-label nhsuk-checkboxes__label" for="also-${at}">${each.score} · ${each.parts.map(({ rule }) => ruleTitle(who.monitoring.settings, rule)).slice(0, 2).join(", ")} · ${when(each.firstAt, deps.region.timeZone)}</label></div>`)}</div></fieldset>`}
<div class="nhsuk-form-group${fault !== null && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="note">Note (the question or the answer, or why a case)</label><textarea class="nhsuk-textarea" id="note" name="note" rows="2" maxlength="1000"></textarea></div>
<p class="buttons"><button class="nhsuk-button" type="submit">Save and next</button></p></form>
${alert.ownerId !== who.actor.id && html`<form method="post" action="/office/privacy/alerts/${alert.alertId}${query}">${tokenField(who)}<input type="hidden" name="what" value="taken"><p class="buttons"><button class="nhsuk-button nhsuk-button--secondary" type="submit">It is my task${alert.ownerId !== "" && html`, not ${professionalName(deps, alert.ownerId)}'s`}</button></p></form>`}</section>`;
}

function reveal({ who, alert, query }: AlertView): Html {
  return html`<details class="nhsuk-details"><summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">Reveal who it is about</span></summary><div class="nhsuk-details__text"><form method="post" action="/office/privacy/alerts/${alert.alertId}${query}">${tokenField(who)}<input type="hidden" name="what" value="reveal"><div class="nhsuk-form-group"><label class="nhsuk-label" for="reveal-note">Why you need to know</label><input class="nhsuk-input" id="reveal-note" name="note" type="text" maxlength="400" autocomplete="off" required></div><button class="nhsuk-button nhsuk-button--secondary" type="submit">Reveal</button></form></div></details>`;
}
