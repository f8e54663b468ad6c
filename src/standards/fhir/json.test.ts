import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimal, isRawNumber, parseJson } from "./json.ts";

test("a number keeps its text: 0.10 stays 0.10, 1e2 stays 1e2, 20 digits stay 20 digits", () => {
  const text = '{"a":0.10,"b":1e2,"c":12345678901234567890,"d":5,"e":{"value":-1.500},"f":"0.10, \\"value\\": 12.0,","g":2.5}';
  assert.equal(JSON.stringify(parseJson(text)), text);
});

test("numbers in lists, in ids and after odd names come out as they went in", () => {
  const text = '{"id":"3e4-1.0","a":[1,2.5],"b-c":1.25,"t":"2026-01-01T10:00:00.000Z","n":{"value" :\n 0.10 },"z":"\\\\","w":2.0}';
  assert.equal(JSON.stringify(parseJson(text)), text.replaceAll(/ :\n 0\.10 /g, ":0.10"));
});

test("a text that looks like a member with a number stays a text", () => {
  const value = { note: 'x "value": 12.0, y', escaped: '\\"value\\": 1.0,', value: 3 };
  assert.deepEqual(parseJson(JSON.stringify({ ...value, trailing: "1.0" })), { ...value, trailing: "1.0" });
});

test("what is no JSON is refused, whatever its numbers", () => {
  for (const text of ['{"a":01.0}', '{"a":1.0', '{"a":1.0}}', '{"a":.10}', '{"a":1.}']) assert.throws(() => parseJson(text), SyntaxError);
});

test("any JSON comes out as it went in", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => JSON.stringify(parseJson(JSON.stringify(value))) === JSON.stringify(value)));
});

test("a decimal made from a source's text keeps it where JavaScript would not", () => {
  assert.equal(JSON.stringify({ value: decimal("98.00") }), '{"value":98.00}');
  assert.equal(decimal("98"), 98);
  assert.ok(isRawNumber(decimal("0.10")));
  for (const [text, json] of [["+.5", "0.5"], ["007", "7"], ["-00.50", "-0.50"], ["0.10", "0.10"], ["5.", "5"], ["00", "0"]] as const) assert.equal(JSON.stringify(decimal(text)), json);
});
