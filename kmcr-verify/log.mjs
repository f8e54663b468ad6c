// The whole log: bundles against tiles, tiles against the root, the root against the signed checkpoint, and entries against their commitments.
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { destroyedBy, readLine } from "./entry.mjs";
import { leafHash, rootOf } from "./merkle.mjs";
import { verifyCheckpoint } from "./note.mjs";

const WIDTH = 256;

/** Where a tile lies: `tile/0/x001/x234/067`, `tile/entries/000.p/3`. */
export function tilePath(level, index, width = WIDTH) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g);
  return `tile/${level}/${groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** Reads the log from a folder or from an address. `get` gives bytes, or `null` where there are none. */
export function openLog(where) {
  if (!/^https?:\/\//.test(where)) return { where, folder: where, get: async (path) => (existsSync(join(where, path)) ? readFileSync(join(where, path)) : null) };
  const base = where.replace(/\/?$/, "/");
  return {
    where,
    async get(path) {
      const answer = await fetch(new URL(path, base));
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}

/** The commitments of an entry bundle, or what is wrong with it. */
export function readBundle(bundle, width) {
  if (bundle === null) throw new Error("is missing");
  if (bundle.length !== width * 34) throw new Error(`has ${bundle.length} bytes, not ${width * 34}`);
  const commitments = Buffer.alloc(width * 32);
  for (let at = 0; at < width; at++) {
    if (bundle[at * 34] !== 0 || bundle[at * 34 + 1] !== 32) throw new Error(`its entry ${at} has not the length 32`);
    bundle.copy(commitments, at * 32, at * 34 + 2, at * 34 + 34);
  }
  return commitments;
}

/** Leaf hashes of a bundle's commitments, compared with the tile of level 0: faults name the line within it. */
export function leavesOf(commitments, tile, leaf = leafHash) {
  const width = commitments.length / 32;
  const leaves = Array.from({ length: width });
  const faults = [];
  if (tile === null || tile.length !== commitments.length) faults.push({ line: null, why: tile === null ? "is missing" : "has a wrong length" });
  for (let at = 0; at < width; at++) {
    leaves[at] = leaf(commitments.subarray(at * 32, at * 32 + 32), at);
    if (faults.length === 0 && leaves[at].compare(tile, at * 32, at * 32 + 32) !== 0) faults.push({ line: at, why: `differs from the bundle at its hash ${at}` });
  }
  return { leaves, faults };
}

/** `null` where a tile above level 0 is what the tree has there, else which hash differs. */
export function tileFault(tile, hashes) {
  if (tile === null) return "is missing";
  if (tile.length !== hashes.length * 32) return "has a wrong length";
  const at = hashes.findIndex((hash, index) => hash.compare(tile, index * 32, index * 32 + 32) !== 0);
  return at < 0 ? null : `is not the root of what lies below it at its hash ${at}`;
}

/** Bundles and tiles up to a size. `root` follows from the bundles alone; `faults` say where a tile is not what they lead to. */
export async function verifyTiles(log, size) {
  const count = Number(size);
  const commitments = Buffer.from(new SharedArrayBuffer(count * 32));
  const tiles = Math.ceil(count / WIDTH);
  // A folder is read by all of the machine's cores; an address, and a small log, by this one.
  const shares = log.folder === undefined || tiles < 256 ? 1 : Math.min(8, cores());
  const share = (index) => ({ kind: "tiles", folder: log.folder, commitments: commitments.buffer, count, from: Math.floor((tiles / shares) * index), to: Math.floor((tiles / shares) * (index + 1)) });
  const done = await Promise.all(Array.from({ length: shares }, (_, index) => (shares === 1 ? verifyTileShare(log, commitments, share(index)) : elsewhere(share(index)))));
  const faults = done.flatMap((each) => each.faults);
  if (faults.some(({ why }) => why.startsWith("tile/entries"))) return { root: null, commitments, faults };
  const roots = done.flatMap((each) => hashesIn(Buffer.from(each.roots)));
  // Above level 0: the tiles against the roots that were computed, and these on to the top.
  const top = [hashesIn(Buffer.from(done.at(-1)?.rest ?? []))];
  for (let level = 1, row = roots; row.length > 0; level++) {
    const next = [];
    for (let index = 0; index * WIDTH < row.length; index++) {
      const hashes = row.slice(index * WIDTH, (index + 1) * WIDTH);
      const path = tilePath(level, index, hashes.length);
      const why = tileFault(await log.get(path), hashes);
      if (why !== null) faults.push({ index: null, why: `${path} ${why}` });
      if (hashes.length === WIDTH) next.push(rootOf(hashes));
      else top[level] = hashes;
    }
    top[level] ??= [];
    row = next;
  }
  return { root: rootOfParts(top), commitments, faults };
}

const hashesIn = (bytes) => Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));

/** Bundles and tiles of level 0 from `from` up to `to`: fills in the commitments, and gives the root of each full tile and the leaves of one that is not. */
async function verifyTileShare(log, commitments, { count, from: first, to: end }) {
  const faults = [];
  const roots = [];
  let rest = [];
  const many = 16; // asked for at once
  for (let from = first; from < end; from += many) {
    const part = await Promise.all(
      Array.from({ length: Math.min(many, end - from) }, (_, at) => {
        const width = Math.min(WIDTH, count - (from + at) * WIDTH);
        return Promise.all([width, log.get(tilePath("entries", from + at, width)), log.get(tilePath(0, from + at, width))]);
      }),
    );
    part.forEach(([width, bundle, tile], at) => {
      const index = from + at;
      try {
        const read = readBundle(bundle, width);
        read.copy(commitments, index * WIDTH * 32);
        const { leaves, faults: wrong } = leavesOf(read, tile);
        for (const { line, why } of wrong) faults.push({ index: line === null ? null : index * WIDTH + line, why: `${tilePath(0, index, width)} ${why}` });
        if (width === WIDTH) roots.push(rootOf(leaves));
        else rest = leaves;
      } catch (error) {
        faults.push({ index: null, why: `${tilePath("entries", index, width)} ${error.message}` });
      }
    });
  }
  return { faults, roots: Buffer.concat(roots), rest: Buffer.concat(rest) };
}

/** Root from the unfull rows of each level, the lowest first. */
export function rootOfParts(rows) {
  // Each level's row hangs left of what lies below it on the way to the root: perfect subtrees, the largest first, folded from the right.
  const parts = [];
  for (let level = rows.length - 1; level >= 0; level--) {
    const row = rows[level];
    for (let width = WIDTH / 2, from = 0; width >= 1; width /= 2) {
      if ((row.length & width) === 0) continue;
      parts.push([row.slice(from, from + width)]);
      from += width;
    }
  }
  const hashes = parts.map(([part]) => rootOf(part));
  return hashes.length === 0 ? rootOf([]) : hashes.reduceRight((right, left) => rootOf([left, right]));
}

/** Checks everything; `faults` is empty where all is well. */
export async function verifyLog(log, { logKeys, witnessKeys = [], entries }) {
  const note = await log.get("checkpoint");
  if (note === null) throw new Error(`${log.where} has no checkpoint`);
  const checkpoint = verifyCheckpoint(note.toString("utf8"), logKeys, witnessKeys);
  const { root, commitments, faults } = await verifyTiles(log, checkpoint.size);
  if (root !== null && !root.equals(checkpoint.root)) faults.push({ index: null, why: "the bundles lead to another root than the one that was signed" });
  const bodies = entries === undefined ? null : await verifyEntries(entries, commitments);
  return { checkpoint, faults: [...faults, ...(bodies?.faults ?? [])], entries: bodies?.entries ?? null, destroyedEntries: bodies?.destroyedEntries ?? 0, destroyed: bodies?.destroyed ?? [] };
}

/** Each line of an entries file against its commitment; shared out among the machine's cores. */
export async function verifyEntries(file, held) {
  const commitments = held.buffer instanceof SharedArrayBuffer ? held : Buffer.from(new SharedArrayBuffer(held.length));
  if (commitments !== held) held.copy(commitments);
  const handle = openSync(file, "r");
  const bytes = fstatSync(handle).size;
  closeSync(handle);
  const count = commitments.length / 32;
  const seen = new Uint8Array(new SharedArrayBuffer(count));
  const shares = bytes < 16_000_000 ? 1 : Math.min(8, cores());
  const share = (index) => ({ kind: "entries", file, commitments: commitments.buffer, seen: seen.buffer, from: Math.floor((bytes / shares) * index), to: Math.floor((bytes / shares) * (index + 1)) });
  const done = await Promise.all(Array.from({ length: shares }, (_, index) => (shares === 1 ? verifyShare(share(index)) : elsewhere(share(index)))));
  const faults = done.flatMap((each) => each.faults);
  const acts = done.flatMap((each) => each.acts);
  let destroyed = 0;
  for (let index = 0; index < count; index++) {
    if (seen[index] === 1) continue;
    if (acts.some(({ ranges }) => ranges.some(([from, to]) => index >= from && index <= to))) destroyed++;
    else faults.push({ index, why: "is missing: it is in the log, not among the entries, and no entry says that it was destroyed" });
  }
  return { faults, entries: done.reduce((sum, each) => sum + each.entries, 0), destroyed: acts.map(({ at, by, reason, ranges }) => ({ at, by, reason, entries: ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0) })), destroyedEntries: destroyed };
}

const cores = () => (typeof availableParallelism === "function" ? availableParallelism() : cpus().length);

function elsewhere(share) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { kmcrShare: share } });
    let found;
    worker.once("message", (message) => (found = message));
    worker.once("error", reject);
    // A thread that is still ending must not meet the end of the process.
    worker.once("exit", () => (found === undefined ? reject(new Error("a thread ended without an answer")) : resolve(found)));
  });
}

/** The lines that begin from `from` up to `to`. */
export function verifyShare({ file, commitments: shared, seen: sharedSeen, from, to }) {
  const commitments = Buffer.from(shared);
  const seen = new Uint8Array(sharedSeen);
  const faults = [];
  const acts = [];
  let entries = 0;
  const handle = openSync(file, "r");
  const chunk = Buffer.alloc(8_388_608);
  let held = 0; // bytes of the chunk that are filled
  let at = from === 0 ? 0 : from - 1; // of the file, where the chunk begins
  let skipping = from > 0; // up to the end of the line that began before
  for (;;) {
    const read = readSync(handle, chunk, held, chunk.length - held, at + held);
    held += read;
    let begin = 0;
    for (;;) {
      let end = chunk.subarray(0, held).indexOf(10, begin);
      if (end < 0 && read === 0 && begin < held) end = held; // a last line without its end
      if (end < 0) break;
      const line = chunk.subarray(begin, end);
      const start = at + begin;
      begin = end + 1;
      if (skipping) {
        skipping = false;
        continue;
      }
      if (start >= to) {
        closeSync(handle);
        return { faults, acts, entries };
      }
      const why = lineFault(line, commitments, seen, acts);
      if (why !== null) faults.push(why);
      entries++;
    }
    if (read === 0) break;
    if (begin === 0 && held === chunk.length) throw new Error("a line of the entries file is longer than 8 MiB");
    chunk.copyWithin(0, begin, held);
    at += begin;
    held -= begin;
  }
  closeSync(handle);
  return { faults, acts, entries };
}

/** `null` where the line's entry is what the log was committed to at its index, and comes once. */
export function lineFault(line, commitments, seen, acts) {
  const read = readLine(line);
  if (read === null) return { index: null, why: "not a line of an entries file" };
  const { index, from, to, commitment } = read;
  if ((index + 1) * 32 > commitments.length) return { index, why: "is not in the log of this checkpoint" };
  if (commitments.latin1Slice(index * 32, index * 32 + 32) !== commitment) return { index, why: "is not what was committed to: the entry or its salt was changed" };
  if (Atomics.exchange(seen, index, 1) === 1) return { index, why: "stands there twice" };
  const act = destroyedBy(line, from, to);
  if (act !== null) acts.push(act);
  return null;
}

if (!isMainThread && workerData?.kmcrShare !== undefined) {
  const share = workerData.kmcrShare;
  parentPort.postMessage(share.kind === "entries" ? verifyShare(share) : await verifyTileShare(openLog(share.folder), Buffer.from(share.commitments), share));
}
