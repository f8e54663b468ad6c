/** The one component that draws every list of the record: headline, rows with status, date and source, coverage, and the way to older rows. */
import { html, type Html } from "#platform";
import type { Removal } from "#record";
import { inForce, replacedBy, rowIsCurrent, sectionPart, severestFirst, type MergedRow, type Part, type PersonInputs } from "#sections";
import { sectionTitle } from "#standards";
import { COLUMNS, isPlanSection, mergeKindOf, type Category, type CategorySection } from "./categories.ts";
import { COLUMN } from "./columns.ts";
import type { RowsPage } from "./deps.ts";
import { recordPage, type RecordContext, type RecordPage } from "./record-page.ts";
import { removedFrom, removedLines } from "./removed.ts";
import { differences, sensitiveTag, sourceLong, spanOf, statusHtml } from "./rows.ts";
import { coverage, headlineOf } from "./state.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.rows;

/** Rows of a section on a page that has it alone, and on one that has several. */
export const LIST_LIMIT = 50;
export const SHARED_LIMIT = 25;
/** Joined lists are read whole, or joining would depend on where a page ends. */
export const JOINED_LIMIT = 500;

/** How many rows of a section a page asks for. */
export function limitOf(category: Category, own: CategorySection): number {
  const kind = mergeKindOf(own.section);
  if (kind === "medicines" || kind === "allergies" || kind === "problems") return JOINED_LIMIT;
  return category.sections.length === 1 ? LIST_LIMIT : SHARED_LIMIT;
}

/** A list page. `pages` has one entry for each of the category's sections, in order; `lead` stands above them. */
export function listPage(context: RecordContext, inputs: PersonInputs, category: Category, pages: readonly RowsPage[], removals: readonly Removal[], paged: boolean, lead: Html | null = null): RecordPage {
  const joined = category.sections.some(({ section }) => mergeKindOf(section) !== "each");
  const main = html`${lead}${joined ? html`<p class="hint">${WORDS.leadRule}</p>` : null}${category.sections.map((own, index) => section(context, inputs, category, own, pages[index]!, removedFrom(removals, own), paged))}`;
  return recordPage(context, { title: category.title, group: category.group, slug: category.slug, main });
}

function section(context: RecordContext, inputs: PersonInputs, category: Category, own: CategorySection, page: RowsPage, removals: readonly Removal[], paged: boolean): Html {
  const kind = mergeKindOf(own.section);
  const part: Part = sectionPart(inputs, own.section, page, kind);
  const title = own.title ?? sectionTitle(own.section);
  const id = `s-${own.section}`;
  const listed = kind === "allergies" ? severestFirst(part.rows) : part.rows;
  const plans = isPlanSection(own.section);
  const { current, past } = plans ? inForce(listed) : { current: listed.filter(rowIsCurrent), past: listed.filter((row) => !rowIsCurrent(row)) };
  const shownIn = plans ? { ...context, replaced: replacedBy(page.entries) } : context;
  // Rows of different standing are never mixed where the difference is a safety matter.
  const apart = kind === "medicines" || kind === "allergies" || kind === "problems" || plans;
  // A page with nothing to list says at once what each source said.
  const whole = part.rows.length === 0 && category.sections.length === 1;
  const shownEntries = page.entries.length;
  return html`<section class="panel panel--list" id="${id}" aria-labelledby="h-${id}" data-announce="${title}: ${WORDS.totalShown(shownEntries, page.total)}"><div class="panel__head"><h2 id="h-${id}">${title}</h2>${page.total > 0 && html`<span class="panel__note">${WORDS.totalShown(shownEntries, page.total)}</span>`}<span class="panel__links"></span>${whole ? null : coverage(context, part.states)}</div>
${headlineOf(part.headline)}${whole ? coverage(context, part.states, true) : null}
${apart ? html`${table(shownIn, own, current, SAID.current(title))}${past.length > 0 && html`<h3 class="h3">${plans ? WORDS.pastPlans : WORDS.pastRows}</h3>${table(shownIn, own, past, SAID.past(title))}`}` : table(context, own, part.rows, title)}
${removedLines(context, removals)}${pager(context, category, own, page, paged)}</section>`;
}

/** Rows of a section as a table, in its columns. */
export function table(context: RecordContext, own: CategorySection, rows: readonly MergedRow[], caption: string): Html | null {
  if (rows.length === 0) return null;
  const columns = COLUMNS[own.section].map((column) => COLUMN[column]);
  // A column that nothing fills takes room from those that matter.
  const cells = rows.map((row) => columns.map((column) => column.cell(row.lead, context)));
  const used = columns.map((_, index) => cells.some((line) => !isEmpty(line[index])));
  return html`<table class="t t--list"><caption class="vh">${caption}</caption><thead><tr>${columns.map(({ title }, index) => used[index] && html`<th scope="col">${title}</th>`)}<th scope="col">${WORDS.status}</th><th scope="col">${WORDS.date}</th><th scope="col">${WORDS.source}</th></tr></thead><tbody>${rows.map((row, position) => {
    return html`<tr${row.lead.status === "entered-in-error" ? html` class="error-row"` : null}>${columns.map(({ title }, index) => used[index] && html`<td data-label="${title}"><div>${cells[position]![index]}${index === 0 ? html`${sensitiveTag(context, row)}${differences(context, row)}` : null}</div></td>`)}<td data-label="${WORDS.status}"><div>${statusHtml(context, row.lead)}</div></td><td data-label="${WORDS.date}" class="when"><div>${spanOf(row.lead)}</div></td><td data-label="${WORDS.source}"><div>${sourceLong(context, row)}</div></td></tr>`;
  })}</tbody></table>`;
}

const isEmpty = (content: unknown): boolean => content === "" || content === null || content === undefined || (typeof content === "object" && "text" in content && content.text === "");

function pager(context: RecordContext, category: Category, own: CategorySection, page: RowsPage, paged: boolean): Html | null {
  const id = `s-${own.section}`;
  if (category.sections.length > 1) {
    if (page.next === null) return null;
    return html`<p><a class="panel__more" href="${context.base}/section/${own.section}">${WORDS.showAll(page.total, own.title?.toLowerCase() ?? sectionTitle(own.section).toLowerCase())}</a></p>`;
  }
  if (page.next === null && !paged) return null;
  return html`<nav class="pager" aria-label="${SAID.pages(category.title)}">${paged && html`<a href="${context.base}/${category.slug}" data-swap="${id}">${WORDS.newest}</a>`}${page.next !== null && html`<a href="${context.base}/${category.slug}?before=${encodeURIComponent(page.next)}" data-swap="${id}">${WORDS.older}</a>`}</nav>`;
}
