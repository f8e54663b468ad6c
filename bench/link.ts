/**
 * How well and how fast records are linked. Outside sets that this project did not
 * write, each by a specification of its own and learned without its truth; then the
 * synthetic region. Data lies beside the repository and is never copied into it.
 */
import { readFileSync } from "node:fs";
import type { MatchSpec, NameLists } from "#identity";
import { lacksOutsideData } from "#test/outside-data.ts";
import { judge, type Judged } from "./linkage/judge.ts";
import { febrl, historical, type TruthRecord } from "./linkage/outside-sets.ts";

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

export function bench(): Promise<Record<string, number>> {
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
  return Promise.resolve(figures);
}
