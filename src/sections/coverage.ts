/** Which of the twelve states a section is in, at each source that could hold something. */
import { maySee } from "#decision";
import type { Entry } from "#record";
import type { SectionId } from "#standards";
import type { PersonInputs, SectionRows, SourceAtPerson, SourceStatement } from "./inputs.ts";
import { ASKED_NOT_TO_SHARE, type Assertion, type SourceState, type State } from "./states.ts";

/** True where a row states a fact; false for a coded "none" or "not asked". */
export function isPositive(entry: Entry): boolean {
  return entry.line.assertedNone !== true && entry.line.notAsked !== true;
}

/**
 * The state of one section at every source, in the order of the sources. A
 * section that the reader's role may not see has one state and says nothing of
 * its sources. Rows from an organisation that is not among the sources (one that
 * has left, the shared record itself) get a state too, so that none is unnamed.
 */
export function statesOf(inputs: PersonInputs, section: SectionId, rows: SectionRows | undefined): readonly SourceState[] {
  if (!maySee(inputs.decision, section)) {
    if (inputs.decision.askedNotToShare) return [{ state: "withheld-person", text: ASKED_NOT_TO_SHARE.section, section, organisation: "", organisationName: "", assertion: null, count: 0, newest: null, notes: [] }];
    return [{ state: "withheld-role", section, organisation: "", organisationName: "", assertion: null, count: 0, newest: null, notes: [] }];
  }
  const entriesBy = new Map<string, Entry[]>();
  for (const entry of rows?.entries ?? []) {
    const list = entriesBy.get(entry.organisation);
    if (list === undefined) entriesBy.set(entry.organisation, [entry]);
    else list.push(entry);
  }
  const held = new Map((rows?.heldBy ?? []).map((by) => [by.organisation, by]));
  const states: SourceState[] = [];
  for (const source of inputs.sources) {
    const strange = !source.known && source.heldApart === null && !source.failed && !inputs.statements.some((said) => said.organisation === source.organisation) && !entriesBy.has(source.organisation) && !held.has(source.organisation);
    if (strange) {
      states.push(stateOfStranger(inputs, section, source));
      continue;
    }
    const entries = entriesBy.get(source.organisation) ?? NO_ENTRIES;
    const by = held.get(source.organisation);
    let count = by?.count ?? entries.length;
    for (const entry of entries) if (!isPositive(entry) && count > 0) count -= 1;
    const statements = inputs.statements.length === 0 ? NO_STATEMENTS : inputs.statements.filter((said) => said.organisation === source.organisation && said.section === section);
    states.push(
      whole(
        stateAt(inputs, section, source, entries, count, statements),
        section,
        source.organisation,
        source.organisationName,
        assertionOf(entries, statements),
        count,
        by?.newest ?? null,
        statements.length === 0 ? NO_NOTES : statements.filter((said) => NOTED.has(said.kind)).map((said) => said.text),
      ),
    );
    if (by !== undefined) held.delete(source.organisation);
  }
  for (const by of held.values()) {
    if (by.count === 0) continue;
    const entry = entriesBy.get(by.organisation)?.[0];
    states.push({
      state: "has-data",
      assertion: null,
      section,
      organisation: by.organisation,
      organisationName: entry?.line.organisationName ?? by.organisation,
      count: by.count,
      newest: by.newest,
      notes: [],
    });
  }
  return states;
}

/** States of sources that do not know the person: the same for everybody while the feeds' times stand, and four in five of all. */
const strangers = new WeakMap<SourceAtPerson["feeds"], { readonly second: number; readonly asked: boolean; readonly bySection: Map<SectionId, SourceState> }>();

function stateOfStranger(inputs: PersonInputs, section: SectionId, source: SourceAtPerson): SourceState {
  // Whether a feed is late turns on the clock: by the second.
  const second = Math.floor(inputs.now.getTime() / 1000);
  const asked = inputs.decision.askedNotToShare;
  let known = strangers.get(source.feeds);
  if (known === undefined || known.second !== second || known.asked !== asked) strangers.set(source.feeds, (known = { second, asked, bySection: new Map() }));
  let state = known.bySection.get(section);
  if (state?.organisation !== source.organisation || state.organisationName !== source.organisationName) known.bySection.set(section, (state = whole(stateAt(inputs, section, source, NO_ENTRIES, 0, NO_STATEMENTS), section, source.organisation, source.organisationName, null, 0, null, NO_NOTES)));
  return state;
}

const NO_ENTRIES: readonly Entry[] = [];
const NO_STATEMENTS: readonly SourceStatement[] = [];
const NO_NOTES: readonly string[] = [];

/** Completes a state in place: a summary makes some two hundred of them, and copying each was a third of its cost. */
function whole(state: State, section: SectionId, organisation: string, organisationName: string, assertion: Assertion | null, count: number, newest: Date | null, notes: readonly string[]): SourceState {
  const full = state as { -readonly [Key in keyof SourceState]: SourceState[Key] };
  full.section = section;
  full.organisation = organisation;
  full.organisationName = organisationName;
  full.assertion = assertion;
  full.count = count;
  full.newest = newest;
  full.notes = notes;
  return full as SourceState;
}

const NOTED: ReadonlySet<SourceStatement["kind"]> = new Set(["confidential-items", "data-in-transit", "data-awaiting-filing"]);

function stateAt(inputs: PersonInputs, section: SectionId, source: SourceAtPerson, entries: readonly Entry[], count: number, statements: readonly SourceStatement[]): State {
  const feeds = suppliersOf(source, section);
  if (source.heldApart !== null && feeds.length > 0) return { state: "identity-doubt", why: source.heldApart.why };
  if (feeds.length === 0) return count > 0 ? { state: "has-data" } : entries.length > 0 ? said(entries, statements) : { state: "not-supplied" };
  if (source.failed) return { state: "no-answer", at: inputs.now, lastCopy: source.lastAnswer };
  // Asked before "not known": who has never sent anything has not said whom it knows.
  const unsent = feeds.find((feed) => feed.lastReceived === null);
  if (unsent !== undefined) return { state: "nothing-sent", wholly: feeds.every((feed) => feed.lastReceived === null), expectedEveryMinutes: unsent.expectedEveryMinutes };
  // The same words at every source that shows nothing, so that they do not say which one the person objected to.
  const unknown: State = inputs.decision.askedNotToShare ? { state: "withheld-person", text: ASKED_NOT_TO_SHARE.source } : { state: "not-known-to-source" };
  if (!source.known && count === 0) return unknown;
  if (statements.some((statement) => statement.kind === "no-record") && count === 0) return unknown;
  const late = lateFeed(feeds, inputs.now);
  if (late !== null) return { state: "stale", lastReceived: late.lastReceived!, expectedEveryMinutes: late.expectedEveryMinutes };
  if (count > 0) return { state: "has-data" };
  const confidential = statements.find((statement) => statement.kind === "confidential-items");
  const word = said(entries, statements);
  // A source that keeps items back can't be said to hold none.
  if (confidential !== undefined && word.state !== "asserted-none") return { state: "withheld-person", text: confidential.text };
  if (inputs.decision.askedNotToShare && word.state === "none-held") return { state: "withheld-person", text: ASKED_NOT_TO_SHARE.source };
  return word;
}

/** Which feeds of a list supply a section: asked some four hundred times a summary, of lists that live as long as the person is open. */
const suppliersBy = new WeakMap<SourceAtPerson["feeds"], Map<SectionId, SourceAtPerson["feeds"]>>();

function suppliersOf({ feeds }: SourceAtPerson, section: SectionId): SourceAtPerson["feeds"] {
  let bySection = suppliersBy.get(feeds);
  if (bySection === undefined) {
    bySection = new Map();
    for (const feed of feeds) for (const supplied of feed.supplies) bySection.set(supplied, [...(bySection.get(supplied) ?? []), feed]);
    suppliersBy.set(feeds, bySection);
  }
  return bySection.get(section) ?? NO_FEEDS;
}

const NO_FEEDS: SourceAtPerson["feeds"] = [];

/** The feed that is latest against its agreed interval, or `null` when all that ever sent are in time. */
function lateFeed(feeds: SourceAtPerson["feeds"], now: Date): SourceAtPerson["feeds"][number] | null {
  let worst: SourceAtPerson["feeds"][number] | null = null;
  let worstBy = 0;
  for (const feed of feeds) {
    if (feed.lastReceived === null) continue;
    const by = now.getTime() - feed.lastReceived.getTime() - feed.expectedEveryMinutes * 60_000;
    if (by > worstBy) {
      worst = feed;
      worstBy = by;
    }
  }
  return worst;
}

function assertionOf(entries: readonly Entry[], statements: readonly SourceStatement[]): Assertion | null {
  const none = entries.find((entry) => entry.line.assertedNone === true);
  if (none !== undefined) return { by: none.author, when: none.recorded ?? none.when, text: none.display, entryId: none.id };
  const stated = statements.find((statement) => statement.kind === "asserted-none");
  return stated === undefined ? null : { by: null, when: stated.received, text: stated.text, entryId: null };
}

function said(entries: readonly Entry[], statements: readonly SourceStatement[]): State {
  const assertion = assertionOf(entries, statements);
  if (assertion !== null) return { state: "asserted-none", assertion };
  const unasked = entries.find((entry) => entry.line.notAsked === true);
  if (unasked !== undefined) return { state: "not-asked", when: unasked.recorded ?? unasked.when, entryId: unasked.id };
  const statement = statements.find((one) => one.kind === "not-asked");
  if (statement !== undefined) return { state: "not-asked", when: statement.received, entryId: null };
  return { state: "none-held" };
}
