/** Why a professional is refused, or let in, as things stand now: every policy that applies, and the facts (ACC-03). */
import type { Explanation } from "#access";
import type { Actor, Purpose } from "#decision";
import type { Region } from "#governance";
import { csrfField, html, isRefusal, type Html, type Refusal, type Shell } from "#platform";
import { errorOf, faultSummary } from "./fault.ts";

export type Why = { readonly professional: Actor; readonly purpose: Purpose; readonly explanation: Explanation };

export function whyPage(region: Region, officer: Actor, shell: Shell, why: Why | null, fault: Refusal | null): Html {
  const staff = region.professionals.flatMap((each) => each.profiles.filter((profile) => profile.organisation === officer.organisation).map((profile) => ({ key: `${each.uid} ${profile.id}`, words: `${each.name}, ${region.role(profile.role)?.name ?? profile.role}` })));
  return html`<p><a href="/office/policy">Access policy</a></p>${faultSummary(fault)}<h1 class="h1">Why was this refused</h1>
${why && answer(region, why)}
<p>Asks the policies as they are, with what is known now. It opens no record, and that you asked is kept in the person's access history.</p>
<form class="panel panel--form" method="post" action="/office/policy/why" novalidate>${csrfField(shell)}
<div class="nhsuk-form-group"><label class="nhsuk-label" for="profile">Professional of ${officer.organisationName}</label>${errorOf(fault, "profile")}<select class="nhsuk-select" id="profile" name="profile">${staff.map(({ key, words }) => html`<option value="${key}">${words}</option>`)}</select></div>
<div class="nhsuk-form-group"><label class="nhsuk-label" for="nhsNumber">Whose record: NHS number</label>${errorOf(fault, "nhsNumber")}<input class="nhsuk-input nhsuk-input--width-10" id="nhsNumber" name="nhsNumber" inputmode="numeric" autocomplete="off"></div>
<button class="nhsuk-button" type="submit">Ask</button></form>`;
}

function answer(region: Region, { professional, purpose, explanation }: Why): Html {
  const { answer: decided, applied, facts } = explanation;
  const first = isRefusal(decided) ? html`<p class="said said--amber"><strong>Refused.</strong> ${decided.message}</p>` : html`<p class="said said--plain"><strong>Opens.</strong> ${decided.words}</p>`;
  return html`<section class="panel panel--list" aria-labelledby="h-answer"><div class="panel__head"><h2 id="h-answer">${professional.name}, ${professional.roleName}, for ${region.purpose(purpose)?.name.toLowerCase() ?? purpose}</h2></div>${first}
<h3 class="h3">Policies that apply, the deciding one first</h3>${applied.length === 0 ? html`<p>None: nothing permits it.</p>` : html`<ol>${applied.map((each) => html`<li><code>${each.policy}</code> (${each.effect === "forbid" ? "closes" : "opens"}): ${each.words}</li>`)}</ol>`}
<h3 class="h3">What is known</h3><dl class="pairs">${Object.entries(facts).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}
