/**
 * An authenticator in memory: ES256 keys, authenticator data, CBOR and COSE written by hand, so
 * that a test can make and sign whatever a device or an attacker could (WebAuthn Level 3, 6.1 and 6.5).
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** Where the ceremony happens and what the device says of the one before it; what is left out is as it should be. */
export type Ceremony = { readonly challenge: string; readonly origin: string; readonly rpId: string; readonly verified?: boolean; readonly present?: boolean; readonly crossOrigin?: boolean; readonly type?: string };

const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 } as const;
const b64 = (bytes: Buffer): string => bytes.toString("base64url");
const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();

export class SoftwareAuthenticator {
  readonly credentialId = b64(randomBytes(32));
  readonly #key: KeyObject;
  readonly #publicKey: Buffer;
  readonly #synced: boolean;
  userHandle: string;
  /** What the next signature counts as; a synced one stays at 0. */
  counter: number;

  constructor(userHandle: string, options: { readonly synced?: boolean } = {}) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    const { x, y } = publicKey.export({ format: "jwk" });
    // COSE_Key of EC2, ES256, P-256: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    this.#publicKey = cborMap([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x!, "base64url")], [-3, Buffer.from(y!, "base64url")]]);
    this.#synced = options.synced ?? false;
    this.userHandle = userHandle;
    this.counter = this.#synced ? 0 : 1;
  }

  /** What `navigator.credentials.create` gives, as JSON. */
  make(ceremony: Ceremony): string {
    const id = Buffer.from(this.credentialId, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([this.#authData(ceremony, FLAGS.attested), Buffer.alloc(16), length, id, this.#publicKey]);
    const attestationObject = cborMap([["fmt", "none"], ["attStmt", cborMap([])], ["authData", authData]]);
    return this.#json({ clientDataJSON: clientData(ceremony, "webauthn.create"), attestationObject: b64(attestationObject), transports: ["internal"] });
  }

  /** What `navigator.credentials.get` gives, as JSON; signed with another's key where one is given. */
  sign(ceremony: Ceremony, key: SoftwareAuthenticator = this): string {
    if (!this.#synced) this.counter += 1;
    const authData = this.#authData(ceremony, 0);
    const clientDataJSON = clientData(ceremony, "webauthn.get");
    const signature = sign("sha256", Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, "base64url"))]), key.#key);
    return this.#json({ clientDataJSON, authenticatorData: b64(authData), signature: b64(signature), userHandle: this.userHandle });
  }

  #authData({ rpId, verified = true, present = true }: Ceremony, more: number): Buffer {
    const flags = (present ? FLAGS.present : 0) | (verified ? FLAGS.verified : 0) | (this.#synced ? FLAGS.backupEligible | FLAGS.backedUp : 0) | more;
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(this.counter, 1);
    return Buffer.concat([sha256(rpId), rest]);
  }

  #json = (response: object): string => JSON.stringify({ id: this.credentialId, rawId: this.credentialId, type: "public-key", clientExtensionResults: {}, response });
}

function clientData({ challenge, origin, crossOrigin = false, type }: Ceremony, usual: string): string {
  return b64(Buffer.from(JSON.stringify({ type: type ?? usual, challenge, origin, crossOrigin })));
}

/** Major type and argument of RFC 8949, section 3. */
function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  return argument < 256 ? Buffer.from([(major << 5) | 24, argument]) : Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}

/** A map of whole numbers, texts, byte strings, and maps made by this. */
function cborMap(entries: readonly (readonly [number | string, number | string | Buffer])[]): Buffer & { isCbor?: true } {
  const item = (value: number | string | (Buffer & { isCbor?: true })): Buffer => {
    if (typeof value === "number") return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
    if (typeof value === "string") return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
    return value.isCbor === true ? value : Buffer.concat([cborHead(2, value.length), value]);
  };
  return Object.assign(Buffer.concat([cborHead(5, entries.length), ...entries.flatMap(([key, value]) => [item(key), item(value)])]), { isCbor: true as const });
}
