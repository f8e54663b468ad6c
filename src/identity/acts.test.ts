import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { loadRegion, type Region } from "#governance";
import { isRefusal, openPool, type Pool, type Refusal } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { decideReview, mergePersons, sayNotSame, sealFormerIdentity, splitPerson, undoAct, type By } from "./acts.ts";
import { findPerson } from "./find.ts";
import { useApartKey } from "./keep-apart.ts";
import { areKeysMade, makeKeys } from "./make-keys.ts";
import { readJournal } from "./links.ts";
import { readDoubted, readHeldApart, readPerson, readSaidBefore, readSuccessors } from "./read-person.ts";
import { matcherOf } from "./region-matcher.ts";
import { dueAfter, readOpenReviews, readReview } from "./reviews.ts";
import { NO_DEMOGRAPHICS, type Demographics, type SourcePatient } from "./source-patient.ts";
import { SourcePatientBook, takeSourcePatient } from "./store.ts";
import { takeSuperseded, takeTrace } from "./trace-word.ts";
import { checkDigit } from "#standards";

const matcher = matcherOf(loadRegion("regions/kent-medway") as Region);
useApartKey("a key of the identity tests, forty letters long");
let made = 0;
/** A fresh number of the test range. */
function aNumber(): string {
  for (;;) {
    const nine = `9${String(10_000_000 + made++)}`;
    const check = checkDigit(nine);
    if (check !== null) return `${nine}${check}`;
  }
}
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
const by = (actor = "officer-1", at = day(20)): By => ({ actor, reason: "looked at both", at });

describe("acts on identities", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let intake: Pool;
  let owner: Pool;
  let pages: Pool;
  let search: Pool;
  before(async () => {
    database = await freshDatabase("identity_acts");
    if (database === null) return;
    [intake, owner, pages, search] = [openPool(database.address, "kmcr_intake", 4), openPool(database.address, undefined, 1), openPool(database.address, "kmcr_pages", 1), openPool(database.address, "kmcr_search", 1)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([intake, owner, pages, search].map((pool) => pool.end()));
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  let born = 0;
  /** Details that no other test shares. */
  const someone = (changes: Partial<Demographics> = {}): Demographics => {
    const each = born++;
    return { ...NO_DEMOGRAPHICS, family: `Family${"abcdefghij"[each % 10]}${"klmnopqrst"[Math.floor(each / 10) % 10]}`, given: `Given${"uvwxyzabcd"[each % 10]}${"efghijklmn"[Math.floor(each / 10) % 10]}`, birthDate: `19${20 + (each % 70)}-0${1 + (each % 9)}-1${each % 10}`, sex: "female", postcode: `ZE${each} 1AA`, address: [`${each} Test Road`], ...changes };
  };
  const verified = (nhsNumber: string, of: Demographics): Demographics => ({ ...of, nhsNumberText: nhsNumber, nhsNumberStatus: "01" });
  const say = (organisation: string, localId: string, demographics: Demographics, at = day(1)): Promise<SourcePatient> =>
    intake.transaction(async (sql) => (await takeSourcePatient(sql, matcher, { organisation, localId, feed: `${organisation}-feed`, demographics, at, received: at })).sourcePatient);
  const personOf = async (each: SourcePatient): Promise<string> => (await owner.query<{ person_id: string }>("select person_id from identity.source_patient where source_patient_id = $1", [each.sourcePatientId])).rows[0]!.person_id;
  const linksOf = async (all: readonly SourcePatient[]): Promise<unknown[]> =>
    (await owner.query("select l.*, s.active, s.replaced_by from identity.link l join identity.source_patient s using (source_patient_id) where source_patient_id = any($1::uuid[]) order by source_patient_id, l.person_id", [all.map((each) => each.sourcePatientId)])).rows;
  const ok = <T>(result: T | Refusal): T => (isRefusal(result) ? assert.fail(`${result.code}: ${result.message}`) : result);
  const reviewsOf = async (each: SourcePatient): Promise<string[]> => (await readOpenReviews(intake, { organisation: each.organisation, limit: 500 })).filter((review) => [review.one.sourcePatientId, review.other.sourcePatientId].includes(each.sourcePatientId)).map((review) => review.kind);

  onDatabase("details link where no number does: rare name, birth date, address, after a move and a marriage too", async () => {
    const her = someone({ family: "Quillfeather", given: "Philippa" });
    const gp = await say("GP", "d1", verified(aNumber(), her));
    const council = await say("CC", "d1", { ...her, given: "Pippa" });
    assert.equal(council.personId, gp.personId);
    // She moves and marries; the practice hears of it first, the ambulance meets her under the new name at the new place.
    const now = { ...her, family: "Okonkwo-Quillfeather", postcode: "ZE999 1AA", address: ["9 New Road"] };
    await say("GP", "d1", verified(gp.nhsNumber!, now), day(2));
    const ambulance = await say("AM", "d1", now, day(3));
    assert.equal(ambulance.personId, gp.personId);
    const before = await readSaidBefore(pages, [gp.sourcePatientId], false);
    assert.deepEqual(before.map((each) => each.kind).sort(), ["address", "name"]);
    assert.ok((await readSaidBefore(pages, [gp.sourcePatientId], true)).every((each) => each.kind !== "address"));
  });

  onDatabase("two who fit equally are never chosen between: both pairs are on the list, with the reason", async () => {
    const name = someone({ family: "Clarkeson", given: "Davidia", postcode: null, address: [] });
    const [east, west] = [await say("GP1", "e1", verified(aNumber(), { ...name, postcode: "ZE1 1AA" })), await say("GP2", "w1", verified(aNumber(), { ...name, postcode: "ZE2 2BB" }))];
    assert.notEqual(east.personId, west.personId);
    const hospital = await say("HO", "h1", name);
    assert.ok(![east.personId, west.personId].includes(hospital.personId));
    const reviews = await reviewsOf(hospital);
    assert.ok(reviews.length === 2 && reviews.every((kind) => kind === "ambiguous"), String(reviews));
    assert.ok((await readHeldApart(pages, east.personId)).some((each) => each.sourcePatientId === hospital.sourcePatientId));
  });

  onDatabase("the order of arrival decides nothing: every order of the same records gives the same persons, or says why it is in doubt", async () => {
    const name = someone({ family: "Shufflewick", given: "Leonora", postcode: null, address: [] });
    const number = aNumber();
    const other = aNumber();
    const all: Demographics[] = [verified(number, { ...name, postcode: "ZE5 5AA", address: ["5 Test Road"] }), verified(other, { ...name, postcode: "ZE6 6BB", address: ["6 Test Road"] }), name, { ...name, postcode: "ZE5 5AA", address: ["5 Test Road"] }, { ...name, phone: "01632 960111", postcode: "ZE6 6BB", address: ["6 Test Road"] }];
    const partitions = new Set<string>();
    for (const [round, order] of [[0, 1, 2, 3, 4], [2, 0, 1, 4, 3], [4, 3, 2, 1, 0], [3, 2, 4, 0, 1], [1, 4, 0, 2, 3], [2, 3, 4, 1, 0]].entries()) {
      // Each round is a family of its own: another name and birthday, the same problem.
      const [family, birthDate] = [["Shufflewick", "Ombersley", "Quennell", "Yarborough", "Trethewey", "Fazakerley"][round]!, `19${31 + 9 * round}-0${1 + round}-${11 + 3 * round}`];
      const taken: SourcePatient[] = [];
      for (const which of order) taken[which] = await say(`SH${which}`, `r${round}`, { ...all[which]!, family, birthDate, ...(all[which]!.nhsNumberText && { nhsNumberText: aNumber() }) });
      const persons = await Promise.all(taken.map(personOf));
      partitions.add(persons.map((person) => persons.indexOf(person)).join(""));
    }
    assert.deepEqual([...partitions], ["01201"], "the two with an address join their own, the one without joins nobody");
  });

  onDatabase("merge, then undo, restores every link to the letter; the same for a split and for a source's own merge", async () => {
    const [one, two, three] = [await say("A", "m1", someone()), await say("B", "m2", someone()), await say("C", "m3", someone())];
    const all = [one, two, three];
    const start = await linksOf(all);
    const merged = ok(await intake.transaction((sql) => mergePersons(sql, { ...by(), from: two.personId, into: one.personId })));
    assert.equal(await personOf(two), one.personId);
    assert.deepEqual(await readSuccessors(pages, two.personId), [one.personId]);
    ok(await intake.transaction((sql) => undoAct(sql, { ...by(), actId: merged.actId })));
    assert.deepEqual(await linksOf(all), start);
    // A40, and back.
    await intake.transaction(async (sql) => (await SourcePatientBook.open(sql, matcher, [])).mergeAtSource(one, three, day(3)));
    const [entry] = (await readJournal(pages, [three.sourcePatientId])).filter((each) => each.kind === "source");
    ok(await intake.transaction((sql) => undoAct(sql, { ...by(), actId: entry!.actId })));
    assert.deepEqual(await linksOf(all), start);
  });

  onDatabase("any sequence of merges and splits, undone from its end, is no change at all", async () => {
    const all: SourcePatient[] = [];
    for (let each = 0; each < 6; each++) all.push(await say("P", `p${each}`, someone()));
    const step = fc.record({ kind: fc.constantFrom("merge", "split"), a: fc.nat(5), b: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const start = await linksOf(all);
        const done: string[] = [];
        for (const { kind, a, b } of steps) {
          const [pa, pb] = [await personOf(all[a]!), await personOf(all[b]!)];
          const result = await intake.transaction((sql): Promise<{ actId: string } | Refusal> => (kind === "merge" ? mergePersons(sql, { ...by(), from: pa, into: pb }) : splitPerson(sql, { ...by(), personId: pa, apart: [all[a]!.sourcePatientId] })));
          if (!isRefusal(result)) done.push(result.actId);
        }
        for (const actId of done.toReversed()) ok(await intake.transaction((sql) => undoAct(sql, { ...by(), actId })));
        assert.deepEqual(await linksOf(all), start);
      }),
      { numRuns: 25 },
    );
    assert.deepEqual((await owner.query("select * from identity.keep_apart where kind = 'split' and act_id in (select act_id from identity.relink_journal where source_patient_id = $1)", [all[0]!.sourcePatientId])).rows, []);
  });

  onDatabase("an act is not taken back past a later one, nor twice, nor is a first link", async () => {
    const [one, two, three] = [await say("A", "u1", someone()), await say("B", "u2", someone()), await say("C", "u3", someone())];
    const first = ok(await intake.transaction((sql) => mergePersons(sql, { ...by(), from: two.personId, into: one.personId })));
    const second = ok(await intake.transaction((sql) => mergePersons(sql, { ...by(), from: one.personId, into: three.personId })));
    const undo = (actId: string): Promise<{ actId: string } | Refusal> => intake.transaction((sql) => undoAct(sql, { ...by(), actId }));
    assert.equal(((await undo(first.actId)) as Refusal).code, "identity.moved-since");
    const back = ok(await undo(second.actId));
    assert.equal(((await undo(second.actId)) as Refusal).code, "identity.moved-since");
    assert.equal(((await undo(back.actId)) as Refusal).code, "identity.undo-of-undo");
    ok(await undo(first.actId));
    const [line] = await readJournal(pages, [one.sourcePatientId]);
    assert.equal(((await undo(line!.actId)) as Refusal).code, "identity.first-link");
  });

  onDatabase("case 5: two people on one number are split, each event goes with its own source, and no later message joins them again", async () => {
    const number = aNumber();
    const name = someone({ family: "Confusedly", given: "Bernard", sex: "male" });
    const [birmingham, manchester] = [await say("GP", "c1", verified(number, { ...name, postcode: "B1 1AA" })), await say("HO", "c1", verified(number, { ...name, postcode: "M1 1AA" }))];
    assert.equal(birmingham.personId, manchester.personId, "the same number, birth date, sex and name: nothing tells them apart yet");
    const split = ok(await intake.transaction((sql) => splitPerson(sql, { ...by(), personId: birmingham.personId, apart: [manchester.sourcePatientId] })));
    assert.equal(await personOf(manchester), split.personId);
    await say("HO", "c1", verified(number, { ...name, postcode: "M2 2BB", phone: "0161 496 0000" }), day(25));
    assert.equal(await personOf(manchester), split.personId, "a list of those kept apart outlives every message");
  });

  onDatabase("an automatic link that a person takes back is not made again by the next message", async () => {
    const number = aNumber();
    const her = someone();
    const [gp, hospital] = [await say("GP", "k1", verified(number, her)), await say("HO", "k1", verified(number, her))];
    const entry = (await readJournal(pages, [hospital.sourcePatientId])).at(-1)!;
    assert.equal(entry.kind, "number");
    ok(await intake.transaction((sql) => undoAct(sql, { ...by(), actId: entry.actId })));
    assert.notEqual(await personOf(hospital), gp.personId);
    await say("HO", "k1", verified(number, { ...her, phone: "01632 960000", postcode: "ZE77 7ZZ" }), day(4));
    assert.notEqual(await personOf(hospital), gp.personId);
  });

  onDatabase("case 3: a superseded number resolves for ever: found by either, and later sources of the old one join", async () => {
    const [old, between, current] = [aNumber(), aNumber(), aNumber()];
    const her = someone();
    const gp = await say("GP", "s1", verified(old, her));
    await intake.transaction((sql) => takeSuperseded(sql, matcher, { old, current: between, saidBy: "pds" }, day(2)));
    await intake.transaction((sql) => takeSuperseded(sql, matcher, { old: between, current, saidBy: "pds" }, day(3)));
    await say("GP", "s1", verified(current, her), day(4));
    const hospital = await say("HO", "s1", verified(old, her), day(5));
    assert.equal(hospital.personId, gp.personId);
    for (const each of [old, between, current]) {
      const found = await findPerson(search, { nhsNumber: each });
      assert.ok(!isRefusal(found) && found.people.some((person) => person.personId === gp.personId), each);
    }
  });

  onDatabase("case 4: one person with two verified numbers is never linked by details alone; a human is asked, and two must agree", async () => {
    const her = someone({ family: "Doublenumber", given: "Wilhelmina" });
    const [one, two] = [await say("GP1", "t1", verified(aNumber(), her)), await say("GP2", "t1", verified(aNumber(), her))];
    assert.notEqual(one.personId, two.personId);
    assert.deepEqual(await reviewsOf(two), ["two-numbers"]);
    const decide = (actor: string, what: "link" | "apart" = "link") => intake.transaction((sql) => decideReview(sql, { ...by(actor), one: one.sourcePatientId, other: two.sourcePatientId, what }));
    assert.equal(ok(await decide("officer-1")).state, "proposed");
    assert.equal(((await decide("officer-1")) as Refusal).code, "identity.second-person");
    const linked = ok(await decide("officer-2"));
    assert.equal(linked.state, "linked");
    assert.equal(await personOf(one), await personOf(two));
    assert.equal(((await decide("officer-3")) as Refusal).code, "identity.decided-already");
    ok(await intake.transaction((sql) => undoAct(sql, { ...by(), actId: linked.actId! })));
    assert.equal((await readReview(pages, one.sourcePatientId, two.sourcePatientId))!.state, "open");
  });

  onDatabase("case 9 and 10: a sealed former identity is found, linked, reviewed and shown by nobody, whoever still sends its number", async () => {
    const [oldNumber, newNumber] = [aNumber(), aNumber()];
    const child = someone({ family: "Birthname", given: "Rowan", sex: "male" });
    const [gp, hospital] = [await say("GP", "a1", verified(oldNumber, child)), await say("HO", "a1", verified(oldNumber, child))];
    const present = await say("GP", "a2", verified(newNumber, { ...child, family: "Adoptedname" }));
    const formerPerson = gp.personId;
    ok(await intake.transaction((sql) => sealFormerIdentity(sql, { ...by(), former: [gp.sourcePatientId, hospital.sourcePatientId], presentPersonId: present.personId })));
    for (const ask of [{ nhsNumber: oldNumber }, { family: "Birthname", dateOfBirth: child.birthDate! }]) {
      const found = await findPerson(search, ask);
      assert.ok(!isRefusal(found) && found.people.length === 0);
    }
    assert.equal(await readPerson(pages, formerPerson), null);
    assert.deepEqual(await readSuccessors(pages, formerPerson), []);
    assert.deepEqual(await readHeldApart(pages, present.personId), []);
    // A source that still uses the old number, and one that knows only the details.
    const late = await say("AM", "a1", verified(oldNumber, child), day(9));
    const found = await findPerson(search, { nhsNumber: oldNumber });
    assert.ok(!isRefusal(found) && found.people.length === 0);
    assert.notEqual(late.personId, present.personId);
    assert.deepEqual(await reviewsOf(late), []);
    assert.deepEqual(await reviewsOf(present), []);
    const merge = await intake.transaction((sql) => mergePersons(sql, { ...by(), from: late.personId, into: present.personId }));
    assert.ok(isRefusal(merge) && merge.code === "identity.no-person", "no merge says that there is something to merge");
  });

  onDatabase("this is not the same person: set apart at once, due in one working day, and taken out when a human agrees", async () => {
    const number = aNumber();
    const her = someone();
    const [gp, hospital] = [await say("GP", "n1", verified(number, her)), await say("HO", "n1", verified(number, her))];
    const friday = new Date(Date.UTC(2026, 0, 23, 15));
    const said = ok(await intake.transaction((sql) => sayNotSame(sql, { actor: "nurse", reason: "the woman before me never was there", at: friday, personId: gp.personId, sourcePatientId: hospital.sourcePatientId })));
    assert.deepEqual((await readDoubted(pages, gp.personId)).map((each) => each.sourcePatientId), [hospital.sourcePatientId]);
    assert.equal(said.due.toISOString(), "2026-01-26T15:00:00.000Z", "Monday, not Saturday");
    const decided = ok(await intake.transaction((sql) => decideReview(sql, { ...by(), one: gp.sourcePatientId, other: hospital.sourcePatientId, what: "apart" })));
    assert.equal(decided.state, "apart");
    assert.notEqual(await personOf(hospital), gp.personId);
    assert.deepEqual(await readDoubted(pages, gp.personId), []);
    await say("HO", "n1", verified(number, { ...her, postcode: "ZE88 8ZZ" }), day(28));
    assert.notEqual(await personOf(hospital), gp.personId);
  });

  onDatabase("an installation that meets a specification for the first time makes everybody's keys and joins who was left alone", async () => {
    const her = someone({ family: "Latecomerton", given: "Hyacinth" });
    const take = async (organisation: string): Promise<SourcePatient> => intake.transaction(async (sql) => (await takeSourcePatient(sql, null, { organisation, localId: "late", feed: "f", demographics: her, at: day(1), received: day(1) })).sourcePatient);
    const [one, two] = [await take("L1"), await take("L2")];
    assert.notEqual(one.personId, two.personId);
    assert.equal(await areKeysMade(intake, matcher!), false);
    const run = await makeKeys(intake, matcher!, { stopped: false });
    assert.ok(run.made > 2 && run.linked >= 1, JSON.stringify(run));
    assert.equal(await personOf(one), await personOf(two));
    assert.deepEqual(await makeKeys(intake, matcher!, { stopped: false }), { made: 0, linked: 0 });
  });

  onDatabase("a trace that verifies a number links; one that answers sensitive protects the whereabouts for good", async () => {
    const number = aNumber();
    const her = someone();
    const gp = await say("GP", "v1", verified(number, her));
    const hospital = await say("HO", "v1", { ...NO_DEMOGRAPHICS, family: her.family, given: her.given, birthDate: her.birthDate, nhsNumberText: number, nhsNumberStatus: "03" });
    await intake.transaction((sql) => takeTrace(sql, matcher, hospital.sourcePatientId, { outcome: "verified", nhsNumber: number, isSensitive: true }, day(2)));
    assert.equal(await personOf(hospital), gp.personId);
    const person = (await readPerson(pages, gp.personId))!;
    assert.equal(person.sourcePatients.find((each) => each.organisation === "HO")!.protectedAddress, true);
  });

  onDatabase("a source that writes another patient over one of its own: the link ends, and the first's name is no name of the second", async () => {
    const number = aNumber();
    const her = someone();
    const [gp, hospital] = [await say("GP", "o1", verified(number, her)), await say("HO", "o1", verified(number, her))];
    const him = someone({ sex: "male" });
    const over = await say("HO", "o1", verified(number, him), day(5));
    assert.notEqual(over.personId, gp.personId);
    assert.deepEqual(over.otherNames, []);
    assert.ok((await reviewsOf(over)).includes("number-conflict"));
    assert.equal(hospital.sourcePatientId, over.sourcePatientId);
  });
});

test("a day of work is due on the next working day at the same hour", () => {
  assert.equal(dueAfter(new Date("2026-01-21T09:00:00Z"), 24).toISOString(), "2026-01-22T09:00:00.000Z");
  assert.equal(dueAfter(new Date("2026-01-24T12:00:00Z"), 24).toISOString(), "2026-01-27T00:00:00.000Z");
});
