/** The check of the whole log: whatever is changed in the database, by whoever may, is found and named. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { isRefusal, openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { cosign, makeWitnessKey, verifierFolder } from "#test/kmcr-verify.ts";
import { checkpointText, derivedKey, signerOf } from "./note.ts";
import { addEntries, checkLog, destroyEntries, exportLog, makeEvidence, NOBODY, planDestruction, readKeys, readLatestCheckpoint, readWitnesses, Sequencer, takeCosignature, type AuditInput, type CheckReport } from "./index.ts";

const actor = { id: "555000001001", name: "Anil Desai", role: "gp", roleName: "GP", sourceRole: "R8000", organisation: "X1", organisationName: "A practice", sessionId: "s" };
const input = (more: Partial<AuditInput> = {}): AuditInput => ({ personId: uuidv7(), actor, purpose: "direct-care", action: "open", outcome: "allowed", relationship: "registered", reason: "why", policy: "care", route: "GET /x", requestId: uuidv7(), decisionId: "d", sourcePatients: [uuidv7()], shown: { items: 2 }, ...more });

describe("the check of the whole log", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let [owner, pages, own, destroyer]: Pool[] = [];
  let folder: string;
  const key = derivedKey("an installation key for a test, long enough");
  const size = 700;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "kmcr-check-"));
    database = await freshDatabase("audit_check");
    if (database === null) return;
    [owner, pages, own, destroyer] = [openPool(database.address, undefined, 1), openPool(database.address, "kmcr_pages", 2), openPool(database.address, "kmcr_log", 3), openPool(database.address, "kmcr_destroy", 1)];
    const sequencer = new Sequencer(own, { origin: "test.example/audit-log", key });
    for (const part of [1, 254, 300, 145]) {
      await addEntries(pages, Array.from({ length: part }, () => input()));
      await sequencer.step(new Date());
    }
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    if (database === null) return;
    await Promise.all([owner, pages, own, destroyer].map((pool) => pool!.end()));
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));
  const check = (sql = owner!): Promise<CheckReport> => checkLog(sql, () => new Date());
  const verify = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, [join(verifierFolder, "kmcr-verify.mjs"), ...args], { encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" });

  onDatabase("AUD-09 a log that nobody touched has no fault, and the check says what it looked at", async () => {
    const { faults, ...report } = await check(own);
    assert.deepEqual(faults, []);
    assert.deepEqual([report.size, report.entries, report.checkpoints, report.waiting, report.committedLater, report.destroyed], [size, size, 4, 0, 0, 0]);
  });

  onDatabase("AUD-09 each column of an entry, its salt, its line, the tiles, checkpoints and keys: changed, the check finds it and names the line", async () => {
    const { rows } = await owner!.query<{ person_id: string; entry_id: string }>("select person_id, entry_id from audit.sequenced where leaf_index = 411");
    const { person_id: personId, entry_id: entryId } = rows[0]!;
    const { rows: columns } = await owner!.query<{ column_name: string; data_type: string }>("select column_name, data_type from information_schema.columns where table_schema = 'audit' and table_name = 'entry' and column_name not in ('person_id', 'entry_id')");
    const another: Readonly<Record<string, string>> = { text: "coalesce(X, '') || ' '", uuid: "'00000000-0000-7000-8000-000000000001'", bytea: "set_byte(X, 31, get_byte(X, 31) # 1)", "timestamp with time zone": "X + interval '1 microsecond'", ARRAY: "X || X" };
    const at = `where person_id = '${personId}' and entry_id = '${entryId}'`;
    const changes: [string, string, (report: CheckReport) => void][] = [
      ...columns.map(({ column_name: name, data_type: type }): [string, string, (report: CheckReport) => void] => [name, `update audit.entry set ${name} = ${another[type]!.replaceAll("X", name)} ${at}`, (report) => assert.deepEqual(report.faults.map(({ what, index }) => [what, index]), [["entry", 411]], name)]),
      ["whose it is", `with moved as (update audit.entry set person_id = '${NOBODY}' ${at}) update audit.sequenced set person_id = '${NOBODY}' ${at}`, ({ faults }) => assert.deepEqual(faults.map(({ what, index }) => [what, index]), [["entry", 411]])],
      ["two lines exchanged", "update audit.sequenced set leaf_index = 700 - leaf_index where leaf_index in (300, 400)", ({ faults }) => assert.deepEqual(faults.map(({ index }) => index), [300, 400])],
      ["one line for two entries", "update audit.sequenced set leaf_index = 300 where leaf_index = 301", ({ faults }) => assert.deepEqual([...new Set(faults.map(({ index }) => index))], [300, 301])],
      ["an entry deleted", `delete from audit.entry ${at}`, ({ faults }) => assert.match(faults[0]!.words, /Entry 411 is missing/)],
      ["an entry added past the product", `insert into audit.entry select '${NOBODY}', '${uuidv7()}', recorded, actor_id, actor_name, role, role_name, source_role, organisation, organisation_name, session_id, purpose, action, outcome, relationship, reason, policy, route, request_id, source_patients, shown, channel, decision_id, salt from audit.entry ${at}`, ({ faults }) => assert.deepEqual(faults.map(({ what }) => what), ["outside"])],
      ["a commitment", "update audit.tile set hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 128) where level = -1 and tile_index = 1", ({ faults }) => assert.ok(faults.some(({ what, index }) => what === "entry" && index === 256) && faults.some(({ what, index }) => what === "tile" && index === 256))],
      ["a leaf's hash", "update audit.tile set hashes = set_byte(hashes, 100, get_byte(hashes, 100) # 1) where level = 0 and tile_index = 2", ({ faults }) => assert.ok(faults.some(({ what, index }) => what === "tile" && index === 512 + 3))],
      ["a tile above", "update audit.tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where level = 1", ({ faults }) => assert.ok(faults.some(({ what }) => what === "tile"))],
      ["a tile gone", "delete from audit.tile where level = 0 and tile_index = 0", ({ faults }) => assert.ok(faults.some(({ what }) => what === "tile"))],
      ["a root", "update audit.checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where size = 255", ({ faults }) => assert.deepEqual(faults.map(({ what }) => what), ["checkpoint"])],
      ["a note", "update audit.checkpoint set note = overlay(note placing case substr(note, length(note) - 20, 1) when 'A' then 'B' else 'A' end from length(note) - 20 for 1) where size = 255", ({ faults }) => assert.deepEqual(faults.map(({ what }) => what), ["checkpoint"])],
      ["a key", "update audit.signing_key set verifier_key = 'x' || verifier_key", ({ faults }) => assert.ok(faults.length === 4 && faults.every(({ what }) => what === "checkpoint"))],
      ["the end cut off", "with a as (delete from audit.checkpoint where size = 700), b as (delete from audit.entry e using audit.sequenced s where s.entry_id = e.entry_id and s.person_id = e.person_id and s.leaf_index >= 555) delete from audit.sequenced where leaf_index >= 555", ({ faults }) => assert.match(faults[0]!.words, /has 700 lines and the latest checkpoint covers 555/)],
    ];
    assert.ok(changes.length > 30);
    for (const [what, statement, expected] of changes) {
      await owner!.transaction(async (sql) => {
        await sql.query(statement);
        const report = await checkLog(sql, () => new Date());
        assert.ok(report.faultCount > 0, what);
        expected(report);
        throw new Error("as it was");
      }).catch((error: Error) => {
        if (error.message !== "as it was") throw error;
      });
    }
    assert.deepEqual((await check()).faults, []);
  });

  onDatabase("AUD-09 a copy of the log is verified by a tool that shares no code, entries too, and tells the change that the check tells", async () => {
    const { verifierKey } = (await readKeys(own!))[0]!;
    assert.deepEqual(await exportLog(own!, folder, { entries: true }), { size, tiles: 7, entries: size });
    const all = verify("log", folder, "--key", verifierKey, "--entries", join(folder, "entries.jsonl"));
    assert.equal(all.status, 0, all.stderr);
    assert.match(all.stdout, /700 lines of the log checked, 700 entries against them/);
    const { rows } = await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced where leaf_index in (0, 256, 699)");
    const evidence = await makeEvidence(pages!, rows.map((row) => row.entry_id));
    assert.ok(!isRefusal(evidence));
    writeFileSync(join(folder, "evidence.json"), JSON.stringify(evidence));
    const bundle = verify("bundle", join(folder, "evidence.json"), "--key", verifierKey);
    assert.equal(bundle.status, 0, bundle.stderr);
    writeFileSync(join(folder, "evidence.json"), JSON.stringify(evidence).replace("Anil Desai", "Anil Desay"));
    assert.match(verify("bundle", join(folder, "evidence.json"), "--key", verifierKey).stderr, /WRONG entry 0 the proof leads to another root/);
  });

  onDatabase("a witness's cosignature is taken by its registered key alone; a checkpoint of ours that the log does not say is the alarm", async () => {
    const witness = makeWitnessKey("dpo.example/kmcr");
    const registered = { organisation: "X1", key: witness.text };
    const now = new Date();
    assert.deepEqual((await readWitnesses(pages!, [registered], now)).map(({ overdue, last }) => [overdue, last]), [[true, null]]);
    const { note } = (await readLatestCheckpoint(pages!))!;
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    const line = cosign(text, "dpo.example/kmcr", witness.secret, now);
    for (const [posted, code] of [
      ["nonsense", "audit.not-a-checkpoint"], [note, "audit.bad-cosignature"], [`${note}${cosign(text, "dpo.example/kmcr", makeWitnessKey("dpo.example/kmcr").secret)}`, "audit.bad-cosignature"], [`${text}\n${line}`, "audit.not-our-checkpoint"],
      [`${note}${cosign(text, "dpo.example/kmcr", witness.secret, new Date(now.getTime() + 3_600_000))}`, "audit.cosignature-time"],
    ] as const) {
      const refused = await takeCosignature(pages!, registered, posted, now);
      assert.ok(isRefusal(refused) && refused.code === code, code);
    }
    assert.deepEqual(await takeCosignature(pages!, registered, `${note}${line}`, now), { size, at: new Date(Math.floor(now.getTime() / 1000) * 1000), agrees: true });
    assert.equal((await readLatestCheckpoint(pages!))!.note, `${note}${line}`, "served with the checkpoint");
    assert.equal((await readWitnesses(pages!, [registered], now))[0]!.overdue, false);
    assert.equal((await readWitnesses(pages!, [registered], new Date(now.getTime() + 25 * 3_600_000)))[0]!.overdue, true);
    const { rows } = await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced where leaf_index = 5");
    const evidence = await makeEvidence(pages!, [rows[0]!.entry_id]);
    assert.ok(!isRefusal(evidence) && evidence.witnessKeys[0] === witness.text);
    writeFileSync(join(folder, "cosigned.json"), JSON.stringify(evidence));
    assert.match(verify("bundle", join(folder, "cosigned.json"), "--key", evidence.logKeys[0]!, "--witness", witness.text).stdout, /cosigned by dpo.example\/kmcr/);
    // Our own key over another log: what only a second story can be.
    const other = checkpointText({ origin: "test.example/audit-log", size: 600, root: Buffer.alloc(32, 7) });
    const told = await takeCosignature(pages!, registered, `${other}\n${signerOf("test.example/audit-log", createPrivateKey(key.export({ format: "pem", type: "pkcs8" }))).sign(other)}${cosign(other, "dpo.example/kmcr", witness.secret, now)}`, now);
    assert.ok(!isRefusal(told) && !told.agrees);
    assert.deepEqual((await readWitnesses(pages!, [registered], now))[0]!.disagrees, [600]);
    assert.match((await check()).faults[0]!.words, /X1 holds a checkpoint of 600 lines that this log's key signed/);
    await owner!.query("delete from audit.cosignature where not agrees");
  });

  onDatabase("at the end of retention bodies and salts go, lines and proofs stay, and the check says who destroyed what", async () => {
    const years = (count: number): Date => new Date(Date.UTC(new Date().getUTCFullYear() - count, 0, 1));
    const early = await planDestruction(destroyer!, years(1), 8, new Date());
    assert.ok(isRefusal(early) && early.code === "audit.still-kept");
    // As nine years have passed; the clock of the check is the one that is asked.
    const later = new Date(Date.now() + 9 * 366 * 86_400_000);
    const { rows } = await owner!.query<{ recorded: Date }>("select e.recorded from audit.entry e join audit.sequenced s using (person_id, entry_id) where leaf_index = 300");
    const plan = await planDestruction(destroyer!, rows[0]!.recorded, 8, later);
    assert.ok(!isRefusal(plan));
    assert.deepEqual([plan.entries, plan.ranges], [255, [[0, 254]]]);
    const act = { ...input({ personId: NOBODY }), reason: "end of retention" };
    const refused = await destroyEntries(destroyer!, plan, "otherwise", act);
    assert.ok(isRefusal(refused) && refused.code === "audit.plan-changed");
    const kept = (await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced where leaf_index = 300")).rows[0]!.entry_id;
    const gone = (await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced where leaf_index = 254")).rows[0]!.entry_id;
    assert.deepEqual(await destroyEntries(destroyer!, plan, plan.confirm, act), { entries: 255 });
    await new Sequencer(own!, { origin: "test.example/audit-log", key }).step(new Date());
    const report = await check();
    assert.deepEqual([report.faults, report.destroyed, report.entries, report.size], [[], 255, size - 255 + 1, size + 1]);
    assert.deepEqual(report.destructions.map(({ by, reason, entries }) => [by, reason, entries]), [["Anil Desai", "end of retention", 255]]);
    assert.equal((await owner!.query("select 1 from audit.entry e where not exists (select 1 from audit.sequenced s where s.entry_id = e.entry_id)")).rows.length, 0);
    assert.ok(!isRefusal(await makeEvidence(pages!, [kept])), "proofs of what stays go on");
    const none = await makeEvidence(pages!, [gone]);
    assert.ok(isRefusal(none) && none.code === "audit.no-such-entry");
    await exportLog(own!, folder, { entries: true });
    const all = verify("log", folder, "--key", (await readKeys(own!))[0]!.verifierKey, "--entries", join(folder, "entries.jsonl"));
    assert.equal(all.status, 0, all.stderr);
    assert.match(all.stdout, /255 destroyed at .* by Anil Desai: end of retention/);
    await owner!.query("delete from audit.entry e using audit.sequenced s where e.entry_id = s.entry_id and e.person_id = s.person_id and s.leaf_index = 600");
    assert.deepEqual((await check()).faults.map(({ index }) => index), [600], "what nobody said is found");
    await exportLog(own!, folder, { entries: true });
    assert.match(verify("log", folder, "--key", (await readKeys(own!))[0]!.verifierKey, "--entries", join(folder, "entries.jsonl")).stderr, /WRONG entry 600 is missing/);
  });
});
