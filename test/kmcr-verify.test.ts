/**
 * The verifier, which shares no code with the product: against the public vectors, and against a log
 * that the product's own functions made, with every single bit of it changed in turn.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { lacksOutsideData } from "#test/outside-data.ts";
import { auditLogOf, type MadeLog } from "#test/audit-log.ts";

const folder = fileURLToPath(new URL("../kmcr-verify/", import.meta.url));
const vectors = fileURLToPath(new URL("../../shared/data/merkle", import.meta.url));
type Fault = { index: number | null; why: string };
type Key = { name: string };
const load = (file: string): Promise<unknown> => import(join(folder, file));
const { runVectors } = (await load("vectors.mjs")) as { runVectors(folder: string): { run: number; ofKind: Record<string, number>; wrong: { path: string }[] } };
const { inclusionFault, consistencyFault, leafHash, nodeHash, rootOf } = (await load("merkle.mjs")) as { inclusionFault(index: bigint, size: bigint, leaf: Buffer, proof: Buffer[], root: Buffer): string | null; consistencyFault(size1: bigint, size2: bigint, root1: Buffer, root2: Buffer, proof: Buffer[]): string | null; leafHash(data: Buffer): Buffer; nodeHash(left: Buffer, right: Buffer): Buffer; rootOf(hashes: Buffer[]): Buffer };
const { readKey, readNote, signersOf, verifyCheckpoint, cosign, makeWitnessKey } = (await load("note.mjs")) as { readKey(text: string): Key; readNote(note: string): unknown; signersOf(note: unknown, keys: Key[]): Key[]; verifyCheckpoint(note: string, keys: Key[], witnesses?: Key[]): { size: bigint; root: Buffer; text: string }; cosign(text: string, name: string, secret: string, now?: Date): string; makeWitnessKey(name: string): { secret: string; text: string } };
const { verifyLog, readBundle, leavesOf, tileFault, lineFault, verifyEntries, tilePath } = (await load("log.mjs")) as {
  verifyLog(log: MadeLog, options: { logKeys: Key[]; witnessKeys?: Key[]; entries?: string }): Promise<{ faults: Fault[]; entries: number; destroyedEntries: number }>;
  readBundle(bundle: Buffer, width: number): Buffer; leavesOf(commitments: Buffer, tile: Buffer, leaf?: (data: Buffer, at: number) => Buffer): { faults: { line: number | null }[] }; tileFault(tile: Buffer, hashes: Buffer[]): string | null;
  lineFault(line: Buffer, commitments: Buffer, seen: Uint8Array, acts: unknown[]): Fault | null; verifyEntries(file: string, commitments: Buffer): Promise<{ faults: Fault[]; destroyedEntries: number }>; tilePath(level: number | string, index: number, width?: number): string;
};
const { verifyBundle } = (await load("bundle.mjs")) as { verifyBundle(bundle: unknown, keys?: { logKeys?: Key[]; witnessKeys?: Key[] }): { faults: Fault[]; entries: number; trusted: boolean } };

describe("kmcr-verify", () => {
  let temporary: string;
  let log: MadeLog;
  let key: Key;
  const size = 260; // a full tile, a partial one, and a level above
  before(() => {
    temporary = mkdtempSync(join(tmpdir(), "kmcr-verify-"));
    log = auditLogOf(size);
    key = readKey(log.verifierKey);
    writeFileSync(join(temporary, "entries.jsonl"), log.lines.map((line) => `${line}\n`).join(""));
  });
  after(() => rmSync(temporary, { recursive: true, force: true }));

  it("AUD-09 all 196 public vectors of inclusion and consistency proofs, good and bad, are judged as they want, and the 322 of subtrees", { skip: lacksOutsideData }, () => {
    const { run, ofKind, wrong } = runVectors(vectors);
    assert.deepEqual(wrong, []);
    assert.deepEqual([run, ofKind["inclusion"]! + ofKind["consistency"]!], [518, 196]);
  });

  it("hashes and signatures that others published come out the same: the tree of Certificate Transparency's tests, a note of Go's checksum database", () => {
    const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map((hex) => leafHash(Buffer.from(hex, "hex")));
    assert.equal(rootOf([]).toString("hex"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert.equal(rootOf(leaves).toString("hex"), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    const peter = readKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    const note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    assert.deepEqual(signersOf(readNote(note), [peter]).map((each) => each.name), ["PeterNeumann"]);
    assert.throws(() => signersOf(readNote(note.replace("answer", "Answer")), [peter]), /not good/);
  });

  it("imports nothing but Node and itself, and no code of the product", () => {
    for (const file of globSync("*.mjs", { cwd: folder })) for (const [, target] of readFileSync(join(folder, file), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)) assert.match(target!, /^(node:[a-z_]+|\.\/[a-z-]+\.mjs)$/, `${file} imports ${target}`);
  });

  it("a tree of 70,000 has 273 full tiles below, and partial ones of 112, 17 and 1", () => {
    const names = [...auditLogOf(0).tilesOf(70_000)];
    const of = (level: number): number[] => names.filter((each) => each.level === level).map((each) => each.width);
    assert.deepEqual([of(0).filter((width) => width === 256).length, of(0).at(-1), of(1).at(-1), of(2)], [273, 112, 17, [1]]);
    assert.equal(tilePath(0, 1_234_067), "tile/0/x001/x234/067");
    assert.equal(tilePath("entries", 273, 112), "tile/entries/273.p/112");
  });

  it("proofs that the product makes hold for every entry and every earlier size, and for no other", async () => {
    const root = log.root;
    for (let index = 0; index < size; index++) {
      const [leaf, proof] = [leafHash(log.commitments[index]!), await log.inclusion(index)];
      assert.equal(inclusionFault(BigInt(index), BigInt(size), leaf, proof, root), null, `entry ${index}`);
      assert.notEqual(inclusionFault(BigInt((index + 1) % size), BigInt(size), leaf, proof, root), null);
      assert.notEqual(inclusionFault(BigInt(index), BigInt(size), leafHash(log.commitments[(index + 1) % size]!), proof, root), null);
    }
    for (let earlier = 1; earlier < size; earlier++) {
      const before = rootOf(log.commitments.slice(0, earlier).map((each) => leafHash(each)));
      assert.equal(consistencyFault(BigInt(earlier), BigInt(size), before, root, await log.consistency(earlier)), null, `size ${earlier}`);
      assert.notEqual(consistencyFault(BigInt(earlier), BigInt(size), nodeHash(before, before), root, await log.consistency(earlier)), null);
    }
  });

  it("the whole log is right as it was made, entries and all", async () => {
    const done = await verifyLog(log, { logKeys: [key], entries: join(temporary, "entries.jsonl") });
    assert.deepEqual(done.faults, []);
    assert.equal(done.entries, size);
  });

  it("AUD-09 every single bit of every entry and salt: changed, it is found, and the entry is named", () => {
    const commitments = Buffer.concat(log.commitments);
    const seen = new Uint8Array(new SharedArrayBuffer(size));
    let changes = 0;
    log.lines.forEach((text, index) => {
      const line = Buffer.from(text);
      const saltAt = line.lastIndexOf('"salt"');
      for (let bit = 0; bit < line.length * 8; bit++) {
        line[bit >> 3]! ^= 1 << (bit & 7);
        const fault = lineFault(line, commitments, seen, []);
        if (fault === null) assert.fail(`bit ${bit} of entry ${index} (salt from ${saltAt * 8})`);
        line[bit >> 3]! ^= 1 << (bit & 7);
        changes++;
      }
      assert.equal(lineFault(line, commitments, seen, []), null, "and as it was it is right");
    });
    assert.ok(changes > 1_000_000, `${changes} changes`);
  });

  it("AUD-09 every single bit of every bundle and tile: changed, it is found, and the line is named", () => {
    // The hash of an unchanged leaf is remembered, so that each change costs its own hash alone.
    const hashes = log.commitments.map((each) => leafHash(each));
    let first = 0;
    const remembered = (data: Buffer, at: number): Buffer => (data.compare(log.commitments[first + at]!) === 0 ? hashes[first + at]! : leafHash(data));
    const found = (bundle: Buffer, tile: Buffer, width: number): number | null => {
      try {
        return leavesOf(readBundle(bundle, width), tile, remembered).faults[0]?.line ?? null;
      } catch {
        return -1; // a length that is not 32
      }
    };
    let changes = 0;
    // Line by line as the verifier goes; a window of lines around each change is what it has to look at.
    const window = 32;
    for (const [index, width] of [[0, 256], [1, 4]] as const) {
      const [bundle, tile] = [Buffer.from(log.files.get(tilePath("entries", index, width))!), Buffer.from(log.files.get(tilePath(0, index, width))!)];
      for (let from = 0; from < width; from += window) {
        first = index * 256 + from;
        const lines = Math.min(window, width - from);
        const parts = [bundle.subarray(from * 34, (from + lines) * 34), tile.subarray(from * 32, (from + lines) * 32)] as const;
        assert.equal(found(...parts, lines), null);
        for (const bytes of parts) {
          for (let bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit >> 3]! ^= 1 << (bit & 7);
            const line = found(...parts, lines);
            if (line === null || (line !== -1 && line !== Math.floor((bit >> 3) / (bytes.length / lines)))) assert.fail(`bit ${bit} from line ${from} of a tile of ${width}: ${line}`);
            bytes[bit >> 3]! ^= 1 << (bit & 7);
            changes++;
          }
        }
      }
    }
    const above = Buffer.from(log.files.get(tilePath(1, 0, 1))!);
    const hashesAbove = [rootOf(log.commitments.slice(0, 256).map((each) => leafHash(each)))];
    assert.equal(tileFault(above, hashesAbove), null);
    for (let bit = 0; bit < above.length * 8; bit++, changes++) {
      above[bit >> 3]! ^= 1 << (bit & 7);
      assert.notEqual(tileFault(above, hashesAbove), null, `bit ${bit} of the tile above`);
      above[bit >> 3]! ^= 1 << (bit & 7);
    }
    assert.equal(changes, (size * 34 + size * 32 + 32) * 8);
  });

  it("AUD-09 every single bit of the checkpoint, cosigned: changed, it is found", () => {
    const witness = makeWitnessKey("witness.example/north");
    const text = log.note.slice(0, log.note.indexOf("\n\n") + 1);
    const note = Buffer.from(`${log.note}${cosign(text, "witness.example/north", witness.secret)}`);
    const witnesses = [readKey(witness.text)];
    const read = (bytes: Buffer): { size: bigint; root: Buffer } => verifyCheckpoint(bytes.toString("utf8"), [key], witnesses);
    assert.equal(read(note).size, BigInt(size));
    for (let bit = 0; bit < note.length * 8; bit++) {
      note[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => read(note), `bit ${bit}`);
      note[bit >> 3]! ^= 1 << (bit & 7);
    }
  });

  it("the parts that the changes above went through are those of the whole check: a changed line, tile or checkpoint fails it", async () => {
    for (const path of [tilePath("entries", 0), tilePath("entries", 1, 4), tilePath(0, 0), tilePath(0, 1, 4), tilePath(1, 0, 1)]) {
      const changed = new Map(log.files);
      const bytes = Buffer.from(changed.get(path)!);
      bytes[71 % bytes.length]! ^= 4;
      changed.set(path, bytes);
      const { faults } = await verifyLog({ ...log, get: async (name) => changed.get(name) ?? null }, { logKeys: [key] });
      assert.ok(faults.length > 0, path);
      const without = new Map(log.files);
      without.delete(path);
      assert.ok((await verifyLog({ ...log, get: async (name) => without.get(name) ?? null }, { logKeys: [key] })).faults.length > 0, `without ${path}`);
    }
    const checkpoint = Buffer.from(log.note);
    checkpoint[20]! ^= 1;
    await assert.rejects(verifyLog({ ...log, get: async (name) => (name === "checkpoint" ? checkpoint : (log.files.get(name) ?? null)) }, { logKeys: [key] }));
    await assert.rejects(verifyLog(log, { logKeys: [readKey(auditLogOf(1).verifierKey)] }), /no signature/);
    const file = join(temporary, "less.jsonl");
    writeFileSync(file, [...log.lines.slice(0, 57), ...log.lines.slice(58), log.lines[3]].map((line) => `${line}\n`).join(""));
    const { faults } = await verifyLog(log, { logKeys: [key], entries: file });
    assert.deepEqual(faults.map(({ index }) => index).sort((a, b) => a! - b!), [3, 57], "one twice, one missing");
  });

  it("an entry that was destroyed is no fault where an entry of the log says so, and only there", async () => {
    const told = auditLogOf(40, { destroyed: [10, 19] });
    const file = join(temporary, "destroyed.jsonl");
    const write = (least: number, most: number): void => writeFileSync(file, told.lines.filter((_, index) => index < least || index > most).map((line) => `${line}\n`).join(""));
    write(10, 19);
    const done = await verifyEntries(file, Buffer.concat(told.commitments));
    assert.deepEqual([done.faults, done.destroyedEntries], [[], 10]);
    write(10, 20);
    assert.deepEqual((await verifyEntries(file, Buffer.concat(told.commitments))).faults.map(({ index }) => index), [20]);
  });

  it("an evidence bundle stands by itself, and every bit of it that is evidence tells a change", async () => {
    const evidence = await log.evidence([3, 255, 256, 259]);
    const good = verifyBundle(evidence, { logKeys: [key] });
    assert.deepEqual([good.faults, good.entries, good.trusted], [[], 4, true]);
    assert.equal(verifyBundle(evidence).trusted, false);
    assert.throws(() => verifyBundle(evidence, { logKeys: [readKey(auditLogOf(1).verifierKey)] }), /no signature/);
    type Editable = { entries: { index: number; entry: Record<string, unknown>; salt: string; proof: readonly string[] }[] };
    const change = (edit: (copy: Editable) => void): Fault[] => {
      const copy = structuredClone(evidence) as unknown as Editable;
      edit(copy);
      return verifyBundle(copy, { logKeys: [key] }).faults;
    };
    for (const name of Object.keys(evidence.entries[0]!.entry)) assert.deepEqual(change(({ entries }) => (entries[0]!.entry[name] = "another")).map(({ index }) => index), [3], name);
    assert.equal(change(({ entries }) => (entries[1] = { ...entries[1]!, index: 254 })).length, 1);
    assert.equal(change(({ entries }) => (entries[1] = { ...entries[1]!, salt: "0".repeat(64) })).length, 1);
    assert.equal(change(({ entries }) => (entries[2] = { ...entries[2]!, proof: entries[2]!.proof.slice(1) })).length, 1);
    assert.equal(change(({ entries }) => (entries[0] = { ...entries[0]!, entry: { ...entries[0]!.entry, more: "x" } })).length, 1);
  });

  it("runs on the oldest Node that it is for, from its folder alone", { skip: spawnSync("/usr/bin/node", ["-v"]).status === 0 ? false : "no other Node on this machine" }, () => {
    log.write(temporary);
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync("/usr/bin/node", [join(folder, "kmcr-verify.mjs"), ...args], { encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" });
    const all = run("log", temporary, "--key", log.verifierKey, "--entries", join(temporary, "entries.jsonl"));
    assert.equal(all.status, 0, all.stderr);
    assert.match(all.stdout, /260 lines of the log checked, 260 entries against them/);
    assert.equal(run("inclusion", temporary, "259", "--key", log.verifierKey).status, 0);
    assert.equal(run("inclusion", temporary, "259", "--key", log.verifierKey, "--commitment", "00".repeat(32)).status, 1);
    assert.equal(run("log", temporary).status, 2, "without a key nothing is shown");
    const secret = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string;
    writeFileSync(join(temporary, "witness.pem"), secret);
    const look = (): ReturnType<typeof run> => run("witness", temporary, "--key", log.verifierKey, "--name", "w.example/1", "--secret", join(temporary, "witness.pem"), "--state", join(temporary, "state"));
    assert.equal(look().status, 0);
    assert.equal(look().status, 0, "again, unchanged");
    const other = auditLogOf(260, { signer: log });
    other.write(temporary);
    const told = look();
    assert.equal(told.status, 3, "the same size with another root");
    assert.match(told.stderr, /two roots for one size/);
  });
});
