import assert from "node:assert/strict";
import { test } from "node:test";
import { acknowledgement, locationText, locationWords } from "./acknowledge.ts";
import { parseHl7 } from "./message.ts";

const now = new Date("2026-11-21T09:30:00Z");
const parsed = parseHl7("MSH|^~\\&|PAS|RN5|KMCR|X|2026||ADT^A01|ctl-7|T|2.5.1\rPID|1");
assert.ok(parsed.ok);
const { message } = parsed;

test("an acceptance repeats the control id, turns sender and receiver round, and keeps processing id and version", () => {
  assert.equal(acknowledgement({ code: "AA", message, now, id: "a1" }), "MSH|^~\\&|KMCR|X|PAS|RN5|20261121093000||ACK^A01^ACK|a1|T|2.5.1\rMSA|AA|ctl-7\r");
});

test("a refusal names the place in ERR-2, the code in ERR-3 and the reason in words", () => {
  const text = acknowledgement({ code: "AE", message, fault: { ack: "AE", code: "101", location: { segment: "PID", sequence: 1, field: 3, component: 1 }, why: "PID-3 is required" }, now, id: "a2" });
  assert.equal(text.split("\r")[1], "MSA|AE|ctl-7|PID-3 is required");
  assert.equal(text.split("\r")[2], "ERR||PID^1^3^1^1|101^Required field missing^HL70357|E||||PID-3 is required");
});

test("bytes that are no message are answered too", () => {
  const text = acknowledgement({ code: "AR", fault: { ack: "AR", code: "100", location: null, why: "no MSH" }, now, id: "a3" });
  assert.match(text, /^MSH\|\^~\\&\|\|\|\|\|20261121093000\|\|ACK\|a3\|P\|2\.4\rMSA\|AR\|\|no MSH\rERR\|\|\|100\^/);
});

test("words of a fault cannot break the acknowledgement's own structure", () => {
  const text = acknowledgement({ code: "AR", fault: { ack: "AR", code: "100", location: null, why: "a|b^c\rMSA|AA|forged" }, now, id: "a4" });
  assert.equal(text.split("\r").filter((line) => line.startsWith("MSA|")).length, 1);
  assert.ok(!text.includes("|AA|"));
});

test("a place as the standard writes it and as a person reads it", () => {
  assert.equal(locationText({ segment: "OBX", sequence: 3, field: 5, repetition: 2, component: 1 }), "OBX^3^5^2^1");
  assert.equal(locationWords({ segment: "OBX", sequence: 3, field: 5, component: 1 }), "OBX[3]-5.1");
  assert.equal(locationWords(null), "message");
});
