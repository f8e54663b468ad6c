/**
 * A CDA document of any template (HL7 CDA R2): who wrote it about whom and when,
 * and the narrative of its sections, which is what its author attested (CDA R2,
 * section 1.3). Coded entries are not shown: the narrative stands for them.
 */
import { decodeXml } from "../xml/decode.ts";
import { attributeNamed, elementsOf, parseXml, textOf, XML_LIMITS, type XmlElement } from "../xml/parse.ts";
import { Measure, type Block, type Image, type Readable } from "./blocks.ts";
import { blocksOf, imageOf, markupOf, type NamedImages } from "./markup.ts";

export type Cda = {
  readonly title: string;
  /** As written: `20260131` or with time and zone. */
  readonly effectiveTime: string;
  readonly patient: { readonly name: string; readonly birthTime: string; readonly identifiers: readonly string[] };
  /** Name, and organisation behind a comma. */
  readonly authors: readonly string[];
  readonly custodian: string;
  readonly recipients: readonly string[];
  /** `nonXMLBody`: the document is another one, carried inside. */
  readonly inside: { readonly mediaType: string; readonly bytes: Buffer } | null;
  readonly body: Readable;
};

export type CdaFault = { readonly why: string };

const NAMESPACE = "urn:hl7-org:v3";
/** What a document may be: sections within sections are few, scanned letters inside are large. */
const LIMITS = { ...XML_LIMITS, depth: 100, elements: 300_000, stylesheet: true };
const DEEPEST_SECTION = 12;

/** Reads a document; a fault says what is wrong in words that a reader can pass on to the source. */
export function readCda(bytes: Uint8Array): Cda | CdaFault {
  const decoded = decodeXml(bytes);
  if (!decoded.ok) return { why: `line ${decoded.line}, column ${decoded.column}: ${decoded.why}` };
  const parsed = parseXml(decoded.text, LIMITS);
  if (!parsed.ok) return { why: `line ${parsed.line}, column ${parsed.column}: ${parsed.why}` };
  const { root } = parsed;
  if (root.name !== "ClinicalDocument" || root.namespace !== NAMESPACE) return { why: `its root is ${root.name}, not ClinicalDocument` };
  const role = path(root, "recordTarget", "patientRole");
  const patient = role && first(role, "patient");
  const component = first(root, "component");
  const structured = component && first(component, "structuredBody");
  const measure = new Measure();
  const images = new Map<string, Image>();
  if (structured) collectImages(structured, images);
  const blocks = structured ? each(structured, "component").flatMap((inner) => each(inner, "section").flatMap((section) => sectionBlocks(section, 1, measure, images))) : [];
  return {
    title: words(first(root, "title")) || displayOf(first(root, "code")) || "Clinical document without a title",
    effectiveTime: valueOf(first(root, "effectiveTime")),
    patient: { name: nameOf(patient && first(patient, "name")), birthTime: valueOf(patient && first(patient, "birthTime")), identifiers: role ? each(role, "id").map((id) => attributeNamed(id, "extension") ?? "").filter(Boolean) : [] },
    authors: each(root, "author").map((author) => authorOf(first(author, "assignedAuthor"))).filter(Boolean),
    custodian: words(path(root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")),
    recipients: each(root, "informationRecipient").map((recipient) => recipientOf(first(recipient, "intendedRecipient"))).filter(Boolean),
    inside: insideOf(component && path(component, "nonXMLBody", "text")),
    body: measure.done(blocks),
  };
}

export const isCdaFault = (read: Cda | CdaFault): read is CdaFault => "why" in read;

const isHl7 = (element: XmlElement, name: string): boolean => element.name === name && element.namespace === NAMESPACE;
const first = (element: XmlElement, name: string): XmlElement | undefined => elementsOf(element).find((child) => isHl7(child, name));
const each = (element: XmlElement, name: string): XmlElement[] => elementsOf(element).filter((child) => isHl7(child, name));
const path = (element: XmlElement, ...names: string[]): XmlElement | undefined => names.reduce<XmlElement | undefined>((at, name) => at && first(at, name), element);
const tidy = (text: string): string => text.replace(/\s+/g, " ").trim();
const words = (element: XmlElement | undefined): string => (element === undefined ? "" : tidy(textOf(element)));
const valueOf = (element: XmlElement | undefined): string => (element === undefined ? "" : (attributeNamed(element, "value") ?? attributeNamed(first(element, "low") ?? element, "value") ?? ""));
const displayOf = (element: XmlElement | undefined): string => (element === undefined ? "" : tidy(attributeNamed(element, "displayName") ?? ""));

/** The parts of a name in their order, apart by spaces. */
function nameOf(name: XmlElement | undefined): string {
  if (name === undefined) return "";
  return tidy(name.children.map((child) => (typeof child === "string" ? child : textOf(child))).join(" "));
}

function authorOf(assigned: XmlElement | undefined): string {
  if (assigned === undefined) return "";
  const device = first(assigned, "assignedAuthoringDevice");
  const who = nameOf(path(assigned, "assignedPerson", "name")) || words(device && (first(device, "softwareName") ?? first(device, "manufacturerModelName")));
  return [who, displayOf(first(assigned, "code")), words(path(assigned, "representedOrganization", "name"))].filter(Boolean).join(", ");
}

const recipientOf = (recipient: XmlElement | undefined): string =>
  recipient === undefined ? "" : [nameOf(path(recipient, "informationRecipient", "name")), words(path(recipient, "receivedOrganization", "name"))].filter(Boolean).join(", ");

function sectionBlocks(section: XmlElement, level: number, measure: Measure, images: NamedImages): Block[] {
  const title = words(first(section, "title")) || displayOf(first(section, "code"));
  const text = first(section, "text");
  const inner = each(section, "component").flatMap((component) => each(component, "section"));
  const narrative = text === undefined ? [] : blocksOf(markupOf(text).children, measure, images);
  const subsections = level >= DEEPEST_SECTION ? [] : inner.flatMap((each) => sectionBlocks(each, level + 1, measure, images));
  if (level >= DEEPEST_SECTION && inner.length > 0) measure.leftOut.add("sections that are nested too deep");
  const heading: Block[] = title !== "" && measure.block() ? [{ kind: "heading", level: Math.min(6, level), runs: [{ text: title }] }] : [];
  // A heading over nothing reads as if nothing were known: the document itself is silent here, and that is said.
  const silent: Block[] = title !== "" && narrative.length === 0 && subsections.length === 0 ? [{ kind: "paragraph", runs: [{ text: "The document has no text in this section.", italic: true }] }] : [];
  return [...heading, ...narrative, ...silent, ...subsections];
}

/** Images that the narrative names by the ID of their `observationMedia`. */
function collectImages(element: XmlElement, images: Map<string, Image>): void {
  for (const child of elementsOf(element)) {
    if (isHl7(child, "observationMedia")) {
      const id = attributeNamed(child, "ID");
      const value = first(child, "value");
      const image = value && attributeNamed(value, "representation") === "B64" ? imageOf(Buffer.from(textOf(value), "base64")) : null;
      if (id !== undefined && image !== null && image !== undefined) images.set(id, image);
    } else if (!isHl7(child, "text")) collectImages(child, images);
  }
}

function insideOf(text: XmlElement | undefined): Cda["inside"] {
  if (text === undefined) return null;
  const content = textOf(text);
  return { mediaType: attributeNamed(text, "mediaType") ?? "text/plain", bytes: attributeNamed(text, "representation") === "B64" ? Buffer.from(content, "base64") : Buffer.from(content.trim(), "utf8") };
}
