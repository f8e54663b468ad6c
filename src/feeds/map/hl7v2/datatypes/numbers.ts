/** NM, SN, NR, CQ and ranges: numbers keep the text that was sent. */
import { decimal, type CodeableConcept, type Hl7Segment } from "#standards";
import { concept } from "./cwe.ts";

const NUMBER = /^([<>]=?)?\s*([+-]?(?:\d+\.?\d*|\.\d+))$/;
const UCUM = "http://unitsofmeasure.org";

/** NM[Quantity]; `null` where the text is no number, so that the caller keeps it as text. */
export function quantity(text: string, unit: CodeableConcept | undefined): Record<string, unknown> | null {
  const match = NUMBER.exec(text.trim());
  if (match === null) return null;
  return { value: decimal(match[2]!), ...(match[1] && { comparator: match[1] }), ...unitOf(unit) };
}

/** CWE[Quantity]: the unit's words, and its code where it is UCUM. */
function unitOf(unit: CodeableConcept | undefined): Record<string, unknown> {
  const coding = unit?.coding?.[0];
  const units = unit?.text ?? coding?.code;
  return { ...(units && { unit: units }), ...(coding?.system === UCUM && { system: UCUM, code: coding.code }) };
}

/** CQ[Quantity]: amount and unit. */
export function composite(segment: Hl7Segment, field: number): Record<string, unknown> | undefined {
  const units = segment.text(field, 2).trim();
  return quantity(segment.text(field, 1), units ? { text: units } : undefined) ?? undefined;
}

/** The number and unit of two fields: NM and the CWE after it. */
export function amount(segment: Hl7Segment, field: number, unitField: number): Record<string, unknown> | undefined {
  return quantity(segment.text(field), concept(segment, unitField)) ?? undefined;
}

/** SN[Quantity, Range, Ratio] as a value of an Observation; `null` where it is none of them. */
export function structuredNumber(segment: Hl7Segment, field: number, unit: CodeableConcept | undefined): Record<string, unknown> | null {
  const [comparator, first, separator, second] = [1, 2, 3, 4].map((component) => segment.text(field, component).trim());
  if (!second) {
    if (separator || comparator === "<>") return null;
    const found = quantity(`${comparator === "=" ? "" : comparator}${first}`, unit);
    return found && { valueQuantity: found };
  }
  const [low, high] = [quantity(first!, unit), quantity(second, unit)];
  if (low === null || high === null || (comparator && comparator !== "=")) return null;
  if (separator === "-") return { valueRange: { low, high } };
  return separator === ":" || separator === "/" ? { valueRatio: { numerator: low, denominator: high } } : null;
}

/** OBX-7 `49 - 92`, `< 5`, `0.10-0.50` as FHIR; text that is neither stays text. */
export function referenceRange(text: string): Record<string, unknown>[] | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const both = /^(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)$/.exec(trimmed);
  if (both) return [{ low: { value: decimal(both[1]!) }, high: { value: decimal(both[2]!) }, text: trimmed }];
  const upper = /^<=?\s*(\d+(?:\.\d+)?)$/.exec(trimmed);
  if (upper) return [{ high: { value: decimal(upper[1]!) }, text: trimmed }];
  const lower = /^>=?\s*(\d+(?:\.\d+)?)$/.exec(trimmed);
  return lower ? [{ low: { value: decimal(lower[1]!) }, text: trimmed }] : [{ text: trimmed }];
}

/** A whole number of at least `least`. */
export function whole(text: string, least = 0): number | undefined {
  const trimmed = text.trim();
  return /^\d{1,9}$/.test(trimmed) && Number(trimmed) >= least ? Number(trimmed) : undefined;
}
