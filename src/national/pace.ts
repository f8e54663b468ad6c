/** How often a national service is asked: so many calls a second, and none for a while where it does not answer. Pure but for the waiting. */
import { setTimeout as wait } from "node:timers/promises";

/** Time and chance, injected so that a test can set them. Milliseconds. */
export type Pace = { now(): number; sleep(ms: number): Promise<void>; random(): number };

export const realPace: Pace = { now: () => performance.now(), sleep: async (ms) => void (await wait(ms)), random: () => Math.random() };

/**
 * A token bucket: in no second are more calls let through than `perSecond` (and
 * `burst - 1` beyond, where calls were saved up). Callers go in the order in
 * which they came.
 */
export class TokenBucket {
  readonly #pace: Pace;
  readonly #every: number;
  readonly #saved: number;
  readonly #mostWaitMs: number;
  /** When the bucket would next be full of calls already let through. */
  #owed = 0;
  #closedUntil = 0;

  /** `mostWaitMs`: whoever would wait longer is turned away at once, so that a queue cannot grow without end. */
  constructor(limits: { readonly perSecond: number; readonly burst?: number; readonly mostWaitMs: number }, pace: Pace) {
    this.#pace = pace;
    this.#every = 1000 / limits.perSecond;
    this.#saved = ((limits.burst ?? 1) - 1) * this.#every;
    this.#mostWaitMs = limits.mostWaitMs;
  }

  /** Resolves at the caller's turn with `null`; with the wait in milliseconds, and without waiting, where it would be too long. */
  async take(): Promise<number | null> {
    const now = this.#pace.now();
    const turn = Math.max(now, this.#owed - this.#saved, this.#closedUntil);
    if (turn - now > this.#mostWaitMs) return turn - now;
    this.#owed = Math.max(this.#owed, turn) + this.#every;
    if (turn > now) await this.#pace.sleep(turn - now);
    return null;
  }

  /** Lets nobody through for a while: the service said so (429, `Retry-After`). */
  closeFor(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#pace.now() + ms);
  }
}

/**
 * A circuit breaker: after so many failures in a row nobody asks for a while
 * (open); then one call is let through (half-open), and what it meets decides.
 * The while doubles with each call that failed.
 */
export class CircuitBreaker {
  readonly #limits: { readonly failures: number; readonly openMs: number; readonly mostOpenMs: number };
  readonly #pace: Pace;
  #failures = 0;
  #openings = 0;
  #openUntil = 0;
  #isProbing = false;

  constructor(limits: { readonly failures: number; readonly openMs: number; readonly mostOpenMs: number }, pace: Pace) {
    this.#limits = limits;
    this.#pace = pace;
  }

  get state(): "closed" | "open" | "half-open" {
    return this.#openings === 0 ? "closed" : this.#pace.now() < this.#openUntil ? "open" : "half-open";
  }

  /** `null`: ask, and say how it went. Else the milliseconds for which nobody asks. */
  admit(): number | null {
    if (this.#openings === 0) return null;
    const left = this.#openUntil - this.#pace.now();
    // While the one call is under way everybody else waits for what it meets.
    if (left > 0 || this.#isProbing) return Math.max(left, 1);
    this.#isProbing = true;
    return null;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openings = 0;
    this.#isProbing = false;
  }

  failed(): void {
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    if (!wasProbe && ++this.#failures < this.#limits.failures) return;
    // Calls that were under way when it opened add nothing to the wait.
    if (this.state === "open") return;
    this.#openUntil = this.#pace.now() + Math.min(this.#limits.mostOpenMs, this.#limits.openMs * 2 ** this.#openings);
    this.#openings++;
  }
}
