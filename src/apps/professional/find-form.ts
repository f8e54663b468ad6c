/** What a reader asks of find-a-person, checked: an NHS number, or family name, given name and date of birth. */
import { parseNhsNumber } from "#standards";
import type { FindQuery } from "./deps.ts";
import { WORDS } from "./words/index.ts";

/** The form as posted; every field is text. */
export type FindFields = {
  readonly nhsNumber: string;
  readonly family: string;
  readonly given: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly postcode: string;
};

export type FieldFault = { readonly field: string; readonly text: string };

export const EMPTY: FindFields = { nhsNumber: "", family: "", given: "", day: "", month: "", year: "", postcode: "" };

/** Reads the fields from a posted body, whatever it holds. */
export function fieldsOf(body: unknown): FindFields {
  const from = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof from[name] === "string" ? from[name].trim().slice(0, 100) : "");
  return { nhsNumber: text("nhsNumber"), family: text("family"), given: text("given"), day: text("day"), month: text("month"), year: text("year"), postcode: text("postcode") };
}

const FAULTS = WORDS.finding.faults;

/** The query, or what to put right. A number wins over a name when both are given. */
export function readFind(fields: FindFields): { readonly query: FindQuery } | { readonly faults: readonly FieldFault[] } {
  const byName = fields.family !== "" || fields.given !== "" || fields.day !== "" || fields.month !== "" || fields.year !== "" || fields.postcode !== "";
  if (fields.nhsNumber !== "" || !byName) {
    const number = parseNhsNumber(fields.nhsNumber);
    return number.ok ? { query: { by: "nhs-number", nhsNumber: number.value } } : { faults: [{ field: "nhsNumber", text: FAULTS[number.fault] }] };
  }
  const faults: FieldFault[] = [];
  if (fields.family === "") faults.push({ field: "family", text: FAULTS.family });
  const date = dateOf(fields);
  if (typeof date !== "string") faults.push(date);
  if (faults.length > 0 || typeof date !== "string") return { faults };
  return { query: { by: "name", family: fields.family, given: fields.given, dateOfBirth: date, postcode: fields.postcode.toUpperCase().replace(/\s+/g, " ") } };
}

function dateOf({ day, month, year }: FindFields): string | FieldFault {
  if (day === "" && month === "" && year === "") return { field: "day", text: FAULTS.dateOfBirth };
  if (day === "") return { field: "day", text: FAULTS.day };
  if (month === "") return { field: "month", text: FAULTS.month };
  if (!/^\d{4}$/.test(year)) return { field: "year", text: FAULTS.year };
  const [d, m, y] = [Number(day), Number(month), Number(year)];
  const at = new Date(Date.UTC(y, m - 1, d));
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || at.getUTCMonth() !== m - 1 || at.getUTCDate() !== d) return { field: "day", text: FAULTS.notReal };
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
