/**
 * Group commit: what comes while one commit is under way goes together with the
 * next. Nothing waits when idle, and one fsync serves many callers.
 */
export class GroupCommit<T, R> {
  readonly #commit: (batch: readonly T[]) => Promise<readonly R[]>;
  readonly #most: number;
  #waiting: { item: T; resolve: (result: R) => void; reject: (error: unknown) => void }[] = [];
  #busy = false;

  /** `commit` stores a batch durably and gives one result an item, in order. */
  constructor(commit: (batch: readonly T[]) => Promise<readonly R[]>, most = 500) {
    this.#commit = commit;
    this.#most = most;
  }

  /** Resolves after the commit that held the item; rejects where that commit failed. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#busy) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#most);
      try {
        const results = await this.#commit(batch.map((each) => each.item));
        batch.forEach((each, index) => each.resolve(results[index]!));
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    this.#busy = false;
  }
}
