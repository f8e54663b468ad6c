/** Why this record is open to this reader, for what, on which legal bases, and what of it their role does not see (ACC-02, ACC-03, LAW-06). */
import { may, maySee, ACTIONS } from "#decision";
import { dateHtml, html, type Content, type Html } from "#platform";
import type { PersonInputs } from "#sections";
import { SECTIONS, sectionTitle } from "#standards";
import type { HowOpened } from "./deps.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { ACTION_WORDS, WORDS } from "./words/index.ts";

const SAID = WORDS.access;

export function accessPage(context: RecordContext, { decision }: PersonInputs, how: HowOpened): RecordPage {
  const hidden = SECTIONS.filter(({ id }) => !maySee(decision, id));
  const partly = SECTIONS.filter(({ id }) => maySee(decision, id) && decision.mayWithhold.has(id));
  const titles = (sections: readonly (typeof SECTIONS)[number][], none: string): string => (sections.length === 0 ? none : sections.map(({ id }) => sectionTitle(id)).join(", "));
  const main = html`<div class="grid">
<section class="panel" aria-labelledby="h-why"><div class="panel__head"><h2 id="h-why">${SAID.why}</h2></div>${pairs([
    [SAID.link, decision.relationship.words],
    [SAID.reason, decision.reason],
    [SAID.policy, html`${decision.words} <span class="dim">(${decision.policy})</span>`],
    [SAID.purpose, SAID.purposeIs(how.purpose.name, html`<span class="dim">${how.purpose.words}</span>`)],
    [SAID.lawful, how.purpose.dataProtectionBasis],
    [SAID.confidentiality, how.purpose.confidentialityBasis],
    [SAID.consent, how.purpose.consentAsked ? SAID.consentAsked : SAID.consentNotAsked],
  ])}</section>
<section class="panel" aria-labelledby="h-you"><div class="panel__head"><h2 id="h-you">${SAID.who}</h2></div>${pairs([
    [SAID.signedIn, html`${how.signedIn.words}, ${dateHtml(how.signedIn.at)} <span class="dim">${SAID.assurance(how.signedIn.assurance)}</span>`],
    [SAID.role, how.roleName],
    [SAID.sourceRole, how.sourceRole],
    [SAID.worksFor, how.organisationName],
    [SAID.registration, how.registration === null ? SAID.noRegistration : `${how.registration.body} ${how.registration.number}`],
    [SAID.employed, how.contractor ? SAID.contractor : SAID.staff],
    [SAID.trained, until(how.trainedUntil)],
    [SAID.confidential, until(how.confidentialUntil)],
    [SAID.youMay, ACTIONS.filter((action) => may(decision, action)).map((action) => ACTION_WORDS[action]).join(", ") || SAID.nothing],
  ])}</section></div>
<section class="panel panel--list" aria-labelledby="h-not"><div class="panel__head"><h2 id="h-not">${SAID.notSeen}</h2></div>${pairs([
    [decision.askedNotToShare ? SAID.hiddenOrAsked : SAID.hidden, titles(hidden, SAID.noSection)],
    [decision.askedNotToShare ? SAID.partlyOrAsked : SAID.partly, titles(partly, SAID.noSection)],
  ])}<p class="said">${decision.askedNotToShare ? SAID.followsAsked : SAID.follows} ${SAID.needMore}</p></section>`;
  return recordPage(context, { title: WORDS.howOpenedTitle, group: "details", slug: "access", main });
}

const until = (day: string | null): Content => (day === null ? SAID.notOnRecord : dateHtml(day, true));

function pairs(list: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="pairs">${list.map(([label, value]) => (value === null || value === "" ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`))}</dl>`;
}
