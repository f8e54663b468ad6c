/** The markup of one case. */
import type { AccessLine } from "#audit";
import type { DescribedPerson } from "#identity";
import { OUTCOMES, type Alert, type CaseFile, type JournalLine } from "#monitoring";
import { html, spanText, type Content, type Html, type Refusal } from "#platform";
import { table, when } from "../words.ts";
import { personName } from "./alert-page.ts";
import { faultSummary, journalList, professionalName, tabs, tokenField, type MonitoringOfficeDeps, type PrivacyOfficer } from "./officer.ts";
import { accessWords, CASE_STATE, OUTCOME_WORDS, ruleTitle } from "./words.ts";

export type CaseView = { readonly deps: MonitoringOfficeDeps; readonly who: PrivacyOfficer; readonly file: CaseFile; readonly alerts: readonly Alert[]; readonly lines: readonly AccessLine[]; readonly journal: readonly JournalLine[]; readonly people: ReadonlyMap<string, DescribedPerson>; readonly isRevealed: boolean; /** Closing wants a second officer. */ readonly second: boolean; readonly fault: Refusal | null; readonly now: Date };

export function casePage(view: CaseView): Html {
  const { deps, who, file, alerts, fault, now } = view;
  const zone = deps.region.timeZone;
  const isOwn = file.professionalId === who.actor.id;
  return html`${tabs("cases")}<p><a href="/office/privacy/cases">Cases</a></p>
<h1 class="h1">Case: ${professionalName(deps, file.professionalId)}</h1>
${faultSummary(fault, "words")}
<p>${CASE_STATE[file.state]}${file.outcome !== null && html`: <strong>${OUTCOME_WORDS[file.outcome]}</strong>`}. Opened ${when(file.openedAt, zone)} by ${professionalName(deps, file.openedBy)}.</p>
${file.awareAt !== null && file.reportDueAt !== null && html`<p class="said said--amber"><strong>Breach.</strong> Aware since ${when(file.awareAt, zone)}; to be reported to the regulator by ${when(file.reportDueAt, zone)}${file.reportDueAt > now ? html`, in ${spanText(file.reportDueAt.getTime() - now.getTime())}` : html` <span class="tag tag--differs">late</span>`}, unless a risk is unlikely: then say why in the journal.</p>`}
<section class="panel panel--list" aria-labelledby="h-alerts"><div class="panel__head"><h2 id="h-alerts">${alerts.length === 1 ? "1 alert" : `${alerts.length} alerts`}</h2></div>${table("Alerts of this case", ["Score", "Rules", "When"], alerts.map((each) => html`<tr><td>${each.score}</td><th scope="row"><a href="/office/privacy/alerts/${each.alertId}">${each.parts.map(({ rule }) => ruleTitle(who.monitoring.settings, rule)).join(", ")}</a></th><td>${when(each.firstAt, zone)}</td></tr>`))}</section>
<section class="panel panel--list" aria-labelledby="h-events"><div class="panel__head"><h2 id="h-events">${view.lines.length} accesses</h2></div><ol class="facts">${view.lines.map((line) => html`<li><div class="fact">${accessWords(line)} <span class="dim">${personName(view.people, line.personId)}</span></div><div class="src">${when(line.recorded, zone)}</div></li>`)}</ol></section>
<section class="panel panel--list" aria-labelledby="h-journal"><div class="panel__head"><h2 id="h-journal">Journal</h2></div>${journalList(view.journal, (at) => when(at, zone))}</section>
${isOwn && html`<p class="said said--amber">This is about accesses of your own. Another officer deals with it.</p>`}
${!isOwn && file.state !== "closed" && forms(view)}
${!isOwn && evidence(view)}
${!isOwn && !view.isRevealed && form(view, "reveal", "Reveal who it is about", "Why you need to know", "Reveal")}`;
}

function evidence({ who, file }: CaseView): Content {
  return html`<section class="panel panel--form" aria-labelledby="h-evidence"><h2 id="h-evidence">Evidence</h2><p>The accesses with proofs that they stand in the audit log, under its signed checkpoint. Whoever gets the file can check it with <code>kmcr-verify</code>, without this product.</p><form method="post" action="/office/privacy/cases/${file.caseId}/evidence">${tokenField(who)}<p class="buttons"><button class="nhsuk-button nhsuk-button--secondary" type="submit">Make the evidence file</button></p></form></section>`;
}

function forms(view: CaseView): Content {
  const { file, second, who } = view;
  const mine = file.proposedBy === who.actor.id;
  if (file.state === "closing") {
    if (mine) return html`<p class="said said--amber">You proposed to close it. A second officer must agree.</p>`;
    return html`<section class="panel panel--form" aria-labelledby="h-second"><h2 id="h-second">A second officer</h2><p>Closing was proposed as: <strong>${OUTCOME_WORDS[file.outcome!]}</strong>. The first officer works with the professional, so a second one decides.</p>${inner(view, "close", "Your words", "Agree and close")}${inner(view, "decline", "Why not", "Do not agree")}</section>`;
  }
  return html`<section class="panel panel--form" aria-labelledby="h-step"><h2 id="h-step">Next step</h2><form method="post" action="/office/privacy/cases/${file.caseId}">${tokenField(who)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="what">Step</label><select class="nhsuk-select" id="what" name="what"><option value="noted">Note</option><option value="asked-manager">Question to the manager</option><option value="manager-answered">The manager's answer</option><option value="referred">Referral to the employer: disciplinary</option>${file.awareAt === null && html`<option value="breach">It is a breach: the hours run from now</option>`}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="words">In words</label><textarea class="nhsuk-textarea" id="words" name="words" rows="2" maxlength="2000" required></textarea></div><p class="buttons"><button class="nhsuk-button nhsuk-button--secondary" type="submit">Keep</button></p></form></section>
<section class="panel panel--form" aria-labelledby="h-close"><h2 id="h-close">Close</h2>${second && html`<p class="said said--amber">You and the professional work in one team, or in one office: a second officer must agree.</p>`}<form method="post" action="/office/privacy/cases/${file.caseId}">${tokenField(who)}<input type="hidden" name="what" value="close">
<div class="nhsuk-form-group"><label class="nhsuk-label" for="outcome">Outcome</label><select class="nhsuk-select" id="outcome" name="outcome">${OUTCOMES.map((each) => html`<option value="${each}">${OUTCOME_WORDS[each]}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="close-words">What it rests on</label><textarea class="nhsuk-textarea" id="close-words" name="words" rows="2" maxlength="2000" required></textarea></div><p class="buttons"><button class="nhsuk-button" type="submit">${second ? "Propose to close" : "Close"}</button></p></form></section>`;
}

const inner = ({ file, who }: CaseView, what: string, label: string, button: string): Html => html`<form method="post" action="/office/privacy/cases/${file.caseId}">${tokenField(who)}<input type="hidden" name="what" value="${what}"><div class="nhsuk-form-group"><label class="nhsuk-label" for="${what}-words">${label}</label><textarea class="nhsuk-textarea" id="${what}-words" name="words" rows="2" maxlength="2000" required></textarea></div><p class="buttons"><button class="nhsuk-button${what === "decline" && html` nhsuk-button--secondary`}" type="submit">${button}</button></p></form>`;

const form = (view: CaseView, what: string, title: string, label: string, button: string): Html => html`<details class="nhsuk-details"><summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">${title}</span></summary><div class="nhsuk-details__text">${inner(view, what, label, button)}</div></details>`;
