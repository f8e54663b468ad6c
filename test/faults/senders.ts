/**
 * Senders under load: each on a connection of its own sends one message after the
 * other and notes what was acknowledged. Where the connection breaks before the
 * answer, the same bytes go again, as a real sender would do.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { hl7, result } from "#test/hl7.ts";
import { MllpLine } from "#test/mllp-line.ts";

/** A message whose acknowledgement takes longer is given up and sent again on a new connection. */
const PATIENCE_MS = 5_000;

export class Senders {
  /** Control ids that were acknowledged, with when (ms since the epoch). */
  readonly acknowledged = new Map<string, number>();
  /** Acknowledgements that said "send it again". */
  retryable = 0;
  /** Connections that broke while an answer was waited for. */
  broken = 0;
  sent = 0;
  readonly #port: () => number;
  readonly #mark: string;
  #stopped = false;
  #running: Promise<void>[] = [];

  /** `port` is asked anew for each connection; `mark` keeps the ids of two runs apart. */
  constructor(port: () => number, mark: string) {
    this.#port = port;
    this.#mark = mark;
  }

  start(count: number): void {
    this.#stopped = false;
    this.#running = Array.from({ length: count }, (_, index) => this.#send(index));
  }

  /** Stops sending; what is in doubt is settled first, so that in the end each message was acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #send(sender: number): Promise<void> {
    let line: MllpLine | null = null;
    for (let number = 1; !this.#stopped; number++) {
      const id = `${this.#mark}-${sender}-${number}`;
      const message = hl7({ id, kind: "ORU^R01", patient: `${this.#mark}-${sender}-${number % 5}`, family: "Faults", segments: result({ order: id, value: String(50 + (number % 50)) }) });
      this.sent++;
      for (;;) {
        try {
          line ??= await MllpLine.open(this.#port());
          const answer = await line.exchange(message, PATIENCE_MS);
          if (answer.controlId !== id) throw new Error(`the answer is to ${answer.controlId}, not to ${id}`);
          if (answer.code === "AA") {
            this.acknowledged.set(id, Date.now());
            break;
          }
          if (answer.code !== "AE" || answer.field("ERR", 3).split("^")[0] !== "207") throw new Error(`not retryable: ${answer.text}`);
          this.retryable++;
          await sleep(50);
        } catch {
          this.broken++;
          line?.close();
          line = null;
          await sleep(50);
        }
      }
    }
    line?.close();
  }
}
