/** For one person: each source, what it shares, when it last answered, and what state each section is in there. */
import { dateHtml, everyText, html, type Content, type Html } from "#platform";
import { LOOKS, NOUNS, type PersonInputs, type SourceAtPerson } from "#sections";
import { maySee } from "#decision";
import { sectionTitle, SECTIONS } from "#standards";
import { pageOfSection } from "./categories.ts";
import { icon } from "./icons.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";

/** The sources page; it names sections and never counts rows. */
export function sourcesPage(context: RecordContext, { sources, statements, decision, now }: PersonInputs): RecordPage {
  const main = html`<p class="hint">What an organisation shares here is set by its sharing agreement. A source that holds nothing of a kind has not said that there is nothing.</p>
${sources.map((source) => {
    const { look, words } = standing(source, now, decision.askedNotToShare);
    const said = statements.filter((statement) => statement.organisation === source.organisation && maySee(decision, statement.section));
    return html`<section class="panel panel--list" aria-labelledby="o-${source.organisation}"><div class="panel__head"><h2 id="o-${source.organisation}">${source.organisationName}</h2><span class="panel__note">${source.type}, ${source.organisation}</span></div>
<p class="said said--${look}">${icon(look === "amber" ? "warn" : look === "plain" ? "tick" : "dash")}${words}</p>
<dl class="pairs">
<div><dt>Last told us who this person is</dt><dd>${source.lastAnswer === null ? "never" : dateHtml(source.lastAnswer)}</dd></div>
<div><dt>Its own number for this person</dt><dd>${source.sourcePatients.length === 0 ? "none" : source.sourcePatients.map(({ localId }, index) => html`${index > 0 ? ", " : null}${localId}`)}</dd></div>
${source.feeds.map((feed) => html`<div><dt>${feed.arrives === "pull" ? "Asked by us" : "Sends to us"}, expected ${everyText(feed.expectedEveryMinutes)}</dt><dd>last received ${feed.lastReceived === null ? "never" : dateHtml(feed.lastReceived)}. Shares: ${shares(context, feed.supplies)}</dd></div>`)}
${said.map((statement) => html`<div><dt>Said of ${NOUNS[statement.section].many}</dt><dd>${statement.text} <span class="dim">(${dateHtml(statement.received)})</span></dd></div>`)}
</dl></section>`;
  })}
<section class="panel panel--list" aria-labelledby="h-role"><div class="panel__head"><h2 id="h-role">What your role sees</h2></div><p class="said">${decision.words} <span class="dim">Policy: ${decision.policy}</span></p>${roleLimits(decision)}</section>`;
  return recordPage(context, { title: "Sources", group: "sources", slug: "sources", main });
}

const shares = (context: RecordContext, supplies: SourceAtPerson["feeds"][number]["supplies"]): Content => supplies.map((section, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${NOUNS[section].many}</a>`);

function standing(source: SourceAtPerson, now: Date, asked: boolean): { look: (typeof LOOKS)[keyof typeof LOOKS]; words: Content } {
  if (source.heldApart !== null) return { look: "amber", words: `A record there is held apart: ${source.heldApart.why}. Its entries are not shown until this is decided.` };
  if (source.failed) return { look: "amber", words: html`Did not answer at ${dateHtml(now)}. ${source.lastAnswer === null ? "No copy is held." : html`The copy of ${dateHtml(source.lastAnswer)} is shown.`}` };
  if (source.feeds.length === 0) return { look: "grey", words: "Shares nothing here yet." };
  const unsent = source.feeds.filter((feed) => feed.lastReceived === null);
  if (unsent.length > 0) return { look: "amber", words: `Has sent nothing yet${unsent.length === source.feeds.length ? "" : ` on ${unsent.length} of ${source.feeds.length} feeds`}: expected ${everyText(unsent[0]!.expectedEveryMinutes)}. Nothing can be said of whom it knows.` };
  const late = source.feeds.find((feed) => feed.lastReceived !== null && now.getTime() - feed.lastReceived.getTime() > feed.expectedEveryMinutes * 60_000);
  if (late !== undefined) return { look: "amber", words: html`Late: expected ${everyText(late.expectedEveryMinutes)}, last received ${dateHtml(late.lastReceived!)}.` };
  if (!source.known && asked) return { look: "lock", words: "Answered. Shows nothing: it may not know this person, or the person has asked that what it has is not shared." };
  if (!source.known) return { look: "grey", words: "Answered: does not know this person." };
  return { look: "plain", words: "Answered." };
}

function roleLimits(decision: PersonInputs["decision"]): Html {
  const hidden = SECTIONS.filter(({ id }) => !maySee(decision, id));
  const limited = SECTIONS.filter(({ id }) => maySee(decision, id) && decision.mayWithhold.has(id));
  return html`<dl class="pairs"><div><dt>${decision.askedNotToShare ? "Not shown for your role, or at the person's request" : "Not shown for your role"}</dt><dd>${hidden.length === 0 ? "no section" : hidden.map(({ id }) => sectionTitle(id)).join(", ")}</dd></div><div><dt>${decision.askedNotToShare ? "Some may not be shown for your role, or at the person's request" : "Some may not be shown for your role"}</dt><dd>${limited.length === 0 ? "no section" : limited.map(({ id }) => sectionTitle(id)).join(", ")}</dd></div></dl>`;
}
