import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type DocumentStore, folderStore, isRefusal, openPool, type Pool, uuidv7 } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { decisionFor } from "#test/sample-person.ts";
import { CDA_LETTER, pdf, PNG, RTF_LETTER } from "#test/sample-documents.ts";
import { parseJson, readSearchWords, type Resource } from "#standards";
import { openRecord, readItem } from "../read.ts";
import { searchDocuments, type DocumentHits } from "../search.ts";
import { storeItems, type ItemToStore } from "../write.ts";
import { dataAt, keepDocuments, keepDocumentsIn, readDocumentText, readItemDocuments, readWaitingWords, restored, sweepDocuments, wordsOf } from "./index.ts";
import { setAside } from "./set-aside.ts";

const none = (): undefined => undefined;
const letter = (bytes: Buffer, contentType: string, more: Record<string, unknown> = {}): Resource => ({ resourceType: "DocumentReference", status: "current", content: [{ attachment: { contentType, data: bytes.toString("base64"), title: "Letter", ...more } }], date: "2026-01-31T10:00:00Z" });
const large = (text: string): Buffer => Buffer.from(text.padEnd(5000, " ."));

describe("documents leave their resources", () => {
  test("large data goes wherever it is, and the resource comes back to the letter", async () => {
    const bytes = large("one");
    const data = bytes.toString("base64");
    const resource = parseJson(JSON.stringify({ resourceType: "DiagnosticReport", presentedForm: [{ contentType: "text/plain", language: "en", data, size: 5000, hash: "x", url: "http://elsewhere" }], contained: [{ resourceType: "Binary", id: "b", contentType: "application/pdf", data }], extension: [{ url: "u", valueAttachment: { data, contentType: "text/plain" } }], valueQuantity: { value: "N" } }).replace('"N"', "0.10")) as Resource;
    const aside = setAside(resource, none);
    assert.deepEqual(aside.documents.map((each) => [each.place, each.hash, each.inBody]), [["presentedForm[0]", hash("sha256", bytes), false], ["contained[0]", hash("sha256", bytes), false], ["extension[0].valueAttachment", hash("sha256", bytes), false]]);
    assert.ok(JSON.stringify(aside.resource).length < 1500);
    assert.equal(JSON.stringify(await restored(aside.resource, async () => bytes)), JSON.stringify(resource));
    await assert.rejects(restored(aside.resource, async () => null), /not in the store/);
  });

  test("what is small stays; data that is no base64, or is broken into lines, stays as it was sent", () => {
    const small = letter(Buffer.from("short"), "text/plain");
    assert.equal(setAside(small, none).resource, small);
    assert.deepEqual(setAside(small, none).documents.map((each) => [each.inBody, each.statedType, each.title]), [[true, "text/plain", "Letter"]]);
    assert.deepEqual(dataAt(small, "content[0].attachment"), Buffer.from("short"));
    const broken = letter(Buffer.from(""), "text/plain", { data: "%%%%" });
    assert.equal(setAside(broken, none).resource, broken);
    assert.deepEqual(setAside(broken, none).unreadable, [{ place: "content[0].attachment", why: "its data is not base64" }]);
    const lines = letter(Buffer.from(""), "text/plain", { data: large("x").toString("base64").replace(/.{76}/g, "$&\n") });
    assert.equal(setAside(lines, none).resource, lines);
    assert.equal(setAside(lines, none).documents[0]!.inBody, true);
    const observation: Resource = { resourceType: "Observation", valueSampledData: { data: "1 2 3 E", dimensions: 1 } };
    assert.equal(setAside(observation, none).documents.length, 0);
  });

  test("a Binary that is sent beside its description is found from it, and a changed one changes it", async () => {
    const resource: Resource = { resourceType: "DocumentReference", content: [{ attachment: { contentType: "application/pdf", url: "Binary/b1" } }] };
    const of = (bytes: Buffer) => setAside(resource, (url) => (url === "Binary/b1" ? { resourceType: "Binary", contentType: "application/pdf", data: bytes.toString("base64") } : undefined));
    const [first, second] = [of(pdf(["one"])), of(pdf(["two"]))];
    assert.equal(first.documents[0]!.place, "content[0].attachment");
    assert.notEqual(JSON.stringify(first.resource), JSON.stringify(second.resource));
    assert.deepEqual(await restored(first.resource, async () => null), resource);
  });

  test("whatever a resource holds, it comes back the same", async () => {
    const json = fc.letrec((tie) => ({ value: fc.oneof({ depthSize: "small" }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(fc.constantFrom("data", "_data", "contentType", "url", "a", "b"), tie("value"))) })).value;
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom("content", "data", "contentType"), json), async (fields) => {
        const resource = { resourceType: "Binary", ...fields, big: { contentType: "text/plain", data: large("x").toString("base64") } } as Resource;
        const store = new Map<string, Buffer>();
        const aside = setAside(resource, none);
        for (const each of aside.documents) store.set(each.hash, each.bytes);
        assert.equal(JSON.stringify(await restored(aside.resource, async (name) => store.get(name) ?? null)), JSON.stringify(resource));
      }),
    );
  });
});

describe("the words of a document", () => {
  test("PDF page by page, CDA, RTF, HTML and text; images, and scanned pages, say that there are none", async () => {
    assert.deepEqual(await wordsOf(pdf(["Potassium 5.9\nrepeat", "Second page"], { compressed: true }), "application/pdf"), { state: "read", pages: ["Potassium 5.9\nrepeat", "Second page"] });
    const cda = await wordsOf(Buffer.from(CDA_LETTER), "text/xml");
    assert.ok(cda.state === "read" && /Ada Writer[\s\S]*Community acquired pneumonia/.test(cda.pages[0]!));
    const rtf = await wordsOf(Buffer.from(RTF_LETTER), "application/rtf");
    assert.ok(rtf.state === "read" && rtf.pages[0]!.includes("Doxycycline\t100 mg"));
    assert.deepEqual(await wordsOf(PNG, "image/png"), { state: "no-text", why: "no words in it" });
    assert.deepEqual(await wordsOf(pdf([""]), "application/pdf"), { state: "no-text", why: "no words in it: it may be a scanned picture", pageCount: 1 });
  });

  test("a document that cannot be read, takes too long or too much says so, and never that it has no text", async () => {
    assert.deepEqual(await wordsOf(Buffer.from("%PDF-1.7 broken"), "application/pdf"), { state: "not-read", why: "it is not a PDF that can be read" });
    assert.match(JSON.stringify(await wordsOf(Buffer.from(CDA_LETTER.replace("<title>", "<title>&boom;")), "text/xml")), /"not-read".*undefined entity/);
    assert.deepEqual(await wordsOf(Buffer.alloc(2 * 1_048_576, 65), "text/plain", { seconds: 5, megabytes: 1, heapMb: 64 }), { state: "not-read", why: "it is larger than 1 MiB" });
    assert.deepEqual(await wordsOf(pdf(["x"]), "application/pdf", { seconds: 0.001, megabytes: 1, heapMb: 128 }), { state: "not-read", why: "reading it took longer than 0.001 seconds" });
  });

  test("a stream that grows a thousandfold ends its own thread and nothing else", async () => {
    const bomb = pdf(["x"], { stream: Buffer.from(`BT /F1 12 Tf ${"(A) Tj ".repeat(3_000_000)} ET`, "latin1"), compressed: true });
    assert.ok(bomb.length < 200_000, `${bomb.length} bytes`);
    const read = await wordsOf(bomb, "application/pdf", { seconds: 1, megabytes: 50, heapMb: 96 });
    assert.equal(read.state, "not-read", JSON.stringify(read).slice(0, 200));
  });
});

describe("documents of the record", { skip: process.env["KMCR_TEST_DATABASE_URL"] === undefined && "needs the test database of npm test" }, () => {
  let database: NonNullable<Awaited<ReturnType<typeof freshDatabase>>>;
  let intake: Pool;
  let pages: Pool;
  let folder: string;
  let store: DocumentStore;
  before(async () => {
    database = (await freshDatabase("documents"))!;
    intake = openPool(database.address, "kmcr_intake", 4);
    pages = openPool(database.address, "kmcr_pages", 2);
    folder = mkdtempSync(join(tmpdir(), "kmcr-documents-"));
    store = folderStore(folder);
    keepDocumentsIn(store);
  });
  after(async () => {
    keepDocumentsIn(null);
    await Promise.all([intake.end(), pages.end()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const home = uuidv7();
  let serial = 0;
  async function put(resources: Record<string, Resource>): Promise<string[]> {
    const items: ItemToStore[] = [];
    for (const [sourceKey, resource] of Object.entries(resources)) {
      const kept = await keepDocuments(resource, none);
      items.push({ sourceKey, resource: kept.resource, documents: kept.documents });
    }
    return intake.transaction(async (sql) => (await storeItems(sql, { sourcePatientId: home, isNew: serial++ === 0, organisation: "RVV", feed: "f", messageId: uuidv7(), received: new Date(), items, context: { resolve: none } })).ids);
  }
  const decision = (more: Record<string, unknown> = {}) => decisionFor({ personId: uuidv7(), sourcePatientIds: [home], ...more } as never);
  const read = <T>(work: Parameters<typeof openRecord<T>>[2]): Promise<T> => openRecord(pages, decision(), work);

  const documentsOf = async (id: string) => {
    const found = await read((sql) => readItemDocuments(sql, decision(), id));
    return isRefusal(found) ? assert.fail(found.message) : found;
  };

  test("bytes lie in the store, the row says what they are, and the item's version names its own document", async () => {
    const [first, second] = [pdf(["Troponin raised", "Follow up in clinic"]), pdf(["Corrected letter"])];
    const [id] = await put({ a: letter(first, "application/pdf") });
    assert.deepEqual((await documentsOf(id!)).map((each) => [each.place, each.kind, each.hash, each.textState]), [["content[0].attachment", "pdf", hash("sha256", first), "waiting"]]);
    await put({ a: letter(second, "application/pdf") });
    assert.deepEqual((await documentsOf(id!)).map((each) => each.hash), [hash("sha256", second)]);
    assert.ok((await readWaitingWords(intake, store, new Date())) >= 2);
    assert.deepEqual(await read((sql) => readDocumentText(sql, decision(), id!, hash("sha256", second))), ["Corrected letter"]);
    assert.deepEqual(await read((sql) => readDocumentText(sql, decision(), id!, hash("sha256", first))), ["Troponin raised", "Follow up in clinic"], "an earlier version's words stay with it");
  });

  test("search finds words on their page, in current documents alone, and says how many it could not search", async () => {
    const [, picture] = await put({ b: letter(large("Warfarin 3 mg, INR 2.4"), "text/plain"), c: letter(PNG, "image/png") });
    await readWaitingWords(intake, store, new Date());
    const find = (typed: string, by = decision()): Promise<DocumentHits> => openRecord(pages, by, (sql) => searchDocuments(sql, by, { words: readSearchWords(typed), writer: [] }, 10));
    const { hits, documents, unread } = await find("inr WARF");
    assert.deepEqual([documents, hits.map((each) => [each.page, each.part])], [1, [[1, 0]]]);
    assert.match(hits[0]!.text, /Warfarin 3 mg, INR 2\.4/);
    assert.ok(unread >= 1 && picture !== undefined);
    assert.deepEqual((await find("Troponin")).hits, [], "an earlier version's");
    assert.equal((await find("arfarin")).documents, 0, "the middle of a word");
    assert.equal((await find("warfarin", decision({ sourcePatientIds: [uuidv7()] }))).documents, 0);
    assert.equal((await find("warfarin", decision({ sections: new Set(["medicines"]) }))).documents, 0);
  });

  test("a word on one page and a word on another, or in the entry's own line, find the document, at the page with most of them; a very long page is cut and found to its end", async () => {
    const find = (typed: string): Promise<DocumentHits> => read((sql) => searchDocuments(sql, decision(), { words: readSearchWords(typed), writer: [] }, 10));
    await put({ f: { ...letter(pdf(["Seen in clinic", "Spirometry obstructive, spirometry repeated", "Plan: pulmonary rehabilitation"]), "application/pdf"), description: "Respiratory letter" } as Resource, g: letter(large(`${"filler words ".repeat(20_000)} zebrafish`), "text/plain") });
    await readWaitingWords(intake, store, new Date());
    const { hits } = await find("obstructive rehabilitation respiratory");
    assert.deepEqual(hits.map((each) => [each.page, each.pages]), [[2, 3]]);
    assert.deepEqual((await find("zebrafish")).hits.map((each) => each.page), [2]);
    assert.equal((await find("respiratory")).documents, 0, "its entry is found by its own line, no page of it agrees");
  });

  test("a type that lies is a finding; the resource given back is what was sent", async () => {
    const page = large("<html><script>alert(1)</script><p>Words</p>");
    const resource = letter(page, "application/pdf");
    const kept = await keepDocuments(resource, none);
    assert.deepEqual(kept.findings, [{ code: "feeds.document-type", why: "the document is said to be application/pdf, its content is html: shown by its content", place: "DocumentReference.content[0].attachment" }]);
    const [id] = await put({ d: resource });
    const item = await read((sql) => readItem(sql, decision(), id!));
    assert.ok("resource" in item);
    const back = await restored(item.resource, (name) => store.get(name));
    assert.equal(JSON.stringify({ ...back, id: undefined }), JSON.stringify({ ...resource, id: undefined }));
  });

  test("reading waits while the store is away, and the tries of that time do not count", async () => {
    const [id] = await put({ e: letter(large("Later words"), "text/plain") });
    const { DocumentStoreUnavailable } = await import("#platform");
    const away: DocumentStore = { ...store, get: async () => Promise.reject(new DocumentStoreUnavailable("away")) };
    await readWaitingWords(intake, away, new Date());
    assert.equal((await documentsOf(id!))[0]!.textState, "waiting");
    assert.equal(await readWaitingWords(intake, store, new Date()), 0, "not at once again");
    await readWaitingWords(intake, store, new Date(Date.now() + 60_000));
    assert.equal((await documentsOf(id!))[0]!.textState, "read");
  });

  test("the sweep takes what is nobody's and a day old, and nothing else", async () => {
    const orphan = await store.put(large("kept for a message that failed"));
    const before = (await Array.fromAsync(store.list())).length;
    assert.equal(await sweepDocuments(intake, store, new Date()), 0, "it may belong to a message that is on its way");
    assert.equal(await sweepDocuments(intake, store, new Date(Date.now() + 25 * 3_600_000)), 1);
    assert.equal(await store.has(orphan), false);
    assert.equal((await Array.fromAsync(store.list())).length, before - 1);
  });
});
