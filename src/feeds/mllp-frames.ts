/**
 * MLLP framing: 0x0B, message, 0x1C 0x0D. Bytes come in any pieces: two frames a
 * write, one byte a write. What stands outside a frame is handed on as garbage,
 * a frame that is cut off or too long as broken, so that nothing is dropped
 * unseen and the next message is served. Source: HL7 MLLP release 1.
 */
export type MllpPiece =
  | { kind: "message"; bytes: Buffer }
  | { kind: "broken"; bytes: Buffer; why: string }
  | { kind: "garbage"; bytes: Buffer };

const START = 0x0b;
const END = 0x1c;
const CR = 0x0d;
const LF = 0x0a;

export class MllpFrames {
  readonly #most: number;
  #parts: Buffer[] = [];
  #size = 0;
  #inFrame = false;
  /** The last byte was 0x1C: the frame ends if 0x0D follows. */
  #ending = false;
  #tooLong = false;

  /** `most` bytes a frame; what is longer is cut there and named. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that are held, unfinished. */
  get size(): number {
    return this.#size;
  }
  /** True while part of a frame or of garbage is held. */
  get holds(): boolean {
    return this.#size > 0 || this.#inFrame;
  }

  /** Takes the next bytes of the connection; gives what they completed, in order. */
  take(chunk: Buffer): MllpPiece[] {
    const out: MllpPiece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#ending) {
        this.#ending = false;
        if (chunk[at] === CR || chunk[at] === LF) {
          at++;
          this.#closeFrame(out);
          continue;
        }
        this.#add(Buffer.from([END])); // 0x1C inside a message: not an end
      }
      if (!this.#inFrame) {
        const start = chunk.indexOf(START, at);
        this.#add(chunk.subarray(at, start < 0 ? chunk.length : start));
        if (start < 0) return out;
        this.#closeGarbage(out);
        this.#inFrame = true;
        at = start + 1;
        continue;
      }
      const end = chunk.indexOf(END, at);
      const start = chunk.indexOf(START, at);
      if (start >= 0 && (end < 0 || start < end)) {
        this.#add(chunk.subarray(at, start));
        this.#broken(out, "a new frame began before this one ended (0x1C 0x0D is missing)");
        this.#inFrame = true;
        at = start + 1;
        continue;
      }
      this.#add(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) return out;
      this.#ending = true;
      at = end + 1;
    }
    return out;
  }

  /** Gives what was held when the sender stopped: a frame without end, or garbage. */
  finish(why: string): MllpPiece[] {
    const out: MllpPiece[] = [];
    if (this.#ending) this.#closeFrame(out);
    else if (this.#inFrame) this.#broken(out, why);
    else this.#closeGarbage(out);
    return out;
  }

  #add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.#most - this.#size;
    if (bytes.length > room) this.#tooLong = true;
    if (room > 0) this.#parts.push(Buffer.from(bytes.subarray(0, room)));
    this.#size += Math.min(bytes.length, Math.max(room, 0));
  }

  #closeFrame(out: MllpPiece[]): void {
    if (this.#tooLong) this.#broken(out, `the message is longer than the ${this.#most} bytes that are taken; only its beginning was kept`);
    else out.push({ kind: "message", bytes: this.#empty() });
  }

  #broken(out: MllpPiece[], why: string): void {
    out.push({ kind: "broken", bytes: this.#empty(), why });
  }

  #closeGarbage(out: MllpPiece[]): void {
    const bytes = this.#empty();
    // Line ends between frames are common and mean nothing.
    if (bytes.some((byte) => byte !== CR && byte !== LF && byte !== 0x20)) out.push({ kind: "garbage", bytes });
  }

  #empty(): Buffer {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    this.#inFrame = false;
    this.#tooLong = false;
    return bytes;
  }
}
