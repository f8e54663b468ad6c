/** For one person: each source, what it shares, when it last answered, and what state each section is in there. */
import { dateHtml, everyText, html, type Content, type Html } from "#platform";
import { LOOKS, NOUNS, statesOf, WORST_FIRST, type PersonInputs, type SectionRows, type SourceAtPerson, type SourceState, type StateName } from "#sections";
import { maySee } from "#decision";
import { sectionTitle, SECTIONS, type SectionId } from "#standards";
import { pageOfSection } from "./categories.ts";
import { icon } from "./icons.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.sourcesPage;

/** The sources page; it names sections and never counts rows. */
export function sourcesPage(context: RecordContext, inputs: PersonInputs, rows: ReadonlyMap<SectionId, SectionRows>): RecordPage {
  const { sources, decision, now } = inputs;
  const states = SECTIONS.filter(({ id }) => maySee(decision, id)).flatMap(({ id }) => statesOf(inputs, id, rows.get(id)));
  context.shown.states(states);
  const byOrganisation = Map.groupBy(states, ({ organisation }) => organisation);
  const [withRecord, others] = [sources.filter((source) => source.known || source.heldApart !== null), sources.filter((source) => !source.known && source.heldApart === null)];
  const main = html`<p class="hint">${SAID.hint}</p>
${withRecord.map((source) => holder(context, inputs, source, byOrganisation.get(source.organisation) ?? []))}
${others.length > 0 && html`<section class="panel panel--list" aria-labelledby="h-others"><div class="panel__head"><h2 id="h-others">${SAID.others}</h2><span class="panel__note">${others.length}</span></div><table class="t t--list"><caption class="vh">${SAID.othersCaption}</caption><thead><tr><th scope="col">${SAID.source}</th><th scope="col">${SAID.saysOfPerson}</th><th scope="col">${SAID.lastFromIt}</th></tr></thead><tbody>${others.map((source) => {
    const { look, words } = standing(source, now, decision.askedNotToShare);
    return html`<tr><td data-label="${SAID.source}"><div>${source.organisationName} <span class="dim">${source.type}</span></div></td><td data-label="${SAID.says}"><div class="state--${look}">${icon(look === "amber" ? "warn" : look === "lock" ? "lock" : "dash")}${words}</div></td><td data-label="${SAID.lastReceived}"><div>${source.feeds.map((feed, index) => html`${index > 0 ? "; " : null}${feed.lastReceived === null ? SAID.never : dateHtml(feed.lastReceived)}`)}<details class="cover"><summary>${SAID.shares}<span class="vh">: ${source.organisationName}</span></summary>${source.feeds.map((feed) => html`<p class="hint">${SAID.feed(feed.arrives === "pull", everyText(feed.expectedEveryMinutes))}: ${shares(context, feed.supplies)}</p>`)}</details></div></td></tr>`;
  })}</tbody></table></section>`}
<section class="panel panel--list" aria-labelledby="h-role"><div class="panel__head"><h2 id="h-role">${SAID.yourRole}</h2></div><p class="said">${decision.words} <span class="dim">${SAID.policy(decision.policy)}</span></p>${roleLimits(decision)}</section>`;
  return recordPage(context, { title: SAID.title, group: "sources", slug: "sources", main });
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
${said.map((statement) => html`<div><dt>${SAID.saidOf(NOUNS[statement.section].many)}</dt><dd>${statement.text} <span class="dim">(${dateHtml(statement.received)})</span></dd></div>`)}
<div><dt>${SAID.lastTold}</dt><dd>${source.lastAnswer === null ? SAID.never : dateHtml(source.lastAnswer)}</dd></div>
<div><dt>${SAID.ownNumber}</dt><dd>${source.sourcePatients.length === 0 ? SAID.none : source.sourcePatients.map(({ localId }, index) => html`${index > 0 ? ", " : null}${localId}`)}</dd></div>
${source.feeds.map((feed) => html`<div><dt>${SAID.feed(feed.arrives === "pull", everyText(feed.expectedEveryMinutes))}</dt><dd>${SAID.received(feed.lastReceived === null ? SAID.never : dateHtml(feed.lastReceived))}<details class="cover"><summary>${SAID.shares}</summary>${shares(context, feed.supplies)}</details></dd></div>`)}
</dl></section>`;
}

/** What one source holds, and what not, section by section: a line a state, in its own words (PUR-14, DQU-08). */
const HOLDS: Readonly<Partial<Record<StateName, string>>> = SAID.holds;

function holdings(context: RecordContext, states: readonly SourceState[]): Content {
  return WORST_FIRST.toReversed().map((name) => {
    const mine = states.filter((state) => state.state === name);
    const words = HOLDS[name];
    if (words === undefined || mine.length === 0) return null;
    return html`<div data-state="${name}"><dt>${words}</dt><dd>${mine.map(({ section, newest }, index) => html`${index > 0 ? ", " : null}<a href="${context.base}/${pageOfSection(section)}">${NOUNS[section].many}</a>${name === "has-data" && newest !== null ? html` <span class="dim">${SAID.newest(dateHtml(newest, true))}</span>` : null}`)}</dd></div>`;
  });
}

function standing(source: SourceAtPerson, now: Date, asked: boolean): { look: (typeof LOOKS)[keyof typeof LOOKS]; words: Content } {
  if (source.heldApart !== null) return { look: "amber", words: SAID.heldApart(source.heldApart.why) };
  if (source.failed) return { look: "amber", words: SAID.noAnswer(dateHtml(now), source.lastAnswer === null ? SAID.noCopy : SAID.copyShown(dateHtml(source.lastAnswer))) };
  if (source.feeds.length === 0) return { look: "grey", words: SAID.sharesNothing };
  const unsent = source.feeds.filter((feed) => feed.lastReceived === null);
  if (unsent.length > 0) return { look: "amber", words: SAID.nothingSent(unsent.length, source.feeds.length, everyText(unsent[0]!.expectedEveryMinutes)) };
  const late = source.feeds.find((feed) => feed.lastReceived !== null && now.getTime() - feed.lastReceived.getTime() > feed.expectedEveryMinutes * 60_000);
  if (late !== undefined) return { look: "amber", words: SAID.late(everyText(late.expectedEveryMinutes), dateHtml(late.lastReceived!)) };
  if (!source.known && asked) return { look: "lock", words: SAID.answeredAsked };
  if (!source.known) return { look: "grey", words: SAID.answeredUnknown };
  return { look: "plain", words: SAID.answered };
}

function roleLimits(decision: PersonInputs["decision"]): Html {
  const hidden = SECTIONS.filter(({ id }) => !maySee(decision, id));
  const limited = SECTIONS.filter(({ id }) => maySee(decision, id) && decision.mayWithhold.has(id));
  return html`<dl class="pairs"><div><dt>${decision.askedNotToShare ? SAID.hiddenOrAsked : SAID.hidden}</dt><dd>${hidden.length === 0 ? SAID.noSection : hidden.map(({ id }) => sectionTitle(id)).join(", ")}</dd></div><div><dt>${decision.askedNotToShare ? SAID.limitedOrAsked : SAID.limited}</dt><dd>${limited.length === 0 ? SAID.noSection : limited.map(({ id }) => sectionTitle(id)).join(", ")}</dd></div></dl>`;
}
