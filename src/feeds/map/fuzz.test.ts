/**
 * Whatever arrives over HTTP: no throw, no hang, everything mapped or refused with
 * its place, and nothing mapped that the database could not hold. Real bundles,
 * records and files are bent; what nobody sends by accident is written out.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isRegionFaults, loadRegion, type Feed, type Region } from "#governance";
import { entryOf } from "#record";
import { searchHashes } from "#standards";
import { gpConnect, lacksOutsideData, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import type { Format } from "../inbox.ts";
import { mapMessage } from "./index.ts";

const loaded = loadRegion("regions/kent-medway", []);
assert.ok(!isRegionFaults(loaded));
const region: Region = loaded;
const FEEDS: Readonly<Record<"fhir-r4" | "gp-connect-stu3" | "csv", Feed>> = { "fhir-r4": region.feed("ryy-fhir")!, "gp-connect-stu3": region.feed("gp-g82002")!, csv: region.feed("kcc-adult-csv")! };
const RECEIVED = new Date("2026-11-21T09:00:00Z");

/** Of the thread's own time, for bodies of ordinary size; the best of three. */
const MOST_MS = 50;

/** Maps a body, and holds what must be true of any answer. */
function take(format: Format & keyof typeof FEEDS, bytes: Buffer): "mapped" | "refused" {
  const result = mapMessage(region, FEEDS[format], { feed: FEEDS[format].id, messageId: "01a20000-0000-7000-8000-000000000000", received: RECEIVED, format, controlId: "9990000441|1950-03-01", kind: "fuzz", lane: 0, otherLanes: [], attempts: 0, bytes });
  if (!result.ok) {
    assert.ok(result.marks.length > 0 && result.marks.every((mark) => mark.why !== "" && mark.place !== ""), JSON.stringify(result.marks).slice(0, 500));
    assert.ok(!JSON.stringify(result.marks).includes("\\u0000"), "a mark is text of the database too");
    return "refused";
  }
  const { mapped } = result;
  for (const patient of mapped.patients) {
    // Text of PostgreSQL holds no NUL; it would fail the transaction of all messages beside it.
    const texts = JSON.stringify([patient.localId, patient.demographics, patient.statements ?? [], patient.items.map((item) => item.sourceKey)]);
    assert.ok(!texts.includes("\\u0000"), texts.slice(0, 300));
    for (const { resource } of patient.items) {
      const entry = entryOf(resource, { resolve: () => undefined });
      assert.ok(!JSON.stringify(entry).includes("\\u0000"), JSON.stringify(entry).slice(0, 300));
      assert.ok(!JSON.stringify(resource).includes("\\u0000"), JSON.stringify(resource).slice(0, 300));
      searchHashes(resource);
    }
  }
  assert.ok(!JSON.stringify(mapped.marks).includes("\\u0000"));
  return "mapped";
}

function timed(format: Format & keyof typeof FEEDS, bytes: Buffer, most = MOST_MS): "mapped" | "refused" {
  let best = Infinity;
  let answer: "mapped" | "refused" = "refused";
  for (let turn = 0; turn < 3 && best >= most; turn++) {
    const from = process.threadCpuUsage();
    answer = take(format, bytes);
    const { user, system } = process.threadCpuUsage(from);
    best = Math.min(best, (user + system) / 1000);
  }
  assert.ok(best < most, `${best.toFixed(1)} ms for ${bytes.length} bytes`);
  return answer;
}

const PATIENT = { resourceType: "Patient", id: "p1", identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000441" }], name: [{ family: "Bent", given: ["Ann"] }], birthDate: "1950-03-01", gender: "female", address: [{ postalCode: "ME14 1XX", line: ["1 Test Street"] }] };
const RESOURCES = [
  PATIENT,
  { resourceType: "Condition", id: "c1", subject: { reference: "Patient/p1" }, code: { coding: [{ system: "http://snomed.info/sct", code: "195967001", display: "Asthma" }], text: "Asthma" }, onsetDateTime: "2020-01-01", clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] } },
  { resourceType: "Observation", id: "o1", status: "final", subject: { reference: "Patient/p1" }, code: { text: "Creatinine" }, effectiveDateTime: "2026-11-01T10:00:00Z", valueQuantity: { value: 88.5, unit: "umol/L" }, note: [{ text: "fasting" }] },
  { resourceType: "Encounter", id: "e1", status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" }, subject: { reference: "Patient/p1" }, period: { start: "2026-11-01", end: "2026-11-02" } },
];
const BUNDLE = { resourceType: "Bundle", type: "transaction", entry: RESOURCES.map((resource) => ({ resource, request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` } })) };
const RECORD = { resourceType: "Bundle", type: "collection", entry: [{ resource: PATIENT }, { resource: { resourceType: "AllergyIntolerance", id: "a1", clinicalStatus: "active", verificationStatus: "unconfirmed", patient: { reference: "Patient/p1" }, assertedDate: "2020-01-01", code: { text: "Walnut" } } }, { resource: { resourceType: "List", id: "l1", status: "current", mode: "snapshot", title: "Allergies", code: { coding: [{ system: "http://snomed.info/sct", code: "886921000000105" }] }, entry: [{ item: { reference: "AllergyIntolerance/a1" } }] } }] };
const DOCUMENTS = { resourceType: "Bundle", type: "searchset", entry: [{ resource: { resourceType: "DocumentReference", id: "d1", status: "current", indexed: "2026-10-01T10:00:00Z", description: "Letter", content: [{ attachment: { contentType: "text/plain", url: "https://gp.example/Binary/b1" } }] } }, { resource: { resourceType: "Binary", id: "b1", contentType: "text/plain", content: "aGk=" } }] };
const CSV = "record_type,record_id,action,person_id,nhs_number,family_name,given_names,date_of_birth,gender,type,start_date\r\nassessment,A1,add,P1,9990000441,Bent,Ann,1950-03-01,F,Care Act assessment,2026-05-01\r\nassessment,A2,delete,P1,,Bent,Ann,1950-03-01,F,,\r\n";

/** Values that no ordinary sender writes. */
const ODD: readonly unknown[] = [null, true, 0, -1, 1e308, "", " ", "\0", "a\0b", "\ud800", "x\udfffy", "￿", "__proto__", "constructor", "9999-99-99", "1950-02-30", [], {}, [[]], [null], { __proto__x: 1 }, "A".repeat(5000), ["a", "b"], { reference: "Patient/p1" }, { reference: 7 }, { coding: "x" }, { value: "1e400" }];

/** The same value with one of its places changed, by number. */
function bent(value: unknown, place: number, how: number, odd: unknown): unknown {
  const copy = structuredClone(value);
  const places: { holder: Record<string, unknown>; name: string }[] = [];
  const visit = (one: unknown): void => {
    if (typeof one !== "object" || one === null) return;
    for (const name of Object.keys(one)) {
      places.push({ holder: one as Record<string, unknown>, name });
      visit((one as Record<string, unknown>)[name]);
    }
  };
  visit(copy);
  if (places.length === 0) return copy;
  const { holder, name } = places[place % places.length]!;
  if (name === "__proto__" || how === 1) delete holder[name];
  else if (how === 0) holder[name] = odd;
  else if (how === 2) holder[name] = [holder[name], holder[name]];
  else {
    const [set, to] = how === 3 ? ["__proto__", odd] : [typeof odd === "string" && odd !== "" ? odd.slice(0, 20) : "extra", holder[name]];
    Object.defineProperty(holder, set, { value: to, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}
const change = fc.tuple(fc.nat(100_000), fc.nat(4), fc.constantFrom(...ODD));
const changes = fc.array(change, { minLength: 1, maxLength: 4 });
const bendAll = (value: unknown, all: readonly (readonly [number, number, unknown])[]): Buffer => Buffer.from(JSON.stringify(all.reduce((each, [place, how, odd]) => bent(each, place, how, odd), value)));

describe("fuzz of what comes over HTTP", () => {
  const CASES: readonly (readonly [string, "fhir-r4" | "gp-connect-stu3", unknown])[] = [["a FHIR transaction", "fhir-r4", BUNDLE], ["a FHIR resource", "fhir-r4", RESOURCES[2]], ["a GP Connect record", "gp-connect-stu3", RECORD], ["documents of a GP practice", "gp-connect-stu3", DOCUMENTS]];
  for (const [what, format, value] of CASES) {
    test(`${what} with fields changed, lost, doubled, renamed and set in is mapped, or refused with its place`, () => {
      const seen = { mapped: 0, refused: 0 };
      fc.assert(fc.property(changes, (all) => void seen[timed(format, bendAll(value, all))]++), { numRuns: 1500 });
      assert.ok(seen.mapped > 20 && seen.refused > 20, JSON.stringify(seen));
    });
  }

  test("real records and examples, bent", { skip: lacksOutsideData }, () => {
    const records = ["9690937286.structuredRecord.json", "9388098431.document-application-pdf.json", "9690937286.document.json"].map((name) => JSON.parse(gpConnect(name).toString("utf8")) as unknown);
    fc.assert(fc.property(fc.nat(records.length - 1), changes, (which, all) => void take("gp-connect-stu3", bendAll(records[which], all))), { numRuns: 60 });
    const examples = ukCoreFiles().map(ukCore);
    const bend = fc.tuple(fc.nat(examples.length - 1), fc.array(fc.tuple(fc.nat(100_000), fc.constantFrom("<", ">", "&", '"', "\0", "&#0;", "&#xD800;", "<!--", "]]>", "/", "\ufffe", "é"), fc.boolean()), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(bend, ([which, all]) => {
        let text = examples[which]!.toString("utf8");
        for (const [place, sign, drops] of all) {
          const at = place % text.length;
          text = text.slice(0, at) + sign + text.slice(at + (drops ? place % 9 : 0));
        }
        timed("fhir-r4", Buffer.from(text));
      }),
      { numRuns: 600 },
    );
  });

  test("files with cells, rows and bytes changed are read row by row", () => {
    const bend = fc.array(fc.tuple(fc.nat(10_000), fc.constantFrom(",", '"', "\r\n", "\0", "\ufeff", "=1+1", "\udfff", "é", ";", "31/02/2026", "delete"), fc.nat(12)), { minLength: 1, maxLength: 6 });
    const seen = { mapped: 0, refused: 0 };
    fc.assert(
      fc.property(bend, (all) => {
        let text = CSV;
        for (const [place, sign, lost] of all) {
          const at = place % text.length;
          text = text.slice(0, at) + sign + text.slice(at + lost);
        }
        seen[timed("csv", Buffer.from(text))]++;
      }),
      { numRuns: 1500 },
    );
    assert.ok(seen.mapped > 20, JSON.stringify(seen));
  });

  test("any bytes at all are refused, in each format", () => {
    for (const format of ["fhir-r4", "gp-connect-stu3", "csv"] as const) fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void timed(format, Buffer.from(bytes))), { numRuns: 400 });
  });

  const resource = (field: string): string => `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${JSON.stringify(PATIENT)}},{"resource":{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p1"},"code":{"text":"x"},${field}}}]}`;
  const deep = (open: string, close: string, times: number): string => open.repeat(times) + close.repeat(times);
  const WRITTEN: readonly (readonly [string, string])[] = [
    ["lists ten thousand deep", resource(`"note":${deep("[", "]", 10_000)}`)],
    ["objects ten thousand deep", resource(`"extension":[${'{"url":"a","extension":['.repeat(10_000)}${"]}".repeat(10_000)}]`)],
    ["a body of lists alone", deep("[", "]", 100_000)],
    ["a number that no double holds", resource('"valueQuantity":{"value":1e400,"unit":"mg"}')],
    ["a number of a thousand digits", resource(`"valueQuantity":{"value":${"9".repeat(1000)},"unit":"mg"}`)],
    ["a key twice", resource('"valueString":"a","valueString":"b"')],
    ["a key named __proto__", resource('"__proto__":{"polluted":true}')],
    ["a key named constructor", resource('"constructor":{"prototype":{"polluted":true}}')],
    ["a NUL in a text", resource('"valueString":"a\\u0000b"')],
    ["a NUL in a code", resource('"category":[{"coding":[{"system":"s","code":"a\\u0000"}]}]')],
    ["a NUL in a name of a field", resource('"a\\u0000b":1')],
    ["half of a surrogate pair", resource('"valueString":"\\ud800"')],
    ["a hundred thousand entries of nothing", `{"resourceType":"Bundle","type":"collection","entry":[${"null,".repeat(100_000)}null]}`],
    ["a hundred thousand empty notes", resource(`"note":[${"{},".repeat(100_000)}{}]`)],
  ];
  for (const [what, text] of WRITTEN) {
    test(`${what}: mapped or refused with its place, and nothing is changed for others`, () => {
      for (const format of ["fhir-r4", "gp-connect-stu3"] as const) timed(format, Buffer.from(text), text.length > 100_000 ? 1500 : MOST_MS);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });
  }

  test("XML a hundred thousand deep is refused and does not end the process", () => {
    timed("fhir-r4", Buffer.from(`<Patient xmlns="http://hl7.org/fhir">${deep("<extension>", "</extension>", 100_000)}</Patient>`), 1500);
  });
});
