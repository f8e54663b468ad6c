/** Real senders over HTTP: Synthea's FHIR R4 bundles, and GP Connect structured records with the answer that there is none. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { counts, FeedClient, feedCommand, type Counts } from "#test/feed-command.ts";
import { gpConnect, lacksOutsideData, syntheaBundle, syntheaFiles } from "#test/outside-data.ts";
import { startProduct, type Product } from "#test/product.ts";
import { countGpConnect } from "../../src/feeds/map/gp-connect/index.ts";
import { ADMINISTRATOR, PARAMEDIC, PRIVACY_OFFICER, rowsOf, WebReader } from "#test/web-reader.ts";

const FHIR = "outside-fhir";
const GP = "outside-gp";

type Bundle = { entry: { resource: { resourceType: string; id: string; name?: { family: string }[]; birthDate?: string } }[] };
type Receipt = { entry: unknown[]; meta: { extension: { extension: { url: string; valueUnsignedInt?: number; valueBoolean?: boolean; valueString?: string }[] }[] } };
const receiptOf = (text: string): Record<string, unknown> => Object.fromEntries((JSON.parse(text) as Receipt).meta.extension[0]!.extension.map((each) => [each.url, each.valueUnsignedInt ?? each.valueBoolean ?? each.valueString]));

let product: Product;
before(async () => {
  if (!lacksOutsideData) product = await startProduct({ overlays: ["regions/outside"] });
});
after(() => product?.stop());

/** Every third bundle, and the two of organisations and practitioners; all 122 (92,114 resources, two minutes) where `KMCR_TEST_OUTSIDE` says `whole`. */
const isWhole = process.env["KMCR_TEST_OUTSIDE"] === "whole";
const files = lacksOutsideData ? [] : syntheaFiles().filter((_, index) => isWhole || index < 2 || index % 3 === 0);

describe("Synthea over HTTP", { skip: lacksOutsideData }, () => {
  /** Decompressed once and kept small: the bundles are sent twice. */
  const bundles: Buffer[] = [];
  const expected: Record<string, number> = {};
  let someone: { family: string; birthDate: string; conditions: number };
  let once: Counts;

  it("EXC-02 a community provider's FHIR R4 bundles are taken, each entry answered with 201", async () => {
    const client = new FeedClient(product, FHIR);
    // One bundle is unpacked while the one before it is taken: still one at a time, in order.
    let before: Promise<void> = Promise.resolve();
    for (const name of files) {
      const bytes = syntheaBundle(name);
      bundles.push(zstdCompressSync(bytes));
      const bundle = JSON.parse(bytes.toString("utf8")) as Bundle;
      for (const { resource } of bundle.entry) expected[resource.resourceType] = (expected[resource.resourceType] ?? 0) + 1;
      const patient = bundle.entry.find(({ resource }) => resource.resourceType === "Patient")?.resource;
      const conditions = bundle.entry.filter(({ resource }) => resource.resourceType === "Condition").length;
      if (patient && (someone === undefined || conditions > someone.conditions)) someone = { family: patient.name![0]!.family, birthDate: patient.birthDate!, conditions };
      await before;
      before = client.post("/fhir", bytes).then((answer) => {
        assert.equal(answer.status, 200, `${name}: ${answer.text.slice(0, 500)}`);
        assert.equal((JSON.parse(answer.text) as Receipt).entry.length, bundle.entry.length);
      });
      // Lets the request leave before the next bundle is unpacked.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await before;
    assert.equal(bundles.length, files.length);
    assert.ok(files.length >= 40);
  });

  it("all resources are in, counted by type, none lost", async () => {
    const sum = Object.values(expected).reduce((all, count) => all + count, 0);
    assert.ok(isWhole ? sum === 92_114 : sum > 20_000, String(sum));
    once = await counts(product, FHIR);
    assert.deepEqual(once.messages, { applied: files.length });
    const { Basic: splitOff, ...resources } = once.resources;
    // Ethnicity and race of each patient stand apart with a label of their own; all else stands under the type that was sent.
    assert.equal(splitOff, expected["Patient"]);
    assert.deepEqual({ ...resources, ...once.directory }, expected);
    assert.equal(once.earlierVersions, 0);
  });

  it("PUR-13 a person's summary opens with 200 and names the source", async () => {
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId, ...others] = await reader.find({ family: someone.family, dateOfBirth: someone.birthDate });
    assert.ok(personId !== undefined && others.length === 0);
    const summary = await reader.open(personId);
    assert.equal(summary.status, 200);
    assert.match(summary.text, new RegExp(someone.family.toUpperCase()));
    assert.match(summary.text, /Synthetic Community Provider/);
    const problems = await reader.open(personId, "/problems");
    assert.match(problems.text, /Synthetic Community Provider: \d+ entries/);
    assert.equal(Number(/Synthetic Community Provider: (\d+) entries/.exec(problems.text)![1]), someone.conditions, "every condition that was sent stands behind the page");
  });

  it("all bundles fed a second time change nothing", async () => {
    const client = new FeedClient(product, FHIR);
    for (const packed of bundles) {
      const answer = await client.post("/fhir", zstdDecompressSync(packed));
      assert.equal(answer.status, 200);
      const { created, updated, removed } = receiptOf(answer.text);
      assert.deepEqual([created, updated, removed], [0, 0, 0]);
    }
    const { messages: _, ...stored } = await counts(product, FHIR);
    const { messages: __, ...before } = once;
    assert.deepEqual(stored, before);
  });

  it("a bundle with the same statements in other bytes is kept as a message and makes no new version", async () => {
    const client = new FeedClient(product, FHIR);
    const packed = bundles.slice(2).reduce((least, each) => (each.length < least.length ? each : least));
    const answer = await client.post("/fhir", zstdDecompressSync(packed).toString("utf8").replace("{", "{ "));
    const receipt = receiptOf(answer.text);
    assert.deepEqual([receipt["duplicate"], receipt["created"], receipt["updated"], receipt["removed"]], [false, 0, 0, 0]);
    assert.ok((receipt["unchanged"] as number) > 10);
    const { messages: _, ...stored } = await counts(product, FHIR);
    const { messages: __, ...before } = once;
    assert.deepEqual(stored, before);
  });
});

describe("GP Connect over HTTP", { skip: lacksOutsideData }, () => {
  const records = ["9690937286.structuredRecord.json", "9690937287.structuredRecord.json", "9388098431.structuredRecord.json"];
  let once: Counts;

  type Structured = { entry: { resource: { resourceType: string; title?: string; code?: { text?: string; coding?: { display?: string }[] }; medicationCodeableConcept?: object } }[] };
  const sent = (name: string): Structured["entry"][number]["resource"][] => (JSON.parse(gpConnect(name).toString("utf8")) as Structured).entry.map(({ resource }) => resource);
  const nameOf = (concept: { text?: string; coding?: { display?: string }[] } | undefined): string => concept?.text ?? concept?.coding?.[0]?.display ?? "";

  it("EXC-04 a GP practice's structured records are taken", async () => {
    const client = new FeedClient(product, GP);
    for (const name of records) {
      const answer = await client.post("/gp-connect", gpConnect(name));
      assert.equal(answer.status, 200, `${name}: ${answer.text.slice(0, 800)}`);
      assert.ok((receiptOf(answer.text)["created"] as number) > 20, answer.text.slice(0, 800));
    }
    once = await counts(product, GP);
    assert.equal(once.messages["applied"], 3);
    assert.equal(once.resources["Patient"], 3);
  });

  it("allergies, medicines and problems of the record stand on screen with the practice as source", async () => {
    const record = sent(records[0]!);
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ nhsNumber: "9690937286" });
    assert.ok(personId, "found by the NHS number of the record");
    for (const [path, type] of [["/allergies", "AllergyIntolerance"], ["/medicines", "Medication"], ["/problems", "Condition"]] as const) {
      const page = await reader.open(personId, path);
      assert.equal(page.status, 200);
      assert.match(page.text, /Coxwold Surgery/);
      const names = [...new Set(record.filter(({ resourceType }) => resourceType === type).map(({ code }) => nameOf(code)).filter((name) => name !== ""))];
      assert.ok(names.length > 0, `the record holds ${type}`);
      const rows = rowsOf(page.html).map((cells) => cells.join(" | "));
      const shown = names.filter((name) => rows.some((row) => row.toLowerCase().includes(name.toLowerCase()) && row.includes("Coxwold Surgery")));
      assert.ok(shown.length >= Math.min(names.length, 1), `${path} shows none of ${names.join("; ")}:\n${rows.join("\n")}`);
      if (type === "AllergyIntolerance") assert.deepEqual(shown, names, `${path} shows every allergy`);
    }
  });

  it("the records fed a second time change nothing", async () => {
    const client = new FeedClient(product, GP);
    for (const name of records) assert.equal(receiptOf((await client.post("/gp-connect", gpConnect(name))).text)["duplicate"], true);
    assert.deepEqual(await counts(product, GP), once);
  });

  it("EXC-04 every resource of the records is in, counted by kind as R4 has them, contained ones too", () => {
    const expected: Record<string, number> = {};
    for (const name of records) for (const [type, count] of Object.entries(countGpConnect(JSON.parse(gpConnect(name).toString("utf8"))))) expected[type] = (expected[type] ?? 0) + count;
    assert.deepEqual({ ...once.resources, ...once.directory }, expected);
  });

  it("PUR-16 what the practice kept back as confidential is said beside its medicines, in its own words", async () => {
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ nhsNumber: "9690937286" });
    assert.match((await reader.open(personId!, "/medicines")).text, /Items excluded due to confidentiality and\/or patient preferences/);
  });

  it("a record with two patients, or that is no record, is refused with its place, and nothing of it is stored", async () => {
    const client = new FeedClient(product, GP);
    const two = JSON.parse(gpConnect(records[0]!).toString("utf8")) as { entry: object[] };
    two.entry.push({ resource: { resourceType: "Patient", id: "another" } });
    for (const [body, why] of [[two, new RegExp(`Bundle\\.entry\\[${two.entry.length - 1}\\]\\.resource .*second Patient`)], [{ resourceType: "Binary", contentType: "application/pdf", content: "aGk=" }, /give patientNHSNumber with them/], [{ resourceType: "Bundle", type: "collection", entry: [{}] }, /Bundle\.entry\[0\]\.resource missing/]] as const) {
      const answer = await client.post("/gp-connect", JSON.stringify(body));
      assert.equal(answer.status, 422);
      assert.match(answer.text, why);
    }
    assert.deepEqual((await counts(product, GP)).resources, once.resources);
  });

  it("the next snapshot replaces the one before: what it lacks is gone, what it changed is changed, nothing is there twice", async () => {
    const client = new FeedClient(product, GP);
    const next = JSON.parse(gpConnect(records[0]!).toString("utf8")) as { entry: { resource: { resourceType: string; code?: { text?: string; coding?: { display?: string }[] } } }[] };
    const allergies = next.entry.filter(({ resource }) => resource.resourceType === "AllergyIntolerance");
    next.entry = next.entry.filter((entry) => entry !== allergies[0]);
    const condition = next.entry.find(({ resource }) => resource.resourceType === "Condition")!;
    condition.resource.code = { text: "Changed since the last snapshot" };
    const answer = await client.post("/gp-connect", JSON.stringify(next));
    assert.equal(answer.status, 200, answer.text.slice(0, 500));
    const receipt = receiptOf(answer.text);
    assert.ok((receipt["removed"] as number) >= 1 && (receipt["updated"] as number) >= 1, JSON.stringify(receipt));
    assert.equal(receipt["created"], 0);
    const now = await counts(product, GP);
    assert.deepEqual(now.resources, { ...once.resources, AllergyIntolerance: once.resources["AllergyIntolerance"]! - 1 });
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ nhsNumber: "9690937286" });
    assert.match((await reader.open(personId!, "/problems")).text, /Changed since the last snapshot/);
    assert.equal(receiptOf((await client.post("/gp-connect", gpConnect(records[0]!))).text)["created"], 1, "and the first one again brings it back");
    assert.deepEqual((await counts(product, GP)).resources, once.resources);
  });

  it("PUR-16 the answer NO_RECORD_FOUND becomes 'not known' to the practice on every section, never an empty list", async () => {
    const client = new FeedClient(product, GP);
    const answer = await client.post("/gp-connect?patientNHSNumber=9990000018&birthDate=1961-04-12", gpConnect("NO_RECORD_FOUND.operationOutcome.json"));
    assert.equal(answer.status, 200, answer.text);
    const reader = await WebReader.signIn(product, PARAMEDIC);
    const [personId] = await reader.find({ nhsNumber: "9990000018" });
    assert.ok(personId, "the person who was asked for is found");
    for (const path of ["/allergies", "/medicines", "/problems"]) {
      const page = await reader.open(personId, path);
      assert.match(page.text, /Not known to (?:[^·]+ · )*Coxwold Surgery/);
      assert.doesNotMatch(page.text, /Coxwold Surgery holds no|Coxwold Surgery: 0 entries|None recorded|No known/i, path);
    }
  });

  it("the answer without whom was asked for waits in quarantine with its reason, and is answered with 422", async () => {
    const client = new FeedClient(product, GP);
    const answer = await client.post("/gp-connect", gpConnect("NO_RECORD_FOUND.operationOutcome.json"));
    assert.equal(answer.status, 422);
    assert.match(answer.text, /give patientNHSNumber/);
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const rows = rowsOf((await officer.get(`/office/quarantine?feed=${GP}`)).html);
    assert.ok(rows.some((cells) => cells[3] === "patientNHSNumber" && /Not used, waits here/.test(cells[5]!)), rows.join("\n"));
  });

  it("AUD-01 an operator who reads a message's bytes at the command line stands in the person's access history", async () => {
    const list = await feedCommand(product, "list", GP);
    const line = list.stdout.toString("utf8").split("\n").find((each) => each.includes("structured record"))!;
    const messageId = line.split("\t")[1]!;
    assert.equal((await feedCommand(product, "show", GP, messageId, "--reason", "the practice asked what was sent")).stdout.toString("utf8"), gpConnect(records[0]!).toString("utf8"));
    // The organisation that runs the installation answers for its operators.
    const officer = await WebReader.signIn(product, PRIVACY_OFFICER);
    const form = await officer.get("/office/privacy");
    const page = await officer.post("/office/privacy", form, { nhsNumber: "9690937286" });
    assert.match(page.text, /Operator at the command line/, page.text);
  });
});
