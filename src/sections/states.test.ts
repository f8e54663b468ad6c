import assert from "node:assert/strict";
import test from "node:test";
import { decisionFor, entry, NOW, rowsOf, sampleSources } from "#test/sample-person.ts";
import type { SectionId } from "#standards";
import { statesOf } from "./coverage.ts";
import type { PersonInputs, SourceAtPerson, SourceStatement } from "./inputs.ts";
import { LOOKS, STATES, wordsOf, type SourceState, type State } from "./states.ts";

const elm = sampleSources()[0]!;
const neverSent: SourceAtPerson = { ...elm, feeds: [{ ...elm.feeds[0]!, id: "elm-never", lastReceived: null }] };
const view = (sources: readonly SourceAtPerson[], statements: readonly SourceStatement[] = [], changes = {}): PersonInputs => ({ decision: decisionFor(changes), sources, statements, now: NOW });
const only = (inputs: PersonInputs, section: SectionId, entries: Parameters<typeof rowsOf>[0] = []): SourceState => statesOf(inputs, section, rowsOf(entries).get(section))[0]!;
const statement = (kind: SourceStatement["kind"], text = ""): SourceStatement => ({ sourcePatientId: "sp-elm", organisation: elm.organisation, section: "allergies", kind, text, received: new Date("2026-03-12T09:00:00Z") });

test("REC-24 each of the twelve states has its own words", () => {
  const common = { section: "allergies" as const, organisation: "X", organisationName: "Elm Surgery", assertion: null, count: 2, newest: new Date("2026-03-12T00:00:00Z"), notes: [] };
  const say = (state: State & { count?: number }): string => wordsOf({ ...common, ...state } as SourceState, NOW);
  const assertion = { by: "A. Khan", when: "2026-03-12", text: "No known allergies", entryId: null };
  const said = [
    say({ state: "has-data" }),
    say({ state: "asserted-none", assertion }),
    say({ state: "none-held" }),
    say({ state: "not-asked", when: "2026-01-02", entryId: null }),
    say({ state: "not-supplied" }),
    say({ state: "nothing-sent", wholly: true, expectedEveryMinutes: 1440 }),
    say({ state: "not-known-to-source" }),
    say({ state: "no-answer", at: NOW, lastCopy: new Date("2026-11-21T14:02:00Z") }),
    say({ state: "stale", lastReceived: new Date("2026-11-18T14:00:00Z"), expectedEveryMinutes: 1440 }),
    say({ state: "withheld-role" }),
    say({ state: "withheld-person", text: "" }),
    say({ state: "identity-doubt", why: "date of birth differs", count: 0 }),
    say({ state: "identity-doubt", why: "date of birth differs" }),
  ];
  assert.deepEqual(said, [
    "Elm Surgery: 2 entries, newest 12-Mar-2026",
    "No known allergies – recorded by A. Khan, Elm Surgery, 12-Mar-2026",
    "Elm Surgery holds no allergy entry. This does not mean there are none.",
    "Not asked (Elm Surgery, 02-Jan-2026)",
    "Elm Surgery does not share allergies here",
    "Elm Surgery has sent nothing yet; expected daily",
    "Not known to Elm Surgery",
    "Elm Surgery did not answer at 14:31. Last copy 14:02 today.",
    "Elm Surgery updated 3 days ago; expected daily",
    "Not shown for your role",
    "Elm Surgery: some information is not shared",
    "Held apart: date of birth differs at Elm Surgery (see Details)",
    "Elm Surgery: 2 entries, newest 12-Mar-2026. Another record there is held apart: date of birth differs (see Details)",
  ]);
  // One state has two sentences: alone, and beside entries of the same organisation.
  assert.equal(new Set(said).size, STATES.length + 1);
  assert.deepEqual(Object.keys(LOOKS).toSorted(), [...STATES].toSorted());
});

test("a source's state follows what it supplies, whether it answered, and what it said", () => {
  const cases: [string, SourceState][] = [
    ["has-data", only(view([elm]), "allergies", [entry("allergies", elm.organisation, "Penicillin")])],
    ["asserted-none", only(view([elm]), "allergies", [entry("allergies", elm.organisation, "No known allergies", { assertedNone: true })])],
    ["asserted-none", only(view([elm], [statement("asserted-none", "No known allergies")]), "allergies")],
    ["none-held", only(view([elm]), "allergies")],
    ["none-held", only(view([elm], [statement("none-held")]), "allergies")],
    ["not-asked", only(view([elm]), "allergies", [entry("allergies", elm.organisation, "Not asked", { notAsked: true })])],
    ["not-supplied", only(view([elm]), "services")],
    ["not-known-to-source", only(view([{ ...elm, known: false }]), "allergies")],
    ["not-known-to-source", only(view([elm], [statement("no-record")]), "allergies")],
    ["no-answer", only(view([{ ...elm, failed: true }]), "allergies")],
    ["stale", only(view([{ ...elm, feeds: [{ ...elm.feeds[0]!, lastReceived: new Date("2026-11-18T14:00:00Z") }] }]), "allergies")],
    ["nothing-sent", only(view([neverSent]), "allergies")],
    ["nothing-sent", only(view([{ ...neverSent, known: false }]), "allergies")],
    ["nothing-sent", only(view([{ ...elm, known: false, feeds: [elm.feeds[0]!, neverSent.feeds[0]!] }]), "allergies")],
    ["not-supplied", only(view([{ ...neverSent, known: false }]), "services")],
    ["withheld-role", only(view([elm], [], { sections: new Set() }), "allergies", [entry("allergies", elm.organisation, "Penicillin")])],
    ["withheld-person", only(view([elm], [statement("confidential-items", "Items excluded due to confidentiality")]), "allergies")],
    ["identity-doubt", only(view([{ ...elm, heldApart: { why: "date of birth differs" } }]), "allergies")],
  ];
  for (const [expected, state] of cases) assert.equal(state.state, expected);
});

test("PUR-02 a source that has never sent anything is not said to know or not to know a person", () => {
  const wholly = only(view([{ ...neverSent, known: false }]), "allergies");
  assert.equal(wordsOf(wholly, NOW), "Elm Surgery has sent nothing yet; expected daily");
  const partly = only(view([{ ...elm, known: false, feeds: [elm.feeds[0]!, neverSent.feeds[0]!] }]), "allergies");
  assert.match(wordsOf(partly, NOW), /^Elm Surgery has sent nothing yet on one of its feeds of allergies; expected/);
});

test("a source whose rows all lie on a later page still has data", () => {
  const rows = { section: "documents" as const, total: 1, entries: [], newest: null, heldBy: [{ organisation: elm.organisation, count: 1, newest: null }] };
  assert.equal(statesOf(view([elm]), "documents", rows)[0]!.state, "has-data");
});

test("rows of an organisation that is no source of the region still name it", () => {
  const states = statesOf(view([elm]), "allergies", rowsOf([entry("allergies", "ZZZ", "Penicillin")]).get("allergies"));
  assert.deepEqual(states.map((state) => state.organisation), [elm.organisation, "ZZZ"]);
});

test("a role that may not see a section learns nothing of its sources", () => {
  const states = statesOf(view([elm], [], { sections: new Set() }), "safeguarding", rowsOf([entry("safeguarding", elm.organisation, "x")]).get("safeguarding"));
  assert.equal(states.length, 1);
  assert.equal(states[0]!.count, 0);
  assert.equal(states[0]!.organisationName, "");
});
