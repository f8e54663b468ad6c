/** Documents from outside: sent by a feed, kept in an object store that fails, read for search, shown by what they are. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FeedClient, listed } from "../support/feed-command.ts";
import { gpConnect, lacksOutsideData } from "../support/outside-data.ts";
import { STAFF } from "../support/people.ts";
import { startProduct, type Product } from "../support/product.ts";
import { S3_KEYS, startS3StandIn, type S3StandIn } from "../support/s3-stand-in.ts";
import { CDA_LETTER, pdf } from "../support/sample-documents.ts";
import { ADMINISTRATOR, WebReader } from "../support/web-reader.ts";

const FEED = "ryy-fhir";
let s3: S3StandIn;
let product: Product;
let feed: FeedClient;
before(async () => {
  s3 = await startS3StandIn();
  product = await startProduct({ env: { KMCR_DOCUMENTS: "s3", KMCR_S3_ENDPOINT: s3.endpoint, KMCR_S3_BUCKET: "documents", KMCR_S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId, KMCR_S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey } });
  feed = new FeedClient(product, FEED);
});
after(async () => {
  await product?.stop();
  await s3?.stop();
});

/** A letter about a person of its own. */
const letter = (id: string, family: string, bytes: Buffer, contentType: string, title: string): string =>
  JSON.stringify({
    resourceType: "Bundle", type: "transaction", entry: [
      { resourceType: "Patient", id: `p-${id}`, name: [{ family, given: ["Ann"] }], birthDate: "1950-03-01", gender: "female" },
      { resourceType: "DocumentReference", id: `d-${id}`, status: "current", subject: { reference: `Patient/p-${id}` }, type: { text: title }, date: "2026-11-01T10:00:00Z", description: title, content: [{ attachment: { contentType, title, data: bytes.toString("base64") } }] },
    ].map((resource) => ({ resource, request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` } })),
  });

const nurse = (): Promise<WebReader> => WebReader.signIn(product, STAFF.communityNurse);

/** The page of the only document of a person, once it is there. */
async function documentPage(family: string, title: string, wanted: RegExp): Promise<{ address: string; text: string; html: string }> {
  const reader = await nurse();
  for (const until = Date.now() + 60_000; ; await sleep(500)) {
    const [id] = await reader.find({ family, dateOfBirth: "1950-03-01" });
    if (id !== undefined) {
      const list = await reader.open(id, "/documents");
      const address = new RegExp(`href="(/person/[^"]+/(?:item|documents)/[^"#]+)"[^>]*>${title}<`).exec(list.html)?.[1]?.replace("/documents/", "/item/");
      const page = address === undefined ? null : await reader.get(address);
      if (page !== null && wanted.test(page.text)) return { address: address!, text: page.text, html: page.html };
      if (Date.now() > until) assert.fail(`${title}: ${page?.text.slice(0, 1500) ?? list.text.slice(0, 500)}`);
    } else if (Date.now() > until) assert.fail(`${family} was never found`);
  }
}

describe("documents in an object store", () => {
  const report = pdf(["Echocardiogram report", "Ejection fraction 35 percent", ...Array.from({ length: 12 }, (_, index) => `Appendix ${index} ${"measured ".repeat(30)}`)]);

  it("EXC-04 while the store is away a letter is kept and not half-stored; when it is back the letter is there, and its words are read", async () => {
    Object.assign(s3, { fault: "slow-down", faults: Infinity });
    const answer = await feed.post("/fhir", letter("1", "Storeaway", report, "application/pdf", "Echo report"));
    assert.equal(answer.status, 202, answer.text);
    assert.deepEqual((await listed(product, FEED)).map((each) => each.state), ["kept"]);
    assert.equal(s3.objects.size, 0);
    assert.deepEqual(await (await nurse()).find({ family: "Storeaway", dateOfBirth: "1950-03-01" }), [], "nothing of the message took effect");
    s3.fault = "none";
    const page = await documentPage("Storeaway", "Echo report", /Ejection fraction 35 percent/);
    assert.match(page.text, /Words of this document, read by machine Page 1 Echocardiogram report Page 2/);
    const key = hash("sha256", report);
    assert.deepEqual(s3.objects.get(`documents/${key.slice(0, 2)}/${key}`)?.bytes, report);
    assert.deepEqual((await listed(product, FEED)).map((each) => each.state), ["applied"]);
  });

  it("a reader is told when the store cannot give a document, and the rest of the entry stands", async () => {
    const { address } = await documentPage("Storeaway", "Echo report", /Open the document/);
    s3.fault = "forbidden";
    const page = await (await nurse()).get(address);
    assert.equal(page.status, 200);
    assert.match(page.text, /store of documents does not answer/);
    s3.fault = "none";
  });

  it("a CDA document is read into the page, and a type that lies is marked and shown by its content", async () => {
    const large = CDA_LETTER.replace("Admitted with cough.", `Admitted with cough. ${"Observed. ".repeat(600)}`);
    assert.equal((await feed.post("/fhir", letter("2", "Cdaletter", Buffer.from(large), "application/pdf", "Discharge letter"))).status, 200);
    const { text } = await documentPage("Cdaletter", "Discharge letter", /Community acquired pneumonia/);
    assert.match(text, /The source says that this document is PDF\. It is not/);
    assert.match(text, /Dr Ada Writer, Consultant physician, Example Hospital/);
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    assert.match((await officer.get(`/office/quarantine?feed=${FEED}`)).text, /the document is said to be application\/pdf, its content is cda/);
  });

  it("the sample documents of GP Connect: a PDF is opened and its words found, a Word file that says msword is named and kept", { skip: lacksOutsideData }, async () => {
    for (const [id, name, title] of [["3", "9388098431.document-application-pdf.json", "Sample pdf"], ["4", "9690937286.document.json", "Sample word"]] as const) {
      const binary = JSON.parse(gpConnect(name).toString("utf8")) as { contentType: string; content: string };
      assert.equal((await feed.post("/fhir", letter(id, `Outside${id}`, Buffer.from(binary.content, "base64"), binary.contentType, title))).status, 200);
    }
    const { address } = await documentPage("Outside3", "Sample pdf", /Words of this document, read by machine/);
    const opened = await (await nurse()).get(`${address}/document?part=0`);
    assert.equal(opened.status, 200);
    await documentPage("Outside4", "Sample word", /This document is a Word document and cannot be shown here\. It is kept as it came\./);
  });
});
