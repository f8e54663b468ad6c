/**
 * A delimited file (a council's extract, or anybody's) to FHIR R4. Pure.
 *
 * `readDelimited(bytes, layout)` reads a file by a layout of the region pack:
 * which columns there are, which a kind of record needs, how a cell is read, and
 * how a row becomes resources. Good rows go in; a bad row is left out whole and
 * listed with its row (as a spreadsheet counts, the heading is row 1), column,
 * code, value and words. A heading without a required column is a fault of the
 * whole file.
 */
export { readDelimited, type DelimitedFile, type DeletedRow, type FileFault, type FileFaultCode, type MappedRow, type SourcePatient } from "./read.ts";
