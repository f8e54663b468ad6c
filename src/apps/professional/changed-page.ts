/** What came since a moment, by kind, newest first: the list behind the summary's "what changed" (journey J5). */
import { dateHtml, html } from "#platform";
import type { Entry, Removal } from "#record";
import { countOf, NOUNS } from "#sections";
import { SECTIONS, sectionTitle } from "#standards";
import { valueLine } from "./columns.ts";
import { recordPage, organisationName, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedLines } from "./removed.ts";
import { itemHref, statusHtml, whenOf } from "./rows.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.changed;

/** Moments that may be asked for beside "since we last opened it"; the id stands in the address and names nobody. */
export const PERIODS = [
  { id: "7d", words: SAID.periods["7d"], days: 7 },
  { id: "30d", words: SAID.periods["30d"], days: 30 },
  { id: "90d", words: SAID.periods["90d"], days: 90 },
  { id: "1y", words: SAID.periods["1y"], days: 365 },
] as const;
export type PeriodId = (typeof PERIODS)[number]["id"] | "last";

export type ChangedView = {
  readonly period: PeriodId;
  /** `null`: nobody of the organisation has opened the record before. */
  readonly since: Date | null;
  /** Received since, newest first, at most `limit`. */
  readonly entries: readonly Entry[];
  readonly limit: number;
  readonly removals: readonly Removal[];
};

export function changedPage(context: RecordContext, { period, since, entries, limit, removals }: ChangedView): RecordPage {
  const organisation = context.shell.account?.organisation ?? "";
  const choices = [{ id: "last" as const, words: SAID.sinceOpened(organisation) }, ...PERIODS];
  const bySection = Map.groupBy(entries, ({ section }) => section);
  const main = html`<nav aria-label="${SAID.sinceWhen}"><ul class="chips">${choices.map(({ id, words }) => html`<li><a href="${context.base}/changed?since=${id}"${id === period ? html` aria-current="page"` : null}>${words}</a></li>`)}</ul></nav>
<p class="said">${since === null ? WORDS.neverOpened(organisation) : SAID.received(dateHtml(since), entries.length === 0 ? WORDS.nothingReceived : entries.length === limit ? SAID.newest(WORDS.entryCount(entries.length)) : WORDS.entryCount(entries.length))} ${SAID.notYetSent}</p>
${removedLines(context, removals)}
${SECTIONS.filter(({ id }) => bySection.has(id)).map(({ id }) => {
    const mine = bySection.get(id)!;
    return html`<section class="panel panel--list" aria-labelledby="h-${id}"><div class="panel__head"><h2 id="h-${id}">${sectionTitle(id)}</h2><span class="panel__note">${countOf(id, mine.length)}</span></div><table class="t t--list"><caption class="vh">${SAID.caption(NOUNS[id].many)}</caption><thead><tr><th scope="col">${WORDS.rows.columns.what}</th><th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${mine.map((entry) => {
      context.shown.entry(entry);
      return html`<tr><td data-label="${WORDS.rows.columns.what}"><div><a href="${itemHref(context, entry)}">${entry.display}</a>${entry.line.value !== undefined && html` — ${valueLine(entry)}`}${entry.version > 1 && html` <span class="tag tag--new">${WORDS.changedTag}</span>`}</div></td><td data-label="${WORDS.status}"><div>${statusHtml(context, entry)}</div></td><td data-label="${WORDS.date}" class="nobr"><div>${whenOf(entry)}</div></td><td data-label="${WORDS.source}"><div>${organisationName(context, entry)}, ${WORDS.received} ${dateHtml(entry.received)}</div></td></tr>`;
    })}</tbody></table></section>`;
  })}`;
  return recordPage(context, { title: WORDS.whatChanged, group: "summary", slug: "changed", main });
}
