/** The one component that draws the eleven states, and the headline above a section. */
import { html, type Html } from "#platform";
import { IN_DETAILS, LOOKS, wordsOf, WORST_FIRST, type Headline, type SourceState } from "#sections";
import { icon, type IconName } from "./icons.ts";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words.ts";

const ICONS: Readonly<Record<(typeof LOOKS)[keyof typeof LOOKS], IconName>> = { plain: "dash", tick: "tick", grey: "dash", lock: "lock", amber: "warn" };

/** One state of one source, in its words and looks. */
export function stateLine(context: RecordContext, state: SourceState): Html {
  const look = LOOKS[state.state];
  const words = wordsOf(state, context.now);
  const entryId = state.assertion?.entryId ?? (state.state === "not-asked" ? state.entryId : null);
  return html`<li class="state state--${look}" data-state="${state.state}">${icon(ICONS[look])}${entryId === null ? words : html`<a href="${context.base}/item/${entryId}">${words}</a>`}${state.notes.length > 0 && html` <span>${state.notes.join(". ")}</span>`}${state.state === "no-answer" && html` <a href="">Try again</a>`}</li>`;
}

/** Coverage of a section: folded, worst first; what the reader must know is in the headline. */
export function coverage(context: RecordContext, states: readonly SourceState[], open = false): Html {
  context.shown.states(states);
  const ordered = states.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  const count = new Set(states.map(({ organisation }) => organisation)).size;
  return html`<details class="cover"${open ? html` open` : null}><summary>${WORDS.coverage(count)}</summary><ul class="states">${ordered.map((state) => stateLine(context, state))}</ul></details>`;
}

/** States that a list page shows above its rows, unfolded; the rest is in the details. */
export function loudStates(states: readonly SourceState[]): readonly SourceState[] {
  return states.filter(({ state }) => !IN_DETAILS.has(state));
}

/** What stands above a section's rows: the statement where there are none, and every caution. */
export function headlineOf(headline: Headline): Html {
  const statement =
    headline.statement === null
      ? null
      : html`<p class="said said--${headline.tone}">${headline.tone === "amber" ? icon("warn") : headline.tone === "lock" ? icon("lock") : headline.tone === "plain" ? icon("tick") : icon("dash")}${headline.statement}${headline.cautions.length > 0 ? ". " : null}${headline.cautions.map((caution) => html`<span class="said__caution">${caution}. </span>`)}</p>`;
  if (statement !== null) return statement;
  if (headline.cautions.length === 0) return html``;
  return html`<ul class="cautions">${headline.cautions.map((caution) => html`<li>${caution.startsWith("Some information") ? icon("lock") : icon("warn")}${caution}</li>`)}</ul>`;
}
