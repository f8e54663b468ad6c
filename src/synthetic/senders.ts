import { connect, type Socket } from "node:net";
import type { Send } from "./play.ts";

export type Destination = {
  /** `http://host:port` of a running server. */
  readonly http: string;
  /** Host and port of its HL7 v2 listener. */
  readonly mllp: { readonly host: string; readonly port: number };
  /** The secret of a feed's client; the client's id is the feed's. */
  readonly secret: (feedId: string) => string;
};

const ROUTES = {
  "fhir-r4": ["fhir", "application/fhir+json"],
  "gp-connect-stu3": ["gp-connect", "application/fhir+json"],
  csv: ["csv", "text/csv"],
} as const;

/** Sends over real sockets: one MLLP connection a feed, HTTP with a bearer token a feed. `close` ends the connections. */
export function networkSend(to: Destination): Send & { close(): void } {
  const lines = new Map<string, MllpClient>();
  const tokens = new Map<string, { value: string; until: number }>();

  const token = async (feedId: string): Promise<string> => {
    const known = tokens.get(feedId);
    if (known !== undefined && known.until > Date.now()) return known.value;
    const answer = await fetch(`${to.http}/oauth2/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${feedId}:${to.secret(feedId)}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    const body = (await answer.json()) as { access_token?: string; expires_in?: number };
    if (!answer.ok || body.access_token === undefined)
      throw new Error(`no token for ${feedId}: ${answer.status} ${JSON.stringify(body).slice(0, 200)}`);
    tokens.set(feedId, { value: body.access_token, until: Date.now() + ((body.expires_in ?? 60) - 30) * 1000 });
    return body.access_token;
  };

  return {
    mllp(feedId, message) {
      let line = lines.get(feedId);
      if (line === undefined) lines.set(feedId, (line = new MllpClient(to.mllp.host, to.mllp.port)));
      return line.send(message);
    },
    async http(feedId, kind, body) {
      const [route, type] = ROUTES[kind];
      const answer = await fetch(`${to.http}/feeds/${feedId}/${route}`, {
        method: "POST",
        headers: { authorization: `Bearer ${await token(feedId)}`, "content-type": type },
        body: new Uint8Array(body),
      });
      return { status: answer.status, body: await answer.text() };
    },
    close() {
      for (const line of lines.values()) line.close();
    },
  };
}

const START = 0x0b;
const END = 0x1c;

/** One MLLP connection: a message goes out, its acknowledgement is awaited, then the next. */
export class MllpClient {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  #waiting: { resolve(text: string): void; reject(error: Error): void } | null = null;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Sends one message and gives back what was framed in answer; rejects where the connection ends or nothing comes in 30 s. */
  async send(message: Buffer): Promise<string> {
    const socket = (this.#socket ??= await this.#open());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error("no acknowledgement in 30 s")), 30_000);
      this.#waiting = {
        resolve: (text) => (clearTimeout(timer), resolve(text)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      };
      socket.write(Buffer.concat([Buffer.from([START]), message, Buffer.from([END, 0x0d])]));
    });
  }

  close(): void {
    this.#socket?.end();
    this.#socket = null;
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
      socket.once("connect", () => resolve(socket));
      socket.once("error", reject);
      socket.on("error", (error) => this.#fail(error));
      socket.on("close", () => this.#fail(new Error("the listener closed the connection")));
      socket.on("data", (bytes) => this.#take(bytes));
    });
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    const start = this.#received.indexOf(START);
    const end = this.#received.indexOf(END, start + 1);
    if (start < 0 || end < 0 || this.#received[end + 1] !== 0x0d) return;
    const text = this.#received.toString("utf8", start + 1, end);
    this.#received = this.#received.subarray(end + 2);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(text);
  }

  #fail(error: Error): void {
    this.#socket?.destroy();
    this.#socket = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }
}
