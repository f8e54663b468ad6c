/**
 * The words of one document, in a thread of its own: whatever a document does
 * to its reader, it ends with that thread. Takes bytes, gives pages or why not.
 */
import { parentPort, workerData } from "node:worker_threads";
import { blocksText, readDocument } from "#standards";

export type Extracted = { state: "read"; pages: string[] } | { state: "no-text" | "not-read"; why: string; pages?: undefined; pageCount?: number };

const MOST_PAGES = 2000;
const MOST_CHARACTERS = 5_000_000;

async function extract(bytes: Uint8Array, stated: string): Promise<Extracted> {
  const read = readDocument(bytes, stated);
  if (read.as === "faulty") return { state: "not-read", why: read.why };
  if (read.as === "readable") {
    const head = read.cda ? [read.cda.title, ...read.cda.authors, read.cda.custodian].filter(Boolean).join("\n") : "";
    const words = [head, blocksText(read.readable.blocks)].filter(Boolean).join("\n");
    return words.trim() === "" ? { state: "no-text", why: "no words in it" } : { state: "read", pages: [words] };
  }
  if (read.kind !== "pdf") return { state: "no-text", why: "no words in it" };
  return pdfText(read.bytes);
}

/** Text of each page; one without any is most often a scanned letter, and is said to be one. */
async function pdfText(bytes: Uint8Array): Promise<Extracted> {
  const { getDocumentProxy } = await import("unpdf");
  const document = await getDocumentProxy(Uint8Array.from(bytes), { maxImageSize: 0, disableFontFace: true, isEvalSupported: false } as Parameters<typeof getDocumentProxy>[1]).catch((error: Error) => error);
  if (document instanceof Error) return { state: "not-read", why: /password/i.test(`${document.name} ${document.message}`) ? "it is locked with a password" : "it is not a PDF that can be read" };
  if (document.numPages > MOST_PAGES) return { state: "not-read", why: `it has ${document.numPages} pages; ${MOST_PAGES} are read at most` };
  const pages: string[] = [];
  let characters = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    let text = "";
    for (const item of items) if ("str" in item) text += item.str + (item.hasEOL ? "\n" : "");
    characters += text.length;
    if (characters > MOST_CHARACTERS) return { state: "not-read", why: `its text is longer than ${MOST_CHARACTERS} characters` };
    pages.push(text.replaceAll("\0", "").trim());
    page.cleanup();
  }
  return pages.every((page) => page === "") ? { state: "no-text", why: "no words in it: it may be a scanned picture", pageCount: pages.length } : { state: "read", pages };
}

if (parentPort !== null) {
  const { bytes, stated } = workerData as { bytes: Uint8Array; stated: string };
  const port = parentPort;
  extract(bytes, stated).then(
    (extracted) => port.postMessage(extracted),
    (error: Error) => port.postMessage({ state: "not-read", why: `a fault while it was read: ${error.message.slice(0, 200)}` } satisfies Extracted),
  );
}
