import assert from "node:assert/strict";
import test from "node:test";
import { decisionFor, entry, NOW, rowsOf, sampleSources } from "#test/sample-person.ts";
import type { SectionId } from "#standards";
import { SECTIONS } from "#standards";
import { isPositive, statesOf } from "./coverage.ts";
import { headlineOf, joinHeadlines, type Headline } from "./headline.ts";
import type { SourceAtPerson } from "./inputs.ts";

const elm = sampleSources()[0]!;
const royal = { ...elm, organisation: "RXA01", organisationName: "Royal Northgate" };
const silent = { ...royal, failed: true };
const positive = entry("allergies", elm.organisation, "Penicillin");
const none = entry("allergies", elm.organisation, "No known allergies", { assertedNone: true }, { when: "2026-03-12", author: "A. Khan" });
const noneAtRoyal = { ...none, id: "none-at-royal", organisation: royal.organisation };

function allergies(sources: readonly SourceAtPerson[], entries: readonly ReturnType<typeof entry>[], mayWithhold: readonly SectionId[] = [], section: SectionId = "allergies"): Headline {
  const decision = decisionFor({ mayWithhold: new Set(mayWithhold) });
  const states = statesOf({ decision, sources, statements: [], now: NOW }, section, rowsOf(entries).get(section));
  return headlineOf(section, states, entries.filter(isPositive).length, decision, NOW);
}

test("REC-24 the truth table of the allergy headline, row by row", () => {
  // positives | assertion of none | all expected sources answered
  const list = allergies([elm, royal], [positive]);
  assert.deepEqual([list.statement, list.cautions, list.tone], [null, [], "plain"]);

  const disputed = allergies([elm, royal], [positive, noneAtRoyal]);
  assert.deepEqual([disputed.disagree, disputed.cautions], [true, ["Sources disagree: Royal Northgate records no known allergies, 12-Mar-2026"]]);

  const incomplete = allergies([elm, silent], [positive]);
  assert.deepEqual([incomplete.cautions, incomplete.tone], [["May be incomplete: Royal Northgate did not answer"], "amber"]);

  const asserted = allergies([elm, royal], [none]);
  assert.deepEqual([asserted.statement, asserted.cautions, asserted.tone], ["No known allergies – recorded by A. Khan, Elm Surgery, 12-Mar-2026", [], "plain"]);

  const assertedOnly = allergies([elm, silent], [none]);
  assert.deepEqual([assertedOnly.statement, assertedOnly.tone], ["No known allergies per Elm Surgery (12-Mar-2026); Royal Northgate did not answer", "amber"]);

  const nothing = allergies([elm, royal], []);
  assert.deepEqual([nothing.statement, nothing.tone], ["No allergy information recorded by any of 2 sources", "amber"]);

  const unknown = allergies([elm, silent], []);
  assert.deepEqual([unknown.statement, unknown.tone], ["Allergies unknown: Royal Northgate did not answer", "amber"]);
});

test("no negative stands bare where policy could withhold such a fact", () => {
  const caveat = "Some information may not be shown for your role";
  for (const entries of [[], [none]]) {
    for (const sources of [[elm, royal], [elm, silent]]) {
      assert.ok(allergies(sources, entries, ["allergies"]).cautions.includes(caveat));
      assert.ok(!allergies(sources, entries, []).cautions.includes(caveat));
    }
  }
});

test("PUR-02 a source that has never sent anything makes a headline incomplete, whether the others hold facts, a none or nothing", () => {
  const unsent = { ...royal, known: false, feeds: royal.feeds.map((feed) => ({ ...feed, lastReceived: null })) };
  const list = allergies([elm, unsent], [positive]);
  assert.deepEqual([list.cautions, list.tone, list.complete], [["May be incomplete: Royal Northgate has sent nothing yet"], "amber", false]);
  const asserted = allergies([elm, unsent], [none]);
  assert.deepEqual([asserted.statement, asserted.tone], ["No known allergies per Elm Surgery (12-Mar-2026); Royal Northgate has sent nothing yet", "amber"]);
  const nothing = allergies([elm, unsent], []);
  assert.deepEqual([nothing.statement, nothing.tone], ["Allergies unknown: Royal Northgate has sent nothing yet", "amber"]);
});

test("PUR-02 of many sources that have never sent three are named and the rest counted, and none is said twice where sections are joined", () => {
  const unsent = (name: string) => ({ ...royal, organisation: name, organisationName: name, known: false, feeds: royal.feeds.map((feed) => ({ ...feed, lastReceived: null })) });
  const of = (...names: string[]): Headline => allergies([elm, ...names.map(unsent)], [positive]);
  assert.deepEqual(of("A", "B").cautions, ["May be incomplete: A and B have sent nothing yet"]);
  assert.deepEqual(of("A", "B", "C", "D", "E").cautions, ["May be incomplete: A, B, C and 2 other sources have sent nothing yet"]);
  assert.deepEqual(joinHeadlines([{ title: "One", headline: of("A", "B") }, { title: "Two", headline: of("B", "C") }]).cautions, ["May be incomplete: A, B and C have sent nothing yet"]);
});

test("no negative stands bare while a record is held apart", () => {
  const apart = allergies([elm, { ...royal, heldApart: { why: "date of birth differs" } }], [none]);
  assert.ok(apart.cautions.some((caution) => caution.startsWith("Held apart: date of birth differs at Royal Northgate")));
  assert.equal(apart.tone, "amber");
});

test("a late source is never silently taken for an answer", () => {
  const late = { ...royal, feeds: [{ ...royal.feeds[0]!, lastReceived: new Date("2026-11-18T14:00:00Z") }] };
  assert.equal(allergies([elm, late], []).statement, "Allergies unknown: Royal Northgate updated 3 days ago");
  assert.match(allergies([elm, late], [none]).statement!, /per Elm Surgery .*Royal Northgate updated 3 days ago/);
});

test("REC-24 an assertion of none beside a past allergy is not good news", () => {
  const decision = decisionFor();
  const past = entry("allergies", royal.organisation, "Latex", {}, { status: "resolved" });
  const states = statesOf({ decision, sources: [elm, royal], statements: [], now: NOW }, "allergies", rowsOf([none, past]).get("allergies"));
  const headline = headlineOf("allergies", states, 0, decision, NOW);
  assert.match(headline.statement!, /^No known allergies/);
  assert.deepEqual([headline.cautions, headline.tone], [["1 past or other entry on record"], "amber"]);
});

test("a section that no source shares is unknown, not empty", () => {
  assert.match(allergies([], []).statement!, /^Allergies unknown: no source/);
});

test("every section with nothing on record says so in words that are no comfort", () => {
  const sources = [{ ...elm, feeds: [{ ...elm.feeds[0]!, supplies: SECTIONS.map(({ id }) => id) }] }];
  for (const { id } of SECTIONS) {
    const headline = allergies(sources, [], [], id);
    assert.match(headline.statement!, /This does not mean there|No allergy information recorded by any of 1 source/, id);
    assert.notEqual(headline.tone, "plain", id);
  }
});
