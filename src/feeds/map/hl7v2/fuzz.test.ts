/**
 * Whatever arrives: no crash, no hang, everything read or refused with its place.
 * Messages are made of the standard's shapes, and real ones are mutated.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeHl7, parseHl7, splitBatch, validateResource } from "#standards";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import type { MapResult } from "../../mapped.ts";
import { mapHl7 } from "./index.ts";
import { lanesOf } from "./lanes.ts";

/** A parser never takes longer than this of the thread's own time, which the machine's other work does not count into; the best of five. */
const MOST_MS = 50;
const fastest = (work: () => unknown): number => Math.min(...[1, 2, 3, 4, 5].map(() => {
  const from = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}));

/** Reads, maps, and holds what must be true of any answer. */
function take(bytes: Uint8Array): "mapped" | "quarantined" | "refused" {
  const file = splitBatch(bytes);
  if (file !== null) for (const batch of file.batches) for (const each of batch.messages) take(each);
  const parsed = parseHl7(decodeHl7(bytes));
  if (!parsed.ok) {
    assert.ok((parsed.fault.ack === "AE" || parsed.fault.ack === "AR") && parsed.fault.why.length > 5 && !/[\r\n]/.test(parsed.fault.why), JSON.stringify(parsed.fault));
    return "refused";
  }
  assert.ok(lanesOf(parsed.message).length > 0);
  const result: MapResult = mapHl7(parsed.message, "Europe/London");
  if (!result.ok) {
    assert.ok(result.marks.length > 0 && result.marks.every((mark) => mark.why !== "" && mark.place !== ""));
    return "quarantined";
  }
  for (const patient of result.mapped.patients) {
    assert.ok(patient.localId !== "");
    for (const item of patient.items) {
      assert.ok(item.sourceKey !== "");
      const text = JSON.stringify(item.resource);
      assert.deepEqual(validateResource(JSON.parse(text)), [], text.slice(0, 2000));
    }
  }
  return "mapped";
}

const KINDS = ["ADT^A01", "ADT^A08", "ADT^A40", "ADT^A45", "ADT^A60", "ORU^R01", "OML^O21", "ORM^O01", "MDM^T02", "MDM^T11", "SIU^S12", "REF^I12", "RDE^O11", "VXU^V04", "PPR^PC1"];
const NAMES = ["PID", "PD1", "NK1", "PV1", "PV2", "MRG", "AL1", "IAM", "DG1", "PR1", "ORC", "OBR", "OBX", "NTE", "TQ1", "SPM", "TXA", "SCH", "AIS", "AIG", "AIL", "AIP", "RXA", "RXE", "RXO", "RXR", "RF1", "PRD", "PRB", "ZZZ"];
const word = fc.oneof(fc.constantFrom("", "1", "D", "A", "Y", "NM", "SN", "ED", "CE", "20261121093000", "20260230", "99999999999999", "1.5", "<5", "-", '""', "\\F\\", "\\X41", "^application^pdf^Base64^JVBERi0=", "begin 644 a\n#", "UNICODE UTF-16"), fc.string({ maxLength: 6 }));
const component = fc.array(word, { minLength: 1, maxLength: 3 }).map((each) => each.join("&"));
const field = fc.array(fc.array(component, { minLength: 1, maxLength: 6 }).map((each) => each.join("^")), { minLength: 1, maxLength: 2 }).map((each) => each.join("~"));
const segment = fc.tuple(fc.constantFrom(...NAMES), fc.array(field, { maxLength: 40 })).map(([name, fields]) => [name, ...fields].join("|"));
const message = fc.tuple(fc.constantFrom(...KINDS), fc.array(segment, { maxLength: 12 })).map(([kind, segments]) => [`MSH|^~\\&|A|B|C|D|20261121||${kind}|c1|P|2.5`, "PID|1||77^^^X", ...segments].join("\r"));

describe("fuzz", () => {
  test("messages of every event with any segments and fields are mapped, quarantined or refused", () => {
    fc.assert(fc.property(message, (each) => void take(Buffer.from(each))), { numRuns: 400 });
  });

  test("any bytes at all are refused with their place, or read", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void take(bytes)), { numRuns: 400 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void take(Buffer.concat([Buffer.from("MSH|^~\\&|"), bytes]))), { numRuns: 400 });
  });

  test("real messages, bent: cut, doubled, with bytes changed, lost and set in", { skip: lacksOutsideData }, () => {
    const real = simulatedHospital().map(({ bytes }) => bytes);
    const seen = { mapped: 0, quarantined: 0, refused: 0 };
    const bend = fc.tuple(fc.nat(real.length - 1), fc.array(fc.tuple(fc.constantFrom("change", "drop", "insert", "cut", "repeat", "swap"), fc.nat(5000), fc.constantFrom(0, 0x0d, 0x7c, 0x5e, 0x7e, 0x26, 0x5c, 0x22, 0x41, 0xe9, 0xff)), { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(bend, ([which, changes]) => {
        let bytes = Buffer.from(real[which]!);
        for (const [what, place, byte] of changes) {
          const at = place % Math.max(1, bytes.length);
          if (what === "change") bytes[at] = byte;
          else if (what === "drop") bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (place % 7))]);
          else if (what === "insert") bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte, byte]), bytes.subarray(at)]);
          else if (what === "cut") bytes = bytes.subarray(0, Math.max(1, bytes.length - (place % 40)));
          else if (what === "repeat") bytes = Buffer.concat([bytes, bytes.subarray(bytes.indexOf("\r") + 1, bytes.indexOf("\r") + 1 + (place % 400))]);
          else bytes = Buffer.concat([bytes.subarray(0, 60), bytes.subarray(at), bytes.subarray(60, at)]);
        }
        seen[take(bytes)]++;
      }),
      { numRuns: 1500 },
    );
    assert.ok(seen.mapped > 100 && seen.refused > 50, JSON.stringify(seen));
  });

  const head = "MSH|^~\\&|A|B|C|D|20261121||ORU^R01|c1|P|2.5\rPID|1||77^^^X\r";
  const million = 1_000_000;
  const large: [string, string][] = [
    ["a million separators in one field", `${head}OBX|1|TX|${"|".repeat(million)}`],
    ["a million repetitions", `${head}PID|1||${"~".repeat(million)}`],
    ["a million components", `${head}OBX|1|TX|a||${"^".repeat(million)}`],
    ["a million escape characters", `${head}OBX|1|TX|a||${"\\".repeat(million)}`],
    ["half a million empty lines", `${head}${"\r\n".repeat(million / 2)}`],
    ["three hundred thousand segments", `${head}${"OBX\r".repeat(300_000)}`],
    ["a million spaces before the message", `${" ".repeat(million)}${head}`],
    ["a document of a million characters", `${head}OBX|1|ED|a||^application^pdf^Base64^${"QUJD".repeat(million / 4)}`],
    ["a header of a million characters", `MSH|^~\\&|${"A".repeat(million)}`],
    ["half an escape before a million letters", `${head}OBX|1|TX|a||\\X${"4".repeat(million)}`],
    ["a million batch headers", "BHS|^~\\&|A\r".repeat(million / 12)],
  ];
  for (const [what, text] of large) test(`${what}: read or refused within ${MOST_MS} ms`, () => {
    const bytes = Buffer.from(text, "latin1");
    const parse = fastest(() => parseHl7(decodeHl7(bytes)));
    assert.ok(parse < MOST_MS, `parsing took ${parse.toFixed(1)} ms`);
    const split = fastest(() => splitBatch(bytes));
    assert.ok(split < MOST_MS, `splitting took ${split.toFixed(1)} ms`);
    take(bytes);
  });

  test("memory stays within a few times the message, whatever its shape", () => {
    for (const [, text] of large) {
      const bytes = Buffer.from(text, "latin1");
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const parsed = parseHl7(decodeHl7(bytes));
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 64 * 1024 * 1024, `${(grown / 1e6).toFixed(0)} MB, ${parsed.ok}`);
    }
  });
});
