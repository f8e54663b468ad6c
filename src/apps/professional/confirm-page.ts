/** Asked once more before an entry opens that its source or the person marked as especially sensitive (ACC-14). */
import { html } from "#platform";
import type { Entry } from "#record";
import { sectionTitle, type Label } from "#standards";
import { categoryOfSection, pageOfSection } from "./categories.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.confirm;

/** Labels of an entry that ask for a second look, in words; empty for most. */
export function sensitiveWords(sensitive: ReadonlyMap<Label, string>, entry: Pick<Entry, "labels">): string[] {
  return entry.labels.flatMap((label) => sensitive.get(label) ?? []);
}

/** The page between list and entry; it shows nothing of the entry but what the list showed. */
export function confirmPage(context: RecordContext, entry: Entry, why: readonly string[], address: string): RecordPage {
  context.shown.section(entry.section);
  const main = html`<div class="panel panel--form">
<p class="hint"><a href="${context.base}/${pageOfSection(entry.section)}">${sectionTitle(entry.section)}</a></p>
<p><strong>${entry.display}</strong></p>
<p>${SAID.onlyIfNeeded(why.join(". "))}</p>
<p><a class="nhsuk-button" role="button" draggable="false" href="${address}">${SAID.open}</a> <a class="panel__more" href="${context.base}/${pageOfSection(entry.section)}">${SAID.back}</a></p></div>`;
  return recordPage(context, { title: SAID.title(sectionTitle(entry.section)), heading: SAID.heading, group: categoryOfSection(entry.section).group, slug: "item", main });
}
