/** One request to a national service and its answer: time limits, mutual TLS, tries again where trying again can help. */
import { Agent as PlainAgent, request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Header by which a stand-in says what it is. */
export const STAND_IN_HEADER = "kmcr-stand-in";

/** Certificates of mutual TLS, as PEM. */
export type MutualTls = { readonly certificate: string; readonly key: string; /** Who signed the server's certificate; missing: the system's authorities. */ readonly authority?: string };

export type WireAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
/** Nothing came, or not all of it: whether the request took effect is not known. */
export type NoAnswer = { readonly status: 0; readonly why: string };

export type WireSettings = {
  readonly url: string;
  readonly tls: MutualTls | null;
  /** The longest wait for an answer to begin and to go on. */
  readonly timeoutMs: number;
  /** The longest time for one try as a whole: an answer that comes in drops is none. Missing: no end as long as it comes. */
  readonly wholeMs?: number;
  /** Tries in all of one request. */
  readonly tries: number;
  /** Wait before the second try; doubles, and a random part of it is taken off so that many clients do not come back at once. */
  readonly backoffMs: number;
  /** Largest body that is taken in, bytes. */
  readonly mostBytes: number;
};

export type WireRequest = { readonly method: "GET" | "PUT" | "POST" | "DELETE"; readonly path: string; /** Made for each try: an authorization is good once. */ readonly headers: () => Readonly<Record<string, string>>; readonly body?: Buffer };

export type Wire = {
  /** Tries again after 429, 5xx and no answer; never after another 4xx. `mayRepeat` false: not after an answer that may have taken effect. */
  ask(request: WireRequest, mayRepeat?: boolean): Promise<WireAnswer | NoAnswer>;
  close(): void;
};

const LONGEST_WAIT_MS = 60_000;

/** Opens a wire; connections are kept and used again. */
export function openWire(settings: WireSettings): Wire {
  const isSecure = settings.url.startsWith("https:");
  const agent = isSecure
    ? new SecureAgent({ keepAlive: true, maxSockets: 4, minVersion: "TLSv1.2", ...(settings.tls && { cert: settings.tls.certificate, key: settings.tls.key, ...(settings.tls.authority && { ca: settings.tls.authority }) }) })
    : new PlainAgent({ keepAlive: true, maxSockets: 4 });

  const once = (asked: WireRequest): Promise<WireAnswer | NoAnswer> =>
    new Promise((settle) => {
      const headers = { ...asked.headers(), "content-length": String(asked.body?.length ?? 0) };
      const tooLong = settings.wholeMs === undefined ? undefined : setTimeout(() => request.destroy(new Error(`no whole answer in ${settings.wholeMs} ms`)), settings.wholeMs);
      const resolve = (said: WireAnswer | NoAnswer): void => {
        clearTimeout(tooLong);
        settle(said);
      };
      const request = (isSecure ? secureRequest : plainRequest)(`${settings.url}${asked.path}`, { method: asked.method, headers, agent, timeout: settings.timeoutMs }, (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on("data", (part: Buffer) => {
          parts.push(part);
          size += part.length;
          if (size > settings.mostBytes) request.destroy(new Error(TOO_LARGE));
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }));
        answer.on("error", (error) => resolve({ status: 0, why: error.message }));
        answer.on("aborted", () => resolve({ status: 0, why: "the answer was cut off" }));
      });
      request.on("timeout", () => request.destroy(new Error(`no answer in ${settings.timeoutMs} ms`)));
      request.on("error", (error) => resolve({ status: 0, why: error.message }));
      request.end(asked.body);
    });

  return {
    async ask(asked, mayRepeat = true) {
      for (let attempt = 1; ; attempt++) {
        const answer = await once(asked);
        const canHelp = answer.status === 429 || answer.status === 503 || (mayRepeat && (answer.status === 0 || answer.status >= 500));
        if (!canHelp || attempt >= settings.tries || isTooLarge(answer)) return answer;
        await sleep(waitFor(answer, settings.backoffMs * 2 ** (attempt - 1)));
      }
    },
    close: () => agent.destroy(),
  };
}

const TOO_LARGE = "the body is larger than is taken";
/** True where the body was larger than is taken in: asking again would bring it again. */
export const isTooLarge = (answer: WireAnswer | NoAnswer): boolean => "why" in answer && answer.why === TOO_LARGE;

/** What `Retry-After` asks for, else half to the whole of the backoff. */
function waitFor(answer: WireAnswer | NoAnswer, backoffMs: number): number {
  const asked = "headers" in answer ? Number(answer.headers["retry-after"]) : Number.NaN;
  return Math.min(LONGEST_WAIT_MS, Number.isFinite(asked) ? asked * 1000 : backoffMs * (0.5 + Math.random() / 2));
}
