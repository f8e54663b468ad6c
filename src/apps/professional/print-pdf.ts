/** The same document as a file: tagged PDF (PDF/UA-1), so that it is read out in order, with headings and tables (ACC-13; experience.md 6.4). */
import { readFileSync } from "node:fs";
import type { PdfOrder, PdfPress } from "#platform";
import type { PrintModel } from "./print-model.ts";

/** What printing needs from the rest of the product. */
export type PrintDeps = { readonly pdf: PdfPress };

const TEMPLATE = readFileSync(new URL("print.typ", import.meta.url), "utf8");

/** The order of a document's file; its data is the model as it is. */
export const printOrder = (model: PrintModel, now: Date): PdfOrder => ({ template: TEMPLATE, data: model, at: now });
