/** For one person: each source, what it shares, when it last answered, and what state each section is in there. */
import { dateHtml, everyText, html, type Content, type Html } from "#platform";
import { LOOKS, NOUNS, statesOf, WORST_FIRST, type PersonInputs, type SectionRows, type SourceAtPerson, type SourceState, type StateName } from "#sections";
import { maySee } from "#decision";
import { sectionTitle, SECTIONS, type SectionId } from "#standards";
import { pageOfSection } from "./categories.ts";
import { icon } from "./icons.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";

/** The sources page; it names sections and never counts rows. */
export function sourcesPage(context: RecordContext, inputs: PersonInputs, rows: ReadonlyMap<SectionId, SectionRows>): RecordPage {
  const { sources, decision, now } = inputs;
  const states = SECTIONS.filter(({ id }) => maySee(decision, id)).flatMap(({ id }) => statesOf(inputs, id, rows.get(id)));
  context.shown.states(states);
  const byOrganisation = Map.groupBy(states, ({ organisation }) => organisation);
  const [withRecord, others] = [sources.filter((source) => source.known || source.heldApart !== null), sources.filter((source) => !source.known && source.heldApart === null)];
  const main = html`<p class="hint">What an organisation shares here is set by its sharing agreement. A source that holds nothing of a kind has not said that there is nothing.</p>
${withRecord.map((source) => holder(context, inputs, source, byOrganisation.get(source.organisation) ?? []))}
${others.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-others"><div class="panel__head"><h2 id="h-others">Other sources of this region</h2><span class="panel__note">${others.length}</span></div><table class="t t--list"><caption class="vh">Sources that show no record of this person</caption><thead><tr><th scope="col">Source</th><th scope="col">What it says of this person</th><th scope="col">Last received from it, for anybody</th></tr></thead><tbody>${others.map((source) => {
    const { look, words } = standing(source, now, decision.askedNotToShare);
    return html`<tr><td data-label="Source"><div>${source.organisationName} <span class="dim">${source.type}</span></div></td><td data-label="What it says"><div class="state--${look}">${icon(look === "amber" ? "warn" : look === "lock" ? "lock" : "dash")}${words}</div></td><td data-label="Last received"><div>${source.feeds.map((feed, index) => html`${index > 0 ? "; " : null}${feed.lastReceived === null ? "never" : dateHtml(feed.lastReceived)}`)}<details class="cover"><summary>What it shares<span class="vh">: ${source.organisationName}</span></summary>${source.feeds.map((feed) => html`<p class="hint">${feed.arrives === "pull" ? "Asked by us" : "Sends to us"}, expected ${everyText(feed.expectedEveryMinutes)}: ${shares(context, feed.supplies)}</p>`)}</details></div></td></tr>`;
  })}</tbody></table></section>`}
<section class="panel panel--list" aria-labelledby="h-role"><div class="panel__head"><h2 id="h-role">What your role sees</h2></div><p class="said">${decision.words} <span class="dim">Policy: ${decision.policy}</span></p>${roleLimits(decision)}</section>`;
  return recordPage(context, { title: "Sources", group: "sources", slug: "sources", main });
}

const shares = (context: RecordContext, supplies: SourceAtPerson["feeds"][number]["supplies"]): Content => supplies.map((section, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${NOUNS[section].many}</a>`);

/** A source that has a record of the person: what it calls them, what it holds, when it last sent. */
function holder(context: RecordContext, { statements, decision, now }: PersonInputs, source: SourceAtPerson, states: readonly SourceState[]): Html {
  const { look, words } = standing(source, now, decision.askedNotToShare);
  const said = statements.filter((statement) => statement.organisation === source.organisation && maySee(decision, statement.section));
  return html`<section class="panel panel--list" aria-labelledby="o-${source.organisation}"><div class="panel__head"><h2 id="o-${source.organisation}">${source.organisationName}</h2><span class="panel__note">${source.type}, ${source.organisation}</span></div>
<p class="said said--${look}">${icon(look === "amber" ? "warn" : look === "plain" ? "tick" : "dash")}${words}</p>
<dl class="pairs">
${holdings(context, states)}
${said.map((statement) => html`<div><dt>Said of ${NOUNS[statement.section].many}</dt><dd>${statement.text} <span class="dim">(${dateHtml(statement.received)})</span></dd></div>`)}
<div><dt>Last told us who this person is</dt><dd>${source.lastAnswer === null ? "never" : dateHtml(source.lastAnswer)}</dd></div>
<div><dt>Its own number for this person</dt><dd>${source.sourcePatients.length === 0 ? "none" : source.sourcePatients.map(({ localId }, index) => html`${index > 0 ? ", " : null}${localId}`)}</dd></div>
${source.feeds.map((feed) => html`<div><dt>${feed.arrives === "pull" ? "Asked by us" : "Sends to us"}, expected ${everyText(feed.expectedEveryMinutes)}</dt><dd>last received ${feed.lastReceived === null ? "never" : dateHtml(feed.lastReceived)}<details class="cover"><summary>What it shares</summary>${shares(context, feed.supplies)}</details></dd></div>`)}
</dl></section>`;
}

/** What one source holds, and what not, section by section: a line a state, in its own words (PUR-14, DQU-08). */
const HOLDS: Readonly<Partial<Record<StateName, string>>> = {
  "has-data": "Holds",
  "asserted-none": "Says that there is none",
  "not-asked": "Says that it was not asked",
  "none-held": "Holds no entry, and has not said that there are none",
  stale: "Late: last copy shown",
  "nothing-sent": "Has sent nothing yet",
  "no-answer": "Did not answer",
  "identity-doubt": "Held apart",
  "withheld-person": "Shows nothing, or has kept something back",
};

function holdings(context: RecordContext, states: readonly SourceState[]): Content {
  return WORST_FIRST.toReversed().map((name) => {
    const mine = states.filter((state) => state.state === name);
    const words = HOLDS[name];
    if (words === undefined || mine.length === 0) return null;
    return html`<div data-state="${name}"><dt>${words}</dt><dd>${mine.map(({ section, newest }, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${NOUNS[section].many}</a>${name === "has-data" && newest !== null ? html` <span class="dim">(to ${dateHtml(newest, true)})</span>` : null}`)}</dd></div>`;
  });
}

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
