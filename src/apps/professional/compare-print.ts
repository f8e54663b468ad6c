/** Medicines of several sources side by side, for paper and file: the same comparison, groups, cells and silences as on screen. */
import { html } from "#platform";
import { wordsOf, type PersonInputs } from "#sections";
import { compared, medicineCell, paperCell, TITLES } from "./compare-page.ts";
import type { RowsPage } from "./deps.ts";
import type { PrintSection } from "./print-model.ts";
import { headlineWords, plainWords, printWords } from "./print-words.ts";
import type { RecordContext } from "./record-page.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.comparing;

/** @param chosen ODS codes of the sources; without any the fullest are taken, as on screen */
export function comparisonSection(context: RecordContext, inputs: PersonInputs, page: RowsPage, chosen: readonly string[]): PrintSection {
  const { columns, groups, leftOut, part, lacking, mayLack } = compared(inputs, page, chosen);
  context.shown.states(part.states);
  const shortened = [page.entries.length < page.total ? WORDS.printing.newestOf(page.entries.length, page.total) : "", leftOut > 0 ? SAID.leftOutOnPaper(leftOut) : ""].filter((each) => each !== "").join(" ");
  return {
    title: SAID.onPaper,
    headline: [...headlineWords(part.headline), ...plainWords(lacking.length === 0 ? "" : ` ${lacking.join(". ")}.`, true)],
    shortened: shortened === "" ? null : shortened,
    tables: groups.map(({ group, rows }) => ({
      heading: [TITLES[group].title, TITLES[group].hint].filter((each) => each !== "").join(". "),
      isEven: true,
      columns: [SAID.medicine, ...columns.map((column) => column.organisationName)].map((title) => ({ title, narrow: false })),
      rows: rows.map((row) => [printWords(html`${medicineCell(context, group, row)}`), ...row.cells.map((cell) => printWords(paperCell(context, row, cell, mayLack)))]),
    })),
    // Which silence a column of silences is, and what a list lacks that is late or has a record held apart: paper has no fold to open.
    told: columns.filter(({ state, count }) => count === 0 || state !== "has-data").map((column) => wordsOf(column, context.now)),
  };
}
