/** The one component that draws the twelve states, and the headline above a section. */
import { html, type Content, type Html } from "#platform";
import { ASKED_NOT_TO_SHARE, assertionWords, LOOKS, NOUNS, wordsOf, WORST_FIRST, type Headline, type SourceState, type StateName } from "#sections";
import type { SectionId } from "#standards";
import { icon, type IconName } from "./icons.ts";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const ICONS: Readonly<Record<(typeof LOOKS)[keyof typeof LOOKS], IconName>> = { plain: "dash", tick: "tick", grey: "dash", lock: "lock", amber: "warn" };

/** States that say the same on everybody's record: most organisations know nothing of most people. */
function isStanding(state: SourceState): boolean {
  return (state.state === "not-known-to-source" || state.state === "not-supplied" || isAsked(state)) && state.assertion === null && state.notes.length === 0;
}

const isAsked = (state: SourceState): boolean => state.state === "withheld-person" && state.text === ASKED_NOT_TO_SHARE.source;

const grouped = new Map<string, Html>();
const MOST_GROUPED = 5_000;

/** Standing states of many organisations: one line a state, each organisation named. */
function together(states: readonly SourceState[]): readonly Html[] {
  const lines: Html[] = [];
  if (states.length === 0) return lines;
  for (const name of ["not-supplied", "not-known-to-source", "withheld-person"] as const) {
    const mine = states.filter((each) => each.state === name);
    const names = [...new Set(mine.map(({ organisationName }) => organisationName))];
    if (names.length === 0) continue;
    const sections = new Set(mine.map(({ section }) => section));
    const noun = sections.size === 1 ? NOUNS[mine[0]!.section].many : null;
    const key = `${name}|${noun}|${names.join("|")}`;
    let line = grouped.get(key);
    if (line === undefined) {
      if (grouped.size >= MOST_GROUPED) grouped.clear();
      grouped.set(key, (line = html`<li class="state state--${LOOKS[name]}" data-state="${name}">${icon(ICONS[LOOKS[name]])}${name === "not-supplied" ? WORDS.doNotShare(noun, names.join(" · ")) : name === "withheld-person" ? WORDS.askedNothing(names.join(" · ")) : WORDS.notKnownTo(names.join(" · "))}</li>`));
    }
    lines.push(line);
  }
  return lines;
}

/** One state of one source, in its words and looks. */
export function stateLine(context: RecordContext, state: SourceState, of = ""): Html {
  const look = LOOKS[state.state];
  // A source that lists facts may have asserted none before: its assertion stays to be read.
  const beside = state.assertion === null || state.state === "asserted-none" ? "" : `. ${assertionWords(state.assertion, state.organisationName)}`;
  const words = `${wordsOf(state, context.now)}${of}${beside}`;
  const entryId = state.assertion?.entryId ?? (state.state === "not-asked" ? state.entryId : null);
  return html`<li class="state state--${look}" data-state="${state.state}">${icon(ICONS[look])}${entryId === null ? words : html`<a href="${context.base}/item/${entryId}">${words}</a>`}${state.notes.length > 0 && html` <span>${state.notes.join(". ")}</span>`}${state.state === "no-answer" && html` <a href="">${WORDS.rows.tryAgain}</a>`}</li>`;
}

/** Lines that are the same on everybody's record and at any hour: most of what a summary says of its sources. */
const STANDING_WORDS: ReadonlySet<StateName> = new Set(["none-held", "nothing-sent"]);
const standingLines = new Map<SectionId, Map<string, Html>>();

function lineOf(context: RecordContext, state: SourceState, several: boolean): Html {
  if (!STANDING_WORDS.has(state.state) || state.assertion !== null || state.notes.length > 0) return stateLine(context, state, several && state.state === "has-data" ? ` (${NOUNS[state.section].many})` : "");
  let ofSection = standingLines.get(state.section);
  if (ofSection === undefined || ofSection.size >= MOST_GROUPED) standingLines.set(state.section, (ofSection = new Map()));
  // A name alone is a key that is there already; a summary asks two hundred times, and a key that is put together has to be read whole each time.
  const key = state.state === "none-held" ? state.organisationName : `${state.state}|${state.organisationName}|${state.state === "nothing-sent" ? `${state.wholly} ${state.expectedEveryMinutes}` : ""}`;
  let line = ofSection.get(key);
  if (line === undefined) ofSection.set(key, (line = stateLine(context, state)));
  return line;
}

const RANK = Object.fromEntries(WORST_FIRST.map((state, index) => [state, index])) as Readonly<Record<StateName, number>>;

/** Coverage of a section: folded, worst first; what the reader must know is in the headline. */
export function coverage(context: RecordContext, states: readonly SourceState[], open = false): Html {
  return folded(context, states, open, together);
}

/** The same on the summary, where a dozen panels would each name the same forty organisations: those that share nothing of the kind, or do not know the person, are counted and stand under Sources. */
export function coverageBrief(context: RecordContext, states: readonly SourceState[]): Html {
  return folded(context, states, false, (standing) => {
    const others = new Set(standing.filter((state) => !isAsked(state)).map(({ organisation }) => organisation)).size;
    return html`${together(standing.filter(isAsked))}${others > 0 && html`<li class="state state--grey">${icon("dash")}<a href="${context.base}/sources">${WORDS.othersStanding(others)}</a></li>`}`;
  });
}

function folded(context: RecordContext, states: readonly SourceState[], open: boolean, standingLines: (standing: readonly SourceState[]) => Content): Html {
  context.shown.states(states);
  const organisations = new Set<string>();
  const standing: SourceState[] = [];
  const telling: SourceState[] = [];
  for (const state of states) {
    if (state.organisation !== "") organisations.add(state.organisation);
    (isStanding(state) ? standing : telling).push(state);
  }
  // Kept back by role as a whole: the headline says it all, and the sources are not named.
  if (organisations.size === 0) return html``;
  telling.sort((a, b) => RANK[a.state] - RANK[b.state]);
  return html`<details class="cover"${open ? html` open` : null}><summary>${WORDS.coverage(organisations.size)}<span class="vh">${WORDS.coverageHint}</span></summary><ul class="states">${once(context, telling)}${standingLines(standing)}</ul></details>`;
}

/** Lines of several sections together: what is the same for all is said once, what is not names its section. */
function once(context: RecordContext, states: readonly SourceState[]): readonly Html[] {
  const several = new Set(states.map(({ section }) => section)).size > 1;
  if (!several) return states.map((state) => lineOf(context, state, false));
  const said = new Set<string>();
  return states.flatMap((state) => {
    const line = lineOf(context, state, true);
    if (said.has(line.text)) return [];
    said.add(line.text);
    return [line];
  });
}

/** What stands above a section's rows: the statement where there are none, and every caution. */
export function headlineOf(headline: Headline): Html {
  const statement =
    headline.statement === null
      ? null
      : html`<p class="said said--${headline.tone}">${headline.tone === "amber" ? icon("warn") : headline.tone === "lock" ? icon("lock") : headline.tone === "plain" ? icon("tick") : icon("dash")}${headline.statement}${headline.cautions.length > 0 ? ". " : null}${headline.cautions.map((caution) => html`<span class="said__caution">${caution}. </span>`)}</p>`;
  if (statement !== null) return statement;
  if (headline.cautions.length === 0) return html``;
  return html`<p class="cautions">${icon("warn")}${headline.cautions.map((caution) => html`<span class="said__caution">${caution}. </span>`)}</p>`;
}
