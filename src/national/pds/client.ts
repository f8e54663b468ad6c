/**
 * Client of the Personal Demographics Service, FHIR API: read by NHS number and
 * search. It reads only, so every call may be made again; it keeps nothing.
 * Source: NHSDigital/personal-demographics-service-api, specification/.
 * Not checked against the live service: how long `Retry-After` is in practice,
 * and whether the gateway spreads the five calls over the second or counts them.
 */
import { randomUUID } from "node:crypto";
import { isRefusal, type Refusal } from "#platform";
import { parseNhsNumber } from "#standards";
import { CircuitBreaker, realPace, TokenBucket, type Pace } from "../pace.ts";
import { openWire, STAND_IN_HEADER, type NoAnswer, type WireAnswer } from "../wire.ts";
import { readAnswer, readFound, type PdsFound, type PdsRead, type Said } from "./answer.ts";
import { pdsForbidden, pdsQuestion, pdsRateLimited, pdsStandIn, pdsUnavailable } from "./problems.ts";
import { searchQuery, type PdsMode, type PdsSearch } from "./search.ts";
import { TokenKeeper, type ApplicationCredentials } from "./token.ts";

export type PdsSettings = {
  /** Down to the version, for example `https://api.service.nhs.uk/personal-demographics/FHIR/R4`. */
  readonly url: string;
  readonly mode: "demo" | "production";
  /** Whoever asks without a person at the keyboard: `null` where only professionals ask. */
  readonly application: ApplicationCredentials | null;
  /** ODS code of the organisation on whose behalf the application asks. */
  readonly odsCode: string;
  /** This process's share of the five calls a second that PDS allows an application. */
  readonly callsPerSecond?: number;
  /** The longest that a call waits for its turn. */
  readonly mostWaitMs?: number;
  readonly timeoutMs?: number;
  readonly backoffMs?: number;
  readonly breaker?: { readonly failures: number; readonly openMs: number; readonly mostOpenMs: number };
};

/** A professional who is signed in at CIS2 and asks by themselves. */
export type PdsWorker = { /** Issued by the API platform for this professional's sign-in. */ readonly accessToken: () => Promise<string | Refusal>; /** The role chosen, `NHSD-Session-URID`. */ readonly roleProfileId: string; readonly odsCode: string };

export type PdsClient = {
  readonly mode: PdsMode;
  /** Reads a person by number. Refuses `national.pds-...`: unavailable, rate-limited, forbidden, question, unreadable, unexpected. */
  read(nhsNumber: string): Promise<PdsRead | Refusal>;
  /** Searches; refuses as `read` does, and a question that PDS would not take before it is sent. */
  search(search: PdsSearch): Promise<PdsFound | Refusal>;
};

export type Pds = PdsClient & {
  /** The same connection, limits and breaker for a professional: up to 50 matches, named to PDS by role and organisation. */
  as(worker: PdsWorker): PdsClient;
  /** `open`: nobody asks for a while, since PDS did not answer. */
  readonly breaker: "closed" | "open" | "half-open";
  close(): void;
};

const TRIES = 3;
const MOST_BYTES = 5_000_000;
/** Where PDS says 429 without saying for how long. */
const RATE_PAUSE_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** One for a process: its bucket and breaker are what keeps the process within what PDS allows. */
export function createPds(settings: PdsSettings, now: () => Date = () => new Date(), pace: Pace = realPace): Pds {
  const timeoutMs = settings.timeoutMs ?? 10_000;
  const wireTo = (url: string) => openWire({ url, tls: null, timeoutMs, wholeMs: timeoutMs * 2, tries: 1, backoffMs: 0, mostBytes: MOST_BYTES });
  const wire = wireTo(settings.url);
  const tokenWire = settings.application && wireTo(new URL(settings.application.tokenUrl).origin);
  const keeper = settings.application && tokenWire && new TokenKeeper(settings.application, tokenWire, now);
  const bucket = new TokenBucket({ perSecond: settings.callsPerSecond ?? 5, mostWaitMs: settings.mostWaitMs ?? 10_000 }, pace);
  const breaker = new CircuitBreaker(settings.breaker ?? { failures: 5, openMs: 15_000, mostOpenMs: 600_000 }, pace);
  const backoffMs = settings.backoffMs ?? 500;

  const once = async (path: string, token: string, worker: PdsWorker | null): Promise<Said | Refusal> => {
    // Nobody waits for a turn that the breaker would not let them use.
    if (breaker.state !== "open") {
      const tooLong = await bucket.take();
      if (tooLong !== null) return pdsRateLimited(tooLong);
    }
    const shut = breaker.admit();
    if (shut !== null) return pdsUnavailable("it did not answer several times, so it is left alone for a while", shut);
    const requestId = randomUUID();
    const headers = { authorization: `Bearer ${token}`, accept: "application/fhir+json", "x-request-id": requestId, "x-correlation-id": randomUUID(), "nhsd-end-user-organisation-ods": worker?.odsCode ?? settings.odsCode, ...(worker && { "nhsd-session-urid": worker.roleProfileId }) };
    const answer = await wire.ask({ method: "GET", path, headers: () => headers });
    const why = whyNoAnswer(answer, requestId);
    if (why !== null) {
      breaker.failed();
      return pdsUnavailable(why);
    }
    const { status, headers: said, body } = answer as WireAnswer;
    if (settings.mode === "production" && said[STAND_IN_HEADER] !== undefined) {
      breaker.succeeded();
      return pdsStandIn(settings.url);
    }
    if (status >= 500 || status === 408) breaker.failed();
    else breaker.succeeded();
    const retryAfterMs = retryAfter(said["retry-after"], now());
    if (status === 429) bucket.closeFor(retryAfterMs);
    return { status, body, retryAfterMs };
  };

  /** Tries again after no answer, 5xx, 408 and 429; once with a fresh token after 401. Reads alone come here. */
  const ask = async <T>(path: string, worker: PdsWorker | null, read: (said: Said) => T | Refusal): Promise<T | Refusal> => {
    const source = worker?.accessToken ?? keeper?.token.bind(keeper);
    if (source === undefined) return pdsForbidden("no credentials of an application are set");
    let isFreshToken = false;
    for (let attempt = 1; ; attempt++) {
      const token = await source();
      if (isRefusal(token)) return token;
      const said = await once(path, token, worker);
      if (!isRefusal(said) && said.status === 401 && keeper && worker === null && !isFreshToken) {
        keeper.forget(token);
        isFreshToken = true;
        continue;
      }
      const answer = isRefusal(said) ? said : read(said);
      const canHelp = isRefusal(answer) && (answer.code === "national.pds-unavailable" || answer.code === "national.pds-rate-limited") && answer.details?.["forMs"] === undefined;
      const isPaused = !isRefusal(said) && said.status === 429 && said.retryAfterMs <= (settings.mostWaitMs ?? 10_000);
      if ((!canHelp && !isPaused) || attempt >= TRIES) return answer;
      // After 429 the bucket keeps everybody back for as long as PDS said.
      if (!isPaused) await pace.sleep(backoffMs * 2 ** (attempt - 1) * (0.5 + pace.random() / 2));
    }
  };

  const clientOf = (worker: PdsWorker | null): PdsClient => {
    const mode: PdsMode = worker === null ? "application" : "healthcare-worker";
    return {
      mode,
      async read(nhsNumber) {
        const number = parseNhsNumber(nhsNumber);
        if (!number.ok) return pdsQuestion(`no NHS number: ${number.fault}`, "nhsNumber");
        return ask(`/Patient/${number.value}`, worker, (said) => readAnswer(said, number.value));
      },
      async search(search) {
        const query = searchQuery(search, mode);
        return isRefusal(query) ? query : ask(`/Patient?${query}`, worker, readFound);
      },
    };
  };

  return {
    ...clientOf(null),
    as: clientOf,
    get breaker() {
      return breaker.state;
    },
    close() {
      wire.close();
      tokenWire?.close();
    },
  };
}

/** An answer that names another request would be another person's: it is none. */
function whyNoAnswer(answer: WireAnswer | NoAnswer, requestId: string): string | null {
  if (!("headers" in answer)) return answer.why;
  const echoed = answer.headers["x-request-id"];
  return typeof echoed === "string" && echoed.toLowerCase() !== requestId ? "the answer belongs to another request" : null;
}

/** `Retry-After` in seconds or as a date. */
function retryAfter(header: string | undefined, now: Date): number {
  if (header === undefined) return RATE_PAUSE_MS;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(ms) ? Math.min(LONGEST_WAIT_MS, Math.max(0, ms)) : RATE_PAUSE_MS;
}
