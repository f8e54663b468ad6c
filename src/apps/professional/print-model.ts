/**
 * What a print or download says (ACC-13; experience.md 6.4), once for paper from
 * a browser (`print-page.ts`) and for the file (`print-pdf.ts`): from the same
 * inputs, headlines, states and cells as the pages on screen.
 */
import { dateText, html, type Content } from "#platform";
import { ASKED_NOT_TO_SHARE, inForce, replacedBy, rowIsCurrent, sectionPart, severestFirst, wordsOf, type MergedRow, type PersonInputs } from "#sections";
import { formatNhsNumber, sectionTitle, type SectionId } from "#standards";
import { COLUMNS, isPlanSection, mergeKindOf } from "./categories.ts";
import { COLUMN } from "./columns.ts";
import type { RowsPage } from "./deps.ts";
import { comparisonSection } from "./compare-print.ts";
import { FIRST, type PrintOrder } from "./print-form.ts";
import { headlineWords, plainWords, printWords, type PrintWords } from "./print-words.ts";
import { queried } from "./query-page.ts";
import { isOfDoubted, nameText, organisationName, type RecordContext } from "./record-page.ts";
import { doubt, sensitiveTag, spanOf, statusWords } from "./rows.ts";
import { WORDS } from "./words/index.ts";

const SAID = WORDS.printing;

/** `narrow` columns hold a word or a date. */
export type PrintColumn = { readonly title: string; readonly narrow: boolean };
/** Rows of one standing; `heading` is `null` for those that stand first; `isEven`: all columns of one width. */
export type PrintTable = { readonly heading: string | null; readonly isEven: boolean; readonly columns: readonly PrintColumn[]; readonly rows: readonly (readonly PrintWords[])[] };
/** `headline` is never left out where nothing is listed; `told` are the states of sources that a reader must know. */
export type PrintSection = { readonly title: string; readonly headline: PrintWords; readonly shortened: string | null; readonly tables: readonly PrintTable[]; readonly told: readonly string[] };

export type PrintModel = {
  /** Initials alone: the title of a file is seen by those who may not see the record. */
  readonly title: string;
  readonly service: string;
  readonly name: string;
  /** On every page: name, date of birth, NHS number. */
  readonly person: string;
  /** On every page: by whom, when, what for, and that it holds for that time alone. */
  readonly maker: string;
  /** Behind the text of every page, seen and not read out. */
  readonly mark: string;
  readonly facts: readonly { readonly term: string; readonly words: string }[];
  /** How many sources answered, which did not, and whether something is kept back. */
  readonly strip: PrintWords;
  /** What was chosen, and that there is nothing else. */
  readonly chosen: string;
  readonly sections: readonly PrintSection[];
  readonly end: string;
};

/** Rows of a section at most, besides those in force; the document says where there are more. */
export const PRINT_LIMIT = 500;

/** Longest name in the line at the head of each page, where it may not push the text away; the first page has all of it. */
const LONGEST_HEAD = 90;

/** The document, from the rows of each chosen section in order, and of the medicines to be compared where that was chosen. Tells `context.shown` what it shows. */
export function printModel(context: RecordContext, inputs: PersonInputs, order: PrintOrder, pages: readonly RowsPage[], medicines: RowsPage | null): PrintModel {
  const { demographics, now, shell } = context;
  const { decision } = inputs;
  const { facts } = demographics;
  const number = facts.nhsNumber.lead?.value;
  const who = `${decision.actor.name}, ${decision.actor.roleName}, ${decision.actor.organisationName}`;
  const when = dateText(now.toISOString());
  const why = [order.reason.words, order.words].filter((part) => part !== "").join(": ");
  const name = nameText(demographics);
  const born = facts.dateOfBirth.lead === null ? WORDS.notRecorded : dateText(facts.dateOfBirth.lead.value);
  const nhsNumber = number === undefined ? WORDS.noNhsNumber : formatNhsNumber(number);
  const madeBy = SAID.madeBy[order.as];
  context.shown.section("person-demographics");
  const sections = order.sections.map((section, index) => printSection(context, inputs, section, pages[index]!));
  const chosen = order.sections.map((section) => sectionTitle(section));
  if (medicines !== null && order.comparison !== null) {
    // Behind what protects first, before the rest.
    const place = order.sections.filter((section) => FIRST.includes(section)).length;
    sections.splice(place, 0, comparisonSection(context, inputs, medicines, order.comparison));
    chosen.splice(place, 0, sections[place]!.title);
  }
  return {
    title: SAID.titleOf(name.replace(/[^A-Z]/g, "").slice(0, 2), shell.serviceName),
    service: shell.serviceName,
    name,
    person: SAID.head(name.length > LONGEST_HEAD ? `${name.slice(0, LONGEST_HEAD)}…` : name, born, nhsNumber),
    maker: SAID.maker(madeBy, who, when, why),
    mark: `${decision.actor.name} · ${when} · `,
    facts: [
      { term: SAID.born, words: born },
      { term: SAID.nhsNumber, words: `${nhsNumber}${number !== undefined && !demographics.nhsNumberVerified ? ` (${WORDS.unverified})` : ""}` },
      { term: madeBy, words: who },
      { term: SAID.at, words: SAID.validAt(when) },
      { term: SAID.why, words: why },
    ],
    strip: stripWords(context),
    chosen: SAID.chosen(chosen.join(", ")),
    sections,
    end: SAID.end,
  };
}

function stripWords({ strip }: RecordContext): PrintWords {
  const troubled = strip.troubled.map((source) => ` ${source.failed ? SAID.noAnswer(source.organisationName) : source.lastCopy === null ? SAID.nothingSent(source.organisationName) : SAID.sentLast(source.organisationName, dateText(source.lastCopy.toISOString()))}`).join("");
  const said = `${WORDS.frame.answered(strip.answered, strip.expected)}${troubled}${strip.heldApart > 0 ? ` ${SAID.heldApart(strip.heldApart)}` : ""}`;
  const kept = strip.askedNotToShare ? WORDS.askedNotToShare : strip.roleLimited ? WORDS.roleLimited : "";
  return [...plainWords(kept === "" ? said : `${said} `), ...plainWords(kept, strip.askedNotToShare)];
}

function printSection(context: RecordContext, inputs: PersonInputs, section: SectionId, page: RowsPage): PrintSection {
  const kind = mergeKindOf(section);
  const { rows, headline, states } = sectionPart(inputs, section, page, kind);
  context.shown.states(states);
  const told = states
    .filter((state) => state.state !== "has-data" && state.state !== "nothing-sent" && state.state !== "not-known-to-source" && state.state !== "not-supplied" && !(state.state === "withheld-person" && state.text === ASKED_NOT_TO_SHARE.source))
    .map((state) => wordsOf(state, context.now));
  return {
    title: sectionTitle(section),
    headline: headlineWords(headline),
    shortened: page.total > page.entries.length ? SAID.newestOf(page.entries.length, page.total) : null,
    tables: standings(context, section, kind === "allergies" ? severestFirst(rows) : rows, page),
    told: [...new Set(told)],
  };
}

/** As on screen: what holds now and what does not are never one table where the difference is a safety matter. */
function standings(context: RecordContext, section: SectionId, rows: readonly MergedRow[], page: RowsPage): readonly PrintTable[] {
  const kind = mergeKindOf(section);
  if (isPlanSection(section)) {
    const { current, past } = inForce(rows);
    const own = { ...context, replaced: replacedBy(page.entries) };
    return [...table(own, section, current, null), ...table(own, section, past, WORDS.pastPlans)];
  }
  if (kind !== "medicines" && kind !== "allergies" && kind !== "problems") return table(context, section, rows, null);
  return [...table(context, section, rows.filter(rowIsCurrent), null), ...table(context, section, rows.filter((row) => !rowIsCurrent(row)), WORDS.pastRows)];
}

function table(context: RecordContext, section: SectionId, rows: readonly MergedRow[], heading: string | null): readonly PrintTable[] {
  if (rows.length === 0) return [];
  const columns = COLUMNS[section].map((column) => COLUMN[column]);
  const cells = rows.map((row) => columns.map(({ cell }, index) => printWords(index === 0 ? html`${cell(row.lead, context)}${doubt(context, row)}${sensitiveTag(context, row)}` : cell(row.lead, context))));
  // A column that nothing fills takes room from those that matter.
  const used = columns.map((_, index) => cells.some((line) => line[index]!.length > 0));
  return [{
    heading,
    isEven: false,
    columns: [...columns.filter((_, index) => used[index]).map(({ title }) => ({ title, narrow: false })), { title: WORDS.status, narrow: true }, { title: WORDS.date, narrow: true }, { title: WORDS.source, narrow: false }],
    rows: rows.map((row, index) => [...cells[index]!.filter((_, column) => used[column]), printWords(statusWords(row.lead)), printWords(spanOf(row.lead)), printWords(sources(context, row))]),
  }];
}

/** Every original of a row with what it said where sources differ: paper has nothing to open. */
function sources(context: RecordContext, row: MergedRow): Content {
  context.shown.row(row);
  const differ = row.differences.map(({ attribute, values }) => `${attribute} differs: ${values.map(({ entry, value }) => `${organisationName(context, entry)} ${value}`).join("; ")}`);
  return html`${row.entries.map((entry, index) => html`${index > 0 ? html`<br>` : null}${organisationName(context, entry)}${isOfDoubted(context, entry) && ` (${WORDS.doubtful})`}, ${entry.author ?? WORDS.authorMissing}, ${entry.recorded === null ? `received ${dateText(entry.received.toISOString())}` : dateText(entry.recorded)}`)}${queried(context, row.entries)}${differ.map((words) => html`<br><strong>${words}</strong>`)}`;
}
