import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resource } from "#standards";
import { gpConnect, lacksOutsideData } from "#test/outside-data.ts";
import { convertDocuments, isDocuments, joined, type GpDocument, type Json } from "./index.ts";

const DATA = Buffer.from("Dear colleague").toString("base64");
const binary = (more: Json = {}): Json => ({ resourceType: "Binary", id: "b1", contentType: "text/plain", content: DATA, ...more });
const reference = (more: Json = {}): Json => ({ resourceType: "DocumentReference", id: "d1", status: "current", indexed: "2026-11-01T10:00:00+00:00", type: { text: "Clinic letter" }, subject: { reference: "Patient/2" }, description: "Letter to the practice", content: [{ attachment: { contentType: "text/plain", url: "https://gp.example/STU3/1/Binary/b1" } }], ...more });
const bundle = (...resources: Json[]): Json => ({ resourceType: "Bundle", type: "searchset", entry: resources.map((resource) => ({ resource })) });
const documents = (body: unknown): readonly GpDocument[] => {
  const read = convertDocuments(body);
  assert.ok(read.ok, JSON.stringify(read));
  return read.documents;
};
const faults = (body: unknown): string[] => {
  const read = convertDocuments(body);
  return read.ok ? [] : read.faults.map((each) => `${each.expression} ${each.why}`);
};

test("documents are told from structured records by what is in them", () => {
  for (const body of [binary(), reference(), bundle(reference()), bundle({ resourceType: "Organization", id: "o" }, binary())]) assert.ok(isDocuments(body));
  for (const body of [bundle(reference(), { resourceType: "List", id: "l" }), bundle({ resourceType: "Patient", id: "1" }), bundle(), { resourceType: "Bundle", entry: [null] }, null, [], "Binary"]) assert.ok(!isDocuments(body));
});

test("a description becomes R4 and takes the bytes of its Binary, which leaves nothing of its own", () => {
  const [document, ...others] = documents(bundle(reference(), binary()));
  assert.equal(others.length, 0);
  assert.deepEqual([document!.binaryId, document!.bytesAlone, document!.resource["date"], document!.resource["description"]], ["b1", false, "2026-11-01T10:00:00+00:00", "Letter to the practice"]);
  assert.deepEqual(document!.resource["content"], [{ attachment: { contentType: "text/plain", url: "https://gp.example/STU3/1/Binary/b1", data: DATA } }]);
});

test("description and bytes that come apart meet under one key and make the same document, whichever is first", () => {
  const [described] = documents(reference());
  const [bytes] = documents(binary());
  assert.deepEqual([described!.binaryId, bytes!.binaryId, bytes!.bytesAlone], ["b1", "b1", true]);
  const as = (one: GpDocument): Resource => one.resource as unknown as Resource;
  const [first, second] = [joined(as(described!), as(bytes!), true), joined(as(bytes!), as(described!), false)];
  assert.deepEqual(first["content"], second["content"]);
  assert.deepEqual([first["description"], second["description"]], ["Letter to the practice", "Letter to the practice"]);
  assert.deepEqual(joined(first, as(described!), false)["content"], first["content"], "a description again keeps the bytes");
  const [moved] = documents(reference({ content: [{ attachment: { contentType: "text/plain", url: "https://gp.example/STU3/1/Binary/b2" } }] }));
  assert.equal((joined(first, as(moved!), false)["content"] as [{ attachment: Json }])[0].attachment["data"], undefined, "bytes of another address are not its own");
});

test("malformed documents are refused with their place, and none of the others is taken", () => {
  assert.deepEqual(faults(binary({ contentType: undefined })), ["Binary.contentType missing"]);
  assert.deepEqual(faults(binary({ content: undefined })), ["Binary.content no text in base64"]);
  assert.deepEqual(faults(bundle(reference(), binary({ content: "not base64!" }))), ["Bundle.entry[1].resource.content is not base64"]);
  assert.deepEqual(faults(reference({ content: [] })), ["DocumentReference.content a document needs an attachment"]);
  assert.deepEqual(faults(reference({ content: [{}] })), ["DocumentReference.content a document needs an attachment"]);
  assert.deepEqual(faults(reference({ id: undefined, content: [{ attachment: { contentType: "text/plain" } }] })), ["DocumentReference.id a document needs an id, or the address of its Binary"]);
});

test("real answers of Access Document are taken whole, one whose id is no id by its bytes", { skip: lacksOutsideData }, () => {
  for (const [name, type, id] of [["9388098431.document-application-pdf.json", "application/pdf", /^07a6483f/], ["9690937286.document.json", "application/msword", /^[0-9a-f]{64}$/]] as const) {
    const sent = JSON.parse(gpConnect(name).toString("utf8")) as { content: string };
    const [document] = documents(sent);
    assert.match(document!.binaryId, id);
    const { attachment } = (document!.resource["content"] as [{ attachment: { contentType: string; data: string } }])[0];
    assert.equal(attachment.contentType, type);
    assert.ok(Buffer.from(attachment.data, "base64").equals(Buffer.from(sent.content, "base64")));
  }
});
