/** The question of `Patient/$match`: Parameters with a Patient, `onlyCertainMatches` and `count` (FHIR R4, patient-operation-match). Pure. */
import { demographicsOfPatient } from "#feeds";
import { linkingBirthDate, numberOf, type Demographics } from "#identity";
import { validateResource, type Resource, type ValidationIssue } from "#standards";

export type MatchQuestion = { readonly asked: Demographics; readonly onlyCertain: boolean; readonly count: number };

/** As many as are given at most, and where nobody says how many. */
export const MOST_MATCHES = 20;
const MATCHES = 10;

/**
 * Reads it; every fault with its place. A person is looked for by no less than on
 * the page: an NHS number, or a family name and a date of birth. Otherwise a first
 * name and a street would bring out who lives there.
 */
export function readMatchQuestion(body: unknown): MatchQuestion | { readonly issues: readonly ValidationIssue[] } {
  const parameters = body as { resourceType?: unknown; parameter?: unknown } | null;
  if (typeof parameters !== "object" || parameters === null || parameters.resourceType !== "Parameters") return { issues: [fault("structure", "Parameters", "the body must be a Parameters resource")] };
  if (!Array.isArray(parameters.parameter)) return { issues: [fault("required", "Parameters.parameter", "must name a parameter `resource`")] };
  const issues: ValidationIssue[] = [];
  const found = new Map<string, Record<string, unknown>>();
  for (const [index, each] of (parameters.parameter as (Record<string, unknown> | null)[]).entries()) {
    const at = `Parameters.parameter[${index}]`;
    const name = String(each?.["name"]);
    if (!["resource", "onlyCertainMatches", "count"].includes(name)) issues.push(fault("not-supported", `${at}.name`, "is not a parameter of $match"));
    else if (found.has(name)) issues.push(fault("value", `${at}.name`, "is given twice"));
    else found.set(name, each!);
  }
  const [resource, only, count] = [found.get("resource"), found.get("onlyCertainMatches"), found.get("count")];
  if (only !== undefined && typeof only["valueBoolean"] !== "boolean") issues.push(fault("value", "Parameters.parameter.where(name = 'onlyCertainMatches')", "must have a valueBoolean"));
  if (count !== undefined && !(Number.isInteger(count["valueInteger"]) && (count["valueInteger"] as number) > 0)) issues.push(fault("value", "Parameters.parameter.where(name = 'count')", "must have a valueInteger above 0"));
  const patient = resource?.["resource"] as Resource | undefined;
  const place = "Parameters.parameter.where(name = 'resource').resource";
  if (patient === undefined) return { issues: [...issues, fault("required", place, "must be a Patient")] };
  if (patient?.resourceType !== "Patient") return { issues: [...issues, fault("value", place, "must be a Patient")] };
  // The Patient need not be whole, but what it says must be FHIR: a wrong shape is never read as "not said".
  issues.push(...validateResource(patient).map((each) => ({ ...each, expression: `${place}.${each.expression.replace(/^Patient\.?/, "")}` })));
  if (issues.length > 0) return { issues };
  const asked = demographicsOfPatient(patient);
  const number = numberOf(asked);
  if (number.fault !== null) return { issues: [fault("value", `${place}.identifier`, "the NHS number is not valid: check its digits")] };
  if (number.nhsNumber === null && (asked.family === null || linkingBirthDate(asked.birthDate) === null)) return { issues: [fault("required", place, "must have an NHS number, or a family name and a full date of birth")] };
  return { asked, onlyCertain: only?.["valueBoolean"] === true, count: Math.min(MOST_MATCHES, (count?.["valueInteger"] as number | undefined) ?? MATCHES) };
}

const fault = (code: ValidationIssue["code"], expression: string, why: string): ValidationIssue => ({ code, expression, why });
