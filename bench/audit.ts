/**
 * The audit log: entries a second with fsync on, how long one takes to be durable and to be under a
 * signed checkpoint, on the whole product; and a log of a million entries verified by `kmcr-verify`.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { generateKeyPairSync } from "node:crypto";
import { fileURLToPath } from "node:url";
import { AuditWriter, type AuditInput } from "#audit";
import { embeddedSocketDir, openPool, uuidv7, type DatabaseAddress } from "#platform";
import { installationKey, startProduct, type Product } from "#test/product.ts";
import { canonicalText, commitmentOf, freshSalt, storedFormOf } from "../src/audit/commitment.ts";
import { entryLine } from "../src/audit/export.ts";
import { checkpointText, signerOf } from "../src/audit/note.ts";
import { bundleOf, tilePath } from "../src/audit/tiles.ts";
import { GrowingTree } from "../src/audit/tree.ts";
import { percentiles, processorTime, spent } from "./support/machine.ts";

const ENTRIES = 60_000;
/** As many as wait for their entry while a region's busiest second passes, by far. */
const AT_ONCE = 256;
const WRITERS = 2;
const LINES = 1_000_000;

export async function bench(): Promise<Record<string, number>> {
  const product = await startProduct({ webProcesses: 2, workerProcesses: 2 });
  let written: Awaited<ReturnType<typeof write>>;
  try {
    written = await write(product);
  } finally {
    await product.stop();
  }
  return { ...written, verify_1m_s: verifyMillion() };
}

/** An entry as opening a summary leaves it: some 1.1 kB. */
function entry(index: number): AuditInput {
  const states = Object.fromEntries(["shown", "none-recorded", "not-supplied", "withheld-role"].map((state, at) => [state, ["RVV", "RN7", "RYY", "RXY"].slice(at % 3)]));
  return {
    personId: uuidv7(), actor: { id: `5550000${String(index % 500).padStart(5, "0")}`, name: "Anil Desai", role: "gp", roleName: "General practitioner", sourceRole: "S8000:G8000:R8000", organisation: "G82060", organisationName: "Invicta Surgery", sessionId: "9f1c6f0f6d7a4f0f" },
    purpose: "direct-care", action: "open", outcome: "allowed", relationship: "registered with Invicta Surgery since 01-Jan-2020", reason: null, policy: "care-registration", route: "GET /person/:personId", requestId: uuidv7(), decisionId: uuidv7(),
    sourcePatients: [uuidv7(), uuidv7(), uuidv7()], shown: { page: "summary", sections: ["allergies", "medicines", "problems", "alerts", "results", "documents"], items: index % 300, digest: "8f14e45fceea167a5a36dedd4bea2543", states, bytes: 48_000 },
  };
}

async function write(product: Product): Promise<{ entries_per_s: number; durable_p99_ms: number; checkpoint_p99_ms: number }> {
  const address: DatabaseAddress = { kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "", password: "", database: "postgres", roleKey: installationKey(product) };
  const pools = Array.from({ length: WRITERS }, () => openPool(address, "kmcr_pages", 1));
  const looking = openPool(address, "kmcr_pages", 1);
  const writers = pools.map((pool) => new AuditWriter(pool));
  const run = async (count: number): Promise<{ durable: number[]; begun: Map<string, number> }> => {
    const durable: number[] = [];
    const begun = new Map<string, number>();
    let left = count;
    await Promise.all(Array.from({ length: AT_ONCE }, async (_, index) => {
      while (left-- > 0) {
        const began = performance.now();
        const id = await writers[index % WRITERS]!.write(entry(left));
        durable.push(performance.now() - began);
        begun.set(id, began);
      }
    }));
    return { durable, begun };
  };
  await run(10_000);
  // What a partner sees: the size of the latest checkpoint, and since when.
  const seen: { size: number; at: number }[] = [];
  let looks = true;
  const look = (async () => {
    while (looks) {
      const { rows } = await looking.query<{ size: number }>("select coalesce(max(size), 0) as size from audit.checkpoint");
      if (rows[0]!.size !== seen.at(-1)?.size) seen.push({ size: rows[0]!.size, at: performance.now() });
      await sleep(25);
    }
  })();
  const before = processorTime(product.dataDir);
  const began = performance.now();
  const { durable, begun } = await run(ENTRIES);
  const seconds = (performance.now() - began) / 1000;
  const time = spent(before, processorTime(product.dataDir));
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) if ((await looking.query<{ count: number }>("select count(*)::int as count from audit.unsequenced")).rows[0]!.count === 0) break;
  await sleep(200);
  looks = false;
  await look;
  const { rows } = await looking.query<{ entry_id: string; leaf_index: number }>("select entry_id, leaf_index from audit.sequenced");
  const signed = rows.flatMap(({ entry_id, leaf_index }) => {
    const from = begun.get(entry_id);
    const covered = seen.find(({ size }) => size > leaf_index);
    return from === undefined || covered === undefined ? [] : [covered.at - from];
  });
  if (signed.length !== ENTRIES) throw new Error(`${signed.length} of ${ENTRIES} entries came under a checkpoint`);
  await Promise.all([...pools, looking].map((pool) => pool.end()));
  const [kept, under] = [percentiles(durable), percentiles(signed)];
  process.stdout.write(`${ENTRIES} entries, ${AT_ONCE} at once from ${WRITERS} writers: ${Math.round(ENTRIES / seconds)}/s; durable ${kept.text}; under a signed checkpoint ${under.text}\nprocessor time: ${time}, and this process that writes\n`);
  return { entries_per_s: Math.round(ENTRIES / seconds), durable_p99_ms: Math.round(kept.p99), checkpoint_p99_ms: Math.round(under.p99) };
}

/** Seconds that `kmcr-verify log` takes for a million entries and their salts, from files. */
function verifyMillion(): number {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-million-"));
  try {
    const tree = new GrowingTree();
    const file = openSync(join(folder, "entries.jsonl"), "w");
    let bytes = 0;
    for (let from = 0; from < LINES; from += 10_000) {
      const lines: string[] = [];
      const commitments: Buffer[] = [];
      for (let index = from; index < Math.min(LINES, from + 10_000); index++) {
        const salt = freshSalt();
        const stored = storedFormOf({ input: entry(index), entryId: uuidv7(), recorded: new Date(), salt });
        commitments.push(commitmentOf(stored, salt));
        lines.push(`${entryLine(index, canonicalText(stored), salt)}\n`);
      }
      for (const tile of tree.append(commitments)) {
        // A tile that is not full yet is written again when it has grown: the last writing stands.
        const path = join(folder, tilePath({ level: tile.level, tileIndex: tile.tileIndex, width: tile.hashes.length / 32 }));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, tile.level === -1 ? bundleOf(tile.hashes) : tile.hashes);
      }
      bytes += writeSync(file, lines.join(""));
    }
    closeSync(file);
    const { verifier, sign } = signerOf("bench.example/audit-log", generateKeyPairSync("ed25519").privateKey);
    const text = checkpointText({ origin: "bench.example/audit-log", size: tree.size, root: tree.root() });
    writeFileSync(join(folder, "checkpoint"), `${text}\n${sign(text)}`);
    const began = performance.now();
    const done = spawnSync(process.execPath, [fileURLToPath(new URL("../kmcr-verify/kmcr-verify.mjs", import.meta.url)), "log", folder, "--key", verifier.text, "--entries", join(folder, "entries.jsonl")], { encoding: "utf8" });
    const seconds = (performance.now() - began) / 1000;
    if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`);
    process.stdout.write(`${LINES} entries of ${Math.round(bytes / LINES)} bytes: ${done.stdout.trim().split("\n").slice(1).join("; ")}\n`);
    return Number(seconds.toFixed(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
