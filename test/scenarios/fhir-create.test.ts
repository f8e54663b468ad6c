import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FeedClient, counts } from "#test/feed-command.ts";
import { startProduct, type Product } from "#test/product.ts";

let product: Product;
let client: FeedClient;
before(async () => {
  product = await startProduct({ overlays: ["regions/outside"] });
  client = new FeedClient(product, "outside-fhir");
});
after(() => product.stop());

const create = async (resource: Record<string, unknown>, type = String(resource["resourceType"])): Promise<{ status: number; location: string; text: string }> => {
  const answer = await fetch(`${product.base}/fhir/R4/${type}`, { method: "POST", headers: { authorization: `Bearer ${await client.token()}`, "content-type": "application/fhir+json" }, body: JSON.stringify(resource) });
  return { status: answer.status, location: answer.headers.get("location") ?? "", text: await answer.text() };
};
const patient = { resourceType: "Patient", name: [{ family: "Create", given: ["Plain"] }], birthDate: "1980-02-03" };

test("a plain create stays a create: the same body twice makes two resources, each with an id of ours", async () => {
  const [first, second] = [await create(patient), await create(patient)];
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.match(first.location, /^\/fhir\/R4\/Patient\/[0-9a-f]{64}\/_history\/1$/);
  assert.notEqual(first.location, second.location);
  const condition = { resourceType: "Condition", code: { text: "Asthma" }, subject: { reference: first.location.split("/").slice(3, 5).join("/") } };
  const [one, other] = [await create(condition), await create(condition)];
  assert.deepEqual([one.status, other.status], [201, 201]);
  assert.equal(one.location.split("/")[4]!.slice(0, 32), first.location.split("/")[4]!.slice(0, 32), "the home key of its patient is in its id");
  assert.notEqual(one.location, other.location);
  const stored = await counts(product, "outside-fhir");
  assert.deepEqual([stored.resources["Patient"], stored.resources["Condition"]], [2, 2]);
});

test("a create that is faulty, or for a patient that the organisation does not have, says where and stores nothing", async () => {
  const before = await counts(product, "outside-fhir");
  const cases: [Record<string, unknown>, string, number, RegExp][] = [
    [{ ...patient, birthDate: "1980-02-30" }, "Patient", 422, /Patient\.birthDate/],
    [patient, "Condition", 422, /resourceType/],
    [patient, "Nonsense", 404, /no such FHIR R4 resource type/],
    [{ resourceType: "Condition", code: { text: "Asthma" }, subject: { reference: `Patient/${"0".repeat(64)}` } }, "Condition", 422, /Condition\.subject\.reference/],
    [{ resourceType: "Condition", code: { text: "Asthma" }, subject: { display: "somebody" } }, "Condition", 422, /Condition\.subject/],
  ];
  for (const [resource, type, status, where] of cases) {
    const answer = await create(resource, type);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, where);
  }
  assert.deepEqual((await counts(product, "outside-fhir")).resources, before.resources);
});
