/**
 * The one entry point for all XML: FHIR, CDA and whatever comes. Whole elements
 * out, or one fault with its line and column. No entities are expanded but the
 * five of XML itself, no DOCTYPE is read, nothing outside the text is fetched,
 * and what is too deep, too many or too long is refused while it is read.
 */
import { SaxesParser, type SaxesAttributeNS } from "saxes";

export type XmlAttribute = { prefix: string; name: string; namespace: string; value: string };

export type XmlElement = {
  /** As written, without its prefix. */
  name: string;
  prefix: string;
  /** The namespace's URI; empty where there is none. */
  namespace: string;
  /** In the order in which they were written, declarations of namespaces included. */
  attributes: readonly XmlAttribute[];
  /** Elements and text in their order; CDATA is text, comments are gone. */
  children: (XmlElement | string)[];
  /** Where it begins, from 1. */
  line: number;
  column: number;
  /** Where it begins and ends in the text that was parsed: `text.slice(start, end)` is the element to the letter. */
  start: number;
  end: number;
};

export type XmlLimits = {
  /** Elements inside each other. */
  depth: number;
  /** Elements in all. */
  elements: number;
  /** Attributes of one element. */
  attributes: number;
  /** Characters of one text or attribute value. */
  text: number;
  /** Characters in all. */
  length: number;
  /** `<?xml-stylesheet ...?>` before the root says how to show the document and is passed over, as CDA documents have it; all others are refused. */
  stylesheet?: boolean;
};

/** Generous for a care document with a scanned letter inside, small for a machine. */
export const XML_LIMITS: XmlLimits = { depth: 100, elements: 1_000_000, attributes: 100, text: 64 * 1024 * 1024, length: 96 * 1024 * 1024 };

export type XmlFault = { ok: false; line: number; column: number; why: string };
export type XmlParsed = { ok: true; root: XmlElement } | XmlFault;

/** Ends the reading at the first fault; caught in `parseXml`. */
class Stop extends Error {}

/** Parses one document. A fault is a value: where, and what is wrong there. */
export function parseXml(text: string, limits: XmlLimits = XML_LIMITS): XmlParsed {
  if (text.length > limits.length) return { ok: false, line: 1, column: 1, why: `is longer than ${limits.length} characters` };
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let fault: XmlFault | undefined;
  let elements = 0;
  let attributes = 0;
  const stop = (why: string, at: { line: number; column: number } = { line: parser.line, column: parser.column + 1 }): never => {
    fault ??= { ok: false, line: at.line, column: at.column, why };
    throw new Stop();
  };
  /** Markup that has just ended began at the last `<`: none may stand inside a tag (XML 1.0, section 2.4). */
  const began = (): { start: number; line: number; column: number } => {
    const start = text.lastIndexOf("<", parser.position - 1);
    const lineStart = Math.max(text.lastIndexOf("\n", start - 1), text.lastIndexOf("\r", start - 1)) + 1;
    const linesInside = text.slice(start, parser.position).match(/\r\n?|\n/g)?.length ?? 0;
    return { start, line: parser.line - linesInside, column: start - (start === 0 ? 0 : lineStart) + 1 };
  };
  const addText = (piece: string): void => {
    if (piece.length > limits.text) stop(`a text is longer than ${limits.text} characters`);
    const children = open.at(-1)?.children;
    if (children === undefined) return; // white space around the root
    const last = children.at(-1);
    if (typeof last === "string") children[children.length - 1] = last + piece;
    else children.push(piece);
  };

  parser.on("error", (error) => stop(error.message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", () => stop("a DOCTYPE is not allowed"));
  parser.on("processinginstruction", ({ target }) => {
    if (!(limits.stylesheet && target === "xml-stylesheet" && root === undefined)) stop(`the processing instruction "${target}" is not allowed`);
  });
  parser.on("attribute", ({ value }) => {
    if (++attributes > limits.attributes) stop(`an element has more than ${limits.attributes} attributes`);
    if (value.length > limits.text) stop(`an attribute is longer than ${limits.text} characters`);
  });
  parser.on("opentag", (tag) => {
    const at = began();
    if (++elements > limits.elements) stop(`there are more than ${limits.elements} elements`, at);
    if (open.length >= limits.depth) stop(`elements are more than ${limits.depth} deep`, at);
    attributes = 0;
    const element: XmlElement = { name: tag.local, prefix: tag.prefix, namespace: tag.uri, attributes: Object.values(tag.attributes).map(attributeOf), children: [], ...at, end: parser.position };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop()!.end = parser.position;
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return fault!;
  }
  return { ok: true, root: root! };
}

const attributeOf = (attribute: SaxesAttributeNS): XmlAttribute => ({ prefix: attribute.prefix, name: attribute.local, namespace: attribute.uri, value: attribute.value });

/** The value of an attribute without a prefix. */
export function attributeNamed(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((each) => each.name === name && each.prefix === "")?.value;
}

/** The elements inside, without the text between them. */
export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== "string");
}

/** All text inside, in its order. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}
