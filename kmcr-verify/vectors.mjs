// The test vectors of transparency-dev/merkle: inclusion and consistency proofs, of trees and of subtrees, good ones and bad ones.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { consistencyFault, inclusionFault, subtreeConsistencyFault, subtreeInclusionFault } from "./merkle.mjs";

function* filesBelow(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else if (name.endsWith(".json")) yield path;
  }
}

/** Whole numbers as BigInt: some of the indexes do not fit a number. */
const read = (path) => JSON.parse(readFileSync(path, "utf8").replace(/("\w+"\s*:\s*)(-?\d+)(?=\s*[,}])/g, '$1"$2"'));
const bytes = (text) => Buffer.from(text ?? "", "base64");
const hashes = (proof) => (proof ?? []).map(bytes);

const KINDS = {
  inclusion: (v) => inclusionFault(BigInt(v.leafIdx), BigInt(v.treeSize), bytes(v.leafHash), hashes(v.proof), bytes(v.root)),
  consistency: (v) => consistencyFault(BigInt(v.size1), BigInt(v.size2), bytes(v.root1), bytes(v.root2), hashes(v.proof)),
  subtreeinclusion: (v) => subtreeInclusionFault(BigInt(v.leafIdx), BigInt(v.start), BigInt(v.end), bytes(v.leafHash), hashes(v.proof), bytes(v.root)),
  subtreeconsistency: (v) => subtreeConsistencyFault(BigInt(v.start), BigInt(v.end), BigInt(v.size), bytes(v.root1), bytes(v.root2), hashes(v.proof)),
};

/** Runs every vector below `folder`; `wrong` names those on which this verifier and the vector differ. */
export function runVectors(folder) {
  let run = 0;
  const ofKind = {};
  const wrong = [];
  for (const [kind, fault] of Object.entries(KINDS)) {
    if (!existsSync(join(folder, kind))) continue;
    for (const path of filesBelow(join(folder, kind))) {
      const vector = read(path);
      const why = fault(vector);
      run++;
      ofKind[kind] = (ofKind[kind] ?? 0) + 1;
      if ((why !== null) !== vector.wantErr) wrong.push({ path, why });
    }
  }
  return { run, ofKind, wrong };
}
