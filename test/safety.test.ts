import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readHazards, riskOf, safetyCase } from "../scripts/safety-case.ts";

const hazards = readHazards();
const at = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

test("the log holds the hazards of a shared record, each with every field and nothing else", () => {
  assert.ok(hazards.length >= 20);
  for (const hazard of hazards) {
    assert.deepEqual(Object.keys(hazard), ["id", "hazard", "cause", "effect", "initial", "residual", "controls"], hazard.id);
    for (const field of ["hazard", "cause", "effect"] as const) assert.ok(hazard[field].length > 10 && !hazard[field].endsWith("."), `${hazard.id}: ${field}`);
    for (const estimate of [hazard.initial, hazard.residual]) for (const value of [estimate.severity, estimate.likelihood]) assert.ok(Number.isInteger(value) && value >= 1 && value <= 5, hazard.id);
    assert.ok(existsSync(at(`docs/safety/hazards/${hazard.id}.json`)), `${hazard.id} is not in a file of its name`);
  }
  assert.equal(new Set(hazards.map((hazard) => hazard.hazard)).size, hazards.length);
});

test("controls never raise a risk, and none is left above 3", () => {
  for (const hazard of hazards) {
    assert.ok(riskOf(hazard.residual) <= riskOf(hazard.initial), hazard.id);
    assert.ok(hazard.residual.severity <= hazard.initial.severity && hazard.residual.likelihood <= hazard.initial.likelihood, hazard.id);
    assert.ok(riskOf(hazard.residual) <= 3, hazard.id);
  }
});

test("each control names a test that stands in the tree, by file and exact title", () => {
  const faults: string[] = [];
  for (const hazard of hazards) {
    assert.ok(hazard.controls.length > 0, hazard.id);
    for (const { test: named } of hazard.controls) {
      const [file, title] = [named.slice(0, named.indexOf(": ")), named.slice(named.indexOf(": ") + 2)];
      if (!file.endsWith(".test.ts") || !existsSync(at(file))) faults.push(`${hazard.id}: no file ${file}`);
      else if (!['"', "`", "'"].some((quote) => readFileSync(at(file), "utf8").includes(`${quote}${title.replaceAll('"', quote === '"' ? '\\"' : '"')}${quote}`))) faults.push(`${hazard.id}: no test "${title}" in ${file}`);
    }
  }
  assert.deepEqual(faults, []);
});

test("the clinical safety case is up to date with the log: npm run safety", () => {
  assert.equal(readFileSync(at("docs/safety/clinical-safety-case.md"), "utf8"), safetyCase(hazards));
});
