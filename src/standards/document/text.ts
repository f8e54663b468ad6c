/** Plain text of a stated or unstated character set. */

/**
 * The text of bytes: a byte order mark decides; else the stated character set
 * where it is known and the bytes fit it; else UTF-8 where they are valid UTF-8;
 * else Windows-1252, which letters are still written in.
 */
export function decodeText(bytes: Uint8Array, charset = ""): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  for (const each of [charset, "utf-8"]) {
    try {
      return new TextDecoder(each, { fatal: true }).decode(bytes);
    } catch {
      // not this one
    }
  }
  return new TextDecoder("windows-1252").decode(bytes);
}

/** `charset` of a media type, or of an HTML document's own `meta`. */
export function charsetOf(mediaType: string, head = ""): string {
  return /charset=["']?([\w-]+)/i.exec(mediaType)?.[1] ?? /<meta[^>]+charset=["']?([\w-]+)/i.exec(head)?.[1] ?? "";
}
