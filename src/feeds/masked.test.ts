import assert from "node:assert/strict";
import test from "node:test";
import { MASK, masked, maskedControlId } from "./masked.ts";

test("what could name a person is masked: quoted values, NHS numbers, local ids and dates; places and rows stay", () => {
  for (const [given, code, expected] of [
    ['the date of birth "19501399" is not a date', "feeds.birth-date", `the date of birth "${MASK}" is not a date`],
    ["moves from patient 4471123 to 999 000 0441", "feeds.move-without-visit", `moves from patient ${MASK} to ${MASK}`],
    ["AllergyIntolerance 9990000441|a1", "feeds.out-of-remit", `AllergyIntolerance ${MASK}`],
    ["row 12345, column gender", "feeds.csv", "row 12345, column gender"],
    ["Bundle.entry[3].resource.birthDate", "feeds.fhir-value", "Bundle.entry[3].resource.birthDate"],
    ['no feed is registered for sending facility "XYZ"', "feeds.hl7-207", 'no feed is registered for sending facility "XYZ"'],
  ] as const) assert.equal(masked(given, code), expected);
  assert.equal(maskedControlId("gp-connect-stu3", "9990000441|1950-01-01"), MASK);
  assert.equal(maskedControlId("hl7v2", "readme-1"), "readme-1");
});
