/**
 * The summary as a view model, in its fixed order: who, which sources answered,
 * allergies, escalation, alerts, medicines; then what changed, now, problems,
 * results, documents, about the person. Pure: same inputs, same summary.
 */
import { maySee } from "#decision";
import type { Entry } from "#record";
import type { SummaryView } from "#governance";
import { SECTIONS, sectionTitle, type SectionId } from "#standards";
import { careTeamOf, whomToRing, type Involved } from "./care-team.ts";
import { isPositive, statesOf } from "./coverage.ts";
import { demographicsOf, type Demographics } from "./demographics.ts";
import { headlineOf, joinHeadlines, type Headline } from "./headline.ts";
import type { PersonInputs, SectionRows, SummaryInputs } from "./inputs.ts";
import { changedWithin, isCurrent, merge, newestFirst, rowIsCurrent, type MergedRow, type MergeKind } from "./merge.ts";
import { replacedBy } from "./plans.ts";
import { flagOf, seriesOf, type Series } from "./results.ts";
import type { SourceState } from "./states.ts";

/** What the summary reads, with how many rows of each section at most. Sections that protect are read whole. */
export const SUMMARY_SECTIONS: readonly { readonly section: SectionId; readonly limit: number; readonly current?: boolean }[] = [
  { section: "allergies", limit: 500 },
  { section: "end-of-life", limit: 200 },
  { section: "alerts", limit: 200 },
  { section: "safeguarding", limit: 200 },
  { section: "legal-information", limit: 200 },
  { section: "medicines", limit: 60, current: true },
  { section: "admissions", limit: 20, current: true },
  { section: "services", limit: 30, current: true },
  { section: "referrals", limit: 20, current: true },
  { section: "appointments", limit: 30, current: true },
  { section: "problems", limit: 60, current: true },
  { section: "results", limit: 200 },
  { section: "documents", limit: 20 },
  { section: "contingency-plans", limit: 10, current: true },
  { section: "care-plan", limit: 10, current: true },
  { section: "additional-plans", limit: 10, current: true },
  { section: "about-me", limit: 10 },
  { section: "individual-requirements", limit: 20 },
  { section: "social-context", limit: 20 },
  { section: "personal-contacts", limit: 20 },
  { section: "professional-contacts", limit: 20 },
];

/** One part of the summary. */
export type Part = {
  readonly sections: readonly SectionId[];
  readonly headline: Headline;
  /** Coverage of every section of the part, for the details under it. */
  readonly states: readonly SourceState[];
  /** Rows that the part lists. */
  readonly rows: readonly MergedRow[];
  /** Rows that exist beside those listed (past, stopped, further down), reachable on the part's own page. */
  readonly further: number;
  /** All entries on record in these sections, for this reader. */
  readonly total: number;
};

export type SourceStrip = {
  readonly expected: number;
  readonly answered: number;
  /** Silent or late sources, worst first, in words of their own. */
  readonly troubled: readonly { readonly organisationName: string; readonly failed: boolean; readonly lastCopy: Date | null; readonly expectedEveryMinutes: number | null }[];
  readonly newest: Date | null;
  readonly heldApart: number;
  /** True when policy shows this role less than everything: by role, never by what there is. */
  readonly roleLimited: boolean;
  /** The person has asked that some of the record is not shared. */
  readonly askedNotToShare: boolean;
};

export type Changed = {
  readonly since: Date | null;
  readonly total: number;
  readonly counts: readonly { readonly section: SectionId; readonly count: number }[];
  readonly latest: readonly Entry[];
};

export type Summary = {
  readonly view: SummaryView;
  readonly demographics: Demographics;
  readonly strip: SourceStrip;
  readonly allergies: Part;
  readonly escalation: Part & { readonly twoDecisions: boolean };
  readonly alerts: Part;
  readonly medicines: Part & { readonly changedIn30Days: number };
  readonly changed: Changed;
  readonly now: Part & { readonly admissions: readonly Entry[]; readonly services: readonly Entry[]; readonly referrals: readonly Entry[]; readonly appointments: readonly Entry[]; /** Whom to ring first, of all who are involved. */ readonly ring: readonly Involved[]; /** The stay that ended last, of the last weeks. */ readonly left: Entry | null };
  readonly problems: Part;
  readonly results: Part & { readonly series: readonly Series[] };
  readonly documents: Part;
  readonly plans: Part;
  readonly about: Part;
  /** Needs that the banner carries: hearing, interpreter, reasonable adjustments. */
  readonly needs: readonly Entry[];
};

/** For how long the last stay in hospital is news, and how many stand under "whom to ring". */
const LEFT_DAYS = 90;
const RING_FIRST = 3;

/** Decisions about resuscitation and escalation; of two that differ, neither may win. */
const ESCALATION: ReadonlySet<string> = new Set(["dnacpr", "for-cpr", "respect", "adrt"]);

/** True when a row with a span stands now. */
export function stands(entry: Entry, now: Date): boolean {
  if (!isCurrent(entry)) return false;
  const end = entry.line.end === undefined ? NaN : Date.parse(entry.line.end);
  return Number.isNaN(end) || end + 86_400_000 > now.getTime();
}

/** Builds the whole summary. */
export function summaryOf(inputs: SummaryInputs): Summary {
  const { rows, now, decision } = inputs;
  const entriesOf = (section: SectionId): readonly Entry[] => (maySee(decision, section) ? (rows.get(section)?.entries ?? []) : []);
  const positives = (section: SectionId): readonly Entry[] => entriesOf(section).filter(isPositive);

  const allergyRows = merge("allergies", positives("allergies"));
  const allergies = severestFirst(allergyRows.filter(rowIsCurrent));

  const wishes = merge("each", [...positives("end-of-life"), ...positives("legal-information").filter((entry) => entry.line.decision === "adrt")]);
  const decisions = wishes.filter((row) => isDecision(row.lead) && stands(row.lead, now));
  const otherWishes = wishes.filter((row) => !isDecision(row.lead) && stands(row.lead, now));

  const alertEntries = [...positives("alerts"), ...positives("safeguarding"), ...positives("legal-information").filter((entry) => entry.line.decision !== "adrt")];
  const alertRows = merge("each", alertEntries);
  const alerts = alertRows.filter((row) => stands(row.lead, now)).toSorted((a, b) => newestFirst(a.lead, b.lead));

  const medicineRows = merge("medicines", positives("medicines"));
  const medicines = ledBy(inputs.view, medicineRows.filter(rowIsCurrent));

  const problemRows = merge("problems", positives("problems"));
  const problems = problemRows.filter(rowIsCurrent);

  const series = seriesOf(positives("results")).toSorted((a, b) => leads(inputs.view, b) - leads(inputs.view, a) || abnormal(b) - abnormal(a));
  const planRows = merge("each", [...positives("contingency-plans"), ...positives("care-plan"), ...positives("additional-plans")]);
  const replaced = replacedBy(planRows.map((row) => row.lead));
  const plans = planRows.filter((row) => stands(row.lead, now) && !replaced.has(row.lead.id));
  const documentRows = merge("documents", positives("documents"));

  const admissions = positives("admissions").filter((entry) => stands(entry, now) && entry.status !== "planned");
  const services = positives("services").filter((entry) => stands(entry, now));
  const referrals = positives("referrals").filter((entry) => stands(entry, now));
  const appointments = positives("appointments")
    .filter((entry) => entry.sortTime !== null && entry.sortTime > now && isCurrent(entry))
    .toSorted((a, b) => a.sortTime!.getTime() - b.sortTime!.getTime());
  const left = positives("admissions").filter((entry) => entry.status === "finished" && now.getTime() - Date.parse(entry.line.end ?? "") < LEFT_DAYS * 86_400_000).toSorted((a, b) => Date.parse(b.line.end!) - Date.parse(a.line.end!))[0] ?? null;
  const ring = whomToRing(careTeamOf([...positives("professional-contacts"), ...services], now), RING_FIRST);
  const nowRows = merge("each", [...admissions, ...services, ...referrals, ...appointments]);

  const about = [...merge("each", [...positives("about-me"), ...positives("social-context")]), ...merge("contacts", positives("personal-contacts"))];
  return {
    view: inputs.view,
    demographics: demographicsOf(inputs.sources),
    strip: stripOf(inputs, rows),
    allergies: part(inputs, rows, ["allergies"], allergies, allergyRows.length - allergies.length),
    escalation: {
      ...part(inputs, rows, ["end-of-life", "legal-information"], [...decisions, ...otherWishes], wishes.length - decisions.length - otherWishes.length, decisions.length + otherWishes.length),
      twoDecisions: new Set(decisions.map((row) => row.lead.line.decision).map((code) => (code === "respect" || code === "adrt" ? null : code)).filter((code) => code !== null)).size > 1,
    },
    alerts: part(inputs, rows, ["alerts", "safeguarding", "legal-information"], alerts, alertRows.length - alerts.length),
    medicines: { ...part(inputs, rows, ["medicines"], medicines, medicineRows.length - medicines.length), changedIn30Days: medicines.filter((row) => changedWithin(row, 30, now)).length },
    changed: changedOf(inputs),
    now: { ...part(inputs, rows, ["admissions", "services", "referrals", "appointments"], nowRows, 0), admissions, services, referrals, appointments, ring, left },
    problems: part(inputs, rows, ["problems"], problems, problemRows.length - problems.length),
    results: { ...part(inputs, rows, ["results"], series.map(({ row }) => row), 0), series },
    documents: part(inputs, rows, ["documents"], pinned(documentRows, now), 0),
    plans: part(inputs, rows, ["contingency-plans", "care-plan", "additional-plans"], plans, planRows.length - plans.length),
    about: part(inputs, rows, ["about-me", "social-context", "personal-contacts"], about, 0),
    needs: positives("individual-requirements").filter((entry) => stands(entry, now)),
  };
}

const isDecision = (entry: Entry): boolean => entry.line.decision !== undefined && ESCALATION.has(entry.line.decision);

function part(inputs: PersonInputs, rows: ReadonlyMap<SectionId, SectionRows>, sections: readonly SectionId[], listed: readonly MergedRow[], further: number, positives = listed.length): Part {
  const states = sections.flatMap((section) => statesOf(inputs, section, rows.get(section)));
  const headlines = sections.map((section) => ({
    title: sectionTitle(section),
    headline: headlineOf(section, states.filter((state) => state.section === section), positives, inputs.decision, inputs.now),
  }));
  // Rows beyond the limit are not loaded, so "further" counts merged rows that are, and entries that are not.
  const unloaded = sections.reduce((sum, section) => sum + Math.max(0, (rows.get(section)?.total ?? 0) - (rows.get(section)?.entries.length ?? 0)), 0);
  return {
    sections,
    headline: joinHeadlines(headlines),
    states,
    rows: listed,
    further: further + unloaded,
    total: sections.reduce((sum, section) => sum + (maySee(inputs.decision, section) ? (rows.get(section)?.total ?? 0) : 0), 0),
  };
}

/** The view of one section on a page of its own: the same coverage, headline and rows as on the summary. */
export function sectionPart(inputs: PersonInputs, section: SectionId, rows: SectionRows, kind: MergeKind): Part {
  const entries = maySee(inputs.decision, section) ? rows.entries : [];
  const merged = merge(kind, entries.filter(isPositive));
  // Which page of a long section is open must not change what its headline says.
  return part(inputs, new Map([[section, rows]]), [section], merged, 0, Math.max(merged.length, rows.total - (rows.entries.length - entries.filter(isPositive).length)));
}

const SEVERE = /anaphyla|severe|life[- ]threat|fatal|high/i;
/** Allergies that threaten life stand first, in the order given otherwise. */
export function severestFirst(rows: readonly MergedRow[]): readonly MergedRow[] {
  return rows.toSorted((a, b) => severity(b) - severity(a));
}

const severity = (row: MergedRow): number => (row.entries.some(({ line }) => SEVERE.test(`${line.severity ?? ""} ${line.criticality ?? ""} ${line.reaction ?? ""}`)) ? 1 : 0);
const abnormal = (one: Series): number => (flagOf(one.latest) === null ? 0 : 1);

/** What the role's view puts first among the current medicines; the others keep their order. */
function ledBy({ medicines }: SummaryView, rows: readonly MergedRow[]): readonly MergedRow[] {
  if (medicines === undefined) return rows;
  const first = (row: MergedRow): number => Number(medicines === "anticipatory-first" ? row.entries.some((entry) => entry.line.medicineKind === "anticipatory") : row.outcome === "differs" || row.near !== null);
  return rows.toSorted((a, b) => first(b) - first(a));
}

/** 1 where the role's view names the test. */
const leads = ({ results = [] }: SummaryView, { latest }: Series): number => Number(results.some((name) => latest.display.toLowerCase().includes(name)));

/** A discharge summary of the last 90 days stands first: it is what crews and wards look for. */
function pinned(rows: readonly MergedRow[], now: Date): readonly MergedRow[] {
  const recent = (row: MergedRow): number =>
    /discharge/i.test(`${row.lead.line.documentType ?? ""} ${row.lead.display}`) && row.lead.sortTime !== null && now.getTime() - row.lead.sortTime.getTime() < 90 * 86_400_000 ? 1 : 0;
  return rows.toSorted((a, b) => recent(b) - recent(a));
}

/** Which sources answered, for the strip under the banner of every page. */
export function stripOf(inputs: PersonInputs, rows?: ReadonlyMap<SectionId, SectionRows>): SourceStrip {
  const { sources, decision, now } = inputs;
  const expected = sources.filter((source) => source.feeds.length > 0);
  const troubled = expected
    .map((source) => {
      const late = source.feeds.find((feed) => feed.lastReceived === null || now.getTime() - feed.lastReceived.getTime() > feed.expectedEveryMinutes * 60_000);
      return { source, late };
    })
    .filter(({ source, late }) => source.failed || late !== undefined)
    .toSorted((a, b) => Number(b.source.failed) - Number(a.source.failed))
    .map(({ source, late }) => ({
      organisationName: source.organisationName,
      failed: source.failed,
      lastCopy: source.failed ? source.lastAnswer : (late?.lastReceived ?? null),
      expectedEveryMinutes: late?.expectedEveryMinutes ?? null,
    }));
  const answers = [...sources.map((source) => source.lastAnswer), ...[...(rows?.values() ?? [])].map((one) => one.entries.reduce<Date | null>((newest, entry) => (newest === null || entry.received > newest ? entry.received : newest), null))];
  const newest = answers.reduce<Date | null>((a, b) => (b !== null && (a === null || b > a) ? b : a), null);
  return {
    expected: expected.length,
    // A source that has never sent anything has not answered: it is named beside the count, and not in it.
    answered: expected.filter((source) => !source.failed && source.feeds.some((feed) => feed.lastReceived !== null)).length,
    troubled,
    newest,
    heldApart: sources.filter((source) => source.heldApart !== null).length,
    askedNotToShare: decision.askedNotToShare,
    roleLimited: decision.mayWithhold.size > 0 || SECTIONS.some(({ id }) => !maySee(decision, id)),
  };
}

function changedOf(inputs: SummaryInputs): Changed {
  const counts = new Map<SectionId, number>();
  const visible = inputs.changedSince.filter((entry) => maySee(inputs.decision, entry.section));
  for (const entry of visible) counts.set(entry.section, (counts.get(entry.section) ?? 0) + 1);
  return {
    since: inputs.lastOpenedByOrganisation,
    total: visible.length,
    counts: SECTIONS.flatMap(({ id }) => (counts.has(id) ? [{ section: id, count: counts.get(id)! }] : [])),
    latest: visible.slice(0, 10),
  };
}
