import { parse } from "csv-parse/sync";
import { readCell } from "./cell.ts";
import type { Layout } from "./layout.ts";
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

export type CsvFault = { row: number; column: string; value: string; why: string };

export type CsvResult = { rows: MappedRow[]; faults: CsvFault[]; encoding: string };

/** See the door, `index.ts`. */
export function readCouncilCsv(bytes: Buffer, layout: Layout): CsvResult {
  const { text, encoding } = textOf(bytes);
  const faults: CsvFault[] = [];
  const records = recordsOf(text, layout, faults);
  const heading = records[0];
  if (heading === undefined) {
    faults.push({ row: 1, column: "", value: "", why: "the file is empty" });
    return { rows: [], faults, encoding };
  }
  const columns = heading.cells.map((name) => columnNamed(name, layout));
  heading.cells.forEach((name, index) => {
    if (columns[index] === undefined) faults.push({ row: 1, column: name, value: "", why: "unknown column, not read" });
    else if (columns.indexOf(columns[index]) !== index)
      faults.push({ row: 1, column: name, value: "", why: "column given twice, the first is read" });
  });
  for (const name of [layout.kindColumn, ...layout.required]) {
    if (!columns.includes(name)) faults.push({ row: 1, column: name, value: "", why: "required column is missing" });
  }
  const rows: MappedRow[] = [];
  for (const record of records.slice(1)) {
    if (record.cells.every((cell) => cell.trim() === "")) continue;
    const mapped = mapRow(record, columns, layout, faults);
    if (mapped !== null) rows.push(mapped);
  }
  return { rows, faults, encoding };
}

type RawRow = { row: number; cells: string[] };

/** Splits the text; a record that no reading rule fits is a fault and its neighbours still count. */
function recordsOf(text: string, layout: Layout, faults: CsvFault[]): RawRow[] {
  let row = 0;
  const numbered: RawRow[] = [];
  const onSkip = (error: { message: string; code?: string } | undefined): undefined => {
    row++;
    faults.push({ row, column: "", value: "", why: `not readable as CSV: ${error?.message ?? "unknown"}` });
    return undefined;
  };
  try {
    parse(text, {
      delimiter: layout.delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
      skip_records_with_error: true,
      on_skip: onSkip,
      on_record: (cells: string[]) => {
        row++;
        numbered.push({ row, cells: cells.map((cell) => cell.trim()) });
        return null;
      },
    });
  } catch (error) {
    // A quote that is never closed swallows the rest of the file: say where it began.
    faults.push({ row: row + 1, column: "", value: "", why: `not readable as CSV: ${(error as Error).message}` });
  }
  return numbered;
}

function columnNamed(heading: string, layout: Layout): string | undefined {
  const wanted = heading
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  if (wanted in layout.columns) return wanted;
  return Object.keys(layout.columns).find((name) => layout.columns[name]!.aliases?.includes(wanted));
}

function mapRow(record: RawRow, columns: (string | undefined)[], layout: Layout, faults: CsvFault[]): MappedRow | null {
  const before = faults.length;
  const fault = (column: string, value: string, why: string): void =>
    void faults.push({ row: record.row, column, value, why });
  if (record.cells.length !== columns.length) {
    fault("", "", `${record.cells.length} cells where the heading has ${columns.length}`);
    return null;
  }
  const written = new Map<string, string>();
  const values = new Map<string, string>();
  columns.forEach((name, index) => {
    const raw = record.cells[index]!;
    if (name === undefined || raw === "" || written.has(name)) return;
    written.set(name, raw);
    const cell = readCell(raw, layout.columns[name]!);
    if (cell.ok) values.set(name, cell.value);
    else fault(name, raw, cell.why);
  });
  const kindName = written.get(layout.kindColumn)?.toLowerCase();
  const kind = kindName === undefined ? undefined : layout.kinds[kindName];
  if (kind === undefined) {
    fault(layout.kindColumn, kindName ?? "", kindName === undefined ? "missing" : "unknown kind of record");
    return null;
  }
  for (const name of [...layout.required, ...kind.required]) if (!written.has(name)) fault(name, "", "missing");
  if (faults.length > before) return null;
  // Identifiers and ids are built from what was written, made safe for addresses.
  values.set("row_id", idOf(kindName!, written.get("record_id")!));
  values.set("person_key", idOf("person", written.get(layout.person.localId)!));
  return {
    row: record.row,
    kind: kindName!,
    sourcePatient: personOf(layout, written, values),
    resources: kind.resources.map((template) => fill(template, values) as MappedRow["resources"][number]),
    sourceKey: `${kindName!}:${written.get("record_id")!}`,
  };
}

function idOf(prefix: string, id: string): string {
  return `${prefix}-${id}`.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 60);
}

function personOf(
  layout: Layout,
  written: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, string>,
): SourcePatient {
  const { person } = layout;
  return {
    localId: written.get(person.localId)!,
    nhsNumberText: written.get(person.nhsNumberText) ?? null,
    nhsNumberStatus: values.get(person.nhsNumberStatus) ?? null,
    family: written.get(person.family) ?? null,
    given: (written.get(person.given) ?? "").split(/\s+/).filter((name) => name !== ""),
    birthDate: values.get(person.birthDate) ?? null,
    gender: values.get(person.gender) ?? null,
    postcode: written.get(person.postcode) ?? null,
  };
}
