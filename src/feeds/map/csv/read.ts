import { parse } from "csv-parse/sync";
import type { FileLayout } from "#governance";
import { withoutNul } from "../bounded-json.ts";
import { readCell } from "./cell.ts";
import { fill } from "./template.ts";
import { textOf } from "./text-of.ts";

/** Whose row it is, in the file's own words where they are identifiers. */
export type SourcePatient = {
  localId: string;
  /** As written: an invalid number is not replaced, the identity room judges it. */
  nhsNumberText: string | null;
  /** What the sender says of the number: `01` where it was traced in the national index; `null` where the file does not say. */
  nhsNumberStatus: string | null;
  family: string | null;
  given: string[];
  /** ISO, at the precision given. */
  birthDate: string | null;
  /** FHIR's administrative gender. */
  gender: string | null;
  postcode: string | null;
};

export type MappedRow = {
  /** As a spreadsheet counts; the heading is row 1. */
  row: number;
  kind: string;
  sourcePatient: SourcePatient;
  resources: { resourceType: string; [field: string]: unknown }[];
  /** The same for the same record in every file of the feed: `assessment:A-1042`. */
  sourceKey: string;
};

/** A row that says that its record is no more. */
export type DeletedRow = { row: number; localId: string; sourceKey: string; kind: string };

/** Codes of what can be wrong with a file, a row or a cell; stable, for whoever sends it. */
export type FileFaultCode =
  | "empty-file" | "not-readable" | "wrong-encoding" | "header-missing" | "header-unknown" | "header-twice" | "cells" | "kind-missing" | "kind-unknown" | "action-unknown" | "missing" | "row-twice" | "nhs-number"
  | "not-a-date" | "no-such-day" | "not-a-number" | "not-a-code" | "not-a-boolean" | "delete-unknown";

/** `error`: the row is left out whole (in the heading: the file). `warning`: it went in. */
export type FileFault = { row: number; column: string; code: FileFaultCode; severity: "error" | "warning"; value: string; why: string };

export type DelimitedFile = {
  rows: MappedRow[];
  deleted: DeletedRow[];
  faults: FileFault[];
  encoding: string;
  /** Rows that hold anything, the heading not counted. */
  count: number;
  /** Records of rows that could not be used: they are in the file, so nothing may be taken for gone. */
  held: string[];
  /** Rows of which not even the record is known: any record could be theirs. */
  unknown: number;
  /** What the heading should have and lacks: none of the file is read then. */
  heading: { expected: string[]; found: string[] } | null;
};

/** See the door, `index.ts`. */
export function readDelimited(bytes: Buffer, layout: FileLayout): DelimitedFile {
  const decoded = textOf(bytes, layout.encoding);
  const file: DelimitedFile = { rows: [], deleted: [], faults: [], encoding: decoded.encoding, count: 0, held: [], unknown: 0, heading: null };
  const { faults } = file;
  if (!decoded.ok) {
    faults.push({ row: 1, column: "", code: "wrong-encoding", severity: "error", value: "", why: `the file is not ${decoded.encoding}` });
    return { ...file, heading: { expected: [], found: [] } };
  }
  const records = recordsOf(decoded.text, layout, file);
  const heading = layout.headings === false ? Object.keys(layout.columns) : records.shift()?.cells.map((name) => withoutNul(name));
  if (heading === undefined) {
    faults.push({ row: 1, column: "", code: "empty-file", severity: "error", value: "", why: "the file is empty" });
    return { ...file, heading: { expected: expectedOf(layout), found: [] } };
  }
  const columns = heading.map((name) => columnNamed(name, layout));
  heading.forEach((name, index) => {
    if (columns[index] === undefined) faults.push({ row: 1, column: name, code: "header-unknown", severity: "warning", value: "", why: "unknown column, not read" });
    else if (columns.indexOf(columns[index]) !== index) faults.push({ row: 1, column: name, code: "header-twice", severity: "warning", value: "", why: "column given twice, the first is read" });
  });
  const missing = expectedOf(layout).filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    for (const name of missing) faults.push({ row: 1, column: name, code: "header-missing", severity: "error", value: "", why: "required column is missing" });
    return { ...file, heading: { expected: expectedOf(layout), found: heading } };
  }
  for (const record of records) {
    if (record.cells.every((cell) => cell.trim() === "")) continue;
    if (record.cells.some((cell) => cell.includes("\0"))) {
      // No text of the database can hold it, and what stood there cannot be known.
      file.unknown++;
      file.count++;
      faults.push({ row: record.row, column: "", code: "not-readable", severity: "error", value: "", why: "not readable: a cell holds the character NUL" });
      continue;
    }
    file.count++;
    readRow(record, columns, layout, file);
  }
  file.rows = lastOfEach(file);
  return file;
}

/** Columns without which no row can be used. */
function expectedOf(layout: FileLayout): string[] {
  return [...new Set([...(layout.kindColumn === undefined ? [] : [layout.kindColumn]), layout.recordColumn, layout.person.localId, ...layout.required])];
}

type RawRow = { row: number; cells: string[] };

/** Splits the text; a record that no reading rule fits is a fault and its neighbours still count. */
function recordsOf(text: string, layout: FileLayout, file: DelimitedFile): RawRow[] {
  let row = 0;
  const numbered: RawRow[] = [];
  const notReadable = (at: number, why: string): void => {
    file.unknown++;
    file.count++;
    file.faults.push({ row: at, column: "", code: "not-readable", severity: "error", value: "", why: `not readable: ${why}` });
  };
  try {
    parse(text, {
      delimiter: layout.delimiter,
      quote: layout.quote === undefined ? '"' : layout.quote,
      escape: layout.quote ?? '"',
      relax_column_count: true,
      skip_empty_lines: false,
      skip_records_with_error: true,
      on_skip: (error: { message: string } | undefined): undefined => {
        row++;
        notReadable(row, error?.message ?? "unknown");
        return undefined;
      },
      on_record: (cells: string[]) => {
        row++;
        numbered.push({ row, cells: cells.map((cell) => cell.trim()) });
        return null;
      },
    });
  } catch (error) {
    // A quote that is never closed swallows the rest of the file: say where it began.
    notReadable(row + 1, (error as Error).message);
  }
  return numbered;
}

function columnNamed(heading: string, layout: FileLayout): string | undefined {
  const wanted = heading
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  if (Object.hasOwn(layout.columns, wanted)) return wanted;
  return Object.keys(layout.columns).find((name) => layout.columns[name]!.aliases?.includes(wanted));
}

function readRow(record: RawRow, columns: (string | undefined)[], layout: FileLayout, file: DelimitedFile): void {
  const found: FileFault[] = [];
  const fault = (column: string, code: FileFaultCode, value: string, why: string, severity: FileFault["severity"] = "error"): void => void found.push({ row: record.row, column, code, severity, value, why });
  if (record.cells.length !== columns.length) {
    fault("", "cells", "", `${record.cells.length} cells where the heading has ${columns.length}`);
    file.faults.push(...found);
    file.unknown++;
    return;
  }
  const written = new Map<string, string>();
  const values = new Map<string, string>();
  columns.forEach((name, index) => {
    const raw = record.cells[index]!;
    if (name === undefined || raw === "" || written.has(name)) return;
    written.set(name, raw);
    const cell = readCell(raw, layout.columns[name]!);
    if (!cell.ok) fault(name, cell.code, raw, cell.why);
    else {
      values.set(name, cell.value);
      if (cell.warning) fault(name, cell.warning.code, raw, cell.warning.why, "warning");
    }
  });
  const kindName = layout.kindColumn === undefined ? Object.keys(layout.kinds)[0]! : written.get(layout.kindColumn)?.toLowerCase();
  const recordId = written.get(layout.recordColumn);
  const localId = written.get(layout.person.localId);
  const kind = kindName !== undefined && Object.hasOwn(layout.kinds, kindName) ? layout.kinds[kindName] : undefined;
  const action = actionOf(layout, written);
  const settle = (): void => {
    file.faults.push(...found);
    if (!found.some((each) => each.severity === "error")) return;
    if (kind === undefined || recordId === undefined) file.unknown++;
    else file.held.push(`${kindName}:${recordId}`);
  };
  if (kind === undefined) {
    if (kindName === undefined) fault(layout.kindColumn!, "kind-missing", "", "missing");
    else fault(layout.kindColumn!, "kind-unknown", kindName, "unknown kind of record");
    return settle();
  }
  if (action === "unknown") fault(layout.action!.column, "action-unknown", written.get(layout.action!.column)!, `not one of ${[...layout.action!.add, ...layout.action!.update, ...layout.action!.delete].join(", ")}`);
  const needed = action === "delete" ? [] : [...layout.required, ...kind.required];
  for (const name of new Set([layout.recordColumn, layout.person.localId, ...needed])) if (!written.has(name)) fault(name, "missing", "", "missing");
  if (action === "delete" && recordId !== undefined && localId !== undefined) {
    // What else stands in a row that goes does not matter.
    file.deleted.push({ row: record.row, localId, sourceKey: `${kindName}:${recordId}`, kind: kindName! });
    return;
  }
  settle();
  if (found.some((each) => each.severity === "error")) return;
  // Identifiers and ids are built from what was written, made safe for addresses.
  values.set("row_id", idOf(kindName!, recordId!));
  values.set("person_key", idOf("person", localId!));
  file.rows.push({ row: record.row, kind: kindName!, sourcePatient: personOf(layout, written, values), resources: kind.resources.map((template) => fill(template, values) as MappedRow["resources"][number]), sourceKey: `${kindName!}:${recordId!}` });
}

function actionOf(layout: FileLayout, written: ReadonlyMap<string, string>): "put" | "delete" | "unknown" {
  const said = layout.action && written.get(layout.action.column)?.toLowerCase();
  if (layout.action === undefined || said === undefined) return "put";
  if (layout.action.delete.includes(said)) return "delete";
  return layout.action.add.includes(said) || layout.action.update.includes(said) ? "put" : "unknown";
}

/** One record in two rows: the later stands, and the sender is told. */
function lastOfEach(file: DelimitedFile): MappedRow[] {
  const last = new Map<string, MappedRow>();
  for (const row of file.rows) {
    const before = last.get(row.sourceKey);
    if (before !== undefined) file.faults.push({ row: row.row, column: "", code: "row-twice", severity: "warning", value: row.sourceKey, why: `the record is in row ${before.row} too; this row stands` });
    last.set(row.sourceKey, row);
  }
  return last.size === file.rows.length ? file.rows : [...last.values()];
}

function idOf(prefix: string, id: string): string {
  return `${prefix}-${id}`.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 60);
}

function personOf(layout: FileLayout, written: ReadonlyMap<string, string>, values: ReadonlyMap<string, string>): SourcePatient {
  const { person } = layout;
  const of = (from: ReadonlyMap<string, string>, name: string | undefined): string | null => (name === undefined ? null : (from.get(name) ?? null));
  return {
    localId: written.get(person.localId)!,
    nhsNumberText: of(written, person.nhsNumberText),
    nhsNumberStatus: of(values, person.nhsNumberStatus),
    family: of(written, person.family),
    given: (of(written, person.given) ?? "").split(/\s+/).filter((name) => name !== ""),
    birthDate: of(values, person.birthDate),
    gender: of(values, person.gender),
    postcode: of(written, person.postcode),
  };
}
