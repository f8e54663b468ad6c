/** Documents of resources: kept by their hash, found again by their item, read for search. */
export { keepDocuments, keepDocumentsIn, type DocumentFinding, type DocumentRow } from "./keep.ts";
export { readDocumentText, readItemDocuments, type ItemDocument, type TextState } from "./read.ts";
export { dataAt, holdsDocuments, restored } from "./set-aside.ts";
export { sweepDocuments } from "./sweep.ts";
export { readWaitingWords, runWordsOfDocuments, wordsOf, WORDS_LIMITS, type WordsLimits } from "./words.ts";
