/**
 * The headline of a section: what is there, and the worst of what could be
 * missing. The truth table for allergies is the rule for every section; only the
 * words differ. A negative is never printed bare: where policy could withhold
 * such facts from this reader, or a record is held apart, the caveat is part of
 * the headline, and it comes from policy alone, whether or not anything is kept.
 */
import type { AccessDecision } from "#decision";
import type { SectionId } from "#standards";
import { ASKED_NOT_TO_SHARE, assertionWords, dayText, type SourceState, type StateName } from "./states.ts";
import { listed, NOUNS } from "./words.ts";
import { spanText } from "#platform";

export type Headline = {
  /** `amber` asks for care, `lock` is kept back by role. */
  readonly tone: "plain" | "grey" | "amber" | "lock";
  /** Facts that are listed under it. */
  readonly positives: number;
  /** What stands where no fact is listed; `null` when facts are. */
  readonly statement: string | null;
  /** What the reader must know beside it, most pressing first. Always drawn in the same block as the statement. */
  readonly cautions: readonly string[];
  /** True when one source lists facts and another asserts that there are none. */
  readonly disagree: boolean;
  /** False when a source that ought to supply the section did not answer, is late or has never sent anything. */
  readonly complete: boolean;
  /** Sources that ought to supply the section and have never sent anything: named in a caution or the statement. */
  readonly unsent: readonly string[];
};

/** Sections where nothing on record is no comfort: drawn amber, never as good news. */
const PROTECTING: ReadonlySet<SectionId> = new Set(["allergies", "alerts", "end-of-life", "safeguarding", "medicines", "risks"]);

/** The headline's words where the section has better ones than the general rule. */
const NONE_FOUND: Partial<Record<SectionId, (sources: number) => string>> = {
  allergies: (sources) => `No allergy information recorded by any of ${ofSources(sources)}`,
  "end-of-life": (sources) => `No decision found in the ${ofSources(sources)} that answered. This does not mean there is none`,
};

const ofSources = (count: number): string => `${count} ${count === 1 ? "source" : "sources"}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const NONE: readonly SourceState[] = [];

/** `positives` counts the facts that will be listed, `states` is the section's coverage. */
export function headlineOf(section: SectionId, states: readonly SourceState[], positives: number, decision: Pick<AccessDecision, "mayWithhold"> & Partial<Pick<AccessDecision, "askedNotToShare">>, now: Date): Headline {
  // One walk over the states: a summary asks for some twenty headlines of forty sources each.
  const of: Partial<Record<StateName, SourceState[]>> = {};
  const asserting: SourceState[] = [];
  for (const state of states) {
    (of[state.state] ??= []).push(state);
    if (state.assertion !== null && state.state !== "identity-doubt") asserting.push(state);
  }
  const among = (name: StateName): readonly SourceState[] => of[name] ?? NONE;
  if (among("withheld-role").length > 0) {
    return { tone: "lock", positives: 0, statement: "Not shown for your role", cautions: [], disagree: false, complete: true, unsent: [] };
  }
  if (among("withheld-person").some(({ organisation }) => organisation === "")) {
    return { tone: "lock", positives: 0, statement: ASKED_NOT_TO_SHARE.section, cautions: [], disagree: false, complete: true, unsent: [] };
  }
  const asked = decision.askedNotToShare === true;
  const silent = among("no-answer");
  const late = among("stale");
  const unsent = among("nothing-sent").map(unsentName);
  const apart = among("identity-doubt");
  // Said once for all of them, since it is the same at each.
  const kept = among("withheld-person").filter((state) => state.state === "withheld-person" && state.text !== ASKED_NOT_TO_SHARE.source);
  const complete = silent.length === 0 && late.length === 0 && unsent.length === 0;

  const silentWords = silent.length === 0 ? null : `${listed(silent.map((state) => state.organisationName))} did not answer`;
  const missing = [...(silentWords === null ? [] : [silentWords]), ...unsentWords(unsent), ...late.map((state) => lateWords(state, now))];

  const pastOnly = positives > 0 ? 0 : states.reduce((sum, state) => sum + state.count, 0);
  const cautions: string[] = [];
  let statement: string | null = null;
  let tone: Headline["tone"] = "plain";
  const disagree = positives > 0 && asserting.length > 0;
  if (positives > 0) {
    for (const state of asserting) cautions.push(`Sources disagree: ${state.organisationName} records ${lower(state.assertion!.text)}${state.assertion!.when === null ? "" : `, ${dayText(state.assertion!.when)}`}`);
    const lacking = [...missing, ...apart.map((state) => (state.count > 0 ? `another record at ${state.organisationName} is held apart` : `${state.organisationName} is held apart`))];
    if (lacking.length > 0) cautions.push(INCOMPLETE + lacking.join("; "));
  } else if (asserting.length > 0) {
    const first = asserting.toSorted((a, b) => timeOf(b) - timeOf(a))[0]!;
    const { assertion, organisationName } = first;
    statement = complete
      ? assertionWords(assertion!, organisationName)
      : `${assertion!.text} per ${organisationName} (${assertion!.when === null ? "date not given" : dayText(assertion!.when)}); ${missing.join("; ")}`;
    if (asserting.length > 1) cautions.push(`Also stated by ${listed(asserting.filter((state) => state !== first).map((state) => state.organisationName))}`);
    // An allergy that was struck off or has resolved still bears on "none known".
    if (pastOnly > 0) cautions.push(`${pastOnly} past or other ${pastOnly === 1 ? "entry" : "entries"} on record`);
    if (!complete || pastOnly > 0) tone = "amber";
  } else {
    const answered = states.filter((state) => state.state === "none-held" || state.state === "not-asked" || (state.state === "has-data" && state.count === 0)).length;
    tone = PROTECTING.has(section) ? "amber" : "grey";
    if (!complete) {
      statement = `${capital(NOUNS[section].many)} unknown: ${missing.join("; ")}`;
      tone = "amber";
    } else if (pastOnly > 0) {
      statement = `No current ${NOUNS[section].many} in the sources that answered; ${pastOnly} past or other ${pastOnly === 1 ? "entry" : "entries"} on record`;
    } else if (asked) {
      statement = `No ${NOUNS[section].one} entry is shown. This does not mean there are none`;
      tone = "amber";
    } else if (answered === 0) {
      const shared = states.some((state) => state.state !== "not-supplied");
      statement = `${capital(NOUNS[section].many)} unknown: ${shared ? "no source that shares them here knows this person or could be used" : "no source shares them here"}`;
    } else {
      statement = (NONE_FOUND[section] ?? ((count) => `No ${NOUNS[section].one} entry held by ${count === 1 ? "the one source" : `any of the ${count} sources`} that answered. This does not mean there are none`))(answered);
    }
  }
  if (positives === 0) for (const state of apart) cautions.push(`Held apart: ${state.state === "identity-doubt" ? state.why : ""} at ${state.organisationName} (see Details)`);
  for (const state of kept) cautions.push(`${state.organisationName}: ${state.state === "withheld-person" && state.text !== "" ? state.text : "some information is not shared"}`);
  for (const state of states) for (const note of state.notes) if (state.state !== "withheld-person") cautions.push(`${state.organisationName}: ${note}`);
  if (asked) cautions.push("The person has asked that some of the record is not shared");
  else if (decision.mayWithhold.has(section)) cautions.push(BY_ROLE);
  if (tone === "plain" && (disagree || !complete || apart.length > 0)) tone = "amber";
  return { tone, positives, statement, cautions, disagree, complete, unsent };
}

/**
 * One headline for a part of the summary that is drawn from several sections:
 * the first section's words lead, and nothing that another section must say
 * (late, silent, kept back by role) is lost.
 */
export function joinHeadlines(parts: readonly { readonly title: string; readonly headline: Headline }[]): Headline {
  const [first, ...others] = parts;
  const cautions = new Set(first!.headline.cautions);
  let { tone, disagree, complete } = first!.headline;
  const unsent = [...new Set(parts.flatMap(({ headline }) => headline.unsent))];
  for (const { title, headline } of others) {
    if (headline.statement !== null && (headline.tone === "lock" || !headline.complete)) cautions.add(`${title}: ${headline.statement}`);
    for (const caution of headline.cautions) cautions.add(caution);
    if (!headline.complete || headline.disagree) tone = "amber";
    disagree ||= headline.disagree;
    complete &&= headline.complete;
  }
  return { ...first!.headline, tone, disagree, complete, unsent, cautions: incompleteOnce([...cautions], unsent) };
}

/** The same headline where the page has named the sources that never sent: a panel counts them, and is not read past for their names. */
export function brief(headline: Headline): Headline {
  if (headline.cautions.length === 0) return headline;
  const [names] = unsentWords(headline.unsent);
  const few = names === undefined || headline.unsent.length < 2 ? null : `${headline.unsent.length} sources silent`;
  // A negative keeps its caveat in full; beside facts a few words do.
  return { ...headline, cautions: headline.cautions.map((caution) => (headline.statement === null && caution === BY_ROLE ? BY_ROLE_BRIEF : few === null ? caution : caution.replace(names!, few))) };
}

const BY_ROLE = "Some information may not be shown for your role";
const BY_ROLE_BRIEF = "Your role may not see all";

const INCOMPLETE = "May be incomplete: ";

/** What several sections lack is said once, each source named once. */
function incompleteOnce(cautions: readonly string[], unsent: readonly string[]): readonly string[] {
  const said = cautions.filter((caution) => caution.startsWith(INCOMPLETE)).flatMap((caution) => caution.slice(INCOMPLETE.length).split("; "));
  const lacking = said.length === 0 ? [] : [...said.filter((phrase) => !/ (?:has|have) sent nothing yet$/.test(phrase)), ...unsentWords(unsent)];
  if (lacking.length === 0) return cautions;
  const once = INCOMPLETE + [...new Set(lacking)].join("; ");
  const at = cautions.findIndex((caution) => caution.startsWith(INCOMPLETE));
  return cautions.map((caution, index) => (index === at ? once : caution)).filter((caution, index) => index === at || !caution.startsWith(INCOMPLETE));
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function timeOf(state: SourceState): number {
  const when = state.assertion?.when ?? null;
  return when === null ? 0 : typeof when === "string" ? Date.parse(when) || 0 : when.getTime();
}

function lateWords(state: SourceState, now: Date): string {
  if (state.state !== "stale") return "";
  return `${state.organisationName} updated ${spanText(now.getTime() - state.lastReceived.getTime())} ago`;
}

const MOST_UNSENT = 4;

/** Sources that have never sent, in one phrase: a young region has many, and each is named under Sources. */
function unsentWords(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.length <= MOST_UNSENT ? names : [...names.slice(0, MOST_UNSENT - 1), `${names.length - MOST_UNSENT + 1} other sources`];
  return [`${listed(shown)} ${names.length === 1 ? "has" : "have"} sent nothing yet`];
}

const unsentName = (state: SourceState): string => (state.state === "nothing-sent" && !state.wholly ? `${state.organisationName} (one of its feeds)` : state.organisationName);
