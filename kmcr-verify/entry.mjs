// An entry and the commitment that the log holds of it.
import { sha256, sha256Text } from "./merkle.mjs";

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
const SALT = DOMAIN.length;
const BODY = SALT + 32;

/** Domain, room for a salt, and the entry's bytes, in one piece. */
function inOnePiece(bytes, from, to) {
  const end = BODY + to - from;
  if (end > scratch.length) {
    scratch = Buffer.alloc(end * 2);
    DOMAIN.copy(scratch);
  }
  bytes.copy(scratch, BODY, from, to);
  return scratch.subarray(0, end);
}

/** SHA-256 of domain, salt and the entry's canonical bytes. */
export function commitmentOf(bytes, salt) {
  const piece = inOnePiece(bytes, 0, bytes.length);
  salt.copy(scratch, SALT);
  return sha256(piece);
}

const SALT_MARK = Buffer.from(',"salt":"');
const startsAt = (line, mark, at) => {
  for (let index = 0; index < mark.length; index++) if (line[at + index] !== mark[index]) return false;
  return true;
};
/** The value of a hexadecimal digit, small letters only; 255 for any other byte. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 48 && byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : 255));

/**
 * Reads a line of an entries file: `{"entry":{...},"index":57,"salt":"..."}`, where what stands at
 * `entry` is canonical already. The bytes are hashed as they are, so that nothing depends on how JSON
 * is read. Returns `null` where the line is not written so; the commitment as a text of 32 bytes.
 */
export function readLine(line) {
  const salt = line.length - 66; // 64 digits, a quotation mark and a brace
  if (salt < HEAD.length + SALT_MARK.length || line[line.length - 1] !== 0x7d || line[line.length - 2] !== 0x22) return null;
  if (!startsAt(line, HEAD, 0) || !startsAt(line, SALT_MARK, salt - SALT_MARK.length)) return null;
  let [index, digit, power] = [0, salt - SALT_MARK.length - 1, 1];
  for (; line[digit] >= 48 && line[digit] <= 57 && power <= 1e15; digit--, power *= 10) index += (line[digit] - 48) * power;
  const end = digit - INDEX.length + 1;
  const digits = salt - SALT_MARK.length - 1 - digit;
  if (digits === 0 || (digits > 1 && line[digit + 1] === 48) || end < HEAD.length || !startsAt(line, INDEX, end)) return null;
  const piece = inOnePiece(line, HEAD.length, end);
  for (let at = 0; at < 32; at++) {
    const [high, low] = [HEX[line[salt + 2 * at]], HEX[line[salt + 2 * at + 1]]];
    if (high === 255 || low === 255) return null;
    scratch[SALT + at] = high * 16 + low;
  }
  return { index, from: HEAD.length, to: end, commitment: sha256Text(piece) };
}

const DESTROYS = Buffer.from('{"action":"log-destroy"');

/** The lines of the log that an entry says to have destroyed, as `[from, to]`, or `null` where it is no such entry. */
export function destroyedBy(line, from, to) {
  if (!startsAt(line, DESTROYS, from)) return null;
  const entry = JSON.parse(line.toString("utf8", from, to));
  return { at: entry.recorded, by: entry.actorName, reason: entry.reason, ranges: JSON.parse(entry.shown).ranges };
}
