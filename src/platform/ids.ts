import { hash, randomFillSync } from "node:crypto";

const pool = new Uint8Array(16 * 256);
let left = 0;

let lastTime = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): time first, so that new rows land at the end of an index.
 * Ids of one process rise strictly (method 1 of section 6.2: a counter of 12 bits
 * within the millisecond), so that messages can be taken in the order they came.
 */
export function uuidv7(): string {
  let now = Date.now();
  if (now > lastTime) counter = 0;
  else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  now = lastTime = Math.max(now, lastTime);
  if (left === 0) {
    randomFillSync(pool);
    left = 256;
  }
  const bytes = pool.slice(--left * 16, left * 16 + 16);
  bytes[0] = now / 0x10000000000;
  bytes[1] = now / 0x100000000;
  bytes[2] = now / 0x1000000;
  bytes[3] = now / 0x10000;
  bytes[4] = now / 0x100;
  bytes[5] = now;
  bytes[6] = 0x70 | (counter >>> 8);
  bytes[7] = counter;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toUuid(bytes);
}

/** The least UUIDv7 of a millisecond: ids made from then on are not below it. */
export function leastUuidAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** A UUIDv8 that follows from a key: the same source item has the same id for ever. */
export function uuidOf(key: string): string {
  const hex = hash("sha256", key);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${VARIANT[hex[16]!]!}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
/** The two bits of the variant put over a hexadecimal digit. */
const VARIANT: Readonly<Record<string, string>> = Object.fromEntries([..."0123456789abcdef"].map((digit) => [digit, ((Number.parseInt(digit, 16) & 3) | 8).toString(16)]));

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
function toUuid(b: Uint8Array): string {
  const h = (index: number): string => hex[b[index]!]!;
  return `${h(0)}${h(1)}${h(2)}${h(3)}-${h(4)}${h(5)}-${h(6)}${h(7)}-${h(8)}${h(9)}-${h(10)}${h(11)}${h(12)}${h(13)}${h(14)}${h(15)}`;
}
