import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MllpFrames, type MllpPiece } from "./mllp-frames.ts";

type Read = { kind: MllpPiece["kind"]; text: string };
const frame = (text: string): string => `\x0b${text}\x1c\r`;

/** What comes out of a stream that arrives in these pieces. */
function readPieces(pieces: readonly Buffer[], most = 1_000_000): Read[] {
  const frames = new MllpFrames(most);
  const out = pieces.flatMap((piece) => frames.take(piece));
  return [...out, ...frames.finish("cut off")].map((piece) => ({ kind: piece.kind, text: piece.bytes.toString("latin1") }));
}
const readText = (text: string, most?: number): Read[] => readPieces([Buffer.from(text, "latin1")], most);
const message = (text: string): Read => ({ kind: "message", text });

test("a frame gives its message, two frames in one write give two", () => {
  assert.deepEqual(readText(frame("MSH|a") + frame("MSH|b")), [message("MSH|a"), message("MSH|b")]);
});

test("one byte a write gives the same", () => {
  const bytes = Buffer.from(frame("MSH|a\rPID|1") + frame("MSH|b"), "latin1");
  assert.deepEqual(readPieces([...bytes].map((byte) => Buffer.from([byte]))), [message("MSH|a\rPID|1"), message("MSH|b")]);
});

test("any split of any stream gives the same pieces in the same order", () => {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom("M", "|", "\r", "\n", "é", "\x00"), maxLength: 12 }).map(frame),
    fc.string({ unit: fc.constantFrom("g", " ", "\r", "\n", "\x0b", "\x1c"), maxLength: 6 }),
    fc.constantFrom("\x0bcut", "\x1c\r", "\x0b\x1c\r", "\x0b\x1cx\x1c\r", "\x0ba\x1c\x1c\r"),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }).map((each) => each.join("")), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (stream, sizes) => {
      const bytes = Buffer.from(stream, "latin1");
      const pieces: Buffer[] = [];
      let at = 0;
      for (const size of sizes) {
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      pieces.push(bytes.subarray(at));
      assert.deepEqual(readPieces(pieces), readPieces([bytes]));
    }),
    { numRuns: 500 },
  );
});

test("no byte between the frames' marks is lost: what came in comes out, as message, broken frame or garbage", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "|", "\r", "\x0b", "\x1c"), maxLength: 40 }), (stream) => {
      const kept = readText(stream).map((each) => each.text).join("");
      const visible = (text: string): string => text.replace(/[\x0b\x1c\r]/g, "");
      assert.equal(visible(kept), visible(stream));
    }),
    { numRuns: 500 },
  );
});

test("line ends between frames mean nothing, other bytes are garbage and are handed on", () => {
  assert.deepEqual(readText(`\r\n${frame("a")}\r\n\r\n${frame("b")} `), [message("a"), message("b")]);
  assert.deepEqual(readText(`hello${frame("a")}`), [{ kind: "garbage", text: "hello" }, message("a")]);
});

test("a frame that another one interrupts is broken, and the next message is served", () => {
  assert.deepEqual(readText(`\x0bhalf${frame("whole")}`), [{ kind: "broken", text: "half" }, message("whole")]);
});

test("a frame that the sender never ended is broken when the connection ends", () => {
  assert.deepEqual(readText("\x0bhalf"), [{ kind: "broken", text: "half" }]);
});

test("0x1C inside a message is no end; 0x1C with LF ends as well as with CR", () => {
  assert.deepEqual(readText("\x0ba\x1cb\x1c\r"), [message("a\x1cb")]);
  assert.deepEqual(readText(`\x0ba\x1c\n${frame("b")}`), [message("a"), message("b")]);
});

test("a frame that is too long is cut and named, whatever the pieces, and the next message is served", () => {
  const stream = Buffer.from(frame("x".repeat(50)) + frame("ok"), "latin1");
  for (const size of [1, 7, 200]) {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) => stream.subarray(index * size, (index + 1) * size));
    assert.deepEqual(readPieces(pieces, 10), [{ kind: "broken", text: "x".repeat(10) }, message("ok")]);
  }
});

test("a frame of exactly the limit is taken", () => {
  assert.deepEqual(readText(frame("x".repeat(10)), 10), [message("x".repeat(10))]);
});

test("an empty frame is an empty message: it is answered, not swallowed", () => {
  assert.deepEqual(readText("\x0b\x1c\r"), [message("")]);
});
