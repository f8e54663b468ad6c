/** From what the engine found to alerts: one for each professional, person and day, and one for each pattern. Pure. */
import { NOBODY } from "#audit";
import { uuidOf } from "#platform";
import { isSeen } from "../engine/columns.ts";
import { CONSULTATION, NOT_EXPLAINED, REPEAT } from "../engine/explain.ts";
import type { Gathered } from "../engine/gather.ts";
import type { Assessed } from "../engine/assess.ts";
import { isFresh, type Pattern } from "../engine/patterns.ts";
import { bitOf, type RuleId } from "../engine/rule-names.ts";
import { partsOf, scoreOf, standingOf, weightsOf } from "../engine/score.ts";
import type { Nearness, Settings } from "../engine/settings.ts";
import { CONSULTATION_WORDS, explanationWords, REPEAT_WORDS, ruleWords, SOUGHT_WORDS } from "../words.ts";

/** A rule's share of an alert, with its words. */
export type AlertPart = { readonly rule: RuleId; readonly weight: number; readonly words: string };

export type NewAlert = {
  readonly organisation: string; readonly alertId: string; readonly kind: "access" | "pattern"; readonly professionalId: string; readonly role: string; readonly personId: string;
  readonly firstAt: Date; readonly lastAt: Date; readonly score: number; readonly parts: readonly AlertPart[]; readonly explanation: string; readonly breakGlass: boolean;
  readonly entries: readonly { readonly entryId: string; readonly personId: string; readonly recorded: Date }[];
};

const BREAK_GLASS = bitOf("break-glass");
const PATTERN_BITS = (["volume", "prints", "browsed", "denied", "serial"] as const).reduce((bits, each) => bits | bitOf(each), 0);

/** @param dayOf the calendar day of an instant in the region, `2026-11-22` */
export function makeAlerts(gathered: Gathered, assessed: Assessed, settings: Settings, dayOf: (at: Date) => string): NewAlert[] {
  const { accesses } = gathered;
  const at = (row: number): Date => new Date(accesses.at[row]! * 1000);
  const day = (seconds: number): string => dayOf(new Date(seconds * 1000));
  const byVisit = new Map<string, number[]>();
  for (let row = 0; row < accesses.size; row++) {
    if (accesses.person[row]! < 0) continue;
    const key = `${gathered.postingIds[accesses.posting[row]!]} ${gathered.personIds[accesses.person[row]!]} ${dayOf(at(row))}`;
    (byVisit.get(key) ?? byVisit.set(key, []).get(key)!).push(row);
  }
  const alerts: NewAlert[] = [];
  const weights = weightsOf(settings);
  for (const [key, rows] of byVisit) {
    // The whole visit is told, the reason that was stated too; it is raised for what is new in it.
    if (!rows.some((row) => assessed.fired[row] !== 0 && isFresh(accesses, row))) continue;
    // The day's worst access leads; what other accesses of the same visit add is added to it.
    const worst = rows.reduce((lead, row) => (assessed.score[row]! > assessed.score[lead]! ? row : lead));
    const bits = rows.reduce((sum, row) => sum | assessed.fired[row]!, 0);
    const standing = weights[standingOf(assessed.explained, rows.find((row) => isSeen(accesses.act[row]!)) ?? worst)]!;
    const score = Math.max(scoreOf(bits, standing), assessed.score[worst]!);
    const breakGlass = (bits & BREAK_GLASS) !== 0;
    // A pattern has an alert of its own; what only it raised is not said again for each access.
    if (!breakGlass && scoreOf(bits & ~PATTERN_BITS, standing) < settings.alertScore) continue;
    alerts.push({
      ...whose(gathered, rows[0]!), alertId: uuidOf(`alert ${key}`), kind: "access", personId: gathered.personIds[accesses.person[rows[0]!]!]!, firstAt: at(rows[0]!), lastAt: at(rows.at(-1)!), score: Math.round(score),
      parts: partsOf(bits, standing).map((part) => ({ ...part, words: ruleWords(part.rule) })), explanation: explanationOf(gathered, assessed, rows, settings, day), breakGlass, entries: rows.map((row) => entryOf(gathered, row)),
    });
  }
  for (const pattern of assessed.patterns) alerts.push(...alertsOfPattern(gathered, assessed, pattern, settings, day));
  return alerts;
}

function whose(gathered: Gathered, row: number): { organisation: string; professionalId: string; role: string } {
  const [professionalId, role, organisation] = gathered.postingIds[gathered.accesses.posting[row]!]!.split(" ") as [string, string, string];
  return { organisation, professionalId, role };
}

const entryOf = (gathered: Gathered, row: number): NewAlert["entries"][number] => ({ entryId: gathered.accessIds[row]!, personId: gathered.accesses.person[row]! < 0 ? NOBODY : gathered.personIds[gathered.accesses.person[row]!]!, recorded: new Date(gathered.accesses.at[row]! * 1000) });

function explanationOf(gathered: Gathered, { explained }: Assessed, rows: readonly number[], settings: Settings, day: (at: number) => string): string {
  const row = rows.find((each) => explained.by[each] !== NOT_EXPLAINED);
  if (row === undefined) return SOUGHT_WORDS;
  const by = explained.by[row]!;
  if (by === CONSULTATION) return CONSULTATION_WORDS;
  if (by === REPEAT) return REPEAT_WORDS;
  return explanationWords(gathered.careFacts[explained.because[row]!]!, settings.explanations[by - 1]!.nearness as Nearness, explained.weak[row] === 1, day);
}

/** A pattern of a professional is one alert of the employer; a gathering at one person is one for each employer whose staff took part. */
function alertsOfPattern(gathered: Gathered, assessed: Assessed, pattern: Pattern, settings: Settings, day: (at: number) => string): NewAlert[] {
  const { accesses } = gathered;
  if (pattern.rule === "returning" || !pattern.rows.some((row) => isFresh(accesses, row))) return [];
  const parts = [{ rule: pattern.rule, weight: settings.rules[pattern.rule].weight, words: ruleWords(pattern.rule, pattern) }];
  const isGathering = pattern.rule === "many-on-one";
  // The more it stands out the higher it stands: an edge case at half, many times the usual near the top.
  const score = isGathering ? Math.min(95, 40 + 3 * pattern.count) : Math.min(98, Math.round(settings.alertScore + 10 * Math.log2(Math.max(1, pattern.count / Math.max(1, pattern.usual)))));
  return [...Map.groupBy(pattern.rows, (row) => whose(gathered, row).organisation)].map(([organisation, rows]) => {
    const who = whose(gathered, rows[0]!);
    const about = isGathering ? gathered.personIds[pattern.person]! : NOBODY;
    // Months of a little at a time are one alert, a day's surge one a day, a gathering one a week or so.
    const when = pattern.rule === "serial" ? "" : day(pattern.since);
    return {
      organisation, alertId: uuidOf(`pattern ${pattern.rule} ${organisation} ${isGathering ? "" : who.professionalId} ${about} ${when}`), kind: "pattern" as const, professionalId: isGathering ? "" : who.professionalId, role: isGathering ? "" : who.role, personId: about,
      firstAt: new Date(accesses.at[rows[0]!]! * 1000), lastAt: new Date(accesses.at[rows.at(-1)!]! * 1000), score, parts, explanation: isGathering || pattern.rule === "serial" ? SOUGHT_WORDS : "Compared with peers of the same role on their days.", breakGlass: false, entries: rows.map((row) => entryOf(gathered, row)),
    };
  });
}

