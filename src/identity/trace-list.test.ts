import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { loadRegion, type Region } from "#governance";
import type { PdsClient, PdsRead, TracedPatient } from "#national";
import { openPool, refuse, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { findPerson } from "./find.ts";
import { matcherOf } from "./region-matcher.ts";
import { NO_DEMOGRAPHICS, type Demographics, type SourcePatient } from "./source-patient.ts";
import { takeSourcePatient } from "./store.ts";
import { readTraces, runTraces, wantTraceOfNumber } from "./trace-list.ts";

const matcher = matcherOf(loadRegion("regions/kent-medway") as Region);
const [OLD, NEW] = ["9434765919", "9434765870"];
const her: Demographics = { ...NO_DEMOGRAPHICS, family: "Tracewell", given: "Ottilie", birthDate: "1961-04-12", sex: "female" };
const atPds: TracedPatient = {
  nhsNumber: NEW, verification: "01", versionId: "2", restriction: "none", names: [{ use: "usual", period: { start: null, end: null }, prefix: [], given: ["Ottilie"], family: "Tracewell", suffix: [] }], birthDate: "1961-04-12", gender: "female",
  multipleBirth: null, death: null, location: { addresses: [], telecoms: [], practice: null }, language: null, interpreter: null,
};

/** The one answer of a service that knows nobody else; the client itself is tried against its stand-in in trace.test.ts. */
const pdsThatSays = (read: PdsRead | ReturnType<typeof refuse>): Pick<PdsClient, "read" | "search"> => ({ read: async () => read, search: async () => ("kind" in read ? read : { answer: "none" as const }) });
const away = pdsThatSays(refuse("unavailable", "national.pds-unavailable", "away"));

describe("the list of those to be traced", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let search: Pool;
  before(async () => {
    database = await freshDatabase("trace_list");
    if (database !== null) [intake, search] = [openPool(database.address, "kmcr_intake", 2), openPool(database.address, "kmcr_search", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake.end(), search.end()]);
    await database.drop();
  });
  let minutes = 0;
  const now = (): Date => new Date(Date.UTC(2026, 5, 1, 0, minutes));
  const say = (organisation: string, demographics: Demographics): Promise<SourcePatient> => intake.transaction(async (sql) => (await takeSourcePatient(sql, matcher, { organisation, localId: "1", feed: "f", demographics, at: now(), received: now() })).sourcePatient);
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  onDatabase("an unavailable service is asked again later, less and less often, and nothing is concluded meanwhile", async () => {
    const gp = await say("GP", { ...her, nhsNumberText: OLD, nhsNumberStatus: "03" });
    assert.deepEqual(await runTraces(intake, matcher, away, now, 10), { asked: 1, relinked: 0 });
    const [waiting] = await readTraces(intake, [gp.sourcePatientId]);
    assert.ok(waiting!.isWaiting && waiting!.outcome === null);
    assert.equal((await runTraces(intake, matcher, away, now, 10)).asked, 0, "not at once");
    minutes += 2;
    assert.equal((await runTraces(intake, matcher, away, now, 10)).asked, 1);
    minutes += 2;
    assert.equal((await runTraces(intake, matcher, away, now, 10)).asked, 0, "five minutes the second time");
    minutes += 10;
  });

  onDatabase("a superseded number: the trace verifies the new one, keeps the old as an alias, and is not asked again", async () => {
    const pds = pdsThatSays({ answer: "found", patient: atPds, isSuperseding: true, asked: OLD, problems: [] });
    assert.equal((await runTraces(intake, matcher, pds, now, 10)).asked, 1);
    assert.equal((await runTraces(intake, matcher, pds, now, 10)).asked, 0);
    const found = await findPerson(search, { nhsNumber: NEW });
    assert.ok("people" in found && found.people.length === 1 && found.people[0]!.nhsNumber === NEW, JSON.stringify(found));
    // Another source that verified the new number by itself is the same person.
    const hospital = await say("HO", { ...her, nhsNumberText: NEW, nhsNumberStatus: "01" });
    assert.equal(hospital.personId, found.people[0]!.personId);
  });

  onDatabase("a change told of by PDS puts everyone who carries the number, or one that it superseded, first on the list", async () => {
    await say("ZZ", { ...her, family: "Other", given: "Somebody", birthDate: "1950-01-02" });
    assert.equal(await wantTraceOfNumber(intake, NEW, now()), 2);
    const asked: string[] = [];
    const pds: Pick<PdsClient, "read" | "search"> = { read: async (number) => (asked.push(number), { answer: "found", patient: { ...atPds, restriction: "restricted", location: "withheld" }, isSuperseding: number === OLD, asked: number, problems: [] }), search: async () => ({ answer: "none" }) };
    await runTraces(intake, matcher, pds, now, 2);
    assert.deepEqual(asked.sort(), [NEW, OLD].sort());
    const { rows } = await intake.query<{ protected_address: boolean }>("select protected_address from identity.source_patient where family = 'Tracewell'");
    assert.ok(rows.length === 2 && rows.every((row) => row.protected_address), "restricted at PDS: protected here, in every source");
  });

  onDatabase("a number that two sources carry is superseded without the person becoming another: pages that were kept still lead to them", async () => {
    const [old, current] = ["9000000009", "9000000017"];
    const who: Demographics = { ...her, family: "Steadfast", given: "Winifred", birthDate: "1937-03-03", nhsNumberText: old, nhsNumberStatus: "01" };
    const [gp, hospital] = [await say("SG", who), await say("SH", who)];
    assert.equal(gp.personId, hospital.personId);
    const pds: Pick<PdsClient, "read" | "search"> = { read: async (asked) => ({ answer: "found", patient: { ...atPds, nhsNumber: current, names: [{ ...atPds.names[0]!, given: ["Winifred"], family: "Steadfast" }], birthDate: "1937-03-03" }, isSuperseding: asked === old, asked, problems: [] }), search: async () => ({ answer: "none" }) };
    await runTraces(intake, matcher, pds, now, 20);
    for (const nhsNumber of [old, current]) {
      const found = await findPerson(search, { nhsNumber });
      assert.deepEqual("people" in found && found.people.map((each) => each.personId), [gp.personId], nhsNumber);
    }
  });

  onDatabase("an answer to what the source no longer says is not used: who changed while PDS was asked is asked about again", async () => {
    minutes += 60;
    const first: Demographics = { ...her, family: "Changeling", given: "Edith", birthDate: "1948-08-08", nhsNumberText: "9000000025", nhsNumberStatus: "02" };
    const source = await say("CH", first);
    const slow: Pick<PdsClient, "read" | "search"> = {
      async read(asked) {
        // Meanwhile the source corrects its number.
        minutes += 1;
        await say("CH", { ...first, nhsNumberText: "9000000033" });
        return { answer: "found", patient: { ...atPds, nhsNumber: asked, names: [{ ...atPds.names[0]!, given: ["Edith"], family: "Changeling" }], birthDate: "1948-08-08" }, isSuperseding: false, asked, problems: [] };
      },
      search: async () => ({ answer: "none" }),
    };
    await runTraces(intake, matcher, slow, now, 1);
    const [waiting] = await readTraces(intake, [source.sourcePatientId]);
    assert.deepEqual([waiting!.isWaiting, waiting!.outcome], [true, null]);
    const { rows } = await intake.query<{ traced_number: string | null }>("select traced_number from identity.source_patient where source_patient_id = $1", [source.sourcePatientId]);
    assert.deepEqual(rows, [{ traced_number: null }]);
  });
});
