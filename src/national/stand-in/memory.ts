/** What the stand-in remembers, in memory: sign-ins of a demonstration need not outlive the process. */

type Payload = Record<string, unknown> & { uid?: string; grantId?: string; consumed?: number };
type Kept = { payload: Payload; endsAt: number };

/** Beyond this many the oldest is forgotten, so that a demonstration that is left running does not grow. */
const MOST = 10_000;
const kept = new Map<string, Kept>();

/** The adapter of `oidc-provider`; one instance a model, all over one table. */
export class Memory {
  readonly #model: string;
  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: Payload, expiresIn: number | undefined): Promise<void> {
    kept.set(this.#key(id), { payload, endsAt: expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000 });
    if (kept.size > MOST) kept.delete(kept.keys().next().value!);
  }

  async find(id: string): Promise<Payload | undefined> {
    const found = kept.get(this.#key(id));
    return found !== undefined && found.endsAt > Date.now() ? found.payload : undefined;
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    for (const [key, { payload, endsAt }] of kept) if (key.startsWith(`${this.#model} `) && payload.uid === uid && endsAt > Date.now()) return payload;
    return undefined;
  }

  /** Device codes are not offered. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const found = kept.get(this.#key(id));
    if (found !== undefined) found.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    kept.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
  }

  #key(id: string): string {
    return `${this.#model} ${id}`;
  }
}
