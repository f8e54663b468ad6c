/** Documents as tagged PDF, made in a process of their own. */
export { PDF_LIMITS, pdfPress, type PdfLimits, type PdfOrder, type PdfPress } from "./press.ts";
