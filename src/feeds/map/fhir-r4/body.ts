import { parseJson, readFhirXml, type ValidationIssue } from "#standards";
import { faultOfJson, withoutNul } from "../bounded-json.ts";

export type FhirBody = { ok: true; body: unknown } | { ok: false; issues: ValidationIssue[] };

/** What the bytes are: the first sign of an XML text is `<`, which no JSON begins with. */
export function isXml(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === 0x3c) return true;
    // White space, and the byte order marks of UTF-8 and UTF-16 with the zero bytes of the latter.
    if (![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00].includes(byte)) return false;
  }
  return false;
}

/** A FHIR body, JSON or XML: the bytes themselves say which. A fault names line and column where there is one. */
export function readFhirBody(bytes: Buffer): FhirBody {
  if (isXml(bytes)) {
    const read = readFhirXml(bytes);
    if (read.ok) return { ok: true, body: read.resource };
    return { ok: false, issues: read.faults.map((fault) => ({ code: "structure", expression: withoutNul(fault.expression), why: `${withoutNul(fault.why)} (line ${fault.line}, column ${fault.column})` })) };
  }
  try {
    const body = parseJson(bytes.toString("utf8").replace(/^\uFEFF/, ""));
    const fault = faultOfJson(body);
    return fault === null ? { ok: true, body } : { ok: false, issues: [{ code: "structure", ...fault }] };
  } catch (error) {
    return { ok: false, issues: [{ code: "structure", expression: "$this", why: `is not JSON: ${withoutNul((error as Error).message)}` }] };
  }
}
