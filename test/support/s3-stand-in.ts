/**
 * A stand-in for an S3-compatible store: the REST interface of the few
 * operations that the product uses (PutObject, GetObject, HeadObject,
 * DeleteObject, ListObjectsV2), in memory, in path style. It works out the
 * signature of each request (AWS Signature Version 4) anew from its secret and
 * refuses those that do not agree, pages its lists, and can be told to fail as
 * stores fail.
 */
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

type Kept = { bytes: Buffer; written: Date; etag: string };

/** What goes wrong: 503 SlowDown, 500 InternalError, a connection that is cut, or a key that is refused. */
export type S3Fault = "none" | "slow-down" | "internal-error" | "cut" | "forbidden";

export type S3StandIn = {
  endpoint: string;
  readonly objects: Map<string, Kept>;
  fault: S3Fault;
  /** How many requests still meet the fault; all of them where it is `Infinity`. */
  faults: number;
  requests: number;
  stop(): Promise<void>;
};

export const S3_KEYS = { accessKeyId: "STANDINKEY", secretAccessKey: "a secret of the stand-in" } as const;
const PAGE = 2;

export async function startS3StandIn(bucket = "documents"): Promise<S3StandIn> {
  const objects = new Map<string, Kept>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => answer(request, response, Buffer.concat(parts)));
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    state.requests++;
    if (state.fault !== "none" && state.faults > 0) {
      state.faults--;
      if (state.fault === "cut") return void request.socket.destroy();
      const [status, code] = { "slow-down": [503, "SlowDown"], "internal-error": [500, "InternalError"], forbidden: [403, "InvalidAccessKeyId"] }[state.fault] as [number, string];
      return refuse(response, status, code);
    }
    const url = new URL(request.url!, "http://stand-in");
    const wrong = signatureFault(request, url, body);
    if (wrong !== null) return refuse(response, 403, "SignatureDoesNotMatch", wrong);
    const [, wanted, ...rest] = decodeURIComponent(url.pathname).split("/");
    if (wanted !== bucket) return refuse(response, 404, "NoSuchBucket");
    const key = rest.join("/");
    if (key === "") return list(url, response);
    const kept = objects.get(key);
    switch (request.method) {
      case "PUT": {
        const etag = `"${createHash("md5").update(body).digest("hex")}"`;
        objects.set(key, { bytes: body, written: new Date(), etag });
        return void response.writeHead(200, { etag }).end();
      }
      case "DELETE":
        objects.delete(key);
        return void response.writeHead(204).end();
      case "HEAD":
      case "GET":
        if (kept === undefined) return refuse(response, 404, "NoSuchKey");
        response.writeHead(200, { etag: kept.etag, "last-modified": kept.written.toUTCString(), "content-length": kept.bytes.length, "content-type": "application/octet-stream" });
        return void response.end(request.method === "GET" ? kept.bytes : undefined);
      default:
        return refuse(response, 405, "MethodNotAllowed");
    }
  }

  function list(url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get("prefix") ?? "";
    const after = url.searchParams.get("continuation-token") ?? "";
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, PAGE);
    const truncated = keys.length > PAGE;
    response.writeHead(200, { "content-type": "application/xml" }).end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${truncated}</IsTruncated>${truncated ? `<NextContinuationToken>${page.at(-1)!}</NextContinuationToken>` : ""}${page
        .map((key) => `<Contents><Key>${key}</Key><LastModified>${objects.get(key)!.written.toISOString()}</LastModified><Size>${objects.get(key)!.bytes.length}</Size></Contents>`)
        .join("")}</ListBucketResult>`,
    );
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const state: S3StandIn = {
    endpoint: `http://127.0.0.1:${port}`, objects, fault: "none", faults: Infinity, requests: 0,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  return state;
}

function refuse(response: ServerResponse, status: number, code: string, why: string = code): void {
  response.writeHead(status, { "content-type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${why}</Message></Error>`);
}

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Signature Version 4 worked out anew; `null` where it agrees. */
function signatureFault(request: IncomingMessage, url: URL, body: Buffer): string | null {
  const given = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? "");
  if (given === null) return "the request is not signed";
  const [, keyId, day, region, names, signature] = given as unknown as [string, string, string, string, string, string];
  if (keyId !== S3_KEYS.accessKeyId) return "no such key";
  const bodyHash = String(request.headers["x-amz-content-sha256"] ?? "");
  if (bodyHash !== "UNSIGNED-PAYLOAD" && bodyHash !== sha256(body)) return "the body has another hash than was signed";
  const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&");
  const headers = names.split(";").map((name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`).join("");
  const canonical = [request.method, url.pathname, query, headers, names, bodyHash].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", String(request.headers["x-amz-date"]), scope, sha256(canonical)].join("\n");
  const key = hmac(hmac(hmac(hmac(`AWS4${S3_KEYS.secretAccessKey}`, day), region), "s3"), "aws4_request");
  return hmac(key, toSign).toString("hex") === signature ? null : "the signature does not agree";
}
