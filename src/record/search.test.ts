import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPool, uuidv7, type Pool } from "#platform";
import { LABEL_SYSTEM, readSearchWords, type Label, type Resource, type SectionId } from "#standards";
import { freshDatabase } from "#test/database.ts";
import { decisionFor } from "#test/sample-person.ts";
import { openRecord, searchEntries, storeItems, type EntryHits } from "./index.ts";

const observation = (text: string, value: number, at: string): Resource => ({ resourceType: "Observation", status: "final", category: [{ coding: [{ code: "laboratory" }] }], code: { text }, valueQuantity: { value, unit: "umol/L" }, effectiveDateTime: at });
const condition = (text: string, more: Partial<Resource> = {}): Resource => ({ resourceType: "Condition", code: { text }, clinicalStatus: { coding: [{ code: "active" }] }, onsetDateTime: "2024-05-07", ...more });
const labelled = (resource: Resource, label: Label): Resource => ({ ...resource, meta: { security: [{ system: LABEL_SYSTEM, code: label }] } });

describe("search in the rows of a record", { skip: process.env["KMCR_TEST_DATABASE_URL"] === undefined && "needs the test database of npm test" }, () => {
  const home = uuidv7();
  let database: NonNullable<Awaited<ReturnType<typeof freshDatabase>>>;
  let intake: Pool;
  let pages: Pool;
  before(async () => {
    database = (await freshDatabase("search"))!;
    intake = openPool(database.address, "kmcr_intake", 1);
    pages = openPool(database.address, "kmcr_pages", 1);
    const resources: Resource[] = [
      condition("Acute myocardial infarction, inferior"),
      condition("Mild asthma", { note: [{ text: "x" }] }),
      condition("Wheeze/cough\nafter cold air"),
      labelled(condition("Chlamydia infection"), "sexual-health"),
      { resourceType: "MedicationStatement", status: "active", medicationCodeableConcept: { text: "Morphine 10mg/5ml oral solution" }, dosage: [{ text: "when needed", route: { text: "Oral" } }] },
      { resourceType: "Encounter", status: "finished", class: { code: "AMB" }, type: [{ text: "Visit" }], period: { start: "2026-01-02" }, reasonCode: [{ text: "Visit to 4 Hopgarden Lane" }] },
      ...[71, 88, 101].map((value, index) => observation("Creatinine", value, `2026-0${index + 1}-01T09:00:00Z`)),
      observation("Creatinine clearance", 55, "2025-01-01T09:00:00Z"),
      condition("Falls", { recorder: { display: "Dr Grace Bell" } }),
      condition("Falls at night, seen by Dr Bell", { recorder: { display: "Nurse Ada Pell" } }),
      { resourceType: "Encounter", status: "finished", class: { code: "AMB" }, type: [{ text: "Home visit of the nurse" }], period: { start: "2026-01-03" }, participant: [{ type: [{ text: "Physiotherapist" }], individual: { display: "Olu Hart" } }] },
    ];
    await intake.transaction((sql) => storeItems(sql, { sourcePatientId: home, isNew: true, organisation: "X1", feed: "f", messageId: uuidv7(), received: new Date(), items: resources.map((resource, index) => ({ sourceKey: String(index), resource })), context: { resolve: () => undefined } }));
  });
  after(async () => {
    await Promise.all([intake.end(), pages.end()]);
    await database.drop();
  });

  const GROUPS: readonly { sections: readonly SectionId[]; byTest: boolean }[] = [{ sections: ["problems"], byTest: false }, { sections: ["medicines"], byTest: false }, { sections: ["results", "examinations"], byTest: true }, { sections: ["contacts", "admissions"], byTest: false }];
  const find = (typed: string, more: Record<string, unknown> = {}, limit = 10, writer = ""): Promise<EntryHits[]> => {
    const by = decisionFor({ personId: uuidv7(), sourcePatientIds: [home], labels: new Set(), ...more } as never);
    return openRecord(pages, by, (sql) => searchEntries(sql, by, { words: readSearchWords(typed), writer: readSearchWords(writer) }, GROUPS, limit));
  };
  const said = async (typed: string, more?: Record<string, unknown>, writer = ""): Promise<string[]> => (await find(typed, more, 10, writer)).flatMap(({ hits }) => hits.map(({ entry, count }) => `${entry.display}${count > 1 ? ` x${count}` : ""}`));

  test("every word must be there, by its beginning, by another name, across any sign", async () => {
    assert.deepEqual(await said("heart attack"), ["Acute myocardial infarction, inferior"]);
    assert.deepEqual(await said("inferior heart attack"), ["Acute myocardial infarction, inferior"]);
    assert.deepEqual(await said("heart attack asthma"), []);
    assert.deepEqual(await said("farction"), [], "the middle of a word");
    assert.deepEqual(await said("cough"), ["Wheeze/cough\nafter cold air"]);
    assert.deepEqual(await said("after"), ["Wheeze/cough\nafter cold air"]);
    assert.deepEqual(await said("MORPH 5ml"), ["Morphine 10mg/5ml oral solution"]);
    assert.deepEqual(await said("opioid"), ["Morphine 10mg/5ml oral solution"]);
  });

  test("a name of a field is no word of the source", async () => {
    for (const name of ["route", "frequency", "unit", "reason", "onset"]) assert.deepEqual(await said(name), [], name);
  });

  test("values of one test are one hit with their number, the newest of them first; other tests are not among them", async () => {
    assert.deepEqual(await said("crea"), ["Creatinine x3", "Creatinine clearance"]);
    const [, , results] = await find("crea", {}, 1);
    assert.deepEqual([results!.entries, results!.lines, results!.hits.map(({ entry }) => entry.line.value)], [4, 2, ["101"]]);
  });

  test("ACC-04 what the reader may not see is neither found nor counted: a label, a section, an entry kept back, another person", async () => {
    assert.deepEqual(await said("chlamydia"), []);
    assert.deepEqual(await said("chlamydia", { labels: new Set(["sexual-health"]) }), ["Chlamydia infection"]);
    assert.deepEqual(await said("morphine", { sections: new Set(["problems"]) }), []);
    assert.deepEqual(await said("crea", { sourcePatientIds: [uuidv7()] }), []);
    const withheld = { items: [], sections: [{ sourcePatientId: home, section: "medicines" }] };
    assert.deepEqual(await said("morphine", { withheld }), []);
  });

  test("PUR-17 a filter by who wrote it asks the author and the role alone, with words or without, before anything is counted", async () => {
    assert.deepEqual(await said("falls", {}, "bell"), ["Falls"]);
    assert.deepEqual(await said("falls", {}, "nurse"), ["Falls at night, seen by Dr Bell"]);
    assert.deepEqual(await said("falls", {}, "ada pell"), ["Falls at night, seen by Dr Bell"]);
    assert.deepEqual(await said("", {}, "physio"), ["Home visit of the nurse"]);
    assert.deepEqual(await said("", {}, ""), []);
    const [problems] = await find("falls", {}, 10, "bell");
    assert.deepEqual([problems!.entries, problems!.lines], [1, 1]);
    assert.deepEqual(await said("falls", { sections: new Set(["medicines"]) }, "bell"), []);
    const hiddenWhereabouts = { words: ["Grace Bell"], organisations: new Map() };
    assert.deepEqual(await said("falls", { hiddenWhereabouts }, "bell"), [], "an author who is struck out of the row is not found by it");
    assert.deepEqual(await said("falls", { hiddenWhereabouts }, "pell"), ["Falls at night, seen by Dr Bell"]);
  });

  test("where whereabouts are protected, a street finds nothing, and all else is found and counted as before", async () => {
    const hiddenWhereabouts = { words: ["4 Hopgarden Lane"], organisations: new Map() };
    assert.deepEqual(await said("hopgarden"), ["Visit"]);
    assert.deepEqual(await said("hopgarden", { hiddenWhereabouts }), []);
    assert.deepEqual(await said("crea", { hiddenWhereabouts }), ["Creatinine x3", "Creatinine clearance"]);
    assert.deepEqual(await find("crea", { hiddenWhereabouts }), await find("crea"));
    assert.deepEqual(await said("heart attack", { hiddenWhereabouts }), ["Acute myocardial infarction, inferior"]);
  });

  test("signs and operators of a query language are no more than signs", async () => {
    for (const typed of ["'", "\\", "a'b & !c", ":*", "|", "()", "<->", "%", "crea' | 'x", "\0"]) await Promise.all([find(typed), find("crea", {}, 10, typed)]);
    assert.deepEqual(await said("!crea"), ["Creatinine x3", "Creatinine clearance"]);
  });
});
