/**
 * `npm run link -- train --spec F --names F --out F` with records from
 * `--records FILE` (one JSON object a line: field -> list of values) or `--synthetic LEVEL:PEOPLE:SEED`
 * (again for more) learns a model without knowing who is who. `--of N` sets the prior for a region of N records,
 * since two strangers are the likelier to be taken for one the more there are. The same records give the same bytes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { train, type MatchModel, type MatchRecord, type MatchSpec, type NameLists } from "#identity";
import { LEVELS, linkageRecords, type LevelName } from "#synthetic";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    spec: { type: "string" }, names: { type: "string" }, records: { type: "string", multiple: true, default: [] }, synthetic: { type: "string", multiple: true, default: [] },
    out: { type: "string" }, of: { type: "string" }, when: { type: "string" }, what: { type: "string" },
  },
});

const synthetic = values.synthetic.map((text) => {
  const [level = "", people = "", seed = "1"] = text.split(":");
  return { text, level: level as LevelName, people: Number(people), seed: Number(seed) };
});
const faults = [
  ...(positionals[0] === "train" && positionals.length === 1 ? [] : ["say: npm run link -- train --spec F --names F --records F --out F"]),
  ...(["spec", "names", "out"] as const).flatMap((name) => (values[name] === undefined ? [`--${name} is missing`] : [])),
  ...(values.records.length + synthetic.length > 0 ? [] : ["say --records FILE or --synthetic LEVEL:PEOPLE:SEED"]),
  ...synthetic.flatMap(({ text, level, people, seed }) => (level in LEVELS && Number.isInteger(people) && people > 0 && Number.isInteger(seed) ? [] : [`--synthetic ${text} is no ${Object.keys(LEVELS).join("|")}:PEOPLE:SEED`])),
  ...(values.of === undefined || Number(values.of) > 1 ? [] : [`--of ${values.of} is no number of records`]),
  ...(values.when === undefined || /^\d{4}-\d{2}-\d{2}$/.test(values.when) ? [] : [`--when ${values.when} is no date`]),
];
if (faults.length > 0) {
  for (const fault of faults) console.error(fault);
  process.exit(2);
}

const now = new Date(`${values.when ?? new Date().toISOString().slice(0, 10)}T00:00:00Z`);
const json = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;
const records: MatchRecord[] = values.records.flatMap((file) => readFileSync(file, "utf8").split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as MatchRecord));
for (const { level, people, seed } of synthetic) for (const { record } of linkageRecords({ people, seed, level, now })) records.push(record);

const began = performance.now();
const spec = json<MatchSpec>(values.spec!);
const what = values.what ?? [...values.records.map((file) => `records of ${file}`), ...synthetic.map((each) => `the synthetic population (${each.people} people, ${each.level}, seed ${each.seed})`)].join(" and ");
const { model, rounds, candidates, patterns, expected } = train(spec, records, json<NameLists>(values.names!), { what, when: now.toISOString().slice(0, 10) });
const fitted: MatchModel = values.of === undefined ? model : { ...model, prior: Number(((model.prior * records.length) / Number(values.of)).toPrecision(6)), source: { ...model.source, what: `${what}; prior for ${values.of} records` } };
writeFileSync(values.out!, `${written(fitted)}\n`);
console.log(`${records.length} records, ${candidates} candidate pairs in ${patterns} patterns, ${rounds} rounds, ${Math.round(expected)} pairs of one person expected, ${((performance.now() - began) / 1000).toFixed(1)} s`);
for (const [field, levels] of Object.entries(fitted.levels)) {
  console.log(`${field}: ${Object.entries(levels).map(([level, { m, u }]) => `${level} ${Math.log2(m / u).toFixed(1)}`).join(", ")}`);
}

/** A level a line and a table a line, so that a change can be read. */
function written(learned: MatchModel): string {
  const { levels, frequencies, ...head } = learned;
  const lines = (entries: readonly string[]): string => `{\n${entries.map((each) => `    ${each}`).join(",\n")}\n  }`;
  const byLevel = Object.entries(levels).map(([field, each]) => `${JSON.stringify(field)}: {\n${Object.entries(each).map(([level, shares]) => `      ${JSON.stringify(level)}: ${JSON.stringify(shares)}`).join(",\n")}\n    }`);
  const tables = Object.entries(frequencies).map(([attribute, counted]) => `${JSON.stringify(attribute)}: ${JSON.stringify(counted)}`);
  return `{\n${Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(",\n")},\n  "levels": ${lines(byLevel)},\n  "frequencies": ${lines(tables)}\n}`;
}
