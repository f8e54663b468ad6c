// Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

export const ED25519 = 1;
export const COSIGNATURE = 4;
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

const idOf = (name, algorithm, raw) => createHash("sha256").update(`${name}\n`).update(Buffer.of(algorithm)).update(raw).digest("hex").slice(0, 8);

/** Reads `name+id+base64(algorithm, key)`; throws where it is not written so. */
export function readKey(text) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  const bytes = found === null ? Buffer.alloc(0) : strictBase64(found[3]);
  if (bytes === null || bytes.length !== 33 || (bytes[0] !== ED25519 && bytes[0] !== COSIGNATURE)) throw new Error(`not a key as C2SP writes it: ${text}`);
  const raw = bytes.subarray(1);
  if (idOf(found[1], bytes[0], raw) !== found[2]) throw new Error(`the id of this key is not its own: ${text}`);
  return { name: found[1], id: found[2], algorithm: bytes[0], key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" }), text: text.trim() };
}

/** Bytes of a base64 text, or `null` where it is not the one way to write them. */
export function strictBase64(text) {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** Reads a note; throws where it is not written as one. */
export function readNote(note) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Error("not a signed note: no empty line before the signatures");
  const lines = note.slice(at + 2, -1).split("\n").map((line) => {
    const found = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
    const bytes = found === null ? null : strictBase64(found[2]);
    if (bytes === null || bytes.length < 5) throw new Error(`not a signature line: ${line}`);
    return { name: found[1], id: bytes.subarray(0, 4).toString("hex"), signature: bytes.subarray(4), line };
  });
  return { text: note.slice(0, at + 1), lines };
}

/** Reads what a checkpoint says; throws where it is not one. */
export function readCheckpoint(text) {
  const found = /^([^\n]+)\n(0|[1-9]\d{0,18})\n([A-Za-z0-9+/]+=*)\n$/u.exec(text);
  const root = found === null ? null : strictBase64(found[3]);
  if (root === null || root.length !== 32) throw new Error("not a checkpoint: origin, size and root, each on a line");
  return { origin: found[1], size: BigInt(found[2]), root };
}

/**
 * Which of these keys have signed or cosigned a note. Throws where a line of one of them is not good;
 * a line of a key that nobody named is passed over, as C2SP has it.
 */
export function signersOf({ text, lines }, keys) {
  return lines.flatMap(({ name, id, signature }) => {
    const key = keys.find((each) => each.name === name && each.id === id);
    if (key === undefined) return [];
    if (key.algorithm === ED25519) {
      if (!verify(null, Buffer.from(text), key.key, signature)) throw new Error(`the signature of ${name} (${id}) is not good`);
      return [{ name, key }];
    }
    const seconds = signature.length === 72 ? signature.readBigUInt64BE(0) : null;
    if (seconds === null || !verify(null, cosignedBytes(text, seconds), key.key, signature.subarray(8))) throw new Error(`the cosignature of ${name} (${id}) is not good`);
    return [{ name, key, at: new Date(Number(seconds) * 1000) }];
  });
}

/** Reads a checkpoint that must bear a good signature of the log, under its own name, and a good cosignature of each witness named. Throws with what is wrong. */
export function verifyCheckpoint(note, logKeys, witnessKeys = []) {
  const read = readNote(note);
  const checkpoint = readCheckpoint(read.text);
  const signers = signersOf(read, [...logKeys, ...witnessKeys]);
  const own = signers.filter(({ key }) => logKeys.includes(key) && key.algorithm === ED25519);
  if (own.length === 0) throw new Error("no signature of the log by a key that was named");
  if (!own.some(({ name }) => name === checkpoint.origin)) throw new Error(`the log signed under another name than ${checkpoint.origin}`);
  for (const key of witnessKeys) if (!signers.some((each) => each.key === key && each.at !== undefined)) throw new Error(`no cosignature of ${key.name}`);
  return { ...checkpoint, text: read.text, cosigned: signers.filter(({ at }) => at !== undefined).map(({ name, at }) => ({ name, at })) };
}

const cosignedBytes = (text, seconds) => Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

/** A fresh key of a witness: what it keeps to itself (PEM), and what it gives to the log. */
export function makeWitnessKey(name) {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { secret: privateKey.export({ format: "pem", type: "pkcs8" }), text: witnessKeyText(name, privateKey) };
}

export function witnessKeyText(name, privateKey) {
  const raw = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  return `${name}+${idOf(name, COSIGNATURE, raw)}+${Buffer.concat([Buffer.of(COSIGNATURE), raw]).toString("base64")}`;
}

/** The witness's line over a checkpoint's text. */
export function cosign(text, name, secretPem, now = new Date()) {
  const key = createPrivateKey(secretPem);
  const seconds = BigInt(Math.floor(now.getTime() / 1000));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(seconds);
  const id = Buffer.from(witnessKeyText(name, key).split("+")[1], "hex");
  return `— ${name} ${Buffer.concat([id, time, sign(null, cosignedBytes(text, seconds), key)]).toString("base64")}\n`;
}
