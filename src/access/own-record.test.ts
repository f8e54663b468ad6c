/** The one rule of what a person sees of their own record, over the region's own data. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { isRefusal } from "#platform";
import { kindOf, mayRelease, shownToPerson, type OwnRecordFacts, type Release } from "./own-record.ts";

const loaded = loadRegion("regions/kent-medway");
assert.ok(!isRegionFaults(loaded));
const region: Region = loaded;

const [OFFICER, AT] = ["555000001007", "RYY"];
const plain: OwnRecordFacts = { version: 3, codeSystem: null, code: null, labels: [], organisation: AT, author: "Nurse Ada Pell", line: {} };
const SNOMED = "http://snomed.info/sct";
const note = { codeSystem: SNOMED, code: "37331000000100" };
const last = (act: Release["act"], version = 3): Release => ({ sourcePatientId: "", entryId: "", version, act, words: "", by: { id: OFFICER, name: "Marcus Bell", role: "Community nurse", organisation: AT }, at: new Date(0) });

test("REC-42 a table: facts are seen, notes, opinions and what is about or from others are not, the strictest kind counts, and a release holds for the version that was read", () => {
  const table: readonly [string, Partial<OwnRecordFacts>, Release | null, string][] = [
    ["a fact", {}, null, "shown"],
    ["a fact with a sensitive label of the person's own", { labels: ["mental-health", "sexual-health", "restricted"] }, null, "shown"],
    ["what the person said of themselves", { line: { saidBy: "person" } }, null, "shown"],
    ["what a professional recorded as a fact", { line: { saidBy: "professional" } }, null, "shown"],
    ["a comment", note, null, "note"],
    ["the same code in another system", { codeSystem: "http://loinc.org", code: note.code }, null, "shown"],
    ["a note by LOINC", { codeSystem: "http://loinc.org", code: "34109-9" }, null, "note"],
    ["an opinion", { line: { opinion: true } }, null, "opinion"],
    ["about somebody else", { labels: ["third-party"] }, null, "third-party"],
    ["told by a relative", { line: { saidBy: "relative" } }, null, "third-party"],
    ["safeguarding", { labels: ["safeguarding"] }, null, "safeguarding"],
    ["marked by its source", { labels: ["not-for-citizen"] }, null, "marked"],
    ["an opinion about somebody else", { labels: ["third-party"], line: { opinion: true } }, null, "third-party"],
    ["a note that the law bars", { ...note, labels: ["legally-barred"] }, null, "barred"],
    ["a note, released", note, last("released"), "shown, released"],
    ["a note, released and kept back again", note, last("kept-back"), "note"],
    ["a note, released before its source changed it", note, last("released", 2), "note, changed"],
    ["what the law bars, released by mistake", { labels: ["legally-barred"] }, last("released"), "barred"],
    ["a fact that was a note when it was kept back", {}, last("kept-back"), "shown"],
  ];
  for (const [what, facts, release, expected] of table) {
    const answer = shownToPerson(region, { ...plain, ...facts }, release);
    const said = answer.shown ? `shown${answer.release === null ? "" : ", released"}` : `${answer.kind.id}${answer.changed === null ? "" : ", changed"}`;
    assert.equal(said, expected, what);
  }
});

test("REC-42 an author releases their own note, a named officer whatever their organisation wrote, nobody what belongs to another or what the law bars", () => {
  const may = (facts: Partial<OwnRecordFacts>, actor: { id: string; name: string; organisation: string }): string => {
    const entry = { ...plain, ...facts };
    const answer = mayRelease(region, entry, kindOf(region, entry)!, actor);
    return isRefusal(answer) ? answer.code : "yes";
  };
  const ada = { id: "1", name: "Ada Pell", organisation: AT };
  const officer = { id: OFFICER, name: "Marcus Bell", organisation: AT };
  assert.equal(may(note, ada), "yes");
  assert.equal(may({ ...note, author: "PELL, Ada (Mrs)" }, ada), "yes", "names come in any order");
  assert.equal(may({ ...note, author: "Ada" }, ada), "access.not-yours-to-release", "a given name alone is nobody's");
  assert.equal(may({ ...note, author: null }, ada), "access.not-yours-to-release");
  assert.equal(may(note, { ...ada, name: "Ada" }), "access.not-yours-to-release");
  assert.equal(may(note, { ...ada, name: "Ada Poll" }), "access.not-yours-to-release");
  assert.equal(may(note, { ...ada, organisation: "RVV" }), "access.not-yours-to-release", "somebody of the same name elsewhere");
  assert.equal(may({ labels: ["third-party"] }, ada), "access.not-yours-to-release", "about somebody else: the officer alone");
  assert.equal(may({ labels: ["third-party"] }, officer), "yes");
  assert.equal(may(note, officer), "yes");
  assert.equal(may({ ...note, organisation: "RVV" }, officer), "access.not-yours-to-release", "another organisation's");
  assert.equal(may(note, { ...officer, organisation: "RVV" }), "access.not-yours-to-release", "the officer, working elsewhere today");
  assert.equal(may({ labels: ["legally-barred"] }, officer), "access.not-releasable");
});
