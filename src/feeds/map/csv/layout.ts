import adult from "./layouts/council-adult.json" with { type: "json" };
import children from "./layouts/council-children.json" with { type: "json" };

/** How the text of a cell is checked and turned: `date` takes dd/mm/yyyy, yyyy-mm-dd, mm/yyyy and yyyy. */
export type Format = "text" | "date" | "date-time" | "number";

export type Column = {
  readonly format?: Format;
  /** Other headings that mean this column. */
  readonly aliases?: readonly string[];
  /** What is written here, to what FHIR says; a value that is missing here stays as it is written. */
  readonly values?: Readonly<Record<string, string>>;
  /** Set where any value outside `values` is a fault. */
  readonly closed?: boolean;
};

export type Kind = {
  readonly required: readonly string[];
  /** FHIR resources with `{{column}}` in their texts; what no cell fills is left out. */
  readonly resources: readonly Readonly<Record<string, unknown>>[];
};

/** One council extract, as data. */
export type Layout = {
  readonly id: string;
  readonly title: string;
  readonly delimiter: string;
  /** The column that says which kind of record a row is. */
  readonly kindColumn: string;
  /** Needed on every row, whatever its kind. */
  readonly required: readonly string[];
  /** Which columns say whose row it is. */
  readonly person: Readonly<
    Record<"localId" | "nhsNumberText" | "nhsNumberStatus" | "family" | "given" | "birthDate" | "gender" | "postcode", string>
  >;
  readonly columns: Readonly<Record<string, Column>>;
  readonly kinds: Readonly<Record<string, Kind>>;
};

/** The layouts that come with the product. */
export const LAYOUTS: readonly Layout[] = [adult as unknown as Layout, children as unknown as Layout];

/** The layout of that id, or `undefined`. */
export function layoutNamed(id: string): Layout | undefined {
  return LAYOUTS.find((layout) => layout.id === id);
}
