/** The log on a real database: entries go in once, in order, and come out provable. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { isRefusal, openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { commitmentOf, type StoredEntry } from "./commitment.ts";
import { derivedKey, isSignedBy, parseCheckpoint, parseNote, parseVerifierKey } from "./note.ts";
import { addEntries, AuditWriter, makeEvidence, NOBODY, Sequencer, type AuditInput } from "./index.ts";
import { consistencyProof, EMPTY_ROOT, GrowingTree, inclusionProof, leafHash, nodeHash, rootAt } from "./tree.ts";
import { tileReader } from "./tiles.ts";

const input = (more: Partial<AuditInput> = {}): AuditInput => ({
  personId: uuidv7(), actor: { id: "555000001001", name: "Zoë O’Neill \ud800", role: "gp", roleName: "GP", sourceRole: "S8000", organisation: "G82060", organisationName: "A practice", sessionId: "s" },
  purpose: "direct-care", action: "open", outcome: "allowed", relationship: "registered", reason: "a \"reason\"\n\u0001 of two lines \u2028", policy: "care", route: "GET /person/:personId", requestId: uuidv7(), decisionId: uuidv7(), sourcePatients: [uuidv7(), uuidv7()], shown: { sections: ["allergies"], items: 2, digest: "ab" }, ...more,
});

/** The tree's hash by its definition (RFC 6962, 2.1), without tiles. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leafHash(leaves[0]!);
  const middle = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(rootByDefinition(leaves.slice(0, middle)), rootByDefinition(leaves.slice(middle)));
}

describe("the tree", () => {
  const leaves = Array.from({ length: 1100 }, (_, index) => commitmentOf({ entryId: String(index) } as StoredEntry, Buffer.alloc(32, index)));

  test("grown in any steps, it has the root of its definition at every size, and its tiles give it back", async () => {
    const tiles = new Map<string, Buffer>();
    const read = async (level: number, index: number): Promise<Buffer | null> => tiles.get(`${level}/${index}`) ?? null;
    let tree = new GrowingTree();
    for (let at = 0, step = 1; at < leaves.length; at += step, step = (step * 7 + 3) % 300) {
      for (const tile of tree.append(leaves.slice(at, at + step))) {
        const before = tiles.get(`${tile.level}/${tile.tileIndex}`);
        assert.ok(before === undefined || tile.hashes.subarray(0, before.length).equals(before), "a tile only grows");
        tiles.set(`${tile.level}/${tile.tileIndex}`, tile.hashes);
      }
      assert.deepEqual(tree.root(), rootByDefinition(leaves.slice(0, tree.size)), `size ${tree.size}`);
      tree = await GrowingTree.open(tree.size, read);
    }
    for (const size of [0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 1100]) assert.deepEqual(await rootAt(size, read), rootByDefinition(leaves.slice(0, size)), `root at ${size}`);
    await assert.rejects(inclusionProof(1100, 1100, read), /no such leaf/);
    await assert.rejects(consistencyProof(0, 10, read), /one or more/);
  });
});

describe("the log", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let [owner, pages, intake, own]: Pool[] = [];
  const key = derivedKey("an installation key for a test, long enough");
  before(async () => {
    database = await freshDatabase("audit_log");
    if (database !== null) [owner, pages, intake, own] = [openPool(database.address, undefined, 1), openPool(database.address, "kmcr_pages", 2), openPool(database.address, "kmcr_intake", 2), openPool(database.address, "kmcr_log", 3)];
  });
  after(async () => {
    if (database === null) return;
    await Promise.all([owner, pages, intake, own].map((pool) => pool!.end()));
    await database.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));
  const settings = { origin: "test.example/audit-log", key };
  const sequencer = (): Sequencer => new Sequencer(own!, settings);

  onDatabase("AUD-09 an entry from before the log is committed to later, and says so", async () => {
    await owner!.query("insert into audit.entry (person_id, entry_id, recorded, actor_id, actor_name, role, role_name, source_role, organisation, organisation_name, session_id, purpose, action, outcome, relationship, policy, route, request_id, source_patients, shown) select $1, $2, '2025-01-01', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'open', 'allowed', 'k', 'l', 'm', $2, '{}', '{}'", [NOBODY, uuidv7()]);
    await owner!.query("insert into audit.unsequenced select person_id, entry_id, recorded, null from audit.entry");
    assert.deepEqual(await sequencer().step(new Date()), { size: 1, sequenced: 1, signed: true });
    const { rows } = await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced");
    const evidence = await makeEvidence(pages!, [rows[0]!.entry_id]);
    assert.ok(!isRefusal(evidence));
    assert.ok(evidence.entries[0]!.committedLater !== null);
    assert.equal(evidence.entries[0]!.entry.recorded, "2025-01-01T00:00:00.000Z");
  });

  onDatabase("entries of pages and of intake, and two sequencers at once, make one gapless order that signatures cover", async () => {
    const writer = new AuditWriter(pages!);
    const [one, other] = [sequencer(), sequencer()];
    const working = Promise.all([
      ...Array.from({ length: 400 }, () => writer.write(input())),
      ...Array.from({ length: 10 }, () => intake!.transaction((sql) => addEntries(sql, [input({ action: "write", route: "feed x" }), input({ reason: null, decisionId: null })]))),
    ]);
    let sequenced = 0;
    const sequence = async (each: Sequencer): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        const step = await each.step(new Date());
        sequenced += step.sequenced;
      }
    };
    await Promise.all([sequence(one), sequence(other), working]);
    await sequence(one);
    assert.equal(sequenced, 420);
    const { rows } = await owner!.query<{ least: number; most: number; count: number; waiting: number }>("select min(leaf_index)::int as least, max(leaf_index)::int as most, count(distinct leaf_index)::int as count, (select count(*)::int from audit.unsequenced) as waiting from audit.sequenced");
    assert.deepEqual(rows[0], { least: 0, most: 420, count: 421, waiting: 0 });
    const ring = (await owner!.query<{ verifier_key: string }>("select verifier_key from audit.signing_key")).rows.map((each) => parseVerifierKey(each.verifier_key)!);
    const read = tileReader(owner!);
    for (const { size, root, note } of (await owner!.query<{ size: number; root: Buffer; note: string }>("select size, root, note from audit.checkpoint")).rows) {
      const signed = parseNote(note)!;
      assert.ok(isSignedBy(signed, ring), `checkpoint ${size}`);
      assert.deepEqual(parseCheckpoint(signed.text), { origin: settings.origin, size, root });
      assert.deepEqual(await rootAt(size, read), root, `the tiles give the root of ${size}`);
    }
  });

  onDatabase("what is stored is what was committed to, to the letter", async () => {
    const { rows } = await owner!.query<{ entry_id: string }>("select entry_id from audit.sequenced order by leaf_index limit 50");
    const evidence = await makeEvidence(pages!, rows.map((each) => each.entry_id));
    assert.ok(!isRefusal(evidence));
    const { rows: tiles } = await owner!.query<{ hashes: Buffer }>("select hashes from audit.tile where level = -1 and tile_index = 0");
    for (const { index, entry, salt } of evidence.entries) assert.deepEqual(commitmentOf(entry, Buffer.from(salt, "hex")), tiles[0]!.hashes.subarray(32 * index, 32 * index + 32), `entry ${index}`);
    assert.ok(evidence.entries.some(({ entry }) => entry.actorName === "Zoë O’Neill \ufffd"), "a lone surrogate, as PostgreSQL keeps it");
  });

  onDatabase("an entry that was never written is refused; one of this moment is asked for again", async () => {
    const refused = await makeEvidence(pages!, [uuidv7()]);
    assert.ok(isRefusal(refused) && refused.code === "audit.no-such-entry");
    const entryId = await new AuditWriter(pages!).write(input());
    const early = await makeEvidence(pages!, [entryId]);
    assert.ok(isRefusal(early) && early.code === "audit.not-yet-in-log");
    await sequencer().step(new Date());
    assert.ok(!isRefusal(await makeEvidence(pages!, [entryId])));
  });

  onDatabase("a quiet log grows by an entry an hour, and a new key is told of in the log; old signatures stay good", async () => {
    const { size } = await sequencer().step(new Date());
    assert.deepEqual(await sequencer().step(new Date(Date.now() + 3_500_000)), { size, sequenced: 0, signed: false });
    assert.equal((await sequencer().step(new Date(Date.now() + 3_700_000))).size, size + 1);
    const next = new Sequencer(own!, { ...settings, key: generateKeyPairSync("ed25519").privateKey });
    assert.equal((await next.step(new Date(Date.now() + 3_700_000))).size, size + 2);
    const actions = (await owner!.query<{ action: string }>("select e.action from audit.entry e join audit.sequenced s using (person_id, entry_id) order by leaf_index desc limit 2")).rows.map((row) => row.action);
    assert.deepEqual(actions, ["log-key", "log-heartbeat"]);
    assert.equal((await owner!.query("select 1 from audit.signing_key")).rows.length, 2);
  });

  onDatabase("one size never gets two roots, and a log that is not what was signed is not signed further", async () => {
    await assert.rejects(own!.query("insert into audit.checkpoint (size, root, signed, note) select size, '\\x00', signed, note from audit.checkpoint limit 1"), { code: "23505" });
    await new AuditWriter(pages!).write(input());
    await owner!.query("update audit.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and tile_index = (select max(tile_index) from audit.tile where level = 0)");
    await assert.rejects(sequencer().step(new Date()), /not what was last signed/);
  });

  onDatabase("care goes on while the log stands still: an entry is durable at once, and waits for its line", async () => {
    await assert.rejects(sequencer().step(new Date()));
    const entryId = await new AuditWriter(pages!).write(input());
    assert.equal((await owner!.query("select 1 from audit.entry e join audit.unsequenced u using (person_id, entry_id) where e.entry_id = $1", [entryId])).rows.length, 1);
  });

  onDatabase("a reason that holds what no database takes fails nobody's entry", async () => {
    const writer = new AuditWriter(pages!);
    const written = await Promise.all([writer.write(input({ reason: "a\0b" })), writer.write(input({ reason: "\udc00" })), writer.write(input())]);
    const { rows } = await owner!.query<{ reason: string }>("select reason from audit.entry where entry_id = any($1::uuid[]) order by reason", [written.slice(0, 2)]);
    assert.deepEqual(rows.map((row) => row.reason).sort(), ["a\ufffdb", "\ufffd"]);
  });
});
