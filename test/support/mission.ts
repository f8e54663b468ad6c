/**
 * Which rows of the mission are shown working, and by which test:
 *
 *     npm run mission                 totals by group, then every row
 *     npm run mission -- --missing    only the rows that nothing shows
 *     npm run mission -- --json
 *
 * A row counts only where a test under `test/scenarios/` whose title begins with
 * its id, or with a list that holds it (`REC-07 REC-36 ...`), passed in the last
 * `npm test`.
 */
import { existsSync, readFileSync } from "node:fs";

export type Group = { group: string; title: string; rows: Record<string, string> };
export type Result = { title: string; file: string; outcome: "passed" | "failed" | "skipped" };
export type Row = { id: string; label: string; group: string; shownBy: { title: string; file: string }[] };

/** The ids at the start of a title: `REC-07, REC-36: ...` gives both. */
export function idsOf(title: string): string[] {
  const head = /^(?:[A-Z]{3}-\d{2}\b[\s,;:/&+]*(?:and\s+)?)+/.exec(title)?.[0] ?? "";
  return head.match(/[A-Z]{3}-\d{2}/g) ?? [];
}

/** Every row with the tests that show it. A title that both passed and failed shows nothing. */
export function rowsShown(groups: readonly Group[], results: readonly Result[]): Row[] {
  const key = (result: Result): string => `${result.file}\n${result.title}`;
  const broken = new Set(results.filter((result) => result.outcome === "failed").map(key));
  const showing = results.filter((result) => result.file.startsWith("test/scenarios/") && result.outcome === "passed" && !broken.has(key(result)));
  const byId = new Map<string, Map<string, { title: string; file: string }>>();
  for (const { title, file } of showing) {
    for (const id of idsOf(title)) byId.set(id, (byId.get(id) ?? new Map()).set(`${file}\n${title}`, { title, file }));
  }
  return groups.flatMap((group) => Object.entries(group.rows).map(([id, label]) => ({ id, label, group: group.group, shownBy: [...(byId.get(id)?.values() ?? [])] })));
}

/** The ids that titles cite but the mission does not have. */
export function unknownIds(groups: readonly Group[], results: readonly Result[]): string[] {
  const known = new Set(groups.flatMap((group) => Object.keys(group.rows)));
  const prefixes = new Set(groups.map((group) => group.group));
  return [...new Set(results.flatMap((result) => idsOf(result.title)))].filter((id) => prefixes.has(id.slice(0, 3)) && !known.has(id));
}

export function readGroups(): Group[] {
  return JSON.parse(readFileSync(new URL("../../docs/mission.json", import.meta.url), "utf8")) as Group[];
}

function main(options: readonly string[]): void {
  const groups = readGroups();
  const file = new URL("../../.test-results/results.json", import.meta.url);
  if (!existsSync(file)) process.stderr.write("no test results yet: run `npm test` first; every row counts as not shown\n");
  const results = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Result[]) : [];
  const rows = rowsShown(groups, results);
  const shown = rows.filter((row) => row.shownBy.length > 0);
  if (options.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ total: rows.length, shown: shown.length, rows }, null, 2)}\n`);
    return;
  }
  for (const id of unknownIds(groups, results)) process.stdout.write(`a test cites ${id}, which is no row of the mission\n`);
  for (const group of groups) {
    const own = rows.filter((row) => row.group === group.group);
    process.stdout.write(`\n${group.group} ${group.title}: ${own.filter((row) => row.shownBy.length > 0).length} of ${own.length}\n`);
    for (const row of own) {
      if (row.shownBy.length === 0) process.stdout.write(`  - ${row.id} ${row.label}\n`);
      else if (!options.includes("--missing")) process.stdout.write(`  + ${row.id} ${row.label}\n${row.shownBy.map((test) => `      ${test.file}: ${test.title}\n`).join("")}`);
    }
  }
  process.stdout.write(`\n${shown.length} of ${rows.length} rows shown by passing tests\n`);
}

if (import.meta.main) main(process.argv.slice(2));
