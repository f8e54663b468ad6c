/**
 * How often one address or session may try before it has to wait. Counted in the memory of
 * each web process, within bounds: nothing is written for somebody who knocks without end,
 * and several processes let through as many times more. Waiting ends by itself; trying on
 * does not make it longer, so that a whole hospital behind one address is not kept out for good.
 */
import type { Clock } from "#platform";

export type Limit = { readonly most: number; readonly minutes: number };

/** `0`: go on. Else seconds to wait, and whether this is the first of the span that has to: it is what the trail keeps. */
export type Wait = { readonly seconds: number; readonly first: boolean };

type Span = { readonly endsAt: number; count: number };

/** Keys remembered; beyond it the oldest span is forgotten, which lets somebody try again rather than keeps somebody out. */
const KEPT = 20_000;

export class Attempts {
  readonly #clock: Clock;
  readonly #spans = new Map<string, Span>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt. */
  count(key: string, limit: Limit): Wait {
    const span = this.#spanOf(key, limit);
    span.count += 1;
    return this.#wait(span, limit);
  }

  /** What an attempt would be answered, without counting it: for doors that count failures alone. */
  waitFor(key: string, limit: Limit): Wait {
    const span = this.#spanOf(key, limit);
    return span.count < limit.most ? { seconds: 0, first: false } : { seconds: this.#left(span), first: false };
  }

  #spanOf(key: string, limit: Limit): Span {
    const now = this.#clock.now().getTime();
    const known = this.#spans.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    this.#spans.delete(key);
    const span = { endsAt: now + limit.minutes * 60_000, count: 0 };
    this.#spans.set(key, span);
    if (this.#spans.size > KEPT) this.#spans.delete(this.#spans.keys().next().value!);
    return span;
  }

  #wait(span: Span, limit: Limit): Wait {
    return span.count <= limit.most ? { seconds: 0, first: false } : { seconds: this.#left(span), first: span.count === limit.most + 1 };
  }

  #left = (span: Span): number => Math.max(1, Math.ceil((span.endsAt - this.#clock.now().getTime()) / 1000));
}
