/** A former identity (adoption by a step-parent: the same family name and birth date are usual), once sealed: nowhere a trace of it, and the present person as before. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll } from "#test/admission.ts";
import { kmcr, listed, untilApplied } from "#test/feed-command.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { WebReader, type Page } from "#test/web-reader.ts";

const FORMER = storyNhsNumber(721);
const PRESENT = storyNhsNumber(722);
const BIRTH = "20180704";
const spaced = (number: string): string => number.replace(/(\d{3})(\d{3})(\d{4})/, "$1 $2 $3");
/** What is told of the former identity by any of these words. */
const FORMERLY = ["Bornas", "Rowanfirst", "FI-OLD", FORMER, spaced(FORMER), "ME9 8AB", "adoption"];

let product: Product;
let doctor: WebReader;
let officer: WebReader;
let administrator: WebReader;
let former: string;
let present: string;
let oldItems: string[] = [];
before(async () => {
  product = await startProduct();
  [doctor, officer, administrator] = await Promise.all([WebReader.signIn(product, STAFF.gp), WebReader.signIn(product, STAFF.identityOfficer), WebReader.signIn(product, STAFF.administrator)]);
  // The child before: known at one hospital, and at another that later writes the new name over the old one.
  await sendAll(product.mllpPort,
    admission("RVV", "FI-OLD", { nhsNumber: FORMER, name: "Bornas^Rowanfirst", birth: BIRTH, sex: "M", postcode: "ME9 8AB", traced: true }),
    admission("RN7", "FI-KEPT", { nhsNumber: FORMER, name: "Bornas^Rowanfirst", birth: BIRTH, sex: "M", postcode: "ME9 8AB", traced: true }));
  await untilApplied(product, "rn7-adt");
  await sleep(300);
  [former] = (await doctor.find({ nhsNumber: FORMER })) as [string];
  oldItems = [...(await doctor.open(former, "/hospital-care")).html.matchAll(/href="(\/person\/[0-9a-f-]{36}\/item\/[0-9a-f]{64})"/g)].map((each) => each[1]!);
  await sendAll(product.mllpPort,
    admission("RN7", "FI-KEPT", { nhsNumber: PRESENT, name: "Stepwell^Rowan", birth: BIRTH, sex: "M", postcode: "CT1 1ZZ", traced: true }),
    admission("RPA", "FI-NEW", { nhsNumber: PRESENT, name: "Stepwell^Rowan", birth: BIRTH, sex: "M", postcode: "CT1 1ZZ", traced: true }));
  await untilApplied(product, "rpa-adt").catch(() => undefined);
  await sleep(500);
  const found = await doctor.find({ nhsNumber: PRESENT });
  assert.equal(found.length, 1, found.join());
  present = found[0]!;
});
after(() => product?.stop());

const telling = (pages: readonly (readonly [string, Page])[]): string[] => pages.flatMap(([name, page]) => FORMERLY.filter((word) => page.html.toLowerCase().includes(word.toLowerCase())).map((word) => `${word} on ${name}`));
const details = async (): Promise<Page> => doctor.open(present, "/details");

describe("a former identity", () => {
  it("is told of before it is sealed: what the test looks for can be seen", async () => {
    assert.match((await doctor.open(former, "/details")).text, /Bornas/i);
    assert.match((await details()).text, /Bornas/i, "the hospital that wrote the new name over the old one");
    assert.ok(oldItems.length > 0);
  });

  describe("once sealed", () => {
    before(async () => {
      const sealed = await kmcr(product, "identity", "seal", FORMER, present, "--reason", "adoption order of 2 November");
      assert.equal(sealed.code, 0, sealed.stderr);
    });

    it("is found by no number, no name and no match; the present person is, as before", async () => {
      assert.deepEqual(await doctor.find({ nhsNumber: FORMER }), []);
      assert.deepEqual(await doctor.find({ family: "Bornas", dateOfBirth: "2018-07-04" }), []);
      assert.deepEqual(await doctor.find({ family: "Stepwell", dateOfBirth: "2018-07-04" }), [present]);
      assert.deepEqual(await doctor.find({ nhsNumber: PRESENT }), [present]);
      const match = async (resource: object): Promise<{ total?: number; text: string }> => {
        const answer = await fetch(`${product.base}/fhir/R4/Patient/$match`, { method: "POST", headers: { cookie: doctor.cookies, "content-type": "application/fhir+json", origin: product.base }, body: JSON.stringify({ resourceType: "Parameters", parameter: [{ name: "resource", resource: { resourceType: "Patient", ...resource } }] }) });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        return { ...(JSON.parse(text) as { total?: number }), text };
      };
      const before = await match({ name: [{ family: "Bornas", given: ["Rowanfirst"] }], birthDate: "2018-07-04", gender: "male", address: [{ postalCode: "ME9 8AB" }] });
      assert.doesNotMatch(before.text, new RegExp(`${present}|${former}|Stepwell`, "i"));
      assert.match((await match({ name: [{ family: "Stepwell", given: ["Rowan"] }], birthDate: "2018-07-04", gender: "male" })).text, /Stepwell/);
    });

    it("has no page: neither by the old person's address nor by an entry's, and the present person's pages say nothing of it", async () => {
      for (const address of [`/person/${former}`, `/person/${former}/details`, `/person/${former}/reason`, ...oldItems]) {
        const page = await doctor.get(address);
        if (former !== present) assert.ok(page.status === 404 || page.url.endsWith(`/person/${present}`), `${address}: ${page.status}`);
        assert.deepEqual(telling([[address, page]]), []);
      }
      const pages: [string, Page][] = [];
      for (const path of ["", "/details", "/sources", "/hospital-care", "/documents"]) pages.push([path, await doctor.open(present, path)]);
      for (const [, href] of pages.flatMap(([, page]) => [...page.html.matchAll(/href="(\/person\/[0-9a-f-]{36}\/item\/[0-9a-f]{64})"/g)])) pages.push([href!, await doctor.get(href!)]);
      assert.ok(pages.length > 6);
      assert.deepEqual(telling(pages), []);
      assert.ok(pages.every(([, page]) => page.status === 200));
      assert.match(pages[1]![1].text, /Stepwell/i);
    });

    it("stands nowhere in the offices: identity, privacy, data quality, quarantine, and its messages are closed", async () => {
      const hospitalPrivacy = await WebReader.signIn(product, STAFF.hospitalPrivacyOfficer);
      const privacy = await WebReader.signIn(product, STAFF.privacyOfficer);
      const pages: [string, Page][] = [];
      for (const address of ["/office/identity", `/office/identity/person/${present}`, "/office/identity/rates"]) pages.push([address, await officer.get(address)]);
      for (const [, act] of pages[1]![1].html.matchAll(/href="(\/office\/identity\/act\/[0-9a-f-]+)"/g)) pages.push([act!, await officer.get(act!)]);
      for (const reader of [hospitalPrivacy, privacy]) for (const id of [present, former]) pages.push([`privacy ${id}`, await reader.get(`/office/privacy/person?person=${id}`)]);
      for (const address of ["/office/quarantine", "/office/data-quality", "/office/deliveries"]) pages.push([address, await administrator.get(address)]);
      const asked = await officer.post("/office/identity/find", pages[0]![1], { nhsNumber: FORMER });
      assert.equal(asked.status, 404);
      for (const feed of ["rvv-adt", "rn7-adt"]) {
        for (const { messageId } of await listed(product, feed).catch(() => [])) {
          const address = `/office/messages/${feed}/${messageId}`;
          const opened = await administrator.post(address, await administrator.get(address), { reason: "looking why it waits" });
          pages.push([address, opened]);
        }
      }
      assert.ok(pages.some(([address, page]) => address.startsWith("/office/messages") && /holds what your role may not see/.test(page.text)));
      assert.deepEqual(telling(pages), []);
    });

    it("is not there for the command line either, and a later message of it changes none of this", async () => {
      const journal = await kmcr(product, "identity", "journal", "RVV", "FI-OLD", "--reason", "asked by nobody at all");
      assert.equal(journal.code, 1);
      assert.ok(!String(journal.stdout).includes(present) && !journal.stderr.includes(present));
      await sendAll(product.mllpPort,
        admission("RVV", "FI-OLD", { nhsNumber: FORMER, name: "Bornas^Rowanfirst", birth: BIRTH, sex: "M", postcode: "CT1 1ZZ", traced: true }),
        admission("RPA", "FI-OLD2", { nhsNumber: FORMER, name: "Bornas^Rowanfirst", birth: BIRTH, sex: "M", postcode: "CT1 1ZZ", traced: true }));
      await sleep(1500);
      assert.deepEqual(await doctor.find({ nhsNumber: FORMER }), []);
      assert.deepEqual(await doctor.find({ family: "Bornas", dateOfBirth: "2018-07-04" }), []);
      const pages: [string, Page][] = [["details", await details()], ["queue", await officer.get("/office/identity")], ["links", await officer.get(`/office/identity/person/${present}`)]];
      assert.deepEqual(telling(pages), []);
      assert.doesNotMatch(pages[0]![1].text, /held apart/);
    });
  });
});
