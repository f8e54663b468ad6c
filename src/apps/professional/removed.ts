/** The line that says that a source has taken entries back: how many, who, when; each one activation away. */
import { dateHtml, html, type Html } from "#platform";
import type { Removal } from "#record";
import type { Label, SectionId } from "#standards";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.rows;

/** Removals that are linked one by one; of more, the newest. */
const LINKED = 20;

/** Those that would stand in this list if their source had not taken them back. */
export function removedFrom(removals: readonly Removal[], own: { readonly section: SectionId; readonly types?: readonly string[]; readonly label?: Label }): readonly Removal[] {
  return removals.filter((each) => each.section === own.section && (own.types === undefined || own.types.includes(each.type)) && (own.label === undefined || each.labels.includes(own.label)));
}

/** A line a source; nothing where nothing was taken back. The removed words themselves are not on the page: they are no fact any more. */
export function removedLines(context: RecordContext, removals: readonly Removal[]): Html | null {
  if (removals.length === 0) return null;
  return html`<div class="removed">${[...Map.groupBy(removals, (each) => each.organisation)].map(([organisation, all]) => line(context, context.names.get(organisation) ?? organisation, all))}</div>`;
}

function line(context: RecordContext, source: string, all: readonly Removal[]): Html {
  const linked = all.slice(0, LINKED);
  for (const each of linked) context.shown.entry(each);
  const [newest] = all;
  if (all.length === 1) return html`<p class="hint">${SAID.removedOne(source, dateHtml(newest!.removed))} <a href="${context.base}/item/${newest!.id}">${SAID.knownOfIt}<span class="vh">${SAID.removedBy(source)}</span></a></p>`;
  return html`<p class="hint">${SAID.removed(all.length, source, dateHtml(newest!.removed))}</p><details class="cover"><summary>${SAID.knownOfThem}<span class="vh">${SAID.removedBy(source)}</span></summary><ul class="originals">${linked.map((each, index) => html`<li><a href="${context.base}/item/${each.id}">${SAID.removedEntry(index + 1)}</a>, ${dateHtml(each.removed)}</li>`)}</ul>${all.length > LINKED && html`<p class="hint">${SAID.newestOf(LINKED, all.length)}</p>`}</details>`;
}
