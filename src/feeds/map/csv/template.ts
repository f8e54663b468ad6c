const PLACE = /\{\{([a-z0-9_]+)\}\}/g;

/**
 * A template with its `{{column}}` places filled from a row. A text with an
 * unfilled place is left out; so is an object or list all of whose places stayed
 * unfilled, so that no half-empty codings or identifiers remain. A text that is
 * one place and ends in `:number` becomes a number.
 */
export function fill(template: unknown, row: ReadonlyMap<string, string>): unknown {
  return filled(template, row).value;
}

type Part = { value: unknown; places: number; filled: number };

function filled(template: unknown, row: ReadonlyMap<string, string>): Part {
  if (typeof template === "string") return textPart(template, row);
  if (Array.isArray(template)) {
    const parts = template.map((item) => filled(item, row));
    return gather(
      parts,
      parts.map((part) => part.value).filter((value) => value !== undefined),
    );
  }
  if (typeof template === "object" && template !== null) {
    const entries = Object.entries(template).map(([name, inner]) => [name, filled(inner, row)] as const);
    const kept = entries
      .filter(([, part]) => part.value !== undefined)
      .map(([name, part]) => [name, part.value] as const);
    return gather(
      entries.map(([, part]) => part),
      Object.fromEntries(kept),
    );
  }
  return { value: template, places: 0, filled: 0 };
}

function gather(parts: readonly Part[], value: unknown): Part {
  const places = parts.reduce((sum, part) => sum + part.places, 0);
  const done = parts.reduce((sum, part) => sum + part.filled, 0);
  return { value: places > 0 && done === 0 ? undefined : value, places, filled: done };
}

function textPart(template: string, row: ReadonlyMap<string, string>): Part {
  const names = [...template.matchAll(PLACE)].map((match) => match[1]!);
  if (names.length === 0) return { value: template, places: 0, filled: 0 };
  const numeric = template.endsWith("}}:number");
  const missing = names.some((name) => !row.has(name));
  if (missing) return { value: undefined, places: names.length, filled: 0 };
  const text = (numeric ? template.slice(0, -":number".length) : template).replace(PLACE, (_, name: string) =>
    row.get(name)!,
  );
  return { value: numeric ? Number(text) : text, places: names.length, filled: names.length };
}
