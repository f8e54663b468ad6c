/** A value that may be a little old, asked for once at a time. */
export class Cached<T> {
  readonly #read: () => Promise<T>;
  readonly #lasts: number;
  #value: Promise<T> | undefined;
  #until = 0;
  constructor(read: () => Promise<T>, lasts: number) {
    this.#read = read;
    this.#lasts = lasts;
  }
  value(): Promise<T> {
    if (this.#value === undefined || Date.now() > this.#until) {
      this.#until = Date.now() + this.#lasts;
      this.#value = this.#read();
      this.#value.catch(() => (this.#value = undefined));
    }
    return this.#value;
  }
}
