/** Any document that is text, as plain structure: one way in for pages and for search. */
import { decodeXml } from "../xml/decode.ts";
import { parseXml, XML_LIMITS } from "../xml/parse.ts";
import { Measure, type Readable } from "./blocks.ts";
import { isCdaFault, readCda, type Cda } from "./cda.ts";
import { detectKind, type DocumentKind } from "./detect-kind.ts";
import { htmlTree, readHtml } from "./html.ts";
import { blocksOf, markupOf } from "./markup.ts";
import { readRtf } from "./rtf.ts";
import { charsetOf, decodeText } from "./text.ts";

export type ReadDocument =
  | { readonly as: "readable"; readonly kind: DocumentKind; readonly readable: Readable; readonly cda?: Cda }
  /** Drawn by the browser itself, or not at all; a CDA document that carries another gives the one inside. */
  | { readonly as: "bytes"; readonly kind: DocumentKind; readonly bytes: Uint8Array; readonly cda?: Cda }
  | { readonly as: "faulty"; readonly kind: DocumentKind; readonly why: string };

/** Larger texts are cut: nobody reads them on a page, and reading them must end. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Reads a document by what it is, whatever it is said to be; `stated` gives the character set alone. */
export function readDocument(bytes: Uint8Array, stated = ""): ReadDocument {
  const kind = detectKind(bytes);
  switch (kind) {
    case "cda": {
      const cda = readCda(bytes);
      if (isCdaFault(cda)) return { as: "faulty", kind, why: cda.why };
      if (cda.inside === null) return { as: "readable", kind, readable: cda.body, cda };
      // One inside another, once: what is inside is never opened as CDA again.
      if (detectKind(cda.inside.bytes) === "cda") return { as: "faulty", kind, why: "it carries another CDA document inside" };
      const inner = readDocument(cda.inside.bytes, cda.inside.mediaType);
      return inner.as === "faulty" ? inner : { ...inner, cda };
    }
    case "rtf":
      return { as: "readable", kind, readable: readRtf(bytes.subarray(0, MOST_BYTES)) };
    case "html": {
      const head = Buffer.from(bytes.subarray(0, 2048)).toString("latin1");
      return { as: "readable", kind, readable: readHtml(decodeText(bytes.subarray(0, MOST_BYTES), charsetOf(stated, head))) };
    }
    case "text":
      return { as: "readable", kind, readable: plainBlocks(decodeText(bytes.subarray(0, MOST_BYTES), charsetOf(stated)), bytes.length > MOST_BYTES) };
    case "xml": {
      // No document that is known here: its text as it is written, since its own words cannot be told from its frame.
      const decoded = decodeXml(bytes.subarray(0, MOST_BYTES));
      return decoded.ok ? { as: "readable", kind, readable: plainBlocks(decoded.text, bytes.length > MOST_BYTES) } : { as: "faulty", kind, why: decoded.why };
    }
    default:
      return { as: "bytes", kind, bytes };
  }
}

function plainBlocks(text: string, wasCut: boolean): Readable {
  const measure = new Measure();
  measure.cut = wasCut;
  const shown = measure.text(text.replace(/\r\n?/g, "\n"));
  return measure.done(shown.trim() === "" ? [] : [{ kind: "preformatted", text: shown }]);
}

/**
 * The narrative of a FHIR resource or of a Composition's section
 * (`Narrative.div`, FHIR R4 2.4): XHTML by the standard, HTML where a sender
 * does not keep to it. Safe the same way as a document is.
 */
export function readNarrative(div: string): Readable {
  const parsed = parseXml(div, { ...XML_LIMITS, elements: 50_000, length: 5_000_000 });
  const measure = new Measure();
  return measure.done(blocksOf(parsed.ok ? [markupOf(parsed.root)] : htmlTree(div.slice(0, 5_000_000)).children, measure));
}
