import type { Column } from "./layout.ts";

export type Cell = { ok: true; value: string } | { ok: false; why: string };

/** One filled cell in FHIR's terms, or why it cannot be. Texts that look like formulas stay texts. */
export function readCell(raw: string, column: Column): Cell {
  switch (column.format ?? "text") {
    case "date":
      return dateOf(raw);
    case "date-time":
      return dateTimeOf(raw);
    case "number":
      return /^-?\d+(\.\d+)?$/.test(raw) ? good(raw) : bad("not a number");
    case "text":
      return coded(raw, column);
  }
}

function coded(raw: string, column: Column): Cell {
  if (column.values === undefined) return good(raw);
  const wanted = raw.toLowerCase();
  const hit = Object.entries(column.values).find(([written]) => written.toLowerCase() === wanted);
  if (hit) return good(hit[1]);
  return column.closed ? bad(`not one of ${Object.keys(column.values).join(", ")}`) : good(raw);
}

function dateOf(raw: string): Cell {
  const british = /^(?:(\d{1,2})\/)?(?:(\d{1,2})\/)(\d{4})$/.exec(raw);
  if (british) {
    const [, day, month, year] = british;
    return checked(year!, month!.padStart(2, "0"), day?.padStart(2, "0"));
  }
  const iso = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(raw);
  if (iso) return iso[2] === undefined ? good(raw) : checked(iso[1]!, iso[2], iso[3]);
  return bad("not a date: dd/mm/yyyy, yyyy-mm-dd, mm/yyyy or yyyy");
}

/** The date at the precision that was written; a day that no calendar has is a fault. */
function checked(year: string, month: string, day: string | undefined): Cell {
  const text = day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
  const instant = new Date(`${year}-${month}-${day ?? "01"}T00:00:00Z`);
  const real = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
  return real ? good(text) : bad("no such day in the calendar");
}

/** A British wall-clock time gets its zone; a time that carries one keeps it. */
function dateTimeOf(raw: string): Cell {
  const parts = /^(.+?)[ T](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/.exec(raw);
  if (!parts) return dateOf(raw);
  const [, date, hour, minute, second, zone] = parts;
  const day = dateOf(date!);
  if (!day.ok) return day;
  if (day.value.length !== 10 || Number(hour) > 23 || Number(minute) > 59) return bad("no such time");
  const local = `${day.value}T${hour!}:${minute!}:${second ?? "00"}`;
  return good(local + (zone ?? londonOffset(local)));
}

const LONDON = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", timeZoneName: "longOffset" });

function londonOffset(local: string): string {
  const name = LONDON.formatToParts(new Date(`${local}Z`)).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "+00:00" : name.replace("GMT", "");
}

function good(value: string): Cell {
  return { ok: true, value };
}

function bad(why: string): Cell {
  return { ok: false, why };
}
