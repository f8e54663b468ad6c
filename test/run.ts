/**
 * `npm test`: types, lint, then every test, on parts that the packages carry.
 *
 *     npm test                    everything
 *     npm test -- floors          only files whose path holds "floors"
 */
import { spawn } from "node:child_process";
import { globSync, mkdirSync, rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestDatabase } from "./support/database.ts";

process.chdir(new URL("..", import.meta.url).pathname);
const wanted = process.argv.slice(2);
const bin = (name: string): string => `node_modules/.bin/${name}`;

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

if (wanted.length === 0) {
  for (const [name, args] of [["tsc", ["--noEmit"]], ["oxlint", ["--quiet"]]] as const) {
    const code = await run(bin(name), [...args]);
    if (code !== 0) process.exit(code);
  }
}

const files = globSync(["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"]).filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part))).sort();
// Without a file the runner would take every test that it can find.
if (files.length === 0) {
  console.error(`No test file's path holds ${wanted.join(" or ")}.`);
  process.exit(1);
}
// What takes longest starts first.
files.sort((a, b) => Number(b.startsWith("test/scenarios/")) - Number(a.startsWith("test/scenarios/")));
rmSync(".test-results", { recursive: true, force: true });
mkdirSync(".test-results");
const folder = mkdtempSync(join(tmpdir(), "kmcr-test-"));
const database = await startTestDatabase(folder);
let code = 1;
try {
  code = await run(
    process.execPath,
    ["--disable-proto=throw", "--test", "--test-concurrency=2", "--test-timeout=600000", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=./test/support/results-reporter.ts", "--test-reporter-destination=.test-results/results.json", ...files],
    // Some thousand processes are started in a run, each reading the same files: kept compiled, a command costs 1.3 s of processor time in place of 2.9.
    { KMCR_TEST_DATABASE_URL: database.url, KMCR_TEST_FILLED: join(folder, "filled"), NODE_COMPILE_CACHE: join(folder, "compiled"), NODE_ENV: "test" },
  );
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
