/**
 * The text of a file whose encoding nobody states: a byte order mark decides;
 * else UTF-8 where the bytes are valid UTF-8, else Windows-1252, which
 * spreadsheets still write.
 */
export function textOf(bytes: Buffer): { text: string; encoding: "utf-8" | "utf-16le" | "windows-1252" } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "utf-16le" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}
