#!/usr/bin/env node
/**
 * What an information governance lead asks of the access policy before it goes live;
 * `HELP` below has the words. Works on the files of a region pack and on nothing else.
 */
import { createWriteStream, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareSets, enumerate, enumerateGrants, matrixFlips, matrixMarkdown, policiesOf } from "#access";
import { accessPolicyDigest, faultLines, isRegionFaults, loadRegion, type Region } from "#governance";
import { fail, settings } from "./installation.ts";

const HELP = `npm run policy -- ACT

  enumerate                                    every cell of the policies' domain against the decision table, and every grant against the rule by item
  matrix [--write]                             the access matrix, role by section, label and action; --write keeps it in docs/reference
  preview --against DIR [--all FILE]           every cell that this pack flips against another pack; --all writes each policy cell as a line
  approve --name N --role R --words W [--against DIR]
                                               a named person approves the pack's policy as it stands; no pack runs without

The pack is KMCR_REGION. Ends with 0 where all is equal or done, 1 where cells differ or it could not be done, 2 where it was asked wrongly.
`;

const MATRIX_FILE = "docs/reference/access-matrix.md";
const options = { write: { type: "boolean", default: false }, against: { type: "string" }, all: { type: "string" }, name: { type: "string" }, role: { type: "string" }, words: { type: "string" }, help: { type: "boolean", default: false } } as const;

const { values, positionals } = parsed();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function parsed(): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`, 2);
  }
}

function packAt(dir: string): Region {
  if (!existsSync(dir)) fail(`${dir} is not there`, 2);
  const region = loadRegion(dir);
  return isRegionFaults(region) ? fail(faultLines(region)) : region;
}

function here(): Region {
  return packAt(settings().region);
}

const acts: Readonly<Record<string, () => number>> = {
  enumerate() {
    const region = here();
    const began = performance.now();
    const { cells, asked, differ, differences, answers } = enumerate(policiesOf(region));
    say(`policies: ${cells.toLocaleString("en-GB")} cells, Cedar asked ${asked.toLocaleString("en-GB")} times, ${differ.toLocaleString("en-GB")} differ from the decision table (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    for (const [answer, count] of [...answers].sort((a, b) => b[1] - a[1])) say(`  ${count.toLocaleString("en-GB").padStart(12)}  ${answer}`);
    for (const each of differences) say(`  DIFFERS: ${each.cell}: answered ${each.answered}, the table says ${each.expected}`);
    const grantsBegan = performance.now();
    const grants = enumerateGrants(region);
    say(`grants: ${grants.grants.toLocaleString("en-GB")} grants, ${grants.items.toLocaleString("en-GB")} kinds of item in them, ${grants.differ.toLocaleString("en-GB")} differ from the rule by item (${((performance.now() - grantsBegan) / 1000).toFixed(1)} s)`);
    for (const each of grants.differences) say(`  DIFFERS: ${each}`);
    return differ + grants.differ === 0 ? 0 : 1;
  },
  matrix() {
    const text = matrixMarkdown(here());
    if (values.write) writeFileSync(MATRIX_FILE, text);
    else process.stdout.write(text);
    return 0;
  },
  preview() {
    if (values.against === undefined) return fail(HELP, 2);
    preview(packAt(values.against), here());
    return 0;
  },
  approve() {
    const { name, role, words, against } = values;
    if (!name || !role || !words) return fail(HELP, 2);
    const region = here();
    const { differ } = enumerate(policiesOf(region));
    if (differ > 0) return fail(`${differ} cells differ from the decision table: say there first what the policies are to answer (npm run policy -- enumerate)`);
    const before = against === undefined ? null : packAt(against);
    const changed = before === null ? null : { from: accessPolicyDigest(before), ...preview(before, region) };
    const file = join(region.directory, "policies", "approval.json");
    const approval = { digest: accessPolicyDigest(region), approvedBy: { name, role }, approvedOn: region.dayOf(new Date()), words, changed };
    writeFileSync(file, `${JSON.stringify(approval, null, 2)}\n`);
    say(`approved by ${name}, ${role}: ${file}`);
    return 0;
  },
};

/** Prints what flips, and counts it. */
function preview(before: Region, after: Region): { matrixCells: number; policyCells: number } {
  const flips = matrixFlips(before, after);
  say(`matrix: ${flips.length} cells flip`);
  for (const each of flips) say(`  ${each.role}, ${each.purpose}: ${each.what}: ${each.before} -> ${each.after}`);
  const all = values.all === undefined ? null : createWriteStream(values.all);
  const answers = compareSets(policiesOf(before), policiesOf(after), all === null ? undefined : (cell, was, becomes) => void all.write(`${was}\t${becomes}\t${cell}\n`));
  all?.end();
  const cells = answers.reduce((sum, each) => sum + each.cells, 0);
  say(`policies: ${cells.toLocaleString("en-GB")} cells flip`);
  for (const each of answers) say(`  ${each.cells.toLocaleString("en-GB").padStart(12)}  ${each.before} -> ${each.after}; for example: ${each.example}`);
  return { matrixCells: flips.length, policyCells: cells };
}

const act = acts[positionals[0] ?? ""];
if (values.help || act === undefined || positionals.length !== 1) fail(HELP, values.help ? 0 : 2);
process.exitCode = act();
