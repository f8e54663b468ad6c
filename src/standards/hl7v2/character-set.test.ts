import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeHl7 } from "./character-set.ts";
import { parseHl7 } from "./message.ts";

const text = (characterSet: string, name: string): string => `MSH|^~\\&|P|R|K|X|2026||ADT^A01|c9|P|2.4||||||${characterSet}\rPID|1||1||${name}\r`;
/** The name in PID-5 as it is read. */
function nameOf(bytes: Uint8Array): string {
  const parsed = parseHl7(decodeHl7(bytes));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.message.get("PID")!.text(5);
}
/** The head in ASCII, the name as these bytes. */
const withBytes = (characterSet: string, bytes: number[]): Buffer => Buffer.concat([Buffer.from(text(characterSet, "").slice(0, -1), "latin1"), Buffer.from(bytes), Buffer.from("\r")]);

describe("bytes are read by MSH-18", () => {
  for (const name of ["UNICODE UTF-8", "UTF-8", "utf8", "", "ASCII", "8859/1~UNICODE UTF-8"]) test(`"${name}": ${name.startsWith("8859") ? "the first repetition counts" : "UTF-8 is read as such"}`, () => {
    assert.equal(nameOf(Buffer.from(text(name, "Zoë"), name.startsWith("8859") ? "latin1" : "utf8")), "Zoë");
  });
  const sets: [string, number[], string][] = [
    ["8859/1", [0x5a, 0x6f, 0xeb], "Zoë"],
    ["ISO-8859-1", [0xe9], "é"],
    ["8859/2", [0xa3, 0xf3, 0x64, 0xbc], "Łódź"],
    ["8859/5", [0xb8, 0xd2, 0xd0, 0xdd], "Иван"],
    ["8859/7", [0xcd, 0xdf, 0xea, 0xef, 0xf2], "Νίκος"],
    ["8859/8", [0xe3, 0xe5, 0xe3], "דוד"],
    ["8859/9", [0xde, 0xfe], "Şş"],
    ["8859/15", [0xa4], "€"],
  ];
  for (const [name, bytes, expected] of sets) test(`"${name}" reads ${expected}`, () => assert.equal(nameOf(withBytes(name, bytes)), expected));

  test("UTF-16 of either order, with a mark and without", () => {
    const little = Buffer.from(text("UNICODE UTF-16", "Zoë Łódź"), "utf16le");
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big, Buffer.concat([Buffer.from([0xff, 0xfe]), little]), Buffer.concat([Buffer.from([0xfe, 0xff]), big])]) assert.equal(nameOf(bytes), "Zoë Łódź");
  });

  test("what says ASCII, nothing or UTF-8 and is none of it is read as Windows-1252", () => {
    for (const name of ["", "ASCII", "UNICODE UTF-8"]) assert.equal(nameOf(withBytes(name, [0x5a, 0x6f, 0xeb, 0x80])), "Zoë€");
  });

  test("a set that is not known here is refused at MSH-18 and not garbled; the answer can repeat MSH-10", () => {
    for (const name of ["ISO IR87", "8859/12", "EBCDIC", "UNICODE UTF-32"]) {
      const parsed = parseHl7(decodeHl7(withBytes(name, [0xc1])));
      assert.ok(!parsed.ok, name);
      assert.deepEqual({ ack: parsed.fault.ack, code: parsed.fault.code, location: parsed.fault.location }, { ack: "AE", code: "103", location: { segment: "MSH", sequence: 1, field: 18 } });
      assert.match(parsed.fault.why, new RegExp(name));
      assert.equal(parsed.head?.controlId, "c9");
    }
  });
});
