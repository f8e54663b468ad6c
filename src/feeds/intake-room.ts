/**
 * How many bytes one process holds that are not kept yet: a bound on memory,
 * whatever the senders do. Over it no socket is read further but the one that has
 * held longest, so that somebody always gets through.
 */
import type { Socket } from "node:net";

export class IntakeRoom {
  readonly #most: number;
  readonly #held = new Map<Socket, number>();
  readonly #paused = new Set<Socket>();
  #total = 0;

  /** `most` bytes in all. */
  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  /** Bytes that came from a socket; it is paused where there is no room. */
  add(socket: Socket, bytes: number): void {
    this.#total += bytes;
    this.#held.set(socket, (this.#held.get(socket) ?? 0) + bytes);
    if (this.#total > this.#most && this.#first() !== socket) {
      this.#paused.add(socket);
      socket.pause();
    }
  }

  /** Bytes of a socket that are kept now, or given up. */
  give(socket: Socket, bytes: number): void {
    const held = this.#held.get(socket);
    if (held === undefined) return;
    this.#total -= Math.min(bytes, held);
    if (held > bytes) this.#held.set(socket, held - bytes);
    else this.#held.delete(socket);
    this.#resume();
  }

  /** The socket is gone, with what it held. */
  leave(socket: Socket): void {
    this.#total -= this.#held.get(socket) ?? 0;
    this.#held.delete(socket);
    this.#paused.delete(socket);
    this.#resume();
  }

  /** True while the socket is paused for lack of room. */
  holdsBack(socket: Socket): boolean {
    return this.#paused.has(socket);
  }

  #first(): Socket | undefined {
    return this.#held.keys().next().value;
  }

  #resume(): void {
    const first = this.#first();
    for (const socket of this.#paused) {
      if (this.#total > this.#most && socket !== first) continue;
      this.#paused.delete(socket);
      socket.resume();
    }
  }
}
