/** Sources of one person that contradict each other: the owner of the feed that spoke last hears of it within seconds. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { storyNhsNumber } from "#synthetic";
import { admission, sendAll } from "#test/admission.ts";
import { FeedClient } from "#test/feed-command.ts";
import { bundleOf, patientResource } from "#test/fhir-patient.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

let product: Product;
let hospital: WebReader;
before(async () => {
  product = await startProduct({ workerProcesses: 2 });
  hospital = await WebReader.signIn(product, STAFF.dataQualityOfficer);
});
after(() => product?.stop());

const number = (index: number): string => storyNhsNumber(740 + index);

async function until(reader: WebReader, address: string, wanted: (page: Page) => boolean): Promise<Page> {
  for (const end = Date.now() + 10_000; ; await sleep(100)) {
    const page = await reader.get(address);
    if (wanted(page)) return page;
    assert.ok(Date.now() < end, page.text.slice(0, 2500));
  }
}
const issue = (page: Page, words: string, place: string): boolean => rowsOf(page.html).some((cells) => cells.join(" | ").includes(words) && cells.includes(place));
const fromCommunity = async (index: number, birthDate: string, more: object, items: Record<string, unknown>[] = []): Promise<void> => {
  const client = new FeedClient(product, "ryy-fhir");
  const { status, text } = await client.post("/fhir", bundleOf({ ...patientResource({ id: `c${index}`, nhsNumber: number(index), family: "Consistent", given: ["Ava", "Bea", "Cat"][index]!, birthDate }), ...more }, ...items));
  assert.ok(status < 300, text);
};

it("DQU-06 a death that another source denies, and an allergy against \"no known allergies\", are issues of the feed that said so, with the place and no value", async () => {
  await fromCommunity(0, "1947-02-03", { deceasedBoolean: false }, [{ resourceType: "AllergyIntolerance", id: "nka", patient: { reference: "Patient/c0" }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", code: "active" }] }, code: { coding: [{ system: "http://snomed.info/sct", code: "716186003", display: "No known allergy" }] } }]);
  await sleep(1000);
  await sendAll(product.mllpPort, admission("RVV", "Cons0", { name: "Consistent^Ava", birth: "19470203", nhsNumber: number(0), traced: true, died: "20261101", segments: ["AL1|1|DA|^Penicillin||Rash"] }));
  const page = await until(hospital, "/office/data-quality", (each) => issue(each, "A death is stated that another source does not state", "PID-29") && issue(each, "One source says that there are no allergies", "AL1-3"));
  assert.doesNotMatch(page.html, /Penicillin|20261101|2026-11-01|Community Health/);
});

it("DQU-06 sex and date of birth that differ within one person, linked by two officers, are issues from then on", async () => {
  const [officer, second] = await Promise.all([WebReader.signIn(product, STAFF.identityOfficer), WebReader.signIn(product, STAFF.secondIdentityOfficer)]);
  await fromCommunity(1, "1952-02-03", { gender: "female" });
  const message = (): string => admission("RVV", "Cons1", { name: "Consistent^Bea", birth: "19520204", sex: "M", nhsNumber: number(1), traced: true });
  await sendAll(product.mllpPort, message());
  const list = await until(officer, "/office/identity?kind=number-conflict", (each) => each.text.includes("CONSISTENT, Bea"));
  const href = /href="(\/office\/identity\/review\/[^"?]+)/.exec(list.html)![1]!;
  for (const reader of [officer, second]) assert.equal((await reader.post(href, await reader.get(href), { what: "link", ground: "asked", reason: "the hospital mistyped both" })).status, 200);
  assert.ok(!issue(await hospital.get("/office/data-quality"), "The sex differs", "PID-8"), "two persons do not contradict each other");
  await sendAll(product.mllpPort, message());
  await until(hospital, "/office/data-quality", (each) => issue(each, "The sex differs from what another source says", "PID-8") && issue(each, "The date of birth differs from what another source says", "PID-7"));
});
