// An evidence bundle: entries with salts and proofs, against a signed and cosigned checkpoint. Offline.
import { canonical, commitmentOf } from "./entry.mjs";
import { inclusionFault, leafHash } from "./merkle.mjs";
import { readKey, strictBase64, verifyCheckpoint } from "./note.mjs";

/**
 * Checks a bundle. Keys that are given are required; without any, those in the bundle are used, and
 * the answer says that they were not compared with anything.
 */
export function verifyBundle(bundle, { logKeys = [], witnessKeys = [] } = {}) {
  if (bundle?.format !== "kmcr-evidence/1" || !Array.isArray(bundle.entries)) throw new Error("not an evidence bundle of the form kmcr-evidence/1");
  const trusted = logKeys.length > 0;
  const checkpoint = verifyCheckpoint(bundle.checkpoint, trusted ? logKeys : bundle.logKeys.map(readKey), witnessKeys.length > 0 || trusted ? witnessKeys : bundle.witnessKeys.map(readKey));
  if (checkpoint.origin !== bundle.origin) throw new Error("the checkpoint is of another log than the bundle says");
  const faults = [];
  for (const { index, entry, salt, proof } of bundle.entries) {
    const why = entryFault(checkpoint, index, entry, salt, proof);
    if (why !== null) faults.push({ index, why });
  }
  return { checkpoint, entries: bundle.entries.length, faults, trusted };
}

function entryFault({ size, root }, index, entry, salt, proof) {
  if (!Number.isSafeInteger(index) || typeof salt !== "string" || !/^[0-9a-f]{64}$/.test(salt) || !Array.isArray(proof)) return "is not written as an entry of a bundle";
  const hashes = proof.map((each) => strictBase64(String(each)));
  if (hashes.includes(null)) return "has a proof that is not base64";
  const commitment = commitmentOf(Buffer.from(canonical(entry)), Buffer.from(salt, "hex"));
  return inclusionFault(BigInt(index), size, leafHash(commitment), hashes, root);
}
