import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { S3_KEYS, startS3StandIn, type S3StandIn } from "#test/s3-stand-in.ts";
import { readConfig } from "../config.ts";
import { DocumentStoreUnavailable, folderStore, openDocumentStore, s3Store, type DocumentStore } from "./index.ts";

const letter = Buffer.from("Dear Dr Example, \u00e9\u0000\u0001 thank you.");
const listed = async (store: DocumentStore): Promise<string[]> => (await Array.fromAsync(store.list())).map((each) => each.hash).sort();

let folder: string;
let s3: S3StandIn;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kmcr-documents-"));
  s3 = await startS3StandIn();
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await s3.stop();
});

const inFolder = (name: string): DocumentStore => folderStore(join(folder, name));
const inBucket = (bucket = "documents"): DocumentStore => s3Store({ endpoint: s3.endpoint, region: "eu-west-2", bucket, ...S3_KEYS });

for (const [kind, open] of [["a folder", () => inFolder("same")], ["an S3-compatible store", () => inBucket()]] as const) {
  describe(`${kind} keeps documents`, () => {
    test("by their hash, to the letter, once, until they are removed", async () => {
      const store = open();
      const name = await store.put(letter);
      assert.equal(name, hash("sha256", letter));
      assert.equal(await store.put(Buffer.from(letter)), name);
      assert.deepEqual(await store.get(name), letter);
      assert.equal(await store.has(name), true);
      const others = await Promise.all(Array.from({ length: 4 }, (_, index) => store.put(Buffer.from(`letter ${index}`))));
      assert.deepEqual(await listed(store), [name, ...others].sort());
      await store.remove(name);
      await store.remove(name);
      assert.equal(await store.get(name), null);
      assert.equal(await store.has(name), false);
      assert.deepEqual(await listed(store), others.sort());
    });

    test("many writers of the same bytes do not disturb each other", async () => {
      const store = open();
      const names = await Promise.all(Array.from({ length: 20 }, () => store.put(letter)));
      assert.equal(new Set(names).size, 1);
      assert.deepEqual(await store.get(names[0]!), letter);
    });

    test("an empty document is a document; no name but a hash is taken", async () => {
      const store = open();
      assert.deepEqual(await store.get(await store.put(Buffer.alloc(0))), Buffer.alloc(0));
      for (const name of ["", "../secret", "A".repeat(64), `${"a".repeat(64)}/..`]) assert.throws(() => void store.has(name), /not the hash/);
    });

    test("a document that is written again counts as new, so that no sweep takes it", async () => {
      const store = open();
      const name = await store.put(letter);
      const written = async (): Promise<number> => (await Array.fromAsync(store.list())).find((each) => each.hash === name)!.written.getTime();
      if (kind === "a folder") utimesSync(join(folder, "same", name.slice(0, 2), name), 1, 1);
      else s3.objects.get(`documents/${name.slice(0, 2)}/${name}`)!.written = new Date(1000);
      assert.equal(await written(), 1000);
      await store.put(letter);
      assert.ok(Date.now() - (await written()) < 60_000);
    });
  });
}

test("a folder holds whole files alone: what a dead process left is no document, and goes in time", async () => {
  const store = inFolder("left");
  const name = await store.put(letter);
  const home = join(folder, "left", name.slice(0, 2));
  assert.deepEqual(readdirSync(home), [name]);
  assert.equal(statSync(join(home, name)).mode & 0o777, 0o600);
  writeFileSync(join(home, `${name}.new.part`), "half");
  writeFileSync(join(home, `${name}.old.part`), "half");
  utimesSync(join(home, `${name}.old.part`), 1, 1);
  assert.deepEqual(await listed(store), [name]);
  assert.deepEqual(readdirSync(home).sort(), [name, `${name}.new.part`]);
});

test("bytes that have changed underneath are never given out", async () => {
  const store = inFolder("changed");
  const name = await store.put(letter);
  writeFileSync(join(folder, "changed", name.slice(0, 2), name), "another letter");
  await assert.rejects(store.get(name), /has changed on disk/);
  const bucket = inBucket();
  await bucket.put(letter);
  s3.objects.get(`documents/${name.slice(0, 2)}/${name}`)!.bytes = Buffer.from("another letter");
  await assert.rejects(bucket.get(name), /has changed in the bucket/);
});

test("a store that is away or refuses says so as one fault that may pass, whatever its reason", async () => {
  const store = inBucket();
  for (const fault of ["slow-down", "internal-error", "cut", "forbidden"] as const) {
    Object.assign(s3, { fault, faults: Infinity });
    const all = [() => store.get("a".repeat(64)), () => store.has("a".repeat(64)), () => store.remove("a".repeat(64)), () => listed(store)];
    for (const act of [() => store.put(letter), ...(fault === "forbidden" ? all : [])]) {
      await assert.rejects(act(), (error: unknown) => error instanceof DocumentStoreUnavailable && /^E[A-Z]+$/.test(error.code), fault);
    }
  }
  Object.assign(s3, { fault: "slow-down", faults: 1 });
  await store.put(letter);
  s3.fault = "none";
  await assert.rejects(inBucket("elsewhere").get("a".repeat(64)), DocumentStoreUnavailable, "a bucket that is not there is no missing document");
  const wrongKey = s3Store({ endpoint: s3.endpoint, region: "eu-west-2", bucket: "documents", accessKeyId: S3_KEYS.accessKeyId, secretAccessKey: "another" });
  await assert.rejects(wrongKey.put(letter), DocumentStoreUnavailable);
  const nowhere = s3Store({ endpoint: "http://127.0.0.1:9", region: "eu-west-2", bucket: "documents", ...S3_KEYS });
  await assert.rejects(nowhere.put(letter), DocumentStoreUnavailable);
  writeFileSync(join(folder, "in-the-way"), "");
  await assert.rejects(folderStore(join(folder, "in-the-way")).put(letter), DocumentStoreUnavailable);
  assert.deepEqual(await listed(inFolder("never used")), []);
});

test("the configuration names the store; what s3 needs and is missing is said at once", async () => {
  const missing = readConfig({ KMCR_DOCUMENTS: "s3" });
  assert.ok(!missing.ok);
  assert.deepEqual(missing.faults, ["KMCR_S3_BUCKET", "KMCR_S3_ACCESS_KEY_ID", "KMCR_S3_SECRET_ACCESS_KEY"].map((name) => `${name} must be set where KMCR_DOCUMENTS is s3`));
  const given = readConfig({ KMCR_DATA_DIR: join(folder, "configured") });
  assert.ok(given.ok);
  await openDocumentStore(given.config).put(letter);
  assert.ok(statSync(join(folder, "configured", "documents")).isDirectory());
});
