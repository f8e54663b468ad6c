/** Names of encodings that a document may declare, and how each is read; the declaration must agree with the bytes. */
const READ_AS: Readonly<Record<string, string>> = { "utf-8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "windows-1252", "windows-1252": "windows-1252", "utf-16": "utf-16", "utf-16le": "utf-16", "utf-16be": "utf-16" };

/**
 * The text of XML bytes: by byte order mark, else by the encoding that the XML
 * declaration names, else UTF-8 (XML 1.0, appendix F). Bytes that are not of
 * that encoding are a fault, never a replacement character.
 */
export function decodeXml(bytes: Uint8Array): { ok: true; text: string } | { ok: false; line: number; column: number; why: string } {
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(Buffer.from(bytes.subarray(0, 200)).toString("latin1"))?.[1]?.toLowerCase();
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? "utf-8" : undefined;
  const encoding = marked ?? READ_AS[declared ?? "utf-8"];
  if (encoding === undefined) return { ok: false, line: 1, column: 1, why: `the encoding "${declared}" is not read` };
  if (encoding === "utf-16") return { ok: false, line: 1, column: 1, why: `the declaration says ${declared}, but the bytes have no byte order mark` };
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, ...placeOfFault(bytes, encoding), why: `a byte that is not ${encoding}` };
  }
}

/** Line and column of the first bytes that cannot be read, found by halving. */
function placeOfFault(bytes: Uint8Array, encoding: string): { line: number; column: number } {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      // A character cut at the end of what is tried is no fault.
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  const lines = new TextDecoder(encoding).decode(bytes.subarray(0, good), { stream: true }).split(/\r\n?|\n/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
