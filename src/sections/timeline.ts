/**
 * The record along time as a view model: lanes with bars for what lasts, marks for
 * what happens, clusters where there is more than can be told apart, and the same
 * again as rows. An empty lane says who answered: no mark is no proof of nothing.
 */
import { maySee } from "#decision";
import type { Counted, Entry, Held, Period } from "#record";
import { SECTIONS, type SectionId } from "#standards";
import { isPositive, statesOf } from "./coverage.ts";
import type { PersonInputs, SectionRows } from "./inputs.ts";
import { isCurrent, merge, type MergedRow, type MergeKind } from "./merge.ts";
import type { SourceState } from "./states.ts";
import { listed } from "./words.ts";

export type LaneId = "attendances" | "problems" | "medicines" | "results" | "documents" | "social-care" | "mental-health" | "plans";

export type Lane = { readonly id: LaneId; readonly title: string; readonly sections: readonly SectionId[]; readonly kind: MergeKind };

/** What somebody does with a person: told in the lane of who did it. */
const CARE: readonly SectionId[] = ["admissions", "discharges", "contacts", "appointments", "referrals", "services"];
const CARE_IN_DEPTH: readonly SectionId[] = [...CARE, "assessments", "support-reason", "formulation", "equipment", "risks"];

export const LANES: readonly Lane[] = [
  { id: "attendances", title: "Admissions and attendances", sections: CARE, kind: "each" },
  { id: "problems", title: "Problems and procedures", sections: ["problems", "procedures", "pregnancy"], kind: "problems" },
  { id: "medicines", title: "Medicines", sections: ["medicines", "vaccinations"], kind: "medicines" },
  { id: "results", title: "Results and observations", sections: ["results", "examinations"], kind: "each" },
  { id: "documents", title: "Documents", sections: ["documents"], kind: "documents" },
  { id: "social-care", title: "Social care", sections: CARE_IN_DEPTH, kind: "each" },
  { id: "mental-health", title: "Mental health", sections: CARE_IN_DEPTH, kind: "each" },
  { id: "plans", title: "Plans, wishes and legal", sections: ["care-plan", "contingency-plans", "additional-plans", "requested-actions", "end-of-life", "legal-information"], kind: "each" },
];

/** Lanes that hold one kind of organisation only; what it does with a person is in no other lane. */
const OWN_LANE: Readonly<Record<string, LaneId>> = { "local-authority": "social-care", "mental-health": "mental-health" };

export const TIMELINE_SECTIONS: readonly SectionId[] = [...new Set(LANES.flatMap(({ sections }) => sections))];
/** What lasts: it may have begun before the period. */
export const LASTING_SECTIONS: readonly SectionId[] = ["problems", "pregnancy", "medicines", "admissions", "services", "equipment", "care-plan", "contingency-plans", "additional-plans", "end-of-life", "legal-information"];

/** The lane of a section at a kind of organisation; `null`: it has none (what a practice assesses stands under Care). */
export function laneOf(section: SectionId, organisationType: string): Lane | null {
  const own = OWN_LANE[organisationType];
  if (own !== undefined && CARE_IN_DEPTH.includes(section)) return LANES.find(({ id }) => id === own)!;
  return LANES.find(({ id, sections }) => id !== "social-care" && id !== "mental-health" && sections.includes(section)) ?? null;
}

/** Rows of a lane that are told one by one; with more, clusters. */
export const MOST_ROWS = 40;
const DAY = 86_400_000;
/** Parts that a period is cut into for clusters. */
export const PARTS = 30;

/** Something that lasted or happened. `start` and `end` are instants; `ongoing` has no end. */
export type TimelineRow = { readonly row: MergedRow; readonly start: number; readonly end: number | null; readonly ongoing: boolean };
/** Entries that lie close together. */
export type Cluster = { readonly count: number; readonly first: Date; readonly last: Date; readonly organisations: readonly string[] };

export type LaneView = {
  readonly lane: Lane;
  /** Entries in the period, those that began before it included. */
  readonly entries: number;
  /** Entries of the period that are neither among the rows nor in a cluster: too many for one day. */
  readonly unread: number;
  readonly rows: readonly TimelineRow[];
  readonly clusters: readonly Cluster[];
  /** What stands where the lane is empty, and what a reader must know beside what there is. */
  readonly statement: string | null;
  readonly cautions: readonly string[];
  readonly locked: boolean;
};

export type TimelineView = {
  readonly from: Date;
  readonly until: Date;
  readonly lanes: readonly LaneView[];
  /** Entries in what is shown, and all that there are for this reader. */
  readonly shown: number;
  readonly total: number;
  /** Entries without a date, which no timeline can hold. */
  readonly undated: number;
};

export type TimelineInputs = {
  readonly held: readonly Held[];
  readonly period: Period;
  readonly from: Date;
  readonly until: Date;
  /** Lanes that were chosen; `null`: all. */
  readonly lanes: ReadonlySet<LaneId> | null;
  /** Whether a source's own entries are asked for. */
  readonly organisationChosen: (organisation: string) => boolean;
};

/** The whole view. Pure: same inputs, same timeline. */
export function timelineOf(inputs: PersonInputs, { held, period, from, until, lanes, organisationChosen }: TimelineInputs): TimelineView {
  const sourceOf = new Map(inputs.sources.flatMap((source) => source.sourcePatients.map((each) => [each.sourcePatientId, source] as const)));
  const laneAt = (section: SectionId, sourcePatientId: string): LaneId | null => laneOf(section, sourceOf.get(sourcePatientId)?.type ?? "")?.id ?? null;
  const heldIn = held.filter((each) => laneAt(each.section, each.sourcePatientId) !== null);
  const views = LANES.filter(({ id }) => lanes === null || lanes.has(id)).map((lane) => {
    const mine = <T extends { readonly section: SectionId; readonly sourcePatientId: string }>(all: readonly T[]): readonly T[] => all.filter((each) => laneAt(each.section, each.sourcePatientId) === lane.id);
    return laneView(inputs, lane, mine(period.entries), mine(period.earlier), mine(period.counts), mine(held), from, until.getTime() - from.getTime(), (id) => sourceOf.get(id)?.organisation ?? "", organisationChosen);
  });
  return { from, until, lanes: views, shown: views.reduce((sum, { entries }) => sum + entries, 0), total: heldIn.reduce((sum, { count }) => sum + count, 0), undated: heldIn.reduce((sum, { undated }) => sum + undated, 0) };
}

/** The sections of which there is something, in the order of the catalogue. */
export function sectionsHeld(held: readonly Held[]): readonly SectionId[] {
  const sections = new Set(held.filter(({ count }) => count > 0).map(({ section }) => section));
  return SECTIONS.map(({ id }) => id).filter((id) => sections.has(id));
}

function laneView(inputs: PersonInputs, lane: Lane, entries: readonly Entry[], earlier: readonly Entry[], counts: readonly Counted[], held: readonly Held[], from: Date, length: number, organisationOf: (sourcePatientId: string) => string, chosen: (organisation: string) => boolean): LaneView {
  const inPeriod = counts.reduce((sum, { count }) => sum + count, 0);
  const whole = entries.length === inPeriod;
  const merged = merge(lane.kind, [...entries, ...earlier].filter(isPositive));
  // A day is never cut into clusters: a cluster of a day leads to that day, which then has to show its rows.
  const clustered = length > DAY && (!whole || merged.length > MOST_ROWS);
  // What began before stands as itself beside clusters: it is what the period is about.
  const rows = (clustered ? merge(lane.kind, earlier.filter(isPositive)).slice(0, MOST_ROWS) : merged).map((row) => spanOfRow(row, from)).toSorted((a, b) => b.start - a.start || (a.row.lead.id < b.row.lead.id ? -1 : 1));
  const total = inPeriod + earlier.length;
  return { lane, entries: total, unread: clustered ? 0 : inPeriod - entries.length, rows, clusters: clustered ? clustersOf(counts, organisationOf) : [], ...said(inputs, lane, held, total, organisationOf, chosen) };
}

/** From the earliest that any source says to the latest; a row that stands today has no end. */
function spanOfRow(row: MergedRow, from: Date): TimelineRow {
  const starts = row.entries.map((entry) => timeOf(entry.line.start ?? entry.line.onset) ?? entry.sortTime?.getTime() ?? from.getTime());
  const ends = row.entries.map((entry) => timeOf(entry.line.end)).filter((end) => end !== null);
  const lasts = row.entries.some((entry) => LASTING.has(entry.section));
  const ongoing = lasts && ends.length === 0 && row.entries.some((entry) => isCurrent(entry) && entry.section !== "end-of-life");
  return { row, start: Math.min(...starts), end: ends.length === 0 ? null : Math.max(...ends), ongoing };
}

const LASTING: ReadonlySet<SectionId> = new Set(LASTING_SECTIONS);

function timeOf(text: string | undefined): number | null {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function clustersOf(counts: readonly Counted[], organisationOf: (sourcePatientId: string) => string): readonly Cluster[] {
  return [...Map.groupBy(counts, ({ part }) => part).values()]
    .map((all) => ({
      count: all.reduce((sum, { count }) => sum + count, 0),
      first: new Date(Math.min(...all.map(({ first }) => first.getTime()))),
      last: new Date(Math.max(...all.map(({ last }) => last.getTime()))),
      organisations: [...new Set(all.map(({ sourcePatientId }) => organisationOf(sourcePatientId)))].toSorted(),
    }))
    .toSorted((a, b) => b.last.getTime() - a.last.getTime());
}

/** What may be said of a lane, from the states of its sections at the sources that were asked for. */
function said(inputs: PersonInputs, lane: Lane, held: readonly Held[], entries: number, organisationOf: (sourcePatientId: string) => string, chosen: (organisation: string) => boolean): Pick<LaneView, "statement" | "cautions" | "locked"> {
  const seen = lane.sections.filter((section) => maySee(inputs.decision, section));
  if (seen.length === 0) return { statement: inputs.decision.askedNotToShare ? "Not shown: your role does not see this, or the person has asked that it is not shared" : "Not shown for your role", cautions: [], locked: true };
  const ofLane = (state: SourceState): boolean => {
    const type = inputs.sources.find(({ organisation }) => organisation === state.organisation)?.type ?? "";
    return chosen(state.organisation) && laneOf(state.section, type)?.id === lane.id;
  };
  const states = seen.flatMap((section) => statesOf(inputs, section, rowsHeld(section, held, organisationOf))).filter(ofLane);
  const names = (...which: readonly SourceState["state"][]): string[] => [...new Set(states.filter(({ state }) => which.includes(state)).map(({ organisationName }) => organisationName))];
  const answered = names("has-data", "asserted-none", "none-held", "not-asked");
  const cautions: string[] = [];
  const [silent, late, unsent, apart, kept] = [names("no-answer"), names("stale"), names("nothing-sent"), names("identity-doubt"), names("withheld-person")];
  if (silent.length > 0) cautions.push(`${listed(silent)} did not answer`);
  if (late.length > 0) cautions.push(`${listed(late)} ${late.length === 1 ? "is" : "are"} late`);
  if (unsent.length > 0) cautions.push(`${unsent.length > 3 ? `${unsent.length} sources have` : `${listed(unsent)} ${unsent.length === 1 ? "has" : "have"}`} sent nothing yet`);
  if (apart.length > 0) cautions.push(`A record at ${listed(apart)} is held apart (see Details)`);
  if (inputs.decision.askedNotToShare) cautions.push("The person has asked that some of the record is not shared");
  else {
    if (kept.length > 0) cautions.push(`${listed(kept)}: some information is not shared`);
    if (seen.length < lane.sections.length || seen.some((section) => inputs.decision.mayWithhold.has(section))) cautions.push("Some information may not be shown for your role");
  }
  const statement = entries > 0 ? null : answered.length === 0 ? "Unknown: no source that shares this here has answered about this person" : `No entries from ${answered.length > 4 ? `the ${answered.length} sources that answered` : listed(answered)} in this period`;
  return { statement, cautions, locked: false };
}

/** What is held of a section, as coverage reads it. */
function rowsHeld(section: SectionId, held: readonly Held[], organisationOf: (sourcePatientId: string) => string): SectionRows {
  const mine = held.filter((each) => each.section === section);
  const heldBy = [...Map.groupBy(mine, (each) => organisationOf(each.sourcePatientId))].map(([organisation, all]) => ({ organisation, count: all.reduce((sum, { count }) => sum + count, 0), newest: all.reduce<Date | null>((newest, { last }) => (last !== null && (newest === null || last > newest) ? last : newest), null) }));
  return { section, total: heldBy.reduce((sum, { count }) => sum + count, 0), entries: [], newest: null, heldBy };
}
