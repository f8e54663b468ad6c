/** What PDS says about a person, by name: nobody has to know its status codes, and none of them can be taken for another. */
import type { Refusal } from "#platform";
import { pdsForbidden, pdsQuestion, pdsRateLimited, pdsUnavailable, pdsUnexpected, pdsUnreadable } from "./problems.ts";
import { readTracedPatient, type PdsProblem, type TracedPatient } from "./traced-patient.ts";

/** `sensitive`: found, and restricted; `patient.location` is then `withheld`. */
export type PdsRead =
  | { readonly answer: "found" | "sensitive"; readonly patient: TracedPatient; /** True: the number that was asked about has been replaced by the patient's. */ readonly isSuperseding: boolean; readonly asked: string; readonly problems: readonly PdsProblem[] }
  | { readonly answer: "not-found"; readonly asked: string }
  /** The number was withdrawn and nothing replaces it: no identity may rest on it. */
  | { readonly answer: "invalidated"; readonly asked: string };

export type PdsMatch = { readonly patient: TracedPatient; /** 0 to 1; 1: exactly what was asked. */ readonly score: number; readonly isSensitive: boolean };
export type PdsFound =
  | { readonly answer: "none" }
  | { readonly answer: "one"; readonly match: PdsMatch; readonly problems: readonly PdsProblem[] }
  /** Best first. */
  | { readonly answer: "several"; readonly matches: readonly PdsMatch[]; readonly problems: readonly PdsProblem[] }
  /** More than were asked for, for an application more than one: PDS then names nobody. */
  | { readonly answer: "too-many" };

export type Said = { readonly status: number; readonly body: Buffer; readonly retryAfterMs: number };

/** Reads the answer to a read by number. */
export function readAnswer(said: Said, asked: string): PdsRead | Refusal {
  const body = jsonOf(said.body);
  const code = errorCode(body);
  // A 404 of some gateway on the way is no word about a person: only PDS's own codes are.
  if (said.status === 404 && code === "RESOURCE_NOT_FOUND") return { answer: "not-found", asked };
  if (said.status === 404 && code === "INVALIDATED_RESOURCE") return { answer: "invalidated", asked };
  if (said.status !== 200) return refusalOf(said, code, body);
  const { patient, problems } = readTracedPatient(body);
  if (patient === null) return pdsUnreadable(problems);
  return { answer: patient.restriction === "none" ? "found" : "sensitive", patient, isSuperseding: patient.nhsNumber !== asked, asked, problems };
}

/** Reads the answer to a search. */
export function readFound(said: Said): PdsFound | Refusal {
  const body = jsonOf(said.body);
  const code = errorCode(body);
  if (said.status === 200 && code === "TOO_MANY_MATCHES") return { answer: "too-many" };
  if (said.status !== 200) return refusalOf(said, code, body);
  if (body?.["resourceType"] !== "Bundle" || body["type"] !== "searchset") return pdsUnreadable([{ path: "Bundle", fault: "wrong-shape" }]);
  const entries = body["entry"] ?? [];
  if (!Array.isArray(entries)) return pdsUnreadable([{ path: "Bundle.entry", fault: "wrong-shape" }]);
  const problems: PdsProblem[] = [];
  const matches: PdsMatch[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `Bundle.entry[${index}]`;
    const each = entry as { resource?: unknown; search?: { score?: unknown } } | null;
    const read = readTracedPatient(each?.resource, `${path}.resource`);
    problems.push(...read.problems);
    // Whoever leaves one out of several makes it look as if there were one: then none is used.
    if (read.patient === null) return pdsUnreadable(problems);
    const score = each?.search?.score;
    const isScore = typeof score === "number" && score >= 0 && score <= 1;
    if (!isScore) problems.push({ path: `${path}.search.score`, fault: score === undefined ? "missing" : "wrong-shape" });
    // No score is no confidence.
    matches.push({ patient: read.patient, score: isScore ? score : 0, isSensitive: read.patient.restriction !== "none" });
  }
  if (typeof body["total"] === "number" && body["total"] !== matches.length) return pdsUnreadable([{ path: "Bundle.total", fault: "wrong-shape" }]);
  if (matches.length === 0) return { answer: "none" };
  if (matches.length === 1) return { answer: "one", match: matches[0]!, problems };
  return { answer: "several", matches: matches.toSorted((a, b) => b.score - a.score), problems };
}

function refusalOf(said: Said, code: string, body: Json | null): Refusal {
  const { status } = said;
  if (status === 429) return pdsRateLimited(said.retryAfterMs);
  if (status === 401) return pdsForbidden(`${code || "HTTP 401"}`);
  if (status === 403) return code === "INVALID_VALUE" ? pdsQuestion("several results for an application") : pdsForbidden(code || "HTTP 403");
  if (status === 408 || status >= 500) return pdsUnavailable(code === "" ? `HTTP ${status}` : `HTTP ${status} ${code}`);
  // What PDS says of a field names the field; the value that it may repeat is left out.
  if (status === 400 && code !== "") return pdsQuestion(code, /in field '([\w./-]+)'/.exec(diagnosticsOf(body))?.[1]);
  return status === 200 ? pdsUnreadable([{ path: "body", fault: "wrong-shape" }]) : pdsUnexpected(status, code);
}

type Json = Readonly<Record<string, unknown>>;

/** PDS's own code out of an OperationOutcome; empty where there is none. Its system is published under two addresses. */
function errorCode(body: Json | null): string {
  if (body?.["resourceType"] !== "OperationOutcome" || !Array.isArray(body["issue"])) return "";
  for (const issue of body["issue"] as { details?: { coding?: { system?: string; code?: string }[] } }[]) {
    const coding = issue?.details?.coding?.find((each) => String(each?.system).endsWith("Spine-ErrorOrWarningCode"));
    if (typeof coding?.code === "string") return coding.code;
  }
  return "";
}

const diagnosticsOf = (body: Json | null): string => String((body?.["issue"] as { diagnostics?: unknown }[] | undefined)?.[0]?.diagnostics ?? "");

function jsonOf(body: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
