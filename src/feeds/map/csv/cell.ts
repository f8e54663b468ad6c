import type { FileColumn } from "#governance";
import { parseNhsNumber } from "#standards";

/** Why a cell cannot be read: a stable code, and words for whoever mends the file. */
export type CellFault = { ok: false; code: "not-a-date" | "no-such-day" | "not-a-number" | "not-a-code" | "not-a-boolean"; why: string };
export type Cell = { ok: true; value: string; /** Taken, but somebody should look. */ warning?: { code: "nhs-number"; why: string } } | CellFault;

/** One filled cell in FHIR's terms, or why it cannot be. Texts that look like formulas stay texts. */
export function readCell(raw: string, column: FileColumn): Cell {
  switch (column.format ?? "text") {
    case "date":
      return dateOf(raw, column.dates);
    case "date-time":
      return dateTimeOf(raw, column.dates);
    case "number":
      return /^-?\d+$/.test(raw) ? good(raw) : bad("not-a-number", "not a whole number");
    case "decimal":
      return /^-?\d+(\.\d+)?$/.test(raw) ? good(raw) : bad("not-a-number", "not a number");
    case "boolean":
      return booleanOf(raw, column);
    case "nhs-number":
      return nhsNumberOf(raw);
    case "code":
      return coded(raw, { ...column, closed: true });
    case "text":
      return coded(raw, column);
  }
}

function mapped(raw: string, values: FileColumn["values"]): string | undefined {
  const wanted = raw.toLowerCase();
  return Object.entries(values ?? {}).find(([written]) => written.toLowerCase() === wanted)?.[1];
}

function coded(raw: string, column: FileColumn): Cell {
  const hit = mapped(raw, column.values);
  if (hit !== undefined) return good(hit);
  return column.closed && column.values !== undefined ? bad("not-a-code", `not one of ${Object.keys(column.values).join(", ")}`) : good(raw);
}

const YES_NO: FileColumn["values"] = { yes: "true", y: "true", true: "true", "1": "true", no: "false", n: "false", false: "false", "0": "false" };

function booleanOf(raw: string, column: FileColumn): Cell {
  const hit = mapped(raw, column.values ?? YES_NO);
  return hit === "true" || hit === "false" ? good(hit) : bad("not-a-boolean", `not one of ${Object.keys(column.values ?? YES_NO!).join(", ")}`);
}

/** A valid number without its spaces; any other as it is written, for the identity room to judge. */
function nhsNumberOf(raw: string): Cell {
  const parsed = parseNhsNumber(raw);
  return parsed.ok ? good(raw.replace(/[\s-]/g, "")) : { ok: true, value: raw, warning: { code: "nhs-number", why: "not a valid NHS number: kept as written, links nobody" } };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function dateOf(raw: string, patterns: readonly string[] | undefined): Cell {
  if (patterns !== undefined) return datedBy(raw, patterns);
  const british = /^(?:(\d{1,2})\/)?(?:(\d{1,2})\/)(\d{4})$/.exec(raw);
  if (british) {
    const [, day, month, year] = british;
    return checked(year!, month!.padStart(2, "0"), day?.padStart(2, "0"));
  }
  const iso = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(raw);
  if (iso) return iso[2] === undefined ? good(raw) : checked(iso[1]!, iso[2], iso[3]);
  return bad("not-a-date", "not a date: dd/mm/yyyy, yyyy-mm-dd, mm/yyyy or yyyy");
}

/** By the layout's own patterns, in their order. */
function datedBy(raw: string, patterns: readonly string[]): Cell {
  for (const pattern of patterns) {
    const parts: string[] = [];
    const expression = pattern.replace(/dd|mm|mon|yyyy|[.]/g, (part) => {
      if (part === ".") return "\\.";
      parts.push(part);
      return part === "yyyy" ? "(\\d{4})" : part === "mon" ? "([A-Za-z]{3})[a-z]*" : "(\\d{1,2})";
    });
    // Digits without anything between them have their full width.
    const found = new RegExp(`^${/[-/. ]/.test(pattern) ? expression : expression.replaceAll("{1,2}", "{2}")}$`).exec(raw);
    if (found === null) continue;
    const at = (part: string): string | undefined => (parts.includes(part) ? found[parts.indexOf(part) + 1] : undefined);
    const named = at("mon");
    const month = named === undefined ? at("mm") : String(MONTHS.indexOf(named.toLowerCase()) + 1);
    if (month === undefined) return good(at("yyyy")!);
    return checked(at("yyyy")!, month.padStart(2, "0"), at("dd")?.padStart(2, "0"));
  }
  return bad("not-a-date", `not a date: ${patterns.join(", ")}`);
}

/** The date at the precision that was written; a day that no calendar has is a fault. */
function checked(year: string, month: string, day: string | undefined): Cell {
  const text = day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
  const instant = new Date(`${year}-${month}-${day ?? "01"}T00:00:00Z`);
  const real = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
  return real ? good(text) : bad("no-such-day", "no such day in the calendar");
}

/** A British wall-clock time gets its zone; a time that carries one keeps it. */
function dateTimeOf(raw: string, patterns: readonly string[] | undefined): Cell {
  const parts = /^(.+?)[ T](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/.exec(raw);
  if (!parts) return dateOf(raw, patterns);
  const [, date, hour, minute, second, zone] = parts;
  const day = dateOf(date!, patterns);
  if (!day.ok) return day;
  if (day.value.length !== 10 || Number(hour) > 23 || Number(minute) > 59) return bad("no-such-day", "no such time");
  const local = `${day.value}T${hour!}:${minute!}:${second ?? "00"}`;
  return good(local + (zone ?? londonOffset(local)));
}

/** Made at the first time without an offset. */
let london: Intl.DateTimeFormat | undefined;
const inLondon = (): Intl.DateTimeFormat => (london ??= new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", timeZoneName: "longOffset" }));

function londonOffset(local: string): string {
  const name = inLondon().formatToParts(new Date(`${local}Z`)).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "+00:00" : name.replace("GMT", "");
}

const good = (value: string): Cell => ({ ok: true, value });
const bad = (code: CellFault["code"], why: string): CellFault => ({ ok: false, code, why });
