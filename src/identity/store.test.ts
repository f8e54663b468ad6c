import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPool, type Pool, type Sql } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { findPerson } from "./find.ts";
import { NO_DEMOGRAPHICS, type Demographics } from "./source-patient.ts";
import { followRelink, relink } from "./links.ts";
import { readHeldApart, readPerson } from "./read-person.ts";
import { SourcePatientBook, takeSourcePatient, type Taken } from "./store.ts";

const NUMBERS = ["9434765919", "9434765870", "9434765978", "9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077"];
let used = 0;
const ann = (nhsNumber: string | null, changes: Partial<Demographics> = {}): Demographics => ({ ...NO_DEMOGRAPHICS, nhsNumberText: nhsNumber, nhsNumberStatus: nhsNumber === null ? null : "01", family: "Green", given: "Ann", birthDate: "1945-07-14", sex: "female", ...changes });
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

describe("identity on a database", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let owner: Pool;
  let pages: Pool;
  let search: Pool;
  before(async () => {
    database = await freshDatabase("identity");
    if (database === null) return;
    [intake, owner, pages, search] = [openPool(database.address, "kmcr_intake", 4), openPool(database.address, undefined, 1), openPool(database.address, "kmcr_pages", 1), openPool(database.address, "kmcr_search", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake, owner, pages, search].map((pool) => pool.end()));
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  /** One message about a patient, in a transaction of its own. */
  const message = (organisation: string, localId: string, demographics: Demographics | null, at = day(1), received = at): Promise<Taken> =>
    intake.transaction((sql) => takeSourcePatient(sql, null, { organisation, localId, feed: `${organisation}-feed`, demographics, at, received }));
  const nextNumber = (): string => NUMBERS[used++]!;
  const links = async (): Promise<unknown[]> => (await owner.query("select person_id, source_patient_id from identity.link order by 2, 1")).rows;
  const move = (sourcePatientId: string, from: string, to: string): Promise<unknown> => intake.transaction((sql) => relink(sql, { sourcePatientId, from, to, act: "merge", reason: "test", evidence: [], actor: "test", at: day(9) }));

  onDatabase("every source patient has a person from its first message, its own where nothing matches", async () => {
    const [one, two] = [await message("A", "1", ann(null)), await message("B", "1", ann(null))];
    assert.ok(one.isNew && two.isNew);
    assert.notEqual(one.sourcePatient.personId, two.sourcePatient.personId);
    const person = await readPerson(pages, one.sourcePatient.personId);
    assert.deepEqual(person!.sourcePatients.map((each) => each.sourcePatientId), [one.sourcePatient.sourcePatientId]);
  });

  onDatabase("verified number and date of birth link two organisations' patients to one person", async () => {
    const number = nextNumber();
    const [one, two] = [await message("A", "2", ann(number)), await message("B", "2", ann(number))];
    assert.equal(one.sourcePatient.personId, two.sourcePatient.personId);
    assert.equal((await readPerson(pages, one.sourcePatient.personId))!.sourcePatients.length, 2);
  });

  onDatabase("relink, then the same act the other way, restores the links exactly, and both stand in the journal", async () => {
    const number = nextNumber();
    const [one, two] = [await message("A", "3", ann(number)), await message("B", "3", ann(number))];
    const other = await message("C", "3", ann(null));
    const before = await links();
    const { sourcePatientId, personId } = two.sourcePatient;
    await move(sourcePatientId, personId, other.sourcePatient.personId);
    assert.notDeepEqual(await links(), before);
    assert.deepEqual((await readPerson(pages, other.sourcePatient.personId))!.sourcePatients.map((each) => each.organisation), ["B", "C"]);
    await move(sourcePatientId, other.sourcePatient.personId, personId);
    assert.deepEqual(await links(), before);
    assert.equal((await readPerson(pages, one.sourcePatient.personId))!.sourcePatients.length, 2);
    const journal = await owner.query("select 1 from identity.relink_journal where source_patient_id = $1", [sourcePatientId]);
    assert.equal(journal.rows.length, 4, "first message, link, and the two acts");
  });

  onDatabase("two first messages with one verified number at the same moment end in one person", async () => {
    for (let round = 0; round < 4; round++) {
      const number = nextNumber();
      const taken = await Promise.all(["A", "B", "C", "D"].map((organisation) => message(organisation, `race-${round}`, ann(number))));
      const { rows } = await owner.query<{ person_id: string }>("select distinct person_id from identity.source_patient where nhs_number = $1", [number]);
      assert.equal(rows.length, 1, `round ${round}: ${taken.length} messages`);
      const linked = await owner.query("select distinct l.person_id from identity.link l join identity.source_patient s using (source_patient_id) where s.nhs_number = $1", [number]);
      assert.deepEqual(linked.rows, rows);
    }
  });

  onDatabase("two first messages of one patient at the same moment make one source patient", async () => {
    const taken = await Promise.all([1, 2, 3, 4].map(() => message("A", "twice", ann(null))));
    assert.equal(new Set(taken.map((each) => each.sourcePatient.sourcePatientId)).size, 1);
    assert.equal(taken.filter((each) => each.isNew).length, 1);
  });

  onDatabase("older demographics never overwrite newer ones", async () => {
    await message("A", "4", ann(null, { family: "Newer", postcode: "ZZ99 3WZ" }), day(5));
    const { sourcePatient } = await message("A", "4", ann(null, { family: "Older" }), day(3), day(6));
    assert.equal(sourcePatient.family, "Newer");
    assert.equal((await message("A", "4", ann(null, { family: "Newest" }), day(7))).sourcePatient.family, "Newest");
  });

  onDatabase("a message that is silent about a field deletes nothing", async () => {
    await message("A", "5", ann(null, { phone: "01632 960001", address: ["1 Mill Lane"], protectedAddress: true, deceased: true, dateOfDeath: "2026-01-01" }), day(1));
    const { sourcePatient } = await message("A", "5", { ...NO_DEMOGRAPHICS, family: "Green" }, day(2));
    assert.deepEqual([sourcePatient.phone, sourcePatient.address, sourcePatient.given], ["01632 960001", ["1 Mill Lane"], "Ann"]);
    assert.deepEqual([sourcePatient.deceased, sourcePatient.dateOfDeath, sourcePatient.protectedAddress], [true, "2026-01-01", true], "silence makes nobody alive again and lifts no protection");
    const corrected = (await message("A", "5", { ...NO_DEMOGRAPHICS, deceased: false }, day(3))).sourcePatient;
    assert.deepEqual([corrected.deceased, corrected.dateOfDeath], [false, null], "a source that says alive takes the date of death back");
  });

  onDatabase("an invalid number is kept as sent, marked, and links nobody", async () => {
    const [one, two] = [await message("A", "6", ann("9434765918")), await message("B", "6", ann("9434765918"))];
    assert.deepEqual([one.sourcePatient.nhsNumber, one.sourcePatient.nhsNumberText, one.sourcePatient.status], [null, "9434765918", "invalid"]);
    assert.notEqual(one.sourcePatient.personId, two.sourcePatient.personId);
  });

  onDatabase("a number that turns out to be another person's takes its patient away again", async () => {
    const [number, corrected] = [nextNumber(), nextNumber()];
    const one = await message("A", "7", ann(number));
    const two = await message("B", "7", ann(number), day(1));
    assert.equal(one.sourcePatient.personId, two.sourcePatient.personId);
    const again = await message("B", "7", ann(corrected), day(2));
    assert.ok(again.relinked);
    assert.notEqual(again.sourcePatient.personId, one.sourcePatient.personId);
    assert.deepEqual((await readPerson(pages, one.sourcePatient.personId))!.sourcePatients.map((each) => each.organisation), ["A"]);
  });

  onDatabase("the same number with another date of birth stays apart, and each side's page says so, also after one side is linked to a third", async () => {
    const number = nextNumber();
    const one = await message("A", "8", ann(number));
    const two = await message("B", "8", ann(number, { birthDate: "1971-02-03" }));
    assert.notEqual(one.sourcePatient.personId, two.sourcePatient.personId);
    assert.deepEqual((await readHeldApart(pages, two.sourcePatient.personId)).map((each) => each.organisation), ["A"]);
    const apart = await readHeldApart(pages, one.sourcePatient.personId);
    assert.deepEqual(apart.map((each) => [each.sourcePatientId, each.organisation]), [[two.sourcePatient.sourcePatientId, "B"]]);
    const third = await message("C", "8", ann(null));
    await move(one.sourcePatient.sourcePatientId, one.sourcePatient.personId, third.sourcePatient.personId);
    assert.equal((await readHeldApart(pages, third.sourcePatient.personId)).length, 1, "the doubt follows the source patient");
    await move(two.sourcePatient.sourcePatientId, two.sourcePatient.personId, third.sourcePatient.personId);
    assert.equal((await readHeldApart(pages, third.sourcePatient.personId)).length, 0, "a human has linked the two: nothing is held apart");
  });

  onDatabase("a follower runs in the relink's own transaction, and its failure takes the relink back", async () => {
    const [one, other] = [await message("A", "12", ann(null)), await message("B", "12", ann(null))];
    const before = await links();
    const seen: string[] = [];
    followRelink(async (sql, act) => {
      if (act.reason !== "test of followers") return;
      seen.push((await sql.query<{ person_id: string }>("select person_id from identity.link where source_patient_id = $1", [act.sourcePatientId])).rows[0]!.person_id);
      throw new Error("a follower failed");
    });
    const act = { sourcePatientId: one.sourcePatient.sourcePatientId, from: one.sourcePatient.personId, to: other.sourcePatient.personId, act: "merge" as const, reason: "test of followers", evidence: [], actor: "test", at: day(9) };
    await assert.rejects(intake.transaction((sql) => relink(sql, act)), /a follower failed/);
    assert.deepEqual(seen, [other.sourcePatient.personId]);
    assert.deepEqual(await links(), before);
  });

  onDatabase("a source's own merge carries the obsolete patient to the survivor and marks it", async () => {
    const [survivor, obsolete] = [await message("A", "9", ann(null)), await message("A", "9-old", ann(null))];
    await intake.transaction(async (sql: Sql) => (await SourcePatientBook.open(sql, null, [])).mergeAtSource(survivor.sourcePatient, obsolete.sourcePatient, day(2)));
    const person = await readPerson(pages, survivor.sourcePatient.personId);
    assert.deepEqual(person!.sourcePatients.map((each) => [each.localId, each.active]), [["9", true], ["9-old", false]]);
  });

  onDatabase("a person is found by number and by name and date of birth, as one result however many organisations know them", async () => {
    const number = nextNumber();
    const { sourcePatient } = await message("A", "10", ann(number, { family: "Čapek", postcode: "ZZ99 3WZ" }));
    await message("B", "10", ann(number, { family: "Čapek" }));
    for (const request of [{ nhsNumber: number }, { family: "capek", dateOfBirth: "1945-07-14" }]) {
      const found = await findPerson(search, request);
      assert.ok("people" in found);
      assert.deepEqual(found.people.map((each) => each.personId), [sourcePatient.personId]);
    }
  });

  onDatabase("a protected person's place is not in a result, and cannot be found out by trying postcodes", async () => {
    await message("A", "11", ann(null, { family: "Hidden", postcode: "ZZ99 3WZ", protectedAddress: true }));
    const found = await findPerson(search, { family: "Hidden", dateOfBirth: "1945-07-14" });
    assert.ok("people" in found && found.people.length === 1 && found.people[0]!.postcodeArea === "");
    const tried = await findPerson(search, { family: "Hidden", dateOfBirth: "1945-07-14", postcode: "ZZ99" });
    assert.ok("people" in tried && tried.people.length === 0);
  });
});
