import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkDigit, formatNhsNumber, parseNhsNumber } from "./nhs-number.ts";

test("a number that passes its check is read with or without spaces and hyphens", () => {
  for (const text of ["9434765919", "943 476 5919", "943-476-5919", " 9434765919 "]) assert.deepEqual(parseNhsNumber(text), { ok: true, value: "9434765919" });
});

test("each fault has its name, and nothing is repaired", () => {
  assert.deepEqual(parseNhsNumber(""), { ok: false, fault: "empty" });
  assert.deepEqual(parseNhsNumber(null), { ok: false, fault: "empty" });
  assert.deepEqual(parseNhsNumber("943476591"), { ok: false, fault: "not-ten-digits" });
  assert.deepEqual(parseNhsNumber("94347659190"), { ok: false, fault: "not-ten-digits" });
  assert.deepEqual(parseNhsNumber("943476591O"), { ok: false, fault: "not-ten-digits" });
  assert.deepEqual(parseNhsNumber("9434765918"), { ok: false, fault: "check-digit" });
  assert.deepEqual(parseNhsNumber("0000000000"), { ok: false, fault: "placeholder" });
  assert.deepEqual(parseNhsNumber("9999999999"), { ok: false, fault: "placeholder" });
});

test("digits of other scripts are not digits", () => {
  assert.deepEqual(parseNhsNumber("٩٤٣٤٧٦٥٩١٩"), { ok: false, fault: "not-ten-digits" });
});

test("any one wrong digit is found", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100_000_000, max: 999_999_999 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (nine, at, by) => {
      const digit = checkDigit(String(nine));
      fc.pre(digit !== null);
      const number = `${nine}${digit}`;
      const wrong = number.slice(0, at) + String((Number(number[at]) + by) % 10) + number.slice(at + 1);
      return !parseNhsNumber(wrong).ok;
    }),
  );
});

test("any two neighbours that changed places are found", () => {
  fc.assert(
    fc.property(fc.integer({ min: 100_000_000, max: 999_999_999 }), fc.integer({ min: 0, max: 8 }), (nine, at) => {
      const digit = checkDigit(String(nine));
      fc.pre(digit !== null);
      const number = `${nine}${digit}`;
      fc.pre(number[at] !== number[at + 1]);
      return !parseNhsNumber(number.slice(0, at) + number[at + 1]! + number[at]! + number.slice(at + 2)).ok;
    }),
  );
});

test("a check of ten does not exist: no number begins with those nine digits", () => {
  const nine = Array.from({ length: 1000 }, (_, index) => String(999_000_000 + index)).find((each) => checkDigit(each) === null)!;
  for (let digit = 0; digit < 10; digit++) assert.equal(parseNhsNumber(`${nine}${digit}`).ok, false);
});

test("screens show 3 3 4, and any other text as it was sent", () => {
  assert.equal(formatNhsNumber("9434765919"), "943 476 5919");
  assert.equal(formatNhsNumber("unknown"), "unknown");
});
