/**
 * A stand-in for MESH, in memory: mailboxes, chunks, pages of 500, tracking,
 * reports, and faults on demand. For demonstrations and tests; it says what it
 * is in a header, and production neither starts it nor talks to it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { refuse, type Refusal } from "#platform";
import { whyNotAuthorized } from "../mesh/authorization.ts";
import { MESH_PAGE } from "../mesh/client.ts";
import { STAND_IN_HEADER } from "../wire.ts";

export type MeshMailbox = {
  readonly id: string;
  readonly password: string;
  /** Organisation whose mailbox it is. */
  readonly odsCode?: string;
  /** Workflows that it may receive; missing: every one. */
  readonly receives?: readonly string[];
  /** Workflows that it may send; missing: every one. */
  readonly sends?: readonly string[];
};

export type StandInMeshSettings = {
  readonly mode: "demo" | "production";
  readonly port: number;
  readonly host?: string;
  readonly sharedKey: string;
  readonly mailboxes: readonly MeshMailbox[];
  /** Mutual TLS: only clients with a certificate of this authority. */
  readonly tls?: { readonly key: string; readonly certificate: string; readonly authority: string };
};

/**
 * A fault that the next requests meet. `status`: that answer instead of the work.
 * `lost`: the work is done and the connection cut before the answer. `hang`: the
 * work is done and no answer comes. `silent`: nothing is done and no answer comes.
 */
export type MeshFault = { readonly on: string; readonly fault: number | "lost" | "hang" | "silent"; times: number };

type Message = { id: string; from: string; to: string; headers: Record<string, string>; chunks: (Chunk | undefined)[]; state: "uploading" | "accepted" | "acknowledged" | "undelivered"; downloaded: string | null; type: "DATA" | "REPORT" };
type Chunk = { body: Buffer; encoding: string };

export type StandInMesh = {
  readonly url: string;
  /** What was asked, oldest first: `GET inbox`, `PUT inbox/ID/status/acknowledged`. */
  readonly asked: readonly { readonly at: number; readonly method: string; readonly path: string; readonly authorization: string }[];
  /** Makes requests whose `METHOD path` holds `on` meet a fault, so many times. */
  fail(on: string, fault: MeshFault["fault"], times?: number): void;
  /** Lays a message into a mailbox as if another had sent it; each piece is one chunk as it is. */
  deliver(message: { from: string; to: string; workflowId: string; chunks: readonly Buffer[]; compressed?: boolean; localId?: string; fileName?: string }): string;
  /** Ends the wait for a message that nobody fetched: its sender gets a report. */
  expire(messageId: string): void;
  /** Messages that wait in a mailbox. */
  waiting(mailbox: string): readonly string[];
  /** State of a message. */
  stateOf(messageId: string): Message["state"] | undefined;
  close(): Promise<void>;
};

/** Starts it; refuses `national.stand-in-in-production` in production. */
export async function startStandInMesh(settings: StandInMeshSettings): Promise<StandInMesh | Refusal> {
  if (settings.mode === "production") return refuse("forbidden", "national.stand-in-in-production", "The stand-in for MESH is for demonstration; it does not start in production.", {});
  const mesh = new MemoryMesh(settings);
  const serve = (request: IncomingMessage, response: ServerResponse): void => void mesh.serve(request, response).catch(() => response.destroy());
  const server: Server = settings.tls === undefined ? createServer(serve) : (createSecureServer({ key: settings.tls.key, cert: settings.tls.certificate, ca: settings.tls.authority, requestCert: true, rejectUnauthorized: true }, serve) as unknown as Server);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(settings.port, settings.host ?? "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${settings.tls === undefined ? "http" : "https"}://localhost:${port}`,
    asked: mesh.asked,
    fail: (on, fault, times = 1) => void mesh.faults.push({ on, fault, times }),
    deliver: (message) => mesh.deliver(message),
    expire: (messageId) => mesh.expire(messageId),
    waiting: (mailbox) => mesh.waiting(mailbox),
    stateOf: (messageId) => mesh.messages.get(messageId)?.state,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Said = { status: number; body?: unknown; bytes?: Buffer; headers?: Record<string, string> };

class MemoryMesh {
  readonly messages = new Map<string, Message>();
  readonly faults: MeshFault[] = [];
  readonly asked: { at: number; method: string; path: string; authorization: string }[] = [];
  readonly #settings: StandInMeshSettings;
  readonly #used = new Set<string>();
  readonly #validated = new Set<string>();
  #number = 0;

  constructor(settings: StandInMeshSettings) {
    this.#settings = settings;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://mesh");
    const method = request.method ?? "GET";
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = url.pathname.replace(/^\/messageexchange\//, "");
    this.asked.push({ at: Date.now(), method, path, authorization: request.headers.authorization ?? "" });
    const fault = this.faults.find((each) => each.times > 0 && `${method} ${path}`.includes(each.on));
    if (fault !== undefined) fault.times--;
    if (fault?.fault === "silent") return;
    const said: Said = typeof fault?.fault === "number" ? { status: fault.fault, body: { errorDescription: "a fault on demand" } } : this.#answer(method, path, url, request, Buffer.concat(parts));
    if (fault?.fault === "hang") return;
    if (fault?.fault === "lost") return void request.socket.destroy();
    const body = said.bytes ?? Buffer.from(said.body === undefined ? "" : JSON.stringify(said.body));
    response.writeHead(said.status, { [STAND_IN_HEADER]: "mesh", "content-type": said.bytes === undefined ? "application/json" : "application/octet-stream", "content-length": String(body.length), ...(said.status === 429 && { "retry-after": "0" }), ...said.headers }).end(body);
  }

  #answer(method: string, path: string, url: URL, request: IncomingMessage, body: Buffer): Said {
    const [first = "", ...rest] = path.split("/").map(decodeURIComponent);
    const signer = /^NHSMESH ([^:]+):/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const mailbox = first === "endpointlookup" ? signer : first;
    const known = this.#settings.mailboxes.find((each) => each.id === mailbox);
    const why = whyNotAuthorized(request.headers.authorization, mailbox, known && { mailbox: known.id, password: known.password, sharedKey: this.#settings.sharedKey }, this.#used, new Date());
    if (why !== null) return { status: 403, body: { errorEvent: "AUTH", errorCode: 403, errorDescription: why } };
    if (first === "endpointlookup") return this.#lookUp(rest[0] ?? "", rest[1] ?? "");
    const [box, id, last, ack] = rest;
    if (box === undefined && method === "GET") return this.#validate(mailbox, request);
    if (box === "inbox" && id === undefined) return { status: 200, body: { messages: this.waiting(mailbox).slice(0, MESH_PAGE) } };
    if (box === "inbox" && method === "GET") return this.#download(mailbox, id!, last === undefined ? 1 : Number(last));
    if (box === "inbox" && method === "PUT" && last === "status" && ack === "acknowledged") return this.#acknowledge(mailbox, id!);
    if (box === "outbox" && id === undefined && method === "POST") return this.#send(mailbox, request, body);
    if (box === "outbox" && id === "tracking") return this.#track(mailbox, url.searchParams.get("messageID"), last);
    if (box === "outbox" && method === "POST") return this.#sendChunk(mailbox, id!, Number(last), request, body);
    return { status: 400, body: { errorDescription: "no such address" } };
  }

  #validate(mailbox: string, request: IncomingMessage): Said {
    for (const name of ["mex-clientversion", "mex-osname", "mex-osversion"]) if (!request.headers[name]) return { status: 400, body: { errorDescription: `${name} is missing` } };
    this.#validated.add(mailbox);
    return { status: 200, body: {} };
  }

  waiting(mailbox: string): string[] {
    return [...this.messages.values()].filter((each) => each.to === mailbox && each.state === "accepted").map((each) => each.id);
  }

  #download(mailbox: string, id: string, number: number): Said {
    const message = this.messages.get(id);
    if (message === undefined || message.to !== mailbox) return { status: 404, body: { errorDescription: "Message does not exist" } };
    if (message.state === "acknowledged") return { status: 410, body: { errorDescription: "Message is gone" } };
    const chunk = message.chunks[number - 1];
    if (chunk === undefined) return { status: 404, body: { errorDescription: "Message does not exist" } };
    const count = message.chunks.length;
    const headers: Record<string, string> = { ...message.headers, "Mex-MessageID": id, "Mex-MessageType": message.type, ...(chunk.encoding && { "Content-Encoding": chunk.encoding, "Mex-Content-Compressed": "Y" }), ...(count > 1 && { "Mex-Chunk-Range": `${number}:${count}` }) };
    return { status: number < count ? 206 : 200, bytes: chunk.body, headers };
  }

  #acknowledge(mailbox: string, id: string): Said {
    const message = this.messages.get(id);
    if (message === undefined || message.to !== mailbox) return { status: 404, body: { errorDescription: "Message does not exist" } };
    message.state = "acknowledged";
    message.downloaded = stamp(new Date());
    return { status: 200, body: { messageId: id } };
  }

  #send(mailbox: string, request: IncomingMessage, body: Buffer): Said {
    const header = (name: string): string => [request.headers[name]].flat()[0] ?? "";
    const notTaken = (errorCode: string, errorDescription: string): Said => ({ status: 417, body: { messageID: this.#newId(), errorEvent: "SEND", errorCode, errorDescription } });
    const to = header("mex-to");
    const workflow = header("mex-workflowid");
    if (header("mex-from") !== mailbox) return notTaken("07", "Invalid From Address");
    if (to === "") return notTaken("08", "Missing Mex-To header");
    if (workflow === "" || header("mex-filename") === "") return notTaken("06", "Malformed headers");
    const receiver = this.#settings.mailboxes.find((each) => each.id === to);
    if (receiver === undefined) return notTaken("12", "Unregistered to address");
    const sender = this.#settings.mailboxes.find((each) => each.id === mailbox)!;
    if (sender.sends !== undefined && !sender.sends.includes(workflow)) return notTaken("16", "Sender is not allowed to send messages of this type");
    if (receiver.receives !== undefined && !receiver.receives.includes(workflow)) return notTaken("17", "Workflow ID not registered for mailbox");
    const count = Number(/^1:(\d+)$/.exec(header("mex-chunk-range"))?.[1] ?? 1);
    const id = this.#newId();
    const headers = { "Mex-From": mailbox, "Mex-To": to, "Mex-WorkflowID": workflow, "Mex-FileName": header("mex-filename"), "Mex-LocalID": header("mex-localid") };
    const chunks: (Chunk | undefined)[] = Array.from({ length: count }, () => undefined);
    chunks[0] = { body, encoding: header("content-encoding") };
    this.messages.set(id, { id, from: mailbox, to, headers, chunks, state: count === 1 ? "accepted" : "uploading", downloaded: null, type: "DATA" });
    return { status: 202, body: { messageID: id } };
  }

  #sendChunk(mailbox: string, id: string, number: number, request: IncomingMessage, body: Buffer): Said {
    const message = this.messages.get(id);
    if (message === undefined || message.from !== mailbox || !(number >= 2 && number <= message.chunks.length)) return { status: 404, body: { errorDescription: "Message does not exist" } };
    message.chunks[number - 1] = { body, encoding: [request.headers["content-encoding"]].flat()[0] ?? "" };
    if (message.chunks.every((each) => each !== undefined)) message.state = "accepted";
    return { status: 202, body: { messageID: id } };
  }

  #track(mailbox: string, messageId: string | null, localId: string | undefined): Said {
    const message = [...this.messages.values()].find((each) => each.from === mailbox && each.type === "DATA" && (messageId === null ? each.headers["Mex-LocalID"] === localId : each.id === messageId));
    if (message === undefined) return { status: 403, body: { errorDescription: "Message does not exist" } };
    const status = { uploading: "Uploading", accepted: "Accepted", acknowledged: "Acknowledged", undelivered: "Undeliverable" }[message.state];
    return { status: 200, body: { messageId: message.id, localId: message.headers["Mex-LocalID"], workflowId: message.headers["Mex-WorkflowID"], sender: message.from, recipient: message.to, status, statusSuccess: message.state === "undelivered" ? "ERROR" : "SUCCESS", ...(message.downloaded && { downloadTimestamp: message.downloaded }) } };
  }

  #lookUp(odsCode: string, workflow: string): Said {
    const results = this.#settings.mailboxes.filter((each) => each.odsCode === odsCode && (each.receives === undefined || each.receives.includes(workflow))).map((each) => ({ endpoint_type: "MESH", description: `Mailbox of ${odsCode}`, address: each.id }));
    return { status: 200, body: { query_id: this.#newId(), results } };
  }

  deliver(message: { from: string; to: string; workflowId: string; chunks: readonly Buffer[]; compressed?: boolean; localId?: string; fileName?: string }): string {
    const id = this.#newId();
    const headers = { "Mex-From": message.from, "Mex-To": message.to, "Mex-WorkflowID": message.workflowId, "Mex-FileName": message.fileName ?? "message.dat", "Mex-LocalID": message.localId ?? "" };
    this.messages.set(id, { id, from: message.from, to: message.to, headers, chunks: message.chunks.map((body) => ({ body, encoding: message.compressed ? "gzip" : "" })), state: "accepted", downloaded: null, type: "DATA" });
    return id;
  }

  expire(messageId: string): void {
    const message = this.messages.get(messageId);
    if (message === undefined || message.state !== "accepted") return;
    message.state = "undelivered";
    const id = this.#newId();
    const headers = {
      "Mex-To": message.from, "Mex-From": "", "Mex-WorkflowID": message.headers["Mex-WorkflowID"]!, "Mex-LocalID": message.headers["Mex-LocalID"]!, "Mex-LinkedMsgID": messageId, "Mex-StatusCode": "14", "Mex-StatusSuccess": "ERROR",
      "Mex-StatusEvent": "SEND", "Mex-StatusDescription": "Message not collected by recipient after 5 days", "Mex-StatusTimestamp": stamp(new Date()),
    };
    this.messages.set(id, { id, from: "", to: message.from, headers, chunks: [{ body: Buffer.alloc(0), encoding: "" }], state: "accepted", downloaded: null, type: "REPORT" });
  }

  #newId(): string {
    return `${stamp(new Date())}${String(++this.#number).padStart(6, "0")}_STANDIN`;
  }
}

/** `20261121093000`. */
const stamp = (at: Date): string => at.toISOString().replace(/[-T:]/g, "").slice(0, 14);
