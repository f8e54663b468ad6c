/** What events of a hospital's system mean for the record: merge, cancel, reopen, correct; and no effect without an agreement. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { counts, feedCommand, listed, untilApplied } from "#test/feed-command.ts";
import { hl7, result, type Hl7Parts } from "#test/hl7.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { ADMINISTRATOR, PARAMEDIC, rowsOf, WebReader, type Page } from "#test/web-reader.ts";

const FEED = "outside-hl7v2";
const ENDED = "outside-ended";
let product: Product;
let overlay: string;
let reader: WebReader;

/** The outside pack, and a hospital of it whose agreement has ended. */
function overlayWithEndedAgreement(): string {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-overlay-"));
  cpSync("regions/outside", folder, { recursive: true });
  const change = (file: string, add: (list: any[]) => any): void => {
    const list = JSON.parse(readFileSync(join(folder, file), "utf8")) as any[];
    writeFileSync(join(folder, file), JSON.stringify([...list, add(list)]));
  };
  change("organisations.json", (list) => {
    const hospital = structuredClone(list.find(({ odsCode }) => odsCode === "X-SIM"));
    return { ...hospital, odsCode: "X-OLD", name: "Left Hospital", dataProtectionOfficer: { ...hospital.dataProtectionOfficer, contact: "dpo.x-old@kmcr.example" }, agreement: { ...hospital.agreement, validTo: "2024-01-31" } };
  });
  change("feeds.json", (list) => ({ ...structuredClone(list.find(({ id }) => id === FEED)), id: ENDED, organisation: "X-OLD", title: "Left Hospital: HL7 v2", transport: { mllp: { sendingApplication: "SIMHOSP", sendingFacility: "OLDFAC" } } }));
  return folder;
}

before(async () => {
  overlay = overlayWithEndedAgreement();
  product = await startProduct({ overlays: [overlay] });
  reader = await WebReader.signIn(product, PARAMEDIC);
});
after(async () => {
  await product?.stop();
  rmSync(overlay, { recursive: true, force: true });
});

let number = 0;
async function send(...messages: (Omit<Hl7Parts, "id"> & { id?: string })[]): Promise<void> {
  const line = await MllpLine.open(product.mllpPort);
  for (const message of messages) assert.equal((await line.send(hl7({ id: `rules-${++number}`, ...message }))).code, "AA");
  line.close();
  await untilApplied(product, FEED);
}

const BIRTH = "1950-03-01";
async function openByName(family: string, path: string): Promise<Page> {
  const [personId, ...others] = await reader.find({ family, dateOfBirth: BIRTH });
  assert.ok(personId !== undefined && others.length === 0, `one record of ${family}`);
  const page = await reader.open(personId, path);
  assert.equal(page.status, 200, page.text);
  return page;
}

const visit = (id: string, more: { discharged?: string } = {}): string => {
  const pv1: string[] = Array.from({ length: 46 }, () => "");
  Object.assign(pv1, { 0: "PV1", 1: "1", 2: "I", 3: "WARD7^^^Simulated Hospital", 7: "C006^Woolfson^Kathleen^^^Dr", 10: "MED", 19: id, 44: "20261101080000", 45: more.discharged ?? "" });
  return pv1.join("|");
};

/** The row of the admissions page for the one visit of a person. */
async function admission(family: string): Promise<string> {
  const page = await openByName(family, "/section/admissions");
  const rows = rowsOf(page.html).map((cells) => cells.join(" | ")).filter((row) => row.includes("Simulated Hospital") && !row.startsWith("What"));
  assert.equal(rows.length, 1, `one admission and not several:\n${rows.join("\n") || page.text}`);
  return rows[0]!;
}

describe("events", () => {
  it("A40: a merge at the source makes one record of two, and every result of both stands in it", async () => {
    await send(
      { kind: "ORU^R01", patient: "M1", family: "Mergeone", segments: result({ order: "M1-1", value: "80" }) },
      { kind: "ORU^R01", patient: "M2", family: "Mergetwo", segments: result({ order: "M2-1", code: "NA^Sodium^LOCAL", value: "139", unit: "mmol/L", range: "133-146" }) },
    );
    const [one] = await reader.find({ family: "Mergeone", dateOfBirth: BIRTH });
    const [two] = await reader.find({ family: "Mergetwo", dateOfBirth: BIRTH });
    assert.ok(one && two && one !== two, "two records before the merge");
    const stored = await counts(product, FEED);
    await send({ kind: "ADT^A40", patient: "M1", family: "Mergeone", segments: ["MRG|M2^^^SIMULATOR MRN^MRN"] });
    assert.deepEqual(await reader.find({ family: "Mergeone", dateOfBirth: BIRTH }), [one]);
    assert.deepEqual(await reader.find({ family: "Mergetwo", dateOfBirth: BIRTH }), [one], "the obsolete name leads to the one record");
    const results = await reader.open(one, "/results");
    assert.match(results.text, /Creatinine 80/);
    assert.match(results.text, /Sodium 139/);
    assert.equal((await counts(product, FEED)).resources["Observation"], stored.resources["Observation"], "no clinical row was moved or copied");
  });

  it("A11: a cancelled admission is no admission any more, and stands as cancelled", async () => {
    await send({ kind: "ADT^A01", patient: "C1", family: "Cancelled", segments: [visit("V-C1")] });
    assert.match(await admission("Cancelled"), /Current/);
    await send({ kind: "ADT^A11", patient: "C1", family: "Cancelled", at: "20261101130000", segments: [visit("V-C1")] });
    const row = await admission("Cancelled");
    assert.match(row, /Cancelled \||Cancelled$|\| Cancelled/);
    assert.doesNotMatch(row, /Current/);
  });

  it("A13: a discharge taken back opens the admission again", async () => {
    await send({ kind: "ADT^A01", patient: "R1", family: "Reopened", segments: [visit("V-R1")] }, { kind: "ADT^A03", patient: "R1", family: "Reopened", at: "20261102100000", segments: [visit("V-R1", { discharged: "20261102093000" })] });
    const discharged = await admission("Reopened");
    assert.doesNotMatch(discharged, /Current/);
    assert.match(discharged, /02-Nov-2026/);
    await send({ kind: "ADT^A13", patient: "R1", family: "Reopened", at: "20261102110000", segments: [visit("V-R1", { discharged: "20261102093000" })] });
    const reopened = await admission("Reopened");
    assert.match(reopened, /Current/);
    assert.doesNotMatch(reopened, /02-Nov-2026 09:30|2 November 2026 at 09:30/, "an end that the sender repeats is no end");
  });

  it("a corrected result stands corrected, and its earlier version stays readable with its value", async () => {
    await send({ kind: "ORU^R01", patient: "X1", family: "Corrected", segments: result({ order: "X1-1", value: "98.00" }) }, { kind: "ORU^R01", patient: "X1", family: "Corrected", at: "20261101140000", segments: result({ order: "X1-1", value: "89.00", status: "C" }) });
    const results = await openByName("Corrected", "/results");
    const row = rowsOf(results.html).find(([test]) => test?.startsWith("Creatinine"))!;
    assert.match(row[1]!, /^89\.00 µmol\/L/);
    assert.equal(row[2], "none", "the wrong value is no earlier result");
    assert.match(row[5]!, /Corrected/);
    const item = await reader.get(/href="(\/person\/[^"]+\/item\/[^"]+)">Simulated Hospital/.exec(results.html)![1]!);
    const versions = rowsOf(item.html).filter((cells) => /^[12]\b/.test(cells[0] ?? ""));
    assert.equal(versions.length, 2, item.text);
    assert.ok(versions.some((cells) => cells.join(" ").includes("98.00")), `the earlier value is readable:\n${versions.map((cells) => cells.join(" | ")).join("\n")}`);
    assert.ok(versions.some((cells) => cells.join(" ").includes("89.00")));
  });

  it("messages of one patient take effect in the order in which they came, even in one write", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const many = Array.from({ length: 40 }, (_, index) => hl7({ id: `order-${index}`, kind: "ORU^R01", patient: "O1", family: "Inorder", segments: result({ order: "O1-1", value: String(100 + index) }) }));
    await line.write(Buffer.concat(many.map((message) => Buffer.concat([Buffer.from([0x0b]), Buffer.from(message), Buffer.from([0x1c, 0x0d])]))));
    await line.take(40);
    line.close();
    await untilApplied(product, FEED);
    assert.match((await openByName("Inorder", "/results")).text, /Creatinine 139 µmol/);
  });
});

describe("codes", () => {
  it("local codes without a map are counted by feed, the most frequent first; those that the region maps are not among them", async () => {
    await send(...["U1-1", "U1-2"].map((order) => ({ kind: "ORU^R01", patient: "U1", family: "Unmapped", segments: [...result({ order, code: "ZZ9^Unheard of^HOUSE", value: "1" }), "OBX|2|NM|tt-0003-03^Sodium^WinPath||140|mmol/L|||||F"] })));
    const { code, stdout } = await feedCommand(product, "codes", FEED);
    assert.equal(code, 0);
    const lines = String(stdout).trim().split("\n").map((line) => line.split("\t"));
    assert.deepEqual(lines.find((line) => line[2] === "ZZ9")?.slice(0, 4), ["2", "HOUSE", "ZZ9", "Unheard of"]);
    assert.ok(!lines.some((line) => line[1] === "WinPath"), "the region maps it");
    assert.deepEqual(lines.map((line) => Number(line[0])), lines.map((line) => Number(line[0])).toSorted((a, b) => b - a));
  });
});

describe("agreement", () => {
  it("LAW-11 a feed whose organisation's agreement has ended is acknowledged and kept, and has no effect: it waits as feeds.no-agreement", async () => {
    const before = await counts(product, FEED);
    const line = await MllpLine.open(product.mllpPort);
    const ack = await line.send(hl7({ id: "ended-1", patient: "E1", family: "Afterend" }).replace("|SIMHOSP|SFAC|", "|SIMHOSP|OLDFAC|"));
    assert.equal(ack.code, "AA", "what is acknowledged is kept");
    line.close();
    await untilApplied(product, ENDED);
    assert.deepEqual((await listed(product, ENDED)).map(({ controlId, state }) => [controlId, state]), [["ended-1", "quarantined"]]);
    assert.deepEqual((await counts(product, ENDED)).resources, {});
    assert.deepEqual(await counts(product, FEED), before);
    assert.deepEqual(await reader.find({ family: "Afterend", dateOfBirth: BIRTH }), [], "nobody is found by what it said");
    const officer = await WebReader.signIn(product, ADMINISTRATOR);
    const row = rowsOf((await officer.get(`/office/quarantine?feed=${ENDED}`)).html)[1]!;
    assert.match(row[4]!, /Left Hospital has no data sharing agreement in force \(ended\)/);
    assert.equal(row[6], "feeds.no-agreement");
  });
});
