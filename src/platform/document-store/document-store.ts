/**
 * Where the bytes of documents lie: by their SHA-256, written once, never
 * changed. A store knows nothing of people; which document is whose stands in
 * the database, and a document that no row names is removed by a sweep.
 */

/** SHA-256 of the bytes, 64 hexadecimal digits in lower case: a document's only name here. */
export type DocumentHash = string;

export type DocumentStore = {
  /**
   * Keeps the bytes and gives their hash. Resolves only when they would survive
   * a power cut; the same bytes again cost little and count as written now.
   * Throws `DocumentStoreUnavailable` where the store cannot be reached or is full.
   */
  put(bytes: Uint8Array): Promise<DocumentHash>;
  /** The bytes, or `null` where the store does not hold them. Bytes that no longer have their hash are a defect and thrown. */
  get(hash: DocumentHash): Promise<Buffer | null>;
  has(hash: DocumentHash): Promise<boolean>;
  /** Removes the bytes; nothing happens where there are none. */
  remove(hash: DocumentHash): Promise<void>;
  /** Everything that is kept, in no order, with the time of its last `put`: what a sweep goes through. */
  list(): AsyncIterable<{ hash: DocumentHash; written: Date }>;
};

/**
 * The store does not answer, or refuses for a reason that may pass. Its code is
 * of the family of the system's own (`E...`), so that whoever tries a message
 * again after a broken connection tries again after this too.
 */
export class DocumentStoreUnavailable extends Error {
  readonly code = "EDOCUMENTSTORE";
  constructor(why: string, cause?: unknown) {
    super(`the document store is not available: ${why}`, { cause });
    this.name = "DocumentStoreUnavailable";
  }
}

const HASH = /^[0-9a-f]{64}$/;

/** A hash ends in a file name or an address: anything else is a defect of the caller. */
export function checkedHash(hash: DocumentHash): DocumentHash {
  if (!HASH.test(hash)) throw new Error("not the hash of a document");
  return hash;
}
