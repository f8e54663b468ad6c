import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Hl7Message as SecondMessage } from "@medplum/core";
import fc from "fast-check";
import { parseHl7, type Hl7Message } from "./message.ts";

const HEAD = "MSH|^~\\&|PAS|RN5|KMCR|X|20261121093000||ADT^A01^ADT_A01|c1|P|2.4";
const read = (text: string): Hl7Message => {
  const parsed = parseHl7(text);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.message;
};
const faultOf = (text: string) => {
  const parsed = parseHl7(text);
  assert.ok(!parsed.ok, "was read, but has a fault");
  return parsed.fault;
};

test("fields count from 1 as the standard counts them, and MSH-1 is the separator itself", () => {
  const message = read(`${HEAD}\rPID|1||77^^^RN5^MR~9434765919^^^NHS^NH||GREEN&Van^Ann^Marie||19450714|F\r`);
  assert.equal(message.msh.raw(1), "|");
  assert.equal(message.msh.raw(2), "^~\\&");
  assert.equal(message.controlId, "c1");
  assert.equal(message.kind, "ADT^A01");
  const pid = message.get("PID")!;
  assert.equal(pid.text(3, 1, 2), "9434765919");
  assert.equal(pid.text(5, 1), "GREEN");
  assert.equal(pid.text(5, 1, 1, 2), "Van");
  assert.equal(pid.text(5, 3), "Marie");
  assert.equal(pid.text(30), "");
  assert.deepEqual(pid.repetitions(4), []);
});

test("segments end with CR, LF or both", () => {
  for (const end of ["\r", "\n", "\r\n"]) assert.equal(read([HEAD, "EVN|A01", "PID|1||77"].join(end) + end).get("PID")!.text(3), "77");
});

test("whatever delimiters MSH names are used", () => {
  const message = read("MSH#*!/%#PAS#RN5#KMCR#X#2026##ADT*A01#c1#P#2.4\rPID#1##77***RN5!88#a/S/b%c");
  assert.equal(message.get("PID")!.text(3, 4), "RN5");
  assert.equal(message.get("PID")!.text(3, 1, 2), "88");
  assert.equal(message.get("PID")!.text(4, 1, 1, 1), "a*b");
  assert.equal(message.get("PID")!.text(4, 1, 1, 2), "c");
});

test("escapes become their characters; an unknown or unfinished one stays as it was sent", () => {
  const message = read(`${HEAD}\rNTE|1||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f|x\\.br\\y|\\XC3\\z|\\Zq\\ and \\open|\\H\\bold\\N\\`);
  const nte = message.get("NTE")!;
  assert.equal(nte.text(3), "a|b^c&d~e\\f");
  assert.equal(nte.text(4), "x\ny");
  assert.equal(nte.text(5), "Ãz");
  assert.equal(nte.text(6), "\\Zq\\ and \\open");
  assert.equal(nte.text(7), "bold");
});

test("formatting commands keep their line ends and spaces; hex data is UTF-8 where it is that; a switch to another character set stays visible", () => {
  const nte = read(`${HEAD}\rNTE|1||a\\.sp2\\b\\.ce\\c|\\.in+4\\d\\.sk3\\e\\.ti-2\\|Zo\\XC3AB\\|\\C2842\\f\\C2D41\\g|\\C2D46\\h \\M244A\\|1\\P\\|\\X4100\\`).get("NTE")!;
  assert.equal(nte.text(3), "a\n\nb\nc");
  assert.equal(nte.text(4), "d   e");
  assert.equal(nte.text(5), "Zoë");
  assert.equal(nte.text(6), "fg");
  assert.equal(nte.text(7), "\\C2D46\\h \\M244A\\");
  assert.equal(nte.text(8), "1#");
  assert.equal(nte.text(9), "\\X4100\\", "a zero byte is no text");
});

test("an escaped delimiter never splits a field", () => {
  const obx = read(`${HEAD}\rOBX|1|ST|a||one \\S\\ two \\T\\ three \\R\\ four`).get("OBX")!;
  assert.equal(obx.text(5), "one ^ two & three ~ four");
  assert.equal(obx.repetitions(5).length, 1);
});

test('"" asks to delete and reads as empty; saying nothing does not ask', () => {
  const pid = read(`${HEAD}\rPID|1||77||""|`).get("PID")!;
  assert.equal(pid.text(5), "");
  assert.equal(pid.deletes(5), true);
  assert.equal(pid.deletes(6), false);
});

test("free text is read whole, separators and all", () => {
  assert.equal(read(`${HEAD}\rOBX|1|TX|a||5^6 & more~less`).get("OBX")!.whole(5), "5^6 & more~less");
});

test("unknown and Z segments are kept, counted by name", () => {
  const message = read(`${HEAD}\rZKM|1|a\rZKM|2|b\rQQQ|x`);
  assert.deepEqual(message.all("ZKM").map((each) => [each.sequence, each.text(2)]), [[1, "a"], [2, "b"]]);
  assert.equal(message.get("QQQ")!.text(1), "x");
});

describe("a fault names its place and whether the message could ever be taken", () => {
  const cases: [string, string, { ack: string; code: string; location: unknown }][] = [
    ["nothing at all", "", { ack: "AR", code: "100", location: { segment: "MSH" } }],
    ["another first segment", "PID|1", { ack: "AR", code: "100", location: { segment: "MSH" } }],
    ["a letter for a separator", "MSHA^~\\&APAS", { ack: "AR", code: "102", location: { segment: "MSH", sequence: 1, field: 1 } }],
    ["delimiters that are not different", "MSH|^^\\&|PAS", { ack: "AR", code: "102", location: { segment: "MSH", sequence: 1, field: 2 } }],
    ["too few delimiters", "MSH|^|PAS", { ack: "AR", code: "102", location: { segment: "MSH", sequence: 1, field: 2 } }],
    ["no message type", "MSH|^~\\&|PAS|RN5|K|X|2026|||c1|P|2.4", { ack: "AE", code: "101", location: { segment: "MSH", sequence: 1, field: 9 } }],
    ["no control id", "MSH|^~\\&|PAS|RN5|K|X|2026||ADT^A01||P|2.4", { ack: "AE", code: "101", location: { segment: "MSH", sequence: 1, field: 10 } }],
    ["a line that is no segment", `${HEAD}\rPID|1\rhello there`, { ack: "AE", code: "100", location: { segment: "PID", sequence: 1 } }],
    ["a segment cut from its separator", `${HEAD}\rPIDx1`, { ack: "AE", code: "100", location: { segment: "MSH", sequence: 1 } }],
    ["a zero byte in a field", `${HEAD}\rPID|1||7\x007`, { ack: "AE", code: "102", location: { segment: "PID", sequence: 1, field: 3 } }],
    ["a zero byte in the header", HEAD.replace("PAS", "P\x00S"), { ack: "AE", code: "102", location: { segment: "MSH", sequence: 1, field: 3 } }],
    ["two messages in one frame", `${HEAD}\rPID|1\r${HEAD}`, { ack: "AE", code: "100", location: { segment: "MSH", sequence: 2 } }],
  ];
  for (const [what, text, expected] of cases) {
    test(what, () => {
      const { why, ...fault } = faultOf(text);
      assert.deepEqual(fault, expected);
      assert.ok(why.length > 10 && !/[\r\n]/.test(why), why);
    });
  }
});

describe("second opinion: the parser of @medplum/core, another hand's", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abcXYZ 019.-é") , maxLength: 8 });
  const subcomponents = fc.array(text, { minLength: 1, maxLength: 2 }).map((each) => each.join("&"));
  const components = fc.array(subcomponents, { minLength: 1, maxLength: 3 }).map((each) => each.join("^"));
  const field = fc.array(components, { minLength: 1, maxLength: 3 }).map((each) => each.join("~"));
  const segment = fc.tuple(fc.constantFrom("PID", "PV1", "OBX", "ZZZ"), fc.array(field, { minLength: 1, maxLength: 8 })).map(([name, fields]) => `${name}|${fields.join("|")}`);
  const message = fc.array(segment, { minLength: 1, maxLength: 5 }).map((each) => [HEAD, ...each].join("\r"));

  const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);
  // From field 3: MSH-1 and MSH-2 are the delimiters themselves.
  const places = upTo(9).slice(2).flatMap((f) => upTo(3).flatMap((r) => upTo(3).flatMap((c) => upTo(2).map((s) => [f, r, c, s] as const))));

  test("both read every component of every message alike", () => {
    fc.assert(
      fc.property(message, (each) => {
        const mine = read(each);
        const theirs = SecondMessage.parse(each);
        assert.equal(mine.segments.length, theirs.segments.length);
        mine.segments.forEach((own, index) => {
          const other = theirs.segments[index]!;
          assert.equal(own.name, other.name);
          for (const [f, r, c, s] of places) {
            const theirField = other.getField(f);
            const expected = theirField !== undefined && r <= theirField.components.length ? (theirField.getComponent(c, s - 1, r - 1) ?? "") : "";
            assert.equal(own.text(f, c, r, s), expected, `${own.name}-${f}.${c}.${s}[${r}] of ${JSON.stringify(each)}`);
          }
        });
      }),
    );
  });
});
