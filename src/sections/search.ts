/**
 * Search in a record as a view model: which kinds of thing are told together, and
 * what may be said where nothing was found. "No match" never stands alone: it
 * names who answered, who did not, and what policy could keep back.
 */
import { maySee } from "#decision";
import type { DocumentHit, DocumentHits, EntryHit, EntryHits } from "#record";
import { SECTIONS, type SectionId } from "#standards";
import type { PersonInputs } from "./inputs.ts";
import type { SourceStrip } from "./summary.ts";
import { agoText } from "./states.ts";
import { listed } from "./words.ts";

export type SearchKindId = "medicine" | "allergy" | "problem" | "result" | "document" | "contact" | "person" | "plan" | "other";

/** One kind of thing that is looked for; together they hold every section. */
export type SearchKind = { readonly id: SearchKindId; readonly title: string; readonly sections: readonly SectionId[]; /** Values of one test stand as one line. */ readonly byTest: boolean };

const NAMED: readonly SearchKind[] = [
  { id: "medicine", title: "Medicines", sections: ["medicines", "vaccinations"], byTest: false },
  { id: "allergy", title: "Allergies and alerts", sections: ["allergies", "alerts", "risks", "safeguarding"], byTest: false },
  { id: "problem", title: "Problems and procedures", sections: ["problems", "procedures", "pregnancy", "family-history"], byTest: false },
  { id: "result", title: "Results and observations", sections: ["results", "examinations", "requests"], byTest: true },
  { id: "document", title: "Documents", sections: ["documents"], byTest: false },
  { id: "contact", title: "Contacts and services", sections: ["admissions", "discharges", "contacts", "appointments", "referrals", "services", "assessments", "support-reason", "formulation", "equipment"], byTest: false },
  { id: "person", title: "People involved", sections: ["professional-contacts", "personal-contacts"], byTest: false },
  { id: "plan", title: "Plans and wishes", sections: ["care-plan", "contingency-plans", "additional-plans", "requested-actions", "end-of-life", "legal-information", "about-me", "individual-requirements"], byTest: false },
];
export const SEARCH_KINDS: readonly SearchKind[] = [...NAMED, { id: "other", title: "Other entries", sections: SECTIONS.map(({ id }) => id).filter((id) => NAMED.every(({ sections }) => !sections.includes(id))), byTest: false }];

/** What somebody typed, taken apart: words to look for, and filters as words (`kind:result`, `author:nurse`, `author:"Ada Pell"`). */
export type TypedSearch = { readonly words: string; readonly kind: SearchKind | null; /** A kind that there is not, as it was typed. */ readonly noKind: string | null; readonly author: string };

export function readTyped(typed: string): TypedSearch {
  let [kind, noKind]: [SearchKind | null, string | null] = [null, null];
  const authors: string[] = [];
  const words = typed.replace(/(^|\s)(kind|author):\s*(?:"([^"]*)"|([^\s"]+))/giu, (_whole, _before, filter: string, quoted: string | undefined, bare: string | undefined) => {
    const value = quoted ?? bare ?? "";
    if (filter.toLowerCase() === "author") authors.push(value);
    else {
      kind = kindNamed(value);
      noKind = kind === null ? value : null;
    }
    return " ";
  });
  return { words: words.replace(/\s+/g, " ").trim(), kind, noKind, author: authors.join(" ") };
}

/** A kind by its id, one or several of it, or by the beginning of a word of its title. */
function kindNamed(value: string): SearchKind | null {
  const word = value.toLowerCase();
  if (word === "") return null;
  return SEARCH_KINDS.find(({ id }) => word === id || word === `${id}s`) ?? SEARCH_KINDS.find(({ title }) => title.toLowerCase().split(" ").some((part) => part.startsWith(word))) ?? null;
}

/** One thing that was found: an entry, the newest of several, or a page of a document. */
export type SearchHit = EntryHit & { readonly words: Pick<DocumentHit, "page" | "pages" | "part" | "text"> | null };

export type FoundOfKind = {
  readonly kind: SearchKind;
  /** Lines that there are; `hits` are the newest of them. */
  readonly lines: number;
  /** Entries that these lines stand for. */
  readonly entries: number;
  readonly hits: readonly SearchHit[];
  /** There may be more than were looked through. */
  readonly more: boolean;
};

/** What was found, by kind. Documents found by their words and by the line of their entry are one list, each once. */
export function foundByKind(kinds: readonly SearchKind[], entries: readonly EntryHits[], documents: DocumentHits, limit: number): readonly FoundOfKind[] {
  return kinds.map((kind, index): FoundOfKind => {
    const found = entries[index]!;
    const rows = found.hits.map((hit): SearchHit => ({ ...hit, words: null }));
    if (kind.id !== "document") return { kind, lines: found.lines, entries: found.entries, hits: rows, more: found.more };
    const byWords = new Map(documents.hits.map((hit) => [hit.entry.id, hit]));
    const all: SearchHit[] = [...documents.hits.map(({ entry, ...words }): SearchHit => ({ entry, count: 1, words })), ...rows.filter(({ entry }) => !byWords.has(entry.id))];
    const time = ({ entry }: SearchHit): number => entry.sortTime?.getTime() ?? -Infinity;
    const lines = found.lines + documents.documents - documents.alsoByRow;
    return { kind, lines, entries: lines, hits: all.toSorted((a, b) => time(b) - time(a) || (a.entry.id < b.entry.id ? -1 : 1)).slice(0, limit), more: found.more };
  }).filter(({ hits }) => hits.length > 0);
}

/** What stands under the results whatever was found: who did not answer, what was not searched, what policy could keep back. Made of sources and policy alone. */
export function searchCautions(inputs: PersonInputs, strip: SourceStrip, unread: number, kinds: readonly SearchKind[]): readonly string[] {
  const cautions: string[] = [];
  const silent = strip.troubled.filter((source) => source.failed);
  if (silent.length > 0) cautions.push(`${listed(silent.map(({ organisationName }) => organisationName))} did not answer`);
  const unsent = strip.troubled.filter((source) => !source.failed && source.lastCopy === null);
  if (unsent.length > 0) cautions.push(`${unsent.length > 3 ? `${unsent.length} sources have` : `${listed(unsent.map(({ organisationName }) => organisationName))} ${unsent.length === 1 ? "has" : "have"}`} sent nothing yet`);
  for (const { organisationName, lastCopy } of strip.troubled.filter((source) => !source.failed && source.lastCopy !== null)) cautions.push(`${organisationName} is late: newest ${agoText(lastCopy!, inputs.now)}`);
  if (strip.heldApart > 0) cautions.push(`${strip.heldApart === 1 ? "1 record is" : `${strip.heldApart} records are`} held apart and not searched (see Details)`);
  const hidden = kinds.filter(({ sections }) => sections.every((section) => !maySee(inputs.decision, section)));
  if (hidden.length > 0) cautions.push(`Not searched, since your role does not see them: ${listed(hidden.map(({ title }) => title.toLowerCase()))}`);
  if (unread > 0 && kinds.some(({ id }) => id === "document")) cautions.push(`${unread} ${unread === 1 ? "document was" : "documents were"} not searched by their words: scanned pictures, or not read yet`);
  if (inputs.decision.askedNotToShare) cautions.push("The person has asked that some of the record is not shared");
  else if (strip.roleLimited) cautions.push("Some information may not be shown for your role");
  return cautions;
}

/** `No match in the 7 sources that answered.` */
export function noMatchWords(strip: Pick<SourceStrip, "answered">): string {
  return strip.answered === 0 ? "Nothing could be searched: no source has answered." : `No match in the ${strip.answered === 1 ? "one source" : `${strip.answered} sources`} that answered. This does not mean that there is nothing.`;
}
