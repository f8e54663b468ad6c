/** Documents in an S3-compatible object store: `documents/ab/abcd...` in one bucket. */
import { hash as digest } from "node:crypto";
import { createRequire } from "node:module";
import type { ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { checkedHash, DocumentStoreUnavailable, type DocumentHash, type DocumentStore } from "./document-store.ts";

export type S3Address = {
  /** `https://s3.example.org`; empty for AWS itself. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
};

const PREFIX = "documents/";
/** What one request may take before it counts as no answer. */
const TIMEOUT_MS = 10_000;

/** A store in a bucket, which must exist. Requests are signed (SigV4) and tried twice by the client where the fault may pass. */
export function s3Store(address: S3Address): DocumentStore {
  // Loaded where there is a bucket: without one it would be a sixth of every process's start.
  const { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } = createRequire(import.meta.url)("@aws-sdk/client-s3") as typeof import("@aws-sdk/client-s3");
  const client = new S3Client({
    region: address.region,
    credentials: { accessKeyId: address.accessKeyId, secretAccessKey: address.secretAccessKey },
    ...(address.endpoint !== "" && { endpoint: address.endpoint, forcePathStyle: true }),
    // Stores other than AWS's own do not all know its newer checksums; each document is checked by its own hash anyhow.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: TIMEOUT_MS },
  });
  const Bucket = address.bucket;
  const keyOf = (hash: DocumentHash): string => `${PREFIX}${checkedHash(hash).slice(0, 2)}/${hash}`;

  return {
    async put(bytes) {
      const hash = digest("sha256", bytes);
      // Written again where it is there already: its time is then now, which keeps a sweep away from it.
      await asked(client.send(new PutObjectCommand({ Bucket, Key: keyOf(hash), Body: bytes, ContentLength: bytes.length, ContentType: "application/octet-stream" })));
      return hash;
    },
    async get(hash) {
      const bytes = await asked(client.send(new GetObjectCommand({ Bucket, Key: keyOf(hash) })).then(async (answer) => Buffer.from(await answer.Body!.transformToByteArray())), null);
      if (bytes !== null && digest("sha256", bytes) !== hash) throw new Error(`document ${hash} has changed in the bucket`);
      return bytes;
    },
    has: (hash) => asked(client.send(new HeadObjectCommand({ Bucket, Key: keyOf(hash) })).then(() => true), false),
    remove: async (hash) => void (await asked(client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(hash) })), null)),
    async *list() {
      let next: string | undefined;
      do {
        const page: ListObjectsV2CommandOutput = await asked(client.send(new ListObjectsV2Command({ Bucket, Prefix: PREFIX, ...(next !== undefined && { ContinuationToken: next }) })));
        for (const each of page.Contents ?? []) {
          const hash = each.Key?.slice(each.Key.lastIndexOf("/") + 1) ?? "";
          if (/^[0-9a-f]{64}$/.test(hash) && each.LastModified) yield { hash, written: each.LastModified };
        }
        next = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (next !== undefined);
    },
  };
}

/** The answer; `missing` where the object is not there; anything else that goes wrong is the store's, not the document's. */
async function asked<T>(answer: Promise<T>): Promise<T>;
async function asked<T, M>(answer: Promise<T>, missing: M): Promise<T | M>;
async function asked<T, M>(answer: Promise<T>, ...missing: M[]): Promise<T | M> {
  try {
    return await answer;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    // A bucket that is not there answers 404 too, and is no missing document.
    if (missing.length > 0 && $metadata?.httpStatusCode === 404 && name !== "NoSuchBucket") return missing[0] as M;
    throw new DocumentStoreUnavailable(`${name}${$metadata?.httpStatusCode ? ` (${$metadata.httpStatusCode})` : ""}`, error);
  }
}
