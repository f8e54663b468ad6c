/**
 * A council's CSV file to FHIR R4. Pure.
 *
 * `readCouncilCsv(bytes, layout)` reads a file of many kinds of record (one a
 * row, told by its `record_type`) by a layout that is data: which columns there
 * are, which a kind needs, their formats, and how a row becomes resources.
 * Good rows go in; a bad row is left out whole and listed with its row (as a
 * spreadsheet counts, the heading is row 1), column, value and reason.
 * `layoutNamed("council-adult")` gives one of the layouts that come along.
 */
export { readCouncilCsv, type CsvFault, type MappedRow, type CsvResult, type SourcePatient } from "./read.ts";
export { LAYOUTS, layoutNamed, type Layout } from "./layout.ts";
