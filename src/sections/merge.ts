/**
 * Joins what several sources say about the same thing into one row. Nothing is
 * dropped and nothing is decided in silence: every original stays in its row,
 * a difference is named with all its values, and the value that leads is the
 * newest recorded, a rule that the page states.
 */
import { localText } from "#platform";
import type { Entry, EntryLine } from "#record";
import { seriesKey } from "./series-key.ts";

export type MergeKind = "medicines" | "problems" | "allergies" | "results" | "documents" | "contacts" | "each";

export type Difference = {
  /** Name of what differs, for example `Dose`. */
  readonly attribute: string;
  /** Every value with the entry that says it; `null` where that source does not say. */
  readonly values: readonly { readonly value: string | null; readonly entry: Entry }[];
};

export type MergedRow = {
  /** The newest recorded entry: its values stand in the row. */
  readonly lead: Entry;
  /** All entries of the row, the lead first, newest first. */
  readonly entries: readonly Entry[];
  /** `same`: several sources agree; `differs`: they don't; `only-here`: one source. */
  readonly outcome: "same" | "differs" | "only-here";
  readonly differences: readonly Difference[];
  /** ODS codes, the lead's first. */
  readonly organisations: readonly string[];
  /** Something near that was not joined, for the reader to look at: `Another strength on record`. */
  readonly near: string | null;
};

/** When a source recorded something: what "newest recorded" goes by. */
export function recordedTime(entry: Entry): number {
  let time = times.get(entry);
  if (time === undefined) {
    const said = entry.recorded === null ? NaN : Date.parse(entry.recorded);
    time = Number.isNaN(said) ? (entry.sortTime ?? entry.received).getTime() : said;
    times.set(entry, time);
  }
  return time;
}

/** Sorting asks for the same time again and again. */
const times = new WeakMap<Entry, number>();

/** Newest recorded first; entries of the same time keep a fixed order. */
export function newestFirst(a: Entry, b: Entry): number {
  return recordedTime(b) - recordedTime(a) || b.received.getTime() - a.received.getTime() || (a.id < b.id ? -1 : 1);
}

const UNEVEN = /[\t\n\r,.;]| {2}|^ | $/;

/** Words without capitals and punctuation, for comparing. */
export function plain(text: string | undefined | null): string {
  if (text === undefined || text === null || text === "") return "";
  const lower = text.toLowerCase();
  return UNEVEN.test(lower) ? lower.replace(/[\s,.;]+/g, " ").trim() : lower;
}

/** `amoxicillin 500mg` and `Amoxicillin 500 mg` are the same words. */
const medicineName = (entry: Entry): string => plain(entry.display).replace(/(\d) (?=(?:mg|g|kg|ml|micrograms?|units?|%)\b)/g, "$1");

/** The ingredient's name: the words before the first strength. */
export function ingredient(entry: Entry): string {
  return medicineName(entry).split(/\s*\d/)[0]!.trim() || medicineName(entry);
}

/** Keys under which an entry may meet another; entries that share one are joined. What must never be crossed (laterality, specimen, unit) is in every key. */
function keysOf(kind: MergeKind, entry: Entry): readonly string[] {
  const { line } = entry;
  const code = entry.code === null ? null : `${entry.codeSystem ?? ""}|${entry.code}`;
  const side = plain(line.laterality);
  switch (kind) {
    case "medicines":
      return [`name:${medicineName(entry)}`, ...(code === null ? [] : [`code:${code}|${strengthOf(entry)}`])];
    case "problems":
      return [code === null ? `name:${plain(entry.display)}|${side}` : `code:${code}|${side}`, ...(code === null ? [] : [`name:${plain(entry.display)}|${side}`])];
    case "allergies":
      return [`name:${plain(entry.display)}`, ...(code === null ? [] : [`code:${code}`])];
    case "results":
      return [seriesKey(entry)];
    case "documents":
      return line.groupId === undefined ? [`id:${entry.id}`] : [`document:${line.groupId}`];
    case "contacts":
      return [`contact:${plain(line.name ?? entry.display)}|${plain(line.organisationName)}|${plain(line.professionalRole ?? line.relationship)}`];
    case "each":
      return [`id:${entry.id}`];
  }
}

/** Two codes alike with other strengths in the words are not one product: the dose would change. */
const strengthOf = (entry: Entry): string => medicineName(entry).match(/\d[\d.,]*\s?(?:mg|g|micrograms?|ml|units?|%)(?:\/[\w.]+)*/g)?.join("+") ?? "";

const COMPARED: Readonly<Record<MergeKind, readonly { readonly name: string; readonly of: (entry: Entry) => string | undefined }[]>> = {
  medicines: [lineOf("Dose", "dose"), lineOf("Frequency", "frequency"), lineOf("Route", "route"), { name: "Status", of: (entry) => (isCurrent(entry) ? "current" : "stopped or past") }],
  problems: [{ name: "Status", of: (entry) => (isCurrent(entry) ? "active" : "past") }, lineOf("Severity", "severity"), lineOf("Certainty", "certainty")],
  allergies: [
    lineOf("Reaction", "reaction"),
    lineOf("Severity", "severity"),
    lineOf("Criticality", "criticality"),
    lineOf("Certainty", "certainty"),
    { name: "Status", of: (entry) => (isCurrent(entry) ? "active" : "not active") },
  ],
  results: [],
  documents: [{ name: "Title", of: (entry) => entry.display }],
  contacts: [lineOf("Phone", "phone"), lineOf("Email", "email"), lineOf("Address", "address")],
  each: [],
};

function lineOf(name: string, key: "dose" | "frequency" | "route" | "severity" | "certainty" | "reaction" | "criticality" | "phone" | "email" | "address"): { name: string; of: (entry: Entry) => string | undefined } {
  return { name, of: (entry) => entry.line[key as keyof EntryLine] as string | undefined };
}

const NOT_CURRENT: ReadonlySet<string> = new Set([
  "completed", "stopped", "cancelled", "ended", "inactive", "resolved", "remission", "entered-in-error", "refuted", "not-taken", "past", "revoked", "finished", "superseded", "rejected", "nullified", "expired",
]);

/** True when the source's own status says that the fact stands today. Unknown words stand: hiding is the worse mistake. */
export function isCurrent(entry: Entry): boolean {
  return !NOT_CURRENT.has(entry.status) && entry.line.medicineKind !== "past" && entry.line.certainty !== "refuted" && entry.line.certainty !== "entered-in-error";
}

/** Joins entries of one kind; rows come in the order of their newest entry. Entries in = entries in rows. */
export function merge(kind: MergeKind, entries: readonly Entry[]): readonly MergedRow[] {
  const groups = joined(kind, entries);
  const rows = (kind === "medicines" ? groups.flatMap(byRoute) : groups).map((group) => rowOf(kind, group.length === 1 ? group : group.toSorted(newestFirst)));
  rows.sort((a, b) => newestFirst(a.lead, b.lead));
  return kind === "medicines" ? besideTheirKind(rows) : rows;
}

/** Entries that share a key, directly or through a third, in one group. */
function joined(kind: MergeKind, entries: readonly Entry[]): Entry[][] {
  if (kind === "each") return entries.map((entry) => [entry]);
  if (kind === "results" || kind === "documents" || kind === "contacts") {
    // One key an entry: a plain grouping.
    const byKey = new Map<string, Entry[]>();
    for (const entry of entries) {
      const key = keysOf(kind, entry)[0]!;
      const group = byKey.get(key);
      if (group === undefined) byKey.set(key, [entry]);
      else group.push(entry);
    }
    return [...byKey.values()];
  }
  const groupOfKey = new Map<string, { entries: Entry[]; keys: string[] }>();
  const groups = new Set<{ entries: Entry[]; keys: string[] }>();
  for (const entry of entries) {
    const keys = keysOf(kind, entry);
    let group: { entries: Entry[]; keys: string[] } = { entries: [], keys: [] };
    for (const key of keys) {
      const known = groupOfKey.get(key);
      if (known === undefined || known === group) continue;
      // The smaller of two groups moves into the larger.
      const [large, small] = known.entries.length >= group.entries.length ? [known, group] : [group, known];
      large.entries.push(...small.entries);
      large.keys.push(...small.keys);
      for (const moved of small.keys) groupOfKey.set(moved, large);
      groups.delete(small);
      group = large;
    }
    group.entries.push(entry);
    for (const key of keys) {
      groupOfKey.set(key, group);
      group.keys.push(key);
    }
    groups.add(group);
  }
  return [...groups].map((group) => group.entries);
}

/** One product by two routes is two medicines; a source that names no route joins the only route there is. */
function byRoute(group: Entry[]): Entry[][] {
  const routes = new Set(group.map((entry) => plain(entry.line.route)).filter((route) => route !== ""));
  if (routes.size < 2) return [group];
  const split = new Map<string, Entry[]>();
  for (const entry of group) {
    const route = plain(entry.line.route);
    const list = split.get(route);
    if (list === undefined) split.set(route, [entry]);
    else list.push(entry);
  }
  return [...split.values()];
}

function rowOf(kind: MergeKind, entries: readonly Entry[]): MergedRow {
  if (entries.length === 1) return { lead: entries[0]!, entries, outcome: "only-here", differences: [], organisations: [entries[0]!.organisation], near: null };
  const organisations = [...new Set(entries.map((entry) => entry.organisation))];
  // Each source's newest standing entry is what it says today; its older ones are history, not disagreement.
  const latest = organisations.map((organisation) => saysToday(entries, organisation));
  const lead = latest.toSorted(newestFirst)[0]!;
  if (organisations.length === 1) return { lead, entries, outcome: "only-here", differences: [], organisations, near: null };
  const differences: Difference[] = [];
  for (const { name, of } of COMPARED[kind]) {
    const values = latest.map((entry) => ({ value: of(entry) ?? null, entry }));
    const distinct = new Set(values.filter(({ value }) => value !== null).map(({ value }) => plain(value)));
    if (distinct.size < 2) continue;
    if (name === "Status" && !statusDisagrees(latest)) continue;
    differences.push({ attribute: name, values });
  }
  return { lead, entries, outcome: differences.length > 0 ? "differs" : "same", differences, organisations, near: null };
}

/** A course that ended before another source started its own is history; anything else is a disagreement. */
function statusDisagrees(latest: readonly Entry[]): boolean {
  const starts = latest.filter(isCurrent).map((entry) => entry.line.start ?? entry.line.onset ?? entry.when);
  const ends = latest.filter((entry) => !isCurrent(entry)).map((entry) => entry.line.end ?? null);
  return ends.some((end) => end === null || starts.some((start) => start === null || start === undefined || Date.parse(end) >= Date.parse(start) || Number.isNaN(Date.parse(end))));
}

/** Rows of one ingredient stand together, and say so when their strengths differ. */
function besideTheirKind(rows: readonly MergedRow[]): readonly MergedRow[] {
  const families = new Map<string, MergedRow[]>();
  for (const row of rows) {
    const name = ingredient(row.lead);
    const family = families.get(name);
    if (family === undefined) families.set(name, [row]);
    else family.push(row);
  }
  return [...families.values()].flatMap((family) => {
    const current = family.filter((row) => row.entries.some(isCurrent));
    if (current.length < 2) return family;
    return family.map((row) => (current.includes(row) ? { ...row, near: "Another product of this medicine is on record" } : row));
  });
}

/** True when the row stands today by what any source says now: a row that protects is never retired by one source alone. */
export function rowIsCurrent(row: MergedRow): boolean {
  return row.organisations.some((organisation) => isCurrent(saysToday(row.entries, organisation)));
}

/**
 * What an organisation says of a row today: its newest entry, where an act under
 * a standing item (one issue of a repeat, a supply, a dose given) is not the
 * item: a completed issue ends no medicine.
 */
export function saysToday(entries: readonly Entry[], organisation: string): Entry {
  const mine = entries.filter((entry) => entry.organisation === organisation);
  return mine.find((entry) => !isSingleAct(entry)) ?? mine[0]!;
}

const isSingleAct = (entry: Entry): boolean => entry.type === "MedicationDispense" || entry.type === "MedicationAdministration" || (entry.type === "MedicationRequest" && entry.line.kind === "order");

/** True when any source recorded or changed the row within the last `days`; the next issue of what stood before is no change of it. */
export function changedWithin(row: MergedRow, days: number, now: Date): boolean {
  const said = row.entries.filter((entry) => !isSingleAct(entry));
  return (said.length > 0 ? said : row.entries).some((entry) => now.getTime() - Date.parse(entry.line.start ?? entry.recorded ?? localText(entry.received)) < days * 86_400_000);
}
