// Proofs made from a log's tiles. Nothing is taken on trust from them: what they lead to is verified against signed roots.
import { tilePath } from "./log.mjs";
import { rootOf } from "./merkle.mjs";

const WIDTH = 256;

/** Reads hashes of the tree of `size` leaves out of tiles, each tile once. */
export function treeOf(log, size) {
  const count = Number(size);
  const tiles = new Map();
  const tile = (level, index) => {
    const path = tilePath(level, index, Math.min(WIDTH, Math.floor(count / WIDTH ** level) - index * WIDTH));
    if (!tiles.has(path)) {
      tiles.set(path, log.get(path).then((bytes) => {
        if (bytes === null) throw new Error(`${path} is missing`);
        return bytes;
      }));
    }
    return tiles.get(path);
  };
  /** Root over the leaves from..to, of which `from` is where a subtree of that size begins. */
  async function root(from, to) {
    const height = Math.floor(Math.log2(to - from));
    const power = 2 ** height;
    if (power !== to - from) return rootOf([await root(from, from + power), await root(from + power, to)]);
    const level = Math.floor(height / 8);
    const first = from / WIDTH ** level;
    const bytes = await tile(level, Math.floor(first / WIDTH));
    const at = first % WIDTH;
    const within = 2 ** (height % 8);
    if (bytes.length < (at + within) * 32) throw new Error(`a tile of level ${level} is too short`);
    return rootOf(Array.from({ length: within }, (_, index) => bytes.subarray((at + index) * 32, (at + index + 1) * 32)));
  }
  return { root, size: count };
}

const middleOf = (from, to) => from + 2 ** Math.floor(Math.log2(to - from - 1));

/** From a leaf to the root, the lowest first (RFC 6962, 2.1.1). */
export async function inclusionFrom({ root, size }, index) {
  const proof = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = middleOf(from, to);
    if (index < middle) {
      proof.unshift(await root(middle, to));
      to = middle;
    } else {
      proof.unshift(await root(from, middle));
      from = middle;
    }
  }
  return proof;
}

/** From an earlier size to the tree's own (RFC 6962, 2.1.2). */
export async function consistencyFrom({ root, size }, earlier) {
  const walk = async (from, to, whole) => {
    if (earlier === to) return whole ? [] : [await root(from, to)];
    const middle = middleOf(from, to);
    return earlier <= middle ? [...(await walk(from, middle, whole)), await root(middle, to)] : [...(await walk(middle, to, false)), await root(from, middle)];
  };
  return walk(0, size, true);
}
