/** Which characters a TrueType font can draw: its `cmap` table (OpenType 1.9, formats 4 and 12). Pure. */

/** First and last code point of a run that the font covers, ascending. */
export type Ranges = readonly (readonly [number, number])[];

/** @throws where the font has no Unicode table of the two formats: a fault of the package, not of an input */
export function fontCharacters(font: Uint8Array): Ranges {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableAt(view, "cmap");
  const tables = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) => {
    const record = cmap + 4 + index * 8;
    return { encoding: `${view.getUint16(record)}.${view.getUint16(record + 2)}`, at: cmap + view.getUint32(record + 4) };
  });
  // 3.10 is all of Unicode, 3.1 its first plane.
  const at = (tables.find(({ encoding }) => encoding === "3.10") ?? tables.find(({ encoding }) => encoding === "3.1"))?.at;
  const format = at === undefined ? 0 : view.getUint16(at);
  if (at === undefined || (format !== 4 && format !== 12)) throw new Error(`the font has no table of characters that can be read (format ${format})`);
  return format === 12 ? groups(view, at) : segments(view, at);
}

function tableAt(view: DataView, tag: string): number {
  for (let index = 0; index < view.getUint16(4); index++) {
    const record = 12 + index * 16;
    if (String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(record + offset))) === tag) return view.getUint32(record + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

function groups(view: DataView, at: number): Ranges {
  return Array.from({ length: view.getUint32(at + 12) }, (_, index) => [view.getUint32(at + 16 + index * 12), view.getUint32(at + 20 + index * 12)] as const);
}

/** Format 4: segments, each code point by an offset or through a list of glyphs; glyph 0 is the empty box. */
function segments(view: DataView, at: number): Ranges {
  const count = view.getUint16(at + 6) / 2;
  const [ends, starts] = [at + 14, at + 16 + count * 2];
  const [deltas, offsets] = [starts + count * 2, starts + count * 4];
  const found: [number, number][] = [];
  for (let segment = 0; segment < count; segment++) {
    const [start, end, delta, offset] = [starts, ends, deltas, offsets].map((list) => view.getUint16(list + segment * 2)) as [number, number, number, number];
    for (let code = start; code <= end && code < 0xffff; code++) {
      const listed = offset === 0 ? code : view.getUint16(offsets + segment * 2 + offset + (code - start) * 2);
      if (listed === 0 || ((listed + delta) & 0xffff) === 0) continue;
      const last = found.at(-1);
      if (last !== undefined && last[1] === code - 1) last[1] = code;
      else found.push([code, code]);
    }
  }
  return found;
}
