/**
 * PNG with a palette of its own colours: a page of text takes a third of the bytes
 * of a full-colour picture.
 */
import { crc32, deflateSync } from "node:zlib";

/** Pixels as red, green, blue, alpha, row by row. */
export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Colours that cover most of a screen keep their value; there are few of them, and the rest is the edges of letters. */
const FLAT = 12;
/** The rest keeps five levels of each channel, so that a kept pixel lies at most half a step from what was drawn. */
const STEP = 255 / 4;

/** What is kept of a picture: its flat colours as they are, its edges in few steps, no transparency. */
export function coarse({ width, height, data }: Pixels): Pixels {
  const count = new Map<number, number>();
  const colourAt = (at: number): number => (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
  for (let at = 0; at < data.length; at += 4) count.set(colourAt(at), (count.get(colourAt(at)) ?? 0) + 1);
  const flat = new Set([...count].toSorted(([a, many], [b, more]) => more - many || a - b).slice(0, FLAT).map(([colour]) => colour));
  const kept = new Uint8Array(data);
  for (let at = 0; at < data.length; at++) {
    if (at % 4 === 3) kept[at] = 255;
    else if (!flat.has(colourAt(at - (at % 4)))) kept[at] = Math.round(Math.round(data[at]! / STEP) * STEP);
  }
  return { width, height, data: kept };
}

/**
 * The file of a coarse picture.
 * @throws Error where it has more than 256 colours, which no page of ours has.
 */
export function palettePng({ width, height, data }: Pixels): Buffer {
  const colours = new Map<number, number>();
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
      let index = colours.get(colour);
      if (index === undefined) colours.set(colour, (index = colours.size));
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  if (colours.size > 256) throw new Error(`palette-png: ${colours.size} colours`);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from([...colours.keys()].flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", head), chunk("PLTE", palette), chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
