/** What a source deletes or corrects, from outside: it goes here within a minute, and the page says so to those who might have seen it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FeedClient } from "#test/feed-command.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { STAFF } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, WebReader, type Page } from "#test/web-reader.ts";

const BIRTH = "1950-03-01";
const MINUTE = 60_000;
const DAY = String.raw`\d\d-[A-Z][a-z]{2}-\d{4}`;
let product: Product;
let trust: FeedClient;
let practice: FeedClient;
let council: FeedClient;
let nurse: WebReader;
let socialWorker: WebReader;
before(async () => {
  product = await startProduct();
  [trust, practice, council] = ["ryy-fhir", "gp-g82002", "kcc-adult-csv"].map((feed) => new FeedClient(product, feed)) as [FeedClient, FeedClient, FeedClient];
  [nurse, socialWorker] = await Promise.all([WebReader.signIn(product, STAFF.communityNurse), WebReader.signIn(product, STAFF.adultSocialWorker)]);
});
after(() => product?.stop());

async function page(reader: WebReader, family: string, path: string): Promise<Page> {
  const [id, ...others] = await reader.find({ family, dateOfBirth: BIRTH });
  assert.ok(id !== undefined && others.length === 0, `${family} is one person`);
  const opened = await reader.open(id, path);
  assert.equal(opened.status, 200, opened.text.slice(0, 300));
  return opened;
}

/** The page once it says what is wanted, which must be within a minute of now. */
async function within(reader: WebReader, family: string, path: string, wanted: RegExp): Promise<Page> {
  for (const until = Date.now() + MINUTE; ; await sleep(250)) {
    const shown = (await reader.find({ family, dateOfBirth: BIRTH })).length > 0 ? await page(reader, family, path) : null;
    if (shown !== null && wanted.test(shown.text)) return shown;
    assert.ok(Date.now() < until, `not within a minute: ${wanted} in ${shown?.text.slice(-1500) ?? "nobody was found"}`);
  }
}

type Item = { resourceType: string; id: string; [field: string]: unknown };
const transaction = (...entries: { resource?: Item; remove?: string }[]): string =>
  JSON.stringify({ resourceType: "Bundle", type: "transaction", entry: entries.map(({ resource, remove }) => (resource ? { resource, request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` } } : { request: { method: "DELETE", url: remove } })) });

async function sent(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  assert.equal(status, 200, text.slice(0, 800));
}

/** The removed entry's own page, by the link on the line. */
async function removedEntry(reader: WebReader, from: Page): Promise<Page> {
  const link = /class="removed">[\s\S]*?href="(\/person\/[^"]+\/item\/[^"]+)"/.exec(from.html)?.[1];
  assert.ok(link, from.html.slice(-1500));
  return reader.get(link);
}

describe("what a source deletes", () => {
  const condition = (id: string, words: string, label?: string): Item => ({
    resourceType: "Condition", id, subject: { reference: "Patient/fd-p" }, code: { text: words }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
    ...(label && { meta: { security: [{ system: "https://kmcr.org.uk/CodeSystem/label", code: label }] } }),
  });

  it("RET-01 a FHIR DELETE: the item goes from the page, one line names source and day, its own page says removed and by whom", async () => {
    const patient = { resourceType: "Patient", id: "fd-p", name: [{ family: "Fhirdelete", given: ["Ann"] }], birthDate: BIRTH, gender: "female" };
    const result = { resourceType: "Observation", id: "fd-o", status: "final", subject: { reference: "Patient/fd-p" }, category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }], code: { text: "Zinc level" }, effectiveDateTime: "2026-11-01", valueQuantity: { value: 9, unit: "umol/L" } };
    await sent(trust.post("/fhir", transaction({ resource: patient }, { resource: condition("fd-c", "Winter vertigo") }, { resource: condition("fd-s", "Kept apart words", "sexual-health") }, { resource: result })));
    assert.match((await page(nurse, "Fhirdelete", "/problems")).text, /Winter vertigo/);
    assert.match((await page(nurse, "Fhirdelete", "/results")).text, /Zinc level/);
    await sent(trust.post("/fhir", transaction({ remove: "Condition/fd-c" }, { remove: "Condition/fd-s" }, { remove: "Observation/fd-o" })));
    const shown = await within(nurse, "Fhirdelete", "/problems", new RegExp(String.raw`1 entry was removed by its source \(Kent Community Health[^)]*\) on ${DAY}[^;]*; it is no longer shown`));
    assert.doesNotMatch(shown.text, /Winter vertigo|Kept apart/);
    const gone = await removedEntry(nurse, shown);
    assert.equal(gone.status, 410);
    assert.match(gone.text, new RegExp(String.raw`"Winter vertigo" was removed at its source on ${DAY}[^,]*, by Kent Community Health`));
    assert.match((await page(nurse, "Fhirdelete", "/results")).text, /1 entry was removed by its source/);
  });

  it("RET-01 ACC-04 who may not see the section, or the label that an item had, is not told of its removal either", async () => {
    const results = await page(socialWorker, "Fhirdelete", "/results");
    assert.match(results.text, /Not shown for your role/);
    assert.doesNotMatch(results.html, /removed by (?:its|their) source/);
    // The nurse's line on problems counted one of the two that were deleted there.
    assert.doesNotMatch((await page(nurse, "Fhirdelete", "/problems")).text, /2 entries were removed/);
  });

  it("RET-01 a GP Connect snapshot that lacks an item: the item is gone, and the line names the practice", async () => {
    const record = (allergies: readonly string[]): string =>
      JSON.stringify({
        resourceType: "Bundle", type: "collection", entry: [
          { resourceType: "Patient", id: "1", identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990009937" }], name: [{ use: "official", family: "Snapshotted", given: ["Ann"] }], birthDate: BIRTH, gender: "female" },
          ...allergies.map((text, index) => ({ resourceType: "AllergyIntolerance", id: `a${text.length}-${index}`, clinicalStatus: "active", verificationStatus: "unconfirmed", patient: { reference: "Patient/1" }, assertedDate: "2020-01-01", code: { text } })),
        ].map((resource) => ({ resource })),
      });
    await sent(practice.post("/gp-connect", record(["Allergy to walnut", "Allergy to elastoplast"])));
    assert.match((await page(nurse, "Snapshotted", "/allergies")).text, /elastoplast/);
    await sent(practice.post("/gp-connect", record(["Allergy to walnut"])));
    const shown = await within(nurse, "Snapshotted", "/allergies", /1 entry was removed by its source/);
    assert.match(shown.text, /walnut/);
    assert.doesNotMatch(shown.text, /elastoplast/);
    const gone = await removedEntry(nurse, shown);
    assert.deepEqual([gone.status, /elastoplast" was removed at its source on/.test(gone.text)], [410, true], gone.text);
    await sent(practice.post("/gp-connect", record(["Allergy to walnut", "Allergy to elastoplast"])));
    const back = await within(nurse, "Snapshotted", "/allergies", /elastoplast/);
    assert.doesNotMatch(back.text, /removed by its source/, "what came back is not removed any more");
  });

  it("RET-01 delete rows of a council's file: one line for several, each of them one activation away", async () => {
    const heading = "record_type,record_id,action,person_id,family_name,given_names,date_of_birth,gender,type,start_date";
    const file = (...rows: [string, string, string][]): string => `${[heading, ...rows.map(([id, action, type]) => `assessment,${id},${action},R-1,Rowdeleted,Ann,${BIRTH},F,${type},2026-05-01`)].join("\r\n")}\r\n`;
    await sent(council.post("/csv?load=incremental", file(["1", "add", "Bathing review"], ["2", "add", "Stairs review"], ["3", "add", "Carer review"]), "text/csv"));
    await sent(council.post("/csv?load=incremental", file(["1", "delete", ""], ["2", "delete", ""]), "text/csv"));
    const shown = await within(socialWorker, "Rowdeleted", "/section/assessments", new RegExp(String.raw`2 entries were removed by their source \(Kent County Council\), the last on ${DAY}[^;]*; they are no longer shown`));
    assert.match(shown.text, /Carer review/);
    assert.doesNotMatch(shown.text, /Bathing review|Stairs review/);
    assert.equal((await removedEntry(socialWorker, shown)).status, 410);
  });
});

describe("what a source takes back or corrects by HL7 v2", () => {
  let control = 0;
  const at = (minutes: number): string => new Date(Date.now() + minutes * MINUTE).toISOString().slice(0, 16).replace(/\D/g, "");
  const message = (kind: string, family: string, time: string, ...segments: string[]): string =>
    [`MSH|^~\\&|PAS|RN7|KMCR|KMCR|${time}00+0000||${kind}|removed-${++control}|P|2.4`, `EVN|${kind.slice(4, 7)}|${time}00+0000`, `PID|1||${family}^^^RN7^MR||${family}^Ann||19500301|F`, ...segments, ""].join("\r");
  const send = async (...messages: string[]): Promise<void> => {
    const line = await MllpLine.open(product.mllpPort);
    for (const each of messages) assert.equal((await line.send(each)).code, "AA");
    line.close();
  };
  const visit = (family: string): string => `PV1|1|I|WARD7^^^RN7||||||||||||||||V-${family}`;

  it("RET-01 a cancelled admission stands as cancelled with the time of the cancel, what it was before one activation away", async () => {
    await send(message("ADT^A01", "Hlcancel", at(-5), visit("Hlcancel")));
    await within(nurse, "Hlcancel", "/section/admissions", /Dartford/);
    await send(message("ADT^A11", "Hlcancel", at(-4), visit("Hlcancel")));
    const shown = await within(nurse, "Hlcancel", "/section/admissions", new RegExp(String.raw`Cancelled ${DAY} [^,]*, earlier version`));
    const link = /href="(\/person\/[^"]+\/item\/[^"#]+)#h-versions"/.exec(shown.html)![1]!;
    const versions = rowsOf((await nurse.get(link)).html).filter((cells) => /^[12]\b/.test(cells[0] ?? ""));
    assert.deepEqual(versions.map((cells) => cells[2]), ["Cancelled", "Current"], versions.join("\n"));
  });

  it("RET-01 a corrected result carries the mark with its time, and the earlier value one activation away", async () => {
    const result = (value: string, status: string, time: string): string => message("ORU^R01", "Hlcorrect", time, `OBR|1|HC-1|HC-1|UE^Urea and electrolytes^LOCAL||20261101120000|20261101120000|||||||||||||||20261101120000||CH|${status}`, `OBX|1|NM|CREAT^Creatinine^LOCAL||${value}|umol/L|49-92||||${status}|||20261101120000`);
    await send(result("88", "F", at(-5)), result("188", "C", at(-4)));
    const shown = await within(nurse, "Hlcorrect", "/section/results", new RegExp(String.raw`188[\s\S]*Corrected ${DAY} [^,]*, earlier version`));
    const link = /href="(\/person\/[^"]+\/item\/[^"#]+)#h-versions"[^>]*>earlier version<span class="vh"> of Creatinine/.exec(shown.html)![1]!;
    assert.match((await nurse.get(link)).text, /Creatinine[^]*88 µmol\/L/);
  });

  it("RET-01 A29: all that the hospital gave of the person goes, and each of its pages says so", async () => {
    await send(message("ADT^A01", "Hldelete", at(-5), visit("Hldelete"), "AL1|1|DA|^Allergy to marigold|MO|Rash"));
    await within(nurse, "Hldelete", "/allergies", /marigold/);
    await send(message("ADT^A29", "Hldelete", at(-4)));
    const shown = await within(nurse, "Hldelete", "/allergies", new RegExp(String.raw`1 entry was removed by its source \(Dartford[^)]*\) on ${DAY}`));
    assert.doesNotMatch(shown.text, /marigold/);
    assert.match((await page(nurse, "Hldelete", "/section/admissions")).text, /1 entry was removed by its source/);
    assert.match((await removedEntry(nurse, shown)).text, /marigold" was removed at its source/);
  });
});
