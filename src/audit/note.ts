/**
 * Signed notes, checkpoints and cosignatures as C2SP writes them: a text, an empty line, and lines
 * `— name base64(key id, signature)`. Each key says by a byte which algorithm it is of, so that
 * another one can stand beside Ed25519 later.
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from "node:crypto";

/** Algorithm bytes of C2SP signed-note and tlog-cosignature. */
const ED25519 = 0x01;
const COSIGNATURE = 0x04;

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A public key under a name: `name+id+base64(algorithm byte, key)`. */
export type VerifierKey = { readonly name: string; readonly id: string; readonly algorithm: number; readonly key: KeyObject; readonly text: string };

export type Signer = { readonly verifier: VerifierKey; sign(text: string): string };

/** What a checkpoint says: of which log, how many entries, and their root. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Buffer };

export type NoteLine = { readonly name: string; readonly id: string; readonly signature: Buffer; readonly text: string };
export type Note = { readonly text: string; readonly lines: readonly NoteLine[] };

const keyId = (name: string, algorithm: number, raw: Buffer): string => createHash("sha256").update(`${name}\n`).update(Buffer.from([algorithm])).update(raw).digest("hex").slice(0, 8);

function verifierOf(name: string, algorithm: number, raw: Buffer): VerifierKey {
  const id = keyId(name, algorithm, raw);
  return { name, id, algorithm, key: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: "der", type: "spki" }), text: `${name}+${id}+${Buffer.concat([Buffer.from([algorithm]), raw]).toString("base64")}` };
}

/** Reads a key as C2SP writes it; `null` where it is none, or its id is not its own. */
export function parseVerifierKey(text: string): VerifierKey | null {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text);
  if (found === null) return null;
  const bytes = Buffer.from(found[3]!, "base64");
  if (bytes.length !== 33 || (bytes[0] !== ED25519 && bytes[0] !== COSIGNATURE)) return null;
  const key = verifierOf(found[1]!, bytes[0], bytes.subarray(1));
  return key.text === text ? key : null;
}

/** Signs under a name with a private key of Ed25519. */
export function signerOf(name: string, key: KeyObject): Signer {
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const verifier = verifierOf(name, ED25519, raw);
  return { verifier, sign: (text) => `— ${name} ${Buffer.concat([Buffer.from(verifier.id, "hex"), sign(null, Buffer.from(text), key)]).toString("base64")}\n` };
}

/** The signing key that follows from the installation's key, where no key file is given. */
export function derivedKey(installationKey: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", installationKey, "", "kmcr audit log signing key 1", 32));
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root.toString("base64")}\n`;

/** Reads what a note says, or `null` where it is no checkpoint. Lines of extension are not taken: this log writes none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const found = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  if (found === null) return null;
  const checkpoint = { origin: found[1]!, size: Number(found[2]), root: Buffer.from(found[3]!, "base64") };
  return checkpointText(checkpoint) === text ? checkpoint : null;
}

/** Reads a signed note; `null` where it is not written as one. */
export function parseNote(note: string): Note | null {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) return null;
  const lines: NoteLine[] = [];
  for (const line of note.slice(at + 2).split("\n").slice(0, -1)) {
    const found = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    const bytes = found === null ? null : Buffer.from(found[2]!, "base64");
    if (bytes === null || bytes.length < 5 || bytes.toString("base64") !== found![2]) return null;
    lines.push({ name: found![1]!, id: bytes.subarray(0, 4).toString("hex"), signature: bytes.subarray(4), text: `${line}\n` });
  }
  return lines.length === 0 ? null : { text: note.slice(0, at + 1), lines };
}

/** True where the note bears a good signature of one of these keys. */
export function isSignedBy(note: Note, keys: readonly VerifierKey[]): boolean {
  return note.lines.some((line) => keys.some((key) => key.algorithm === ED25519 && key.name === line.name && key.id === line.id && verify(null, Buffer.from(note.text), key.key, line.signature)));
}

/** When this witness says that it cosigned, or `null` where no line of the note is its good cosignature (`cosignature/v1`). */
export function cosignedAt(note: Note, witness: VerifierKey): { at: Date; line: string } | null {
  if (witness.algorithm !== COSIGNATURE) return null;
  for (const line of note.lines) {
    if (line.name !== witness.name || line.id !== witness.id || line.signature.length !== 72) continue;
    const seconds = line.signature.readBigUInt64BE(0);
    if (verify(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${note.text}`), witness.key, line.signature.subarray(8))) return { at: new Date(Number(seconds) * 1000), line: line.text };
  }
  return null;
}
