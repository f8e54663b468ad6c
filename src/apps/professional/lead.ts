/** What stands above the lists of care: the person's own words and goals, that they were told once, and the way from a child to the mother. */
import { html, type Html } from "#platform";
import type { Entry } from "#record";
import { isPositive } from "#sections";
import type { CategorySection } from "./categories.ts";
import type { RowsPage } from "./deps.ts";
import { organisationShort, type RecordContext } from "./record-page.ts";
import { itemHref, recordedOf } from "./rows.ts";
import { SAID_BY, WORDS } from "./words/index.ts";

/** Pages that begin with the person: plans, care, and the page of their own words itself. */
const WITH_PERSON: ReadonlySet<string> = new Set(["plans", "services", "about-me"]);

/** What a page that begins with the person reads besides its own rows; nothing for the others. */
export function personSections(slug: string): readonly CategorySection[] {
  if (!WITH_PERSON.has(slug)) return [];
  return slug === "about-me" ? [{ section: "care-plan", types: ["Goal"] }] : [{ section: "about-me" }, { section: "care-plan", types: ["Goal"] }];
}

/** Strengths, goals and what matters, before anything that services say (PUR-12, PUR-19); that they were told once, for all (PUR-06). */
export function personLead(context: RecordContext, slug: string, pages: readonly RowsPage[]): Html | null {
  if (!WITH_PERSON.has(slug)) return null;
  const own = pages.filter(({ section }) => section === "about-me").flatMap(({ entries }) => entries).filter(isPositive);
  const goals = pages.filter(({ section }) => section === "care-plan").flatMap(({ entries }) => entries).filter((entry) => entry.type === "Goal" && isPositive(entry));
  if (own.length === 0 && goals.length === 0) return slug === "about-me" ? html`<p class="hint">${WORDS.toldOnce}</p>` : null;
  return html`<section class="panel" aria-labelledby="h-person"><div class="panel__head"><h2 id="h-person">${WORDS.whatMatters}</h2><span class="panel__links"><a class="panel__more" href="${context.base}/about-me">${WORDS.allAboutMe}</a></span></div><ul class="facts">${own.map((entry) => line(context, entry, entry.line.text ?? entry.line.value ?? null))}${goals.map((entry) => line(context, entry, entry.line.outcome ?? null, WORDS.goal))}</ul><p class="hint">${WORDS.toldOnce}</p></section>`;
}

function line(context: RecordContext, entry: Entry, words: string | null, kind: string | null = null): Html {
  context.shown.entry(entry);
  const saidBy = entry.line.saidBy;
  return html`<li class="prose"><span class="fact">${kind !== null && html`<span class="tag">${kind}</span> `}<strong>${entry.display}</strong>${words !== null && words !== entry.display && html`: ${words}`}${saidBy !== undefined && html` <span class="dim">${SAID_BY[saidBy] ?? saidBy}</span>`}</span> <span class="src"><a href="${itemHref(context, entry)}">${organisationShort(context, entry)}<span class="vh">: ${entry.display}</span></a> ${recordedOf(entry)}</span></li>`;
}

/** The mother as the child's own record names her; a way to her record only where it would open for this reader. */
export function birthLead(context: RecordContext, mothers: readonly Entry[], motherId: string | null): Html | null {
  if (mothers.length === 0) return null;
  return html`<section class="panel" aria-labelledby="h-mother"><div class="panel__head"><h2 id="h-mother">${WORDS.mother}</h2></div><ul class="facts">${mothers.map((entry) => line(context, entry, entry.line.relationship ?? null))}</ul>${motherId !== null && html`<p><a href="/person/${motherId}">${WORDS.motherRecord}</a></p>`}</section>`;
}
