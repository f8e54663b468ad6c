/**
 * The twelve states that a section can be in at one source. The list is closed:
 * a section that shows nothing says which of these it is, so that silence is
 * never read as "none". `wordsOf` has the words of every state and is the only
 * place that has them; a new state does not compile until it has words and looks.
 */
import { dateText, everyText, localText, spanText } from "#platform";
import type { SectionId } from "#standards";
import { NOUNS } from "./words.ts";

export const STATES = [
  "has-data",
  "asserted-none",
  "none-held",
  "not-asked",
  "not-supplied",
  "nothing-sent",
  "not-known-to-source",
  "no-answer",
  "stale",
  "withheld-role",
  "withheld-person",
  "identity-doubt",
] as const;
export type StateName = (typeof STATES)[number];

/** Where the person has asked that something is not shared: what nothing means then, at a source and of a whole section. Never says what it is. */
export const ASKED_NOT_TO_SHARE = {
  source: "shows nothing here. It may have nothing, or the person has asked that it is not shared",
  section: "Not shown: your role does not see this, or the person has asked that it is not shared",
} as const;

/** A source's own words that there is nothing, for example "No known allergies". */
export type Assertion = { readonly by: string | null; readonly when: string | Date | null; readonly text: string; readonly entryId: string | null };

/** What each state needs to be said in full. */
export type State =
  | { readonly state: "has-data" }
  | { readonly state: "asserted-none"; readonly assertion: Assertion }
  | { readonly state: "none-held" }
  | { readonly state: "not-asked"; readonly when: string | Date | null; readonly entryId: string | null }
  | { readonly state: "not-supplied" }
  /** A feed that ought to supply the section never sent anything of anybody; `wholly` where none of the source's feeds of it did. Nothing can be said of whom the source knows. */
  | { readonly state: "nothing-sent"; readonly wholly: boolean; readonly expectedEveryMinutes: number }
  | { readonly state: "not-known-to-source" }
  | { readonly state: "no-answer"; readonly at: Date; readonly lastCopy: Date | null }
  | { readonly state: "stale"; readonly lastReceived: Date; readonly expectedEveryMinutes: number }
  | { readonly state: "withheld-role" }
  | { readonly state: "withheld-person"; readonly text: string }
  | { readonly state: "identity-doubt"; readonly why: string };

/** The state of one section at one source; rows that it holds are shown whatever the state. */
export type SourceState = State & {
  /** The source's assertion of none, whatever the state: a late or contradicted assertion is still on record. */
  readonly assertion: Assertion | null;
  readonly section: SectionId;
  /** ODS code; empty where the state is the whole section's (`withheld-role`). */
  readonly organisation: string;
  readonly organisationName: string;
  /** Rows of this section that the source holds, assertions of "none" apart. */
  readonly count: number;
  readonly newest: Date | null;
  /** What the source said beside: items kept back as confidential, a record in transit, items not filed yet. */
  readonly notes: readonly string[];
};

/** How a state looks: `plain` asks nothing of the reader, `grey` is an absence, `lock` is kept back, `amber` asks for care. */
export const LOOKS: Readonly<Record<StateName, "plain" | "tick" | "grey" | "lock" | "amber">> = {
  "has-data": "plain",
  "asserted-none": "tick",
  "none-held": "grey",
  "not-asked": "grey",
  "not-supplied": "grey",
  "nothing-sent": "amber",
  "not-known-to-source": "grey",
  "no-answer": "amber",
  stale: "amber",
  "withheld-role": "lock",
  "withheld-person": "lock",
  "identity-doubt": "amber",
};

/** Worst first: what a section's headline must not leave out. */
export const WORST_FIRST: readonly StateName[] = [
  "identity-doubt",
  "no-answer",
  "nothing-sent",
  "stale",
  "withheld-role",
  "withheld-person",
  "not-asked",
  "none-held",
  "asserted-none",
  "not-supplied",
  "not-known-to-source",
  "has-data",
];

/** The words of a state, for staff. `now` is when the page is made. */
export function wordsOf(state: SourceState, now: Date): string {
  const name = state.organisationName;
  const noun = NOUNS[state.section];
  switch (state.state) {
    case "has-data":
      return countWords(state);
    case "asserted-none":
      return assertionWords(state.assertion, name);
    case "none-held":
      return `${name} holds no ${noun.one} entry. This does not mean there are none.`;
    case "not-asked":
      return `Not asked (${name}${state.when === null ? "" : `, ${dayText(state.when)}`})`;
    case "not-supplied":
      return `${name} does not share ${noun.many} here`;
    case "nothing-sent":
      return `${name} has sent nothing yet${state.wholly ? "" : ` on one of its feeds of ${noun.many}`}; expected ${everyText(state.expectedEveryMinutes)}`;
    case "not-known-to-source":
      return `Not known to ${name}`;
    case "no-answer":
      return `${name} did not answer at ${localText(state.at).slice(11)}. ${state.lastCopy === null ? "No copy is held." : `Last copy ${agoText(state.lastCopy, now)}.`}`;
    case "stale":
      return `${name} updated ${spanText(now.getTime() - state.lastReceived.getTime())} ago; expected ${everyText(state.expectedEveryMinutes)}`;
    case "withheld-role":
      return "Not shown for your role";
    case "withheld-person":
      if (state.text === ASKED_NOT_TO_SHARE.section) return state.text;
      if (state.text === ASKED_NOT_TO_SHARE.source) return `${name} ${state.text}`;
      return state.text === "" ? `${name}: some information is not shared` : `${name}: ${state.text}`;
    case "identity-doubt":
      // The same organisation may know this person, and have another record that may be theirs.
      if (state.count > 0) return `${countWords(state)}. Another record there is held apart: ${state.why} (see Details)`;
      return `Held apart: ${state.why} at ${name} (see Details)`;
    default:
      return never(state);
  }
}

const countWords = (state: SourceState): string => `${state.organisationName}: ${state.count} ${state.count === 1 ? "entry" : "entries"}${state.newest === null ? "" : `, newest ${dateText(localText(state.newest).slice(0, 10))}`}`;

/** `No known allergies – recorded by A. Khan, Elm Surgery, 12-Mar-2026`. */
export function assertionWords(assertion: Assertion, organisationName: string): string {
  const who = assertion.by === null ? organisationName : `${assertion.by}, ${organisationName}`;
  return `${assertion.text} – recorded by ${who}${assertion.when === null ? ", date not given" : `, ${dayText(assertion.when)}`}`;
}

function never(state: never): never {
  throw new Error(`states: no words for ${JSON.stringify(state)}`);
}

/** The day alone. */
export const dayText = (when: string | Date): string => dateText((typeof when === "string" ? when : localText(when)).slice(0, 10));

/** `14:02 today`, or the day and time. */
export function agoText(when: Date, now: Date): string {
  const text = localText(when);
  return text.slice(0, 10) === localText(now).slice(0, 10) ? `${text.slice(11)} today` : dateText(text);
}
