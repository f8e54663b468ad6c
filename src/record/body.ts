/**
 * Bodies are kept as text in chunks of one home key: 32 bodies or 64 kB, one
 * zstd frame each. 164 bytes a body against 2,196 for plain rows, ingest and
 * whole-record reads as fast (fhir-and-speed.md section 7, point 4).
 */
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from "node:zlib";

const MOST_BODIES = 32;
const MOST_BYTES = 64 * 1024;

/** Cuts bodies, in their order, into chunks: for each its compressed bytes and how many bodies it holds. */
export function packBodies(bodies: readonly string[]): { bytes: Buffer; count: number }[] {
  const chunks: { bytes: Buffer; count: number }[] = [];
  for (let from = 0; from < bodies.length; ) {
    let to = from;
    let size = 0;
    while (to < bodies.length && to - from < MOST_BODIES && (to === from || size + bodies[to]!.length <= MOST_BYTES)) size += bodies[to++]!.length;
    chunks.push({ bytes: compress(bodies.slice(from, to).join("\n")), count: to - from });
    from = to;
  }
  return chunks;
}

/** One body of a chunk. JSON text holds no raw line feed, so a line is a body. */
export function unpackBody(bytes: Uint8Array, index: number): string {
  const body = zstdDecompressSync(bytes).toString("utf8").split("\n")[index];
  if (body === undefined) throw new Error("a body is missing from its chunk");
  return body;
}

/** zstd level 1: as small as level 3 within 5 % on FHIR text, twice as fast. */
export function compress(content: string | Uint8Array): Buffer {
  return zstdCompressSync(content, LEVEL);
}

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const aside = promisify(zstdCompress) as (content: Uint8Array, options: typeof LEVEL) => Promise<Buffer>;

/** The same, off the main thread: for what is large. */
export function compressAside(content: Uint8Array): Promise<Buffer> {
  return aside(content, LEVEL);
}

export function decompress(bytes: Uint8Array): Buffer {
  return zstdDecompressSync(bytes);
}
