/**
 * How well and how fast records are linked. Outside sets that this project did not
 * write, each by a specification of its own and learned without its truth; then the
 * synthetic region. Data lies beside the repository and is never copied into it.
<<<<<<< HEAD
 * `--sets outside,region,batch,online` chooses; `--people N` sizes region and batch, `--registered N`
 * those against whom one registers.
=======
 * `--sets outside,region,batch` chooses, `--people N` sizes the region, `--examples N` shows errors (of invented people).
>>>>>>> match
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { isRegionFaults, loadRegion } from "#governance";
import { linkBatch, matcherOf, type Matcher, type MatchModel, type MatchSpec, type NameLists } from "#identity";
import { LEVELS, linkageRecords, type LevelName } from "#synthetic";
import { lacksOutsideData } from "#test/outside-data.ts";
import { judge, type Judged } from "./linkage/judge.ts";
import { measurePairs } from "./linkage/measure.ts";
import { febrl, historical, type TruthRecord } from "./linkage/outside-sets.ts";
import { online } from "./linkage/online.ts";
import { judgeRegion, type Tally } from "./linkage/region.ts";

const json = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as T;
const NAMES = json<NameLists>("../regions/kent-medway/linkage/names.json");
const FEBRL = json<MatchSpec>("./linkage/febrl.json");
const HISTORICAL = json<MatchSpec>("./linkage/historical.json");

/** FEBRL's specification without the number, as where nobody has one. */
const withoutId = (spec: MatchSpec): MatchSpec => ({ ...spec, fields: spec.fields.filter((each) => each.name !== "id"), keys: { ...spec.keys, recipes: spec.keys.recipes.filter((each) => each.name !== "id") } });
/** Two files without duplicates of their own. */
const betweenFiles = (spec: MatchSpec): MatchSpec => ({ ...spec, cluster: { ...spec.cluster, onceEach: "source" } });

const round = (number: number): number => Number(number.toFixed(6));

function say(name: string, { clustered, byRecord, link, review, candidateRecall, largest, compared, seconds }: Judged, records: number): void {
  process.stdout.write(`${name}: ${records} records, ${clustered.truePairs} true pairs, ${compared} compared (candidates hold ${(candidateRecall * 100).toFixed(2)} %), ${seconds.toFixed(1)} s, ${Math.round(records / seconds)} records/s\n`);
  process.stdout.write(`  clustered: precision ${clustered.precision.toFixed(5)}, recall ${clustered.recall.toFixed(5)}, F1 ${clustered.f1.toFixed(5)}, ${clustered.wrong} wrong, ${clustered.missed} missed; B-cubed ${byRecord.precision.toFixed(4)} / ${byRecord.recall.toFixed(4)} / ${byRecord.f1.toFixed(4)}; largest ${largest}\n`);
  process.stdout.write(`  link band: ${link.wrong} wrong, recall ${link.recall.toFixed(5)}; review band ${review} pairs\n`);
}

export async function bench(): Promise<Record<string, number>> {
  const { values } = parseArgs({ args: process.argv.slice(3), options: { people: { type: "string", default: "100000" }, sets: { type: "string", default: "outside,region,batch,online" }, examples: { type: "string", default: "0" }, registered: { type: "string", default: "2000000" } } });
  const wanted = values.sets.split(",");
  return {
    ...(wanted.includes("outside") ? outsideSets() : {}),
    ...(wanted.includes("region") ? region(Number(values.people), Number(values.examples)) : {}),
    ...(wanted.includes("batch") ? await batch(Number(values.people)) : {}),
    ...(wanted.includes("online") ? await registrations(Number(values.registered)) : {}),
  };
}

function outsideSets(): Record<string, number> {
  if (lacksOutsideData) throw new Error(lacksOutsideData);
  const figures: Record<string, number> = {};
  const run = (name: string, spec: MatchSpec, learnFrom: readonly TruthRecord[], records: readonly TruthRecord[]): Judged => {
    const judged = judge(spec, NAMES, learnFrom, records);
    say(name, judged, records.length);
    figures[`${name}_f1`] = round(judged.clustered.f1);
    return judged;
  };
  const four = [...febrl("4a", "a"), ...febrl("4b", "b")];
  figures["febrl4_false"] = run("febrl4", betweenFiles(FEBRL), four, four).clustered.wrong;
  const noid = run("febrl4_noid", withoutId(betweenFiles(FEBRL)), four, four);
  figures["febrl4_noid_link_false"] = noid.link.wrong;
  figures["febrl4_noid_link_recall"] = round(noid.link.recall);
  const three = febrl("3", "a");
  run("febrl3", FEBRL, three, three);
  run("febrl3_noid", withoutId(FEBRL), three, three);
  for (const file of ["1", "2"]) {
    const records = febrl(file, "a");
    run(`febrl${file}_noid`, withoutId(FEBRL), records, records);
  }
  // Its thresholds were chosen on the half that it is trained on; the other half alone is reported.
  const halves = historical();
  const past = run("historical", HISTORICAL, halves.train, halves.report);
  figures["historical_b3"] = round(past.byRecord.f1);
  figures["historical_precision"] = round(past.clustered.precision);
  figures["historical_largest_cluster"] = past.largest;
  return figures;
}

/** A seed that nothing was tuned or trained on. */
const SEED = 2026;
const NOW = new Date("2026-11-22T00:00:00Z");

const per10000 = ({ wrong, links }: Tally): number => round((wrong / Math.max(1, links)) * 10_000);
const missedPercent = ({ missed, awaited }: Tally): number => round((missed / Math.max(1, awaited)) * 100);
const reviewPercent = ({ reviews, records }: Tally): number => round((reviews / Math.max(1, records)) * 100);
const tallyWords = (tally: Tally): string => `${tally.records} records, ${tally.wrong} wrong of ${tally.links} links (${per10000(tally).toFixed(2)} in 10,000), ${missedPercent(tally).toFixed(2)} % missed, ${reviewPercent(tally).toFixed(2)} % to review`;

function regionMatcher(): Matcher {
  const pack = loadRegion("regions/kent-medway");
  if (isRegionFaults(pack)) throw new Error("the region pack has faults");
  return matcherOf(pack) ?? never("the region pack has no linkage");
}

function never(why: string): never {
  throw new Error(why);
}

/** The product's ladder over the synthetic region, record by record, per level of error and per group. */
function region(people: number, examples: number): Record<string, number> {
  const matcher = regionMatcher();
  const figures: Record<string, number> = {};
  for (const level of Object.keys(LEVELS) as LevelName[]) {
    const judged = judgeRegion(matcher, [...linkageRecords({ people, seed: SEED, level, now: NOW })]);
    process.stdout.write(`region ${level}: ${people} people, ${tallyWords(judged.all)}, ${Math.round(judged.all.records / judged.seconds)} records/s one by one\n`);
    for (const [group, tally] of [...judged.groups, ...judged.byDifficulty].sort((a, b) => (a[0] < b[0] ? -1 : 1))) process.stdout.write(`  ${group}: ${tallyWords(tally)}\n`);
    for (const { kind, why, mine, theirs } of judged.examples.slice(0, examples)) process.stdout.write(`  ${kind} (${why})\n    ${JSON.stringify(mine)}\n    ${JSON.stringify(theirs)}\n`);
    const name = level === "hes-like" ? "region" : `region_${level}`;
    figures[`${name}_wrong_per_10000`] = per10000(judged.all);
    figures[`${name}_missed_pct`] = missedPercent(judged.all);
    figures[`${name}_review_pct`] = reviewPercent(judged.all);
  }
  return figures;
}

/** One registration after the other against everybody, through the product's own store. */
async function registrations(people: number): Promise<Record<string, number>> {
  const matcher = regionMatcher();
  const { perSecond, p50, p95, p99, linked, wrong, review, taken } = await online(matcher, people, 20_000, (line) => process.stdout.write(`online: ${line}\n`));
  process.stdout.write(`online: ${taken} registrations against ${people} people: p50 ${p50}, p95 ${p95}, p99 ${p99} ms, ${perSecond}/s; ${linked} linked, ${wrong} of them wrongly, ${review} to review\n`);
  return { online_p95_ms: p95, online_p99_ms: p99, online_per_s: perSecond };
}

/** The same records as one batch. */
async function batch(people: number): Promise<Record<string, number>> {
  const humans = new Map<string, string>();
  const records = [...linkageRecords({ people, seed: SEED, level: "hes-like", now: NOW })].map(({ record, personKey }, at) => {
    const id = String(at).padStart(8, "0");
    humans.set(id, personKey);
    return { id, record };
  });
  const pack = "../regions/kent-medway/linkage";
  const began = performance.now();
  const { clusterOf, compared, passedOver } = await linkBatch({ spec: json<MatchSpec>(`${pack}/spec.json`), model: json<MatchModel>(`${pack}/model.json`), lists: NAMES, records, threads: cpus().length });
  const seconds = (performance.now() - began) / 1000;
  const numbers = new Map([...new Set(clusterOf.values())].map((id, at) => [id, at]));
  const measured = measurePairs([...clusterOf.keys()].map((id) => humans.get(id)!), [...clusterOf.values()].map((id) => numbers.get(id)!));
  process.stdout.write(`batch: ${records.length} records in ${seconds.toFixed(1)} s by ${cpus().length} threads, ${compared} compared, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most; ${measured.wrong} wrong pairs of ${measured.truePairs}, recall ${measured.recall.toFixed(4)}; passed over: ${passedOver.map((each) => `${each.recipe} (${each.keys} keys)`).join(", ") || "none"}\n`);
  return { batch_per_s: Math.round(records.length / seconds), batch_wrong_pairs: measured.wrong };
}
