/**
 * The error shape. A refusal is expected and is a value; a defect is thrown.
 * One file (`http-problem.ts`) maps a kind to HTTP status, OperationOutcome,
 * HL7 acknowledgement and page.
 */
export type RefusalKind = "invalid" | "not-found" | "gone" | "forbidden" | "conflict" | "unavailable" | "unsupported";

export type Refusal = {
  readonly refused: true;
  readonly kind: RefusalKind;
  /** Stable and greppable, `room.what`, for example `feeds.no-agreement`. */
  readonly code: string;
  /** One sentence for a person. Never holds another person's data. */
  readonly message: string;
  /** Where and what: FHIR expression, HL7 location, CSV row and column. */
  readonly details?: Readonly<Record<string, unknown>>;
};

/** Makes a refusal. */
export function refuse(
  kind: RefusalKind,
  code: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): Refusal {
  return details === undefined ? { refused: true, kind, code, message } : { refused: true, kind, code, message, details };
}

/** True when a result is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && (value as { refused?: unknown }).refused === true;
}
