/** The document store that the configuration names: a folder of this machine, or an S3-compatible store. */
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { DocumentStore } from "./document-store.ts";
import { folderStore } from "./folder.ts";
import { s3Store } from "./s3.ts";

export { DocumentStoreUnavailable, type DocumentHash, type DocumentStore } from "./document-store.ts";
export { folderStore } from "./folder.ts";
export { s3Store, type S3Address } from "./s3.ts";

/** Opens it; a bucket is not asked for here, so that the product starts while it is away. */
export function openDocumentStore(config: Config): DocumentStore {
  if (config.documents === "folder") return folderStore(join(config.dataDir, "documents"));
  return s3Store({ endpoint: config.s3Endpoint, region: config.s3Region, bucket: config.s3Bucket, accessKeyId: config.s3AccessKeyId, secretAccessKey: config.s3SecretAccessKey });
}
