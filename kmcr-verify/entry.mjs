// An entry and the commitment that the log holds of it.
import { sha256 } from "./merkle.mjs";

const DOMAIN = Buffer.from("kmcr-audit-entry/v1\n");
const HEAD = Buffer.from('{"entry":');
const INDEX = Buffer.from(',"index":');

/** Canonical JSON (RFC 8785) of what entries consist of: objects, lists, strings, whole numbers, true, false and null. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("an entry holds no such number");
  return JSON.stringify(value);
}

let scratch = Buffer.alloc(65_536);
DOMAIN.copy(scratch);

/** SHA-256 of domain, salt and the entry's canonical bytes. */
export function commitmentOf(bytes, salt) {
  const end = DOMAIN.length + 32 + bytes.length;
  if (end > scratch.length) {
    scratch = Buffer.alloc(end * 2);
    DOMAIN.copy(scratch);
  }
  salt.copy(scratch, DOMAIN.length);
  bytes.copy(scratch, DOMAIN.length + 32);
  return sha256(scratch.subarray(0, end));
}

const TAIL = /^,"index":(0|[1-9]\d{0,15}),"salt":"([0-9a-f]{64})"\}$/;
const saltBytes = Buffer.alloc(32);

/**
 * Reads a line of an entries file: `{"entry":{...},"index":57,"salt":"..."}`, where what stands at
 * `entry` is canonical already. The bytes are hashed as they are, so that nothing depends on how JSON
 * is read. Throws where the line is not written so.
 */
export function readLine(line) {
  const at = line.lastIndexOf(INDEX);
  const tail = at < 0 ? null : TAIL.exec(line.toString("latin1", at));
  if (tail === null || HEAD.compare(line, 0, HEAD.length) !== 0) throw new Error("not a line of an entries file");
  saltBytes.write(tail[2], "hex");
  const bytes = line.subarray(HEAD.length, at);
  return { index: Number(tail[1]), bytes, commitment: commitmentOf(bytes, saltBytes) };
}

const DESTROYS = Buffer.from('{"action":"log-destroy"');

/** The lines of the log that an entry says to have destroyed, as `[from, to]`, or `null` where it is no such entry. */
export function destroyedBy(bytes) {
  if (DESTROYS.compare(bytes, 0, DESTROYS.length) !== 0) return null;
  const entry = JSON.parse(bytes.toString("utf8"));
  return { at: entry.recorded, by: entry.actorName, reason: entry.reason, ranges: JSON.parse(entry.shown).ranges };
}
