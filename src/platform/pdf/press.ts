/**
 * Makes PDF documents from a Typst template and data, in one child process that
 * is kept warm: setting many pages takes a second of a processor, which a web
 * process does not have, and the compiler is native code, whose fault must end
 * neither the web process nor anybody's session.
 *
 * Data is never markup. It reaches the template as one JSON value
 * (`json(bytes(sys.inputs.data))`), its text made drawable (`drawing.ts`), so
 * nothing of it can be read as code. Nothing is fetched: template and fonts are
 * files of this product. The child has no environment, keeps no document, and
 * is ended after a time without orders.
 */
import { fork, type ChildProcess } from "node:child_process";
import { log } from "../log.ts";
import { refuse, type Refusal } from "../problem.ts";

/** `seconds`: for one document; `megabytes`: its data as JSON; `waiting`: orders in line, the one in work among them; `idleMinutes`: then the child is ended. */
export type PdfLimits = { readonly seconds: number; readonly megabytes: number; readonly waiting: number; readonly idleMinutes: number };
export const PDF_LIMITS: PdfLimits = { seconds: 30, megabytes: 2, waiting: 8, idleMinutes: 10 };

/** A child larger than this is ended after its document: the compiler gives no memory back. */
const LARGEST_CHILD = 512 * 1_048_576;

export type PdfOrder = {
  /** Typst source of this product; never holds anything from outside. */
  readonly template: string;
  /** Whatever the template reads, as JSON. */
  readonly data: unknown;
  /** When the document says that it was made. */
  readonly at: Date;
};

export type PdfPress = {
  /** A PDF/UA-1 document, or `unavailable`: `platform.pdf-too-large`, `-too-slow`, `-busy`, `-failed`. */
  readonly make: (order: PdfOrder) => Promise<Uint8Array | Refusal>;
  /** Starts the child, so that the next order need not wait for it. */
  readonly warm: () => void;
  readonly end: () => void;
};

/** What the child is sent and what it answers. */
export type PressWork = { readonly template: string; readonly json: string; readonly at: number };
export type PressAnswer = { readonly pdf: Uint8Array; readonly memory: number } | { readonly fault: string; readonly memory: number };

export function pdfPress(limits: PdfLimits = PDF_LIMITS): PdfPress {
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function running(): ChildProcess {
    clearTimeout(idle);
    if (child !== null && child.connected) return child;
    const started = fork(new URL("press-child.ts", import.meta.url), [], { execArgv: [], env: {}, serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
    // A child that waits for orders keeps nobody from ending; it ends itself when its parent is gone.
    started.unref();
    started.channel?.unref();
    started.on("exit", () => {
      if (child === started) child = null;
    });
    child = started;
    return started;
  }

  function end(): void {
    clearTimeout(idle);
    child?.kill("SIGKILL");
    child = null;
  }

  function restLater(): void {
    clearTimeout(idle);
    idle = setTimeout(() => waiting === 0 && end(), limits.idleMinutes * 60_000).unref();
  }

  function work(given: PressWork): Promise<Uint8Array | Refusal> {
    return new Promise((resolve) => {
      const own = running();
      // Somebody waits for this one: it must not be lost because nothing else is to be done.
      own.channel?.ref();
      const settle = (answer: Uint8Array | Refusal): void => {
        clearTimeout(timer);
        own.off("message", onMessage).off("exit", onExit).off("error", onExit);
        own.channel?.unref();
        resolve(answer);
      };
      const onMessage = (answer: PressAnswer): void => {
        if (answer.memory > LARGEST_CHILD) end();
        if ("pdf" in answer) return settle(answer.pdf);
        log("error", "platform.pdf", { fault: answer.fault });
        settle(notMade("failed", "The document could not be made."));
      };
      const onExit = (): void => {
        log("error", "platform.pdf", { fault: "the press ended" });
        settle(notMade("failed", "The document could not be made."));
      };
      const timer = setTimeout(() => {
        end();
        settle(notMade("too-slow", `The document took longer than ${limits.seconds} seconds to make.`));
      }, limits.seconds * 1000);
      own.on("message", onMessage).on("exit", onExit).on("error", onExit);
      own.send(given, (error) => error && onExit());
    });
  }

  async function make(order: PdfOrder): Promise<Uint8Array | Refusal> {
    const json = JSON.stringify(order.data);
    if (json.length > limits.megabytes * 1_048_576) return notMade("too-large", "There is too much for one document.");
    if (waiting >= limits.waiting) return notMade("busy", "Too many documents are being made just now.");
    waiting++;
    try {
      const mine = last.then(() => work({ template: order.template, json, at: order.at.getTime() }));
      last = mine;
      return await mine;
    } finally {
      waiting--;
      restLater();
    }
  }

  return {
    make,
    warm() {
      running();
      restLater();
    },
    end,
  };
}

const notMade = (why: string, message: string): Refusal => refuse("unavailable", `platform.pdf-${why}`, message);
