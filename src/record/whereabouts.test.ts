import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessDecision } from "#decision";
import { parseJson, type Resource } from "#standards";
import { decisionFor, entry } from "#test/sample-person.ts";
import { entryShown, NOT_SHOWN, resourceShown, STRUCK, struck } from "./whereabouts.ts";

const hidden: AccessDecision["hiddenWhereabouts"] = { words: ["14 Mill Lane", "Mill Lane", "Deal", "Elm Surgery", "G82999"], organisations: new Map([["G82999", "GP-practice"]]) };
const decision = decisionFor({ hiddenWhereabouts: hidden });

test("what is known of a place is struck out of a text, in any case and spacing, and so is what looks like a postcode, telephone or email", () => {
  const cases: [string, string][] = [
    ["Visit at 14 MILL  LANE today", `Visit at ${STRUCK} today`],
    ["near Mill Lane, Deal.", `near ${STRUCK}, ${STRUCK}.`],
    ["of elm surgery (g82999)", `of ${STRUCK} (${STRUCK})`],
    ["at CT14 9XX or CT149XX", `at ${STRUCK} or ${STRUCK}`],
    ["ring 01304 960 123 or 07700900123 or +44 7700 900123", `ring ${STRUCK} or ${STRUCK} or ${STRUCK}`],
    ["write to a.b@example.org", `write to ${STRUCK}`],
  ];
  for (const [text, expected] of cases) assert.equal(struck(text, hidden), expected);
});

test("doses, values, NHS numbers, dates and words that only hold a place's name stay as they are", () => {
  for (const text of ["B12 5mg daily", "0.10 mmol/L", "NHS number 9990000441", "2026-11-21T09:30:00Z", "dealt with", "an ideal weight", "INR 2.4 on 01/02/2026", "T12 compression", "HbA1c 48 mmol/mol"]) assert.equal(struck(text, hidden), text);
  assert.equal(struck("14 Mill Lane", null), "14 Mill Lane");
});

test("a row keeps what is clinical, and loses its place, its telephone and a practice's name and staff", () => {
  const row = entry("contacts", "G82999", "Wound review at the Harbour Clinic", { kind: "outpatient", place: "Harbour Clinic", organisationName: "Elm Surgery", professional: "Dr Penn", phone: "01304 960123", reason: "leg ulcer" }, { type: "Encounter", author: "Dr Penn" });
  const shown = entryShown(row, decision);
  assert.deepEqual([shown.organisation, shown.author, shown.display, shown.line], ["GP-practice", null, `Wound review at the ${STRUCK}`, { kind: "outpatient", reason: "leg ulcer" }]);
  assert.equal(entryShown(row, decisionFor()), row, "with the right, or for whom nobody protects, it is the row itself");
  const medicine = entry("medicines", "RVV", "Deal tablets", { dose: "5 mg" }, { code: "1", codeSystem: "http://snomed.info/sct" });
  assert.deepEqual([entryShown(medicine, decision).display, entryShown(medicine, decision).line], ["Deal tablets", { dose: "5 mg" }], "what a medicine is called is no place");
});

test("an answer that can only be a place is not shown, its question and the other answers are", () => {
  const residence = entry("social-context", "RVV", "Place of residence", { value: "Lantern House" }, { type: "Observation" });
  assert.deepEqual(entryShown(residence, decision).line, { text: NOT_SHOWN });
  const form = entry("assessments", "RVV", "Assessment", { text: "School: Hilltop · Mood: low" }, { type: "QuestionnaireResponse" });
  assert.equal(entryShown(form, decision).line.text, `School: ${NOT_SHOWN} · Mood: low`);
});

test("a whole resource has no address, contact, place, narrative or file left, at any depth, and keeps codes and numbers", () => {
  const body = parseJson(JSON.stringify({
    resourceType: "Observation", id: "x", status: "final", text: { status: "generated", div: "<div>14 Mill Lane</div>" }, code: { coding: [{ system: "http://loinc.org", code: "2160-0", display: "Creatinine" }], text: "Creatinine" },
    contained: [{ resourceType: "Location", id: "l", name: "Harbour Clinic" }], performer: [{ reference: "Organization/1", display: "Harbour Clinic" }], encounter: { reference: "Location/2", display: "Harbour Clinic" }, note: [{ text: "taken at 14 Mill Lane" }],
    extension: [{ url: "https://example.org/x", valueString: "kept" }, { url: "https://example.org/y", extension: [{ url: "z", valueAddress: { line: ["14 Mill Lane"] } }] }], component: [{ code: { text: "eGFR" }, valueQuantity: { value: "VALUE", unit: "mL/min" } }],
  }).replace('"VALUE"', "0.10")) as Resource;
  const shown = resourceShown(body, entry("results", "RVV", "Creatinine", {}, { type: "Observation" }), decision);
  const text = JSON.stringify(shown);
  assert.doesNotMatch(text, /Mill Lane|Harbour/);
  assert.match(text, /2160-0.*kept.*0\.10/s);
  assert.equal(JSON.parse(text).extension[0].url, "https://example.org/x");
});
