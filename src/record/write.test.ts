import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { AccessDecision } from "#decision";
import { makeDecision } from "#decision/make";
import { isRefusal, openPool, openSourcePatients, uuidv7, type Pool } from "#platform";
import { LABEL_SYSTEM, parseJson, SECTIONS, type Label, type Resource, type SectionId } from "#standards";
import { freshDatabase } from "#test/database.ts";
import { parseResourceId, readArrivedSince, readItem, readRemovals, readRows, readSameTest, readStatements, storeItems, type StoreRequest, type StoreResult } from "./index.ts";

const condition = (text: string, changes: Partial<Resource> = {}): Resource => ({
  resourceType: "Condition", code: { text }, clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] }, subject: { reference: "Patient/x" }, onsetDateTime: "2024-05-07", ...changes,
});
const labelled = (text: string, label: Label): Resource => condition(text, { meta: { security: [{ system: LABEL_SYSTEM, code: label }] } });

describe("the record on a database", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let pages: Pool;
  let owner: Pool;
  let home: string;
  before(async () => {
    database = await freshDatabase("record");
    if (database !== null) [intake, pages, owner] = [openPool(database.address, "kmcr_intake", 2), openPool(database.address, "kmcr_pages", 2), openPool(database.address, undefined, 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake.end(), pages.end(), owner.end()]);
    await database.drop();
  });
  beforeEach(() => void (home = uuidv7()));
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  const store = (items: Record<string, Resource>, more: Partial<StoreRequest> = {}): Promise<StoreResult> =>
    intake.transaction((sql) =>
      storeItems(sql, {
        sourcePatientId: home, isNew: false, organisation: "X1", feed: "x1-feed", messageId: uuidv7(), received: new Date("2026-11-21T09:30:00Z"), context: { resolve: () => undefined },
        items: Object.entries(items).map(([sourceKey, resource]) => ({ sourceKey, resource })), ...more,
      }),
    );
  const decision = (more: Partial<AccessDecision> = {}): AccessDecision =>
    makeDecision({
      id: "d", personId: "p", sourcePatientIds: [home], actor: { id: "a", name: "A", role: "r", roleName: "R", sourceRole: "", organisation: "X1", organisationName: "X", sessionId: "s" }, purpose: "direct-care",
      relationship: { kind: "attendance", words: "w" }, reason: null, sections: new Set(SECTIONS.map((each) => each.id)), labels: new Set(), actions: new Set(["view"]), mayWithhold: new Set(), hiddenWhereabouts: null, withheld: null, askedNotToShare: false, policy: "p", words: "w", ...more,
    });
  const read = <T>(work: (sql: Parameters<typeof readRows>[0]) => Promise<T>): Promise<T> => pages.transaction(async (sql) => (await openSourcePatients(sql, [home]), work(sql)));
  const rows = async (section: SectionId, by = decision()) => (await read((sql) => readRows(sql, by, [{ section, limit: 50 }])))[0]!;
  const item = async (id: string, by = decision()) => {
    const found = await read((sql) => readItem(sql, by, id));
    assert.ok(!isRefusal(found), JSON.stringify(found));
    return found;
  };

  onDatabase("what was stored is read back: the row without its body, the item with it", async () => {
    const { ids, created } = await store({ a: condition("Asthma") });
    assert.equal(created, 1);
    const { entries, total } = await rows("problems");
    assert.deepEqual([total, entries[0]?.id, entries[0]?.display, entries[0]?.when, entries[0]?.organisation], [1, ids[0], "Asthma", "2024-05-07", "X1"]);
    const { resource } = await item(ids[0]!);
    assert.deepEqual({ ...resource, id: undefined }, { ...condition("Asthma"), id: undefined });
    assert.equal(resource.id, ids[0]);
  });

  onDatabase("a second equal message changes nothing: no version, no history, no new body", async () => {
    await store({ a: condition("Asthma"), b: condition("Gout") });
    const count = async (): Promise<unknown> => (await owner.query("select (select count(*) from record.resource) r, (select count(*) from record.resource_history) h, (select count(*) from record.body_chunk) c")).rows;
    const before = await count();
    const again = await store({ a: condition("Asthma"), b: condition("Gout") });
    assert.deepEqual([again.created, again.updated, again.unchanged, again.removed], [0, 0, 2, 0]);
    assert.deepEqual(await count(), before);
  });

  onDatabase("a changed item gets a version, and the earlier one stays readable", async () => {
    const { ids } = await store({ a: condition("Asthma") });
    const changed = await store({ a: condition("Asthma, severe") });
    assert.deepEqual([changed.updated, changed.ids], [1, ids]);
    const { entry, versions } = await item(ids[0]!);
    assert.deepEqual([entry.version, entry.display], [2, "Asthma, severe"]);
    assert.deepEqual(versions.map((each) => [each.version, each.display]), [[1, "Asthma"]]);
  });

  onDatabase("a snapshot removes what is missing from it and keeps its history; what another feed gave stays", async () => {
    await store({ a: condition("Asthma"), b: condition("Gout") }, { snapshot: true });
    await store({ z: condition("From elsewhere") }, { feed: "other-feed" });
    const { removed } = await store({ b: condition("Gout") }, { snapshot: true });
    assert.equal(removed, 1);
    assert.deepEqual((await rows("problems")).entries.map((each) => each.display).sort(), ["From elsewhere", "Gout"]);
    const { rows: history } = await owner.query("select display, version from record.resource_history where source_patient_id = $1", [home]);
    assert.deepEqual(history, [{ display: "Asthma", version: 1 }]);
  });

  onDatabase("what comes back after a removal goes on in versions: no earlier one is written over or lost", async () => {
    const { ids } = await store({ a: condition("Asthma"), b: condition("Gout") }, { snapshot: true });
    await store({ b: condition("Gout") }, { snapshot: true });
    await store({ a: condition("Asthma, back"), b: condition("Gout") }, { snapshot: true });
    await store({ a: condition("Asthma, changed"), b: condition("Gout") }, { snapshot: true });
    const { entry, versions } = await item(ids[0]!);
    assert.deepEqual([entry.version, ...versions.map((each) => each.display)], [3, "Asthma, back", "Asthma"]);
  });

  const LONG_AGO = new Date("2020-01-01T00:00:00Z");
  const removals = async (by = decision(), since = LONG_AGO): Promise<string[]> => (await read((sql) => readRemovals(sql, by, ["problems", "results"], since))).map((each) => each.display);

  onDatabase("RET-01 what was removed is told of until it comes back, from the moment asked for, to a reader of its section", async () => {
    await store({ a: condition("Asthma"), b: condition("Gout") }, { snapshot: true });
    await store({ b: condition("Gout") }, { snapshot: true });
    assert.deepEqual(await removals(), ["Asthma"]);
    assert.deepEqual(await removals(decision({ sections: new Set<SectionId>(["results"]) })), []);
    assert.deepEqual(await removals(decision(), new Date("2026-11-22T00:00:00Z")), []);
    assert.deepEqual(await removals(decision({ sourcePatientIds: [uuidv7()] })), []);
    assert.deepEqual(await removals(decision({ withheld: { items: [], sections: [{ sourcePatientId: home, section: "problems" }] } })), []);
    await store({ a: condition("Asthma"), b: condition("Gout") }, { snapshot: true });
    assert.deepEqual(await removals(), []);
  });

  onDatabase("RET-01 a removed item whose label the reader may not see is neither counted nor named, by no version of it", async () => {
    const { ids } = await store({ a: condition("Plain words"), b: labelled("Kept apart", "sexual-health") });
    await store({ a: labelled("Kept apart later", "sexual-health") });
    const refusal = async (id: string, by = decision()) => read((sql) => readItem(sql, by, id));
    const hidden = await refusal(ids[0]!);
    assert.ok(isRefusal(hidden) && hidden.kind === "not-found", "an item that is here and may not be seen is not said to be gone by its earlier version");
    await store({}, { removed: [{ type: "Condition", sourceKey: "a" }, { type: "Condition", sourceKey: "b" }] });
    assert.deepEqual(await removals(), []);
    const may = decision({ labels: new Set<Label>(["sexual-health"]) });
    assert.deepEqual((await removals(may)).sort(), ["Kept apart", "Kept apart later"]);
    for (const id of ids) {
      const found = await refusal(id);
      assert.ok(isRefusal(found) && found.kind === "not-found");
      const known = await refusal(id, may);
      assert.ok(isRefusal(known) && known.kind === "gone" && known.message.includes("removed at its source on 2026-11-21, by X1"), JSON.stringify(known));
    }
  });

  const displays = async (): Promise<string[]> => (await rows("problems")).entries.map((entry) => entry.display);
  const day = (date: string): Date => new Date(`2026-11-${date}T08:00:00Z`);
  const said = (text: string, at: Date | null, more: Partial<StoreRequest> = {}): Promise<StoreResult> => store({}, { items: [{ sourceKey: "a", resource: condition(text), at }], ...more });
  const history = async (): Promise<string[]> => (await owner.query<{ display: string; version: number; removed: Date | null }>("select display, version, removed from record.resource_history where source_patient_id = $1 order by version", [home])).rows.map((row) => `${row.version} ${row.display}${row.removed ? " removed" : ""}`);

  onDatabase("what a source said earlier never overwrites what it said later: it goes to the history, once", async () => {
    await said("second", day("12"));
    const late = await said("first", day("11"));
    assert.deepEqual([...late.items.values()], [{ outcome: "older", version: 2 }]);
    assert.deepEqual([await displays(), await history()], [["second"], ["1 first"]]);
    await said("first", day("11"));
    assert.deepEqual(await history(), ["1 first"], "the same late message again changes nothing");
    assert.deepEqual([...(await said("third", day("13"))).items.values()], [{ outcome: "updated", version: 3 }]);
    assert.deepEqual([await displays(), await history()], [["third"], ["1 first", "2 second"]]);
  });

  onDatabase("the same words said again later count from then on, and a clock that runs ahead holds nothing up", async () => {
    await said("a", day("10"));
    await said("a", day("15"));
    await said("b", day("12"));
    assert.deepEqual(await displays(), ["a"]);
    await said("future", new Date("2031-01-01T00:00:00Z"));
    await said("now", day("22"), { received: day("22") });
    assert.deepEqual(await displays(), ["now"]);
  });

  onDatabase("without a time of the source's own, what comes later is newer", async () => {
    await said("a", day("15"));
    await said("b", null);
    await said("c", day("11"));
    assert.deepEqual(await displays(), ["c"]);
  });

  onDatabase("what the source deleted leaves the record with its history, does not come back by an older message, and does by a newer one", async () => {
    await said("a", day("10"));
    const gone = await store({}, { removed: [{ type: "Condition", sourceKey: "a" }, { type: "Condition", sourceKey: "never-there" }], at: day("14"), received: day("14") });
    assert.equal(gone.removed, 1);
    assert.deepEqual([await displays(), await history()], [[], ["1 a removed"]]);
    await said("older", day("12"), { received: day("15") });
    assert.deepEqual(await displays(), []);
    assert.deepEqual([...(await said("again", day("16"), { received: day("16") })).items.values()].map((each) => each.outcome), ["created"]);
    assert.deepEqual(await displays(), ["again"]);
    assert.equal((await store({}, { removed: [{ type: "Condition", sourceKey: "a" }], at: day("13"), received: day("17") })).removed, 0, "a deletion that is older than what was said since removes nothing");
  });

  onDatabase("a conditional create leaves what is there as it is", async () => {
    await said("a", null);
    assert.deepEqual([...(await store({}, { items: [{ sourceKey: "a", resource: condition("b"), inPassing: true }] })).items.values()], [{ outcome: "unchanged", version: 1 }]);
    assert.deepEqual(await displays(), ["a"]);
  });

  onDatabase("labels filter before anything is counted, and a withheld item looks like one that does not exist", async () => {
    const { ids } = await store({ a: condition("Asthma"), b: labelled("Depression", "mental-health") });
    const without = await rows("problems");
    assert.deepEqual([without.total, without.entries.length, without.heldBy.map((each) => each.count)], [1, 1, [1]]);
    const withLabel = await rows("problems", decision({ labels: new Set<Label>(["mental-health"]) }));
    assert.deepEqual([withLabel.total, withLabel.entries.length], [2, 2]);
    const [withheld, absent] = await Promise.all([read((sql) => readItem(sql, decision(), ids[1]!)), read((sql) => readItem(sql, decision(), ids[1]!.replace(/.$/, (last) => (last === "0" ? "1" : "0"))))]);
    assert.deepEqual(withheld, absent);
    assert.ok(isRefusal(withheld));
  });

  onDatabase("an entry that is kept back, or a section at one source, is filtered before anything is counted, in every read", async () => {
    const { ids } = await store({ a: condition("Asthma"), b: condition("Depression") });
    const key = parseResourceId(ids[1]!)!;
    const all = await rows("problems");
    assert.equal(all.total, 2);
    const since = new Date(0);
    for (const withheld of [{ items: [key.resourceKey], sections: [] }, { items: [], sections: [{ sourcePatientId: key.sourcePatientId, section: "problems" as const }] }]) {
      const by = decision({ withheld });
      const left = withheld.items.length > 0 ? 1 : 0;
      const found = await rows("problems", by);
      assert.deepEqual([found.total, found.entries.length, found.heldBy.reduce((sum, each) => sum + each.count, 0)], [left, left, left]);
      const [current] = await read((sql) => readRows(sql, by, [{ section: "problems", limit: 1, current: true, types: ["Condition"] }]));
      assert.deepEqual([current!.total, current!.entries.length], [left, left]);
      assert.equal((await read((sql) => readArrivedSince(sql, by, since, 10))).length, left);
      const [kept, absent] = await Promise.all([read((sql) => readItem(sql, by, ids[1]!)), read((sql) => readItem(sql, by, ids[1]!.replace(/.$/, (last) => (last === "0" ? "1" : "0"))))]);
      assert.deepEqual(kept, absent);
      assert.deepEqual((await read((sql) => readSameTest(sql, by, all.entries.find((each) => each.id === ids[1])!, 10))), { entries: [], total: 0 });
    }
  });

  onDatabase("a version that was labelled stays withheld after the label was lifted", async () => {
    const { ids } = await store({ a: labelled("Depression", "mental-health") });
    await store({ a: condition("Low mood") });
    assert.deepEqual((await item(ids[0]!)).versions, []);
  });

  onDatabase("a section outside the decision gives nothing, whatever it holds", async () => {
    await store({ a: condition("Asthma") });
    const by = decision({ sections: new Set<SectionId>(["allergies"]) });
    assert.deepEqual(await rows("problems", by), { section: "problems", total: 0, newest: null, entries: [], heldBy: [], next: null });
  });

  onDatabase("a decision about other source patients reads none of these, even if the transaction opened them", async () => {
    const { ids } = await store({ a: condition("Asthma") });
    const by = decision({ sourcePatientIds: [uuidv7()] });
    assert.equal((await rows("problems", by)).total, 0);
    assert.ok(isRefusal(await read((sql) => readItem(sql, by, ids[0]!))));
  });

  onDatabase("numbers keep their text through store and read: 0.10 stays 0.10", async () => {
    const observation = parseJson('{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Troponin"},"valueQuantity":{"value":0.10,"unit":"ng/mL"}}') as Resource;
    const { ids } = await store({ a: observation });
    assert.equal((await item(ids[0]!)).entry.line.value, "0.10");
    const { rows: chunks } = await owner.query<{ bytes: Buffer }>("select bytes from record.body_chunk where source_patient_id = $1", [home]);
    const { decompress } = await import("./body.ts");
    assert.match(decompress(chunks[0]!.bytes).toString("utf8"), /"value":0\.10,/);
    assert.match(JSON.stringify((await item(ids[0]!)).resource), /"value":0\.10,/, "the item as the page and the FHIR API give it out");
  });

  onDatabase("sensitive fields of a Patient become rows of their own, and what is left carries none of them", async () => {
    const patient: Resource = { resourceType: "Patient", name: [{ family: "Green" }], extension: [{ url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory", valueCodeableConcept: { text: "Ethnic-words" } }] };
    const { ids } = await store({ p: patient });
    assert.equal(ids.length, 2);
    const plain = await rows("person-demographics");
    assert.equal(plain.total, 1);
    assert.ok(!JSON.stringify((await item(plain.entries[0]!.id)).resource).includes("Ethnic-words"));
    assert.equal((await rows("person-demographics", decision({ labels: new Set<Label>(["ethnicity"]) }))).total, 2);
  });

  onDatabase("what a source says about a whole section is replaced by what it says next", async () => {
    await store({}, { statements: [{ section: "allergies", kind: "asserted-none", text: "No known allergies" }] });
    assert.deepEqual((await read((sql) => readStatements(sql, decision()))).map((each) => each.text), ["No known allergies"]);
    await store({}, { statements: [] });
    assert.deepEqual(await read((sql) => readStatements(sql, decision())), []);
  });

  onDatabase("pages of a long list meet without a gap or a repeat, undated rows last", async () => {
    await store(Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`k${index}`, condition(`C${index}`, index < 5 ? { onsetDateTime: undefined } : { onsetDateTime: `2024-0${1 + (index % 3)}-01` })])));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const [page] = await read((sql) => readRows(sql, decision(), [{ section: "problems", limit: 5, ...(before !== undefined && { before }) }]));
      assert.equal(page!.total, 23);
      seen.push(...page!.entries.map((each) => each.display));
      before = page!.next ?? undefined;
    } while (before !== undefined);
    assert.equal(seen.length, 23);
    assert.equal(new Set(seen).size, 23);
    assert.deepEqual(seen.slice(-5).sort(), ["C0", "C1", "C2", "C3", "C4"]);
  });
});
