/**
 * JSON whose numbers keep their text: 0.10 stays 0.10, since the number of
 * digits of a measurement is part of its meaning (FHIR R4 2.24.0.1, decimal).
 * A number that JavaScript would write differently becomes a raw number, which
 * `JSON.stringify` writes as it came.
 */
export type RawNumber = { readonly rawJSON: string };

const json = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/** True for a number that keeps its own text. */
export function isRawNumber(value: unknown): value is RawNumber {
  return typeof value === "object" && value !== null && json.isRawJSON(value);
}

/** A decimal with its text kept where JavaScript would lose it; the caller has checked the text's form. */
export function decimal(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : json.rawJSON(text.replace(/^\+/, "").replace(/^(-?)\./, "$10.").replace(/\.$/, ""));
}

/** Numbers that JavaScript rewrites: a trailing zero, an exponent, or more digits than a double holds. */
const REWRITTEN = /\d\.\d*0(?=[,\s}\]])|\d[eE][+-]?\d|\d{16}|\d\.\d{15}/;

/** Parses JSON, keeping the text of numbers; throws a SyntaxError where it is no JSON. Five times slower only where a number needs it. */
export function parseJson(text: string): unknown {
  if (!REWRITTEN.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, context) => (typeof value === "number" && context.source !== undefined && String(value) !== context.source ? json.rawJSON(context.source) : value));
}
