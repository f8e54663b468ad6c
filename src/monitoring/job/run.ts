/** Judges accesses as they are recorded: rounds over what is new, with what came before as context, by the very engine that judges a quarter. */
import { setTimeout as sleep } from "node:timers/promises";
import { listAccesses, listAccessesByActors, listAccessesById, listAccessesToPersons, listLastAccesses, NOBODY, type AccessLine } from "#audit";
import type { Region } from "#governance";
import { log, type Clock, type Pool, type Sql } from "#platform";
import { ACT, isSeen } from "../engine/columns.ts";
import { assess, type Assessed } from "../engine/assess.ts";
import { NOT_EXPLAINED } from "../engine/explain.ts";
import { gather, type Gathered } from "../engine/gather.ts";
import type { Customs } from "../engine/patterns.ts";
import { isFresh } from "../engine/patterns.ts";
import { bitOf } from "../engine/rule-names.ts";
import { monitoringOf, type RegionMonitoring } from "../region-monitoring.ts";
import { gatherFacts, isJudged } from "./facts.ts";
import { makeAlerts } from "./make-alerts.ts";
import { offsetOf } from "./rota.ts";
import { escalateOverdue, keepAlerts, keepBareAccesses, keepDayCounts, keepProgress, lookedAgain, readBareAccesses, readCustoms, readLookAgain, readProgress, type BareAccess, type DayCount } from "./store.ts";

const DAY = 86_400_000;
/** Entries are stamped before they are committed, and a spool may bring them late: what was read is read again for so long. All writes are of the kind that can be done twice. */
const OVERLAP_MS = 15 * 60_000;
/** Judged in one transaction. */
const CHUNK = 1000;

export type Round = { judged: number; alerts: number; escalated: number };

/** Rounds until `stop.stopped`; nothing where the region has no monitoring. */
export async function runMonitoring(pool: Pool, region: Region, clock: Clock, everyMs: number, stop: { stopped: boolean }): Promise<void> {
  const monitoring = monitoringOf(region);
  if (monitoring === null) return;
  const known = new Map<string, number>();
  while (!stop.stopped) {
    try {
      const { judged, alerts, escalated } = await takeRound(pool, region, monitoring, clock.now(), stop, known);
      if (alerts > 0 || escalated > 0) log("info", "monitoring.round", { judged, alerts, escalated });
    } catch (error) {
      log("error", "monitoring.round", { error: (error as Error).message });
    }
    for (const until = Date.now() + everyMs; Date.now() < until && !stop.stopped; ) await sleep(Math.min(250, everyMs));
  }
}

/**
 * One round: what was recorded since the last one, then the alerts of which more can be known by now, then what is overdue.
 * @param known entries that this process has judged, with when they were recorded: what is read again is not judged again
 */
export async function takeRound(pool: Pool, region: Region, monitoring: RegionMonitoring, now: Date, stop: { stopped: boolean } = { stopped: false }, known = new Map<string, number>()): Promise<Round> {
  const round: Round = { judged: 0, alerts: 0, escalated: 0 };
  const organisations = region.organisations.map((each) => each.odsCode);
  const before = await readProgress(pool);
  let from = before === null ? new Date(now.getTime() - monitoring.settings.lookBackDays * DAY) : new Date(before.getTime() - OVERLAP_MS);
  while (!stop.stopped) {
    const lines = await listAccesses(pool, organisations, from, now, CHUNK);
    const isLast = lines.length < CHUNK;
    const until = isLast ? now : lines.at(-1)!.recorded;
    const fresh = lines.filter((each) => !known.has(each.entryId));
    round.alerts += await judge(pool, region, monitoring, fresh, now, (sql) => keepProgress(sql, until));
    round.judged += fresh.length;
    for (const each of fresh) known.set(each.entryId, each.recorded.getTime());
    if (isLast) break;
    // A thousand entries of one millisecond would be read for ever.
    from = until > from ? until : new Date(from.getTime() + 1);
  }
  for (const [entryId, recorded] of known) if (recorded < now.getTime() - 2 * OVERLAP_MS) known.delete(entryId);
  const again = await readLookAgain(pool, now, 200);
  if (again.length > 0) round.alerts += await judge(pool, region, monitoring, await listAccessesById(pool, again.flatMap((each) => each.entries)), now, (sql) => lookedAgain(sql, again));
  round.escalated = await pool.transaction((sql) => escalateOverdue(sql, now));
  return round;
}

/** Judges these accesses and keeps what came of it, in one transaction with `done`. */
async function judge(pool: Pool, region: Region, monitoring: RegionMonitoring, lines: readonly AccessLine[], now: Date, done: (sql: Sql) => Promise<void>): Promise<number> {
  const fresh = lines.filter((each) => isJudged(region, each));
  if (fresh.length === 0) {
    await pool.transaction(done);
    return 0;
  }
  const { settings } = monitoring;
  const earliest = fresh.reduce((least, each) => (each.recorded < least ? each.recorded : least), now);
  const dayStart = -offsetOf(earliest, region.timeZone);
  const midnight = new Date((Math.floor((earliest.getTime() / 1000 - dayStart) / 86_400) * 86_400 + dayStart) * 1000);
  const latest = fresh.reduce((most, each) => (each.recorded > most ? each.recorded : most), earliest);
  const freshDays = new Set(fresh.map((each) => region.dayOf(each.recorded)));
  // Whole days of the actors, and what colleagues do soon after: what came much later is no context, and at a first run there is much of it.
  const [endOfDay, afterwards] = [earlier(now, new Date(latest.getTime() + 25 * 3_600_000)), earlier(now, new Date(latest.getTime() + settings.consultationDays * DAY))];
  const actors = [...new Set(fresh.map((each) => each.actorId))];
  const persons = [...new Set(fresh.map((each) => each.personId))].filter((each) => each !== NOBODY);
  const reach = Math.max(settings.repeatDays, settings.consultationDays, settings.thresholds.manyOnOne.days);
  const [ofDay, ofPersons, last, bare] = await Promise.all([
    listAccessesByActors(pool, actors, midnight, endOfDay), listAccessesToPersons(pool, persons, new Date(earliest.getTime() - reach * DAY), afterwards), listLastAccesses(pool, actors, midnight), readBareAccesses(pool, actors, new Date(now.getTime() - settings.lookBackDays * DAY)),
  ]);
  const context = new Map([...ofDay, ...ofPersons, ...last, ...(await listAccessesById(pool, bare))].filter((each) => isJudged(region, each)).map((each) => [each.entryId, each]));
  const facts = await gatherFacts(pool, region, monitoring, fresh, [...context.values()], now);
  const gathered = gather(facts);
  const customs = await customsOf(pool, gathered, region.dayOf(now), settings.lookBackDays);
  const assessed = assess(gathered.accesses, gathered.context, gathered.places, gathered.roles, settings, { now: Math.floor(now.getTime() / 1000), dayStart, customs });
  const alerts = makeAlerts(gathered, assessed, settings, region.dayOf);
  await pool.transaction(async (sql) => {
    await keepAlerts(sql, alerts, settings, now);
    const { without, tied } = bareOf(gathered, assessed, new Set(bare.map((each) => each.entryId)));
    await keepBareAccesses(sql, without, tied);
    await keepDayCounts(sql, dayCounts(gathered, assessed, actors, freshDays, region.dayOf));
    await done(sql);
  });
  return alerts.length;
}

/** Peers' customs by the engine's numbers of roles. */
async function customsOf(sql: Sql, { roleNumbers }: Gathered, today: string, lookBackDays: number): Promise<Customs> {
  const byName = await readCustoms(sql, [...roleNumbers.keys()], today, lookBackDays);
  const of = (which: "volume" | "prints" | "browsed" | "serial") => new Map([...byName].map(([role, usual]) => [roleNumbers.get(role)!, usual[which]] as const));
  return { volume: of("volume"), prints: of("prints"), browsed: of("browsed"), serial: of("serial") };
}

const NO_TIE = bitOf("no-tie");

/** Accesses without tie: the fresh ones to keep, and earlier ones that are explained by now. */
function bareOf(gathered: Gathered, { fired }: Assessed, earlier: ReadonlySet<string>): { without: BareAccess[]; tied: BareAccess[] } {
  const { accesses } = gathered;
  const [without, tied]: [BareAccess[], BareAccess[]] = [[], []];
  for (let row = 0; row < accesses.size; row++) {
    if (accesses.person[row]! < 0 || !isSeen(accesses.act[row]!)) continue;
    const [professionalId, , organisation] = gathered.postingIds[accesses.posting[row]!]!.split(" ") as [string, string, string];
    const one: BareAccess = { organisation, professionalId, entryId: gathered.accessIds[row]!, personId: gathered.personIds[accesses.person[row]!]!, recorded: new Date(accesses.at[row]! * 1000) };
    if ((fired[row]! & NO_TIE) !== 0) {
      if (isFresh(accesses, row)) without.push(one);
    } else if (earlier.has(one.entryId)) tied.push(one);
  }
  return { without, tied };
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

/** Those days of the actors that are whole here. */
function dayCounts(gathered: Gathered, { explained, fired }: Assessed, actors: readonly string[], whole: ReadonlySet<string>, dayOf: (at: Date) => string): DayCount[] {
  type Open = Omit<DayCount, "persons" | "browsed" | "strangers"> & { openings: number; explained: number; prints: number; persons: Set<number>; strangers: Set<number>; found: Set<number> };
  const { accesses } = gathered;
  const isActor = new Set(actors);
  const days = new Map<string, Open>();
  for (let row = 0; row < accesses.size; row++) {
    const posting = gathered.postingIds[accesses.posting[row]!]!;
    const [professionalId, role, organisation] = posting.split(" ") as [string, string, string];
    const day = dayOf(new Date(accesses.at[row]! * 1000));
    if (!isActor.has(professionalId) || !whole.has(day)) continue;
    const one = days.get(`${posting} ${day}`) ?? days.set(`${posting} ${day}`, { organisation, professionalId, role, day, openings: 0, explained: 0, prints: 0, persons: new Set(), strangers: new Set(), found: new Set() }).get(`${posting} ${day}`)!;
    const [act, person] = [accesses.act[row]!, accesses.person[row]!];
    if (person < 0) continue;
    if (act === ACT.open) one.openings++;
    if (act === ACT.open && explained.by[row] !== NOT_EXPLAINED) one.explained++;
    if (act === ACT.print || act === ACT.export) one.prints++;
    if (act === ACT.found) one.found.add(person);
    if (isSeen(act)) one.persons.add(person);
    if ((fired[row]! & NO_TIE) !== 0) one.strangers.add(person);
  }
  return [...days.values()].map(({ found, persons, strangers, ...rest }) => ({ ...rest, persons: persons.size, strangers: strangers.size, browsed: [...found].filter((each) => !persons.has(each)).length }));
}
