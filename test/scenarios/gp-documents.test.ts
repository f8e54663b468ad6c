/** Documents of a GP practice (GP Connect Access Document), from outside: sent as the practice's system answers, read on the Documents page. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { FeedClient } from "#test/feed-command.ts";
import { gpConnect, lacksOutsideData } from "#test/outside-data.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { WebReader, type Page } from "#test/web-reader.ts";

const NHS = "9690937286";
const PDF = "9388098431.document-application-pdf.json";
let product: Product;
let practice: FeedClient;
let nurse: WebReader;
before(async () => {
  product = await startProduct();
  practice = new FeedClient(product, "gp-g82002");
  nurse = await WebReader.signIn(product, STAFF.communityNurse);
});
after(() => product?.stop());

const described = (binary: string, description: string): string =>
  JSON.stringify({
    resourceType: "Bundle", type: "searchset", entry: [
      { resource: { resourceType: "DocumentReference", id: `d-${binary}`, status: "current", indexed: "2026-10-01T10:00:00+00:00", type: { text: "Clinic letter" }, subject: { reference: "Patient/77" }, description, content: [{ attachment: { contentType: "application/pdf", url: `https://gp.example/G82002/STU3/1/gpconnect/Binary/${binary}`, size: 100 } }] } },
    ],
  });
const send = async (body: string | Buffer, query = `?patientNHSNumber=${NHS}`): Promise<{ status: number; text: string }> => practice.post(`/gp-connect${query}`, body);
async function documents(): Promise<Page> {
  const [id] = await nurse.find({ nhsNumber: NHS });
  assert.ok(id);
  return nurse.open(id, "/documents");
}
const addressOf = (page: Page, title: string): string => new RegExp(`href="(/person/[^"]+/(?:item|documents)/[^"#]+)"[^>]*>${title}<`).exec(page.html)?.[1]?.replace("/documents/", "/item/") ?? assert.fail(`no ${title} in ${page.text}`);

describe("documents of a GP practice", { skip: lacksOutsideData }, () => {
  it("EXC-04 a practice's document is kept under the patient asked for: its description, then its bytes, in one entry of the Documents page", async () => {
    const { id } = JSON.parse(gpConnect(PDF).toString("utf8")) as { id: string };
    const first = await send(described(id, "Letter from cardiology"));
    assert.equal(first.status, 200, first.text.slice(0, 500));
    assert.doesNotMatch((await nurse.get(addressOf(await documents(), "Letter from cardiology"))).text, /Open the document/);
    const bytes = await send(gpConnect(PDF));
    assert.equal(bytes.status, 200, bytes.text.slice(0, 500));
    const page = await documents();
        assert.doesNotMatch(page.text, /Document application/);
    const address = addressOf(page, "Letter from cardiology");
    assert.match((await nurse.get(address)).text, /Open the document/);
    const opened = await nurse.get(`${address}/document?part=0`);
    assert.deepEqual([opened.status, opened.html.startsWith("%PDF")], [200, true]);
  });

  it("EXC-04 the description again, changed, keeps the bytes; the next structured record leaves documents where they are", async () => {
    const { id } = JSON.parse(gpConnect(PDF).toString("utf8")) as { id: string };
    assert.equal((await send(described(id, "Letter from cardiology, corrected"))).status, 200);
    const address = addressOf(await documents(), "Letter from cardiology, corrected");
    assert.equal((await nurse.get(`${address}/document?part=0`)).status, 200);
    assert.equal((await send(gpConnect("9690937286.structuredRecord.json"), "")).status, 200);
    const next = JSON.parse(gpConnect("9690937286.structuredRecord.json").toString("utf8")) as { entry: { resource: { resourceType: string } }[] };
    next.entry = next.entry.filter(({ resource }) => resource.resourceType !== "AllergyIntolerance");
    assert.equal((await send(JSON.stringify(next), "")).status, 200);
    assert.equal((await nurse.get(`${addressOf(await documents(), "Letter from cardiology, corrected")}/document?part=0`)).status, 200);
  });

  it("EXC-04 a Word document that says no more than itself is kept and named; bytes again change nothing", async () => {
    const word = gpConnect("9690937286.document.json");
    const [once, again] = [await send(word, "?patientNHSNumber=9990000018"), await send(word, "?patientNHSNumber=9990000018")];
    assert.deepEqual([once.status, again.status], [200, 200], `${once.text} ${again.text}`);
    const [id] = await nurse.find({ nhsNumber: "9990000018" });
    const page = await nurse.open(id!, "/documents");
    assert.match((await nurse.get(addressOf(page, "Document"))).text, /This document is a Word document and cannot be shown here/);
  });

  it("EXC-04 documents of nobody, of a number that is none, without bytes or with bytes that are none, are refused with the place", async () => {
    const broken = JSON.stringify({ resourceType: "Binary", id: "x", contentType: "application/pdf", content: "###" });
    for (const [body, query, why] of [
      [described("x", "Nobody's"), "", /patientNHSNumber.*give patientNHSNumber with them|give patientNHSNumber with them/],
      [described("x", "Nobody's"), "?patientNHSNumber=99900004", /no NHS number of ten digits/],
      [broken, `?patientNHSNumber=${NHS}`, /Binary\.content.*is not base64/],
      [JSON.stringify({ resourceType: "Binary", content: "aGk=" }), `?patientNHSNumber=${NHS}`, /Binary\.contentType.*missing/],
    ] as const) {
      const answer = await send(body, query);
      assert.equal(answer.status, 422, answer.text);
      assert.match(answer.text, why);
    }
  });
});
