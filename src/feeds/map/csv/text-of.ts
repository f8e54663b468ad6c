export type DecodedFile = { ok: true; text: string; encoding: string } | { ok: false; encoding: string };

/**
 * The text of a file. A byte order mark decides; else the encoding that its
 * layout names; where it names none, UTF-8 where the bytes are valid UTF-8, else
 * Windows-1252, which spreadsheets still write. Bytes that are not of the named
 * encoding are a fault of the file.
 */
export function textOf(bytes: Buffer, named?: string): DecodedFile {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? "utf-8" : undefined;
  const encoding = marked ?? named;
  if (encoding !== undefined) {
    try {
      return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      return { ok: false, encoding };
    }
  }
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { ok: true, text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}
