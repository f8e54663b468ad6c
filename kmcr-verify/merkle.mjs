// Hashes and proofs of a Merkle tree as RFC 6962 and RFC 9162 define them. Indexes and sizes are BigInt: 64 bits do not fit a number.
import * as crypto from "node:crypto";

/** SHA-256 as a text of 32 characters, each a byte. */
export const sha256Text = typeof crypto.hash === "function" ? (bytes) => crypto.hash("sha256", bytes, "latin1") : (bytes) => crypto.createHash("sha256").update(bytes).digest("latin1");

/** SHA-256 of some bytes. By way of a text, since that costs half of what a buffer of its own does. */
export const sha256 = (bytes) => Buffer.from(sha256Text(bytes), "latin1");

const leafBytes = Buffer.alloc(33, 0);
const scratch = Buffer.alloc(65, 1);

/** Hash of a leaf: 0x00, then its data. */
export function leafHash(data) {
  if (data.length !== 32) return sha256(Buffer.concat([Buffer.of(0), data]));
  data.copy(leafBytes, 1);
  return sha256(leafBytes);
}

/** Hash of a node: 0x01, left, right. */
export function nodeHash(left, right) {
  left.copy(scratch, 1);
  right.copy(scratch, 33);
  return sha256(scratch);
}

export const EMPTY_ROOT = sha256(Buffer.alloc(0));

/** Root over a list of hashes of equally large subtrees. */
export function rootOf(hashes) {
  if (hashes.length === 0) return EMPTY_ROOT;
  let row = hashes;
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < row.length; at += 2) next.push(nodeHash(row[at], row[at + 1]));
    if (row.length % 2 === 1) next.push(row[row.length - 1]); // the last one stands alone and goes up as it is
    row = next;
  }
  return row[0];
}

/** `null` where the proof shows that the leaf is at `index` in the tree of `size` with this root; else why it does not (RFC 9162, 2.1.3.2). */
export function inclusionFault(index, size, leaf, proof, root) {
  if (index < 0n || index >= size) return "the index is not below the size";
  if (proof.some((hash) => hash.length !== 32) || leaf.length !== 32 || root.length !== 32) return "a hash has not 32 bytes";
  let at = index;
  let last = size - 1n;
  let hash = leaf;
  for (const beside of proof) {
    if (last === 0n) return "the proof is too long";
    if ((at & 1n) === 1n || at === last) {
      hash = nodeHash(beside, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else hash = nodeHash(hash, beside);
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return "the proof is too short";
  return hash.equals(root) ? null : "the proof leads to another root";
}

/** `null` where the proof shows that the tree of `size1` is the beginning of that of `size2`; else why it does not (RFC 9162, 2.1.4.2). From size 0 nothing can be shown, so it is refused. */
export function consistencyFault(size1, size2, root1, root2, proof) {
  if (size1 <= 0n) return "the earlier size is 0: nothing is shown by that";
  if (size1 > size2) return "the earlier size is above the later one";
  if (size1 === size2) {
    if (proof.length > 0) return "the proof is too long";
    return root1.equals(root2) ? null : "two roots for one size";
  }
  if (proof.some((hash) => hash.length !== 32) || root1.length !== 32 || root2.length !== 32) return "a hash has not 32 bytes";
  const isPower = (size1 & (size1 - 1n)) === 0n;
  const path = isPower ? [root1, ...proof] : proof;
  if (proof.length === 0) return "the proof is empty";
  let at = size1 - 1n;
  let last = size2 - 1n;
  while ((at & 1n) === 1n) {
    at >>= 1n;
    last >>= 1n;
  }
  let first = path[0];
  let second = path[0];
  for (const beside of path.slice(1)) {
    if (last === 0n) return "the proof is too long";
    if ((at & 1n) === 1n || at === last) {
      first = nodeHash(beside, first);
      second = nodeHash(beside, second);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else second = nodeHash(second, beside);
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return "the proof is too short";
  if (!first.equals(root1)) return "the proof does not lead to the earlier root";
  return second.equals(root2) ? null : "the proof does not lead to the later root";
}

/** True where `start` to `end` is a subtree: it begins at a multiple of the least power of two that is not below its size. */
export function isSubtree(start, end) {
  if (start < 0n || start >= end) return false;
  let power = 1n;
  while (power < end - start) power <<= 1n;
  return start % power === 0n;
}

/** `null` where the proof shows that the leaf is at `index` in the subtree `start` to `end` with this root (Merkle Tree Certificates). */
export function subtreeInclusionFault(index, start, end, leaf, proof, root) {
  if (!isSubtree(start, end)) return "there is no such subtree";
  if (index < start || index >= end) return "the index is outside the subtree";
  return inclusionFault(index - start, end - start, leaf, proof, root);
}

/** `null` where the proof shows that the subtree `start` to `end` stands in the tree of `size` (Merkle Tree Certificates). */
export function subtreeConsistencyFault(start, end, size, subtreeRoot, root, proof) {
  // The empty subtree stands in every tree, and its root says that it is empty.
  if (start === end && start >= 0n && end <= size) return proof.length === 0 && subtreeRoot.equals(EMPTY_ROOT) ? null : "an empty subtree has the empty root and no proof";
  if (!isSubtree(start, end) || end > size) return "there is no such subtree";
  if (proof.some((hash) => hash.length !== 32)) return "a hash has not 32 bytes";
  let [first, at, last] = [start, end - 1n, size - 1n];
  const up = () => {
    first >>= 1n;
    at >>= 1n;
    last >>= 1n;
  };
  if (at === last) while (first !== at) up();
  else while (first !== at && (at & 1n) === 1n) up();
  const path = [...proof];
  const begin = first === at ? subtreeRoot : path.shift();
  if (begin === undefined) return "the proof is too short";
  let [sub, whole] = [begin, begin];
  for (const beside of path) {
    if (last === 0n) return "the proof is too long";
    if ((at & 1n) === 1n || at === last) {
      if (first < at) sub = nodeHash(beside, sub);
      whole = nodeHash(beside, whole);
      while ((at & 1n) === 0n && at !== 0n) up();
    } else whole = nodeHash(whole, beside);
    up();
  }
  if (last !== 0n) return "the proof is too short";
  if (!sub.equals(subtreeRoot)) return "the proof does not lead to the subtree's root";
  return whole.equals(root) ? null : "the proof does not lead to the tree's root";
}
