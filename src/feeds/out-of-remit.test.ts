import assert from "node:assert/strict";
import test from "node:test";
import type { Feed } from "#governance";
import { feedResourceKey } from "#record";
import type { Resource } from "#standards";
import type { Mapped } from "./mapped.ts";
import { withinRemit } from "./out-of-remit.ts";

const feed: Feed = { id: "leisure-fhir", organisation: "X-ANY", format: "fhir-r4", title: "Leisure centre", transport: { http: { clientId: "leisure-fhir" } }, supplies: ["person-demographics", "contacts"], expectedEveryMinutes: 60, agreementRequired: true };
const item = (sourceKey: string, resource: Partial<Resource> & { resourceType: string }) => ({ sourceKey, resource: resource as Resource });

test("REC-34 an item of a section that the feed does not supply is left out, with its section and place; the rest stays", () => {
  const allergy = item("a1", { resourceType: "AllergyIntolerance" });
  const mapped: Mapped = {
    patients: [{ localId: "1", demographics: null, at: new Date(), items: [item("1", { resourceType: "Patient" }), allergy] }],
    directory: [], marks: [],
    entries: [{ index: 0, type: "Patient", patient: "1", resourceKey: feedResourceKey(feed.id, "Patient", "1") }, { index: 1, type: "AllergyIntolerance", patient: "1", resourceKey: feedResourceKey(feed.id, "AllergyIntolerance", "a1") }],
  };
  const remit = withinRemit(feed, mapped);
  assert.deepEqual(remit.mapped.patients[0]!.items.map(({ resource }) => resource.resourceType), ["Patient"]);
  assert.deepEqual(remit.marks.map(({ code, place }) => [code, place]), [["feeds.out-of-remit", "AllergyIntolerance a1"]]);
  assert.match(remit.marks[0]!.why, /does not supply "Allergies and adverse reactions"/);
  assert.deepEqual(remit.mapped.entries!.map(({ resourceKey }) => resourceKey !== null), [true, false], "the sender is not told that it was stored");
});

test("REC-34 a message within the feed's remit is given on as it is", () => {
  const mapped: Mapped = { patients: [{ localId: "1", demographics: null, at: new Date(), items: [item("1", { resourceType: "Patient" })] }], directory: [], marks: [] };
  assert.deepEqual(withinRemit(feed, mapped), { mapped, marks: [] });
  assert.equal(withinRemit(feed, mapped).mapped, mapped);
});
