/**
 * Client of the MESH API: inbox, download in chunks, acknowledge, send, track,
 * look up. It keeps nothing: what was downloaded is lost with the process, so a
 * caller acknowledges only what it has committed.
 * Source: NHSDigital/mesh-api-specification, specification/mesh-api.yaml.
 */
import { arch, release, type } from "node:os";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { isRefusal, type Refusal } from "#platform";
import { meshAuthorization, type MeshCredentials } from "./authorization.ts";
import { meshForbidden, meshGone, meshNoMessage, meshNotTaken, meshStandIn, meshTooLarge, meshUnavailable, meshUnexpected } from "./problems.ts";
import { isTooLarge, openWire, STAND_IN_HEADER, type MutualTls, type NoAnswer, type WireAnswer, type WireRequest } from "../wire.ts";

export type MeshSettings = MeshCredentials & {
  /** For example `https://mesh-sync.spineservices.nhs.uk`. */
  readonly url: string;
  readonly mode: "demo" | "production";
  readonly tls: MutualTls | null;
  /** Largest message that is taken in, bytes, after decompression. */
  readonly mostBytes: number;
  readonly timeoutMs?: number;
  readonly backoffMs?: number;
  /** Largest chunk that is sent, bytes, before compression. */
  readonly chunkBytes?: number;
};

/** A message that an organisation sent. `compressed` where a chunk could not be unpacked: the bytes are as they came. */
export type MeshData = { readonly kind: "data"; readonly messageId: string; readonly from: string; readonly workflowId: string; readonly localId: string; readonly fileName: string; readonly bytes: Buffer; readonly stillCompressed: boolean };
/** MESH says what became of a message of ours. */
export type MeshReport = { readonly kind: "report"; readonly messageId: string; readonly linkedMessageId: string; readonly localId: string; readonly statusCode: string; readonly description: string; readonly at: string };

export type MeshOutgoing = { readonly to: string; readonly workflowId: string; readonly fileName: string; /** Ours, unique, names no person. */ readonly localId: string; readonly bytes: Buffer };
/** `accepted`: MESH has it. `acknowledged`: the recipient's system has it. `undelivered`: nobody fetched it in five days. */
export type MeshTracking = { readonly messageId: string; readonly state: "accepted" | "acknowledged" | "undelivered"; readonly status: string; readonly at: string | null };
export type MeshEndpoint = { readonly mailbox: string; readonly description: string };

export type MeshClient = {
  readonly mailbox: string;
  /** Says to MESH that the mailbox is in use; wanted once in 24 hours. */
  validate(): Promise<true | Refusal>;
  /** Ids of waiting messages, 500 at most: whoever got 500 asks again. */
  inbox(): Promise<readonly string[] | Refusal>;
  /** A message with all of its chunks; refuses not-found, gone, unsupported (too large). */
  download(messageId: string): Promise<MeshData | MeshReport | Refusal>;
  /** MESH forgets the message after this. One that is gone already counts as acknowledged. */
  acknowledge(messageId: string): Promise<true | Refusal>;
  /** Sends once: where an answer was lost, MESH is asked by our own id before anything is sent again. */
  send(message: MeshOutgoing): Promise<{ messageId: string } | Refusal>;
  track(by: { messageId: string } | { localId: string }): Promise<MeshTracking | Refusal>;
  /** Mailboxes of an organisation for a workflow. */
  lookUp(odsCode: string, workflowId: string): Promise<readonly MeshEndpoint[] | Refusal>;
  close(): void;
};

/** As many ids as one look into the inbox gives. */
export const MESH_PAGE = 500;
/** 20 MB is what MESH takes over the internet in one request. */
const CHUNK_BYTES = 19_000_000;
const SEND_TRIES = 4;

const pack = promisify<Buffer, Buffer>(gzip);
const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** The specification's error codes in words. */
const ERRORS: Readonly<Record<string, string>> = {
  "02": "the data is missing", "06": "malformed headers", "07": "the sender is not the mailbox that signed", "08": "no recipient is named", "11": "not a message type for this transfer", "12": "the recipient is not registered", "14": "it was not delivered",
  "15": "not a CP-IS file", "16": "this sender may not send messages of this type", "17": "the workflow is not registered for the mailbox",
};

/** Words for a status code of the specification, and MESH's own where it is none of those. */
export const meshErrorWords = (code: string, description: string): string => ERRORS[code.padStart(2, "0")] ?? (description || "no reason given");

export function createMeshClient(settings: MeshSettings, now: () => Date = () => new Date()): MeshClient {
  const mailbox = settings.mailbox.toUpperCase();
  const credentials: MeshCredentials = { mailbox, password: settings.password, sharedKey: settings.sharedKey };
  const { mostBytes, chunkBytes = CHUNK_BYTES } = settings;
  const wire = openWire({ url: settings.url, tls: settings.tls, timeoutMs: settings.timeoutMs ?? 30_000, tries: 4, backoffMs: settings.backoffMs ?? 1000, mostBytes: mostBytes + 1_000_000 });
  const home = `/messageexchange/${encodeURIComponent(mailbox)}`;

  /** One request, signed anew for each try; what no caller treats by itself is a refusal here. */
  const ask = async (method: WireRequest["method"], path: string, options: { headers?: Readonly<Record<string, string>>; body?: Buffer; mayRepeat?: boolean } = {}): Promise<WireAnswer | NoAnswer | Refusal> => {
    const answer = await wire.ask({ method, path, headers: () => ({ authorization: meshAuthorization(credentials, now()), ...options.headers }), ...(options.body && { body: options.body }) }, options.mayRepeat ?? true);
    if (settings.mode === "production" && "headers" in answer && answer.headers[STAND_IN_HEADER] !== undefined) return meshStandIn(settings.url);
    if (answer.status === 403) return meshForbidden(textOf(answer));
    return answer;
  };
  const otherwise = (answer: WireAnswer | NoAnswer, path: string): Refusal =>
    answer.status === 0 || answer.status === 429 || answer.status >= 500 ? meshUnavailable("why" in answer ? answer.why : `HTTP ${answer.status}`) : meshUnexpected(answer.status, path);

  /** One chunk, unpacked by itself. */
  const chunk = async (messageId: string, path: string, room: number): Promise<{ answer: WireAnswer; bytes: Buffer; stillCompressed: boolean } | Refusal> => {
    const answer = await ask("GET", path, { headers: { accept: "*/*" } });
    if (isRefusal(answer)) return answer;
    if (answer.status === 404) return meshNoMessage(messageId);
    if (answer.status === 410) return meshGone(messageId);
    if (isTooLarge(answer)) return meshTooLarge(messageId);
    if (!("headers" in answer) || (answer.status !== 200 && answer.status !== 206)) return otherwise(answer, path);
    if (answer.body.length > room) return meshTooLarge(messageId);
    if (!isCompressed(answer)) return { answer, bytes: answer.body, stillCompressed: false };
    try {
      return { answer, bytes: await unpack(answer.body, { maxOutputLength: Math.max(1, room) }), stillCompressed: false };
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") return meshTooLarge(messageId);
      return { answer, bytes: answer.body, stillCompressed: true };
    }
  };

  const track = async (by: { messageId: string } | { localId: string }): Promise<MeshTracking | Refusal> => {
    const path = "messageId" in by ? `${home}/outbox/tracking?messageID=${encodeURIComponent(by.messageId)}` : `${home}/outbox/tracking/${encodeURIComponent(by.localId)}`;
    const answer = await ask("GET", path);
    // The interface says 403 of a message that it does not know as well.
    if (isRefusal(answer)) return answer.code === "national.mesh-forbidden" && /exist|not found/i.test(String(answer.details?.["what"])) ? meshNoMessage("messageId" in by ? by.messageId : by.localId) : answer;
    if (answer.status === 404) return meshNoMessage("messageId" in by ? by.messageId : by.localId);
    if (!("headers" in answer) || answer.status !== 200) return otherwise(answer, path);
    const body = jsonOf(answer);
    const status = String(body["status"] ?? "");
    const state = /^acknowledged$/i.test(status) ? "acknowledged" : /undeliver|error|expired/i.test(`${status} ${body["statusSuccess"] === "ERROR" ? "error" : ""}`) ? "undelivered" : "accepted";
    return { messageId: String(body["messageId"] ?? body["dtsId"] ?? ""), state, status, at: typeof body["downloadTimestamp"] === "string" ? body["downloadTimestamp"] : null };
  };

  /** The first request of a message. An answer that was lost is looked for before anything is sent again. */
  const post = async (message: MeshOutgoing, headers: Readonly<Record<string, string>>, body: Buffer): Promise<{ messageId: string } | Refusal> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask("POST", `${home}/outbox`, { headers, body, mayRepeat: false });
      if (isRefusal(answer)) return answer;
      if (answer.status === 417 && "headers" in answer) {
        const said = jsonOf(answer);
        const code = String(said["errorCode"] ?? "").padStart(2, "0");
        return meshNotTaken(code, meshErrorWords(code, String(said["errorDescription"] ?? "")));
      }
      const messageId = answer.status === 202 && "headers" in answer ? String(jsonOf(answer)["messageID"] ?? "") : "";
      if (messageId !== "") return { messageId };
      const refusal = otherwise(answer, `${home}/outbox`);
      if (refusal.code !== "national.mesh-unavailable" || answer.status === 429 || answer.status === 503 || attempt >= SEND_TRIES) return refusal;
      const known = await track({ localId: message.localId });
      if (!isRefusal(known) && known.messageId !== "") return { messageId: known.messageId };
      if (isRefusal(known) && known.kind !== "not-found") return known;
    }
  };

  return {
    mailbox,
    track,
    async validate() {
      const answer = await ask("GET", home, { headers: { "mex-clientversion": "KMCR==0.1.0", "mex-osname": type(), "mex-osversion": release(), "mex-osarchitecture": arch() } });
      return isRefusal(answer) ? answer : answer.status === 200 ? true : otherwise(answer, home);
    },
    async inbox() {
      const answer = await ask("GET", `${home}/inbox`);
      if (isRefusal(answer)) return answer;
      if (!("headers" in answer) || answer.status !== 200) return otherwise(answer, `${home}/inbox`);
      const { messages } = jsonOf(answer);
      return Array.isArray(messages) ? messages.map(String) : meshUnexpected(200, `${home}/inbox`);
    },
    async download(messageId) {
      const path = `${home}/inbox/${encodeURIComponent(messageId)}`;
      const first = await chunk(messageId, path, mostBytes);
      if (isRefusal(first)) return first;
      const header = (name: string): string => [first.answer.headers[name]].flat()[0] ?? "";
      if (header("mex-messagetype").toUpperCase() === "REPORT") {
        return { kind: "report", messageId, linkedMessageId: header("mex-linkedmsgid"), localId: header("mex-localid"), statusCode: header("mex-statuscode"), description: meshErrorWords(header("mex-statuscode"), header("mex-statusdescription")), at: header("mex-statustimestamp") };
      }
      const parts = [first.bytes];
      let { stillCompressed } = first;
      let size = first.bytes.length;
      const count = first.answer.status === 206 ? Number(/^1:(\d{1,6})$/.exec(header("mex-chunk-range").trim())?.[1] ?? 0) : 1;
      if (count === 0) return meshUnexpected(206, path);
      for (let number = 2; number <= count; number++) {
        const next = await chunk(messageId, `${path}/${number}`, mostBytes - size);
        if (isRefusal(next)) return next;
        parts.push(next.bytes);
        size += next.bytes.length;
        stillCompressed ||= next.stillCompressed;
      }
      return { kind: "data", messageId, from: header("mex-from").toUpperCase(), workflowId: header("mex-workflowid"), localId: header("mex-localid"), fileName: header("mex-filename"), bytes: Buffer.concat(parts), stillCompressed };
    },
    async acknowledge(messageId) {
      const path = `${home}/inbox/${encodeURIComponent(messageId)}/status/acknowledged`;
      const answer = await ask("PUT", path);
      if (isRefusal(answer)) return answer;
      if (answer.status === 200 || answer.status === 410) return true;
      return answer.status === 404 ? meshNoMessage(messageId) : otherwise(answer, path);
    },
    async send(message) {
      const pieces = Array.from({ length: Math.max(1, Math.ceil(message.bytes.length / chunkBytes)) }, (_, index) => message.bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes));
      const headers = {
        "content-type": "application/octet-stream", "content-encoding": "gzip", "mex-content-compressed": "Y", "mex-from": mailbox, "mex-to": message.to, "mex-workflowid": message.workflowId, "mex-filename": message.fileName, "mex-localid": message.localId,
      };
      const sent = await post(message, { ...headers, ...(pieces.length > 1 && { "mex-chunk-range": `1:${pieces.length}` }) }, await pack(pieces[0]!));
      if (isRefusal(sent)) return sent;
      for (let number = 2; number <= pieces.length; number++) {
        const path = `${home}/outbox/${encodeURIComponent(sent.messageId)}/${number}`;
        // A chunk has its place, so that a second time changes nothing.
        const answer = await ask("POST", path, { headers: { ...headers, "mex-chunk-range": `${number}:${pieces.length}` }, body: await pack(pieces[number - 1]!) });
        if (isRefusal(answer)) return answer;
        if (answer.status !== 202) return otherwise(answer, path);
      }
      return sent;
    },
    async lookUp(odsCode, workflowId) {
      const path = `/messageexchange/endpointlookup/${encodeURIComponent(odsCode)}/${encodeURIComponent(workflowId)}`;
      const answer = await ask("GET", path);
      if (isRefusal(answer)) return answer;
      if (!("headers" in answer) || answer.status !== 200) return otherwise(answer, path);
      const { results } = jsonOf(answer);
      return (Array.isArray(results) ? (results as { address?: unknown; description?: unknown }[]) : []).map((each) => ({ mailbox: String(each?.address ?? ""), description: String(each?.description ?? "") })).filter((each) => each.mailbox !== "");
    },
    close: () => wire.close(),
  };
}

const isCompressed = ({ headers }: WireAnswer): boolean => /gzip/i.test(String(headers["content-encoding"] ?? "")) || /^y/i.test(String(headers["mex-content-compressed"] ?? ""));
const textOf = (answer: WireAnswer | NoAnswer): string => ("headers" in answer ? answer.body.toString("utf8").slice(0, 300) : answer.why);

function jsonOf(answer: WireAnswer): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(answer.body.toString("utf8"));
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
