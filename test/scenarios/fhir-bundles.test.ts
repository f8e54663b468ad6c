/** What each kind of FHIR bundle does and how it is answered: transaction, batch, message, document; JSON and XML. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFhirXml, validateResource, writeFhirXml, type Resource } from "#standards";
import { counts, FeedClient, listed, type Answer } from "#test/feed-command.ts";
import { startProduct, type Product } from "#test/product.ts";
import { ADMINISTRATOR, PARAMEDIC, rowsOf, WebReader } from "#test/web-reader.ts";

const FEED = "outside-fhir";
let product: Product;
let client: FeedClient;
let reader: WebReader;
before(async () => {
  product = await startProduct({ overlays: ["regions/outside"] });
  client = new FeedClient(product, FEED);
  reader = await WebReader.signIn(product, PARAMEDIC);
});
after(() => product?.stop());

type Entry = { fullUrl?: string; resource?: Resource; request?: { method: string; url: string; ifNoneExist?: string } };
const patient = (id: string, more: object = {}): Resource => ({ resourceType: "Patient", id, name: [{ family: `Bundle${id}`, given: ["Ann"] }], birthDate: "1950-03-01", gender: "female", ...more });
const condition = (id: string, of: string, more: object = {}): Resource => ({ resourceType: "Condition", id, subject: { reference: `Patient/${of}` }, code: { text: `Condition ${id}` }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] }, ...more });
const put = (resource: Resource): Entry => ({ resource, request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` } });
const bundle = (type: string, entry: Entry[], more: object = {}): Resource => ({ resourceType: "Bundle", type, ...more, entry });
type Response = { status: string; location?: string; etag?: string; outcome?: { issue: { code: string; diagnostics: string; expression?: string[] }[] } };
type Sent = { answer: Answer; body: Resource; responses: Response[] };

async function send(resource: Resource): Promise<Sent> {
  const answer = await client.post("/fhir", JSON.stringify(resource));
  const body = JSON.parse(answer.text) as Resource;
  assert.deepEqual(validateResource(body), [], "the answer is valid FHIR itself");
  return { answer, body, responses: ((body["entry"] ?? []) as { response: Response }[]).map((each) => each.response) };
}
const resources = async (): Promise<Record<string, number>> => (await counts(product, FEED)).resources;
async function open(id: string, path: string): Promise<string> {
  const [personId] = await reader.find({ family: `Bundle${id}`, dateOfBirth: "1950-03-01" });
  assert.ok(personId, `Bundle${id} is found`);
  return (await reader.open(personId, path)).text;
}

describe("a transaction", () => {
  it("EXC-02 is answered entry by entry: status, the id made here, its version", async () => {
    const first = await send(bundle("transaction", [put(patient("t1")), put(condition("c1", "t1")), { fullUrl: "urn:uuid:0b0e2c1a-0000-4000-8000-000000000001", resource: { resourceType: "Organization", name: "Mill Lane" }, request: { method: "POST", url: "Organization" } }]));
    assert.equal(first.answer.status, 200);
    assert.equal(first.body["type"], "transaction-response");
    assert.deepEqual(first.responses.map((each) => each.status), ["201", "201", "200"]);
    assert.match(first.responses[1]!.location!, /^Condition\/[0-9a-f]{64}\/_history\/1$/);
    assert.equal(first.responses[1]!.etag, 'W/"1"');
    const second = await send(bundle("transaction", [put(patient("t1")), put(condition("c1", "t1", { recordedDate: "2026-01-02" }))]));
    assert.deepEqual(second.responses.map((each) => [each.status, each.location, each.etag]), [["200", first.responses[0]!.location, 'W/"1"'], ["200", first.responses[1]!.location!.replace(/1$/, "2"), 'W/"2"']]);
  });

  it("deletes at the source leave the record; a deletion of what is not here needs nothing done", async () => {
    await send(bundle("transaction", [put(condition("c2", "t1"))]));
    assert.match(await open("t1", "/problems"), /Condition c2/);
    const gone = await send(bundle("transaction", [{ request: { method: "DELETE", url: "Condition/c2" } }, { request: { method: "DELETE", url: "Condition/never" } }]));
    assert.deepEqual(gone.responses.map((each) => each.status), ["204", "204"]);
    const page = await open("t1", "/problems");
    assert.match(page, /Condition c1/);
    assert.doesNotMatch(page, /Condition c2/);
    assert.equal((await resources())["Condition"], 1);
  });

  it("what was said earlier does not overwrite what was said later, whichever comes first", async () => {
    const at = (lastUpdated: string, text: string): Entry => put(condition("c3", "t1", { meta: { lastUpdated }, code: { text } }));
    await send(bundle("transaction", [at("2026-03-02T10:00:00Z", "Later words")]));
    const late = await send(bundle("transaction", [at("2026-03-01T10:00:00Z", "Earlier words")]));
    assert.equal(late.answer.status, 200);
    assert.equal(late.responses[0]!.etag, 'W/"2"', "the present version, with the late one before it");
    const page = await open("t1", "/problems");
    assert.match(page, /Later words/);
    assert.doesNotMatch(page, /Earlier words/);
  });

  it("a conditional create makes one, a conditional update changes it", async () => {
    const allergy = (text: string): Resource => ({ resourceType: "AllergyIntolerance", identifier: [{ system: "https://example.org/allergy", value: "a 1" }], patient: { reference: "Patient/t1" }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }] }, code: { text } });
    const ifNone = { method: "POST", url: "AllergyIntolerance", ifNoneExist: "identifier=https://example.org/allergy|a%201" };
    const first = await send(bundle("transaction", [{ resource: allergy("Eggs"), request: ifNone }]));
    const again = await send(bundle("transaction", [{ resource: allergy("Nuts"), request: ifNone }]));
    assert.deepEqual([first.responses[0]!.status, again.responses[0]!.status, again.responses[0]!.location], ["201", "200", first.responses[0]!.location]);
    assert.match(await open("t1", "/allergies"), /Eggs/);
    const updated = await send(bundle("transaction", [{ resource: allergy("Nuts"), request: { method: "PUT", url: "AllergyIntolerance?identifier=https://example.org/allergy|a%201" } }]));
    assert.equal(updated.responses[0]!.location, first.responses[0]!.location!.replace(/1$/, "2"));
    assert.match(await open("t1", "/allergies"), /Nuts/);
  });

  it("what cannot be done is refused with its place, and nothing of the bundle is stored", async () => {
    const before = await resources();
    const cases: [Entry[], string, RegExp][] = [
      [[put(patient("t9")), { request: { method: "PATCH", url: "Patient/t9" } }], "Bundle.entry[1].request.method", /PATCH is not supported/],
      [[put(patient("t9")), { request: { method: "GET", url: "Patient/t9" } }], "Bundle.entry[1].request.method", /GET is not supported/],
      [[put(patient("t9")), { request: { method: "DELETE", url: "Patient/t9" } }], "Bundle.entry[1].request.method", /a Patient is not deleted/],
      [[put(patient("t9")), { resource: condition("x", "t9"), request: { method: "PUT", url: "Condition/y" } }], "Bundle.entry[1].resource.id", /the request says "y"/],
      [[put(patient("t9")), { resource: condition("x", "t9"), request: { method: "POST", url: "Observation" } }], "Bundle.entry[1].request.url", /the resource is a Condition/],
      [[put(patient("t9")), put(condition("x", "t9")), put(condition("x", "t9"))], "Bundle.entry[2].request.url", /that of entry 1/],
      [[put(patient("t9")), { resource: condition("x", "t9") }], "Bundle.entry[1].request", /bdl-3/],
      [[put(patient("t9")), { ...put(condition("x", "t9")), fullUrl: "https://example.org/Condition/z" }], "Bundle.entry[1].fullUrl", /the resource's id is "x"/],
      [[put(patient("t9")), { resource: condition("x", "t9"), request: { method: "POST", url: "Condition", ifNoneExist: "code=1" } }], "Bundle.entry[1].request.ifNoneExist", /only identifier/],
      [[put(patient("t9")), { ...put(condition("x", "t9")), frobnicate: 1 } as Entry], "Bundle.entry[1].frobnicate", /not an element/],
      [[put(patient("t9")), put({ resourceType: "Observation", id: "o", status: "final", code: { text: "x" } }), put(patient("t8"))], "Bundle.entry[1].resource", /names no patient/],
    ];
    for (const [entry, place, why] of cases) {
      const { answer, body } = await send(bundle("transaction", entry));
      assert.equal(answer.status, 422, answer.text);
      const issue = (body["issue"] as { expression?: string[]; diagnostics: string }[]).find((each) => each.expression?.includes(place));
      assert.ok(issue, `${place}: ${answer.text}`);
      assert.match(issue.diagnostics, why);
    }
    assert.deepEqual(await resources(), before);
  });
});

describe("a batch", () => {
  it("takes each entry by itself: good ones in, bad ones answered and kept with their place", async () => {
    const sent = await send(bundle("batch", [
      put(patient("b1")), put(condition("bc1", "b1")), put(condition("bc2", "b1", { recordedDate: "yesterday" })), { request: { method: "GET", url: "Patient/b1" } },
      put({ resourceType: "Observation", id: "bo1", status: "final", code: { text: "x" } }), put(patient("b2")), { request: { method: "DELETE", url: "Condition/none" } },
    ]));
    assert.equal(sent.answer.status, 200);
    assert.equal(sent.body["type"], "batch-response");
    assert.deepEqual(sent.responses.map((each) => each.status), ["201", "201", "422", "405", "422", "201", "204"]);
    assert.deepEqual(sent.responses[2]!.outcome!.issue[0]!.expression, ["Bundle.entry[2].resource.recordedDate"]);
    assert.match(sent.responses[4]!.outcome!.issue[0]!.diagnostics, /names no patient/);
    assert.match(await open("b1", "/problems"), /Condition bc1/);
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const places = rowsOf((await officer.get(`/office/quarantine?feed=${FEED}`)).html).map((cells) => cells[3]);
    for (const place of ["Bundle.entry[2].resource.recordedDate", "Bundle.entry[3].request.method", "Bundle.entry[4].resource"]) assert.ok(places.includes(place), `${place} stands in quarantine: ${places.join(", ")}`);
  });
});

describe("a message", () => {
  const header = (id: string): Entry => ({ fullUrl: "urn:uuid:0b0e2c1a-0000-4000-8000-00000000000a", resource: { resourceType: "MessageHeader", id, eventCoding: { system: "https://example.org/event", code: "referral" }, source: { name: "PAS", endpoint: "https://example.org/pas" } } });
  const message = (id: string, ...entry: Entry[]): Resource => bundle("message", [header(id), ...entry]);
  const answered = (sent: Sent): Resource => (sent.body["entry"] as Entry[])[0]!.resource!;

  it("is answered with a message that says ok, and the same one again takes effect once", async () => {
    const body = message("m-1", { resource: patient("m1") }, { resource: condition("mc1", "m1") });
    const first = await send(body);
    assert.equal(first.answer.status, 200);
    assert.deepEqual([first.body["type"], answered(first)["response"]], ["message", { identifier: "m-1", code: "ok" }]);
    assert.deepEqual(answered(first)["eventCoding"], { system: "https://example.org/event", code: "referral" });
    assert.match(await open("m1", "/problems"), /Condition mc1/);
    const kept = (await listed(product, FEED)).length;
    const again = await send(body);
    assert.deepEqual(answered(again)["response"], { identifier: "m-1", code: "ok" });
    assert.equal((await listed(product, FEED)).length, kept);
    assert.ok((await listed(product, FEED)).some((each) => each.controlId === "m-1"));
  });

  it("that cannot be used is answered with fatal-error and the faults with their places; nothing of it is stored", async () => {
    const before = await resources();
    const sent = await send(message("m-2", { resource: patient("m2", { gender: "woman" }) }));
    assert.equal(sent.answer.status, 422);
    const response = answered(sent)["response"] as { identifier: string; code: string; details: { reference: string } };
    assert.deepEqual([response.identifier, response.code], ["m-2", "fatal-error"]);
    const details = (sent.body["entry"] as Entry[]).find((each) => each.fullUrl === response.details.reference)!.resource!;
    assert.deepEqual(details["issue"][0].expression, ["Bundle.entry[1].resource.gender"]);
    assert.deepEqual(await resources(), before);
  });

  it("without its MessageHeader first is refused", async () => {
    const { answer } = await send(bundle("message", [{ resource: patient("m3") }, header("m-3")]));
    assert.equal(answer.status, 422);
    assert.match(answer.text, /begins with a MessageHeader \(bdl-12\)/);
  });
});

describe("a document", () => {
  const composition: Resource = { resourceType: "Composition", id: "comp1", status: "final", type: { coding: [{ system: "http://snomed.info/sct", code: "373942005", display: "Discharge summary" }] }, subject: { reference: "Patient/d1" }, date: "2026-02-03T10:00:00Z", author: [{ display: "Dr Ann Fry" }], title: "Discharge summary of the ward", section: [{ title: "Problems", entry: [{ reference: "Condition/dc1" }] }] };
  const document = (...entry: Resource[]): Resource => bundle("document", entry.map((resource) => ({ fullUrl: `https://example.org/${resource.resourceType}/${resource.id}`, resource })), { identifier: { system: "https://example.org/documents", value: "doc-1" }, timestamp: "2026-02-03T10:05:00Z" });

  it("stands under documents as a whole, and its entries stand in their sections", async () => {
    const sent = await send(document(composition, patient("d1"), condition("dc1", "d1")));
    assert.equal(sent.answer.status, 200, sent.answer.text);
    assert.deepEqual([(await resources())["DocumentReference"], (await resources())["Composition"]], [1, undefined]);
    const [personId] = await reader.find({ family: "Bundled1", dateOfBirth: "1950-03-01" });
    assert.match((await reader.open(personId!, "/documents")).text, /Discharge summary/);
    assert.match((await reader.open(personId!, "/problems")).text, /Condition dc1/);
  });

  it("whose first entry is no Composition, or that has no identifier, is refused", async () => {
    const { answer } = await send({ ...document(patient("d2"), composition), identifier: undefined });
    assert.equal(answer.status, 422);
    for (const rule of ["bdl-9", "bdl-11"]) assert.match(answer.text, new RegExp(rule));
  });
});

describe("FHIR in XML", () => {
  it("is taken like JSON, whatever the content type says, and answered in XML where that is asked for", async () => {
    const xml = writeFhirXml(bundle("transaction", [put(patient("x1")), put(condition("xc1", "x1"))]));
    for (const type of ["application/fhir+xml", "application/octet-stream"]) assert.equal((await client.post("/fhir", xml, type)).status, 200);
    assert.match(await open("x1", "/problems"), /Condition xc1/);
    const answer = await fetch(`${product.base}/feeds/${FEED}/fhir`, { method: "POST", headers: { authorization: `Bearer ${await client.token()}`, "content-type": "application/fhir+xml", accept: "application/fhir+xml" }, body: xml });
    assert.match(answer.headers.get("content-type")!, /fhir\+xml/);
    const body = readFhirXml(Buffer.from(await answer.text()));
    assert.ok(body.ok && body.resource["type"] === "transaction-response");
  });

  it("with a DOCTYPE, an unknown element or a wrong value is refused with line or place, and kept", async () => {
    const cases: [string, number, RegExp][] = [
      ['<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<Patient xmlns="http://hl7.org/fhir"/>', 400, /DOCTYPE is not allowed \(line 2, column \d+\)/],
      ['<Patient xmlns="http://hl7.org/fhir">\n<nmae/></Patient>', 400, /Patient\.nmae is not an element .*\(line 2, column 1\)/],
      ['<Patient xmlns="http://hl7.org/fhir"><gender value="woman"/></Patient>', 422, /Patient\.gender/],
      ["<Patient", 400, /line 1/],
    ];
    for (const [body, status, why] of cases) {
      const answer = await client.post("/fhir", body, "application/fhir+xml");
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, why);
      assert.equal((await listed(product, FEED)).at(-1)!.state, "rejected");
    }
  });
});
