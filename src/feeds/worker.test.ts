/** Order, barriers, poison and faults of the database, on a real database with the outside region's feed. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { openPool, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { databaseError, failingPool, type Fault } from "#test/failing-pool.ts";
import { hl7, result, type Hl7Parts } from "#test/hl7.ts";
import { envelopeOfHl7 } from "./envelope-of-hl7.ts";
import { Inbox } from "./inbox.ts";
import { takeWaiting } from "./queue.ts";
import { runWorker, type WorkerStatistics } from "./worker.ts";

const FEED = "outside-hl7v2";
const database = await freshDatabase("worker");
const region = loadRegion("regions/kent-medway", ["regions/outside"]) as Region;
let pool: Pool;
let owner: Pool;

before(() => {
  assert.ok(!isRegionFaults(region));
  if (database === null) return;
  pool = openPool(database.address, "kmcr_intake", 6);
  owner = openPool(database.address, undefined, 2);
});
after(async () => {
  await pool?.end();
  await owner?.end();
  await database?.drop();
});

let number = 0;
/** Keeps messages in this order; gives their message ids. */
async function keep(...messages: Hl7Parts[]): Promise<string[]> {
  const inbox = new Inbox(pool);
  const kept: string[] = [];
  for (const message of messages) {
    const { envelope } = envelopeOfHl7(Buffer.from(hl7({ ...message, id: message.id || `worker-${++number}` })), region, { address: "", encrypted: false });
    kept.push((await inbox.keep(envelope)).messageId);
  }
  return kept;
}

/** Runs workers until nothing waits that could be applied now, or for `patienceMs`. */
async function applyAll(options: { workers?: number; pool?: Pool; patienceMs?: number } = {}): Promise<WorkerStatistics> {
  const statistics: WorkerStatistics = { applied: 0, quarantined: 0, failed: 0 };
  const stop = { stopped: false };
  const of = options.workers ?? 2;
  const running = Array.from({ length: of }, (_, index) => runWorker(options.pool ?? pool, region, { index, of }, stop, statistics));
  for (const until = Date.now() + (options.patienceMs ?? 20_000); Date.now() < until; await sleep(20)) {
    const { rows } = await owner.query<{ n: number }>("select count(*)::int as n from feeds.inbox where state = 'kept'");
    if (rows[0]!.n === 0) break;
  }
  stop.stopped = true;
  await Promise.all(running);
  return statistics;
}

const states = async (ids: readonly string[]): Promise<string[]> => {
  const { rows } = await owner.query<{ message_id: string; state: string }>("select message_id, state from feeds.inbox where message_id = any($1::uuid[])", [ids]);
  return ids.map((id) => rows.find((row) => row.message_id === id)!.state);
};

/** What the record holds of a local patient id: items and their bodies' hashes, versions, and who it is. */
async function recordOf(localId: string): Promise<unknown> {
  const { rows } = await owner.query(
    `select s.family, s.active, (select r.local_id from identity.source_patient r where r.source_patient_id = s.replaced_by) as replaced_by,
       (select coalesce(json_agg(json_build_array(r.type, r.source_key, r.status, r.display, r.line) order by r.type, r.source_key), '[]') from record.resource r where r.source_patient_id = s.source_patient_id) as items
     from identity.source_patient s where s.local_id = $1`,
    [localId],
  );
  return rows[0] ?? null;
}

const takeable = async (index = 0, of = 1): Promise<string[]> => (await takeWaiting(pool, { index, of }, 100)).map((each) => each.messageId);

describe("lanes", { skip: database === null && "no test database: run npm test" }, () => {
  it("a merge waits for what came before in both lanes, and what came after in both waits for it", async () => {
    const [a1, b1, merge, a2, b2, other] = await keep({ id: "", patient: "LA" }, { id: "", patient: "LB" }, { id: "", kind: "ADT^A40", patient: "LA", segments: ["MRG|LB^^^SIMULATOR MRN^MRN"] }, { id: "", patient: "LA" }, { id: "", patient: "LB" }, { id: "", patient: "LC" });
    assert.deepEqual(await takeable(), [a1, b1, other], "neither the merge nor anything behind it");
    await owner.query("update feeds.inbox set state = 'applied' where message_id = any($1::uuid[])", [[a1]]);
    assert.deepEqual(await takeable(), [b1, other], "the merge still waits for the other lane");
    await owner.query("update feeds.inbox set state = 'applied' where message_id = any($1::uuid[])", [[b1]]);
    assert.deepEqual(await takeable(), [merge, other], "now it is its turn, and nobody's behind it");
    await owner.query("update feeds.inbox set state = 'applied' where message_id = any($1::uuid[])", [[merge]]);
    assert.deepEqual(await takeable(), [a2, b2, other]);
    await applyAll();
  });

  it("every waiting message is in exactly one worker's share", async () => {
    const kept = await keep(...Array.from({ length: 30 }, (_, index) => ({ id: "", patient: `SHARE-${index}` })));
    const shares = await Promise.all([0, 1, 2].map((index) => takeable(index, 3)));
    assert.deepEqual(shares.flat().sort(), [...kept].sort());
    assert.ok(shares.every((share) => share.length > 0));
    await applyAll({ workers: 3 });
    assert.ok((await states(kept)).every((state) => state === "applied"));
  });

  it("a message that somebody else has holds its lane, and no other", async () => {
    const [held, behind, free] = await keep({ id: "", patient: "HELD" }, { id: "", patient: "HELD" }, { id: "", patient: "FREE" });
    await owner.query("update feeds.inbox set reserved = $2 where message_id = $1", [held, new Date(Date.now() + 60_000)]);
    assert.deepEqual(await takeable(), [free]);
    await owner.query("update feeds.inbox set reserved = $2 where message_id = $1", [held, new Date(Date.now() - 1)]);
    assert.deepEqual(await takeable(), [held, behind, free], "after its time it is anybody's");
    await applyAll();
  });
});

describe("a message that cannot be applied", { skip: database === null && "no test database: run npm test" }, () => {
  const poison: Fault = (text, params) => (text.startsWith("insert into record.resource") && JSON.stringify(params).includes("Poisoned") ? databaseError("22P02", "invalid input") : null);

  it("holds its own lane while it is tried again, goes to quarantine, and the lane goes on", async () => {
    const [bad, behind, ...others] = await keep({ id: "", patient: "POISON", family: "Poisoned" }, { id: "", patient: "POISON", family: "Healthy" }, ...Array.from({ length: 5 }, (_, index) => ({ id: "", patient: `WELL-${index}` })));
    const failing = failingPool(pool, poison);
    await applyAll({ pool: failing, patienceMs: 800 });
    assert.deepEqual(await states([bad!, behind!]), ["kept", "kept"], "its own lane waits");
    assert.ok((await states(others)).every((state) => state === "applied"), "all others flow");
    const rest = await applyAll({ pool: failing });
    assert.deepEqual(await states([bad!, behind!]), ["quarantined", "applied"]);
    assert.equal(rest.quarantined, 1);
    const { rows } = await owner.query<{ code: string; why: string }>("select code, why from feeds.quarantine where message_id = $1", [bad]);
    assert.equal(rows[0]!.code, "feeds.defect");
    assert.match(rows[0]!.why, /3 tries/);
    assert.match(JSON.stringify(await recordOf("POISON")), /Healthy/);
    assert.doesNotMatch(JSON.stringify(await recordOf("POISON")), /Poisoned/, "nothing half-stored");
  });

  it("is applied as soon as the database is well again: a fault that passes costs no try", async () => {
    const [message] = await keep({ id: "", patient: "PASSING" });
    let failures = 5;
    await applyAll({ pool: failingPool(pool, (text) => (text.startsWith("insert into record.resource") && failures-- > 0 ? databaseError("53100", "could not extend file: No space left on device") : null)) });
    assert.deepEqual(await states([message!]), ["applied"]);
    const { rows } = await owner.query<{ attempts: number }>("select attempts from feeds.inbox where message_id = $1", [message]);
    assert.equal(rows[0]!.attempts, 0);
  });

  it("whichever statement fails, it is whole in the record or not at all, and applied once in the end", async () => {
    const kinds: { name: string; parts: (patient: string) => Hl7Parts }[] = [
      { name: "admission", parts: (patient) => ({ id: "", kind: "ADT^A01", patient, segments: ["PV1|1|I|WARD^1^1||||||||||||||||V-1", "AL1|1|DA|PEN^Penicillin^LOCAL|SV|Rash"] }) },
      { name: "result", parts: (patient) => ({ id: "", kind: "ORU^R01", patient, segments: result({ order: `O-${patient}`, value: "80" }) }) },
      { name: "document", parts: (patient) => ({ id: "", kind: "MDM^T02", patient, segments: ["TXA|1|DS|TX|20261101||||||||D-1||||||AU", "OBX|1|TX|D^Letter^LOCAL||Dear doctor||||||F"] }) },
    ];
    for (const { name, parts } of kinds) {
      const whole = await (async () => {
        await keep(parts(`WHOLE-${name}`));
        await applyAll();
        return JSON.stringify(await recordOf(`WHOLE-${name}`)).replaceAll(`WHOLE-${name}`, "X");
      })();
      for (let nth = 1; ; nth++) {
        const patient = `NTH-${name}-${nth}`;
        const [id] = await keep(parts(patient));
        let at = 0;
        let failed = false;
        const once = failingPool(pool, (text) => {
          if (/from feeds\.inbox i\s+where state = 'kept' and reserved/.test(text) || ++at !== nth) return null; // the queue itself is no step of the message
          failed = true;
          return databaseError("XX000", `statement ${nth} failed`);
        });
        await applyAll({ pool: once, workers: 1 });
        assert.deepEqual(await states([id!]), ["applied"], `${name}, statement ${nth}`);
        assert.equal(JSON.stringify(await recordOf(patient)).replaceAll(patient, "X"), whole, `${name}, statement ${nth}`);
        if (!failed) {
          assert.ok(nth > 5, `${name} has more than five statements`);
          break;
        }
      }
    }
  });
});

describe("order", { skip: database === null && "no test database: run npm test" }, () => {
  it("however messages of different people are shuffled, over one worker or three, the records are the same", async () => {
    const people = ["a", "b", "c", "d"];
    const history = (patient: string): Hl7Parts[] => [
      { id: "", patient, family: "First", at: "20260101080000" },
      { id: "", kind: "ADT^A01", patient, family: "First", at: "20260102080000", segments: [`PV1|1|I|W1||||||||||||||||V-${patient}`] },
      { id: "", kind: "ORU^R01", patient, family: "First", at: "20260102090000", segments: result({ order: `R-${patient}`, value: "80", status: "P" }) },
      { id: "", kind: "ORU^R01", patient, family: "First", at: "20260102100000", segments: result({ order: `R-${patient}`, value: "82", status: "C" }) },
      { id: "", kind: "ADT^A03", patient, family: "Second", at: "20260103080000", segments: [`PV1|1|I|W1||||||||||||||||V-${patient}`] },
      { id: "", kind: "ADT^A40", patient: `${patient}-new`, family: "Second", at: "20260104080000", segments: [`MRG|${patient}^^^SIMULATOR MRN^MRN`] },
    ];
    let round = 0;
    const outcome = async (picks: readonly number[], workers: number): Promise<string> => {
      const mark = `O${++round}`;
      const queues = people.map((person) => history(`${mark}${person}`));
      const messages: Hl7Parts[] = [];
      for (const pick of picks) {
        const alive = queues.filter((queue) => queue.length > 0);
        if (alive.length > 0) messages.push(alive[pick % alive.length]!.shift()!);
      }
      for (const queue of queues) messages.push(...queue);
      await keep(...messages);
      await applyAll({ workers });
      const records = await Promise.all(people.flatMap((person) => [`${mark}${person}`, `${mark}${person}-new`]).map(recordOf));
      return JSON.stringify(records).replaceAll(mark, "");
    };
    const inOrder = await outcome([], 1);
    assert.match(inOrder, /replaced_by/);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 24, maxLength: 24 }), fc.integer({ min: 1, max: 3 }), async (picks, workers) => {
        assert.equal(await outcome(picks, workers), inOrder);
      }),
      { numRuns: 8 },
    );
  });

  it("a result says nothing against who its patient is: what an admission told of them stays", async () => {
    await keep({ id: "", kind: "ADT^A28", patient: "SILENT", segments: ["PD1|||NORTHGATE^^G82060"] }, { id: "", kind: "ORU^R01", patient: "SILENT", segments: result({ order: "SILENT-1", value: "80" }) });
    await applyAll();
    const { rows } = await owner.query<{ version: number }>("select r.version from record.resource r join identity.source_patient s using (source_patient_id) where s.local_id = 'SILENT' and r.type = 'Patient'");
    assert.deepEqual(rows, [{ version: 1 }], "no second version without the practice");
  });

  it("a document that its source cancels is no longer current, and its words stay in the history", async () => {
    const txa = (status: string): string => `TXA|1|DS|TX|20261101||||||||LETTER-1||||||${status}`;
    await keep({ id: "", kind: "MDM^T02", patient: "LETTERS", segments: [txa("AU"), "OBX|1|TX|D^Letter^LOCAL||Dear doctor||||||F"] }, { id: "", kind: "MDM^T11", patient: "LETTERS", at: "20261102120000", segments: [txa("CA")] });
    await applyAll();
    const { rows } = await owner.query<{ status: string; version: number }>("select r.status, r.version from record.resource r join identity.source_patient s using (source_patient_id) where s.local_id = 'LETTERS' and r.type = 'DocumentReference'");
    assert.deepEqual(rows, [{ status: "entered-in-error", version: 2 }]);
  });

  it("a visit that moves to another patient takes its diagnoses along, and leaves its history behind", async () => {
    const visit = "PV1|1|I|W1||||||||||||||||MOVED-1";
    await keep(
      { id: "", patient: "MOVE-FROM" }, { id: "", patient: "MOVE-TO" },
      { id: "", kind: "ADT^A01", patient: "MOVE-FROM", at: "20261101130000", segments: [visit, "DG1|1||I21^Heart attack^I10|||A"] },
      { id: "", kind: "ADT^A45", patient: "MOVE-TO", at: "20261101140000", segments: ["MRG|MOVE-FROM^^^SIMULATOR MRN^MRN||||MOVED-1", "PV1|1||||||||||||||||||MOVED-1"] },
    );
    await applyAll();
    const held = async (patient: string): Promise<string[]> => (await owner.query<{ type: string }>("select r.type from record.resource r join identity.source_patient s using (source_patient_id) where s.local_id = $1 order by r.type", [patient])).rows.map((row) => row.type);
    assert.deepEqual(await held("MOVE-FROM"), ["Patient"]);
    assert.deepEqual(await held("MOVE-TO"), ["Condition", "Encounter", "Patient"]);
    const { rows } = await owner.query<{ n: number }>("select count(*)::int as n from record.resource_history h join identity.source_patient s using (source_patient_id) where s.local_id = 'MOVE-FROM' and h.removed is not null");
    assert.equal(rows[0]!.n, 2);
  });

  it("RET-01 what a source deletes of a person leaves the record, and comes back when the source says it again", async () => {
    await keep({ id: "", kind: "ADT^A01", patient: "DELETED", segments: ["PV1|1|I|W1||||||||||||||||DEL-1", "AL1|1|DA|PEN^Penicillin^LOCAL|SV|Rash"] }, { id: "", kind: "ADT^A29", patient: "DELETED", at: "20261102120000" });
    await applyAll();
    assert.deepEqual((await recordOf("DELETED") as { items: unknown[] }).items, []);
    await keep({ id: "", kind: "ADT^A28", patient: "DELETED", at: "20261103120000" });
    await applyAll();
    assert.equal((await recordOf("DELETED") as { items: unknown[] }).items.length, 1);
  });

  it("a merge that comes before its data: what comes later for the old number still belongs to the one person", async () => {
    await keep({ id: "", kind: "ADT^A40", patient: "EARLY-NEW", family: "Early", segments: ["MRG|EARLY-OLD^^^SIMULATOR MRN^MRN"] });
    await keep({ id: "", kind: "ORU^R01", patient: "EARLY-OLD", family: "Early", segments: result({ order: "E-1", value: "80" }) });
    await applyAll();
    const { rows } = await owner.query<{ person_id: string }>("select distinct person_id from identity.source_patient where local_id in ('EARLY-OLD', 'EARLY-NEW')");
    assert.equal(rows.length, 1);
    assert.match(JSON.stringify(await recordOf("EARLY-OLD")), /Observation/);
  });
});
