/**
 * What JSON may hold and neither a reader nor the database can: levels without end,
 * which overflow the stack of whoever walks them, and NUL, which no FHIR string has
 * (R4, string) and no text of PostgreSQL can hold: it would fail the transaction of
 * every message beside it; and fields named `__proto__`.
 */
export type JsonFault = { readonly expression: string; readonly why: string };

/** As for XML; resources nest a dozen levels. */
export const MOST_LEVELS = 100;

/** The first fault with its place, or `null`. Walks without recursion. */
export function faultOfJson(body: unknown): JsonFault | null {
  if (typeof body === "string" && body.includes("\0")) return { expression: "$this", why: NUL };
  const stack: { value: object; path: Path | null; level: number }[] = typeof body === "object" && body !== null ? [{ value: body, path: null, level: 1 }] : [];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.level > MOST_LEVELS) return { expression: placeOf(at.path).slice(0, 200), why: `more than ${MOST_LEVELS} levels deep` };
    const isList = Array.isArray(at.value);
    for (const name in at.value) {
      if (!isList && name.includes("\0")) return { expression: placeOf({ name, isList, up: at.path }), why: NUL };
      // Whoever copies it field by field would set a prototype; the product's processes refuse that with a throw.
      if (name === "__proto__") return { expression: placeOf({ name, isList, up: at.path }), why: "no field may have this name" };
      const field = (at.value as Record<string, unknown>)[name];
      if (typeof field === "string") {
        if (field.includes("\0")) return { expression: placeOf({ name, isList, up: at.path }), why: NUL };
      } else if (typeof field === "object" && field !== null) stack.push({ value: field, path: { name, isList, up: at.path }, level: at.level + 1 });
    }
  }
  return null;
}

const NUL = "holds the character NUL, which no text may hold";

type Path = { readonly name: string; readonly isList: boolean; readonly up: Path | null };

function placeOf(path: Path | null): string {
  const parts: string[] = [];
  for (let at = path; at !== null; at = at.up) parts.unshift(at.isList ? `[${at.name}]` : `.${at.name.slice(0, 60)}`);
  return withoutNul(parts.join("").replace(/^\./, "")) || "$this";
}

/** Words about a text, that may quote it. */
export const withoutNul = (words: string): string => words.replaceAll("\0", "\ufffd");
