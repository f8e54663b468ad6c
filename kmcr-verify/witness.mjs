// A witness: looks at the log, sees that it has only grown since the last look, and says so with its own key.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { consistencyFault } from "./merkle.mjs";
import { cosign, verifyCheckpoint } from "./note.mjs";
import { consistencyFrom, treeOf } from "./proof.mjs";

/** The log told two stories. Both are in `message`; keep them. */
export class Inconsistent extends Error {}

/**
 * One look. `state` is the file that holds the last checkpoint seen; it is written before the
 * cosignature leaves, so that this witness never vouches for two stories. Returns the cosigned note.
 */
export async function look(log, { logKeys, state, name, secret, now = new Date() }) {
  const note = (await log.get("checkpoint"))?.toString("utf8");
  if (note === undefined) throw new Error(`${log.where} has no checkpoint`);
  const fresh = verifyCheckpoint(note, logKeys);
  const before = existsSync(state) ? readFileSync(state, "utf8") : null;
  if (before !== null) {
    const seen = verifyCheckpoint(before, logKeys);
    const why = fresh.origin !== seen.origin ? "it has another origin" : await grownFault(log, seen, fresh);
    if (why !== null) throw new Inconsistent(`the log is not what it was: ${why}\n\nseen before:\n${before}\nseen now:\n${note}`);
  }
  keep(state, note);
  return { checkpoint: fresh, note: `${note}${cosign(fresh.text, name, secret, now)}` };
}

/** `null` where the later checkpoint only adds to the earlier one. */
export async function grownFault(log, earlier, later) {
  if (earlier.size === 0n) return null;
  if (later.size < earlier.size) return `it has ${later.size} entries and had ${earlier.size}`;
  const proof = earlier.size === later.size ? [] : await consistencyFrom(treeOf(log, later.size), Number(earlier.size));
  return consistencyFault(earlier.size, later.size, earlier.root, later.root, proof);
}

function keep(file, text) {
  const next = `${file}.next`;
  const handle = openSync(next, "w", 0o600);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(next, file);
}
