/** Why this record is open to this reader, for what, on which legal bases, and what of it their role does not see (ACC-02, ACC-03, LAW-06). */
import { may, maySee, ACTIONS } from "#decision";
import { dateHtml, html, type Content, type Html } from "#platform";
import type { PersonInputs } from "#sections";
import { SECTIONS, sectionTitle } from "#standards";
import type { HowOpened } from "./deps.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { ACTION_WORDS, WORDS } from "./words/index.ts";

export function accessPage(context: RecordContext, { decision }: PersonInputs, how: HowOpened): RecordPage {
  const hidden = SECTIONS.filter(({ id }) => !maySee(decision, id));
  const partly = SECTIONS.filter(({ id }) => maySee(decision, id) && decision.mayWithhold.has(id));
  const titles = (sections: readonly (typeof SECTIONS)[number][], none: string): string => (sections.length === 0 ? none : sections.map(({ id }) => sectionTitle(id)).join(", "));
  const main = html`<div class="grid">
<section class="panel" aria-labelledby="h-why"><div class="panel__head"><h2 id="h-why">Why it is open to you</h2></div>${pairs([
    ["Link with the person", decision.relationship.words],
    ["Reason you gave", decision.reason],
    ["Policy that decided", html`${decision.words} <span class="dim">(${decision.policy})</span>`],
    ["Purpose", html`${how.purpose.name}. <span class="dim">${how.purpose.words}</span>`],
    ["Lawful because", how.purpose.dataProtectionBasis],
    ["Confidentiality", how.purpose.confidentialityBasis],
    ["Consent", how.purpose.consentAsked ? "The person was asked." : "Not asked: the basis is the law, not consent. The person can object and can see who looked."],
  ])}</section>
<section class="panel" aria-labelledby="h-you"><div class="panel__head"><h2 id="h-you">Who you are here</h2></div>${pairs([
    ["Signed in", html`${how.signedIn.words}, ${dateHtml(how.signedIn.at)} <span class="dim">(assurance level ${how.signedIn.assurance} of 3)</span>`],
    ["Role here", how.roleName],
    ["Role in your own system", how.sourceRole],
    ["Works for", how.organisationName],
    ["Professional registration", how.registration === null ? "none needed for this role" : `${how.registration.body} ${how.registration.number}`],
    ["Employed as", how.contractor ? "contractor" : "member of staff"],
    ["Trained until", until(how.trainedUntil)],
    ["Duty of confidentiality accepted until", until(how.confidentialUntil)],
    ["You may", ACTIONS.filter((action) => may(decision, action)).map((action) => ACTION_WORDS[action]).join(", ") || "nothing"],
  ])}</section></div>
<section class="panel panel--list" aria-labelledby="h-not"><div class="panel__head"><h2 id="h-not">What your role does not see</h2></div>${pairs([
    [decision.askedNotToShare ? "Not shown for your role, or at the person's request" : "Not shown for your role", titles(hidden, "no section")],
    [decision.askedNotToShare ? "Some entries may not be shown for your role, or at the person's request" : "Some entries may not be shown for your role", titles(partly, "no section")],
  ])}<p class="said">${decision.askedNotToShare ? "This list follows from your role, the policy, and what the person has asked not to share." : "This list follows from your role and the policy. It is the same for every person, whatever their record holds."} If you need more to care for this person, ask your organisation's privacy officer to check your role.</p></section>`;
  return recordPage(context, { title: WORDS.howOpenedTitle, group: "details", slug: "access", main });
}

const until = (day: string | null): Content => (day === null ? "not on record" : dateHtml(day, true));

function pairs(list: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="pairs">${list.map(([label, value]) => (value === null || value === "" ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`))}</dl>`;
}
