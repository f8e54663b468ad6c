/** One MLLP connection that writes what it is told, however wrong, and hands back every frame that comes. */
import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";

/** 0x0B, message, 0x1C 0x0D. */
export function framed(message: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x0b]), Buffer.from(message as string), Buffer.from([0x1c, 0x0d])]);
}

/** An acknowledgement taken apart: `field("MSA", 2)` is MSA-2. */
export type Ack = { text: string; code: string; controlId: string; field(segment: string, field: number): string };

export function readAck(text: string): Ack {
  const lines = text.split("\r").filter((line) => line !== "").map((line) => line.split("|"));
  const field = (segment: string, index: number): string => lines.find((line) => line[0] === segment)?.[segment === "MSH" ? index - 1 : index] ?? "";
  return { text, code: field("MSA", 1), controlId: field("MSA", 2), field };
}

export class MllpLine {
  readonly #socket: Socket;
  readonly #acks: Ack[] = [];
  #received = Buffer.alloc(0);
  #waiting: (() => void)[] = [];
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      for (let end = this.#received.indexOf(0x1c); end >= 0 && this.#received[end + 1] === 0x0d; end = this.#received.indexOf(0x1c)) {
        this.#acks.push(readAck(this.#received.toString("utf8", this.#received.indexOf(0x0b) + 1, end)));
        this.#received = this.#received.subarray(end + 2);
      }
      this.#wake();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static open(port: number): Promise<MllpLine> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new MllpLine(socket)));
    });
  }

  /** Over TLS, with the certificate that the sender has. */
  static openTls(port: number, options: ConnectionOptions): Promise<MllpLine> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ host: "127.0.0.1", servername: "localhost", port, ...options });
      socket.once("error", reject);
      socket.once("secureConnect", () => resolve(new MllpLine(socket)));
    });
  }

  /** Writes bytes as they are. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.#socket.write(bytes, (error) => (error ? reject(error) : resolve())));
  }

  /** Writes one framed message and takes the one acknowledgement that must come. */
  async send(message: string | Uint8Array): Promise<Ack> {
    await this.write(framed(message));
    return (await this.take(1))[0]!;
  }

  /** Writes one framed message and takes its acknowledgement; fails where none comes in time. */
  async exchange(message: string | Uint8Array, patienceMs: number): Promise<Ack> {
    await this.write(framed(message));
    return (await this.take(1, patienceMs))[0]!;
  }

  /** The next acknowledgements, in the order in which they came; fails where fewer come in time. */
  async take(count: number, patienceMs = 30_000): Promise<Ack[]> {
    const until = Date.now() + patienceMs;
    while (this.#acks.length < count) {
      if (this.#closed) throw new Error(`the listener closed the connection after ${this.#acks.length} of ${count} acknowledgements`);
      if (Date.now() > until) throw new Error(`${this.#acks.length} of ${count} acknowledgements in ${patienceMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, until - Date.now()));
        this.#waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
    return this.#acks.splice(0, count);
  }

  /** Acknowledgements that came and nobody has taken: one too many would stand here. */
  get unread(): number {
    return this.#acks.length;
  }

  /** Says that nothing more will be written; acknowledgements still come. */
  halfClose(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
