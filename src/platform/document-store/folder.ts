/** Documents in a folder of this machine: `ab/abcd...`, each written whole or not at all. */
import { hash as digest, randomUUID } from "node:crypto";
import { mkdir, open, opendir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkedHash, DocumentStoreUnavailable, type DocumentHash, type DocumentStore } from "./document-store.ts";

/** Half-written files of a process that died; older than this, nobody is writing them any more. */
const ABANDONED_MS = 3_600_000;

/** A store in `folder`, which is made with its first document. */
export function folderStore(folder: string): DocumentStore {
  const made = new Map<string, Promise<void>>();
  const pathOf = (hash: DocumentHash): string => join(folder, checkedHash(hash).slice(0, 2), hash);

  async function write(hash: DocumentHash, bytes: Uint8Array): Promise<void> {
    const path = pathOf(hash);
    const home = dirname(path);
    await homeOf(home);
    const temporary = join(home, `${hash}.${randomUUID()}.part`);
    try {
      const file = await open(temporary, "wx", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** The part's folder, its name durable: once in the life of a process, for all who write there. */
  function homeOf(home: string): Promise<void> {
    const before = made.get(home);
    if (before !== undefined) return before;
    const making = mkdir(home, { recursive: true, mode: 0o700 }).then(() => syncFolder(folder)).then(() => syncFolder(dirname(folder)));
    made.set(home, making);
    making.catch(() => made.delete(home));
    return making;
  }

  return {
    async put(bytes) {
      const hash = digest("sha256", bytes);
      try {
        // Bytes that are there already are written now: a sweep that found them without a row lets them be.
        const now = new Date();
        if (!(await utimes(pathOf(hash), now, now).then(() => true, orIfMissing))) await write(hash, bytes);
        // Also where another has renamed it a moment ago: its name may not be durable yet.
        await syncFolder(dirname(pathOf(hash)));
      } catch (error) {
        throw new DocumentStoreUnavailable((error as Error).message, error);
      }
      return hash;
    },
    async get(hash) {
      const bytes = await readFile(pathOf(hash)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw new DocumentStoreUnavailable(error.message, error);
      });
      if (bytes !== null && digest("sha256", bytes) !== hash) throw new Error(`document ${hash} has changed on disk`);
      return bytes;
    },
    has: (hash) => stat(pathOf(hash)).then(() => true, orIfMissing),
    remove: (hash) => rm(pathOf(hash), { force: true }),
    async *list() {
      const parts = await opendir(folder).catch(orIfMissing);
      if (parts === false) return;
      for await (const part of parts) {
        if (!part.isDirectory() || part.name.length !== 2) continue;
        for await (const file of await opendir(join(folder, part.name))) {
          const path = join(folder, part.name, file.name);
          const found = await stat(path).catch(() => null);
          if (found === null) continue;
          if (/^[0-9a-f]{64}$/.test(file.name)) yield { hash: file.name, written: found.mtime };
          else if (file.name.endsWith(".part") && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
        }
      }
    },
  };
}

function orIfMissing(error: NodeJS.ErrnoException): false {
  if (error.code === "ENOENT") return false;
  throw error;
}

/** A new name in a folder is durable only once the folder itself is written. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
