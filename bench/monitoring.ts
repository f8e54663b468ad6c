/**
 * Does monitoring find the neighbour? A quarter of eight million accesses, made
 * from work and misuse that know nothing of the engine, explained, judged and ranked.
 *
 *     npm run bench -- monitoring [--accesses 8000000] [--seed a]
 */
import { parseArgs } from "node:util";
import { judgeMonitoring } from "./monitoring/judge.ts";

const { values } = parseArgs({ args: process.argv.slice(3), options: { accesses: { type: "string", default: "8000000" }, seed: { type: "string", default: "quarter" } } });

export async function bench(): Promise<Record<string, number>> {
  return judgeMonitoring({ accesses: Number(values.accesses), seed: values.seed, say: (line) => process.stdout.write(`${line}\n`) }).figures;
}
