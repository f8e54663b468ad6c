/** Holds what the engine says of a made quarter against the truth about it. */
import { readFileSync } from "node:fs";
import { assess, bitOf, explain, isSeen, NOT_EXPLAINED, readSettings, type Assessed, type Settings } from "#monitoring";
import { accessQuarter, FAKE, LAWFUL, type Quarter } from "#synthetic";

const FROM = Date.UTC(2026, 6, 1) / 1000;
const WEEK = 7 * 86_400;
/** So many cases can be looked at in a week. */
const CASES_A_WEEK = 100;

export type Judged = { figures: Record<string, number>; missed: readonly string[] };

export function settingsOfRegion(): Settings {
  const read = readSettings(JSON.parse(readFileSync("regions/kent-medway/monitoring/settings.json", "utf8")));
  if (!read.ok) throw new Error(read.faults.join("\n"));
  return read.settings;
}

export function judgeMonitoring({ accesses, seed, say }: { accesses: number; seed: string; say(line: string): void }): Judged {
  const settings = settingsOfRegion();
  const quarter = accessQuarter({ accesses, seed, from: FROM });
  say(`${quarter.accesses.size} accesses of ${quarter.context.persons.size} persons by ${quarter.context.staff.size} professionals, ${quarter.context.care.kind.length} pieces of care, ${quarter.misuses.length} misuses`);
  const roles = { seesChildren: new Set([...quarter.roles].filter(([, name]) => settings.childRoles.includes(name)).map(([role]) => role)) };
  const began = performance.now();
  const assessed = assess(quarter.accesses, quarter.context, quarter.places, roles, settings, { now: quarter.until, dayStart: 0, customs: null });
  const seconds = (performance.now() - began) / 1000;
  const { figures: explained } = explainedShare(quarter, assessed);
  const { found, of, missed } = scenariosFound(quarter, assessed);
  const auc = aucOf(quarter, assessed, (row) => isSeen(quarter.accesses.act[row]!));
  const residue = aucOf(quarter, assessed, (row) => isSeen(quarter.accesses.act[row]!) && assessed.explained.by[row] === NOT_EXPLAINED);
  const { sensitivity, perWeek } = sensitivityAt(quarter, assessed, CASES_A_WEEK);
  say(`assessed in ${seconds.toFixed(1)} s; lawful explained ${explained.toFixed(2)} %; scenarios ${found} of ${of}${missed.length > 0 ? `, missed: ${[...new Set(missed)].join(", ")}` : ""}`);
  say(`AUC over all ${auc.toFixed(4)}, over the unexplained alone ${residue.toFixed(4)}; ${(100 * sensitivity).toFixed(1)} % of all misuse in the first ${CASES_A_WEEK} cases a week (${perWeek.toFixed(0)} misuses a week)`);
  const fakes = fakesExplained(accesses, seed, settings);
  say(`fakes explained ${fakes.toFixed(2)} %`);
  return { figures: { explained_pct: rounded(explained), fakes_explained_pct: rounded(fakes), scenarios_found_pct: rounded((100 * found) / of), auc: rounded(auc, 4), auc_unexplained: rounded(residue, 4), sensitivity_100_cases_pct: rounded(100 * sensitivity), minutes: rounded(seconds / 60), accesses: quarter.accesses.size }, missed };
}

function explainedShare({ accesses, truth }: Quarter, { explained }: Assessed): { figures: number } {
  let [of, said] = [0, 0];
  for (let row = 0; row < accesses.size; row++) {
    if (truth[row] !== LAWFUL || !isSeen(accesses.act[row]!)) continue;
    of++;
    if (explained.by[row] !== NOT_EXPLAINED) said++;
  }
  return { figures: (100 * said) / of };
}

/** A scenario is found where the rule that it was made for fires on something that belongs to it. */
function scenariosFound({ accesses, truth, misuses }: Quarter, { fired }: Assessed): { found: number; of: number; missed: string[] } {
  const hit = new Uint8Array(misuses.length);
  for (let row = 0; row < accesses.size; row++) {
    const rule = truth[row]! >= 0 ? misuses[truth[row]!]!.rule : null;
    if (rule !== null && (fired[row]! & bitOf(rule)) !== 0) hit[truth[row]!] = 1;
  }
  const wanted = misuses.flatMap((each, index) => (each.rule === null ? [] : [{ each, index }]));
  const missed = wanted.filter(({ index }) => hit[index] === 0).map(({ each }) => each.kind);
  return { found: wanted.length - missed.length, of: wanted.length, missed };
}

/** How likely an opening of misuse stands above a lawful one; equal scores count half. What was searched or refused puts nothing in front of anybody and is judged by its scenarios alone. */
function aucOf({ accesses, truth }: Quarter, { score }: Assessed, counts: (row: number) => boolean): number {
  // Scores in ten-thousandths are enough to rank by, and few enough to count.
  const [bad, good] = [new Float64Array(10_001 * 100 + 1), new Float64Array(10_001 * 100 + 1)];
  for (let row = 0; row < accesses.size; row++) {
    if (!counts(row)) continue;
    (truth[row]! >= 0 ? bad : good)[Math.round(score[row]! * 10_000)]!++;
  }
  let [below, sum, bads] = [0, 0, 0];
  for (let at = 0; at < bad.length; at++) {
    sum += bad[at]! * (below + good[at]! / 2);
    below += good[at]!;
    bads += bad[at]!;
  }
  return bads === 0 || below === 0 ? 1 : sum / (bads * below);
}

/** A case is a professional's week; the share of misuses with an access in one of the first `most` cases of some week. */
function sensitivityAt({ accesses, truth, misuses, from, until, context }: Quarter, { score }: Assessed, most: number): { sensitivity: number; perWeek: number } {
  const weeks = Math.ceil((until - from) / WEEK);
  const caseScore = Array.from({ length: weeks }, () => new Float64Array(context.staff.postings.size));
  for (let row = 0; row < accesses.size; row++) {
    const week = caseScore[Math.floor((accesses.at[row]! - from) / WEEK)]!;
    const posting = accesses.posting[row]!;
    if (score[row]! > week[posting]!) week[posting] = score[row]!;
  }
  const chosen = caseScore.map((scores) => new Set([...scores.keys()].filter((posting) => scores[posting]! > 0).sort((a, b) => scores[b]! - scores[a]!).slice(0, most)));
  const hit = new Uint8Array(misuses.length);
  for (let row = 0; row < accesses.size; row++) if (truth[row]! >= 0 && chosen[Math.floor((accesses.at[row]! - from) / WEEK)]!.has(accesses.posting[row]!)) hit[truth[row]!] = 1;
  return { sensitivity: hit.reduce((sum, each) => sum + each, 0) / misuses.length, perWeek: misuses.length / weeks };
}

/** A second quarter with fakes among its accesses: a professional and a person drawn at random have no reason, so nothing should be found. */
function fakesExplained(accesses: number, seed: string, settings: Settings): number {
  const quarter = accessQuarter({ accesses, seed, from: FROM, fakes: Math.max(5000, Math.round(accesses / 40)) });
  const explained = explain(quarter.accesses, quarter.context, quarter.places, settings);
  let [of, said] = [0, 0];
  for (let row = 0; row < quarter.accesses.size; row++) {
    if (quarter.truth[row] !== FAKE) continue;
    of++;
    if (explained.by[row] !== NOT_EXPLAINED) said++;
  }
  return (100 * said) / of;
}

const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
