/** Rules that look at many accesses: a professional's day against peers, names browsed, attempts denied, many on one person, a little at a time for long. */
import { ACT, FLAG, isSeen, type Accesses, type Context } from "./columns.ts";
import { NOT_EXPLAINED, type Explained } from "./explain.ts";
import { edgeOf, usualOf, type Usual } from "./peers.ts";
import { bitOf, type RuleId } from "./rule-names.ts";
import type { Settings } from "./settings.ts";

const DAY = 86_400;

/** A pattern that stood out: of a professional on a day or over the whole time, or around a person. */
export type Pattern = {
  readonly rule: Extract<RuleId, "volume" | "prints" | "browsed" | "denied" | "many-on-one" | "serial" | "returning">;
  /** Row of `Staff.postings`; -1 for `many-on-one`. */
  readonly posting: number;
  /** Row of `Persons`, of `many-on-one` and `returning`; -1 for the others. */
  readonly person: number;
  /** First second of the day, or of the time looked at. */
  readonly since: number;
  readonly until: number;
  readonly count: number;
  /** What peers do: the median. */
  readonly usual: number;
  /** Accesses that make it up. */
  readonly rows: readonly number[];
};

/** What peers usually do, by role; made from the accesses, or brought along where only a part of them is at hand. */
export type Customs = { readonly volume: ReadonlyMap<number, Usual>; readonly prints: ReadonlyMap<number, Usual>; readonly browsed: ReadonlyMap<number, Usual>; readonly serial: ReadonlyMap<number, Usual> };

/** Days of postings as columns: eight million accesses make a million of them. */
type Days = { readonly size: number; readonly posting: number[]; readonly day: number[]; readonly persons: number[]; readonly prints: number[]; readonly browsed: number[]; readonly denied: number[] };

/**
 * @param dayStart seconds by which the local day begins later than midnight UTC
 * @param known customs of peers; `null`: taken from these accesses
 */
export function findPatterns(accesses: Accesses, context: Context, explained: Explained, fired: Int32Array, settings: Settings, dayStart: number, known: Customs | null): { patterns: Pattern[]; customs: Customs } {
  const { postings } = context.staff;
  const { thresholds } = settings;
  const browse = thresholds.browseMinutes * 60;
  const days = tally(accesses, context, browse, dayStart);
  const strangers = withoutTie(accesses, context, fired);
  const byRole = (values: readonly number[]): ReadonlyMap<number, Usual> => {
    const roles = new Map<number, number[]>();
    for (let at = 0; at < days.size; at++) {
      const role = postings.role[days.posting[at]!]!;
      (roles.get(role) ?? roles.set(role, []).get(role)!).push(values[at]!);
    }
    return new Map([...roles].map(([role, each]) => [role, usualOf(each)]));
  };
  const customs: Customs = known ?? {
    volume: byRole(days.persons), prints: byRole(days.prints), browsed: byRole(days.browsed),
    serial: new Map([...Map.groupBy(strangers, (each) => postings.role[each.posting]!)].map(([role, each]) => [role, usualOf(each.map(({ persons }) => persons))])),
  };
  const edges = { volume: edgesOf(customs.volume, thresholds.volume), prints: edgesOf(customs.prints, thresholds.prints), browsed: edgesOf(customs.browsed, thresholds.browsed) };
  const nobody: Usual = { median: 0, deviation: 0, of: 0 };
  const patterns: Pattern[] = [];
  const outliers = new Map<number, DayOutlier[]>();
  for (let at = 0; at < days.size; at++) {
    const role = postings.role[days.posting[at]!]!;
    const add = (rule: DayOutlier["rule"], count: number, usual: Usual | undefined): void => {
      const outlier: DayOutlier = { rule, posting: days.posting[at]!, person: -1, since: days.day[at]! * DAY + dayStart, until: (days.day[at]! + 1) * DAY + dayStart, count, usual: (usual ?? nobody).median, rows: [] };
      patterns.push(outlier);
      (outliers.get(outlier.posting) ?? outliers.set(outlier.posting, []).get(outlier.posting)!).push(outlier);
    };
    if (days.persons[at]! >= (edges.volume.get(role) ?? thresholds.volume.least)) add("volume", days.persons[at]!, customs.volume.get(role));
    if (days.prints[at]! >= (edges.prints.get(role) ?? thresholds.prints.least)) add("prints", days.prints[at]!, customs.prints.get(role));
    if (days.browsed[at]! >= (edges.browsed.get(role) ?? thresholds.browsed.least)) add("browsed", days.browsed[at]!, customs.browsed.get(role));
    if (days.denied[at]! >= thresholds.denied) add("denied", days.denied[at]!, undefined);
  }
  if (outliers.size > 0) collectRows(accesses, outliers, browse);
  for (const { posting, persons, rows } of strangers) {
    const usual = customs.serial.get(postings.role[posting]!) ?? nobody;
    if (persons >= edgeOf(usual, thresholds.serial)) patterns.push({ rule: "serial", posting, person: -1, since: accesses.at[rows[0]!]!, until: accesses.at[rows.at(-1)!]! + 1, count: persons, usual: usual.median, rows });
  }
  patterns.push(...gatherings(accesses, context, explained, settings), ...returns(accesses, context, explained, settings, dayStart));
  return { patterns, customs };
}

const edgesOf = (customs: ReadonlyMap<number, Usual>, rule: { readonly least: number; readonly spread: number }): ReadonlyMap<number, number> => new Map([...customs].map(([role, usual]) => [role, edgeOf(usual, rule)]));

/** What a posting does on the day that is being counted; used again for its next day. */
type Open = { day: number; persons: Set<number>; prints: number; denied: number; found: Map<number, number> };

/** Days of postings, with what each did. Accesses come in order of time, so a posting's day is open until its next one begins. */
function tally(accesses: Accesses, context: Context, browseSeconds: number, dayStart: number): Days {
  const days = { size: 0, posting: [] as number[], day: [] as number[], persons: [] as number[], prints: [] as number[], browsed: [] as number[], denied: [] as number[] };
  const current: (Open | undefined)[] = Array.from({ length: context.staff.postings.size }, () => undefined);
  const close = (posting: number, one: Open): void => {
    days.size++;
    days.posting.push(posting);
    days.day.push(one.day);
    days.persons.push(one.persons.size);
    days.prints.push(one.prints);
    days.denied.push(one.denied);
    days.browsed.push(one.found.size);
    one.persons.clear();
    one.found.clear();
    one.prints = one.denied = 0;
  };
  for (let row = 0; row < accesses.size; row++) {
    const posting = accesses.posting[row]!;
    const day = Math.floor((accesses.at[row]! - dayStart) / DAY);
    let one = current[posting];
    if (one === undefined) one = current[posting] = { day, persons: new Set(), prints: 0, denied: 0, found: new Map() };
    else if (one.day !== day) {
      close(posting, one);
      one.day = day;
    }
    const [act, person] = [accesses.act[row]!, accesses.person[row]!];
    if (act === ACT.refused) one.denied++;
    if (person < 0) continue;
    if (act === ACT.found && !one.persons.has(person)) one.found.set(person, accesses.at[row]!);
    if (act === ACT.print || act === ACT.export) one.prints++;
    if (isSeen(act)) {
      one.persons.add(person);
      const found = one.found.get(person);
      if (found !== undefined && accesses.at[row]! - found <= browseSeconds) one.found.delete(person);
    }
  }
  current.forEach((one, posting) => one !== undefined && close(posting, one));
  return days;
}

type DayOutlier = Pattern & { readonly rule: "volume" | "prints" | "browsed" | "denied"; readonly rows: number[] };

/** A second look at the days that stood out, for the accesses that make them up. */
function collectRows(accesses: Accesses, outliers: ReadonlyMap<number, readonly DayOutlier[]>, browseSeconds: number): void {
  const seen = new Map<DayOutlier, Map<number, number>>();
  for (let row = 0; row < accesses.size; row++) {
    const mine = outliers.get(accesses.posting[row]!);
    if (mine === undefined) continue;
    const [time, act, person] = [accesses.at[row]!, accesses.act[row]!, accesses.person[row]!];
    for (const outlier of mine) {
      if (time < outlier.since || time >= outlier.until) continue;
      if (outlier.rule === "denied" ? act === ACT.refused : outlier.rule === "prints" ? act === ACT.print || act === ACT.export : false) outlier.rows.push(row);
      if (person < 0 || outlier.rule === "denied" || outlier.rule === "prints") continue;
      const persons = seen.get(outlier) ?? seen.set(outlier, new Map()).get(outlier)!;
      if (outlier.rule === "volume") {
        if (isSeen(act) && !persons.has(person)) {
          persons.set(person, row);
          outlier.rows.push(row);
        }
      } else if (act === ACT.found && !persons.has(person)) persons.set(person, row);
      else if (isSeen(act)) {
        const found = persons.get(person);
        if (found === undefined || found < 0) persons.set(person, -1);
        else if (time - accesses.at[found]! <= browseSeconds) persons.set(person, -1);
      }
    }
  }
  for (const [outlier, persons] of seen) if (outlier.rule === "browsed") outlier.rows.push(...[...persons.values()].filter((row) => row >= 0).sort((a, b) => a - b));
}

const NO_TIE = bitOf("no-tie");

/** Persons of whom a posting saw something though nothing ties them to the employer, over the whole time: cover and late records leave a tie, curiosity none. */
function withoutTie(accesses: Accesses, context: Context, fired: Int32Array): { posting: number; persons: number; rows: number[] }[] {
  const byPosting: ({ persons: Set<number>; rows: number[] } | undefined)[] = Array.from({ length: context.staff.postings.size }, () => undefined);
  for (let row = 0; row < accesses.size; row++) {
    if (accesses.person[row]! < 0 || !isSeen(accesses.act[row]!)) continue;
    const mine = (byPosting[accesses.posting[row]!] ??= { persons: new Set(), rows: [] });
    if ((fired[row]! & NO_TIE) === 0) continue;
    mine.persons.add(accesses.person[row]!);
    mine.rows.push(row);
  }
  return byPosting.flatMap((each, posting) => (each === undefined ? [] : [{ posting, persons: each.persons.size, rows: each.rows }]));
}

/** Many professionals without explanation at one person in a few days: a ward's gossip, a name in the news. */
function gatherings(accesses: Accesses, context: Context, explained: Explained, settings: Settings): Pattern[] {
  const { professionals, days } = settings.thresholds.manyOnOne;
  const { byPerson } = explained;
  const found: Pattern[] = [];
  for (let person = 0; person < context.persons.size; person++) {
    let rows: number[] = [];
    const flush = (): void => {
      if (new Set(rows.map((row) => context.staff.postings.professional[accesses.posting[row]!])).size >= professionals) found.push({ rule: "many-on-one", posting: -1, person, since: accesses.at[rows[0]!]!, until: accesses.at[rows.at(-1)!]! + 1, count: new Set(rows.map((row) => context.staff.postings.professional[accesses.posting[row]!])).size, usual: 0, rows });
      rows = [];
    };
    for (let at = byPerson.from[person]!; at < byPerson.from[person + 1]!; at++) {
      const row = byPerson.rows[at]!;
      if (explained.by[row] !== NOT_EXPLAINED || !isSeen(accesses.act[row]!)) continue;
      if (rows.length > 0 && accesses.at[row]! > accesses.at[rows[0]!]! + days * DAY) flush();
      rows.push(row);
    }
    if (rows.length >= professionals) flush();
  }
  return found;
}

/** One professional at one person without explanation on several days. */
function returns(accesses: Accesses, context: Context, explained: Explained, settings: Settings, dayStart: number): Pattern[] {
  const { byPerson } = explained;
  const found: Pattern[] = [];
  for (let person = 0; person < context.persons.size; person++) {
    let bare: Map<number, number[]> | undefined;
    for (let at = byPerson.from[person]!; at < byPerson.from[person + 1]!; at++) {
      const row = byPerson.rows[at]!;
      if (explained.by[row] !== NOT_EXPLAINED || !isSeen(accesses.act[row]!)) continue;
      bare ??= new Map();
      const posting = accesses.posting[row]!;
      (bare.get(posting) ?? bare.set(posting, []).get(posting)!).push(row);
    }
    for (const [posting, rows] of bare ?? []) {
      const days = rows.length < settings.thresholds.returningDays ? 0 : new Set(rows.map((row) => Math.floor((accesses.at[row]! - dayStart) / DAY))).size;
      if (days >= settings.thresholds.returningDays) found.push({ rule: "returning", posting, person, since: accesses.at[rows[0]!]!, until: accesses.at[rows.at(-1)!]! + 1, count: days, usual: 0, rows });
    }
  }
  return found;
}

/** True where an access is judged, and not only there to give context to others. */
export const isFresh = (accesses: Accesses, row: number): boolean => (accesses.flags[row]! & FLAG.context) === 0;
