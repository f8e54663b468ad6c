/**
 * The path of a page view, on one screen. Each line is a file; `apps/professional/plugin.ts` walks it.
 *
 *  1. who is asking         session of the request, or sign-in              (platform, access)
 *  2. which person          person id of the address -> source patients     (identity)
 *  3. may they              decision: sections, labels, actions, policy     (access) -> or a refusal page, or a reason asked
 *  4. what is there         rows under row-level security, by section       (record)
 *  5. what is not           state of every section at every source          `coverage.ts`, words in `states.ts`
 *  6. what may be said      headline by the truth table, caveats by policy  `headline.ts`
 *  7. what belongs together same, differs, only here; nothing dropped       `merge.ts`
 *  8. what a page shows     view model                                      `summary.ts`, `demographics.ts`, `results.ts`
 *  9. markup                pure functions of the view model                (apps/professional)
 * 10. on record             audit entry of what the bytes show, durable     (audit)
 * 11. bytes leave
 */
import type { Entry } from "#record";
import type { SectionId } from "#standards";
import type { MergedRow } from "./merge.ts";
import type { SourceState, StateName } from "./states.ts";

/** What a page gave out: step 10 keeps it, so that an inquiry can say what was on screen and what was not. */
export type Shown = {
  readonly sections: readonly SectionId[];
  readonly entryIds: readonly string[];
  readonly states: readonly { readonly section: SectionId; readonly organisation: string; readonly state: StateName }[];
};

/** Gathers what one page shows while it is drawn. */
export class ShownBy {
  readonly #entries = new Set<string>();
  readonly #sections = new Set<SectionId>();
  readonly #states: { section: SectionId; organisation: string; state: StateName }[] = [];

  entry(entry: Pick<Entry, "id" | "section">): void {
    this.#entries.add(entry.id);
    this.#sections.add(entry.section);
  }
  /** Every original of a row is in the page, folded or not. */
  row(row: MergedRow): void {
    for (const entry of row.entries) this.entry(entry);
  }
  section(section: SectionId): void {
    this.#sections.add(section);
  }
  states(states: readonly SourceState[]): void {
    for (const { section, organisation, state, assertion } of states) {
      // A section that is kept back as a whole names no source and shows nothing.
      if (organisation !== "") this.#sections.add(section);
      this.#states.push({ section, organisation, state });
      if (assertion !== null && assertion.entryId !== null) this.#entries.add(assertion.entryId);
    }
  }
  done(): Shown {
    return { sections: [...this.#sections], entryIds: [...this.#entries], states: this.#states };
  }
}
