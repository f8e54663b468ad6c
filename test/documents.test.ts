/** Documents that would drift if nothing held them. */
import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { matrixMarkdown } from "#access";
import { isRegionFaults, loadRegion } from "#governance";
import { exampleEnvironment } from "#platform";

const root = fileURLToPath(new URL("..", import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");
const packageFile = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string>; devDependencies: Record<string, string>; optionalDependencies: Record<string, string>; scripts: Record<string, string>; license: string };

test(".env.example is the table of settings", () => {
  assert.equal(textOf(".env.example"), exampleEnvironment(), "write it anew from exampleEnvironment()");
});

test(".env.example is the same on every machine: no path of its own, no count of cores", () => {
  assert.ok(!textOf(".env.example").includes(root.replace(/\/$/, "")));
  assert.match(textOf(".env.example"), /#KMCR_WEB_PROCESSES=\n/);
});

test("every runtime dependency has its line: what it is for, what writing it ourselves would cost", () => {
  const lines = [...textOf("docs/decisions/dependencies.md").matchAll(/^\| `([^`]+)` \| (.+?) \| (.+?) \|$/gm)];
  assert.deepEqual(lines.map((line) => line[1]), Object.keys(packageFile.dependencies).sort());
  for (const [, name, what, cost] of lines) assert.ok(what!.length > 15 && cost!.length > 10, name);
});

test("the access matrix in docs/reference is what the gate grants", () => {
  const region = loadRegion(join(root, "regions/kent-medway"));
  assert.ok(!isRegionFaults(region));
  assert.equal(textOf("docs/reference/access-matrix.md"), matrixMarkdown(region), "npm run policy -- matrix --write");
});

test("versions are exact", () => {
  for (const [name, version] of Object.entries({ ...packageFile.dependencies, ...packageFile.devDependencies, ...packageFile.optionalDependencies })) assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
});

test("decisions are numbered once, and each says what was decided and what was given up", () => {
  const files = readdirSync(join(root, "docs/decisions")).filter((file) => /^\d/.test(file));
  assert.equal(new Set(files.map((file) => file.slice(0, 4))).size, files.length);
  for (const file of files) {
    assert.match(file, /^\d{4}-[a-z0-9-]+\.md$/);
    const text = textOf(`docs/decisions/${file}`);
    assert.ok(text.startsWith(`# ${file.slice(0, 4)}: `), file);
    for (const part of ["**Decided.**", "**Given up"]) assert.ok(text.includes(part), `${file} has no ${part}`);
  }
});

test("every link between documents leads somewhere", () => {
  const faults: string[] = [];
  for (const file of globSync(["*.md", "docs/**/*.md", "src/**/*.md", "bench/*.md", "kmcr-verify/*.md"], { cwd: root })) {
    for (const [, target] of textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      if (target === "docs/summary.png") continue; // the picture is drawn from the running product
      if (!existsSync(resolve(root, dirname(file), target!))) faults.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(faults, []);
});

test("every file and test that a document names in backquotes exists", () => {
  const faults: string[] = [];
  for (const file of ["README.md", "GLOSSARY.md", "docs/architecture.md", "docs/security-properties.md", "docs/safety/clinical-safety-case.md", ...globSync("docs/decisions/*.md", { cwd: root })]) {
    for (const [, path] of textOf(file).matchAll(/`((?:src|test|docs|migrations|regions|scripts|bench)\/[\w./-]+)(?::[^`]*)?`/g)) if (!existsSync(join(root, path!))) faults.push(`${file}: ${path}`);
  }
  assert.deepEqual(faults, []);
});

test("the README's commands are those of package.json", () => {
  for (const [, script] of textOf("README.md").matchAll(/npm run (?:-s )?([\w:-]+)/g)) assert.ok(script! in packageFile.scripts, script);
  assert.equal(packageFile.license, "Apache-2.0");
});

test("every test that docs/security-properties.md names stands in the tree, by file and title", () => {
  const faults: string[] = [];
  let named = 0;
  for (const [, file, titles] of textOf("docs/security-properties.md").matchAll(/`([\w./-]+\.test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)) {
    for (const [, title] of titles!.matchAll(/"([^"]+)"/g)) {
      named++;
      if (!textOf(file!).includes(title!)) faults.push(`${file}: ${title}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(named >= 14, `${named} read`);
});
