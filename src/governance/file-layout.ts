/** Layouts of delimited files, as data: which columns there are, how a cell is read, what a row becomes. */
import { Type, type Static } from "typebox";
import { closed, Slug, Words } from "./fields.ts";

/**
 * How a cell is checked and turned: `nhs-number` takes the spaces out of a valid
 * number and leaves any other as it is; `number` is whole, `decimal` keeps its
 * text; `boolean` takes yes/no, true/false, y/n, 1/0 where `values` says nothing else.
 */
export const CELL_FORMATS = ["text", "code", "date", "date-time", "number", "decimal", "boolean", "nhs-number"] as const;
export type CellFormat = (typeof CELL_FORMATS)[number];

const ColumnSchema = Type.Object(
  {
    format: Type.Optional(Type.Enum([...CELL_FORMATS])),
    /** Other headings that mean this column, in lower case with underscores. */
    aliases: Type.Optional(Type.Array(Words)),
    /** What is written here, to what FHIR says; a value that is missing here stays as it is written. */
    values: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Set where any value outside `values` is a fault; always so for `code`. */
    closed: Type.Optional(Type.Boolean()),
    /** How dates are written, for example `dd/mm/yyyy`, `yyyymmdd`, `dd-mon-yyyy`; missing: dd/mm/yyyy and ISO at any precision. */
    dates: Type.Optional(Type.Array(Type.String({ pattern: "^(?=.*yyyy)(dd|mm|mon|yyyy|[-/. ])+$" }), { minItems: 1 })),
  },
  closed,
);

const KindSchema = Type.Object(
  {
    required: Type.Array(Words),
    /** FHIR resources with `{{column}}` in their texts; what no cell fills is left out. */
    resources: Type.Array(Type.Object({ resourceType: Words }), { minItems: 1 }),
  },
  closed,
);

export const FileLayoutSchema = Type.Object(
  {
    id: Slug,
    title: Words,
    /** One character. */
    delimiter: Type.String({ minLength: 1, maxLength: 1 }),
    /** Missing: `"`; `null`: none. */
    quote: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()])),
    /** Missing: a byte order mark decides, else UTF-8 where it is valid, else Windows-1252. */
    encoding: Type.Optional(Type.Enum(["utf-8", "utf-16le", "windows-1252"])),
    /** False where the file has no heading: its columns are then in the order of `columns`. */
    headings: Type.Optional(Type.Boolean()),
    /** The column that says which kind of record a row is; missing where all are of one kind. */
    kindColumn: Type.Optional(Words),
    /** The source's own id of a row's record, unique within its kind. */
    recordColumn: Words,
    /** Incremental files: what is to be done with a row. A value in none of the lists is a fault, an empty cell is an update. */
    action: Type.Optional(Type.Object({ column: Words, add: Type.Array(Words), update: Type.Array(Words), delete: Type.Array(Words, { minItems: 1 }) }, closed)),
    /** Needed on every row, whatever its kind. */
    required: Type.Array(Words),
    /** Which columns say whose row it is. */
    person: Type.Object(
      { localId: Words, nhsNumberText: Type.Optional(Words), nhsNumberStatus: Type.Optional(Words), family: Type.Optional(Words), given: Type.Optional(Words), birthDate: Type.Optional(Words), gender: Type.Optional(Words), postcode: Type.Optional(Words) },
      closed,
    ),
    columns: Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_]*$" }), ColumnSchema),
    kinds: Type.Record(Type.String({ pattern: "^[a-z][a-z0-9-]*$" }), KindSchema),
  },
  closed,
);

export type FileLayout = Readonly<Static<typeof FileLayoutSchema>>;
export type FileColumn = Readonly<Static<typeof ColumnSchema>>;

/** Places that a row fills besides its columns: ids made of the record's and the person's own. */
export const MADE_PLACES: readonly string[] = ["row_id", "person_key"];
