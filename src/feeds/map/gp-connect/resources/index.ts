/** One converter a type, STU3 resource in, R4 fields out; references and code systems are done by `convert.ts`. */
import type { Json } from "../json.ts";
import { allergyIntolerance } from "./allergy-intolerance.ts";
import { condition } from "./condition.ts";
import { diagnosticReport } from "./diagnostic-report.ts";
import { documentReference } from "./document-reference.ts";
import { encounter } from "./encounter.ts";
import { immunization } from "./immunization.ts";
import { list } from "./list.ts";
import { location } from "./location.ts";
import { medication } from "./medication.ts";
import { medicationRequest } from "./medication-request.ts";
import { medicationStatement } from "./medication-statement.ts";
import { observation } from "./observation.ts";
import { procedureRequest, referralRequest } from "./service-request.ts";
import { isUnchanged, unchanged } from "./unchanged.ts";

const CONVERTERS: Readonly<Record<string, (source: Json) => Json>> = {
  AllergyIntolerance: allergyIntolerance,
  Condition: condition,
  DiagnosticReport: diagnosticReport,
  DocumentReference: documentReference,
  Encounter: encounter,
  Immunization: immunization,
  List: list,
  Location: location,
  Medication: medication,
  MedicationRequest: medicationRequest,
  MedicationStatement: medicationStatement,
  Observation: observation,
  ProcedureRequest: procedureRequest,
  ReferralRequest: referralRequest,
};

/** The converter of an STU3 type, or `undefined` where GP Connect names no such type. */
export function converterOf(type: string): ((source: Json) => Json) | undefined {
  return (Object.hasOwn(CONVERTERS, type) ? CONVERTERS[type] : undefined) ?? (isUnchanged(type) ? unchanged : undefined);
}
