/** Room on the disk: writing stops before the disk is full, reading goes on. */
import { statfs } from "node:fs/promises";
import { log } from "./log.ts";

const LOOK_EVERY_MS = 2000;

export class DiskWatch {
  readonly #folder: string;
  readonly #keepFree: number;
  #free = Number.POSITIVE_INFINITY;
  readonly #timer: NodeJS.Timeout;

  /** Watches the file system of `folder`; `keepFreeMb` MiB are to stay free. */
  constructor(folder: string, keepFreeMb: number) {
    this.#folder = folder;
    this.#keepFree = keepFreeMb * 1_048_576;
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Why nothing more should be written; `null` while there is room. */
  whyFull(): string | null {
    return this.#free < this.#keepFree ? `less than ${this.#keepFree / 1_048_576} MiB are free on the disk` : null;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#folder);
      const was = this.whyFull();
      this.#free = bavail * bsize;
      if (was !== this.whyFull()) log("error", this.whyFull() === null ? "disk.room-again" : "disk.full", { folder: this.#folder, freeMb: Math.round(this.#free / 1_048_576) });
    } catch (error) {
      log("warn", "disk.not-read", { folder: this.#folder, error: (error as Error).message });
    }
  }
}
