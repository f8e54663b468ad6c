/** An audit log made by the product's own functions without a database, as it would be served: for the verifier, which shares none of them. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Evidence } from "#audit";
import { uuidv7 } from "#platform";
import { canonicalText, commitmentOf, freshSalt, storedFormOf, type StoredEntry } from "../../src/audit/commitment.ts";
import { entryLine } from "../../src/audit/export.ts";
import { checkpointText, signerOf } from "../../src/audit/note.ts";
import { bundleOf, tilePath, tilesOf, type TileName } from "../../src/audit/tiles.ts";
import { consistencyProof, GrowingTree, inclusionProof } from "../../src/audit/tree.ts";

const ORIGIN = "test.example/audit-log";

export type MadeLog = {
  readonly where: string;
  get(path: string): Promise<Buffer | null>;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly lines: readonly string[];
  readonly commitments: readonly Buffer[];
  readonly root: Buffer;
  readonly note: string;
  readonly verifierKey: string;
  readonly key: KeyObject;
  inclusion(index: number): Promise<Buffer[]>;
  consistency(earlier: number): Promise<Buffer[]>;
  evidence(indexes: readonly number[]): Promise<Evidence>;
  tilesOf(size: number): Iterable<TileName>;
  write(folder: string): void;
};

function entryOf(index: number, destroyed: readonly [number, number] | undefined, last: boolean): StoredEntry {
  const act = destroyed !== undefined && last;
  return storedFormOf({
    entryId: uuidv7(), recorded: new Date(Date.UTC(2026, 10, 21, 9) + index), salt: Buffer.alloc(0),
    input: {
      personId: uuidv7(), actor: { id: "555000001001", name: index % 7 === 0 ? "Zoë O’Neill" : "Anil Desai", role: "gp", roleName: "GP", sourceRole: "R8000", organisation: "X1", organisationName: "A practice", sessionId: "s" },
      purpose: "direct-care", action: act ? "log-destroy" : "open", outcome: "allowed", relationship: "registered", reason: index % 5 === 0 ? "a \"reason\"" : null, policy: "care", route: "GET /x", requestId: uuidv7(), sourcePatients: index % 8 === 0 ? [uuidv7()] : [],
      shown: act ? { ranges: [destroyed] } : { sections: ["allergies"], items: index },
    },
  });
}

/** A log of so many entries. `destroyed`: its last entry says that these lines were; `signer`: the log whose key signs this one too. */
export function auditLogOf(size: number, { destroyed, signer }: { destroyed?: readonly [number, number]; signer?: MadeLog } = {}): MadeLog {
  const entries = Array.from({ length: size }, (_, index) => ({ entry: entryOf(index, destroyed, index === size - 1), salt: Buffer.from(freshSalt()) }));
  const commitments = entries.map(({ entry, salt }) => commitmentOf(entry, salt));
  const tree = new GrowingTree();
  const stored = new Map<string, Buffer>();
  for (const tile of tree.append(commitments)) stored.set(`${tile.level}/${tile.tileIndex}`, tile.hashes);
  const key = signer?.key ?? generateKeyPairSync("ed25519").privateKey;
  const { verifier, sign } = signerOf(ORIGIN, key);
  const text = checkpointText({ origin: ORIGIN, size, root: tree.root() });
  const note = `${text}\n${sign(text)}`;
  const files = new Map<string, Buffer>([["checkpoint", Buffer.from(note)]]);
  for (const name of tilesOf(size)) {
    const hashes = stored.get(`${name.level}/${name.tileIndex}`)!;
    files.set(tilePath(name), name.level === -1 ? bundleOf(hashes) : hashes);
  }
  const read = async (level: number, index: number): Promise<Buffer | null> => stored.get(`${level}/${index}`) ?? null;
  return {
    where: "a log made for a test", get: async (path) => files.get(path) ?? null, files, commitments, root: tree.root(), note, verifierKey: verifier.text, key, tilesOf,
    lines: entries.map(({ entry, salt }, index) => entryLine(index, canonicalText(entry), salt)),
    inclusion: (index) => inclusionProof(index, size, read),
    consistency: (earlier) => consistencyProof(earlier, size, read),
    async evidence(indexes) {
      const proofs = await Promise.all(indexes.map((index) => inclusionProof(index, size, read)));
      return {
        format: "kmcr-evidence/1", made: new Date().toISOString(), origin: ORIGIN, checkpoint: note, logKeys: [verifier.text], witnessKeys: [],
        entries: indexes.map((index, at) => ({ index, entry: entries[index]!.entry, salt: entries[index]!.salt.toString("hex"), committedLater: null, proof: proofs[at]!.map((each) => each.toString("base64")) })),
      };
    },
    write(folder) {
      for (const [path, bytes] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
    },
  };
}
