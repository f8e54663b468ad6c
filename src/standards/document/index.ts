/** Documents as they come: what kind they are, and their words as plain structure. */
export { blocksText, type Block, type Cell, type Image, type Readable, type Run } from "./blocks.ts";
export { isCdaFault, readCda, type Cda, type CdaFault } from "./cda.ts";
export { detectKind, MEDIA_TYPE, typeAgrees, type DocumentKind } from "./detect-kind.ts";
export { readHtml } from "./html.ts";
export { readDocument, readNarrative, type ReadDocument } from "./read-document.ts";
export { readRtf } from "./rtf.ts";
export { charsetOf, decodeText } from "./text.ts";
