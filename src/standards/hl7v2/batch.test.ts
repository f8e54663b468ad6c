import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { acknowledgement } from "./acknowledge.ts";
import { batchAcknowledgement, splitBatch, type Hl7BatchFile } from "./batch.ts";
import { decodeHl7 } from "./character-set.ts";
import { parseHl7 } from "./message.ts";

const message = (id: string, name = "Zoë"): string => `MSH|^~\\&|PAS|RN5|KMCR|X|2026||ADT^A31|${id}|P|2.4\rPID|1||${id}||${name}\r`;
const batch = (...parts: string[]): Buffer => Buffer.from(parts.join(""), "utf8");
const split = (bytes: Uint8Array): Hl7BatchFile => {
  const file = splitBatch(bytes);
  assert.ok(file, "was taken for a batch");
  return file;
};
const whys = (file: Hl7BatchFile): string[] => [...file.faults, ...file.batches.flatMap((each) => each.faults)].map((fault) => fault.why);

test("a file of batches is cut into its messages, byte for byte", () => {
  const file = split(batch("FHS|^~\\&|PAS|RN5|KMCR|X|2026||F||file-1\r", "BHS|^~\\&|PAS|RN5|KMCR|X|2026||B||batch-1\r", message("1"), message("2"), "BTS|2\r", "BHS|^~\\&|PAS\r", message("3"), "BTS|1\r", "FTS|2\r"));
  assert.deepEqual(file.batches.map((each) => each.messages.map((bytes) => Buffer.from(bytes).toString("utf8"))), [[message("1"), message("2")], [message("3")]]);
  assert.deepEqual(whys(file), []);
  assert.equal(file.header?.text(11), "file-1");
  assert.equal(file.batches[0]!.header?.text(11), "batch-1");
});

test("one message is no batch, nor is what is no message; two messages in one frame stay the parser's fault", () => {
  for (const each of [message("1"), "PID|1", "", message("1") + message("2")]) assert.equal(splitBatch(Buffer.from(each)), null);
});

test("a batch without a file, messages without a header, and line ends of any kind", () => {
  assert.equal(split(batch("BHS|^~\\&|PAS\r\n", message("1").replaceAll("\r", "\r\n"), "BTS|1\r\n")).batches[0]!.messages.length, 1);
  const bare = split(batch(message("1"), message("2"), "BTS|2"));
  assert.deepEqual([bare.batches.length, bare.batches[0]!.messages.length, bare.batches[0]!.header], [1, 2, null]);
  assert.deepEqual(split(batch("FHS|^~\\&|A\r", "BHS|^~\\&\r", "BTS|0\r", "FTS|1\r")).batches.map((each) => each.messages.length), [0]);
});

test("a wrong count and a missing trailer are named, and every message stands", () => {
  const wrong = split(batch("BHS|^~\\&|PAS\r", message("1"), message("2"), "BTS|3\r"));
  assert.deepEqual(whys(wrong), ["BTS-1 says 3 messages, there are 2"]);
  assert.equal(wrong.batches[0]!.messages.length, 2);
  const cut = split(batch("FHS|^~\\&|PAS\r", "BHS|^~\\&|PAS\r", message("1")));
  assert.deepEqual(whys(cut), ["the file has no FTS: it may have been cut short", "the batch has no BTS: it may have been cut short"]);
  assert.equal(cut.batches[0]!.messages.length, 1);
});

test("the answer to a batch holds one acknowledgement a message and names the batch that it answers", () => {
  const file = split(batch("FHS|^~\\&|PAS|RN5|KMCR|X|2026||F||file-1\r", "BHS|^~\\&|PAS|RN5|KMCR|X|2026||B||batch-1\r", message("1"), message("2"), "BTS|3\r", "FTS|1\r"));
  const now = new Date("2026-11-21T09:30:00Z");
  const acks = file.batches.map((each) => each.messages.map((bytes) => {
    const parsed = parseHl7(decodeHl7(bytes));
    assert.ok(parsed.ok);
    return acknowledgement({ code: "AA", message: parsed.message, now, id: `a${parsed.message.controlId}` });
  }));
  const answer = batchAcknowledgement(file, acks, now, "answer-1");
  assert.deepEqual(answer.split("\r").map((line) => line.split("|").slice(0, 3).join("|")), ["FHS|^~\\&|KMCR", "BHS|^~\\&|KMCR", "MSH|^~\\&|KMCR", "MSA|AA|1", "MSH|^~\\&|KMCR", "MSA|AA|2", "BTS|2|BTS-1 says 3 messages, there are 2", "FTS|1|", ""]);
  const read = split(Buffer.from(answer));
  assert.equal(read.batches[0]!.header?.text(12), "batch-1");
  assert.equal(read.batches[0]!.messages.length, 2);
});

test("whatever the bytes are, the messages are parts of them, in order, and nothing throws", () => {
  const piece = fc.constantFrom("FHS|^~\\&|A\r", "BHS|^~\\&|A\r", "BHS\r", "BTS|1\r", "FTS\r", "MSH|^~\\&|A\r", "PID|1\n", "\r", "x", "\uFEFF");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(""));
      const file = splitBatch(bytes);
      if (file === null) return;
      const messages = file.batches.flatMap((each) => each.messages.map((part) => Buffer.from(part).toString()));
      assert.equal(messages.length, pieces.join("").match(/(?<=^|[\r\n]|[\r\n]\uFEFF|^\uFEFF+)MSH\|/g)?.length ?? 0);
      let at = 0;
      for (const each of messages) {
        at = bytes.toString().indexOf(each, at);
        assert.ok(at >= 0 && each.startsWith("MSH"));
        at += each.length;
      }
    }),
  );
});
